// A simulator: given a claim and heights, and no execution, it makes up all that a verifier sees,
// for coins of the verifier that it knows beforehand. The verifier's own code accepts it.
//
// What this shows: the opened values that a verifier checks follow from uniform ones, which the
// simulator draws, by relations that it computes from public numbers. That an honest prover's
// values are uniform in the same way is shown in masks_test.cpp. Both are about a verifier that
// tosses honest coins; that Fiat-Shamir's coins are such, and that a salted hash hides its leaf, is
// the random oracle's part. ADR 0010 has the whole argument.
#include "tests/support/zkvm/row_text.hpp"
#include "tests/support/zkvm/scripted_proof.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/stark/low_degree.hpp"
#include "zkvm/stark/segment_verifier.hpp"
#include "zkvm/stark/zerofiers.hpp"
#include "zkvm/vm/address_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)
using E = Scripted::E;

/// A number of K whose coefficients are values of polynomials over F at a point of K: the quotient
/// is opened coefficient by coefficient, so that is how it must be computed.
struct Tensor {
    std::array<E, E::kDegree> c{};

    static Tensor of(const E& constant) {
        Tensor t;
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            t.c[d] = E(constant[d]);
        }
        return t;
    }
    friend Tensor operator+(Tensor a, const Tensor& b) {
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            a.c[d] += b.c[d];
        }
        return a;
    }
    friend Tensor operator-(Tensor a, const Tensor& b) { return std::move(a) + b * -E(F(1)); }
    friend Tensor operator-(Tensor a, const E& b) {
        a.c[0] -= b;
        return a;
    }
    friend Tensor operator*(Tensor a, const E& b) {
        for (E& coefficient : a.c) {
            coefficient *= b;
        }
        return a;
    }
    friend Tensor operator*(const Tensor& a, const Tensor& b) {
        Tensor product;
        for (std::size_t i = 0; i < E::kDegree; ++i) {
            for (std::size_t j = 0; j < E::kDegree; ++j) {
                const bool wraps = i + j >= E::kDegree;
                const F factor = wraps ? F(E::Rule::kConstant) : F(1);
                product.c[(i + j) % E::kDegree] += a.c[i] * b.c[j] * factor;
            }
        }
        return product;
    }
};

BusChallenge<Tensor> tensor_of(const BusChallenge<E>& challenge) {
    BusChallenge<Tensor> t;
    t.alpha = Tensor::of(challenge.alpha);
    std::ranges::transform(challenge.beta, t.beta.begin(), Tensor::of);
    std::ranges::transform(challenge.noise, t.noise.begin(), Tensor::of);
    return t;
}

class Simulator {
public:
    Simulator(const Claim& claim, std::uint8_t seed)
        : claim_(claim), layout_(heights(), E::kDegree, true, 1), random_(MaskRng::Seed{seed}) {}

    /// What SegmentVerifier says of a simulated proof, and whether the tokens balance.
    std::pair<std::optional<ProofError>, bool> run(const std::function<void(Script&)>& change =
                                                       [](Script&) {}) {
        const E global_alpha = random_.next<E>();
        global_ = bus_challenge<F>(global_alpha, random_.next<E>());
        ProofWriter<Scripted> proof(script_, random_);
        const E alpha = proof.challenge("", 0);
        local_ = bus_challenge<F>(alpha, proof.challenge("", 0));
        powers_ = powers_of(proof.challenge("", 0), layout_.constraint_count());
        z_ = proof.challenge("", 0);
        lambda_ = proof.challenge("", 0);
        draw_indices();
        draw_totals(proof);
        draw_columns();
        draw_values();
        proof.elements("", opened());
        low_degree(proof);
        change(script_);
        ProofReader<Scripted> reader(script_);
        const SegmentStatement<Scripted> statement{&kTestProfile, &layout_,  &claim_,   1,
                                                   true,          roots_[0], roots_[1], &global_};
        const E sum = SegmentVerifier<Scripted>(statement, reader).run() +
                      pc_messages<F>(global_, kPcCell, kImageBegin, kHaltPc, 1);
        known_ = reader.known();
        return {reader.error(), sum.is_zero()};
    }

    /// What the verifier knew of the segment when it tossed its first coin.
    [[nodiscard]] const std::vector<std::pair<std::string, std::uint64_t>>& known() const {
        return known_;
    }

private:
    using Place = std::tuple<Tree, std::size_t, unsigned>;  // part, rows back

    /// A short segment: one table with public columns, those of the cells, one of instructions.
    static Heights heights() {
        Heights heights{};
        for (const std::size_t t : {kTableIndex<ProgramTable>, kTableIndex<BoundaryTable>,
                                    kTableIndex<ClosingTable>, kTableIndex<AddTable>}) {
            heights[t] = kLogRowsMin;
        }
        return heights;
    }
    [[nodiscard]] std::size_t size() const { return std::size_t{1} << layout_.log_domain(); }
    [[nodiscard]] F point(std::uint64_t index) const {
        return coset_shift<F>(layout_.log_rows_max) *
               F::two_adic_generator(layout_.log_domain()).pow(index);
    }

    void draw_indices() {
        std::vector<std::uint32_t> words(static_cast<std::size_t>(kTestProfile.queries));
        random_.fill_words(words);
        for (const std::uint32_t word : words) {
            script_.indices.push_back(word % size());
        }
        indices_ = lifted_indices(script_.indices, layout_.log_domain());
    }

    /// Uniform, but for their sums.
    void draw_totals(ProofWriter<Scripted>& proof) {
        E sum =
            claim_messages<F>(claim_, local_, kPublicInputBegin, kOutputBegin, register_cell(kA0));
        E global_sum = pc_messages<F>(global_, kPcCell, kImageBegin, kHaltPc, 1);
        std::vector<E> totals;
        std::vector<E> global_totals;
        for (const Part& part : layout_.parts(Tree::sums)) {
            sum += totals.emplace_back(random_.next<E>());
            if (kTables[part.table].is_global) {
                global_sum += global_totals.emplace_back(random_.next<E>());
            }
        }
        totals.back() -= sum;
        global_totals.back() -= global_sum;
        std::size_t globals = 0;
        for (std::size_t p = 0; p < totals.size(); ++p) {
            const std::size_t table = layout_.parts(Tree::sums)[p].table;
            totals_[table] = totals[p];
            global_totals_[table] = kTables[table].is_global ? global_totals[globals++] : E();
        }
        proof.elements("", totals);
        proof.elements("", global_totals);
    }

    /// Rows of all trees: uniform, those of the program 0 (an empty one). The quotient's are fixed
    /// where they are looked at.
    void draw_columns() {
        for (const Tree tree : kTrees) {
            for (const Part& part : layout_.parts(tree)) {
                Matrix<F>& rows = columns_[static_cast<std::size_t>(tree)].emplace_back(
                    allocate_matrix<F>(arena_, size(), part.width));
                for (std::size_t c = 0; c < part.width; ++c) {
                    random_.fill(rows.column(c));
                    if (tree == Tree::fixed) {
                        std::fill_n(rows.column(c).data(), size(), F());
                    }
                }
            }
        }
        Matrix<F>& quotient = columns_[static_cast<std::size_t>(Tree::quotient)].front();
        for (const std::uint64_t index : indices_) {
            std::map<Place, std::vector<E>> values;
            for (const Tree tree : kTrees) {
                for (std::size_t p = 0; p < layout_.parts(tree).size(); ++p) {
                    for (const unsigned back : {0U, 1U, 2U}) {
                        const std::size_t row = (index + size() - std::size_t{2} * back) % size();
                        std::vector<E>& cells = values[{tree, p, back}];
                        const Matrix<F>& rows = columns_[static_cast<std::size_t>(tree)][p];
                        for (std::size_t c = 0; c < rows.width(); ++c) {
                            cells.emplace_back(rows.at(row, c));
                        }
                    }
                }
            }
            const Tensor whole = quotient_of(values, E(point(index)));
            for (std::size_t d = 0; d < E::kDegree; ++d) {
                quotient.at(index, d) =
                    whole.c[d][0] - point(index).pow(split()) * quotient.at(index, E::kDegree + d);
            }
        }
    }

    /// Values out of the domain: uniform, but for the public columns and one half of the quotient.
    void draw_values() {
        for (const Tree tree : kTrees) {
            for (std::size_t p = 0; p < layout_.parts(tree).size(); ++p) {
                for (const unsigned back : {0U, 1U, 2U}) {
                    std::vector<E>& values = values_[{tree, p, back}];
                    for (std::size_t c = 0; c < layout_.parts(tree)[p].width; ++c) {
                        values.push_back(tree == Tree::fixed ? E() : random_.next<E>());
                    }
                }
            }
        }
        const Tensor whole = quotient_of(values_, z_);
        std::vector<E>& quotient = values_[{Tree::quotient, 0, 0}];
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            quotient[d] = whole.c[d] - z_.pow(split()) * quotient[E::kDegree + d];
        }
    }

    /// Q = Q_0 + x^split Q_1
    [[nodiscard]] std::uint64_t split() const {
        const Rows rows{layout_.log_rows_max, kLogExcludedZk};
        return rows.count() - rows.masked();
    }

    [[nodiscard]] std::vector<E> opened() const {
        std::vector<E> all;
        for (const OpenedColumns& opened : layout_.opened()) {
            const std::vector<E>& values = values_.at({opened.tree, opened.part, opened.back});
            const auto first = values.begin() + static_cast<std::ptrdiff_t>(opened.first);
            all.insert(all.end(), first, first + static_cast<std::ptrdiff_t>(opened.count));
        }
        return all;
    }

    [[nodiscard]] Tensor quotient_of(const std::map<Place, std::vector<E>>& values,
                                     const E& at) const {
        Tensor sum;
        std::size_t power = 0;
        for (std::size_t s = 0; s < layout_.parts(Tree::sums).size(); ++s) {
            for_each_table([&]<class T, std::size_t I>() {
                if (I == layout_.parts(Tree::sums)[s].table) {
                    sum = sum + table_quotient<T>(values, at, s, power);
                    power += kShape<T>.challenge_powers();
                }
            });
        }
        return sum;
    }

    [[nodiscard]] std::size_t part_of(Tree tree, std::size_t table) const {
        const auto& parts = layout_.parts(tree);
        return static_cast<std::size_t>(std::ranges::find(parts, table, &Part::table) -
                                        parts.begin());
    }

    template <class T>
    [[nodiscard]] Tensor table_quotient(const std::map<Place, std::vector<E>>& values, const E& at,
                                        std::size_t sums_part, std::size_t first_power) const {
        constexpr std::size_t kTable = kTableIndex<T>;
        const Tree tree = kTables[kTable].is_boundary ? Tree::boundary : Tree::main;
        std::array<typename T::template Row<E>, 3> rows;
        for (unsigned back = 0; back < 3; ++back) {
            std::ranges::copy(values.at({tree, part_of(tree, kTable), back}),
                              columns_of<E>(rows[back]));
        }
        FixedRow<T, E> fixed;
        if constexpr (HasFixed<T>) {
            std::ranges::copy(values.at({Tree::fixed, part_of(Tree::fixed, kTable), 0}),
                              columns_of<E>(fixed));
        }
        const auto sum_column = [&](std::size_t column, unsigned back) {
            Tensor t;
            std::copy_n(values.at({Tree::sums, sums_part, back}).begin() +
                            static_cast<std::ptrdiff_t>(column * E::kDegree),
                        E::kDegree, t.c.begin());
            return t;
        };
        constexpr Shape kShapeOf = kShape<T>;
        std::vector<Tensor> pairs;
        for (std::size_t c = 0; c < kShapeOf.sum_columns(); ++c) {
            pairs.push_back(sum_column(c, 0));
        }
        const std::size_t last = kShapeOf.sum_columns() - 1;
        const SumRow<Tensor> sums{pairs.data(),
                                  sum_column(kShapeOf.pairs(), 0),
                                  sum_column(kShapeOf.pairs(), 1),
                                  sum_column(kShapeOf.pairs(), 2),
                                  sum_column(last, 0),
                                  sum_column(last, 1),
                                  sum_column(last, 2)};
        std::vector<Tensor> powers;
        for (std::size_t k = 0; k < kShapeOf.challenge_powers(); ++k) {
            powers.push_back(Tensor::of(powers_[first_power + k]));
        }
        const Rows table_rows = layout_.rows(kTable);
        const F share = F(static_cast<std::uint32_t>(table_rows.active() + 1)).inverse();
        const std::array<E, 2> parameters{E(F(1)), E(F(1))};
        const BusChallenge<Tensor> local = tensor_of(local_);
        const BusChallenge<Tensor> global = tensor_of(global_);
        const ConstraintContext<E, Tensor> context{powers.data(),
                                                   parameters.data(),
                                                   &local,
                                                   &global,
                                                   Tensor::of(totals_[kTable] * share),
                                                   Tensor::of(global_totals_[kTable] * share)};
        ConstraintReader<F, E, Tensor> reader(context);
        const Combined<Tensor> c = reader.template run<T>(rows[0], fixed, rows[1], rows[2], sums);
        const std::array<E, 4> zerofiers = zerofiers_at<F>(at, table_rows);
        return c.active * zerofiers[0] + c.chain * zerofiers[1] + c.over * zerofiers[2] +
               c.noise * zerofiers[3];
    }

    /// FRI on a uniform polynomial; the mask makes up for what the columns give.
    void low_degree(ProofWriter<Scripted>& proof) {
        const std::span<F> codeword = arena_.allocate<F>(E::kDegree * size());
        const std::size_t n = std::size_t{1} << layout_.log_rows_max;
        std::vector<F> polynomial(n);
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            random_.fill(std::span<F>(polynomial));
            low_degree_extension<F>(std::span<const F>(polynomial), layout_.log_blowup,
                                    coset_shift<F>(layout_.log_rows_max),
                                    codeword.subspan(d * size(), size()));
        }
        Matrix<F>& quotient = columns_[static_cast<std::size_t>(Tree::quotient)].front();
        for (const std::uint64_t index : indices_) {
            const E others = batched(index);
            for (std::size_t d = 0; d < E::kDegree; ++d) {
                quotient.at(index, 2 * E::kDegree + d) = codeword[d * size() + index] - others[d];
            }
        }
        std::vector<std::unique_ptr<MerkleTree<F, MerkleSha256>>> trees;
        for (const Tree tree : kTrees) {
            const auto& matrices = columns_[static_cast<std::size_t>(tree)];
            const std::vector<Matrix<const F>> rows(matrices.begin(), matrices.end());
            const MaskRng salts = random_.stream("salt", static_cast<std::uint64_t>(tree));
            trees.push_back(std::make_unique<MerkleTree<F, MerkleSha256>>(
                rows, tree == Tree::fixed ? nullptr : &salts, arena_));
            roots_[static_cast<std::size_t>(tree)] = trees.back()->root();
            if (tree != Tree::fixed && tree != Tree::boundary) {
                proof.digest("", trees.back()->root());
            }
        }
        LowDegreeProver<Scripted> fri;
        fri.run(proof, kTestProfile, layout_.log_rows_max, codeword, arena_);
        for (const auto& tree : trees) {
            proof.opening(tree->open(indices_));
        }
        fri.answer(proof, indices_);
    }

    /// sum of lambda^(k + 1) (f_k(x) - f_k(z_k)) / (x - z_k)
    [[nodiscard]] E batched(std::uint64_t index) const {
        E sum;
        E power = lambda_;
        for (const OpenedColumns& opened : layout_.opened()) {
            const E at = opening_points<F>(z_, opened.log_rows, layout_.log_rows_max)[opened.back];
            const Matrix<F>& rows = columns_[static_cast<std::size_t>(opened.tree)][opened.part];
            const std::vector<E>& values = values_.at({opened.tree, opened.part, opened.back});
            const E inverse = (E(point(index)) - at).inverse();
            for (std::size_t c = opened.first; c < opened.first + opened.count; ++c) {
                sum += power * (E(rows.at(index, c)) - values[c]) * inverse;
                power *= lambda_;
            }
        }
        return sum;
    }

    Claim claim_;
    SegmentLayout layout_;
    MaskRng random_;
    Arena arena_;
    Script script_;
    BusChallenge<E> local_, global_;
    std::vector<E> powers_;
    E z_, lambda_;
    std::vector<std::uint64_t> indices_;  // distinct, ascending
    std::array<E, kTableCount> totals_{}, global_totals_{};
    std::array<std::vector<Matrix<F>>, kTrees.size()> columns_;
    std::map<Place, std::vector<E>> values_;
    std::array<Digest, kTrees.size()> roots_;
    std::vector<std::pair<std::string, std::uint64_t>> known_;
};

Claim some_claim(std::uint32_t exit_code) {
    Claim claim;
    claim.public_input = {1, 2, 3};
    claim.public_output = {4, 5, 6, 7, 8};
    claim.exit_code = exit_code;
    return claim;
}

/// No program ends with all of these exit codes: nothing in a proof comes from an execution, when
/// the coins are known beforehand.
TEST(Simulator, ConvincesTheVerifierOfAnything) {
    for (const std::uint8_t seed : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
        const auto [error, balances] = Simulator(some_claim(seed), seed).run();
        EXPECT_FALSE(error.has_value()) << to_string(*error);
        EXPECT_TRUE(balances);
    }
}

/// The verifier that it convinces is not asleep: any value changed is seen.
TEST(Simulator, IsCheckedByTheVerifier) {
    const auto said_of = [](const std::function<void(Script&)>& change) {
        const auto [error, balances] = Simulator(some_claim(1), 1).run(change);
        return error.has_value() ? to_string(error->kind) : balances ? "accepted" : "unbalanced";
    };
    EXPECT_EQ(said_of([](Script& s) { s.elements[0][0] += F(1); }), "BusUnbalanced");
    EXPECT_EQ(said_of([](Script& s) { s.elements[2].front() += F(1); }), "Constraints");
    EXPECT_EQ(said_of([](Script& s) { s.elements[2].back() += F(1); }), "Constraints");
    EXPECT_EQ(said_of([](Script& s) { s.elements[3][0] += F(1); }), "FinalMismatch");
    EXPECT_EQ(said_of([](Script& s) { s.challenges[4] += F(1); }), "FoldMismatch");
    EXPECT_EQ(said_of([](Script& s) { s.openings[2].groups[0].words[0] += F(1); }), "Opening");
}

/// There a zerofier is 0, or a denominator of the batch. z is the fourth coin.
TEST(Simulator, CannotUseAPointOfADomain) {
    const auto said_of = [](const E& z) {
        const auto change = [&](Script& script) { script.challenges[3] = z; };
        const auto [error, balances] = Simulator(some_claim(1), 1).run(change);
        return error.has_value() ? to_string(error->kind) : "accepted";
    };
    const F g = F::two_adic_generator(kLogRowsMin);
    const F w = F::two_adic_generator(kLogRowsMin + 1);
    for (const std::uint64_t row : {0U, 1U, 2U, 1000U, 4095U}) {
        EXPECT_EQ(said_of(E(g.pow(row))), "PointInDomain") << row;
        EXPECT_EQ(said_of(E(coset_shift<F>(kLogRowsMin) * w.pow(row))), "PointInDomain") << row;
    }
    EXPECT_EQ(said_of(E(F::generator().square())), "Constraints") << "in neither domain";
}

/// Else two segments that commit to the same columns would get the same coins.
TEST(Simulator, TossesCoinsForItsOwnSegment) {
    Simulator simulator(some_claim(1), 1);
    simulator.run();
    const std::vector<std::pair<std::string, std::uint64_t>> expected{{"segment", 1}};
    EXPECT_EQ(simulator.known(), expected);
}

}  // namespace
}  // namespace nexus::zkvm
