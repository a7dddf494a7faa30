// Both executors: what a program does must not depend on which of them runs it.
#include "zkvm/vm/machine.hpp"

#include "base/bytes.hpp"
#include "tests/support/assembler.hpp"
#include "tests/support/record_checker.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/recorder.hpp"
#include "zkvm/vm/trap.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

Result<ExecutionResult, Trap> run(const Program& program, const ExecutionInput& input = {},
                                  const ExecutionLimits& limits = {}) {
    auto fast = execute(program, input, limits);
    const CheckedRecord slow = record_and_check(program, input, {.steps_max = 7, .limits = limits});
    EXPECT_EQ(slow.error, "");
    EXPECT_EQ(slow.outcome.has_value(), fast.has_value());
    if (fast && slow.outcome) {
        EXPECT_EQ(slow.outcome->exit_code, fast->exit_code);
        EXPECT_EQ(slow.outcome->output, fast->output);
        EXPECT_EQ(slow.outcome->cycles, fast->cycles);
    } else if (!fast && !slow.outcome) {
        EXPECT_EQ(slow.outcome.error(), fast.error())
            << describe(slow.outcome.error(), program) << "\n"
            << describe(fast.error(), program);
    }
    return fast;
}

/// The exit code; a trap fails the test.
std::uint32_t exit_code(const Assembler& assembler, const ExecutionInput& input = {}) {
    const Program program = assembler.program();
    const auto result = run(program, input);
    EXPECT_TRUE(result.has_value()) << describe(result.error(), program);
    return result ? result->exit_code : 0;
}

Trap trap(const Assembler& assembler, const ExecutionInput& input = {},
          const ExecutionLimits& limits = {}) {
    const auto result = run(assembler.program(), input, limits);
    EXPECT_FALSE(result.has_value()) << "halted";
    return result ? Trap{} : result.error();
}

TEST(Machine, HaltsWithTheCodeInA0) {
    const auto result = run(Assembler().li(a0, 0xdead'beef).halt().program());
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->exit_code, 0xdead'beefU);
    EXPECT_EQ(result->cycles, 5U) << "the ecall that halts counts";
    EXPECT_TRUE(result->output.empty());
}

TEST(Machine, NeverWritesX0) {
    Assembler assembler;
    assembler.li(t0, kImageBegin)
        .add(imm(Opcode::Addi, zero, t0, 1))
        .add(upper(Opcode::Lui, zero, 0x1000))
        .add(jal(zero, 4))
        .add(imm(Opcode::Lw, zero, t0, 0))
        .add(reg(Opcode::Mul, zero, t0, t0))
        .add(reg(Opcode::Add, a0, zero, zero))
        .halt();
    EXPECT_EQ(exit_code(assembler), 0U);
}

TEST(Machine, StartsWithZeroRegistersAndMemory) {
    Assembler assembler;
    for (std::uint8_t r = 1; r < 32; ++r) {
        assembler.add(reg(Opcode::Or, a0, a0, r));
    }
    assembler.li(t0, 0x1fff'fffc).add(imm(Opcode::Lw, t1, t0, 0)).add(reg(Opcode::Or, a0, a0, t1));
    assembler.halt();
    EXPECT_EQ(exit_code(assembler), 0U);
}

TEST(Machine, BranchesAndJumps) {
    // Sums 10, 9, ..., 1 in a subroutine.
    Assembler assembler;
    assembler.li(a1, 10)
        .add(jal(ra, 16))  // call the subroutine
        .halt()            // three instructions
        .add(reg(Opcode::Add, a0, a0, a1))
        .add(imm(Opcode::Addi, a1, a1, -1))
        .add(branch(Opcode::Bne, a1, zero, -8))
        .add(imm(Opcode::Jalr, zero, ra, 0));
    EXPECT_EQ(exit_code(assembler), 55U);
}

TEST(Machine, JalrClearsTheLowestBitOfItsTarget) {
    Assembler assembler;
    assembler.li(t0, kImageBegin + 0x11).add(imm(Opcode::Jalr, a0, t0, 0)).word(0).halt();
    EXPECT_EQ(exit_code(assembler), kImageBegin + 0xc) << "the link is that of the jump";
}

TEST(Machine, JalrReadsItsRegisterBeforeItWritesTheLink) {
    Assembler assembler;
    assembler.li(a0, kImageBegin + 0x10).add(imm(Opcode::Jalr, a0, a0, 0)).word(0).halt();
    EXPECT_EQ(exit_code(assembler), kImageBegin + 0xc);
}

TEST(Machine, AuipcAddsToItsOwnPc) {
    Assembler assembler;
    assembler.add(upper(Opcode::Auipc, t0, 0x1000)).add(upper(Opcode::Auipc, a0, 0xffff'f000));
    assembler.add(reg(Opcode::Sub, a0, t0, a0)).halt();
    EXPECT_EQ(exit_code(assembler), 0x2000U - 4U);
}

TEST(Machine, StoresToTheTextChangeWhatLoadsSeeOnly) {
    Assembler assembler;
    assembler.li(t0, kImageBegin)
        .li(t1, 0)
        .add(store(Opcode::Sw, t1, 24, t0))   // over the instruction that follows
        .add(imm(Opcode::Addi, a1, zero, 1))  // at 20
        .add(imm(Opcode::Addi, a1, a1, 1))    // at 24
        .add(imm(Opcode::Lw, a0, t0, 24))
        .add(reg(Opcode::Add, a0, a0, a1))
        .halt();
    EXPECT_EQ(exit_code(assembler), 2U);
}

TEST(Machine, FenceDoesNothing) {
    EXPECT_EQ(exit_code(Assembler().add({Opcode::Fence, a0, a1, 0, 0xff}).halt()), 0U);
}

TEST(Machine, ReadsInputsAndLeavesOutput) {
    Assembler assembler;
    assembler.li(a1, kPublicInputBegin)
        .li(a2, kPrivateInputBegin)
        .li(a3, kOutputBegin)
        .add(imm(Opcode::Lw, t0, a1, 0))
        .add(store(Opcode::Sw, t0, 0, a3))
        .add(imm(Opcode::Lw, t0, a1, 4))
        .add(imm(Opcode::Lw, t1, a2, 4))
        .add(reg(Opcode::Xor, t0, t0, t1))
        .add(store(Opcode::Sw, t0, 4, a3))
        .add(imm(Opcode::Lbu, t0, a1, 8))
        .add(store(Opcode::Sb, t0, 8, a3))
        .add(imm(Opcode::Lw, a0, a2, 0))
        .halt();
    const auto result = run(assembler.program(), {{1, 2, 3, 4, 5}, {0xf0, 0xf0}});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->exit_code, 2U) << "the length of the private input";
    EXPECT_EQ(result->output, (Bytes{0xf1, 0xf2, 3, 4, 5}));
}

TEST(Machine, IgnoresEcallsItDoesNotKnow) {
    for (const std::uint32_t number : {0U, 1U, 64U, 92U, 0xffffU, 0x2'0000U, 0xffff'ffffU}) {
        EXPECT_EQ(exit_code(Assembler().li(a0, 5).li(a7, number).add(ecall()).halt()), 5U);
    }
}

TEST(Machine, TrapsWhereThereIsNoInstruction) {
    EXPECT_EQ(trap(Assembler().word(0)), (Trap{TrapKind::IllegalInstruction, kImageBegin, 0}));
    EXPECT_EQ(trap(Assembler().word(0x00100073)),
              (Trap{TrapKind::IllegalInstruction, kImageBegin, 0x00100073}));
    EXPECT_EQ(trap(Assembler().add(imm(Opcode::Addi, 1, 1, 1))),
              (Trap{TrapKind::FetchOutsideText, kImageBegin + 4, kImageBegin + 4}))
        << "ran past the end";
    EXPECT_EQ(trap(Assembler().add(jal(0, 0x1000))),
              (Trap{TrapKind::FetchOutsideText, kImageBegin + 0x1000, kImageBegin + 0x1000}));
    EXPECT_EQ(trap(Assembler().add(jal(0, -0x1000))),
              (Trap{TrapKind::FetchOutsideText, kImageBegin - 0x1000, kImageBegin - 0x1000}));
    EXPECT_EQ(trap(Assembler().add(branch(Opcode::Beq, 0, 0, -4))),
              (Trap{TrapKind::FetchOutsideText, kImageBegin - 4, kImageBegin - 4}));
    EXPECT_EQ(trap(Assembler().add(imm(Opcode::Jalr, 0, 0, -4))),
              (Trap{TrapKind::FetchOutsideText, 0xffff'fffc, 0xffff'fffc}));
}

TEST(Machine, TrapsInAGapOfTheText) {
    Program program = Assembler().add(jal(0, 8)).word(0).halt().program();
    program.text.erase(program.text.begin() + 2);
    const auto result = run(program);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), (Trap{TrapKind::FetchOutsideText, kImageBegin + 8, kImageBegin + 8}));
}

TEST(Machine, TrapsAtAJumpIntoAWord) {
    EXPECT_EQ(trap(Assembler().add(jal(1, 2))),
              (Trap{TrapKind::MisalignedJump, kImageBegin, kImageBegin + 2}));
    EXPECT_EQ(trap(Assembler().add(branch(Opcode::Beq, 0, 0, 6))),
              (Trap{TrapKind::MisalignedJump, kImageBegin, kImageBegin + 6}));
    EXPECT_EQ(trap(Assembler().add(imm(Opcode::Jalr, 1, 0, 7))),
              (Trap{TrapKind::MisalignedJump, kImageBegin, 6}));
    EXPECT_EQ(exit_code(Assembler().add(branch(Opcode::Bne, 0, 0, 6)).halt()), 0U)
        << "a branch that is not taken goes nowhere";
}

struct BadAccess {
    Opcode op;
    std::uint32_t address;
    TrapKind kind;
};

TEST(Machine, TrapsAtAccessesThatAreNotAllowed) {
    const BadAccess accesses[] = {
        {Opcode::Lw, 0x2'0002, TrapKind::MisalignedLoad},
        {Opcode::Lh, 0x2'0001, TrapKind::MisalignedLoad},
        {Opcode::Lhu, 0x2'0003, TrapKind::MisalignedLoad},
        {Opcode::Sw, 0x2'0001, TrapKind::MisalignedStore},
        {Opcode::Sh, 0x2'0003, TrapKind::MisalignedStore},
        {Opcode::Lw, 0x2000'0000, TrapKind::AddressOutOfRange},
        {Opcode::Lb, 0xffff'ffff, TrapKind::AddressOutOfRange},
        {Opcode::Sb, 0x2000'0000, TrapKind::AddressOutOfRange},
        {Opcode::Sw, 0x8000'0000, TrapKind::AddressOutOfRange},
        {Opcode::Lw, 0, TrapKind::NullPage},
        {Opcode::Lbu, 0xfff, TrapKind::NullPage},
        {Opcode::Sh, 0xffe, TrapKind::NullPage},
        {Opcode::Lw, 0x2, TrapKind::MisalignedLoad},
    };
    for (const BadAccess& access : accesses) {
        Assembler assembler;
        assembler.li(t0, access.address);
        const bool is_store =
            access.op == Opcode::Sw || access.op == Opcode::Sh || access.op == Opcode::Sb;
        assembler.add(is_store ? store(access.op, 0, 0, t0) : imm(access.op, a0, t0, 0));
        EXPECT_EQ(trap(assembler), (Trap{access.kind, kImageBegin + 8, access.address}))
            << mnemonic(access.op) << " " << access.address;
    }
}

TEST(Machine, ReachesTheEdgesOfMemory) {
    Assembler assembler;
    assembler.li(t0, kNullPageEnd)
        .li(t1, kMemoryEnd)
        .li(a1, 0x1234'5678)
        .add(store(Opcode::Sw, a1, 0, t0))
        .add(imm(Opcode::Lhu, a2, t0, 2))
        .add(store(Opcode::Sb, a2, -1, t1))
        .add(imm(Opcode::Lw, a0, t1, -4))
        .halt();
    EXPECT_EQ(exit_code(assembler), 0x3400'0000U);
}

TEST(Machine, AddsOffsetsModulo32Bits) {
    Assembler assembler;
    assembler.li(t0, 0xffff'ffff).add(imm(Opcode::Lw, a0, t0, 1)).halt();
    EXPECT_EQ(trap(assembler), (Trap{TrapKind::NullPage, kImageBegin + 8, 0}));
}

TEST(Machine, StopsAtItsLimits) {
    const ExecutionLimits cycles{.cycles_max = 100};
    EXPECT_EQ(trap(Assembler().add(jal(0, 0)), {}, cycles),
              (Trap{TrapKind::OutOfCycles, kImageBegin, 100}));
    const ExecutionLimits exact{.cycles_max = 3};
    EXPECT_TRUE(run(Assembler().halt().program(), {}, exact).has_value());

    Assembler filler;  // touches page after page
    filler.li(t0, 0x2'0000)
        .add(upper(Opcode::Lui, t1, 0x1000))
        .add(store(Opcode::Sw, t1, 0, t0))
        .add(reg(Opcode::Add, t0, t0, t1))
        .add(jal(0, -8));
    const ExecutionLimits memory{.memory_bytes_max = 10 * 4096};
    // Three pages hold the image and the lengths of the inputs, where these are not zero.
    EXPECT_EQ(trap(filler, {{1}, {1}}, memory),
              (Trap{TrapKind::OutOfMemory, kImageBegin + 12, 0x2'7000}));
    EXPECT_EQ(trap(filler, {}, {.memory_bytes_max = 4095}),
              (Trap{TrapKind::OutOfMemory, kImageBegin, kImageBegin}));
}

TEST(Machine, RefusesInputsThatDoNotFit) {
    const ExecutionInput input{Bytes(kIoBytesMax + 1), {}};
    EXPECT_EQ(trap(Assembler().halt(), input),
              (Trap{TrapKind::InputTooLong, kImageBegin, kIoBytesMax + 1}));
}

TEST(Machine, RefusesOutputThatNoStatementCanName) {
    Assembler too_long;
    too_long.li(t0, kOutputBegin).li(t1, kIoBytesMax + 1).add(store(Opcode::Sw, t1, 0, t0)).halt();
    EXPECT_EQ(trap(too_long), (Trap{TrapKind::OutputTooLong, kImageBegin + 28, kIoBytesMax + 1}));
    Assembler padded;
    padded.li(t0, kOutputBegin)
        .li(t1, 3)
        .add(store(Opcode::Sw, t1, 0, t0))
        .li(t1, 0x0100'0000)
        .add(store(Opcode::Sw, t1, 4, t0))
        .halt();
    EXPECT_EQ(trap(padded), (Trap{TrapKind::OutputPadding, kImageBegin + 40, 0x0100'0000}));
}

TEST(Machine, RunsInTurns) {
    const Program program = Assembler().li(a0, 3).halt().program();
    const Code code(program);
    const auto machine = Machine::create(program, code, {}, {});
    ASSERT_TRUE(machine.has_value());
    for (std::uint32_t i = 0; i < 4; ++i) {
        EXPECT_EQ((*machine)->pc(), kImageBegin + 4 * i);
        EXPECT_EQ((*machine)->cycles(), i);
        EXPECT_EQ((*machine)->run(1), false);
    }
    EXPECT_EQ((*machine)->register_value(a0), 3U);
    EXPECT_EQ((*machine)->run(1), true);
    EXPECT_TRUE((*machine)->halted());
    EXPECT_EQ((*machine)->result().cycles, 5U);
}

class Heard final : public EcallObserver {
public:
    void on_ecall(const Machine& machine) override {
        calls.emplace_back(machine.register_value(a7), machine.cycles());
    }
    std::vector<std::pair<std::uint32_t, std::uint64_t>> calls;
};

TEST(Machine, TellsTheObserverOfEcallsThatChangeNothing) {
    const Program program = Assembler().li(a7, 64).add(ecall()).halt().program();
    const Code code(program);
    Heard heard;
    const auto machine = Machine::create(program, code, {}, {}, &heard);
    ASSERT_TRUE(machine.has_value());
    EXPECT_EQ((*machine)->run(100), true);
    EXPECT_EQ(heard.calls, (std::vector<std::pair<std::uint32_t, std::uint64_t>>{{64, 2}}));
}

TEST(Machine, DescribesATrap) {
    Program program = Assembler().li(t0, 2).add(imm(Opcode::Lw, a0, t0, 0)).program();
    program.symbols = {{kImageBegin, 12, "main"}};
    const auto result = run(program);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(describe(result.error(), program),
              "MisalignedLoad of 0x00000002 at main+0x8 (0x00010008): lw a0, 0(t0)");
}

}  // namespace
}  // namespace nexus::zkvm
