// Each constraint is needed: without it, a row that no machine makes would be proven.
#include "tests/support/zkvm/constraint_search.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/kitchen_sink.hpp"
#include "tests/support/zkvm/row_oracle.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <string>

namespace nexus::zkvm {
namespace {

using tests::ConstraintSearch;
using tests::Evidence;
using tests::ExecutionWitness;
using tests::KitchenSink;
using tests::RowOracle;
using tests::RowText;

const ExecutionWitness& execution() {
    static const ExecutionWitness kExecution(KitchenSink::program(), KitchenSink::input(), {});
    return kExecution;
}

/// Constraints without which no single row is wrong, and why they are there.
const std::map<std::string, Evidence>& exceptions() {
    static const std::map<std::string, Evidence> kExceptions = {
        // EXCEPTIONS
    };
    return kExceptions;
}

/// The oracle, which decides what is wrong, finds no honest row wrong.
TEST(ConstraintsNeeded, HonestRowsAreRight) {
    const ExecutionWitness& e = execution();
    for (std::size_t t = kTableIndex<BoundaryTable>; t < kTableCount; ++t) {
        const Rows rows = e.rows(1, t);
        RowText text(e.parameters(1));
        for (std::size_t i = 0; i < rows.active(); ++i) {
            tests::read_row(t, e.cells(1, t, rows.active_row(i)), {}, text);
            ASSERT_FALSE(RowOracle::is_wrong(t, text, e.parameters(1)))
                << kTables[t].name << ", row " << i;
        }
    }
}

class ConstraintsNeeded : public testing::TestWithParam<std::size_t> {};

TEST_P(ConstraintsNeeded, OfTable) {
    constexpr std::size_t kAttempts = 40'000;
    ConstraintSearch search(execution(), 1, GetParam());
    for (std::size_t k = 0; k < search.constraints(); ++k) {
        const std::string name = std::string(kTables[GetParam()].name) + ": " + search.name(k);
        const auto exception = exceptions().find(name);
        const Evidence expected =
            exception == exceptions().end() ? Evidence::wrong : exception->second;
        EXPECT_EQ(static_cast<int>(search.find(k, kAttempts)), static_cast<int>(expected)) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(AllTables, ConstraintsNeeded,
                         testing::Range(kTableIndex<BoundaryTable>, kTableIndex<Sha256Table>),
                         [](const auto& table) { return std::string(kTables[table.param].name); });

/// The two constraints between rows of `closing`: a cell twice, and a gap in the order.
TEST(ConstraintsNeeded, BetweenRowsOfClosing) {
    ClosingTable::Row<tests::F> before{};
    before.cell = tests::F(8);
    ClosingTable::Row<tests::F> row{};
    row.cell = tests::F(8);
    row.real = tests::F(1);
    RowText text;
    ClosingTable::chain(text, row, before);
    EXPECT_FALSE(text.values[0].is_zero()) << "the same cell again, with the gap 0";
    EXPECT_TRUE(text.values[1].is_zero()) << "only that one";

    // Padding that does not repeat would let the cells start again from below.
    row = {};
    row.cell = tests::F(4);
    ClosingTable::chain(text, row, before);
    EXPECT_TRUE(text.values[2].is_zero());
    EXPECT_FALSE(text.values[3].is_zero());
}

}  // namespace
}  // namespace nexus::zkvm
