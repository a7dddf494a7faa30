#include "zkvm/vm/precompile.hpp"

#include "base/hash.hpp"
#include "tests/support/assembler.hpp"
#include "tests/support/record_checker.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/trap.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

constexpr std::uint32_t kTarget = 0x2'0000;
constexpr std::uint32_t kSource = 0x3'0000;

/// Calls a precompile after it has written 1, 2, 3, ... to the source, and halts with the word
/// `read` of the target.
Assembler call(std::uint32_t number, std::uint32_t target, std::uint32_t source,
               std::uint32_t read = 0) {
    Assembler assembler;
    assembler.li(t0, kSource);
    for (std::int32_t i = 0; i < 16; ++i) {
        assembler.add(imm(Opcode::Addi, t1, zero, i + 1))
            .add(tests::store(Opcode::Sw, t1, 4 * i, t0));
    }
    assembler.li(a0, target).li(a1, source).li(a7, kEcallPrecompile + number).add(ecall());
    return assembler.add(imm(Opcode::Lw, a0, a0, static_cast<std::int32_t>(4 * read))).halt();
}

Result<ExecutionResult, Trap> run(const Assembler& assembler) {
    const Program program = assembler.program();
    auto fast = execute(program, {});
    const CheckedRecord slow = record_and_check(program, {}, {});
    EXPECT_EQ(slow.error, "");
    EXPECT_EQ(slow.outcome.has_value(), fast.has_value());
    if (fast && slow.outcome) {
        EXPECT_EQ(slow.outcome->exit_code, fast->exit_code);
    } else if (!fast && !slow.outcome) {
        EXPECT_EQ(slow.outcome.error(), fast.error());
    }
    return fast;
}

TEST(Precompile, CopiesEightWords) {
    for (std::uint32_t i = 0; i < 9; ++i) {
        const auto result = run(call(kPrecompileCopy32, kTarget, kSource, i));
        ASSERT_TRUE(result.has_value());
        EXPECT_EQ(result->exit_code, i < 8 ? i + 1 : 0) << "word " << i;
    }
}

TEST(Precompile, CompressesAsSha256Does) {
    std::array<std::uint32_t, 8> state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    // The one block of the message "abc": FIPS 180-4, 5.1.1.
    std::array<std::uint32_t, 16> block{};
    block[0] = 0x61626380;
    block[15] = 24;
    find_precompile(kPrecompileSha256)->compute(state, block);
    const Hash expected = sha256(as_bytes("abc"));
    for (std::size_t i = 0; i < 32; ++i) {
        EXPECT_EQ(static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4))), expected.bytes[i]);
    }
}

TEST(Precompile, RecordsItsAccessesAtOneTime) {
    const CheckedRecord checked =
        record_and_check(call(kPrecompileSha256, kTarget, kSource).program(), {}, {});
    ASSERT_EQ(checked.error, "");
    const SegmentRecord& record = checked.segments.front();
    ASSERT_EQ(record.precompile_calls.size(), 1U);
    const PrecompileCall& one = record.precompile_calls.front();
    EXPECT_EQ(one.number, kPrecompileSha256);
    EXPECT_EQ(one.target, kTarget);
    EXPECT_EQ(one.source, kSource);
    ASSERT_EQ(one.accesses.size(), 2U + 8 + 16);
    EXPECT_EQ(one.accesses[0].cell, register_cell(a0));
    EXPECT_EQ(one.accesses[1].cell, register_cell(a1));
    EXPECT_EQ(one.accesses[1].after, kSource);
    EXPECT_EQ(one.accesses[2].cell, kTarget);
    EXPECT_EQ(one.accesses[2].before, 0U);
    EXPECT_NE(one.accesses[2].after, 0U);
    EXPECT_EQ(one.accesses[10].cell, kSource);
    EXPECT_EQ(one.accesses[10].before, 1U);
    EXPECT_EQ(one.accesses[10].after, 1U);
    EXPECT_EQ(record.steps[one.step + 1].access[0].previous_time,
              step_time(one.step) + kPrecompileTime)
        << "the next instruction reads a0 after the call did";
}

TEST(Precompile, TrapsAtPointersItCannotUse) {
    struct Bad {
        std::uint32_t number;
        std::uint32_t target;
        std::uint32_t source;
        TrapKind kind;
        std::uint32_t value;
    };
    const Bad bad[] = {
        {0, kTarget, kSource, TrapKind::UnknownPrecompile, kEcallPrecompile},
        {3, kTarget, kSource, TrapKind::UnknownPrecompile, kEcallPrecompile + 3},
        {0xffff, kTarget, kSource, TrapKind::UnknownPrecompile, 0x1'ffff},
        {1, kTarget + 2, kSource, TrapKind::PrecompileMisaligned, kTarget + 2},
        {1, kTarget, kSource + 1, TrapKind::PrecompileMisaligned, kSource + 1},
        {1, 0xffc, kSource, TrapKind::PrecompileOutOfRange, 0xffc},
        {1, kMemoryEnd - 28, kSource, TrapKind::PrecompileOutOfRange, kMemoryEnd - 28},
        {1, 0xffff'fff0, kSource, TrapKind::PrecompileOutOfRange, 0xffff'fff0},
        {2, kTarget, kMemoryEnd - 60, TrapKind::PrecompileOutOfRange, kMemoryEnd - 60},
        {1, kSource, kSource, TrapKind::PrecompileOverlap, kSource},
        {1, kSource + 28, kSource, TrapKind::PrecompileOverlap, kSource + 28},
        {1, kSource - 28, kSource, TrapKind::PrecompileOverlap, kSource - 28},
        {2, kSource + 60, kSource, TrapKind::PrecompileOverlap, kSource + 60},
    };
    for (const Bad& one : bad) {
        const auto result = run(call(one.number, one.target, one.source));
        ASSERT_FALSE(result.has_value()) << to_string(one.kind);
        EXPECT_EQ(result.error().kind, one.kind) << to_string(result.error().kind);
        EXPECT_EQ(result.error().value, one.value);
    }
    EXPECT_TRUE(run(call(1, kSource + 32, kSource)).has_value()) << "neighbours do not overlap";
    EXPECT_TRUE(run(call(1, kMemoryEnd - 32, kSource)).has_value()) << "the last words of memory";
}

}  // namespace
}  // namespace nexus::zkvm
