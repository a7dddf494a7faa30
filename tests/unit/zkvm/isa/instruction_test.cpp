#include "zkvm/isa/instruction.hpp"

#include "tests/support/assembler.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::branch;
using tests::imm;
using tests::jal;
using tests::reg;
using tests::store;
using tests::upper;

struct Known {
    std::uint32_t word;
    Instruction instruction;
    std::string text;
};

/// What llvm-mc 14 makes of the text, for one instruction of each encoding and each edge of it.
const std::vector<Known>& known() {
    static const std::vector<Known> kKnown = {
        {0x00c58533, reg(Opcode::Add, 10, 11, 12), "add a0, a1, a2"},
        {0x41ff8fb3, reg(Opcode::Sub, 31, 31, 31), "sub t6, t6, t6"},
        {0x80058513, imm(Opcode::Addi, 10, 11, -2048), "addi a0, a1, -2048"},
        {0x7ff58513, imm(Opcode::Addi, 10, 11, 2047), "addi a0, a1, 2047"},
        {0xfffff537, upper(Opcode::Lui, 10, 0xfffff000), "lui a0, 0xfffff"},
        {0x00001517, upper(Opcode::Auipc, 10, 0x1000), "auipc a0, 0x1"},
        {0x0ff0000f, imm(Opcode::Fence, 0, 0, 0x0ff), "fence"},
        {0x00c5f533, reg(Opcode::And, 10, 11, 12), "and a0, a1, a2"},
        {0x00c5e533, reg(Opcode::Or, 10, 11, 12), "or a0, a1, a2"},
        {0x00c5c533, reg(Opcode::Xor, 10, 11, 12), "xor a0, a1, a2"},
        {0xfff5f513, imm(Opcode::Andi, 10, 11, -1), "andi a0, a1, -1"},
        {0x0015e513, imm(Opcode::Ori, 10, 11, 1), "ori a0, a1, 1"},
        {0xfff5c513, imm(Opcode::Xori, 10, 11, -1), "xori a0, a1, -1"},
        {0x00c5a533, reg(Opcode::Slt, 10, 11, 12), "slt a0, a1, a2"},
        {0x00c5b533, reg(Opcode::Sltu, 10, 11, 12), "sltu a0, a1, a2"},
        {0xfff5a513, imm(Opcode::Slti, 10, 11, -1), "slti a0, a1, -1"},
        {0x0015b513, imm(Opcode::Sltiu, 10, 11, 1), "sltiu a0, a1, 1"},
        {0x00b50463, branch(Opcode::Beq, 10, 11, 8), "beq a0, a1, 0x10008"},
        {0xfeb51ee3, branch(Opcode::Bne, 10, 11, -4), "bne a0, a1, 0xfffc"},
        {0x80b54063, branch(Opcode::Blt, 10, 11, -4096), "blt a0, a1, 0xf000"},
        {0x7eb55fe3, branch(Opcode::Bge, 10, 11, 4094), "bge a0, a1, 0x10ffe"},
        {0x00b560e3, branch(Opcode::Bltu, 10, 11, 2048), "bltu a0, a1, 0x10800"},
        {0x00b57063, branch(Opcode::Bgeu, 10, 11, 0), "bgeu a0, a1, 0x10000"},
        {0x00c59533, reg(Opcode::Sll, 10, 11, 12), "sll a0, a1, a2"},
        {0x00c5d533, reg(Opcode::Srl, 10, 11, 12), "srl a0, a1, a2"},
        {0x40c5d533, reg(Opcode::Sra, 10, 11, 12), "sra a0, a1, a2"},
        {0x01f59513, imm(Opcode::Slli, 10, 11, 31), "slli a0, a1, 31"},
        {0x0015d513, imm(Opcode::Srli, 10, 11, 1), "srli a0, a1, 1"},
        {0x41f5d513, imm(Opcode::Srai, 10, 11, 31), "srai a0, a1, 31"},
        {0x800000ef, jal(1, -1048576), "jal ra, 0xfff10000"},
        {0x7ffff0ef, jal(1, 1048574), "jal ra, 0x10fffe"},
        {0x001000ef, jal(1, 2048), "jal ra, 0x10800"},
        {0x80058567, imm(Opcode::Jalr, 10, 11, -2048), "jalr a0, -2048(a1)"},
        {0x7ff5a503, imm(Opcode::Lw, 10, 11, 2047), "lw a0, 2047(a1)"},
        {0x80a5a023, store(Opcode::Sw, 10, -2048, 11), "sw a0, -2048(a1)"},
        {0xfff58503, imm(Opcode::Lb, 10, 11, -1), "lb a0, -1(a1)"},
        {0x0015c503, imm(Opcode::Lbu, 10, 11, 1), "lbu a0, 1(a1)"},
        {0x00259503, imm(Opcode::Lh, 10, 11, 2), "lh a0, 2(a1)"},
        {0x0025d503, imm(Opcode::Lhu, 10, 11, 2), "lhu a0, 2(a1)"},
        {0x7ea58fa3, store(Opcode::Sb, 10, 2047, 11), "sb a0, 2047(a1)"},
        {0xfea59fa3, store(Opcode::Sh, 10, -1, 11), "sh a0, -1(a1)"},
        {0x02c58533, reg(Opcode::Mul, 10, 11, 12), "mul a0, a1, a2"},
        {0x02c59533, reg(Opcode::Mulh, 10, 11, 12), "mulh a0, a1, a2"},
        {0x02c5a533, reg(Opcode::Mulhsu, 10, 11, 12), "mulhsu a0, a1, a2"},
        {0x02c5b533, reg(Opcode::Mulhu, 10, 11, 12), "mulhu a0, a1, a2"},
        {0x02c5c533, reg(Opcode::Div, 10, 11, 12), "div a0, a1, a2"},
        {0x02c5d533, reg(Opcode::Divu, 10, 11, 12), "divu a0, a1, a2"},
        {0x02c5e533, reg(Opcode::Rem, 10, 11, 12), "rem a0, a1, a2"},
        {0x02c5f533, reg(Opcode::Remu, 10, 11, 12), "remu a0, a1, a2"},
        {0x00000073, tests::ecall(), "ecall"},
    };
    return kKnown;
}

TEST(Instruction, DecodesAndEncodesWhatAnAssemblerSays) {
    std::vector<bool> is_known(kOpcodeCount);
    for (const Known& known : known()) {
        const auto decoded = decode(known.word);
        ASSERT_TRUE(decoded.has_value()) << known.text;
        EXPECT_EQ(*decoded, known.instruction) << known.text;
        EXPECT_EQ(encode(known.instruction), known.word) << known.text;
        EXPECT_EQ(disassemble(known.word, 0x10000), known.text);
        is_known[static_cast<std::size_t>(known.instruction.op)] = true;
    }
    for (std::size_t i = 0; i < is_known.size(); ++i) {
        EXPECT_TRUE(is_known[i]) << "no line for " << mnemonic(static_cast<Opcode>(i));
    }
}

struct Refused {
    std::uint32_t word;
    IllegalReason reason;
    const char* what;
};

TEST(Instruction, RefusesEverythingElseWithItsReason) {
    const Refused refused[] = {
        {0x00000000, IllegalReason::NotFourBytes, "zeros"},
        {0x00000001, IllegalReason::NotFourBytes, "c.nop"},
        {0xffffffff, IllegalReason::UnknownMajorOpcode, "ones"},
        {0x00100073, IllegalReason::Breakpoint, "ebreak"},
        {0x00200073, IllegalReason::Privileged, "uret"},
        {0x30200073, IllegalReason::Privileged, "mret"},
        {0x10500073, IllegalReason::Privileged, "wfi"},
        {0x00000473, IllegalReason::Privileged, "ecall with rd = s0"},
        {0x00008073, IllegalReason::Privileged, "ecall with rs1 = ra"},
        {0xc0001073, IllegalReason::ControlRegister, "csrrw zero, cycle, zero"},
        {0xc0002573, IllegalReason::ControlRegister, "rdcycle a0"},
        {0x00007073, IllegalReason::ControlRegister, "csrrci zero, ustatus, 0"},
        {0x0000100f, IllegalReason::UnknownFunction, "fence.i"},
        {0x20c58533, IllegalReason::UnknownFunction, "add with funct7 = 0x10"},
        {0x40c59533, IllegalReason::UnknownFunction, "sll with funct7 = 0x20"},
        {0x04c58533, IllegalReason::UnknownFunction, "mul with funct7 = 2"},
        {0x02059513, IllegalReason::UnknownFunction, "slli by 32"},
        {0x42059513, IllegalReason::UnknownFunction, "slli with the bit of srai"},
        {0x6015d513, IllegalReason::UnknownFunction, "rori, of Zbb"},
        {0x0005b503, IllegalReason::UnknownFunction, "ld"},
        {0x0005e503, IllegalReason::UnknownFunction, "lwu"},
        {0x00a5b023, IllegalReason::UnknownFunction, "sd"},
        {0x00b52063, IllegalReason::UnknownFunction, "branch with funct3 = 2"},
        {0x00b53063, IllegalReason::UnknownFunction, "branch with funct3 = 3"},
        {0x00059567, IllegalReason::UnknownFunction, "jalr with funct3 = 1"},
        {0x0005051b, IllegalReason::UnknownMajorOpcode, "addiw"},
        {0x00c5853b, IllegalReason::UnknownMajorOpcode, "addw"},
        {0x1005252f, IllegalReason::UnknownMajorOpcode, "lr.w"},
        {0x00052507, IllegalReason::UnknownMajorOpcode, "flw"},
        {0x0000000b, IllegalReason::UnknownMajorOpcode, "custom-0"},
    };
    for (const Refused& word : refused) {
        const auto decoded = decode(word.word);
        ASSERT_FALSE(decoded.has_value()) << word.what;
        EXPECT_EQ(decoded.error(), (Illegal{word.reason, word.word})) << word.what;
    }
}

TEST(Instruction, KnowsWhatItCannotEncode) {
    EXPECT_TRUE(is_encodable(imm(Opcode::Addi, 31, 31, 2047)));
    EXPECT_FALSE(is_encodable(imm(Opcode::Addi, 32, 0, 0))) << "there is no x32";
    EXPECT_FALSE(is_encodable(imm(Opcode::Addi, 0, 0, 2048)));
    EXPECT_FALSE(is_encodable(imm(Opcode::Addi, 0, 0, -2049)));
    EXPECT_FALSE(is_encodable(imm(Opcode::Slli, 0, 0, 32)));
    EXPECT_FALSE(is_encodable(branch(Opcode::Beq, 0, 0, 1))) << "an odd offset";
    EXPECT_FALSE(is_encodable(branch(Opcode::Beq, 0, 0, 4096)));
    EXPECT_FALSE(is_encodable(jal(0, 1 << 20)));
    EXPECT_FALSE(is_encodable(upper(Opcode::Lui, 0, 0x1001)));
    EXPECT_FALSE(is_encodable(reg(Opcode::Lui, 1, 1, 0))) << "lui has no rs1";
    EXPECT_FALSE(is_encodable(reg(Opcode::Ecall, 1, 0, 0))) << "ecall has no rd";
}

TEST(Instruction, DisassemblesWhatIsIllegalToo) {
    EXPECT_EQ(disassemble(0x00100073, 0), ".word 0x00100073 (breakpoint)");
}

}  // namespace
}  // namespace nexus::zkvm
