// Every cell of every table, changed: something must see it.
#include "tests/support/zkvm/forgery.hpp"

#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/kitchen_sink.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace nexus::zkvm {
namespace {

using tests::ExecutionWitness;
using tests::ForgeryReport;
using tests::KitchenSink;

/// Cells of rows that are there, which may be changed and change nothing.
const std::map<std::string, std::string>& free_in_real_rows() {
    static const std::map<std::string, std::string> kFree = {
        // Noise: read in row 1 alone, which is no row of the trace.
        {"boundary, real", "noise"},
        {"closing, real", "noise"},
        {"image, real", "noise"},
        {"program, real", "noise"},
        // The witness that a difference is not 0 is multiplied with it: any will do where it is.
        {"branch, beq", "inverse"},
        {"branch, bge", "inverse"},
        {"branch, bgeu", "inverse"},
        {"branch, blt", "inverse"},
        {"branch, bltu", "inverse"},
        {"branch, bne", "inverse"},
        // How often an answer is asked for is what the balance of its bus binds, not the row: any
        // number of true answers is true.
        {"lookup, real", "range_count bytes_count and_count shift_count noise"},
        // Where the divisor is 0 there is no Q C + R = B and no R < C: of their witnesses only
        // ranges are asked.
        {"div, div by 0", "carry borrow slack"},
        {"div, divu by 0", "carry borrow slack"},
        {"div, rem by 0", "carry borrow slack"},
        {"div, remu by 0", "carry borrow slack"},
        // Of number_lo - 93 and number_hi, one that is 0 makes its factor free; so does
        // number_hi = 1.
        {"ecall, ecall", "inverse_lo inverse_hi inverse_precompile"},
        // The low half of a product has no correction for signs: one is a root of its polynomial,
        // the other has 12 bits.
        {"mul, mul", "wrap_low wrap_high"},
        // The row that reads the two pointers has two accesses, not four.
        {"sha256, real", "at[2].previous_time at[2].gap_high at[3].previous_time at[3].gap_high"},
    };
    return kFree;
}

/// Rows of multiplicity 0: what they say, nobody hears. So each cell here is harmless for one
/// reason: all it can change is the text of messages that are sent 0 times. Missing here are cells
/// that constraints bind in any row, and flags that would make the row say something.
const std::map<std::string, std::string>& free_in_padding() {
    static const std::map<std::string, std::string> kFree = {
        // Operands, results and witnesses of an instruction that is not there.
        {"add, padding", "pc ts rd rs1 rs2 old is_sub at1 at2 at3"},
        {"bitwise, padding", "pc ts rd rs1 rs2 imm b c old b0 b2 c0 c2 both at1 at2 at3"},
        {"branch, padding", "ts rs1 rs2 offset inverse at1 at2"},
        {"div, padding",
         "pc ts rd rs1 rs2 b c q r abs_b abs_c abs_q abs_r carry borrow slack old at1 at2 at3"},
        {"ecall, padding", "pc ts number inverse_hi at1"},
        {"jump, padding", "pc ts rd rs1 link_lo imm.hi b.hi old bit0 at1 at3"},
        // Signed, it asks for the ranges of numbers that nobody reads, and these have an answer.
        {"less_than, padding", "pc ts rd rs1 rs2 old is_signed at1 at2 at3"},
        {"mul, padding", "pc ts rd rs1 rs2 b c a old wrap_low wrap_high at1 at2 at3"},
        {"shift, padding", "pc ts rd rs1 rs2 c.hi old b lo hi at1 at2 at3"},
        {"subword, padding", "pc ts reg rs1 imm.hi b.hi reg_old reg_new stored at1 at2 at3"},
        {"word, padding", "pc ts rs1 imm.hi b.hi value old source destination at1 at2 at3"},
        {"copy32, padding", "ts target source value old at_target at_source at_write at_read"},
        // A cell that is not there; `cell` of closing is bound to that of the row before.
        {"boundary, padding", "cell first last last_time stamp noise"},
        {"closing, padding", "last stamp gap noise cell_high"},
        // Noise, as in rows that are there. A row of zeros is a true answer, so that it may be
        // given.
        {"image, padding", "noise"},
        {"lookup, padding", "range_count bytes_count and_count shift_count noise"},
        {"program, padding", "noise"},
        // Rows that compute, and access nothing.
        {"sha256, padding", "old at"},
    };
    return kFree;
}

TEST(Forgery, EachCellIsBoundOrFreeForAReason) {
    const ExecutionWitness execution(KitchenSink::program(), KitchenSink::input(), {});
    const ForgeryReport report = ForgeryReport::of(execution);
    EXPECT_GT(report.tried, 500'000U);
    std::map<std::string, std::string> expected = free_in_real_rows();
    expected.insert(free_in_padding().begin(), free_in_padding().end());
    const std::map<std::string, std::string> summary = report.summary();
    for (const auto& [rows, fields] : summary) {
        EXPECT_EQ(fields, expected[rows]) << rows << ": nothing binds these";
    }
    for (const auto& [rows, fields] : expected) {
        EXPECT_TRUE(summary.contains(rows)) << rows << ": bound by now: " << fields;
    }
}

/// The same with several segments, where stamps and parameters are not all 0 and 1: nothing more is
/// free there.
TEST(Forgery, LaterSegmentsAreBoundAsWell) {
    const ExecutionWitness execution(KitchenSink::program(), KitchenSink::input(),
                                     {.segment_steps = 2500, .zero_knowledge = false});
    std::map<std::string, std::string> expected = free_in_real_rows();
    expected.insert(free_in_padding().begin(), free_in_padding().end());
    const ForgeryReport report = ForgeryReport::of(execution, execution.segments());
    for (const auto& [rows, fields] : report.summary()) {
        EXPECT_EQ(fields, expected[rows]) << rows << ": nothing binds these";
    }
}

}  // namespace
}  // namespace nexus::zkvm
