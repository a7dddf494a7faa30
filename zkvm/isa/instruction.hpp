#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::zkvm {

/// The table of the prover in which an instruction is a row: instructions that compute alike.
enum class Family : std::uint8_t {
    Add,       ///< add, sub, addi, lui, auipc, and fence, which adds nothing to nowhere
    Bitwise,   ///< and, or, xor and their immediate forms
    LessThan,  ///< slt, sltu, slti, sltiu
    Branch,    ///< beq, bne, blt, bge, bltu, bgeu
    Shift,     ///< sll, srl, sra and their immediate forms
    Jump,      ///< jal, jalr
    Word,      ///< lw, sw
    Subword,   ///< lb, lbu, lh, lhu, sb, sh
    Mul,       ///< mul, mulh, mulhsu, mulhu
    Div,       ///< div, divu, rem, remu
    Ecall,
};

inline constexpr std::uint32_t kFamilyCount = 11;

/// The instructions of RV32IM, in the order of their families.
/// Source: The RISC-V Instruction Set Manual, Volume I, 20191213, chapters 2, 7 and 24.
enum class Opcode : std::uint8_t {
    Add,
    Sub,
    Addi,
    Lui,
    Auipc,
    Fence,
    And,
    Or,
    Xor,
    Andi,
    Ori,
    Xori,
    Slt,
    Sltu,
    Slti,
    Sltiu,
    Beq,
    Bne,
    Blt,
    Bge,
    Bltu,
    Bgeu,
    Sll,
    Srl,
    Sra,
    Slli,
    Srli,
    Srai,
    Jal,
    Jalr,
    Lw,
    Sw,
    Lb,
    Lbu,
    Lh,
    Lhu,
    Sb,
    Sh,
    Mul,
    Mulh,
    Mulhsu,
    Mulhu,
    Div,
    Divu,
    Rem,
    Remu,
    Ecall,
};

inline constexpr std::uint32_t kOpcodeCount = 47;

/// One decoded instruction.
///
/// Invariant: fields that the encoding lacks are 0, so equal instructions have equal encodings.
struct Instruction {
    Opcode op = Opcode::Addi;
    std::uint8_t rd = 0;
    std::uint8_t rs1 = 0;
    std::uint8_t rs2 = 0;
    /// The immediate as the instruction uses it: sign-extended, shifted (lui, auipc: a multiple of
    /// 4096; branches and jumps: the offset in bytes). fence: the bits 31..20, which have no
    /// effect.
    std::uint32_t imm = 0;

    friend bool operator==(const Instruction&, const Instruction&) = default;
};

/// Why a word is no instruction of this machine.
enum class IllegalReason : std::uint8_t {
    NotFourBytes,       ///< the two low bits are not 11: a compressed encoding, or zeros
    Breakpoint,         ///< ebreak
    ControlRegister,    ///< a CSR instruction
    Privileged,         ///< another encoding of the SYSTEM opcode: mret, wfi, ...
    UnknownFunction,    ///< an opcode of RV32IM with funct3, funct7 or fixed bits it does not have
    UnknownMajorOpcode  ///< an opcode that RV32IM does not have: floating point, atomics, custom
};

std::string_view to_string(IllegalReason reason);

/// A word that is no instruction of this machine, and why.
struct Illegal {
    IllegalReason reason = IllegalReason::NotFourBytes;
    std::uint32_t word = 0;

    friend bool operator==(const Illegal&, const Illegal&) = default;
};

/// The instruction of one word. Errors: every IllegalReason.
Result<Instruction, Illegal> decode(std::uint32_t word);

/// Whether the fields of `instruction` can be encoded: registers below 32, an immediate that fits
/// and is aligned, 0 in what the encoding lacks.
bool is_encodable(const Instruction& instruction);

/// The word of an instruction: the inverse of decode. Pre: is_encodable(instruction).
std::uint32_t encode(const Instruction& instruction);

Family family_of(Opcode op);

/// The name in assembly: "addi".
std::string_view mnemonic(Opcode op);
std::string_view to_string(Family family);

/// The instruction in the notation of assemblers: "addi a0, a1, -4". `pc` makes targets absolute.
std::string disassemble(const Instruction& instruction, std::uint32_t pc);

/// The same for a word, which may be illegal: ".word 0x00000000 (not four bytes)".
std::string disassemble(std::uint32_t word, std::uint32_t pc);

/// The name of a register in the calling convention: "zero", "ra", "sp", "a0". Pre: number < 32.
std::string_view register_name(std::uint32_t number);

}  // namespace nexus::zkvm
