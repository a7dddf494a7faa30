#pragma once

#include "base/assert.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/scripted_proof.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/poly/transform.hpp"
#include "zkvm/stark/segment_prover.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// All that the prover of a segment committed to, taken from its own openings of every row: columns
/// as coefficients, lowest first, and the salts of all leaves. The coins are the same each time, so
/// what differs between two of one execution comes from the seed.
class CommittedSegment {
public:
    using Key = ProgramKey<Scripted>;
    using Column = std::vector<F>;

    CommittedSegment(const ExecutionWitness& execution, const Key& key, std::uint32_t segment,
                     const MaskRng::Seed& seed)
        : layout_(execution.witness(segment).heights, Scripted::kDegree, true,
                  static_cast<unsigned>(kTestProfile.log_blowup)) {
        const MaskRng master(seed);
        MaskRng coins(MaskRng::Seed{0xc0});
        Arena arena;
        Script script;
        ProofWriter<Scripted> proof(script, coins);
        const Scripted::E alpha = coins.next<Scripted::E>();
        const auto global = bus_challenge<F>(alpha, coins.next<Scripted::E>());
        SegmentProver<Scripted> prover(key, kTestProfile, execution.segment_input(segment), &master,
                                       arena);
        prover.commit_boundary();
        prover.prove(proof, global);
        for (const Tree tree : kTrees) {
            read(tree, Script::take(script.openings));
        }
    }

    [[nodiscard]] const SegmentLayout& layout() const { return layout_; }
    [[nodiscard]] const std::vector<Column>& columns(Tree tree, std::size_t part) const {
        return columns_[static_cast<std::size_t>(tree)][part];
    }
    /// Of all leaves of a tree, group by group.
    [[nodiscard]] const std::vector<std::uint32_t>& salts(Tree tree) const {
        return salts_[static_cast<std::size_t>(tree)];
    }

    /// The random half of r in f = f_0 + r (x^n - 1)/(x^e - 1): modulo x^e - 1 the second factor is
    /// n/e, and f_0, which is 0 on E, vanishes.
    static Column mask_of(const Column& column, const Rows& rows) {
        Column folded(rows.excluded());
        for (std::size_t k = 0; k < column.size(); ++k) {
            folded[k % folded.size()] += column[k];
        }
        folded.resize(rows.masked());
        const F scale = F(static_cast<std::uint32_t>(rows.period())).inverse();
        for (F& coefficient : folded) {
            coefficient *= scale;
        }
        return folded;
    }

    /// The cell of row 1: the value at the generator of H.
    static F noise_cell(const Column& column, const Rows& rows) {
        const F g = F::two_adic_generator(rows.log_rows);
        F value;
        for (std::size_t k = column.size(); k-- > 0;) {
            value = value * g + column[k];
        }
        return value;
    }

private:
    void read(Tree tree, const MerkleOpening<F>& opening) {
        const auto t = static_cast<std::size_t>(tree);
        const MerkleShape shape = layout_.shape(tree);
        for (std::size_t p = 0; p < layout_.parts(tree).size(); ++p) {
            const Part& part = layout_.parts(tree)[p];
            const unsigned log_height = part.log_rows + layout_.log_blowup;
            std::size_t g = 0;
            while (shape.groups[g].log_height != log_height) {
                ++g;
            }
            std::vector<Column>& columns = columns_[t].emplace_back();
            for (std::size_t c = 0; c < part.width; ++c) {
                columns.push_back(interpolate(opening.groups[g].words, shape.groups[g].width,
                                              layout_.word_offset(tree, p) + c, part.log_rows));
            }
        }
        for (const MerkleRows<F>& rows : opening.groups) {
            for (const Salt& salt : rows.salts) {
                salts_[t].insert(salts_[t].end(), salt.begin(), salt.end());
            }
        }
    }

    /// Pre: the column is of degree < 2^log_rows.
    static Column interpolate(const std::vector<F>& words, std::size_t width, std::size_t at,
                              unsigned log_rows) {
        Column values(words.size() / width);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = words[i * width + at];
        }
        inverse_transform<F>(std::span<F>(values), coset_shift<F>(log_rows));
        const unsigned log_size = log2_exact(values.size());
        Column column(std::size_t{1} << log_rows);
        for (std::size_t k = 0; k < values.size(); ++k) {
            const F coefficient = values[reverse_bits(k, log_size)];
            if (k < column.size()) {
                column[k] = coefficient;
            } else {
                NEXUS_ASSERT(coefficient.is_zero());
            }
        }
        return column;
    }

    SegmentLayout layout_;
    std::array<std::vector<std::vector<Column>>, kTrees.size()> columns_;
    std::array<std::vector<std::uint32_t>, kTrees.size()> salts_;
};

}  // namespace nexus::zkvm::tests
