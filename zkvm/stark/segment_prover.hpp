#pragma once

#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/commit/merkle_tree.hpp"
#include "zkvm/stark/challenges.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/stark/proof_stream.hpp"
#include "zkvm/stark/witness.hpp"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace nexus::zkvm {

/// Columns that are opened at one point, and what they are weighted with.
template <class F, class E>
struct DeepGroup {
    std::vector<const F*> columns;
    std::vector<E> weights;
    E value;
};

/// Proves one segment, in the order of the transcript. Owns nothing: columns live in the arena.
template <class C>
class SegmentProver {
public:
    using F = typename C::F;
    using E = typename C::E;
    using H = typename C::H;

    /// `masks`: null without zero knowledge.
    SegmentProver(const ProgramKey<C>& key, const SecurityProfile& profile,
                  const SegmentInput& input, const MaskRng* masks, Arena& arena);

    /// Commits what the global challenges depend on.
    Digest commit_boundary();

    /// Writes the rest of the segment's proof. Pre: commit_boundary.
    void prove(ProofWriter<C>& proof, const BusChallenge<E>& global);

    [[nodiscard]] const SegmentLayout& layout() const { return layout_; }
    [[nodiscard]] std::uint64_t committed_cells() const;

private:
    using MerkleTreeOf = MerkleTree<F, H>;
    /// The columns of a tree: as coefficients and on the extension domain, part by part.
    struct Committed {
        std::vector<Matrix<F>> coefficients;
        std::vector<Matrix<F>> extensions;
        std::unique_ptr<MerkleTreeOf> own;
        const MerkleTreeOf* tree = nullptr;
    };

    /// Whether traces are needed once they are committed.
    enum class Traces : std::uint8_t { kept, replaced };

    Digest commit(Tree tree, const std::vector<Matrix<F>>& traces, Traces after);
    Digest plant(Tree tree);
    void prove_sums(ProofWriter<C>& proof);
    Matrix<F> sums_of(std::size_t table, E& total, E& global_total);
    E run_sum(const Matrix<F>& columns, std::size_t sum, const BusChallenge<E>& challenge,
              const Matrix<F>& main, std::size_t noise, const Rows& rows);
    void prove_quotient(ProofWriter<C>& proof);
    std::vector<Matrix<F>> quotients_by_height(const E& challenge);
    Matrix<F> split_quotient(const std::vector<Matrix<F>>& quotients);
    void prove_openings(ProofWriter<C>& proof);
    std::array<DeepGroup<F, E>, 3> deep_groups(unsigned log_rows, const std::vector<E>& weights,
                                               const std::vector<E>& values);
    void add_deep_words(unsigned log_rows, const E& z, const std::array<DeepGroup<F, E>, 3>& groups,
                        const Matrix<F>& shorter, const Matrix<F>& out);
    Matrix<F> deep_codeword(const E& z, const E& lambda, const std::vector<E>& values);
    void answer_queries(ProofWriter<C>& proof, const std::vector<std::uint64_t>& indices);

    Committed& of(Tree tree) { return committed_[static_cast<std::size_t>(tree)]; }
    [[nodiscard]] const Matrix<F>& trace_of(std::size_t table) const;

    const ProgramKey<C>& key_;
    const SecurityProfile& profile_;
    SegmentInput input_;
    std::optional<MaskRng> masks_;
    const MaskRng* noise_;
    Arena& arena_;
    Witness<F> witness_;
    SegmentLayout layout_;
    std::array<Committed, kTrees.size()> committed_;
    const BusChallenge<E>* global_ = nullptr;
    BusChallenge<E> local_;
    std::array<E, kTableCount> totals_{};
    std::array<E, kTableCount> global_totals_{};
};

}  // namespace nexus::zkvm
