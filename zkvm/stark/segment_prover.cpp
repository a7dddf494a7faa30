#include "zkvm/stark/segment_prover.hpp"

#include "base/assert.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/stark/commit_columns.hpp"
#include "zkvm/stark/table_kernels.hpp"
#include "zkvm/stark/zerofiers.hpp"

#include <algorithm>

namespace nexus::zkvm {
namespace {

constexpr std::size_t kRowsPerTask = 1U << 12U;

constexpr const char* name_of(Tree tree) {
    constexpr const char* kNames[] = {"fixed", "boundary", "main", "sums", "quotient"};
    return kNames[static_cast<std::size_t>(tree)];
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
Digest SegmentProver<C>::commit(Tree tree, const std::vector<Matrix<F>>& traces) {
    Committed& committed = of(tree);
    const std::vector<Part>& parts = layout_.parts(tree);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        std::optional<MaskRng> stream;
        if (masks_.has_value()) {
            stream = masks_->stream(name_of(tree), p);
        }
        committed.coefficients.push_back(interpolate<F>(arena_, traces[p],
                                                        layout_.rows(parts[p].table),
                                                        stream.has_value() ? &*stream : nullptr));
        committed.extensions.push_back(extend<F>(arena_, committed.coefficients.back(),
                                                 parts[p].log_rows, layout_.log_blowup));
    }
    return plant(tree);
}

template <class C>
Digest SegmentProver<C>::commit_boundary() {
    fill_boundary(witness_, arena_, input_, noise_);
    std::vector<Matrix<F>> traces;
    for (const Part& part : layout_.parts(Tree::boundary)) {
        traces.push_back(trace_of(part.table));
    }
    return commit(Tree::boundary, traces);
}

template <class C>
void SegmentProver<C>::prove(ProofWriter<C>& proof, const BusChallenge<E>& global) {
    global_ = &global;
    fill_tables(witness_, arena_, input_, noise_);
    std::vector<Matrix<F>> traces;
    for (const Part& part : layout_.parts(Tree::main)) {
        traces.push_back(trace_of(part.table));
    }
    proof.digest("main", commit(Tree::main, traces));
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
        totals.push_back(totals_[t]);
        if (kTables[t].is_global) {
            global_totals.push_back(global_totals_[t]);
        }
    }
    proof.digest("sums", commit(Tree::sums, traces));
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
    parallel_for(0, rows.count(), kRowsPerTask,
                 [&](std::size_t begin, std::size_t end) {
        with_isa([&](auto isa) {
            TableKernels<F, E, decltype(isa)>::sums(table, job, begin, end);
        });
    });
    total = running_sum(columns, 0, shape.pairs(), local_, main, 0, rows);
    if (kTables[table].is_global) {
        global_total = running_sum(columns, shape.pairs() + 1, shape.global_pairs(), *global_, main,
                                   kNoiseColumns, rows);
    }
    return columns;
}

/// Fills the running sum behind `pairs` pairs, and returns the total.
template <class C>
typename C::E SegmentProver<C>::running_sum(const Matrix<F>& columns, std::size_t first_pair,
                                            std::size_t pairs, const BusChallenge<E>& challenge,
                                            const Matrix<F>& main, std::size_t noise,
                                            const Rows& rows) {
    const auto at = [&](std::size_t column, std::size_t d) {
        return columns.column((first_pair + column) * C::kDegree + d);
    };
    // First each row's step, then its sum; the share of the total comes off in a second pass.
    parallel_for(0, C::kDegree, 1, [&](std::size_t d, std::size_t) {
        F* const steps = at(pairs, d).data();
        std::fill_n(steps, rows.count(), F());
        for (std::size_t k = 0; k < pairs; ++k) {
            const F* const pair = at(k, d).data();
            for (std::size_t r = 0; r < rows.count(); ++r) {
                steps[r] += pair[r];
            }
        }
    });
    E noise_step;
    for (std::size_t j = 0; j < kNoiseColumns; ++j) {
        noise_step += challenge.noise[j] * main.at(Rows::kNoiseRow, noise + j);
    }
    E sum;
    for (std::size_t d = 0; d < C::kDegree; ++d) {
        F* const sums = at(pairs, d).data();
        sums[Rows::kNoiseRow] = noise_step[d];
        F running;
        for (std::size_t r = 0; r < rows.count(); ++r) {
            if (rows.is_excluded(r)) {
                sums[r] = F();
            } else {
                running += sums[r];
                sums[r] = running;
            }
        }
        sum[d] = running;
    }
    const E total = sum;
    const E share = total * F(static_cast<std::uint32_t>(rows.active() + 1)).inverse();
    E taken;
    for (std::size_t r = 0; r < rows.count(); ++r) {
        if (!rows.is_excluded(r)) {
            taken += share;
            for (std::size_t d = 0; d < C::kDegree; ++d) {
                at(pairs, d)[r] -= taken[d];
            }
        }
    }
    return total;
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
        if (z.active.empty()) {
            z = zerofiers_on_domain<F>(rows);
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
        parallel_for(0, 2 * rows.count(), kRowsPerTask,
                     [&](std::size_t begin, std::size_t end) {
            with_isa([&](auto isa) {
                TableKernels<F, E, decltype(isa)>::quotient(t, job, begin, end);
            });
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
            for (std::size_t p = 0; p < quotients[log_rows].height(); ++p) {
                whole[p] += quotients[log_rows].at(p, d);
            }
        }
        const std::span<F> q0 = all.column(d);
        const std::span<F> q1 = all.column(C::kDegree + d);
        for (std::size_t p = 0; p < n; ++p) {
            q0[p] = whole[2 * p];  // coefficient k < N stands at 2 reverse(k), N + k one after it
        }
        // Coefficient k of Q_1 is coefficient k + N - h of Q.
        for (std::size_t p = 0; p < n; ++p) {
            const std::size_t k = reverse_bits(p, log_n);
            q1[p] = k < h ? whole[2 * reverse_bits(n - h + k, log_n)]
                          : whole[2 * reverse_bits(k - h, log_n) + 1];
        }
        for (std::size_t k = n - h; k < n; ++k) {
            q0[reverse_bits(k, log_n)] = F();
        }
    });
    if (masks_.has_value()) {
        for (std::size_t d = 0; d < C::kDegree; ++d) {
            std::vector<F> b(h);
            masks_->stream("quotient", d).fill(std::span<F>(b));
            for (std::size_t k = 0; k < h; ++k) {
                all.at(reverse_bits(n - h + k, log_n), d) += b[k];
                all.at(reverse_bits(k, log_n), C::kDegree + d) -= b[k];
            }
            masks_->stream("fri", d).fill(all.column(2 * C::kDegree + d));
        }
    }
    return all;
}

template class SegmentProver<Koala4>;
template class SegmentProver<Koala5>;

}  // namespace nexus::zkvm
