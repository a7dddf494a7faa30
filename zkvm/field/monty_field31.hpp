#pragma once

#include "base/assert.hpp"
#include "zkvm/simd/isa.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// An element of a prime field with 2^30 < p < 2^31, in Montgomery form: the word of x is
/// `x * 2^32 mod p`. `Params` names p, a generator of the multiplicative group and how often two
/// divides p - 1.
///
/// Source:      P. Montgomery, "Modular multiplication without trial division", 1985.
/// Invariant:   word() < kModulus, so equal elements have equal words.
template <class Params>
class MontyField31 {
public:
    static constexpr std::uint32_t kModulus = Params::kModulus;
    static constexpr unsigned kTwoAdicity = Params::kTwoAdicity;
    static constexpr std::size_t kDegree = 1;  ///< Over the base field, which it is.
    using Base = MontyField31;

    constexpr MontyField31() = default;

    /// The class of any number of 32 bits.
    NEXUS_INLINE explicit constexpr MontyField31(std::uint32_t number)
        : word_(reduce(std::uint64_t{number} * kRadixSquared)) {}

    /// The class of any number of 64 bits.
    [[nodiscard]] static constexpr MontyField31 from_u64(std::uint64_t number) {
        return MontyField31(static_cast<std::uint32_t>(number % kModulus));
    }

    /// The class of a signed number.
    [[nodiscard]] static constexpr MontyField31 from_i64(std::int64_t number) {
        return number < 0 ? -from_u64(0 - static_cast<std::uint64_t>(number))
                          : from_u64(static_cast<std::uint64_t>(number));
    }

    /// The element whose Montgomery word this is. Pre: word < kModulus (kernels do not check it).
    [[nodiscard]] NEXUS_INLINE static constexpr MontyField31 from_word(std::uint32_t word) {
        MontyField31 element;
        element.word_ = word;
        return element;
    }

    /// The canonical number, 0 <= value < p.
    [[nodiscard]] NEXUS_INLINE constexpr std::uint32_t value() const { return reduce(word_); }

    /// The Montgomery word: what Merkle leaves hash.
    [[nodiscard]] NEXUS_INLINE constexpr std::uint32_t word() const { return word_; }

    [[nodiscard]] NEXUS_INLINE constexpr bool is_zero() const { return word_ == 0; }

    NEXUS_INLINE friend constexpr MontyField31 operator+(MontyField31 a, MontyField31 b) {
        const std::uint32_t sum = a.word_ + b.word_;  // below 2^32
        return from_word(sum >= kModulus ? sum - kModulus : sum);
    }
    NEXUS_INLINE friend constexpr MontyField31 operator-(MontyField31 a, MontyField31 b) {
        const std::uint32_t difference = a.word_ - b.word_;
        return from_word(a.word_ < b.word_ ? difference + kModulus : difference);
    }
    NEXUS_INLINE friend constexpr MontyField31 operator-(MontyField31 a) {
        return from_word(a.word_ == 0 ? 0 : kModulus - a.word_);
    }
    NEXUS_INLINE friend constexpr MontyField31 operator*(MontyField31 a, MontyField31 b) {
        return from_word(reduce(std::uint64_t{a.word_} * b.word_));
    }
    NEXUS_INLINE constexpr MontyField31& operator+=(MontyField31 b) { return *this = *this + b; }
    NEXUS_INLINE constexpr MontyField31& operator-=(MontyField31 b) { return *this = *this - b; }
    NEXUS_INLINE constexpr MontyField31& operator*=(MontyField31 b) { return *this = *this * b; }

    NEXUS_INLINE friend constexpr bool operator==(MontyField31 a, MontyField31 b) {
        return a.word_ == b.word_;
    }

    [[nodiscard]] NEXUS_INLINE constexpr MontyField31 square() const { return *this * *this; }
    [[nodiscard]] NEXUS_INLINE constexpr MontyField31 doubled() const { return *this + *this; }
    [[nodiscard]] NEXUS_INLINE constexpr MontyField31 halve() const {
        const std::uint32_t half = word_ >> 1U;
        return from_word((word_ & 1U) != 0 ? half + (kModulus + 1) / 2 : half);
    }

    /// This to the power `exponent`; the power 0 is one.
    [[nodiscard]] constexpr MontyField31 pow(std::uint64_t exponent) const {
        MontyField31 result(1);
        MontyField31 square = *this;
        for (; exponent != 0; exponent >>= 1U) {
            if ((exponent & 1U) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }

    /// This to the power 2^log.
    [[nodiscard]] constexpr MontyField31 exp_power_of_2(unsigned log) const {
        MontyField31 result = *this;
        for (unsigned i = 0; i < log; ++i) {
            result *= result;
        }
        return result;
    }

    /// Pre: not zero.
    [[nodiscard]] constexpr MontyField31 inverse() const {
        NEXUS_ASSERT(!is_zero());
        return this->pow(kModulus - 2);
    }

    /// Generates the multiplicative group, so no power of it below p - 1 is one.
    [[nodiscard]] static constexpr MontyField31 generator() {
        return MontyField31(Params::kGenerator);
    }

    /// A generator of the subgroup of order 2^log: that of order 2^(log - 1) is its square.
    /// Pre: log <= kTwoAdicity.
    [[nodiscard]] static constexpr MontyField31 two_adic_generator(unsigned log) {
        NEXUS_ASSERT(log <= kTwoAdicity);
        return generator().pow((kModulus - 1) >> log);
    }

    /// p^-1 mod 2^32.
    static constexpr std::uint32_t kModulusInverse = [] {
        std::uint32_t inverse = kModulus;  // right in 3 bits; each step doubles them
        for (int i = 0; i < 4; ++i) {
            inverse *= 2 - kModulus * inverse;
        }
        return inverse;
    }();

    /// `product / 2^32 mod p`. Pre: product < 2^32 p.
    [[nodiscard]] NEXUS_INLINE static constexpr std::uint32_t reduce(std::uint64_t product) {
        const std::uint32_t factor = static_cast<std::uint32_t>(product) * kModulusInverse;
        const auto high = static_cast<std::uint32_t>(product >> 32U);
        const auto multiple = static_cast<std::uint32_t>((std::uint64_t{factor} * kModulus) >> 32U);
        const std::uint32_t difference = high - multiple;
        return high < multiple ? difference + kModulus : difference;
    }

private:
    /// 2^64 mod p.
    static constexpr std::uint32_t kRadixSquared = static_cast<std::uint32_t>(
        ((std::uint64_t{1} << 32U) % kModulus) * ((std::uint64_t{1} << 32U) % kModulus) % kModulus);

    std::uint32_t word_ = 0;
};

}  // namespace nexus::zkvm
