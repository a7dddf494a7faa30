#pragma once

#include "zkvm/simd/isa.hpp"

#include <cstddef>
#include <cstdint>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

// Vectors of 32-bit words, by instruction set. Only sources compiled for an instruction set see its
// specialisation; all others see Portable, with one lane.

namespace nexus::zkvm {

/// Words of `Vector`, kLanes of them. `even` operations look at each pair of neighbouring lanes as
/// one number of 64 bits whose low half is the even lane.
template <class Tag>
struct Lanes;

template <>
struct Lanes<Portable> {
    using Vector = std::uint32_t;
    static constexpr std::size_t kLanes = 1;

    NEXUS_INLINE static Vector load(const std::uint32_t* from) { return *from; }
    NEXUS_INLINE static void store(std::uint32_t* to, Vector v) { *to = v; }
    NEXUS_INLINE static Vector broadcast(std::uint32_t word) { return word; }
    NEXUS_INLINE static Vector add(Vector a, Vector b) { return a + b; }
    NEXUS_INLINE static Vector bit_xor(Vector a, Vector b) { return a ^ b; }
    template <unsigned Bits>
    NEXUS_INLINE static Vector rotate_right(Vector v) {
        return (v >> Bits) | (v << (32U - Bits));
    }
};

}  // namespace nexus::zkvm
