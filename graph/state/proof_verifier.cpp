#include "graph/state/proof_verifier.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "graph/state/proof.hpp"
#include "graph/state/proof_error.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Written apart from the tree on purpose: the two agree on the format and on base/hash only, so
// that a mistake in one shows as a disagreement instead of hiding in shared code.

namespace nexus::graph {
namespace {

using Check = Result<void, ProofFault>;

Check wrong(ProofError error, ProofMeasure expected, ProofMeasure got) {
    return fail(ProofFault{error, expected, got});
}

bool bit(ByteView bits, std::size_t position) {
    return (bits[position / 8] & (0x80U >> (position % 8))) != 0;
}

std::uint64_t common_bits(const Hash& a, const Hash& b) {
    std::size_t same = 0;
    while (same < kTreeDepthMax && bit(a.bytes, same) == bit(b.bytes, same)) {
        ++same;
    }
    return same;
}

/// That depth, bitmap and siblings fit one another.
Check check_shape(const TreeProof& proof) {
    if (proof.depth > kTreeDepthMax) {
        return wrong(ProofError::DepthTooLarge, kTreeDepthMax, std::uint64_t{proof.depth});
    }
    const std::size_t bytes = (std::size_t{proof.depth} + 7) / 8;
    if (proof.present.size() != bytes) {
        return wrong(ProofError::BitmapLength, bytes, proof.present.size());
    }
    std::size_t set = 0;
    for (const std::uint8_t byte : proof.present) {
        set += static_cast<std::size_t>(std::popcount(byte));
    }
    for (std::size_t spare = proof.depth; spare < bytes * 8; ++spare) {
        if (bit(proof.present, spare)) {
            return wrong(ProofError::BitmapSpareBits, std::uint64_t{proof.depth}, spare);
        }
    }
    if (proof.siblings.size() != set) {
        return wrong(ProofError::SiblingCount, set, proof.siblings.size());
    }
    const auto zero = std::find(proof.siblings.begin(), proof.siblings.end(), Hash{});
    if (zero != proof.siblings.end()) {
        return wrong(ProofError::EmptySibling, set,
                     static_cast<std::uint64_t>(zero - proof.siblings.begin()));
    }
    return {};
}

/// The root of the tree in which `node` stands at the end of `path`. Pre: check_shape.
Hash climb(const TreeProof& proof, const Hash& path, Hash node) {
    std::size_t next = proof.siblings.size();
    for (std::size_t depth = proof.depth; depth-- > 0;) {
        const Hash sibling = bit(proof.present, depth) ? proof.siblings[--next] : Hash{};
        node = bit(path.bytes, depth) ? sha256_node(0x01, sibling, node)
                                      : sha256_node(0x01, node, sibling);
    }
    return node;
}

/// That the tree root leads to the state root. Source: RFC 9162, 2.1.3.2.
Check check_root(const Hash& state_root, std::string_view tree, const Hash& tree_root,
                 const StateProof& proof) {
    const RootPath& way = proof.root_path;
    std::array<std::uint8_t, 1> byte{0x00};
    Sha256 leaf;
    leaf.update(byte);
    byte[0] = static_cast<std::uint8_t>(tree.size());
    Hash node = leaf.update(byte).update(as_bytes(tree)).update(tree_root.view()).digest();
    if (tree.size() > 255 || way.index >= way.count || way.count > kNamedRootsMax) {
        return wrong(ProofError::RootPathShape, std::uint64_t{way.count}, std::uint64_t{way.index});
    }
    std::uint32_t position = way.index;
    std::uint32_t last = way.count - 1;
    for (const Hash& sibling : way.siblings) {
        if (last == 0) {
            return wrong(ProofError::RootPathShape, std::uint64_t{way.count}, way.siblings.size());
        }
        if ((position & 1U) != 0 || position == last) {
            node = sha256_node(0x01, sibling, node);
            while ((position & 1U) == 0 && position != 0) {
                position >>= 1U;
                last >>= 1U;
            }
        } else {
            node = sha256_node(0x01, node, sibling);
        }
        position >>= 1U;
        last >>= 1U;
    }
    if (last != 0) {
        return wrong(ProofError::RootPathShape, std::uint64_t{way.count}, way.siblings.size());
    }
    std::array<std::uint8_t, 40> top{};  // version ‖ count ‖ root of the names, big-endian
    for (unsigned i = 0; i < 4; ++i) {
        top[i] = static_cast<std::uint8_t>(proof.version >> (24 - 8 * i));
        top[4 + i] = static_cast<std::uint8_t>(way.count >> (24 - 8 * i));
    }
    std::copy(node.bytes.begin(), node.bytes.end(), top.begin() + 8);
    const Hash got = tagged_hash("nexus/state-root", top);
    return got == state_root ? Check{} : wrong(ProofError::RootMismatch, state_root, got);
}

Check check(const Hash& state_root, std::string_view tree, const Hash& path, const Hash& node,
            const StateProof& proof) {
    return check_root(state_root, tree, climb(proof.tree, path, node), proof);
}

Check check_format(const StateProof& proof) {
    return proof.version == kStateVersion
               ? check_shape(proof.tree)
               : wrong(ProofError::UnknownVersion, std::uint64_t{kStateVersion},
                       std::uint64_t{proof.version});
}

}  // namespace

Check verify_present(const Hash& state_root, std::string_view tree, ByteView key, ByteView value,
                     const StateProof& proof) {
    if (const Check format = check_format(proof); !format) {
        return format;
    }
    if (proof.tree.neighbour) {
        return wrong(ProofError::UnexpectedNeighbour, std::uint64_t{0}, std::uint64_t{1});
    }
    const Hash path = sha256(key);
    return check(state_root, tree, path, sha256_node(0x00, path, sha256(value)), proof);
}

Check verify_absent(const Hash& state_root, std::string_view tree, ByteView key,
                    const StateProof& proof) {
    if (const Check format = check_format(proof); !format) {
        return format;
    }
    const Hash path = sha256(key);
    if (!proof.tree.neighbour) {
        return check(state_root, tree, path, Hash{}, proof);
    }
    const NeighbourLeaf& other = *proof.tree.neighbour;
    if (other.path == path) {
        return wrong(ProofError::NeighbourIsKey, path, other.path);
    }
    if (const std::uint64_t common = common_bits(path, other.path); common < proof.tree.depth) {
        return wrong(ProofError::NeighbourElsewhere, std::uint64_t{proof.tree.depth}, common);
    }
    return check(state_root, tree, path, sha256_node(0x00, other.path, other.value_hash), proof);
}

}  // namespace nexus::graph
