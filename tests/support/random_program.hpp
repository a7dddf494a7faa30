#pragma once

#include "base/prng.hpp"
#include "tests/support/assembler.hpp"
#include "tests/support/elf_builder.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/program.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm::tests {

/// A random stream of every instruction that ends by itself and never traps: it prints its
/// registers and its data by the ecall `write`, which Linux has too, and exits with code 0.
///
/// x29 counts the rounds of the whole stream, x30 is the address of an access or a jump, x31 points
/// to the middle of the data; all other registers are read and written at random. Branches and
/// jumps go forward, from unit to unit, so that an address is never used without being computed.
class RandomProgram {
public:
    static constexpr std::uint32_t kData = 0x0010'0000;
    static constexpr std::uint32_t kDataBytes = 4096;

    RandomProgram(std::uint64_t seed, std::size_t units) : prng_(seed, "random program") {
        for (std::uint8_t r = 1; r < kCounter; ++r) {
            load_constant(r, operand());
        }
        load_constant(kPointer, kData + kDataBytes / 2);
        load_constant(kCounter, kRounds);
        const auto first = static_cast<std::uint32_t>(code_.size());
        for (std::size_t i = 0; i < units; ++i) {
            starts_.push_back(static_cast<std::uint32_t>(code_.size()));
            add_unit();
        }
        starts_.push_back(static_cast<std::uint32_t>(code_.size()));
        add(imm(Opcode::Addi, kCounter, kCounter, -1));
        // The stream is longer than a branch can reach.
        add(branch(Opcode::Beq, kCounter, 0, 8));
        add(jal(0, 4 * static_cast<std::int32_t>(first - code_.size())));
        for (const Jump& jump : jumps_) {
            resolve(jump, units);
        }
        print_and_exit();
    }

    /// As an ELF file: the text, and the data as zeros that can be written.
    [[nodiscard]] Bytes elf() const {
        std::vector<std::uint32_t> words;
        for (const Instruction& instruction : code_) {
            words.push_back(encode(instruction));
        }
        // Linux wants segments at page boundaries of the file, congruent to their addresses.
        Bytes file = build_elf(
            kImageBegin, {{kImageBegin, words_to_bytes(words), 0, 5}, {kData, {}, kDataBytes, 6}});
        const std::size_t header = kElfSegmentTable + std::size_t{2} * 32;
        file.insert(file.begin() + static_cast<std::ptrdiff_t>(header), 4096 - header, 0);
        put(file, kElfSegmentTable + 4, 4096, 4);
        put(file, kElfSegmentTable + 28, 4096, 4);
        put(file, kElfSegmentTable + 32 + 4, 0, 4);
        put(file, kElfSegmentTable + 32 + 28, 4096, 4);
        return file;
    }

    /// How many bytes it prints.
    static constexpr std::uint32_t kPrinted = kDataBytes;

private:
    static constexpr std::uint8_t kCounter = 29;
    static constexpr std::uint8_t kAddress = 30;
    static constexpr std::uint8_t kPointer = 31;
    static constexpr std::uint32_t kRounds = 3;
    static constexpr std::uint32_t kSaved = 128;  // bytes at the end of the data, for registers

    struct Jump {
        std::size_t position;  // of the instruction whose immediate is the distance
        std::size_t from;      // what the distance is relative to
        std::size_t unit;
    };

    void add(const Instruction& instruction) { code_.push_back(instruction); }

    std::uint8_t any() { return static_cast<std::uint8_t>(prng_.below(kCounter)); }

    std::int32_t immediate() { return static_cast<std::int32_t>(prng_.between(-2048, 2047)); }

    /// Half of the time a value at which an operation changes its behaviour.
    std::uint32_t operand() {
        constexpr std::uint32_t kEdges[] = {0,           1,           2,           31,
                                            32,          0x7fff,      0x8000,      0xffff,
                                            0x1'0000,    0x7fff'ffff, 0x8000'0000, 0x8000'0001,
                                            0xffff'fffe, 0xffff'ffff, 0xffff'8000, 0x0001'0001};
        return prng_.chance_ppm(500'000) ? kEdges[prng_.below(16)]
                                         : static_cast<std::uint32_t>(prng_.next());
    }

    void load_constant(std::uint8_t rd, std::uint32_t value) {
        const std::uint32_t high = (value + 0x800) & 0xffff'f000U;
        add(upper(Opcode::Lui, rd, high));
        add(imm(Opcode::Addi, rd, rd, static_cast<std::int32_t>(value - high)));
    }

    void add_unit() {
        switch (prng_.below(16)) {
            case 0:
                load_constant(any(), operand());
                break;
            case 1:
            case 2:
            case 3:
                add_access();
                break;
            case 4:
            case 5:
                add_branch();
                break;
            case 6:
                add_jump();
                break;
            default:
                add_computation();
                break;
        }
    }

    void add_computation() {
        constexpr Opcode kRegister[] = {
            Opcode::Add,    Opcode::Sub,   Opcode::And, Opcode::Or,   Opcode::Xor, Opcode::Slt,
            Opcode::Sltu,   Opcode::Sll,   Opcode::Srl, Opcode::Sra,  Opcode::Mul, Opcode::Mulh,
            Opcode::Mulhsu, Opcode::Mulhu, Opcode::Div, Opcode::Divu, Opcode::Rem, Opcode::Remu};
        constexpr Opcode kImmediate[] = {Opcode::Addi, Opcode::Andi, Opcode::Ori,
                                         Opcode::Xori, Opcode::Slti, Opcode::Sltiu};
        constexpr Opcode kShift[] = {Opcode::Slli, Opcode::Srli, Opcode::Srai};
        const std::uint64_t kind = prng_.below(30);
        if (kind < 18) {
            add(reg(kRegister[kind], any(), any(), any()));
        } else if (kind < 24) {
            add(imm(kImmediate[kind - 18], any(), any(), immediate()));
        } else if (kind < 27) {
            add(imm(kShift[kind - 24], any(), any(), static_cast<std::int32_t>(prng_.below(32))));
        } else if (kind < 29) {
            const Opcode op = kind == 27 ? Opcode::Lui : Opcode::Auipc;
            add(upper(op, any(), static_cast<std::uint32_t>(prng_.next()) & 0xffff'f000U));
        } else {
            add({Opcode::Fence, 0, 0, 0, 0x0ff});
        }
    }

    void add_access() {
        constexpr Opcode kOps[] = {Opcode::Lw, Opcode::Sw,  Opcode::Lb, Opcode::Lbu,
                                   Opcode::Sb, Opcode::Lhu, Opcode::Lh, Opcode::Sh};
        const Opcode op = kOps[prng_.below(8)];
        const std::int32_t size =
            op == Opcode::Lw || op == Opcode::Sw
                ? 4
                : (op == Opcode::Lb || op == Opcode::Lbu || op == Opcode::Sb ? 1 : 2);
        // A register decides, within the data, short of where the registers will be printed.
        const auto offset =
            static_cast<std::int32_t>(prng_.between(-2048 / size, 768 / size)) * size;
        add(imm(Opcode::Andi, kAddress, any(), 0x3ff & ~(size - 1)));
        add(reg(Opcode::Add, kAddress, kAddress, kPointer));
        const bool is_store = op == Opcode::Sw || op == Opcode::Sb || op == Opcode::Sh;
        add(is_store ? store(op, any(), offset, kAddress) : imm(op, any(), kAddress, offset));
    }

    std::size_t unit_ahead() { return starts_.size() + prng_.below(4); }

    void add_branch() {
        constexpr Opcode kOps[] = {Opcode::Beq, Opcode::Bne,  Opcode::Blt,
                                   Opcode::Bge, Opcode::Bltu, Opcode::Bgeu};
        jumps_.push_back({code_.size(), code_.size(), unit_ahead()});
        add(branch(kOps[prng_.below(6)], any(), any(), 0));
    }

    void add_jump() {
        if (prng_.chance_ppm(500'000)) {
            jumps_.push_back({code_.size(), code_.size(), unit_ahead()});
            add(jal(any(), 0));
            return;
        }
        add(upper(Opcode::Auipc, kAddress, 0));
        jumps_.push_back({code_.size(), code_.size() - 1, unit_ahead()});
        add(imm(Opcode::Jalr, any(), kAddress, 0));
    }

    void resolve(const Jump& jump, std::size_t units) {
        const std::size_t target = starts_[jump.unit < units ? jump.unit : units];
        Instruction& instruction = code_[jump.position];
        instruction.imm = static_cast<std::uint32_t>(4 * (target - jump.from));
        if (instruction.op == Opcode::Jalr && prng_.chance_ppm(500'000)) {
            instruction.imm |= 1U;  // which the jump clears
        }
    }

    void print_and_exit() {
        for (std::uint8_t r = 0; r < 32; ++r) {
            const auto at = static_cast<std::int32_t>(kDataBytes / 2 - kSaved + 4U * r);
            add(store(Opcode::Sw, r, at, kPointer));
        }
        load_constant(10, 1);  // stdout
        load_constant(11, kData);
        load_constant(12, kPrinted);
        load_constant(17, kEcallDebugPrint);
        add(ecall());
        load_constant(10, 0);
        load_constant(17, kEcallHalt);
        add(ecall());
    }

    Prng prng_;
    std::vector<Instruction> code_;
    std::vector<std::uint32_t> starts_;  // of units, as positions in code_
    std::vector<Jump> jumps_;
};

}  // namespace nexus::zkvm::tests
