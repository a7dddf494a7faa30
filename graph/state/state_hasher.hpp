#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace nexus::graph {

/// How the state tree hashes: the one place to change for another hash.
/// Source: the shape of ICS-23 `smtSpec`: the key is hashed first, an empty subtree is 32 zero
/// bytes.
struct StateHasher {
    static constexpr std::uint8_t kLeafPrefix = 0x00;
    static constexpr std::uint8_t kInnerPrefix = 0x01;
    static constexpr Hash kEmpty{};

    /// The way from the root to a leaf, most significant bit first.
    static Hash path(ByteView logical_key) { return sha256(logical_key); }
    static Hash leaf(const Hash& path, ByteView value) {
        return sha256_node(kLeafPrefix, path, sha256(value));
    }
    static Hash inner(const Hash& left, const Hash& right) {
        return sha256_node(kInnerPrefix, left, right);
    }
};

}  // namespace nexus::graph
