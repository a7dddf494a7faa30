// Proofs of forged sums: what a prover may not write into the columns of the buses, be the messages
// true or not. Each lie is told so that it breaks one relation and no other, and that totals still
// cancel.
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/stark/witness_forger.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kDegree = Koala4::kDegree;

/// What is added to one number of K.
constexpr std::array<std::uint32_t, kDegree> kLie{1234567, 3, 0, 89};

void add(std::span<F> to, bool is_less) {
    for (std::size_t d = 0; d < kDegree; ++d) {
        to[d] += is_less ? -F(kLie[d]) : F(kLie[d]);
    }
}

/// Column `column` of K in the sums of a table.
void add_at(const SumsOfTable& sums, std::size_t column, std::size_t row, bool is_less) {
    std::array<F, kDegree> cell;
    const Matrix<F> columns = sums.columns.columns(column * kDegree, kDegree);
    for (std::size_t d = 0; d < kDegree; ++d) {
        cell[d] = columns.at(row, d);
    }
    add(cell, is_less);
    for (std::size_t d = 0; d < kDegree; ++d) {
        columns.at(row, d) = cell[d];
    }
}

/// The sums of a segment or those between segments.
enum class Side : std::uint8_t { local, global };

std::size_t running_column(const SumsOfTable& sums, Side side) {
    const Shape& shape = kTables[sums.table].shape;
    return side == Side::local ? shape.pairs() : shape.sum_columns() - 1;
}

Rows rows_of(const SumsOfTable& sums) {
    return {log2_exact(sums.columns.height()), kLogExcludedZk};
}

/// Adds a lie to the step of row `first` and takes it off the step of row `second`; the running sum
/// holds it in between. With a pair, the step follows from that pair; without, from nothing.
class TwoSteps : public WitnessForger {
public:
    struct Where {
        std::size_t table = 0;
        Side side = Side::local;
        std::size_t first = 0, second = 0;
        std::ptrdiff_t pair = -1;  ///< Column of K.
    };
    explicit TwoSteps(const Where& where) : where_(where) {}

    void sums(std::uint32_t /*segment*/, const SumsOfTable& sums) override {
        if (sums.table != where_.table) {
            return;
        }
        for (std::size_t row = where_.first; row < where_.second; ++row) {
            if (!rows_of(sums).is_excluded(row)) {
                add_at(sums, running_column(sums, where_.side), row, false);
            }
        }
        if (where_.pair >= 0) {
            const auto pair = static_cast<std::size_t>(where_.pair);
            add_at(sums, pair, where_.first, false);
            add_at(sums, pair, where_.second, true);
        }
    }

private:
    Where where_;
};

/// Adds a lie to the total of one table and takes it off that of another.
class TwoTotals : public WitnessForger {
public:
    TwoTotals(Side side, std::size_t more, std::size_t less)
        : side_(side), more_(more), less_(less) {}

    void sums(std::uint32_t /*segment*/, const SumsOfTable& sums) override {
        if (sums.table == more_ || sums.table == less_) {
            const bool is_less = sums.table == less_;
            add(side_ == Side::local ? sums.total : sums.global_total, is_less);
            lie(sums, is_less);
        }
    }

protected:
    virtual void lie(const SumsOfTable& /*sums*/, bool /*is_less*/) {}
    [[nodiscard]] Side side() const { return side_; }

private:
    Side side_;
    std::size_t more_, less_;
};

/// The same, and the running sum takes the lie in the row of the noise: each other step is right,
/// the share of the new total included.
class TwoNoises : public TwoTotals {
public:
    using TwoTotals::TwoTotals;

private:
    void lie(const SumsOfTable& sums, bool is_less) override {
        const Rows rows = rows_of(sums);
        const F share = F(static_cast<std::uint32_t>(rows.active() + 1)).inverse();
        const Matrix<F> running =
            sums.columns.columns(running_column(sums, side()) * kDegree, kDegree);
        F left(1);  // of the lie, when each row has taken its share
        for (std::size_t row = 0; row < rows.count(); ++row) {
            if (rows.is_excluded(row)) {
                continue;
            }
            left -= share;
            for (std::size_t d = 0; d < kDegree; ++d) {
                running.at(row, d) += (is_less ? -left : left) * F(kLie[d]);
            }
        }
        EXPECT_TRUE(left.is_zero()) << "a cycle";
    }
};

std::string verdict_with(WitnessForger& forger) {
    static ProvingBench bench(small_program());
    ProverOptions options;
    options.forger = &forger;
    return verdict(bench.prove(small_input(), options));
}

constexpr std::size_t kLookup = kTableIndex<LookupTable>;
constexpr std::size_t kBoundary = kTableIndex<BoundaryTable>;
constexpr std::size_t kClosing = kTableIndex<ClosingTable>;
/// Rows of the lookup table between two of E; those of the boundary table are two.
constexpr std::size_t kPeriod = 64;

TEST(ForgedSums, HonestOnesAreAccepted) {
    WitnessForger honest;
    EXPECT_EQ(verdict_with(honest), "accepted");
    TwoSteps nothing({kLookup, Side::local, 5, 5, -1});
    EXPECT_EQ(verdict_with(nothing), "accepted") << "a lie of no row";
}

/// phi d1 d2 = m1 d2 + m2 d1 breaks in two rows, in each pair of messages.
TEST(ForgedSums, OfAPairAreRejected) {
    const Shape& lookup = kTables[kLookup].shape;
    const Shape& boundary = kTables[kBoundary].shape;
    std::vector<TwoSteps::Where> lies;
    for (std::size_t pair = 0; pair < lookup.pairs(); ++pair) {
        lies.push_back({kLookup, Side::local, 70, 75, static_cast<std::ptrdiff_t>(pair)});
    }
    for (std::size_t pair = 0; pair < boundary.pairs(); ++pair) {
        lies.push_back({kBoundary, Side::local, 5, 9, static_cast<std::ptrdiff_t>(pair)});
    }
    for (std::size_t pair = boundary.pairs() + 1; pair + 1 < boundary.sum_columns(); ++pair) {
        lies.push_back({kBoundary, Side::global, 5, 9, static_cast<std::ptrdiff_t>(pair)});
    }
    EXPECT_GE(lies.size(), 3U);
    for (const TwoSteps::Where& where : lies) {
        TwoSteps forger(where);
        EXPECT_EQ(verdict_with(forger), "Constraints")
            << kTables[where.table].name << ", column " << where.pair;
    }
}

/// A step that no pair gives, in rows whose row before is no row of E.
TEST(ForgedSums, OfAStepAreRejected) {
    TwoSteps forger({kLookup, Side::local, kPeriod + 2, kPeriod + 40, -1});
    EXPECT_EQ(verdict_with(forger), "Constraints");
}

/// The same in rows whose step goes over a row of E: on both sides of one, and of many.
TEST(ForgedSums, OfAStepOverAMaskedRowAreRejected) {
    for (const TwoSteps::Where& where :
         {TwoSteps::Where{kLookup, Side::local, kPeriod + 1, 2 * kPeriod + 1, -1},
          TwoSteps::Where{kLookup, Side::local, 3 * kPeriod + 1, 900 * kPeriod + 1, -1},
          TwoSteps::Where{kBoundary, Side::local, 3, 5, -1},
          TwoSteps::Where{kBoundary, Side::global, 3, 5, -1},
          TwoSteps::Where{kClosing, Side::global, 101, 4095, -1}}) {
        TwoSteps forger(where);
        EXPECT_EQ(verdict_with(forger), "Constraints")
            << kTables[where.table].name << ", rows " << where.first << " and " << where.second;
    }
}

/// Noise that row 1 does not hold, in two tables so that it cancels.
TEST(ForgedSums, OfNoiseAreRejected) {
    TwoNoises local(Side::local, kTableIndex<AddTable>, kTableIndex<WordTable>);
    EXPECT_EQ(verdict_with(local), "Constraints");
    TwoNoises global(Side::global, kBoundary, kClosing);
    EXPECT_EQ(verdict_with(global), "Constraints");
}

/// Totals that are not those of the columns, and cancel.
TEST(ForgedSums, OfTotalsAreRejected) {
    TwoTotals local(Side::local, kTableIndex<AddTable>, kTableIndex<WordTable>);
    EXPECT_EQ(verdict_with(local), "Constraints");
    TwoTotals global(Side::global, kBoundary, kClosing);
    EXPECT_EQ(verdict_with(global), "Constraints");
}

/// A total of one table alone is seen before any column is.
TEST(ForgedSums, ThatDoNotCancelAreRejected) {
    TwoTotals local(Side::local, kTableIndex<AddTable>, kTableCount);
    EXPECT_EQ(verdict_with(local), "BusUnbalanced");
}

}  // namespace
}  // namespace nexus::zkvm
