#include "zkvm/isa/lowered.hpp"

#include "base/assert.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/instruction.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

/// The number within its family of each opcode: several opcodes are one operation.
constexpr std::array<std::uint8_t, kOpcodeCount> kOps = {
    0, 1, 0, 0, 0, 0,  // add, sub; addi, lui, auipc, fence: add
    0, 1, 2, 0, 1, 2,  // and, or, xor; andi, ori, xori
    0, 1, 0, 1,        // slt, sltu; slti, sltiu
    0, 1, 2, 3, 4, 5,  // beq, bne, blt, bge, bltu, bgeu
    0, 1, 2, 0, 1, 2,  // sll, srl, sra; slli, srli, srai
    0, 0,              // jal, jalr
    0, 1,              // lw, sw
    0, 1, 2, 3, 4, 5,  // lb, lbu, lh, lhu, sb, sh
    0, 1, 2, 3,        // mul, mulh, mulhsu, mulhu
    0, 1, 2, 3,        // div, divu, rem, remu
    0,                 // ecall
};

/// The cell that a write to register `number` goes to.
std::uint32_t written_cell(std::uint32_t number) {
    return number == 0 ? kSinkCell : register_cell(number);
}

}  // namespace

LoweredInstruction lower(const Instruction& instruction, std::uint32_t pc) {
    NEXUS_ASSERT(pc % 4 == 0);
    const Opcode op = instruction.op;
    LoweredInstruction lowered{
        .pc = pc,
        .family = family_of(op),
        .op = kOps[static_cast<std::size_t>(op)],
        .rd = written_cell(instruction.rd),
        .rs1 = register_cell(instruction.rs1),
        .rs2 = register_cell(instruction.rs2),
        .imm = instruction.imm,
    };
    switch (lowered.family) {
        case Family::Add:
            if (op == Opcode::Lui || op == Opcode::Auipc || op == Opcode::Fence) {
                lowered.rs1 = kZeroCell;
            }
            if (op == Opcode::Auipc) {
                lowered.imm += pc;
            }
            if (op == Opcode::Fence) {
                lowered.rd = kSinkCell;
                lowered.imm = 0;
            }
            break;
        case Family::Branch:
            lowered.rd = 0;
            break;
        case Family::Jump:
            if (op == Opcode::Jal) {
                lowered.rs1 = kZeroCell;
                lowered.imm += pc;
            }
            lowered.rs2 = (pc + 4) & 0xffffU;
            break;
        case Family::Word:
        case Family::Subword:
            if (op == Opcode::Sw || op == Opcode::Sb || op == Opcode::Sh) {
                lowered.rd = register_cell(instruction.rs2);
            }
            lowered.rs2 = 0;
            break;
        case Family::Ecall:
            lowered.rd = 0;
            lowered.rs1 = register_cell(kA7);
            lowered.rs2 = 0;
            break;
        default:
            break;
    }
    return lowered;
}

}  // namespace nexus::zkvm
