#pragma once

#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/commit/merkle_tree.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/hash/digest.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// Matrices (log height, width) with different random content, and the tree over them.
template <class F, class H>
struct MerkleFixture {
    MerkleFixture(const std::vector<std::pair<unsigned, std::size_t>>& sizes, bool salted)
        : arena(std::make_unique<Arena>()) {
        MaskRng content = MaskRng(MaskRng::Seed{}).stream("content");
        for (const auto& [log_height, width] : sizes) {
            const Matrix<F> matrix =
                allocate_matrix<F>(*arena, std::size_t{1} << log_height, width);
            for (std::size_t i = 0; i < width; ++i) {
                content.fill(matrix.column(i));
            }
            matrices.push_back(matrix);
        }
        const MaskRng salts = MaskRng(MaskRng::Seed{}).stream("salts");
        tree = std::make_unique<MerkleTree<F, H>>(matrices, salted ? &salts : nullptr, *arena);
    }

    std::unique_ptr<Arena> arena;
    std::vector<Matrix<const F>> matrices;
    std::unique_ptr<MerkleTree<F, H>> tree;
};

/// The root by the definition, from an opening of all rows.
template <class F, class H>
Digest naive_root(const MerkleShape& shape, const MerkleOpening<F>& all) {
    std::vector<Digest> level;
    std::size_t group = 0;
    for (unsigned log = shape.groups.front().log_height + 1; log-- > 0;) {
        const std::size_t count = std::size_t{1} << log;
        std::vector<Digest> next(count);
        for (std::size_t j = 0; j < count && group > 0; ++j) {
            next[j] = H::node(level[j], level[j + count]);
        }
        if (group < shape.groups.size() && shape.groups[group].log_height == log) {
            const MerkleRows<F>& rows = all.groups[group];
            const std::size_t width = shape.groups[group].width;
            for (std::size_t j = 0; j < count; ++j) {
                std::vector<std::uint32_t> words;
                for (std::size_t i = 0; i < width; ++i) {
                    words.push_back(rows.words[j * width + i].word());
                }
                if (shape.salted) {
                    words.insert(words.end(), rows.salts[j].begin(), rows.salts[j].end());
                }
                const Digest row = H::leaf(words);
                next[j] = group == 0 ? row : H::node(next[j], row);
            }
            ++group;
        }
        level = std::move(next);
    }
    return level.front();
}

}  // namespace nexus::zkvm::tests
