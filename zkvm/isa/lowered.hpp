#pragma once

#include "zkvm/isa/instruction.hpp"

#include <cstdint>

namespace nexus::zkvm {

// The numbers of operations within each family. Families of one operation have number 0.
enum class AddOp : std::uint8_t { Add, Sub };
enum class BitwiseOp : std::uint8_t { And, Or, Xor };
enum class LessThanOp : std::uint8_t { Signed, Unsigned };
enum class BranchOp : std::uint8_t { Beq, Bne, Blt, Bge, Bltu, Bgeu };
enum class ShiftOp : std::uint8_t { Left, RightLogical, RightArithmetic };
enum class WordOp : std::uint8_t { Load, Store };
enum class SubwordOp : std::uint8_t { Lb, Lbu, Lh, Lhu, Sb, Sh };
enum class MulOp : std::uint8_t { Mul, Mulh, Mulhsu, Mulhu };
enum class DivOp : std::uint8_t { Div, Divu, Rem, Remu };

/// How many operations each family has, by its number.
inline constexpr std::uint8_t kFamilyOps[kFamilyCount] = {2, 3, 2, 6, 3, 1, 2, 6, 4, 4, 1};

/// An instruction at its place in the program, in the form that is executed and proven: what can be
/// computed from the encoding and the pc alone already is, and registers are cells.
///
/// The second operand of add, bitwise, less-than and shift is `rs2 + imm`: register forms have imm
/// 0, immediate forms have rs2 = x0.
///
/// | family                 | rd                     | rs1 | rs2               | imm        |
/// |------------------------|------------------------|-----|-------------------|------------|
/// | Add: add, sub, addi    | rd                     | rs1 | rs2 or x0         | 0 or imm   |
/// | Add: lui, auipc        | rd                     | x0  | x0                | the result |
/// | Add: fence             | sink                   | x0  | x0                | 0          |
/// | Bitwise, LessThan      | rd                     | rs1 | rs2 or x0         | 0 or imm   |
/// | Shift                  | rd                     | rs1 | rs2 or x0         | 0 or imm   |
/// | Branch                 | 0                      | rs1 | rs2               | offset     |
/// | Jump: jal              | rd                     | x0  | (pc + 4) mod 2^16 | target     |
/// | Jump: jalr             | rd                     | rs1 | (pc + 4) mod 2^16 | imm        |
/// | Word, Subword          | loads: rd, stores: rs2 | rs1 | 0                 | imm        |
/// | Mul, Div               | rd                     | rs1 | rs2               | 0          |
/// | Ecall                  | 0                      | x17 | 0                 | 0          |
///
/// Invariant: an rd that is written is never x0 but the sink in its place.
struct LoweredInstruction {
    std::uint32_t pc = 0;
    Family family = Family::Add;
    std::uint8_t op = 0;    ///< number within the family
    std::uint32_t rd = 0;   ///< a cell, or 0
    std::uint32_t rs1 = 0;  ///< a cell
    std::uint32_t rs2 = 0;  ///< a cell, 0, or for Jump the low half of the link
    std::uint32_t imm = 0;

    friend bool operator==(const LoweredInstruction&, const LoweredInstruction&) = default;
};

/// The instruction at `pc` in the form that is proven. Pre: pc is a multiple of 4.
LoweredInstruction lower(const Instruction& instruction, std::uint32_t pc);

}  // namespace nexus::zkvm
