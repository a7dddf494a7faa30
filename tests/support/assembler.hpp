#pragma once

#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/program.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace nexus::zkvm::tests {

/// Registers of the calling convention, as in assembly.
enum Register : std::uint8_t {
    zero = 0,
    ra = 1,
    sp = 2,
    t0 = 5,
    t1 = 6,
    a0 = 10,
    a1,
    a2,
    a3,
    a4,
    a7 = 17
};

inline Instruction reg(Opcode op, std::uint8_t rd, std::uint8_t rs1, std::uint8_t rs2) {
    return {op, rd, rs1, rs2, 0};
}

inline Instruction imm(Opcode op, std::uint8_t rd, std::uint8_t rs1, std::int32_t value) {
    return {op, rd, rs1, 0, static_cast<std::uint32_t>(value)};
}

/// `op value, offset(base)`
inline Instruction store(Opcode op, std::uint8_t value, std::int32_t offset, std::uint8_t base) {
    return {op, 0, base, value, static_cast<std::uint32_t>(offset)};
}

inline Instruction branch(Opcode op, std::uint8_t rs1, std::uint8_t rs2, std::int32_t offset) {
    return {op, 0, rs1, rs2, static_cast<std::uint32_t>(offset)};
}

/// lui or auipc; `value` is a multiple of 4096.
inline Instruction upper(Opcode op, std::uint8_t rd, std::uint32_t value) {
    return {op, rd, 0, 0, value};
}

inline Instruction jal(std::uint8_t rd, std::int32_t offset) {
    return {Opcode::Jal, rd, 0, 0, static_cast<std::uint32_t>(offset)};
}

inline Instruction ecall() { return {Opcode::Ecall, 0, 0, 0, 0}; }

/// Writes a program, one instruction behind the other, from kImageBegin on.
class Assembler {
public:
    Assembler& add(const Instruction& instruction) { return word(encode(instruction)); }

    Assembler& word(std::uint32_t word) {
        words_.push_back(word);
        return *this;
    }

    /// rd = value, in two instructions whatever the value.
    Assembler& li(std::uint8_t rd, std::uint32_t value) {
        const std::uint32_t high = (value + 0x800) & 0xffff'f000U;
        add(upper(Opcode::Lui, rd, high));
        return add(imm(Opcode::Addi, rd, rd, static_cast<std::int32_t>(value - high)));
    }

    /// Halts with the exit code in a0.
    Assembler& halt() { return li(a7, kEcallHalt).add(ecall()); }

    /// The pc of the instruction that is added next.
    [[nodiscard]] std::uint32_t here() const {
        return kImageBegin + 4 * static_cast<std::uint32_t>(words_.size());
    }

    [[nodiscard]] Program program() const {
        Program program;
        program.entry = kImageBegin;
        std::uint32_t pc = kImageBegin;
        for (const std::uint32_t word : words_) {
            program.text.push_back({pc, word});
            if (word != 0) {
                program.image.push_back({pc, word});
            }
            pc += 4;
        }
        return program;
    }

private:
    std::vector<std::uint32_t> words_;
};

}  // namespace nexus::zkvm::tests
