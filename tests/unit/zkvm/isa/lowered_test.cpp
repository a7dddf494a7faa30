#include "zkvm/isa/lowered.hpp"

#include "tests/support/assembler.hpp"
#include "zkvm/isa/cells.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

using tests::branch;
using tests::imm;
using tests::jal;
using tests::reg;
using tests::store;
using tests::upper;

constexpr std::uint32_t kPc = 0x0002'fffc;  // its link, 0x30000, carries into the high half

LoweredInstruction expected(Family family, std::uint8_t op, std::uint32_t rd, std::uint32_t rs1,
                            std::uint32_t rs2, std::uint32_t value) {
    return {kPc, family, op, rd, rs1, rs2, value};
}

std::uint32_t cell(std::uint32_t number) { return register_cell(number); }

TEST(Lowered, TakesTheCellsOfRegisters) {
    EXPECT_EQ(lower(reg(Opcode::Sub, 1, 2, 3), kPc), expected(Family::Add, 1, 5, 9, 13, 0));
    EXPECT_EQ(lower(reg(Opcode::Remu, 31, 30, 29), kPc),
              expected(Family::Div, 3, cell(31), cell(30), cell(29), 0));
}

TEST(Lowered, GivesImmediateFormsX0AsSecondRegister) {
    EXPECT_EQ(lower(imm(Opcode::Xori, 1, 2, -1), kPc),
              expected(Family::Bitwise, 2, cell(1), cell(2), cell(0), 0xffff'ffff));
    EXPECT_EQ(lower(imm(Opcode::Srai, 1, 2, 31), kPc),
              expected(Family::Shift, 2, cell(1), cell(2), cell(0), 31));
    EXPECT_EQ(lower(imm(Opcode::Sltiu, 1, 2, -1), kPc),
              expected(Family::LessThan, 1, cell(1), cell(2), cell(0), 0xffff'ffff));
}

TEST(Lowered, SendsWritesOfX0ToTheSink) {
    EXPECT_EQ(lower(reg(Opcode::Add, 0, 1, 2), kPc).rd, kSinkCell);
    EXPECT_EQ(lower(imm(Opcode::Lw, 0, 1, 0), kPc).rd, kSinkCell);
    EXPECT_EQ(lower(jal(0, 8), kPc).rd, kSinkCell);
    EXPECT_EQ(lower(store(Opcode::Sw, 0, 0, 1), kPc).rd, cell(0)) << "a store reads x0";
    EXPECT_EQ(kSinkCell, 129U);
}

TEST(Lowered, ComputesWhatDependsOnThePcOnly) {
    EXPECT_EQ(lower(upper(Opcode::Lui, 1, 0xfffff000), kPc),
              expected(Family::Add, 0, cell(1), cell(0), cell(0), 0xfffff000));
    EXPECT_EQ(lower(upper(Opcode::Auipc, 1, 0xfffff000), kPc),
              expected(Family::Add, 0, cell(1), cell(0), cell(0), kPc - 0x1000));
    EXPECT_EQ(lower(jal(1, -8), kPc), expected(Family::Jump, 0, cell(1), cell(0), 0x0000, kPc - 8));
    EXPECT_EQ(lower(imm(Opcode::Jalr, 1, 2, -8), kPc),
              expected(Family::Jump, 0, cell(1), cell(2), 0x0000, 0xffff'fff8));
    EXPECT_EQ(lower(jal(1, 0), 0x1'1230).rs2, 0x1234U) << "the low half of the link";
}

TEST(Lowered, MakesFenceAnAdditionToTheSink) {
    EXPECT_EQ(lower(imm(Opcode::Fence, 5, 6, 0x0ff), kPc),
              expected(Family::Add, 0, kSinkCell, cell(0), cell(0), 0));
}

TEST(Lowered, PutsTheRegisterOfLoadsAndStoresInOnePlace) {
    EXPECT_EQ(lower(imm(Opcode::Lhu, 1, 2, -4), kPc),
              expected(Family::Subword, 3, cell(1), cell(2), 0, 0xffff'fffc));
    EXPECT_EQ(lower(store(Opcode::Sb, 1, -4, 2), kPc),
              expected(Family::Subword, 4, cell(1), cell(2), 0, 0xffff'fffc));
    EXPECT_EQ(lower(store(Opcode::Sw, 1, 4, 2), kPc),
              expected(Family::Word, 1, cell(1), cell(2), 0, 4));
}

TEST(Lowered, LeavesWhatIsUnusedZero) {
    EXPECT_EQ(lower(branch(Opcode::Bgeu, 1, 2, -4), kPc),
              expected(Family::Branch, 5, 0, cell(1), cell(2), 0xffff'fffc));
    EXPECT_EQ(lower(tests::ecall(), kPc), expected(Family::Ecall, 0, 0, cell(17), 0, 0));
}

TEST(Lowered, NumbersTheOperationsOfAFamilyWithoutGaps) {
    std::array<std::uint32_t, kFamilyCount> seen{};
    for (std::uint32_t i = 0; i < kOpcodeCount; ++i) {
        const auto op = static_cast<Opcode>(i);
        const LoweredInstruction lowered = lower({op, 0, 0, 0, 0}, kPc);
        EXPECT_EQ(lowered.family, family_of(op));
        seen[static_cast<std::size_t>(lowered.family)] |= 1U << lowered.op;
    }
    for (std::size_t family = 0; family < kFamilyCount; ++family) {
        EXPECT_EQ(seen[family], (1U << kFamilyOps[family]) - 1)
            << to_string(static_cast<Family>(family));
    }
}

}  // namespace
}  // namespace nexus::zkvm
