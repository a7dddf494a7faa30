#include "base/assert.hpp"
#include "zkvm/isa/instruction.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::zkvm {
namespace {

constexpr std::array<std::string_view, 32> kRegisterNames = {
    "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

bool is_load(Opcode op) {
    return op == Opcode::Lw || op == Opcode::Lb || op == Opcode::Lbu || op == Opcode::Lh ||
           op == Opcode::Lhu;
}

bool is_store(Opcode op) { return op == Opcode::Sw || op == Opcode::Sb || op == Opcode::Sh; }

bool has_immediate_operand(Opcode op) {
    switch (op) {
        case Opcode::Addi:
        case Opcode::Andi:
        case Opcode::Ori:
        case Opcode::Xori:
        case Opcode::Slti:
        case Opcode::Sltiu:
        case Opcode::Slli:
        case Opcode::Srli:
        case Opcode::Srai:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::string_view register_name(std::uint32_t number) {
    NEXUS_ASSERT(number < kRegisterNames.size());
    return kRegisterNames[number];
}

std::string_view to_string(Family family) {
    constexpr std::array<std::string_view, kFamilyCount> kNames = {
        "add",  "bitwise", "less_than", "branch", "shift", "jump",
        "word", "subword", "mul",       "div",    "ecall"};
    return kNames[static_cast<std::size_t>(family)];
}

std::string disassemble(const Instruction& instruction, std::uint32_t pc) {
    const auto& [op, rd, rs1, rs2, imm] = instruction;
    const std::string_view name = mnemonic(op);
    const auto offset = static_cast<std::int32_t>(imm);
    if (op == Opcode::Ecall || op == Opcode::Fence) {
        return std::string(name);
    }
    if (op == Opcode::Lui || op == Opcode::Auipc) {
        return fmt::format("{} {}, {:#x}", name, register_name(rd), imm >> 12U);
    }
    if (op == Opcode::Jal) {
        return fmt::format("{} {}, {:#x}", name, register_name(rd), pc + imm);
    }
    if (family_of(op) == Family::Branch) {
        return fmt::format("{} {}, {}, {:#x}", name, register_name(rs1), register_name(rs2),
                           pc + imm);
    }
    if (is_load(op) || op == Opcode::Jalr) {
        return fmt::format("{} {}, {}({})", name, register_name(rd), offset, register_name(rs1));
    }
    if (is_store(op)) {
        return fmt::format("{} {}, {}({})", name, register_name(rs2), offset, register_name(rs1));
    }
    if (has_immediate_operand(op)) {
        return fmt::format("{} {}, {}, {}", name, register_name(rd), register_name(rs1), offset);
    }
    return fmt::format("{} {}, {}, {}", name, register_name(rd), register_name(rs1),
                       register_name(rs2));
}

std::string disassemble(std::uint32_t word, std::uint32_t pc) {
    const auto instruction = decode(word);
    if (!instruction) {
        return fmt::format(".word {:#010x} ({})", word, to_string(instruction.error().reason));
    }
    return disassemble(*instruction, pc);
}

}  // namespace nexus::zkvm
