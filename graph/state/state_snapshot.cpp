#include "graph/state/state_snapshot.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "graph/state/proof.hpp"
#include "graph/state/state_tree.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

using NamedRoots = std::span<const Hash>;

/// The hash of one named root: 0x00 ‖ length of the name ‖ name ‖ tree root.
Hash named_root(std::string_view name, const Hash& root) {
    Bytes input{0x00, static_cast<std::uint8_t>(name.size())};
    input.insert(input.end(), name.begin(), name.end());
    input.insert(input.end(), root.bytes.begin(), root.bytes.end());
    return sha256(input);
}

/// How many of n > 1 leaves are in the left half: the largest power of two below n. [RFC 6962, 2.1]
std::size_t left_half(std::size_t n) { return std::bit_floor(n - 1); }

Hash merkle_root(NamedRoots leaves) {
    NEXUS_ASSERT(!leaves.empty());
    if (leaves.size() == 1) {
        return leaves.front();
    }
    const std::size_t left = left_half(leaves.size());
    return sha256_node(0x01, merkle_root(leaves.first(left)), merkle_root(leaves.subspan(left)));
}

/// PATH(index, leaves) of RFC 6962, 2.1.1, appended from the leaf up.
void audit_path(NamedRoots leaves, std::size_t index, std::vector<Hash>& out) {
    if (leaves.size() == 1) {
        return;
    }
    const std::size_t left = left_half(leaves.size());
    if (index < left) {
        audit_path(leaves.first(left), index, out);
        out.push_back(merkle_root(leaves.subspan(left)));
    } else {
        audit_path(leaves.subspan(left), index - left, out);
        out.push_back(merkle_root(leaves.first(left)));
    }
}

std::array<Hash, kTreeCount> named_roots(const std::array<StateTree, kTreeCount>& trees) {
    std::array<Hash, kTreeCount> leaves;
    for (std::size_t i = 0; i < kTreeCount; ++i) {
        leaves[i] = named_root(tree_name(static_cast<TreeId>(i)), trees[i].root());
    }
    return leaves;
}

void put_big_endian(Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
    }
}

Hash state_root(const std::array<StateTree, kTreeCount>& trees) {
    Bytes input;
    put_big_endian(input, kStateVersion);
    put_big_endian(input, static_cast<std::uint32_t>(kTreeCount));
    const Hash names = merkle_root(named_roots(trees));
    input.insert(input.end(), names.bytes.begin(), names.bytes.end());
    return tagged_hash("nexus/state-root", input);
}

}  // namespace

std::string_view tree_name(TreeId tree) {
    switch (tree) {
        case TreeId::Graph:
            return "graph";
        case TreeId::Ledger:
            return "ledger";
    }
    return "?";
}

StateSnapshot::StateSnapshot() : root_(state_root(trees_)) {}

StateSnapshot StateSnapshot::updated(StateWrites writes) const {
    StateSnapshot next = *this;
    for (std::size_t i = 0; i < kTreeCount; ++i) {
        next.trees_[i] = trees_[i].updated(std::move(writes[i]));
    }
    next.root_ = state_root(next.trees_);
    return next;
}

StateProof StateSnapshot::prove(TreeId tree_id, std::string_view key) const {
    StateProof proof;
    proof.root_path.index = static_cast<std::uint32_t>(tree_id);
    proof.root_path.count = static_cast<std::uint32_t>(kTreeCount);
    audit_path(named_roots(trees_), proof.root_path.index, proof.root_path.siblings);
    proof.tree = tree(tree_id).prove(key);
    return proof;
}

}  // namespace nexus::graph
