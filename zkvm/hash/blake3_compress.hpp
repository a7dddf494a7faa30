#pragma once

#include "zkvm/hash/digest.hpp"
#include "zkvm/simd/isa.hpp"

#include <cstddef>
#include <cstdint>

// The compression function of BLAKE3, over one word or a vector of words for each of its words.

namespace nexus::zkvm::blake3 {

inline constexpr std::uint32_t kBlockBytes = 64;
inline constexpr DigestWords kInitial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// Flags of a block.
inline constexpr std::uint32_t kChunkStart = 1;
inline constexpr std::uint32_t kChunkEnd = 2;
inline constexpr std::uint32_t kParent = 4;
inline constexpr std::uint32_t kRoot = 8;
inline constexpr std::uint32_t kDeriveKeyMaterial = 64;

/// Which word of the block goes where in each of the seven rounds.
struct Schedule {
    std::uint8_t word[7][16];
};
inline constexpr Schedule kSchedule = [] {
    constexpr std::uint8_t kPermutation[16] = {2, 6,  3,  10, 7, 0,  4,  13,
                                               1, 11, 12, 5,  9, 14, 15, 8};
    Schedule schedule{};
    for (std::uint8_t i = 0; i < 16; ++i) {
        schedule.word[0][i] = i;
    }
    for (int round = 1; round < 7; ++round) {
        for (int i = 0; i < 16; ++i) {
            schedule.word[round][i] = schedule.word[round - 1][kPermutation[i]];
        }
    }
    return schedule;
}();

/// One quarter round. S: `add`, `bit_xor` and `rotate_right<k>` on Vector, see simd/lanes.hpp.
template <class S>
NEXUS_INLINE void mix(typename S::Vector* v, int a, int b, int c, int d, typename S::Vector x,
                      typename S::Vector y) {
    v[a] = S::add(S::add(v[a], v[b]), x);
    v[d] = S::template rotate_right<16>(S::bit_xor(v[d], v[a]));
    v[c] = S::add(v[c], v[d]);
    v[b] = S::template rotate_right<12>(S::bit_xor(v[b], v[c]));
    v[a] = S::add(S::add(v[a], v[b]), y);
    v[d] = S::template rotate_right<8>(S::bit_xor(v[d], v[a]));
    v[c] = S::add(v[c], v[d]);
    v[b] = S::template rotate_right<7>(S::bit_xor(v[b], v[c]));
}

template <class S, int Round>
NEXUS_INLINE void mix_round(typename S::Vector* v, const typename S::Vector* block) {
    const auto word = [&](int i) __attribute__((always_inline)) {
        return block[kSchedule.word[Round][i]];
    };
    mix<S>(v, 0, 4, 8, 12, word(0), word(1));
    mix<S>(v, 1, 5, 9, 13, word(2), word(3));
    mix<S>(v, 2, 6, 10, 14, word(4), word(5));
    mix<S>(v, 3, 7, 11, 15, word(6), word(7));
    mix<S>(v, 0, 5, 10, 15, word(8), word(9));
    mix<S>(v, 1, 6, 11, 12, word(10), word(11));
    mix<S>(v, 2, 7, 8, 13, word(12), word(13));
    mix<S>(v, 3, 4, 9, 14, word(14), word(15));
}

/// Replaces the chaining value (8 vectors) by that behind this block (16 vectors). The counter of
/// BLAKE3 is 0: there is one chunk.
template <class S>
NEXUS_INLINE void compress_lanes(typename S::Vector* value, const typename S::Vector* block,
                                 std::uint32_t bytes, std::uint32_t flags) {
    typename S::Vector v[16];
    for (int i = 0; i < 8; ++i) {
        v[i] = value[i];
    }
    // Written out: kInitial[i] would call a member function of std::array.
    v[8] = S::broadcast(0x6a09e667);
    v[9] = S::broadcast(0xbb67ae85);
    v[10] = S::broadcast(0x3c6ef372);
    v[11] = S::broadcast(0xa54ff53a);
    v[12] = S::broadcast(0);
    v[13] = S::broadcast(0);
    v[14] = S::broadcast(bytes);
    v[15] = S::broadcast(flags);
    mix_round<S, 0>(v, block);
    mix_round<S, 1>(v, block);
    mix_round<S, 2>(v, block);
    mix_round<S, 3>(v, block);
    mix_round<S, 4>(v, block);
    mix_round<S, 5>(v, block);
    mix_round<S, 6>(v, block);
    for (int i = 0; i < 8; ++i) {
        value[i] = S::bit_xor(v[i], v[i + 8]);
    }
}

}  // namespace nexus::zkvm::blake3
