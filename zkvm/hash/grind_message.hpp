#pragma once

#include "base/assert.hpp"
#include "zkvm/hash/digest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// The most work there is.
inline constexpr unsigned kGrindBitsMax = 32;

/// `state ‖ nonce ‖ bits`, the numbers as 8 little-endian bytes each: what a proof of work hashes.
inline std::array<std::uint8_t, 48> grind_message(const Digest& state, unsigned bits,
                                                  std::uint64_t nonce) {
    std::array<std::uint8_t, 48> bytes{};
    std::copy(state.bytes.begin(), state.bytes.end(), bytes.begin());
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[32 + i] = static_cast<std::uint8_t>(nonce >> (8 * i));
        bytes[40 + i] = static_cast<std::uint8_t>(std::uint64_t{bits} >> (8 * i));
    }
    return bytes;
}

/// Whether the top `bits` bits of word 0 are zero. Pre: bits <= kGrindBitsMax.
inline bool grind_accepts(const Digest& digest, unsigned bits) {
    NEXUS_ASSERT(bits <= kGrindBitsMax);
    return std::uint64_t{words_of(digest)[0]} >> (32 - bits) == 0;
}

}  // namespace nexus::zkvm
