#include "zkvm/stark/segment_prover.hpp"

#include "base/assert.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/column_kernels.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/stark/commit_columns.hpp"
#include "zkvm/stark/running_sum.hpp"
#include "zkvm/stark/table_kernels.hpp"
#include "zkvm/stark/witness_forger.hpp"
#include "zkvm/stark/zerofiers.hpp"

#include <algorithm>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kRowsPerTask = 1U << 12U;

constexpr const char* name_of(Tree tree) {
    constexpr const char* kNames[] = {"fixed", "boundary", "main", "sums", "quotient"};
    return kNames[static_cast<std::size_t>(tree)];
}

/// Splits coefficients of Q in bit-reversed order, 2N of them, into Q_0 + x^(N - h) Q_1; see
/// zkvm/README.md, 6.
template <class F>
void split_column(std::span<const F> whole, std::size_t h, std::span<F> q0, std::span<F> q1) {
    const std::size_t n = q0.size();
    // Coefficient k < N of Q stands at 2 reverse(k), coefficient N + k one after it.
    for (std::size_t p = 0; p < n; ++p) {
        q0[p] = whole[2 * p];
        q1[p] = whole[2 * p + 1];
    }
    if (h == 0) {
        return;
    }
    // Coefficient k of Q_1 is coefficient k + N - h of Q. In bit-reversed order the low bits of k
    // name a block of n / h places, the others, which h is subtracted from, a place in it.
    const std::size_t block = n / h;
    const unsigned log_block = log2_exact(block);
    std::vector<std::size_t> from(block);  // of place r: where k - h stands
    for (std::size_t r = 1; r < block; ++r) {
        from[r] = reverse_bits(reverse_bits(r, log_block) - 1, log_block);
    }
    for (std::size_t at = 0; at < n; at += block) {
        q1[at] = q0[at + block - 1];  // k < h
        for (std::size_t r = 1; r < block; ++r) {
            q1[at + r] = whole[2 * (at + from[r]) + 1];
        }
        q0[at + block - 1] = F();  // k >= N - h
    }
}

template <class F>
ColumnsView<F> view_of(const Matrix<F>& columns) {
    return {columns.data(), columns.stride()};
}

}  // namespace

template <class C>
SegmentProver<C>::SegmentProver(const ProgramKey<C>& key, const SecurityProfile& profile,
                                const SegmentInput& input, const MaskRng* masks, Arena& arena)
    : key_(key),
      profile_(profile),
      input_(input),
      noise_(masks),
      arena_(arena),
      witness_{segment_heights(input, key.heights()), {}},
      layout_(witness_.heights, C::kDegree, input.zero_knowledge,
              static_cast<unsigned>(profile.log_blowup)) {
    if (masks != nullptr) {
        masks_ = masks->stream("segment", input.record->index);
    }
    of(Tree::fixed).tree = &key.tree();
    for (const Part& part : layout_.parts(Tree::fixed)) {
        of(Tree::fixed).coefficients.push_back(key.coefficients(part.table));
        of(Tree::fixed).extensions.push_back(key.extension(part.table));
    }
}

template <class C>
std::uint64_t SegmentProver<C>::committed_cells() const {
    std::uint64_t cells = 0;
    for (const Tree tree : {Tree::boundary, Tree::main, Tree::sums, Tree::quotient}) {
        for (const Part& part : layout_.parts(tree)) {
            cells += part.width << part.log_rows;
        }
    }
    return cells;
}

template <class C>
const Matrix<typename C::F>& SegmentProver<C>::trace_of(std::size_t table) const {
    return witness_.columns[table];
}

/// Builds the tree over the extensions that stand ready.
template <class C>
Digest SegmentProver<C>::plant(Tree tree) {
    Committed& committed = of(tree);
    std::vector<Matrix<const F>> extensions(committed.extensions.begin(),
                                            committed.extensions.end());
    std::optional<MaskRng> salts;
    if (masks_.has_value()) {
        salts = masks_->stream("salt", static_cast<std::uint64_t>(tree));
    }
    committed.own =
        std::make_unique<MerkleTreeOf>(extensions, salts.has_value() ? &*salts : nullptr, arena_);
    committed.tree = committed.own.get();
    return committed.tree->root();
}

template <class C>
Digest SegmentProver<C>::commit(Tree tree, const std::vector<Matrix<F>>& traces, Traces after) {
    Committed& committed = of(tree);
    const std::vector<Part>& parts = layout_.parts(tree);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        std::optional<MaskRng> stream;
        if (masks_.has_value()) {
            stream = masks_->stream(name_of(tree), p);
        }
        const MaskRng* const masks = stream.has_value() ? &*stream : nullptr;
        const Rows rows = layout_.rows(parts[p].table);
        if (after == Traces::kept) {
            committed.coefficients.push_back(interpolate<F>(arena_, traces[p], rows, masks));
        } else {
            interpolate_in_place<F>(traces[p], rows, masks);
            committed.coefficients.push_back(traces[p]);
        }
        committed.extensions.push_back(extend<F>(arena_, committed.coefficients.back(),
                                                 parts[p].log_rows, layout_.log_blowup));
    }
    return plant(tree);
}

template <class C>
Digest SegmentProver<C>::commit_boundary() {
    fill_boundary(witness_, arena_, input_, noise_);
    if (input_.forger != nullptr) {
        input_.forger->boundary(input_.record->index, witness_);
    }
    std::vector<Matrix<F>> traces;
    for (const Part& part : layout_.parts(Tree::boundary)) {
        traces.push_back(trace_of(part.table));
    }
    return commit(Tree::boundary, traces, Traces::kept);
}

template <class C>
void SegmentProver<C>::prove(ProofWriter<C>& proof, const BusChallenge<E>& global) {
    global_ = &global;
    fill_tables(witness_, arena_, input_, noise_);
    if (input_.forger != nullptr) {
        input_.forger->tables(input_.record->index, witness_);
    }
    std::vector<Matrix<F>> traces;
    for (const Part& part : layout_.parts(Tree::main)) {
        traces.push_back(trace_of(part.table));
    }
    proof.digest("main", commit(Tree::main, traces, Traces::kept));
    const E alpha = proof.challenge("bus alpha", profile_.round_grinding);
    const E beta = proof.challenge("bus beta", profile_.round_grinding);
    local_ = bus_challenge<F>(alpha, beta);
    prove_sums(proof);
    prove_quotient(proof);
    prove_openings(proof);
}

template <class C>
void SegmentProver<C>::prove_sums(ProofWriter<C>& proof) {
    std::vector<Matrix<F>> traces;
    std::vector<E> totals;
    std::vector<E> global_totals;
    for (const Part& part : layout_.parts(Tree::sums)) {
        const std::size_t t = part.table;
        traces.push_back(sums_of(t, totals_[t], global_totals_[t]));
        if (input_.forger != nullptr) {
            input_.forger->sums(input_.record->index, {t,
                                                       traces.back(),
                                                       {&totals_[t][0], C::kDegree},
                                                       {&global_totals_[t][0], C::kDegree}});
        }
        totals.push_back(totals_[t]);
        if (kTables[t].is_global) {
            global_totals.push_back(global_totals_[t]);
        }
    }
    proof.digest("sums", commit(Tree::sums, traces, Traces::replaced));
    proof.elements("totals", std::span<const E>(totals));
    proof.elements("global totals", std::span<const E>(global_totals));
}

template <class C>
Matrix<typename C::F> SegmentProver<C>::sums_of(std::size_t table, E& total, E& global_total) {
    const Rows rows = layout_.rows(table);
    const Shape& shape = kTables[table].shape;
    Matrix<F> columns = allocate_matrix<F>(arena_, rows.count(), C::kDegree * shape.sum_columns());
    const Matrix<F>& main = trace_of(table);
    SumsJob<F, E> job;
    job.main = view_of(main);
    job.fixed = is_preprocessed(table) ? view_of(key_.trace(table)) : ColumnsView<F>{};
    job.rows = rows.count();
    job.parameters = segment_parameters(input_.record->index, input_.is_last);
    job.local = &local_;
    job.global = global_;
    job.out = columns.data();
    job.out_stride = columns.stride();
    parallel_for(0, rows.count(), kRowsPerTask, [&](std::size_t begin, std::size_t end) {
        with_isa(
            [&](auto isa) { TableKernels<F, E, decltype(isa)>::sums(table, job, begin, end); });
    });
    total = run_sum(columns, shape.pairs(), local_, main, 0, rows);
    if (kTables[table].is_global) {
        global_total =
            run_sum(columns, shape.sum_columns() - 1, *global_, main, kNoiseColumns, rows);
    }
    return columns;
}

/// Turns the row's steps in column `sum` of K into their running sum, and returns the total.
template <class C>
typename C::E SegmentProver<C>::run_sum(const Matrix<F>& columns, std::size_t sum,
                                        const BusChallenge<E>& challenge, const Matrix<F>& main,
                                        std::size_t noise, const Rows& rows) {
    const Matrix<F> steps = columns.columns(sum * C::kDegree, C::kDegree);
    E noise_step;
    for (std::size_t j = 0; j < kNoiseColumns; ++j) {
        noise_step += challenge.noise[j] * main.at(Rows::kNoiseRow, noise + j);
    }
    for (std::size_t d = 0; d < C::kDegree; ++d) {
        steps.at(Rows::kNoiseRow, d) = noise_step[d];
    }
    return running_sum<E>(steps, rows);
}

template <class C>
void SegmentProver<C>::prove_quotient(ProofWriter<C>& proof) {
    const E challenge = proof.challenge("constraints", profile_.round_grinding);
    const Matrix<F> coefficients = split_quotient(quotients_by_height(challenge));
    Committed& committed = of(Tree::quotient);
    committed.coefficients.push_back(coefficients);
    committed.extensions.push_back(
        extend<F>(arena_, coefficients, layout_.log_rows_max, layout_.log_blowup));
    proof.digest("quotient", plant(Tree::quotient));
}

/// For each height that a table has, the coefficients of its tables' quotient: D columns of 2n.
template <class C>
std::vector<Matrix<typename C::F>> SegmentProver<C>::quotients_by_height(const E& challenge) {
    const std::vector<E> powers = powers_of(challenge, layout_.constraint_count());
    std::vector<Matrix<F>> quotients(kLogRowsMax + 1);
    std::vector<Zerofiers<F>> zerofiers(2 * (kLogRowsMax + 1));
    std::size_t next_power = 0;
    std::array<std::size_t, kTableCount> main_part{};
    std::array<Tree, kTableCount> main_tree{};
    for (const Tree tree : {Tree::boundary, Tree::main}) {
        for (std::size_t p = 0; p < layout_.parts(tree).size(); ++p) {
            main_part[layout_.parts(tree)[p].table] = p;
            main_tree[layout_.parts(tree)[p].table] = tree;
        }
    }
    std::size_t fixed_part = 0;
    for (std::size_t s = 0; s < layout_.parts(Tree::sums).size(); ++s) {
        const std::size_t t = layout_.parts(Tree::sums)[s].table;
        const Rows rows = layout_.rows(t);
        Zerofiers<F>& z =
            zerofiers[2 * rows.log_rows + (rows.log_excluded == kLogExcludedZk ? 1U : 0U)];
        if (z.active == nullptr) {
            z = zerofiers_on_domain<F>(arena_, rows);
        }
        Matrix<F>& out = quotients[rows.log_rows];
        if (out.height() == 0) {
            out = allocate_matrix<F>(arena_, 2 * rows.count(), C::kDegree);
            for (std::size_t d = 0; d < C::kDegree; ++d) {
                std::fill_n(out.column(d).data(), out.height(), F());
            }
        }
        QuotientJob<F, E> job;
        job.main = view_of(of(main_tree[t]).extensions[main_part[t]]);
        job.sums = view_of(of(Tree::sums).extensions[s]);
        if (is_preprocessed(t)) {
            job.fixed = view_of(of(Tree::fixed).extensions[fixed_part++]);
        }
        job.domain = rows.count() << layout_.log_blowup;
        job.step = job.domain / (2 * rows.count());
        job.blowup = std::size_t{1} << layout_.log_blowup;
        job.zerofiers = &z;
        job.parameters = segment_parameters(input_.record->index, input_.is_last);
        job.powers = powers.data() + next_power;
        job.local = &local_;
        job.global = global_;
        const F share = F(static_cast<std::uint32_t>(rows.active() + 1)).inverse();
        job.total = totals_[t] * share;
        job.global_total = global_totals_[t] * share;
        job.out = out.data();
        job.out_stride = out.stride();
        parallel_for(0, 2 * rows.count(), kRowsPerTask, [&](std::size_t begin, std::size_t end) {
            with_isa(
                [&](auto isa) { TableKernels<F, E, decltype(isa)>::quotient(t, job, begin, end); });
        });
        next_power += kTables[t].shape.challenge_powers();
    }
    for (unsigned log_rows = 0; log_rows <= kLogRowsMax; ++log_rows) {
        if (quotients[log_rows].height() != 0) {
            inverse_transform<F>(quotients[log_rows], coset_shift<F>(log_rows));
        }
    }
    return quotients;
}

/// Q = Q_0 + x^(N - h) Q_1 and the mask of FRI, as coefficients; Q lifts the quotients to N rows.
template <class C>
Matrix<typename C::F> SegmentProver<C>::split_quotient(const std::vector<Matrix<F>>& quotients) {
    const unsigned log_n = layout_.log_rows_max;
    const std::size_t n = std::size_t{1} << log_n;
    const std::size_t h = Rows{log_n, layout_.zero_knowledge ? kLogExcludedZk : 0}.masked();
    Matrix<F> all = allocate_matrix<F>(arena_, n, layout_.quotient_width());
    parallel_for(0, C::kDegree, 1, [&](std::size_t d, std::size_t) {
        // Coefficient k of a quotient of height n' is coefficient k N/n' of its lift, which has
        // the same place in bit-reversed order.
        const std::span<F> whole = quotients[log_n].column(d);
        for (unsigned log_rows = 0; log_rows < log_n; ++log_rows) {
            const Matrix<F>& quotient = quotients[log_rows];
            if (quotient.height() != 0) {
                with_isa([&](auto isa) {
                    ColumnKernels<F, decltype(isa)>::add(whole.data(), quotient.column(d).data(),
                                                         quotient.height());
                });
            }
        }
        split_column<F>(whole, h, all.column(d), all.column(C::kDegree + d));
    });
    if (masks_.has_value()) {
        for (std::size_t d = 0; d < C::kDegree; ++d) {
            std::vector<F> b(h);
            masks_->stream("quotient", d).fill(std::span<F>(b));
            for (std::size_t k = 0; k < h; ++k) {
                all.at(reverse_bits(n - h + k, log_n), d) += b[k];
                all.at(reverse_bits(k, log_n), C::kDegree + d) -= b[k];
            }
        }
        parallel_for(0, C::kDegree, 1, [&](std::size_t d, std::size_t) {
            masks_->stream("fri", d).fill(all.column(2 * C::kDegree + d));
        });
    }
    return all;
}

template class SegmentProver<Koala4>;
template class SegmentProver<Koala5>;

}  // namespace nexus::zkvm
