#include "zkvm/parallel.hpp"
#include "zkvm/poly/column_kernels.hpp"
#include "zkvm/poly/evaluate.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/stark/low_degree.hpp"
#include "zkvm/stark/segment_prover.hpp"
#include "zkvm/stark/table_kernels.hpp"

#include <algorithm>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kRowsPerTask = 1U << 11U;

}  // namespace

template <class C>
void SegmentProver<C>::prove_openings(ProofWriter<C>& proof) {
    const E z = proof.challenge("out of domain", profile_.round_grinding);
    std::vector<E> values;
    for (const OpenedColumns& opened : layout_.opened()) {
        const auto points = opening_points<F>(z, opened.log_rows, layout_.log_rows_max);
        const Matrix<F> columns =
            of(opened.tree).coefficients[opened.part].columns(opened.first, opened.count);
        const std::vector<E> some =
            evaluate_columns<E>(Matrix<const F>(columns), points[opened.back]);
        values.insert(values.end(), some.begin(), some.end());
    }
    proof.elements("opened", std::span<const E>(values));
    const E lambda = proof.challenge("batch", profile_.round_grinding);
    const Matrix<F> codeword = deep_codeword(z, lambda, values);
    LowDegreeProver<C> low_degree;
    low_degree.run(proof, profile_, layout_.log_rows_max,
                   {codeword.data(), codeword.height() * C::kDegree}, arena_);
    std::vector<std::uint64_t> indices =
        proof.indices("queries", profile_.query_grinding, layout_.log_domain(),
                      static_cast<std::size_t>(profile_.queries));
    indices = lifted_indices(indices, layout_.log_domain());
    answer_queries(proof, indices);
    low_degree.answer(proof, indices);
}

template <class C>
void SegmentProver<C>::answer_queries(ProofWriter<C>& proof,
                                      const std::vector<std::uint64_t>& indices) {
    for (const Tree tree : kTrees) {
        const unsigned log_height = layout_.shape(tree).groups.front().log_height;
        proof.opening(of(tree).tree->open(lifted_indices(indices, log_height)));
    }
}

/// What is opened of tables of one height, by how far back.
template <class C>
auto SegmentProver<C>::deep_groups(unsigned log_rows, const std::vector<E>& weights,
                                   const std::vector<E>& values) -> std::array<DeepGroup<F, E>, 3> {
    std::array<DeepGroup<F, E>, 3> groups;
    std::size_t next = 0;
    for (const OpenedColumns& opened : layout_.opened()) {
        for (std::size_t c = 0; c < opened.count; ++c, ++next) {
            if (opened.log_rows == log_rows) {
                DeepGroup<F, E>& group = groups[opened.back];
                group.columns.push_back(
                    of(opened.tree).extensions[opened.part].column(opened.first + c).data());
                group.weights.push_back(weights[next]);
                group.value += weights[next] * values[next];
            }
        }
    }
    return groups;
}

/// The word that FRI is run on: unpadded columns over the largest domain.
template <class C>
Matrix<typename C::F> SegmentProver<C>::deep_codeword(const E& z, const E& lambda,
                                                      const std::vector<E>& values) {
    const std::vector<E> weights = batch_weights(lambda, values.size());
    const std::size_t size = std::size_t{1} << layout_.log_domain();
    const Matrix<F> codeword(arena_.allocate<F>(size * C::kDegree).data(), size, C::kDegree, size);
    // The sum of all tables so far, over the domain of the tallest of them.
    Matrix<F> sum;
    for (unsigned log_rows = kLogRowsMin; log_rows <= layout_.log_rows_max; ++log_rows) {
        const auto groups = deep_groups(log_rows, weights, values);
        const bool is_last = log_rows == layout_.log_rows_max;
        if (!groups[0].columns.empty() || is_last) {
            const std::size_t height = std::size_t{1} << (log_rows + layout_.log_blowup);
            const Matrix<F> out =
                is_last ? codeword : allocate_matrix<F>(arena_, height, C::kDegree);
            add_deep_words(log_rows, z, groups, sum, out);
            sum = out;
        }
    }
    return codeword;
}

/// Fills `out` with the lift of `shorter` and the words of the tables of one height.
template <class C>
void SegmentProver<C>::add_deep_words(unsigned log_rows, const E& z,
                                      const std::array<DeepGroup<F, E>, 3>& groups,
                                      const Matrix<F>& shorter, const Matrix<F>& out) {
    const auto points = opening_points<F>(z, log_rows, layout_.log_rows_max);
    const F w = F::two_adic_generator(log_rows + layout_.log_blowup);
    const bool is_masked = log_rows == layout_.log_rows_max && layout_.zero_knowledge;
    parallel_for(0, out.height(), kRowsPerTask, [&](std::size_t begin, std::size_t end) {
        for (std::size_t d = 0; d < C::kDegree; ++d) {
            F* const to = out.column(d).data() + begin;
            if (shorter.height() != 0) {
                // The lift: row i of the shorter is every row that is i modulo its height.
                const std::size_t from = begin & (shorter.height() - 1);
                std::copy_n(shorter.column(d).data() + from, end - begin, to);
            } else {
                std::fill_n(to, end - begin, F());
            }
            if (is_masked) {
                const Matrix<F>& quotient = of(Tree::quotient).extensions.front();
                const F* const mask = quotient.column(2 * C::kDegree + d).data() + begin;
                with_isa(
                    [&](auto isa) { ColumnKernels<F, decltype(isa)>::add(to, mask, end - begin); });
            }
        }
        for (std::size_t back = 0; back < 3; ++back) {
            const DeepGroup<F, E>& group = groups[back];
            if (group.columns.empty()) {
                continue;
            }
            const DeepJob<F, E> job{group.columns.data(),
                                    group.weights.data(),
                                    group.columns.size(),
                                    group.value,
                                    points[back],
                                    coset_shift<F>(log_rows),
                                    w};
            with_isa([&](auto isa) {
                TableKernels<F, E, decltype(isa)>::deep(job, begin, end, out.data() + begin,
                                                        out.stride());
            });
        }
    });
}

template class SegmentProver<Koala4>;
template class SegmentProver<Koala5>;

}  // namespace nexus::zkvm
