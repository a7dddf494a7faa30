// Bugs that proof systems have had, as rows that our tables must refuse. Named after their source.
// Those of a whole proof: tests/unit/zkvm/stark/known_bugs_test.cpp, fault_test.cpp, halt_test.cpp.
#include "tests/support/zkvm/alu_rows.hpp"
#include "tests/support/zkvm/div_rows.hpp"
#include "tests/support/zkvm/lookups.hpp"
#include "tests/support/zkvm/row_text.hpp"
#include "zkvm/components/add/add_trace.hpp"
#include "zkvm/components/closing/closing_trace.hpp"
#include "zkvm/components/copy32/copy32_trace.hpp"
#include "zkvm/components/jump/jump_trace.hpp"
#include "zkvm/components/less_than/less_than_trace.hpp"
#include "zkvm/components/mul/mul_trace.hpp"
#include "zkvm/components/shift/shift_trace.hpp"
#include "zkvm/components/subword/subword_trace.hpp"
#include "zkvm/components/word/word_trace.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/semantics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

constexpr std::array<std::uint32_t, 10> kEdges = {
    0, 1, 2, 3, 0xffff, 0x1'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'fffe, 0xffff'ffff};

/// Source: RISC Zero, GHSA-f6rc-24x4-ppxp: signed division had a second answer.
/// Source: Pico, pull request 101: a remainder above the divisor was accepted.
TEST(KnownBug, RiscZeroDivision) {
    for (const DivOp op : {DivOp::Div, DivOp::Divu, DivOp::Rem, DivOp::Remu}) {
        for (const std::uint32_t b : kEdges) {
            for (const std::uint32_t c : kEdges) {
                const DivTable::Row<F> row = honest_div(op, b, c);
                ASSERT_TRUE(is_consistent(text_of<DivTable>(row))) << b << " by " << c;
                if (c == 0) {
                    continue;
                }
                const std::uint32_t abs_b = row.sign_b == F(1) ? 0 - b : b;
                const std::uint32_t abs_c = row.sign_c == F(1) ? 0 - c : c;
                for (const std::uint32_t delta : {0xffff'ffffU, 0U, 1U}) {
                    const std::uint32_t abs_q = abs_b / abs_c + delta;
                    const std::uint32_t abs_r = abs_b - abs_q * abs_c;
                    for (const bool sign_q : {false, true}) {
                        for (const bool sign_r : {false, true}) {
                            const auto claimed =
                                claimed_div(op, b, c, {abs_c, abs_q, abs_r, sign_q, sign_r});
                            const bool is_honest =
                                claimed.q.lo == row.q.lo && claimed.q.hi == row.q.hi &&
                                claimed.r.lo == row.r.lo && claimed.r.hi == row.r.hi;
                            EXPECT_TRUE(is_honest || !is_consistent(text_of<DivTable>(claimed)))
                                << b << " by " << c << ", |q| = " << abs_q << ", |r| = " << abs_r;
                        }
                    }
                }
            }
        }
    }
}

/// Source: Ceno, issue 1296: remu with divisor 0 took any remainder.
TEST(KnownBug, CenoRemuZeroDivisor) {
    for (const DivOp op : {DivOp::Rem, DivOp::Remu, DivOp::Div, DivOp::Divu}) {
        for (const std::uint32_t b : kEdges) {
            DivTable::Row<F> row = honest_div(op, b, 0);
            ASSERT_TRUE(is_consistent(text_of<DivTable>(row)));
            row.r.lo += F(1);
            row.abs_r.lo += row.sign_b == F(1) ? -F(1) : F(1);
            row.a.lo += op == DivOp::Rem || op == DivOp::Remu ? F(1) : F();
            EXPECT_TRUE(breaks(text_of<DivTable>(row), "r of zero low")) << b;
            row = honest_div(op, b, 0);
            row.c_is_zero = F();
            EXPECT_FALSE(is_consistent(text_of<DivTable>(row))) << "0 is no divisor";
        }
    }
}

/// Source: Ceno, issue 1296 and pull request 1345: a carry that is x / 2^16 in the field passes a
/// check of the sum, since it needs no range.
TEST(KnownBug, CenoCarryInverse) {
    const AluStep step(Family::Add, 0, 0x0001'fff0, 0x0002'0020, 0x0004'0010);
    const AddTable::Row<F> honest = add_row<F>(step.executed());
    ASSERT_TRUE(is_consistent(text_of<AddTable>(honest)));
    for (std::uint32_t delta = 1; delta < 65536; ++delta) {
        AddTable::Row<F> row = honest;
        row.a.lo = F((honest.a.lo.value() + delta) & 0xffffU);
        const F low = row.c.lo + row.b.lo + row.imm.lo - row.a.lo;
        row.carry_low = low * F(65536).inverse();
        const F high = row.c.hi + row.b.hi + row.imm.hi + row.carry_low;
        row.carry_high = F();
        row.a.hi = high;
        ASSERT_FALSE(is_consistent(text_of<AddTable>(row))) << delta;
    }
}

/// Source: OpenVM, GHSA-jf2r-x3j4-23m7: the top limb of auipc had too wide a range, so the result
/// had a second value.
TEST(KnownBug, OpenVmAuipcRange) {
    const AluStep step(Family::Add, 0, 0, 0, 0xffff'f000, 0xffff'f000);  // the sum is in imm
    const AddTable::Row<F> honest = add_row<F>(step.executed());
    ASSERT_TRUE(is_consistent(text_of<AddTable>(honest)));
    for (const std::int64_t low : {-65536, 0, 65536}) {
        for (const std::int64_t high : {-131072, -65537, -65536, -1, 0, 1, 65535, 65536}) {
            if (low == 0 && high == 0) {
                continue;
            }
            for (const std::uint32_t carries : {0U, 1U, 2U, 3U}) {
                AddTable::Row<F> row = honest;
                row.a.lo += F::from_i64(low);
                row.a.hi += F::from_i64(high);
                row.carry_low = F(carries & 1U);
                row.carry_high = F(carries >> 1U);
                EXPECT_FALSE(is_consistent(text_of<AddTable>(row))) << low << ", " << high;
            }
        }
    }
}

/// Source: Pico, pull request 101: the amount of a shift was not reduced, or reduced twice.
TEST(KnownBug, PicoShiftAmount) {
    for (const ShiftOp op : {ShiftOp::Left, ShiftOp::RightLogical, ShiftOp::RightArithmetic}) {
        for (std::uint32_t amount = 0; amount < 96; ++amount) {
            const std::uint32_t c = 0xffff'0000U + amount;
            const AluStep step(Family::Shift, static_cast<std::uint8_t>(op), 0x8765'4321, c,
                               semantics::shift(op, 0x8765'4321, c));
            const ShiftTable::Row<F> honest = shift_row<F>(step.executed());
            ASSERT_TRUE(is_consistent(text_of<ShiftTable>(honest))) << amount;
            // Every other cut of the amount into rest, whole bytes and bits.
            std::size_t cuts = 0;
            for (std::uint32_t t = 0; t < 8; ++t) {
                for (std::uint32_t whole = 0; whole < 4; ++whole) {
                    const F rest = (F(amount) - F(t) - F(8 * whole)) * F(32).inverse();
                    cuts += rest.value() < 65536 ? 1 : 0;
                }
            }
            EXPECT_EQ(cuts, 1U) << amount;
        }
    }
}

/// Source: Ceno, issue 539, and others: jalr must clear bit 0 of the target, and no other.
TEST(KnownBug, CenoJalrBitZero) {
    for (const std::uint32_t base : {0x1'0040U, 0x1'0041U, 0x1'0042U, 0x1'0043U}) {
        AluStep step(Family::Jump, 0, base, 0, 0x1'0004);
        step.instruction.rs2 = 4;  // the low limb of the link
        const JumpTable::Row<F> row = jump_row<F>(step.executed());
        EXPECT_EQ(is_consistent(text_of<JumpTable>(row)), base % 4 < 2) << base;
        JumpTable::Row<F> other = row;
        other.bit0 = F(1) - row.bit0;
        EXPECT_FALSE(is_consistent(text_of<JumpTable>(other))) << base;
    }
}

/// Source: Ceno, issue 539: srli and srai were one instruction to the table. The program's message
/// says which it is, and a row that answers for the other has another result.
TEST(KnownBug, CenoSraiIsNotSrli) {
    constexpr std::uint32_t kNegative = 0x8765'4321;
    for (const std::uint32_t amount : {0U, 1U, 7U, 8U, 31U}) {
        const auto row_of = [&](ShiftOp op) {
            return shift_row<F>(AluStep(Family::Shift, static_cast<std::uint8_t>(op), kNegative,
                                        amount, semantics::shift(op, kNegative, amount))
                                    .executed());
        };
        const ShiftTable::Row<F> logical = row_of(ShiftOp::RightLogical);
        const ShiftTable::Row<F> arithmetic = row_of(ShiftOp::RightArithmetic);
        ShiftTable::Row<F> lie = logical;
        lie.is_sra = F(1);
        EXPECT_FALSE(is_consistent(text_of<ShiftTable>(lie))) << amount;
        lie = arithmetic;
        lie.is_sra = F();
        EXPECT_FALSE(is_consistent(text_of<ShiftTable>(lie))) << amount;
        const auto op_of = [](const ShiftTable::Row<F>& row) {
            for (const FlatMessage& message : text_of<ShiftTable>(row).messages) {
                if (message.bus == Bus::program) {
                    return message.limbs[1];
                }
            }
            return 0U;
        };
        EXPECT_EQ(op_of(logical), op::kSrl);
        EXPECT_EQ(op_of(arithmetic), op::kSra);
    }
}

/// Source: Pico, pull request 101: the bit of less-than was not pinned on each of its paths.
TEST(KnownBug, PicoLessThan) {
    for (const LessThanOp op : {LessThanOp::Signed, LessThanOp::Unsigned}) {
        for (const std::uint32_t b : kEdges) {
            for (const std::uint32_t c : kEdges) {
                const std::uint32_t less = semantics::less_than(op, b, c);
                const AluStep step(Family::LessThan, static_cast<std::uint8_t>(op), b, c, less);
                const LessThanTable::Row<F> honest = less_than_row<F>(step.executed());
                ASSERT_TRUE(is_consistent(text_of<LessThanTable>(honest))) << b << " < " << c;
                for (unsigned bits = 0; bits < 8; ++bits) {
                    LessThanTable::Row<F> row = honest;
                    row.less = F(1 - less);
                    row.borrow = F(bits & 1U);
                    row.sign_b = F(bits >> 1U & 1U);
                    row.sign_c = F(bits >> 2U & 1U);
                    row.d.lo = row.b.lo - row.c.lo + F(65536) * row.borrow;
                    row.d.hi = row.b.hi - row.c.hi - row.borrow -
                               F(65536) * (row.sign_b - row.sign_c) + F(65536) * row.less;
                    EXPECT_FALSE(is_consistent(text_of<LessThanTable>(row))) << b << " < " << c;
                }
            }
        }
    }
}

WordTable::Row<F> word_at(std::uint32_t base, std::uint32_t offset) {
    AluStep step(Family::Word, 0, base, 0x1111'1111, 0x1111'1111, offset);
    step.step.access[1].cell = (base + offset) & ~3U;
    return word_row<F>(step.executed());
}

/// Source: nexus-zkvm, issue 605: a word could be read across two.
TEST(KnownBug, Nexus605Alignment) {
    for (std::uint32_t at = 0x20'0000; at < 0x20'0008; ++at) {
        for (const std::uint32_t offset : {0U, 4U, 0xffff'fffcU}) {
            WordTable::Row<F> row = word_at(at - offset, offset);
            EXPECT_EQ(is_consistent(text_of<WordTable>(row)), at % 4 == 0) << at;
            row.source = F(at);  // the cell that the address says
            EXPECT_EQ(is_consistent(text_of<WordTable>(row)), at % 4 == 0) << at;
        }
    }
}

/// Source: Airbender, pull request 334: halves that are not aligned.
TEST(KnownBug, AirbenderHalfAlignment) {
    for (const SubwordOp op : {SubwordOp::Lh, SubwordOp::Lhu, SubwordOp::Sh}) {
        for (std::uint32_t at = 0x20'0000; at < 0x20'0004; ++at) {
            AluStep step(Family::Subword, static_cast<std::uint8_t>(op), at, 0, 0);
            step.step.access[1] = {at & ~3U, 0, 0, 6};
            step.step.access[2] = {step.instruction.rd, 0, 0, 7};
            const SubwordTable::Row<F> row = subword_row<F>(step.executed());
            EXPECT_EQ(is_consistent(text_of<SubwordTable>(row)), at % 2 == 0) << at;
        }
    }
}

/// Addresses at the end of memory and beyond, and those that wrap around 2^32 or the field.
/// Source: Miden, issues 2935 and 3245; OpenVM, pull request 1490: only differences were checked.
TEST(KnownBug, MidenAddressRange) {
    EXPECT_TRUE(is_consistent(text_of<WordTable>(word_at(kMemoryEnd - 4, 0))));
    EXPECT_TRUE(is_consistent(text_of<WordTable>(word_at(0xffff'fffc, 0x20'0004))));
    for (const std::uint32_t base : {kMemoryEnd, F::kModulus + 3, 0x8000'0000U, 0xffff'fffcU}) {
        EXPECT_FALSE(is_consistent(text_of<WordTable>(word_at(base, 0)))) << base;
    }

    const auto closes = [](std::uint32_t cell, std::uint32_t before) {
        const auto row = closing_row<F>({cell, 0, 0, 1}, {}, before);
        RowText chain;
        ClosingTable::Row<F> row_before{};
        row_before.cell = F(before);
        ClosingTable::chain(chain, row, row_before);
        return is_consistent(text_of<ClosingTable>(row)) && chain.holds();
    };
    EXPECT_TRUE(closes(8, 4));
    EXPECT_TRUE(closes(kMemoryEnd - 4, 4));
    EXPECT_FALSE(closes(8, 8)) << "a cell that is there twice has two histories";
    EXPECT_FALSE(closes(4, 8));
    EXPECT_FALSE(closes(kMemoryEnd, 4));
    EXPECT_FALSE(closes(kPcCell, 4)) << "the pc is the verifier's";
}

/// The same gap written as another number of the field, which two limbs of 13 and 16 bits cannot.
TEST(KnownBug, MidenAddressDifferenceWraps) {
    ClosingTable::Row<F> row = closing_row<F>({4, 0, 0, 1}, {}, 8);
    const F gap = F(4) - F(8) - F(1);
    for (std::uint32_t high = 0; high < 1U << 13U; ++high) {
        row.gap = {gap - F(65536) * F(high), F(high)};
        ASSERT_FALSE(is_consistent(text_of<ClosingTable>(row))) << high;
    }
}

/// Source: nexus-zkvm, issue 610: a precompile must be called by the instruction that calls it.
TEST(KnownBug, Nexus610PrecompileBinding) {
    PrecompileCall call{.number = 1,
                        .step = 7,
                        .target = 0x20'0000,
                        .source = 0x20'0100,
                        .accesses = std::vector<Access>(18)};
    const auto row = copy32_row<F>(call);
    const auto honest = text_of<Copy32Table>(row).spoken();
    for (const F change : {F(1), F(4), -F(4), F(65536)}) {
        auto moved = row;
        moved.ts += change;
        std::size_t calls = 0;
        for (const FlatMessage& message : text_of<Copy32Table>(moved).spoken()) {
            calls += message.bus == Bus::syscall ? 1 : 0;
            for (const FlatMessage& other : honest) {
                EXPECT_FALSE(message.bus == Bus::syscall && message.key() == other.key());
            }
        }
        EXPECT_EQ(calls, 1U);
    }
}

/// The high half of a signed product has one value: both corrections, each carry.
TEST(KnownBug, SignedProductHasOneHighHalf) {
    for (const MulOp op : {MulOp::Mulh, MulOp::Mulhsu, MulOp::Mulhu}) {
        for (const std::uint32_t b : kEdges) {
            for (const std::uint32_t c : kEdges) {
                const std::uint32_t a = semantics::multiply(op, b, c);
                const AluStep step(Family::Mul, static_cast<std::uint8_t>(op), b, c, a);
                const MulTable::Row<F> honest = mul_row<F>(step.executed());
                ASSERT_TRUE(is_consistent(text_of<MulTable>(honest))) << b << " * " << c;
                for (const std::uint32_t other : {a + 1, a - 1, a - b, a - c, a + b, a + c,
                                                  a - b - c, a ^ 0x8000'0000U, a + 0x1'0000}) {
                    const AluStep lie(Family::Mul, static_cast<std::uint8_t>(op), b, c, other);
                    const MulTable::Row<F> row = mul_row<F>(lie.executed());
                    EXPECT_EQ(is_consistent(text_of<MulTable>(row)), other == a);
                }
            }
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
