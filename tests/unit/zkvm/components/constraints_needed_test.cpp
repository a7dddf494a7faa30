// Each constraint is needed: without it, a row that no machine makes would be proven.
#include "tests/support/zkvm/constraint_search.hpp"
#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/handmade_rows.hpp"
#include "tests/support/zkvm/kitchen_sink.hpp"
#include "tests/support/zkvm/row_oracle.hpp"
#include "zkvm/air/row_checker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

/// Rules without which no single row is wrong, and why they are there.
const std::map<std::string, Evidence>& exceptions() {
    static const std::map<std::string, Evidence> kExceptions = {
        // How often the row is there, or one of its messages: -1 times, twice, half a time. What it
        // says is right; but tokens would come from nowhere, and go there.
        {"boundary: real", Evidence::multiplicity},
        {"closing: real", Evidence::multiplicity},
        {"closing: is_image", Evidence::multiplicity},
        {"closing: is_output", Evidence::multiplicity},
        {"add: real", Evidence::multiplicity},
        {"bitwise: one operation", Evidence::multiplicity},
        {"less_than: real", Evidence::multiplicity},
        {"shift: one direction", Evidence::multiplicity},
        {"jump: real", Evidence::multiplicity},
        {"word: one operation", Evidence::multiplicity},
        {"ecall: real", Evidence::multiplicity},
        {"copy32: real", Evidence::multiplicity},
        // Two flags claim the sum of two numbers, which no instruction of this form has. They stay:
        // nothing shall hang on how instructions are numbered.
        {"branch: one operation", Evidence::none},
        {"subword: one operation", Evidence::none},
        {"mul: one operation", Evidence::none},
        {"div: one operation", Evidence::none},
        // The same: x for lw and 1 - x for sw claim number 19 - x and a register whose cell is the
        // address, a multiple of four. Only ecall has such an operand.
        {"word: is_load", Evidence::none},
        // A sign that is no bit makes both |b| = b and |b| = -b, and the same of q: they are 0 or
        // 2^31, and all that a division can say of these is right. It stays, as part of the gadget.
        {"div: sign_b", Evidence::none},
        {"div: sign_c", Evidence::none},
        // The distance to the row before: BetweenRowsOfClosing.
        {"closing: range #5", Evidence::none},
        {"closing: range #6", Evidence::none},
    };
    return kExceptions;
}

/// All rules, so that one that is taken away is missed: OfTable says what for.
const std::map<std::string, std::string>& rules() {
    static const std::map<std::string, std::string> kRules = {
        {"boundary", "real, range"},
        {"closing",
         "real, is_image, is_private, is_output, kinds are of real rows, zero low, zero high, "
         "range #0, range #1, range #2, range #3, range #4, range #5, range #6"},
        {"add",
         "real, is_sub, carry_low, carry_high, low, high, range #0, range #1, range #2, range #3, "
         "range #4, bytes #0, bytes #1"},
        {"bitwise",
         "is_and, is_or, is_xor, one operation, result low, result high, and of bytes #0, and of "
         "bytes #1, and of bytes #2, and of bytes #3, range #0, range #1, range #2, bytes #0, "
         "bytes #1"},
        {"less_than",
         "real, is_signed, borrow, less, sign_b, sign_c, unsigned has no sign b, unsigned has no "
         "sign c, low, high, range #0, range #1, range #2, range #3, range #4, range #5, range #6, "
         "bytes #0, bytes #1"},
        {"branch",
         "flag #0, flag #1, flag #2, flag #3, flag #4, flag #5, one operation, borrow, less, "
         "sign_b, sign_c, unsigned has no sign b, unsigned has no sign c, low, high, equal, not "
         "equal, taken, next pc, range #0, range #1, range #2, range #3, range #4, range #5, "
         "bytes"},
        {"shift",
         "left #0, right #0, left #1, right #1, left #2, right #2, left #3, right #3, one "
         "direction, is_sra, sra is a right shift, no sign but sra, amount, result low, result "
         "high, bytes #0, range #0, shifted bytes #0, shifted bytes #1, shifted bytes #2, shifted "
         "bytes #3, shifted bytes #4, range #1, range #2, range #3, bytes #1, bytes #2"},
        {"jump", "real, bit0, target #0, target #1, range #0, range #1, range #2, range #3, bytes"},
        {"word",
         "is_load, one operation, address #0, address #1, lw reads the address, sw writes the "
         "address, range #0, range #1, range #2, range #3, range #4, bytes #0, bytes #1"},
        {"subword",
         "flag #0, flag #1, flag #2, flag #3, flag #4, flag #5, one operation, offset #0, offset "
         "#1, offset #2, offset #3, one offset, halves are aligned, address #0, address #1, first, "
         "second, sign, unsigned has no sign, top, loaded byte, loaded half, loaded high, stores "
         "keep the register low, stores keep the register high, word low, word high, range #0, "
         "range #1, bytes #0, bytes #1, bytes #2, bytes #3, range #2, range #3, range #4, bytes "
         "#4, bytes #5"},
        {"mul",
         "flag #0, flag #1, flag #2, flag #3, one operation, product 0, product 1, product 2, "
         "product 3, sign_b, sign_c, unsigned has no sign b, unsigned has no sign c, wrap low, mul "
         "low, mul high, mulh low, mulh high, bytes #0, bytes #1, bytes #2, bytes #3, range #0, "
         "range #1, range #2, range #3, range #4, range #5, range #6, range #7, range #8, range "
         "#9, range #10, range #11, range #12, bytes #4, bytes #5"},
        {"div",
         "flag #0, flag #1, flag #2, flag #3, one operation, sign_b, sign_c, unsigned has no sign "
         "b, unsigned has no sign c, sign of the quotient, |b| #0, |b| #1, |b| #2, |b| #3, |c| #0, "
         "|c| #1, |c| #2, |c| #3, |q| #0, |q| #1, |q| #2, |q| #3, |r| #0, |r| #1, |r| #2, |r| #3, "
         "product low, product high, product overflow, borrow, slack low, slack high, zero, q of "
         "zero low, q of zero high, r of zero low, r of zero high, result low, result high, range "
         "#0, range #1, bytes #0, bytes #1, bytes #2, bytes #3, range #2, range #3, range #4, "
         "range #5, range #6, range #7, range #8, range #9, range #10, range #11, range #12, range "
         "#13, bytes #4, bytes #5"},
        {"ecall",
         "real, halt low, halt high, no halt, precompile, no precompile, next pc, range, bytes"},
        {"copy32",
         "real, range #0, range #1, bytes #0, range #2, range #3, range #4, range #5, range #6, "
         "range #7, bytes #1, range #8, range #9, bytes #2, range #10, range #11, bytes #3, range "
         "#12, range #13, bytes #4, range #14, range #15, bytes #5, range #16, range #17, bytes "
         "#6, range #18, range #19, bytes #7, range #20, range #21, bytes #8"},
    };
    return kRules;
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
    const std::vector<std::string> names = search.names();
    std::map<std::string, std::vector<tests::F>> handmade;
    for (tests::HandmadeRow& row : tests::HandmadeRows(execution()).of(GetParam())) {
        ASSERT_TRUE(std::ranges::find(names, row.rule) != names.end()) << row.rule;
        handmade[row.rule] = std::move(row.cells);
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::string name = std::string(kTables[GetParam()].name) + ": " + names[k];
        const auto exception = exceptions().find(name);
        const Evidence expected =
            exception == exceptions().end() ? Evidence::wrong : exception->second;
        const auto row = handmade.find(names[k]);
        const Evidence evidence =
            row == handmade.end() ? search.find(k, kAttempts) : search.judge_row({k}, row->second);
        EXPECT_EQ(static_cast<int>(evidence), static_cast<int>(expected)) << name;
    }
}

TEST_P(ConstraintsNeeded, NoneIsMissing) {
    std::string names;
    for (const std::string& name : ConstraintSearch(execution(), 1, GetParam()).names()) {
        names += (names.empty() ? "" : ", ") + name;
    }
    const auto expected = rules().find(kTables[GetParam()].name);
    ASSERT_NE(expected, rules().end()) << names;
    EXPECT_EQ(names, expected->second);
}

/// The same search, with no rule left out, finds no wrong row: together they suffice.
TEST_P(ConstraintsNeeded, TogetherTheySuffice) {
    constexpr std::size_t kAttempts = 2'000;
    ConstraintSearch search(execution(), 1, GetParam());
    const std::vector<std::string> names = search.names();
    for (std::size_t k = 0; k < names.size(); ++k) {
        EXPECT_EQ(static_cast<int>(search.find_unruled(k, kAttempts)), 0)
            << kTables[GetParam()].name << ": " << names[k];
    }
}

/// Each message that is no lookup is said by some row of an honest execution: without it the tokens
/// of that execution do not balance, and no proof of it is accepted.
TEST_P(ConstraintsNeeded, EachMessageIsSaid) {
    const std::size_t t = GetParam();
    const Rows rows = execution().rows(1, t);
    RowText text(execution().parameters(1));
    std::set<std::size_t> said;
    for (std::size_t i = 0; i < rows.active(); ++i) {
        tests::read_row(t, execution().cells(1, t, rows.active_row(i)), {}, text);
        for (std::size_t m = 0; m < text.messages.size(); ++m) {
            if (!text.messages[m].multiplicity.is_zero()) {
                said.insert(m);
            }
        }
    }
    EXPECT_EQ(said.size(), kTables[t].shape.messages + kTables[t].shape.global_messages);
}

INSTANTIATE_TEST_SUITE_P(AllTables, ConstraintsNeeded,
                         testing::Range(kTableIndex<BoundaryTable>, kTableIndex<Sha256Table>),
                         [](const auto& table) { return std::string(kTables[table.param].name); });

/// What holds between rows of `closing`: no cell is there twice. Each of these rows breaks one rule
/// alone; without it, the cell 4 could follow the cell 8, or the cell 8 itself.
TEST(ConstraintsNeeded, BetweenRowsOfClosing) {
    using tests::F;
    constexpr std::size_t kClosing = kTableIndex<ClosingTable>;
    ConstraintSearch search(execution(), 1, kClosing);
    const std::vector<std::string> names = search.names();
    const auto breaks_alone = [&](const ClosingTable::Row<F>& row, const std::string& rule) {
        const auto found = std::ranges::find(names, rule);
        ASSERT_TRUE(found != names.end()) << rule;
        const F* const first = columns_of<const F>(row);
        search.judge_row({static_cast<std::size_t>(found - names.begin())},
                         {first, first + kColumns<ClosingTable>});
        EXPECT_TRUE(search.breaks_alone()) << rule;
    };
    ClosingTable::Row<F> before{};
    before.cell = F(8);
    ClosingTable::Row<F> row{};
    row.cell = F(4);
    row.real = F(1);
    const auto violated = [&] {
        RowChecker<F> checker;
        ClosingTable::chain(checker, row, before);
        return std::vector<std::string>(checker.violated.begin(), checker.violated.end());
    };
    using Names = std::vector<std::string>;
    row.gap = {F(), -F(5) * F(65536).inverse()};
    EXPECT_EQ(violated(), Names{});
    breaks_alone(row, "range #5");
    row.gap = {-F(5), F()};
    EXPECT_EQ(violated(), Names{});
    breaks_alone(row, "range #6");

    row.gap = {};
    EXPECT_EQ(violated(), Names{"cells rise"});
    row.cell = before.cell;
    EXPECT_EQ(violated(), Names{"cells rise"});
    // Padding that does not repeat would let the cells start again from below.
    row.real = F();
    EXPECT_EQ(violated(), Names{});
    row.cell = F(4);
    EXPECT_EQ(violated(), Names{"padding repeats"});
}

}  // namespace
}  // namespace nexus::zkvm
