#pragma once

#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <cstdint>

namespace nexus::zkvm {

/// Arithmetic modulo p on vectors of Montgomery words. A word is reduced when it is below p, and
/// lazy when it is below 2p, which fits 32 bits. F: MontyField31.
template <class F, class Tag>
struct MontyLanes {
    using S = Lanes<Tag>;
    using Vector = typename S::Vector;
    using Wide = typename S::Wide;

    NEXUS_INLINE static Vector modulus() { return S::broadcast(F::kModulus); }

    /// Lazy -> reduced: below p the subtraction wraps around to a larger number.
    NEXUS_INLINE static Vector reduced(Vector lazy) {
        return S::min(lazy, S::sub(lazy, modulus()));
    }
    /// Reduced operands, reduced sum.
    NEXUS_INLINE static Vector add(Vector a, Vector b) { return reduced(S::add(a, b)); }
    /// Reduced operands, reduced difference.
    NEXUS_INLINE static Vector sub(Vector a, Vector b) {
        const Vector difference = S::sub(a, b);
        return S::min(difference, S::add(difference, modulus()));
    }
    /// Reduced operands, lazy difference.
    NEXUS_INLINE static Vector sub_lazy(Vector a, Vector b) {
        return S::add(S::sub(a, b), modulus());
    }
    /// Lazy product. Pre: a * b < 2^32 p, such as any word times a reduced one.
    NEXUS_INLINE static Vector mul_lazy(Vector a, Vector b) {
        return montgomery_lazy(S::mul_wide(a, b));
    }
    /// The same where all lanes of b are equal.
    NEXUS_INLINE static Vector mul_lazy_uniform(Vector a, Vector b) {
        return montgomery_lazy(S::mul_wide_uniform(a, b));
    }
    /// Reduced product of the same.
    NEXUS_INLINE static Vector mul(Vector a, Vector b) { return reduced(mul_lazy(a, b)); }

    /// x / 2^32 mod p, lazy. Pre: x < 2^32 p. Adds the multiple of p that clears the low word:
    /// x + (2^32 - 1) p < 2^33 p < 2^64.
    NEXUS_INLINE static Vector montgomery_lazy(const Wide& x) {
        const Wide factor = S::mul_low(x, S::broadcast(0U - F::kModulusInverse));
        return S::high(S::add_wide(x, S::mul_low(factor, modulus())));
    }

    /// The same modulo p, below 2^32 p. Pre: x < 2^33 p, such as a sum of four products of reduced
    /// words (4 p < 2^33), or one that was folded and two more (2^32 p + 2 p^2 < 2^33 p).
    NEXUS_INLINE static Wide fold_wide(const Wide& x) { return S::reduce_high(x, F::kModulus); }

    /// x / 2^32 mod p, reduced, for a sum x of up to four products of reduced words.
    NEXUS_INLINE static Vector reduce_sum_of_4(const Wide& x) {
        return reduced(montgomery_lazy(fold_wide(x)));
    }
    /// The same for up to two: 2 p^2 < 2^32 p.
    NEXUS_INLINE static Vector reduce_sum_of_2(const Wide& x) {
        return reduced(montgomery_lazy(x));
    }
};

}  // namespace nexus::zkvm
