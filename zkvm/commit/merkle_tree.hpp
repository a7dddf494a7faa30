#pragma once

#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm {

/// A Merkle tree over matrices of several heights, each a power of two.
///
/// The digest of a row is H.leaf of the Montgomery words of that row in all matrices of the height,
/// in the order given, then of four words of salt. (Montgomery words, because they lie in memory;
/// they are as unique as canonical ones.) Level m of the tree has m digests. At the tallest height
/// they are those of the rows. Below, with t the digests of level 2m, digest j is
/// H.node(t[j], t[j + m]), and if there are matrices of height m,
/// H.node(H.node(t[j], t[j + m]), digest of row j). The root is level 1.
///
/// Instantiated for KoalaBear and BabyBear with Blake3 and MerkleSha256.
/// Threading: commit runs in parallel; the finished tree may be read by all.
template <class F, class H>
class MerkleTree {
public:
    /// The tree of these matrices, at least one. The digests, the salts and the content of the
    /// matrices must stay: they live in `arena` and where the matrices lie.
    /// `salts`: null for a tree without salts; else the stream that salts are drawn from.
    MerkleTree(std::span<const Matrix<const F>> matrices, const MaskRng* salts, Arena& arena);

    [[nodiscard]] const Digest& root() const { return root_; }
    [[nodiscard]] const MerkleShape& shape() const { return shape_; }

    /// Opens the rows at these indices. Pre: they rise strictly and are below the tallest height.
    [[nodiscard]] MerkleOpening<F> open(const std::vector<std::uint64_t>& indices) const;

private:
    /// The matrices of one height.
    struct Group {
        std::vector<Matrix<const F>> matrices;
        Matrix<std::uint32_t> salts;  // four columns, or none
    };

    void hash_rows(const Group& group, std::size_t height, const DigestColumns& out) const;
    MerkleRows<F> open_rows(const Group& group, const std::vector<std::uint64_t>& indices) const;

    MerkleShape shape_;
    std::vector<Group> groups_;          // in the order of the shape
    std::vector<DigestColumns> levels_;  // of 2^log digests, by log
    Digest root_;
};

}  // namespace nexus::zkvm
