#pragma once

#include "zkvm/commit/merkle_tree.hpp"
#include "zkvm/fri/fold.hpp"
#include "zkvm/fri/fold_kernels.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/poly/transform.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/proof_stream.hpp"

#include <memory>
#include <vector>

namespace nexus::zkvm {

/// One round of FRI on the prover's side: a codeword over the domain of 2^log_size points, D
/// columns without padding, seen as a matrix whose rows are the cosets that fold into one value.
template <class C>
struct FriLayer {
    using F = typename C::F;
    unsigned log_size = 0;
    unsigned log_fold = 0;
    std::span<F> values;  ///< D columns of 2^log_size
    std::unique_ptr<MerkleTree<F, typename C::H>> tree;

    [[nodiscard]] Matrix<F> cosets() const {
        const std::size_t rows = std::size_t{1} << (log_size - log_fold);
        return {values.data(), rows, C::kDegree << log_fold, rows};
    }
};

/// Proves that a codeword is near a polynomial of degree < 2^log_degree, up to the queries.
template <class C>
class LowDegreeProver {
public:
    using F = typename C::F;
    using E = typename C::E;

    /// `codeword`: D columns over the domain of 2^(log_degree + log_blowup) points, unpadded.
    void run(ProofWriter<C>& proof, const SecurityProfile& profile, unsigned log_degree,
             std::span<F> codeword, Arena& arena) {
        const FoldPlan plan(log_degree, SecurityProfile::kLogFinalDegree,
                            SecurityProfile::kLogFold);
        unsigned log_size = log_degree + static_cast<unsigned>(profile.log_blowup);
        F shift = coset_shift<F>(log_degree);
        std::span<F> values = codeword;
        for (const unsigned log_fold : plan.log_folds) {
            FriLayer<C>& layer = layers_.emplace_back();
            layer.log_size = log_size;
            layer.log_fold = log_fold;
            layer.values = values;
            const std::vector<Matrix<const F>> cosets{layer.cosets()};
            layer.tree = std::make_unique<MerkleTree<F, typename C::H>>(cosets, nullptr, arena);
            proof.digest("fri layer", layer.tree->root());
            const E beta = proof.challenge("fri fold", profile.round_grinding);
            values = fold(layer, beta, shift, arena);
            log_size -= log_fold;
            shift = shift.exp_power_of_2(log_fold);
        }
        finish(proof, values, log_size, shift, profile);
    }

    /// Opens each layer at the cosets of these indices of the first domain.
    void answer(ProofWriter<C>& proof, std::vector<std::uint64_t> indices) const {
        for (const FriLayer<C>& layer : layers_) {
            indices = lifted_indices(indices, layer.log_size - layer.log_fold);
            proof.opening(layer.tree->open(indices));
        }
    }

private:
    static_assert(SecurityProfile::kLogFold <= static_cast<int>(kLogFoldMax));

    static std::span<F> fold(const FriLayer<C>& layer, const E& beta, F shift, Arena& arena) {
        const unsigned log_out = layer.log_size - layer.log_fold;
        const std::size_t out_size = std::size_t{1} << log_out;
        const std::span<F> out = arena.allocate<F>(C::kDegree * out_size);
        FoldJob<F, E> job;
        job.values = layer.values.data();
        job.out = out.data();
        job.size = out_size;
        job.log_fold = layer.log_fold;
        job.x_inverse = shift.inverse();
        job.w_inverse = F::two_adic_generator(layer.log_size).inverse();
        job.set_challenge(beta);
        parallel_for(0, out_size, 1U << 12U, [&](std::size_t begin, std::size_t end) {
            with_isa([&](auto isa) { FoldKernels<F, E, decltype(isa)>::fold(job, begin, end); });
        });
        return out;
    }

    /// Sends the last polynomial, lowest coefficient first.
    static void finish(ProofWriter<C>& proof, std::span<F> values, unsigned log_size, F shift,
                       const SecurityProfile& profile) {
        const unsigned log_degree = log_size - static_cast<unsigned>(profile.log_blowup);
        const std::size_t size = std::size_t{1} << log_size;
        for (std::size_t d = 0; d < C::kDegree; ++d) {
            inverse_transform<F>(values.subspan(d * size, size), shift);
        }
        std::vector<E> polynomial(std::size_t{1} << log_degree);
        // Of a word that is no codeword (the prover of a lie has one) higher coefficients are not
        // 0; they are not sent, and the verifier sees that the word does not match.
        for (std::size_t k = 0; k < polynomial.size(); ++k) {
            for (std::size_t d = 0; d < C::kDegree; ++d) {
                polynomial[k][d] = values[d * size + reverse_bits(k, log_size)];
            }
        }
        proof.elements("final polynomial", std::span<const E>(polynomial));
    }

    std::vector<FriLayer<C>> layers_;
};

}  // namespace nexus::zkvm
