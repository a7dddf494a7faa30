#include "zkvm/vm/profiler.hpp"

#include "base/hash.hpp"
#include "tests/support/assembler.hpp"
#include "tests/support/guest.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

std::uint64_t sum_of(const Profile& profile) {
    std::uint64_t functions = 0;
    for (const FunctionCycles& one : profile.functions) {
        functions += one.self;
    }
    std::uint64_t stacks = 0;
    for (const FoldedStack& one : profile.stacks) {
        stacks += one.cycles;
    }
    std::uint64_t families = 0;
    for (const std::uint64_t cycles : profile.families) {
        families += cycles;
    }
    EXPECT_EQ(functions, stacks);
    EXPECT_EQ(functions, families);
    return functions;
}

const FunctionCycles* find(const Profile& profile, const std::string& part) {
    const auto found = std::find_if(
        profile.functions.begin(), profile.functions.end(),
        [&](const FunctionCycles& one) { return one.name.find(part) != one.name.npos; });
    return found == profile.functions.end() ? nullptr : &*found;
}

/// main calls outer twice, outer calls inner, which jumps to tail, which returns to outer.
Program calls() {
    Assembler assembler;
    assembler
        .add(jal(ra, 24))                      // main, 0
        .add(jal(ra, 20))                      // 4
        .li(a7, kEcallHalt)                    // 8, 12
        .add(ecall())                          // 16
        .word(0)                               // 20
        .add(imm(Opcode::Addi, a1, ra, 0))     // outer, 24
        .add(jal(ra, 8))                       // 28
        .add(imm(Opcode::Jalr, zero, t0, 0))   // 32: back to main
        .add(imm(Opcode::Addi, t0, a1, 0))     // inner, 36
        .add(jal(zero, 4))                     // 40: goes on as tail
        .add(imm(Opcode::Addi, a2, a2, 1))     // tail, 44
        .add(imm(Opcode::Jalr, zero, ra, 0));  // 48
    Program program = assembler.program();
    program.symbols = {{kImageBegin, 20, "main"},
                       {kImageBegin + 24, 12, "outer"},
                       {kImageBegin + 36, 8, "inner"},
                       {kImageBegin + 44, 8, "tail"}};
    return program;
}

TEST(Profiler, FollowsCallsReturnsAndTailCalls) {
    const auto profiled = profile(calls(), {}, {});
    ASSERT_TRUE(profiled.has_value()) << describe(profiled.error(), calls());
    EXPECT_EQ(profiled->result.cycles, 19U);
    EXPECT_EQ(sum_of(*profiled), 19U);
    std::vector<std::string> lines;
    for (const FoldedStack& one : profiled->stacks) {
        lines.push_back(one.frames + " " + std::to_string(one.cycles));
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"main 5", "main;outer 6", "main;outer;inner 4",
                                               "main;outer;tail 4"}));
    const FunctionCycles* outer = find(*profiled, "outer");
    ASSERT_NE(outer, nullptr);
    EXPECT_EQ(outer->self, 6U);
    EXPECT_EQ(outer->total, 14U);
    EXPECT_EQ(outer->calls, 2U);
    EXPECT_EQ(find(*profiled, "main")->total, 19U);
    EXPECT_EQ(find(*profiled, "tail")->calls, 2U);
}

TEST(Profiler, CountsARecursiveFunctionOnce) {
    // down(n): if n != 0 down(n - 1). Return addresses wait in memory, as a stack.
    Assembler assembler;
    assembler
        .li(sp, 0x3'0000)                        // 0, 4
        .li(a1, 400)                             // 8, 12
        .add(jal(ra, 16))                        // 16
        .li(a7, kEcallHalt)                      // 20, 24
        .add(ecall())                            // 28
        .add(store(Opcode::Sw, ra, 0, sp))       // down, 32
        .add(branch(Opcode::Beq, a1, zero, 20))  // 36: to 56
        .add(imm(Opcode::Addi, a1, a1, -1))      // 40
        .add(imm(Opcode::Addi, sp, sp, 4))       // 44
        .add(jal(ra, -16))                       // 48: down
        .add(imm(Opcode::Addi, sp, sp, -4))      // 52
        .add(imm(Opcode::Lw, ra, sp, 0))         // 56
        .add(imm(Opcode::Jalr, zero, ra, 0));    // 60
    Program program = assembler.program();
    program.symbols = {{kImageBegin, 32, "main"}, {kImageBegin + 32, 32, "down"}};
    const auto profiled = profile(program, {}, {});
    ASSERT_TRUE(profiled.has_value()) << describe(profiled.error(), program);
    EXPECT_EQ(sum_of(*profiled), profiled->result.cycles);
    const FunctionCycles* down = find(*profiled, "down");
    ASSERT_NE(down, nullptr);
    EXPECT_EQ(down->self, down->total) << "it calls only itself";
    EXPECT_EQ(down->total + 8, profiled->result.cycles);
    for (const FoldedStack& one : profiled->stacks) {
        const auto frames = 1 + std::count(one.frames.begin(), one.frames.end(), ';');
        EXPECT_LE(frames, kStackFramesMax) << "400 calls deep";
    }
}

TEST(Profiler, CallsWhatHasNoSymbolByAQuestionMark) {
    const auto profiled = profile(Assembler().halt().program(), {}, {});
    ASSERT_TRUE(profiled.has_value());
    ASSERT_EQ(profiled->functions.size(), 1U);
    EXPECT_EQ(profiled->functions[0].name, "?");
}

TEST(Profiler, FindsWhereAGuestSpendsItsTime) {
    const auto profiled = profile(load_guest("sha256"), {{}, Bytes(4096, 1)}, {});
    ASSERT_TRUE(profiled.has_value());
    EXPECT_EQ(sum_of(*profiled), profiled->result.cycles);
    EXPECT_EQ(profiled->result.output, to_bytes(sha256(Bytes(4096, 1)).view()));
    const FunctionCycles* start = find(*profiled, "_start");
    ASSERT_NE(start, nullptr);
    EXPECT_EQ(start->total, profiled->result.cycles);
    EXPECT_GT(profiled->functions.front().self * 2, profiled->result.cycles)
        << "the compression function";
}

TEST(Profiler, MeasuresMarkers) {
    Assembler assembler;
    assembler.li(a7, kEcallMarkerEnd).add(ecall());  // ends what was never begun
    assembler.li(a0, kImageBegin).li(a1, 4);         // the name is the first instruction
    assembler.li(a7, kEcallMarkerBegin).add(ecall());
    assembler.add(imm(Opcode::Addi, t0, t0, 1));
    assembler.add(ecall());  // begins it once more, inside
    assembler.li(a7, kEcallMarkerEnd).add(ecall()).add(ecall());
    const auto profiled = profile(assembler.halt().program(), {}, {});
    ASSERT_TRUE(profiled.has_value());
    ASSERT_EQ(profiled->markers.size(), 1U);
    EXPECT_EQ(profiled->markers[0].name.size(), 4U);
    EXPECT_EQ(profiled->markers[0].count, 2U);
    EXPECT_EQ(profiled->markers[0].cycles, 2U + 5U) << "the inner stretch, and the outer one";
}

TEST(Profiler, EndsWithTheTrapOfTheProgram) {
    const auto profiled = profile(Assembler().word(0).program(), {}, {});
    ASSERT_FALSE(profiled.has_value());
    EXPECT_EQ(profiled.error().kind, TrapKind::IllegalInstruction);
}

}  // namespace
}  // namespace nexus::zkvm
