#include "zkvm/stark/segment_verifier.hpp"

#include "zkvm/poly/evaluate.hpp"
#include "zkvm/stark/table_at_point.hpp"
#include "zkvm/stark/zerofiers_at.hpp"
#include "zkvm/vm/address_map.hpp"

namespace nexus::zkvm {

template <class C>
typename C::E SegmentVerifier<C>::run() {
    const int grinding = s_.profile->round_grinding;
    proof_.know("segment", s_.segment);
    roots_[0] = s_.fixed_root;
    roots_[1] = s_.boundary_root;
    roots_[2] = proof_.digest("main");
    const E alpha = proof_.challenge("bus alpha", grinding);
    const E beta = proof_.challenge("bus beta", grinding);
    local_ = bus_challenge<F>(alpha, beta);
    read_sums();
    const E challenge = proof_.challenge("constraints", grinding);
    roots_[4] = proof_.digest("quotient");
    const E z = proof_.challenge("out of domain", grinding);
    values_ = proof_.template elements<E>("opened", layout_.opened_count());
    if (proof_.error().has_value() || !point_is_outside(z)) {
        return {};
    }
    check_constraints(challenge, z);
    const E lambda = proof_.challenge("batch", grinding);
    if (!proof_.error().has_value()) {
        check_low_degree(z, lambda);
    }
    E sum;
    for (const E& total : global_totals_) {
        sum += total;
    }
    return sum;
}

/// The totals of all tables, which must cancel with what the verifier itself says on the buses.
template <class C>
void SegmentVerifier<C>::read_sums() {
    roots_[3] = proof_.digest("sums");
    const std::vector<Part>& parts = layout_.parts(Tree::sums);
    const std::vector<E> totals = proof_.template elements<E>("totals", parts.size());
    std::size_t globals = 0;
    for (const Part& part : parts) {
        globals += kTables[part.table].is_global ? 1 : 0;
    }
    const std::vector<E> global_totals = proof_.template elements<E>("global totals", globals);
    if (proof_.error().has_value()) {
        return;
    }
    E sum;
    globals = 0;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        totals_[parts[p].table] = totals[p];
        sum += totals[p];
        if (kTables[parts[p].table].is_global) {
            global_totals_[parts[p].table] = global_totals[globals++];
        }
    }
    if (s_.is_last) {
        // Each word is a cell that `closing` holds: a claim of more cannot balance, and would cost
        // an inversion a word.
        const std::uint64_t cells = layout_.rows(kTableIndex<ClosingTable>).active();
        const std::uint64_t words =
            region_size(s_.claim->public_input) + region_size(s_.claim->public_output);
        if (words > cells) {
            proof_.fail({ProofError::Kind::BusUnbalanced, cells, words, {}});
            return;
        }
        sum += claim_messages<F>(*s_.claim, local_, kPublicInputBegin, kOutputBegin,
                                 register_cell(kA0));
    }
    if (!sum.is_zero()) {
        proof_.fail({ProofError::Kind::BusUnbalanced, 0, s_.segment, {}});
    }
}

/// A point of a trace or extension domain would divide by zero; it comes up with negligible
/// probability, and never by a prover's choice.
template <class C>
bool SegmentVerifier<C>::point_is_outside(const E& z) const {
    const E power = z.exp_power_of_2(layout_.log_rows_max);
    const F shift = coset_shift<F>(layout_.log_rows_max).exp_power_of_2(layout_.log_domain());
    const bool outside = !(power - E(F(1))).is_zero() &&
                         !(power.exp_power_of_2(layout_.log_blowup) - E(shift)).is_zero();
    if (!outside) {
        proof_.fail({ProofError::Kind::PointInDomain, 0, s_.segment, {}});
    }
    return outside;
}

template <class C>
typename SegmentVerifier<C>::Found SegmentVerifier<C>::find(Tree tree, std::size_t part,
                                                            std::size_t first) const {
    Found found;
    std::size_t at = 0;
    for (const OpenedColumns& opened : layout_.opened()) {
        if (opened.tree == tree && opened.part == part && opened.first <= first &&
            first < opened.first + opened.count) {
            const E* const values = values_.data() + at + (first - opened.first);
            (opened.back == 0 ? found.here : opened.back == 1 ? found.before : found.over) = values;
        }
        at += opened.count;
    }
    return found;
}

template <class C>
typename SegmentVerifier<C>::Found SegmentVerifier<C>::find_table(Tree tree,
                                                                  std::size_t table) const {
    const std::vector<Part>& parts = layout_.parts(tree);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        if (parts[p].table == table) {
            return find(tree, p, 0);
        }
    }
    return {};
}

/// Q(z) = sum over tables of C(z^(N/n)) / Z(z^(N/n)).
template <class C>
void SegmentVerifier<C>::check_constraints(const E& challenge, const E& z) {
    const std::vector<E> powers = powers_of(challenge, layout_.constraint_count());
    E expected;
    std::size_t next_power = 0;
    for (std::size_t p = 0; p < layout_.parts(Tree::sums).size(); ++p) {
        expected += table_quotient(p, z, powers, next_power);
        next_power += kTables[layout_.parts(Tree::sums)[p].table].shape.challenge_powers();
    }
    const E* const quotient = find(Tree::quotient, 0, 0).here;
    const E low = combine_base_columns<E>(std::span<const E>(quotient, C::kDegree));
    const E high = combine_base_columns<E>(std::span<const E>(quotient + C::kDegree, C::kDegree));
    const std::size_t h =
        Rows{layout_.log_rows_max, layout_.zero_knowledge ? kLogExcludedZk : 0}.masked();
    const std::uint64_t n = std::uint64_t{1} << layout_.log_rows_max;
    if (low + z.pow(n - h) * high != expected) {
        proof_.fail({ProofError::Kind::Constraints, 0, s_.segment, {}});
    }
}

namespace {

/// The value at the opened point of the polynomial over E that so many base columns are.
template <class E>
E extension_value(const E* values) {
    return combine_base_columns<E>(std::span<const E>(values, E::kDegree));
}

}  // namespace

template <class C>
typename C::E SegmentVerifier<C>::table_quotient(std::size_t sums_part, const E& z,
                                                 const std::vector<E>& powers,
                                                 std::size_t first_power) const {
    const Part& part = layout_.parts(Tree::sums)[sums_part];
    const std::size_t t = part.table;
    const Shape& shape = kTables[t].shape;
    const Rows rows = layout_.rows(t);
    const E point = opening_points<F>(z, rows.log_rows, layout_.log_rows_max)[0];
    const std::array<E, 4> zerofiers = zerofiers_at<F>(point, rows);

    const auto number = segment_parameters(s_.segment, s_.is_last);
    const std::array<E, 2> parameters{E(F(number[0])), E(F(number[1]))};
    const F share = F(static_cast<std::uint32_t>(rows.active() + 1)).inverse();
    const ConstraintContext<E, E> context{
        powers.data() + first_power, parameters.data(),        &local_, s_.global,
        totals_[t] * share,          global_totals_[t] * share};
    const Found sums_values = find(Tree::sums, sums_part, 0);
    std::vector<E> columns;
    for (std::size_t c = 0; c < shape.sum_columns(); ++c) {
        columns.push_back(extension_value<E>(sums_values.here + c * C::kDegree));
    }
    const auto running = [&](std::size_t column, E& here, E& before, E& over) {
        const Found found = find(Tree::sums, sums_part, column * C::kDegree);
        here = columns[column];
        before = extension_value<E>(found.before);
        over = extension_value<E>(found.over);
    };
    SumRow<E> sums;
    running(shape.pairs(), sums.sum, sums.sum_before, sums.sum_over);
    if (kTables[t].is_global) {
        running(shape.sum_columns() - 1, sums.global_sum, sums.global_sum_before,
                sums.global_sum_over);
    }
    const Found main = find_table(kTables[t].is_boundary ? Tree::boundary : Tree::main, t);
    const Found fixed = find_table(Tree::fixed, t);
    return table_at_point<F, E>(
        t, {context, fixed.here, {main.here, main.before, main.over}, columns, sums, zerofiers});
}

template class SegmentVerifier<Koala4>;
template class SegmentVerifier<Koala5>;

}  // namespace nexus::zkvm
