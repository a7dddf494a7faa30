#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// What a Merkle hash makes of a leaf or a node: 32 bytes.
using Digest = TaggedBytes<struct ZkDigestTag, 32>;

/// A digest as eight little-endian words: how it lies in a level of a tree.
using DigestWords = std::array<std::uint32_t, 8>;

inline constexpr std::size_t kDigestWords = 8;

constexpr DigestWords words_of(const Digest& digest) {
    DigestWords words{};
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
        words[i / 4] |= std::uint32_t{digest.bytes[i]} << (8 * (i % 4));
    }
    return words;
}

constexpr Digest digest_of(const DigestWords& words) {
    Digest digest;
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
        digest.bytes[i] = static_cast<std::uint8_t>(words[i / 4] >> (8 * (i % 4)));
    }
    return digest;
}

}  // namespace nexus::zkvm
