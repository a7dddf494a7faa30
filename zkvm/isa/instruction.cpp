#include "zkvm/isa/instruction.hpp"

#include "base/assert.hpp"
#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nexus::zkvm {
namespace {

/// Which fields an encoding has, and where its immediate is. Names are those of the manual; Shift
/// is an I with five bits of immediate below a fixed funct7, Fixed has no fields at all.
enum class Format : std::uint8_t { R, I, Shift, S, B, U, J, Fixed };

/// One row of the decode table: `word & mask == match` holds for the encodings of `op` alone.
struct Encoding {
    Opcode op;
    std::string_view name;
    Family family;
    Format format;
    std::uint32_t mask;
    std::uint32_t match;
};

constexpr std::uint32_t kMaskOpcode = 0x0000'007f;
constexpr std::uint32_t kMaskFunct3 = 0x0000'707f;
constexpr std::uint32_t kMaskFunct7 = 0xfe00'707f;
constexpr std::uint32_t kMaskAll = 0xffff'ffff;

/// The fixed bits of an encoding.
constexpr std::uint32_t bits(std::uint32_t opcode, std::uint32_t funct3 = 0,
                             std::uint32_t funct7 = 0) {
    return opcode | funct3 << 12U | funct7 << 25U;
}

// Major opcodes.
constexpr std::uint32_t kLoad = 0x03;
constexpr std::uint32_t kMiscMem = 0x0f;
constexpr std::uint32_t kOpImm = 0x13;
constexpr std::uint32_t kAuipc = 0x17;
constexpr std::uint32_t kStore = 0x23;
constexpr std::uint32_t kOp = 0x33;
constexpr std::uint32_t kLui = 0x37;
constexpr std::uint32_t kBranch = 0x63;
constexpr std::uint32_t kJalr = 0x67;
constexpr std::uint32_t kJal = 0x6f;
constexpr std::uint32_t kSystem = 0x73;

/// Source: The RISC-V Instruction Set Manual, Volume I, 20191213, chapter 24, tables RV32I, RV32M.
constexpr std::array<Encoding, kOpcodeCount> kEncodings = {{
    {Opcode::Add, "add", Family::Add, Format::R, kMaskFunct7, bits(kOp, 0, 0x00)},
    {Opcode::Sub, "sub", Family::Add, Format::R, kMaskFunct7, bits(kOp, 0, 0x20)},
    {Opcode::Addi, "addi", Family::Add, Format::I, kMaskFunct3, bits(kOpImm, 0)},
    {Opcode::Lui, "lui", Family::Add, Format::U, kMaskOpcode, bits(kLui)},
    {Opcode::Auipc, "auipc", Family::Add, Format::U, kMaskOpcode, bits(kAuipc)},
    {Opcode::Fence, "fence", Family::Add, Format::I, kMaskFunct3, bits(kMiscMem, 0)},
    {Opcode::And, "and", Family::Bitwise, Format::R, kMaskFunct7, bits(kOp, 7, 0x00)},
    {Opcode::Or, "or", Family::Bitwise, Format::R, kMaskFunct7, bits(kOp, 6, 0x00)},
    {Opcode::Xor, "xor", Family::Bitwise, Format::R, kMaskFunct7, bits(kOp, 4, 0x00)},
    {Opcode::Andi, "andi", Family::Bitwise, Format::I, kMaskFunct3, bits(kOpImm, 7)},
    {Opcode::Ori, "ori", Family::Bitwise, Format::I, kMaskFunct3, bits(kOpImm, 6)},
    {Opcode::Xori, "xori", Family::Bitwise, Format::I, kMaskFunct3, bits(kOpImm, 4)},
    {Opcode::Slt, "slt", Family::LessThan, Format::R, kMaskFunct7, bits(kOp, 2, 0x00)},
    {Opcode::Sltu, "sltu", Family::LessThan, Format::R, kMaskFunct7, bits(kOp, 3, 0x00)},
    {Opcode::Slti, "slti", Family::LessThan, Format::I, kMaskFunct3, bits(kOpImm, 2)},
    {Opcode::Sltiu, "sltiu", Family::LessThan, Format::I, kMaskFunct3, bits(kOpImm, 3)},
    {Opcode::Beq, "beq", Family::Branch, Format::B, kMaskFunct3, bits(kBranch, 0)},
    {Opcode::Bne, "bne", Family::Branch, Format::B, kMaskFunct3, bits(kBranch, 1)},
    {Opcode::Blt, "blt", Family::Branch, Format::B, kMaskFunct3, bits(kBranch, 4)},
    {Opcode::Bge, "bge", Family::Branch, Format::B, kMaskFunct3, bits(kBranch, 5)},
    {Opcode::Bltu, "bltu", Family::Branch, Format::B, kMaskFunct3, bits(kBranch, 6)},
    {Opcode::Bgeu, "bgeu", Family::Branch, Format::B, kMaskFunct3, bits(kBranch, 7)},
    {Opcode::Sll, "sll", Family::Shift, Format::R, kMaskFunct7, bits(kOp, 1, 0x00)},
    {Opcode::Srl, "srl", Family::Shift, Format::R, kMaskFunct7, bits(kOp, 5, 0x00)},
    {Opcode::Sra, "sra", Family::Shift, Format::R, kMaskFunct7, bits(kOp, 5, 0x20)},
    {Opcode::Slli, "slli", Family::Shift, Format::Shift, kMaskFunct7, bits(kOpImm, 1, 0x00)},
    {Opcode::Srli, "srli", Family::Shift, Format::Shift, kMaskFunct7, bits(kOpImm, 5, 0x00)},
    {Opcode::Srai, "srai", Family::Shift, Format::Shift, kMaskFunct7, bits(kOpImm, 5, 0x20)},
    {Opcode::Jal, "jal", Family::Jump, Format::J, kMaskOpcode, bits(kJal)},
    {Opcode::Jalr, "jalr", Family::Jump, Format::I, kMaskFunct3, bits(kJalr, 0)},
    {Opcode::Lw, "lw", Family::Word, Format::I, kMaskFunct3, bits(kLoad, 2)},
    {Opcode::Sw, "sw", Family::Word, Format::S, kMaskFunct3, bits(kStore, 2)},
    {Opcode::Lb, "lb", Family::Subword, Format::I, kMaskFunct3, bits(kLoad, 0)},
    {Opcode::Lbu, "lbu", Family::Subword, Format::I, kMaskFunct3, bits(kLoad, 4)},
    {Opcode::Lh, "lh", Family::Subword, Format::I, kMaskFunct3, bits(kLoad, 1)},
    {Opcode::Lhu, "lhu", Family::Subword, Format::I, kMaskFunct3, bits(kLoad, 5)},
    {Opcode::Sb, "sb", Family::Subword, Format::S, kMaskFunct3, bits(kStore, 0)},
    {Opcode::Sh, "sh", Family::Subword, Format::S, kMaskFunct3, bits(kStore, 1)},
    {Opcode::Mul, "mul", Family::Mul, Format::R, kMaskFunct7, bits(kOp, 0, 0x01)},
    {Opcode::Mulh, "mulh", Family::Mul, Format::R, kMaskFunct7, bits(kOp, 1, 0x01)},
    {Opcode::Mulhsu, "mulhsu", Family::Mul, Format::R, kMaskFunct7, bits(kOp, 2, 0x01)},
    {Opcode::Mulhu, "mulhu", Family::Mul, Format::R, kMaskFunct7, bits(kOp, 3, 0x01)},
    {Opcode::Div, "div", Family::Div, Format::R, kMaskFunct7, bits(kOp, 4, 0x01)},
    {Opcode::Divu, "divu", Family::Div, Format::R, kMaskFunct7, bits(kOp, 5, 0x01)},
    {Opcode::Rem, "rem", Family::Div, Format::R, kMaskFunct7, bits(kOp, 6, 0x01)},
    {Opcode::Remu, "remu", Family::Div, Format::R, kMaskFunct7, bits(kOp, 7, 0x01)},
    {Opcode::Ecall, "ecall", Family::Ecall, Format::Fixed, kMaskAll, bits(kSystem)},
}};

constexpr bool is_table_in_order() {
    for (std::size_t i = 0; i < kEncodings.size(); ++i) {
        if (static_cast<std::size_t>(kEncodings[i].op) != i) {
            return false;
        }
    }
    return true;
}
static_assert(is_table_in_order(), "encoding_of() finds a row by the number of its opcode");

/// Two rows could claim one word only if their fixed bits agreed where both have some.
constexpr bool is_table_unambiguous() {
    for (std::size_t i = 0; i < kEncodings.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const std::uint32_t both = kEncodings[i].mask & kEncodings[j].mask;
            if ((kEncodings[i].match & both) == (kEncodings[j].match & both)) {
                return false;
            }
        }
    }
    return true;
}
static_assert(is_table_unambiguous(), "the first row that fits must be the only one");

constexpr const Encoding& encoding_of(Opcode op) {
    return kEncodings[static_cast<std::size_t>(op)];
}

constexpr std::uint32_t field(std::uint32_t word, unsigned low, unsigned count) {
    return word >> low & ((1U << count) - 1);
}

/// The low `count` bits of `value` as a signed number. Pre: higher bits are 0.
constexpr std::uint32_t sign_extend(std::uint32_t value, unsigned count) {
    const std::uint32_t sign = 1U << (count - 1);
    return (value ^ sign) - sign;
}

std::uint32_t immediate_of(Format format, std::uint32_t word) {
    switch (format) {
        case Format::R:
        case Format::Fixed:
            return 0;
        case Format::I:
            return sign_extend(field(word, 20, 12), 12);
        case Format::Shift:
            return field(word, 20, 5);
        case Format::S:
            return sign_extend(field(word, 25, 7) << 5U | field(word, 7, 5), 12);
        case Format::B:
            return sign_extend(field(word, 31, 1) << 12U | field(word, 7, 1) << 11U |
                                   field(word, 25, 6) << 5U | field(word, 8, 4) << 1U,
                               13);
        case Format::U:
            return word & 0xffff'f000U;
        case Format::J:
            return sign_extend(field(word, 31, 1) << 20U | field(word, 12, 8) << 12U |
                                   field(word, 20, 1) << 11U | field(word, 21, 10) << 1U,
                               21);
    }
    return 0;
}

/// The bits of the word that hold this immediate.
std::uint32_t immediate_bits(Format format, std::uint32_t imm) {
    switch (format) {
        case Format::R:
        case Format::Fixed:
            return 0;
        case Format::I:
            return imm << 20U;
        case Format::Shift:
            return field(imm, 0, 5) << 20U;
        case Format::S:
            return field(imm, 5, 7) << 25U | field(imm, 0, 5) << 7U;
        case Format::B:
            return field(imm, 12, 1) << 31U | field(imm, 5, 6) << 25U | field(imm, 1, 4) << 8U |
                   field(imm, 11, 1) << 7U;
        case Format::U:
            return imm & 0xffff'f000U;
        case Format::J:
            return field(imm, 20, 1) << 31U | field(imm, 1, 10) << 21U | field(imm, 11, 1) << 20U |
                   field(imm, 12, 8) << 12U;
    }
    return 0;
}

bool has_rd(Format format) {
    return format != Format::S && format != Format::B && format != Format::Fixed;
}

bool has_rs1(Format format) {
    return format != Format::U && format != Format::J && format != Format::Fixed;
}

bool has_rs2(Format format) {
    return format == Format::R || format == Format::S || format == Format::B;
}

IllegalReason reason_of(std::uint32_t word) {
    if (field(word, 0, 2) != 3) {
        return IllegalReason::NotFourBytes;
    }
    const std::uint32_t major = field(word, 0, 7);
    const std::uint32_t funct3 = field(word, 12, 3);
    if (major == kSystem) {
        if (word == (kSystem | 1U << 20U)) {
            return IllegalReason::Breakpoint;
        }
        const bool is_csr = funct3 != 0 && funct3 != 4;
        return is_csr ? IllegalReason::ControlRegister : IllegalReason::Privileged;
    }
    for (const Encoding& encoding : kEncodings) {
        if (field(encoding.match, 0, 7) == major) {
            return IllegalReason::UnknownFunction;
        }
    }
    return IllegalReason::UnknownMajorOpcode;
}

}  // namespace

std::string_view to_string(IllegalReason reason) {
    switch (reason) {
        case IllegalReason::NotFourBytes:
            return "not four bytes";
        case IllegalReason::Breakpoint:
            return "breakpoint";
        case IllegalReason::ControlRegister:
            return "control register";
        case IllegalReason::Privileged:
            return "privileged";
        case IllegalReason::UnknownFunction:
            return "unknown function";
        case IllegalReason::UnknownMajorOpcode:
            return "unknown major opcode";
    }
    return "?";
}

Result<Instruction, Illegal> decode(std::uint32_t word) {
    for (const Encoding& encoding : kEncodings) {
        if ((word & encoding.mask) != encoding.match) {
            continue;
        }
        Instruction instruction{.op = encoding.op, .imm = immediate_of(encoding.format, word)};
        if (has_rd(encoding.format)) {
            instruction.rd = static_cast<std::uint8_t>(field(word, 7, 5));
        }
        if (has_rs1(encoding.format)) {
            instruction.rs1 = static_cast<std::uint8_t>(field(word, 15, 5));
        }
        if (has_rs2(encoding.format)) {
            instruction.rs2 = static_cast<std::uint8_t>(field(word, 20, 5));
        }
        return instruction;
    }
    return fail(Illegal{reason_of(word), word});
}

bool is_encodable(const Instruction& instruction) {
    const Format format = encoding_of(instruction.op).format;
    if (instruction.rd >= (has_rd(format) ? 32 : 1) ||
        instruction.rs1 >= (has_rs1(format) ? 32 : 1) ||
        instruction.rs2 >= (has_rs2(format) ? 32 : 1)) {
        return false;
    }
    return immediate_of(format, immediate_bits(format, instruction.imm)) == instruction.imm;
}

std::uint32_t encode(const Instruction& instruction) {
    NEXUS_ASSERT(is_encodable(instruction));
    const Encoding& encoding = encoding_of(instruction.op);
    return encoding.match | static_cast<std::uint32_t>(instruction.rd) << 7U |
           static_cast<std::uint32_t>(instruction.rs1) << 15U |
           static_cast<std::uint32_t>(instruction.rs2) << 20U |
           immediate_bits(encoding.format, instruction.imm);
}

Family family_of(Opcode op) { return encoding_of(op).family; }

std::string_view mnemonic(Opcode op) { return encoding_of(op).name; }

}  // namespace nexus::zkvm
