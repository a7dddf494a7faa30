#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace nexus::graph {

inline constexpr std::uint32_t kStateVersion = 1;    ///< Version of the state and proof formats.
inline constexpr std::size_t kTreeDepthMax = 256;    ///< Bits of a path.
inline constexpr std::size_t kNamedRootsMax = 1024;  ///< Trees that one state may name.
inline constexpr std::size_t kRootPathMax = 10;      ///< log2 of kNamedRootsMax.

/// A leaf that stands where the asked one would have to be: proof that the asked one is absent.
struct NeighbourLeaf {
    Hash path;
    Hash value_hash;

    static void describe(auto& codec, auto& self) { codec(self.path, self.value_hash); }
    friend bool operator==(const NeighbourLeaf&, const NeighbourLeaf&) = default;
};

/// The way from a leaf, or from an empty place, to the root of one sparse Merkle tree.
/// Invariant: `present` has ceil(depth / 8) bytes; bit i (of byte i / 8, most significant first)
/// says whether the sibling at depth i + 1 is not empty; spare bits are 0; `siblings` are those,
/// from the root down.
struct TreeProof {
    std::uint16_t depth = 0;
    Bytes present;
    std::vector<Hash> siblings;
    std::optional<NeighbourLeaf> neighbour;  ///< Only in proofs of absence, and there optional.

    static void describe(auto& codec, auto& self) {
        codec(self.depth);
        codec.limited(self.present, kTreeDepthMax / 8);
        codec.limited(self.siblings, kTreeDepthMax);
        codec(self.neighbour);
    }
    friend bool operator==(const TreeProof&, const TreeProof&) = default;
};

/// The way from the root of one tree to the state root: an RFC 6962 audit path over the named roots
/// in the order of their names.
struct RootPath {
    std::uint32_t index = 0;
    std::uint32_t count = 0;
    std::vector<Hash> siblings;  ///< From the leaf up.

    static void describe(auto& codec, auto& self) {
        codec(self.index, self.count);
        codec.limited(self.siblings, kRootPathMax);
    }
    friend bool operator==(const RootPath&, const RootPath&) = default;
};

/// Proof that a key has, or has not, a value in the state with some root. The format does not
/// depend on which trees there are, so that a tree more changes no verifier.
struct StateProof {
    std::uint32_t version = kStateVersion;
    RootPath root_path;
    TreeProof tree;

    static void describe(auto& codec, auto& self) {
        codec(self.version, self.root_path, self.tree);
    }
    friend bool operator==(const StateProof&, const StateProof&) = default;
};

}  // namespace nexus::graph
