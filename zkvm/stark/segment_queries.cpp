#include "zkvm/commit/merkle_verifier.hpp"
#include "zkvm/fri/fold.hpp"
#include "zkvm/stark/queried_codeword.hpp"
#include "zkvm/stark/segment_verifier.hpp"

#include <algorithm>

namespace nexus::zkvm {
namespace {

template <class E>
E evaluate(const std::vector<E>& polynomial, typename E::Base x) {
    E sum;
    for (std::size_t k = polynomial.size(); k-- > 0;) {
        sum = sum * x + polynomial[k];
    }
    return sum;
}

struct Round {
    unsigned log_size = 0;
    unsigned log_fold = 0;
    Digest root;

    [[nodiscard]] unsigned log_rows() const { return log_size - log_fold; }
    [[nodiscard]] MerkleShape shape(std::size_t degree) const {
        return {{{log_rows(), degree << log_fold}}, false};
    }
};

/// Reads an opening and checks it against its root.
template <class C>
MerkleOpening<typename C::F> read_opening(ProofReader<C>& proof, const Digest& root,
                                          const MerkleShape& shape,
                                          const std::vector<std::uint64_t>& indices,
                                          const std::string& where) {
    auto opening = proof.opening(shape, indices);
    if (!proof.error().has_value()) {
        const auto checked =
            verify_opening<typename C::F, typename C::H>(root, shape, indices, opening);
        if (!checked.has_value()) {
            proof.fail({ProofError::Kind::Opening, checked.error().expected, checked.error().got,
                        where + ": " + std::string(to_string(checked.error().kind))});
        }
    }
    return opening;
}

/// Value `slot` of the coset that stands in row `row` of an opening.
template <class C>
typename C::E coset_value(const Round& round, const MerkleOpening<typename C::F>& opening,
                          std::size_t row, std::size_t slot) {
    const std::size_t size = std::size_t{1} << round.log_fold;
    typename C::E element;
    for (std::size_t d = 0; d < C::kDegree; ++d) {
        element[d] = opening.groups[0].words[row * C::kDegree * size + d * size + slot];
    }
    return element;
}

/// Whether the opened cosets hold the values that the round before came to, at the indices `at`.
template <class C>
bool check_round(const Round& round, const MerkleOpening<typename C::F>& opening,
                 const std::vector<std::uint64_t>& rows, const std::vector<std::uint64_t>& at,
                 const std::vector<typename C::E>& claimed) {
    for (std::size_t i = 0; i < at.size(); ++i) {
        const std::uint64_t row = at[i] & ((std::uint64_t{1} << round.log_rows()) - 1);
        if (coset_value<C>(round, opening, position(rows, row), at[i] >> round.log_rows()) !=
            claimed[i]) {
            return false;
        }
    }
    return true;
}

/// What the opened cosets fold into. `shift`: of the domain of this round.
template <class C>
std::vector<typename C::E> fold_round(const Round& round,
                                      const MerkleOpening<typename C::F>& opening,
                                      const std::vector<std::uint64_t>& rows,
                                      const typename C::E& beta, typename C::F shift) {
    using F = typename C::F;
    const F w = F::two_adic_generator(round.log_size);
    std::vector<typename C::E> folded;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::array<typename C::E, std::size_t{1} << SecurityProfile::kLogFold> coset;
        for (std::size_t j = 0; j < std::size_t{1} << round.log_fold; ++j) {
            coset[j] = coset_value<C>(round, opening, i, j);
        }
        const F x = shift * w.pow(rows[i]);
        folded.push_back(fold_coset(coset.data(), round.log_fold, x.inverse(), beta));
    }
    return folded;
}

}  // namespace

template <class C>
std::vector<MerkleOpening<typename C::F>> SegmentVerifier<C>::read_openings(
    const std::vector<std::uint64_t>& indices) {
    static constexpr const char* kNames[] = {"fixed", "boundary", "main", "sums", "quotient"};
    std::vector<MerkleOpening<F>> openings;
    for (const Tree tree : kTrees) {
        const auto t = static_cast<std::size_t>(tree);
        const MerkleShape shape = layout_.shape(tree);
        openings.push_back(read_opening<C>(proof_, roots_[t], shape,
                                           lifted_indices(indices, shape.groups.front().log_height),
                                           kNames[t]));
    }
    return openings;
}

template <class C>
void SegmentVerifier<C>::check_low_degree(const E& z, const E& lambda) {
    const FoldPlan plan(layout_.log_rows_max, SecurityProfile::kLogFinalDegree,
                        SecurityProfile::kLogFold);
    std::vector<Round> rounds;
    std::vector<E> betas;
    unsigned log_size = layout_.log_domain();
    for (const unsigned log_fold : plan.log_folds) {
        rounds.push_back({log_size, log_fold, proof_.digest("fri layer")});
        betas.push_back(proof_.challenge("fri fold", s_.profile->round_grinding));
        log_size -= log_fold;
    }
    const std::vector<E> polynomial = proof_.template elements<E>(
        "final polynomial", std::size_t{1} << (log_size - layout_.log_blowup));
    const std::vector<std::uint64_t> indices =
        lifted_indices(proof_.indices("queries", s_.profile->query_grinding, layout_.log_domain(),
                                      static_cast<std::size_t>(s_.profile->queries)),
                       layout_.log_domain());
    if (proof_.error().has_value()) {
        return;
    }
    const std::vector<MerkleOpening<F>> openings = read_openings(indices);
    if (proof_.error().has_value()) {
        return;
    }
    const std::vector<E> weights = batch_weights(lambda, values_.size());
    const QueriedCodeword<F, E> codeword(layout_, openings, indices, z, weights, values_);
    std::vector<E> claimed;
    for (const std::uint64_t index : indices) {
        claimed.push_back(codeword.at(index));
    }
    std::vector<std::uint64_t> at = indices;
    F shift = coset_shift<F>(layout_.log_rows_max);
    for (std::size_t r = 0; r < rounds.size(); ++r) {
        const Round& round = rounds[r];
        const std::vector<std::uint64_t> next = lifted_indices(at, round.log_rows());
        const auto opening = read_opening<C>(proof_, round.root, round.shape(C::kDegree), next,
                                             "fri layer " + std::to_string(r));
        if (proof_.error().has_value()) {
            return;
        }
        if (!check_round<C>(round, opening, next, at, claimed)) {
            return proof_.fail({ProofError::Kind::FoldMismatch, r, 0, {}});
        }
        claimed = fold_round<C>(round, opening, next, betas[r], shift);
        at = next;
        shift = shift.exp_power_of_2(round.log_fold);
    }
    const F w = F::two_adic_generator(log_size);
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (evaluate(polynomial, shift * w.pow(at[i])) != claimed[i]) {
            return proof_.fail({ProofError::Kind::FinalMismatch, 0, at[i], {}});
        }
    }
}

template class SegmentVerifier<Koala4>;
template class SegmentVerifier<Koala5>;

}  // namespace nexus::zkvm
