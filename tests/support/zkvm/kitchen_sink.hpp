#pragma once

#include "base/bytes.hpp"
#include "tests/support/assembler.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>

namespace nexus::zkvm::tests {

/// A program that executes every instruction of the machine, each on the values where carries,
/// signs and divisions go wrong. It leaves sixteen bytes of output and the exit code 7.
class KitchenSink {
public:
    static Program program() {
        KitchenSink sink;
        sink.store_values();
        sink.all_pairs();
        sink.immediates();
        sink.shifts();
        sink.memory();
        sink.jumps();
        sink.environment();
        sink.inputs();
        sink.output();
        return sink.code_.program();
    }

    static ExecutionInput input() {
        return {.public_input = {1, 2, 3, 4, 5}, .private_input = {9, 8, 7, 0xff, 0x80}};
    }

private:
    static constexpr std::array<std::uint32_t, 9> kValues = {
        0, 1, 2, 0xffff'ffff, 0x8000'0000, 0x7fff'ffff, 0x1234'8765, 0xfedc'0f07, 0x0001'0000};
    static constexpr std::uint32_t kData = 0x0020'0000;
    static constexpr auto kTable = static_cast<std::uint8_t>(20);  // s4: where the values are
    static constexpr std::uint8_t kX = 8, kY = 9, kI = 18, kJ = 19, kSum = 21, kOut = 22;

    void op(Opcode opcode, std::uint8_t rs1, std::uint8_t rs2) {
        code_.add(reg(opcode, kOut, rs1, rs2));
        code_.add(reg(Opcode::Xor, kSum, kSum, kOut));
    }

    void store_values() {
        code_.li(kTable, kData);
        for (std::size_t i = 0; i < kValues.size(); ++i) {
            code_.li(kOut, kValues[i]);
            code_.add(store(Opcode::Sw, kOut, static_cast<std::int32_t>(4 * i), kTable));
        }
    }

    /// Every operation of two registers, and every branch, on every pair of values.
    void all_pairs() {
        code_.li(kI, kData).li(kSum, 0);
        const std::uint32_t outer = code_.here();
        code_.add(imm(Opcode::Lw, kX, kI, 0)).li(kJ, kData);
        const std::uint32_t inner = code_.here();
        code_.add(imm(Opcode::Lw, kY, kJ, 0));
        for (const Opcode opcode :
             {Opcode::Add, Opcode::Sub, Opcode::And, Opcode::Or, Opcode::Xor, Opcode::Slt,
              Opcode::Sltu, Opcode::Sll, Opcode::Srl, Opcode::Sra, Opcode::Mul, Opcode::Mulh,
              Opcode::Mulhsu, Opcode::Mulhu, Opcode::Div, Opcode::Divu, Opcode::Rem,
              Opcode::Remu}) {
            op(opcode, kX, kY);
        }
        for (const Opcode opcode :
             {Opcode::Beq, Opcode::Bne, Opcode::Blt, Opcode::Bge, Opcode::Bltu, Opcode::Bgeu}) {
            code_.add(branch(opcode, kX, kY, 8));
            code_.add(imm(Opcode::Addi, kSum, kSum, 1));
        }
        const auto back_to = [&](std::uint8_t counter, std::uint32_t target) {
            code_.add(imm(Opcode::Addi, counter, counter, 4));
            code_.li(kOut, kData + 4 * kValues.size());
            code_.add(branch(Opcode::Bltu, counter, kOut,
                             static_cast<std::int32_t>(target - code_.here())));
        };
        back_to(kJ, inner);
        back_to(kI, outer);
    }

    void immediates() {
        for (std::size_t i = 0; i < kValues.size(); ++i) {
            code_.add(imm(Opcode::Lw, kX, kTable, static_cast<std::int32_t>(4 * i)));
            for (const Opcode opcode : {Opcode::Addi, Opcode::Andi, Opcode::Ori, Opcode::Xori,
                                        Opcode::Slti, Opcode::Sltiu}) {
                for (const std::int32_t value : {0, -1, 5, -2048, 2047}) {
                    code_.add(imm(opcode, kOut, kX, value));
                }
            }
        }
        code_.add(upper(Opcode::Lui, kOut, 0xffff'f000)).add(upper(Opcode::Auipc, kOut, 0));
        code_.add(upper(Opcode::Auipc, kOut, 0xffff'f000)).add({Opcode::Fence, 0, 0, 0, 0});
        code_.add(imm(Opcode::Addi, zero, kX, 5)).add(upper(Opcode::Lui, zero, 0x1000));
    }

    void shifts() {
        for (const std::uint32_t value : {0xfedc'0f07U, 0x7fff'ff81U}) {
            code_.li(kX, value);
            for (std::int32_t amount = 0; amount < 32; ++amount) {
                code_.li(kY, static_cast<std::uint32_t>(amount) + 0xffff'ffe0U);
                for (const Opcode opcode : {Opcode::Slli, Opcode::Srli, Opcode::Srai}) {
                    code_.add(imm(opcode, kOut, kX, amount));
                }
                for (const Opcode opcode : {Opcode::Sll, Opcode::Srl, Opcode::Sra}) {
                    code_.add(reg(opcode, kOut, kX, kY));
                }
            }
        }
    }

    /// Every width at every offset, with either sign, and the destination x0.
    void memory() {
        code_.li(kX, kData + 64);
        for (const std::uint32_t value : {0x89ab'cdefU, 0x0123'4567U}) {
            code_.li(kY, value).li(kOut, ~value);
            for (const std::int32_t at : {0, 1, 2, 3}) {
                code_.add(store(Opcode::Sw, kOut, 0, kX)).add(store(Opcode::Sb, kY, at, kX));
                code_.add(imm(Opcode::Lb, kSum, kX, at)).add(imm(Opcode::Lbu, kSum, kX, at));
                code_.add(imm(Opcode::Lb, kSum, kX, at ^ 1)).add(imm(Opcode::Lw, kSum, kX, 0));
            }
            for (const std::int32_t at : {0, 2, -2, -4}) {
                code_.add(store(Opcode::Sh, kY, at, kX));
                code_.add(imm(Opcode::Lh, kSum, kX, at)).add(imm(Opcode::Lhu, kSum, kX, at));
                code_.add(imm(Opcode::Lhu, kSum, kX, at ^ 2));
            }
        }
        code_.add(imm(Opcode::Lw, zero, kX, 0)).add(imm(Opcode::Lb, zero, kX, 3));
        code_.add(store(Opcode::Sw, zero, 8, kX)).add(store(Opcode::Sb, zero, 9, kX));
    }

    /// A call and a return, and a target whose bit 0 jalr clears.
    void jumps() {
        code_.add(jal(ra, 8)).add(jal(zero, 12));
        code_.add(imm(Opcode::Addi, kSum, kSum, 3)).add(imm(Opcode::Jalr, zero, ra, 0));
        code_.add(upper(Opcode::Auipc, kX, 0)).add(imm(Opcode::Jalr, kY, kX, 13));
        code_.word(0);  // never reached
        code_.add(imm(Opcode::Addi, kSum, kSum, 1));
        code_.add(imm(Opcode::Addi, kX, zero, -1));
        code_.add(branch(Opcode::Bne, kX, kX, -4)).add(branch(Opcode::Beq, kX, kX, 4));
    }

    void environment() {
        for (const std::uint32_t number : {0U, 94U, 0x2'0000U, 0x2'0001U, 0x8001'005dU}) {
            code_.li(a7, number).add(ecall());
        }
        code_.li(a0, kData + 256).li(a1, kData).li(a7, kEcallPrecompile + 1).add(ecall());
        code_.li(a0, kData + 4).li(a1, kData + 256).add(ecall());
        // Twice, so that the second state is what the first call left.
        code_.li(a0, kData + 512).li(a1, kData).li(a7, kEcallPrecompile + 2).add(ecall());
        code_.add(ecall());
    }

    void inputs() {
        code_.li(kX, kPublicInputBegin).add(imm(Opcode::Lw, kY, kX, 0));
        code_.add(imm(Opcode::Lbu, kOut, kX, 8)).add(imm(Opcode::Lw, kOut, kX, 16));
        code_.li(kX, kPrivateInputBegin).add(imm(Opcode::Lw, kY, kX, 0));
        code_.add(imm(Opcode::Lbu, kOut, kX, 4)).add(imm(Opcode::Lh, kOut, kX, 6));
        code_.add(imm(Opcode::Lw, kSum, kX, 4));
    }

    void output() {
        code_.li(kX, kOutputBegin).li(kY, 16).add(store(Opcode::Sw, kY, 0, kX));
        for (const std::int32_t at : {4, 8, 12, 16}) {
            code_.add(store(Opcode::Sw, kSum, at, kX));
        }
        code_.li(a0, 7).halt();
    }

    Assembler code_;
};

}  // namespace nexus::zkvm::tests
