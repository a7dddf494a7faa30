#pragma once

#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/field/batch_inverse.hpp"
#include "zkvm/stark/challenges.hpp"
#include "zkvm/stark/layout.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm {

/// Where `index` stands among ascending indices that contain it.
inline std::size_t position(const std::vector<std::uint64_t>& indices, std::uint64_t index) {
    return static_cast<std::size_t>(std::lower_bound(indices.begin(), indices.end(), index) -
                                    indices.begin());
}

/// The batched codeword of a segment at the points that are queried, from opened rows.
template <class F, class E>
class QueriedCodeword {
public:
    /// `indices`: of the largest domain, ascending; `openings`: of the trees, at them, in shape;
    /// `weights` of the batching challenge and opened `values`: one for each opened column. All of
    /// them outlive this. Pre: z lies in no extension domain.
    QueriedCodeword(const SegmentLayout& layout, const std::vector<MerkleOpening<F>>& openings,
                    const std::vector<std::uint64_t>& indices, const E& z,
                    const std::vector<E>& weights, const std::vector<E>& values)
        : layout_(layout), weights_(weights) {
        for (unsigned log_rows = kLogRowsMin; log_rows <= layout.log_rows_max; ++log_rows) {
            indices_[log_rows] = lifted_indices(indices, log_rows + layout.log_blowup);
            points_[log_rows] = opening_points<F>(z, log_rows, layout.log_rows_max);
        }
        std::size_t next = 0;
        for (const OpenedColumns& opened : layout.opened()) {
            Term& term = terms_.emplace_back(term_of(openings, opened.tree, opened.part));
            term.words += opened.first;
            term.back = opened.back;
            term.first = next;
            term.count = opened.count;
            for (std::size_t c = 0; c < opened.count; ++c, ++next) {
                term.value += weights[next] * values[next];
            }
        }
        if (layout.zero_knowledge) {
            mask_ = term_of(openings, Tree::quotient, 0);
            mask_.words += 2 * E::kDegree;
        }
    }

    /// At one of the indices.
    E at(std::uint64_t index) const {
        // By height and by how far back: what is opened there, and one over the distance.
        std::array<std::array<E, 3>, kLogRowsMax + 1> sums{};
        std::array<std::size_t, kLogRowsMax + 1> rows{};
        std::vector<E> distances;
        F x = coset_shift<F>(layout_.log_rows_max) *
              F::two_adic_generator(layout_.log_domain()).pow(index);
        for (unsigned log_rows = layout_.log_rows_max; log_rows >= kLogRowsMin; --log_rows) {
            const std::uint64_t height = std::uint64_t{1} << (log_rows + layout_.log_blowup);
            rows[log_rows] = position(indices_[log_rows], index & (height - 1));
            for (const E& point : points_[log_rows]) {
                distances.push_back(E(x) - point);
            }
            x = x.square();
        }
        batch_inverse<E>(distances);
        for (const Term& term : terms_) {
            const F* const words = term.row(rows);
            E sum;
            for (std::size_t c = 0; c < term.count; ++c) {
                sum += weights_[term.first + c] * words[c];
            }
            sums[term.log_rows][term.back] += sum - term.value;
        }
        E result;
        if (layout_.zero_knowledge) {
            const F* const mask = mask_.row(rows);
            for (std::size_t d = 0; d < E::kDegree; ++d) {
                result[d] = mask[d];
            }
        }
        const E* distance = distances.data();
        for (unsigned log_rows = layout_.log_rows_max; log_rows >= kLogRowsMin; --log_rows) {
            for (const E& sum : sums[log_rows]) {
                result += sum * *distance++;
            }
        }
        return result;
    }

private:
    /// Columns that are opened at one point.
    struct Term {
        const F* words = nullptr;  ///< Of the first row of its group.
        std::size_t width = 0;     ///< Of a row of the group.
        unsigned log_rows = 0;
        unsigned back = 0;
        std::size_t first = 0;  ///< Of the weights.
        std::size_t count = 0;
        E value;  ///< The opened values times their weights.

        const F* row(const std::array<std::size_t, kLogRowsMax + 1>& rows) const {
            return words + rows[log_rows] * width;
        }
    };

    Term term_of(const std::vector<MerkleOpening<F>>& openings, Tree tree, std::size_t part) const {
        const MerkleShape shape = layout_.shape(tree);
        Term term;
        term.log_rows = layout_.parts(tree)[part].log_rows;
        std::size_t group = 0;
        while (shape.groups[group].log_height != term.log_rows + layout_.log_blowup) {
            ++group;
        }
        term.width = shape.groups[group].width;
        term.words = openings[static_cast<std::size_t>(tree)].groups[group].words.data() +
                     layout_.word_offset(tree, part);
        return term;
    }

    const SegmentLayout& layout_;
    const std::vector<E>& weights_;
    std::array<std::vector<std::uint64_t>, kLogRowsMax + 1> indices_;
    std::array<std::array<E, 3>, kLogRowsMax + 1> points_{};
    std::vector<Term> terms_;
    Term mask_;
};

}  // namespace nexus::zkvm
