// Instructions a second of the machine: of the executor that keeps no record, and of the recorder.
#include "base/assert.hpp"
#include "tests/support/assembler.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/machine.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/recorder.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

/// Arithmetic and logic between registers: what the dispatch costs.
Program arithmetic() {
    Assembler assembler;
    assembler.li(a1, 0x9e37'79b9);
    assembler.add(reg(Opcode::Add, a0, a0, a1))
        .add(imm(Opcode::Slli, t0, a0, 13))
        .add(reg(Opcode::Xor, a0, a0, t0))
        .add(imm(Opcode::Srli, t0, a0, 17))
        .add(reg(Opcode::Xor, a0, a0, t0))
        .add(imm(Opcode::Slli, t0, a0, 5))
        .add(reg(Opcode::Xor, a0, a0, t0))
        .add(reg(Opcode::Mul, a2, a0, a1))
        .add(jal(0, -32));
    return assembler.program();
}

/// Loads, stores and a branch that falls either way: what a sorting loop does.
Program memory() {
    Assembler assembler;
    assembler.li(a1, 0x10'0000).li(a3, 0x1'0000);
    assembler.add(imm(Opcode::Addi, a0, a0, 132))
        .add(reg(Opcode::Sltu, t0, a0, a3))
        .add(branch(Opcode::Bne, t0, 0, 8))
        .add(reg(Opcode::Sub, a0, a0, a3))
        .add(reg(Opcode::Add, t0, a0, a1))
        .add(imm(Opcode::Lw, t1, t0, 0))
        .add(imm(Opcode::Addi, t1, t1, 1))
        .add(store(Opcode::Sw, t1, 0, t0))
        .add(imm(Opcode::Lbu, a2, t0, 2))
        .add(store(Opcode::Sb, a2, 5, t0))
        .add(jal(0, -40));
    return assembler.program();
}

constexpr std::uint64_t kTurn = 1'000'000;

void run_fast(benchmark::State& state, const Program& program) {
    const Code code(program);
    const auto machine = Machine::create(program, code, {}, {.cycles_max = ~std::uint64_t{0}});
    NEXUS_ASSERT(machine.has_value());
    for (auto _ : state) {
        NEXUS_ASSERT((*machine)->run(kTurn).has_value());
    }
    state.counters["instr/s"] =
        benchmark::Counter(static_cast<double>((*machine)->cycles()), benchmark::Counter::kIsRate);
}

void run_recorder(benchmark::State& state, const Program& program) {
    const Code code(program);
    auto recorder = Recorder::create(
        program, code, {},
        {.steps_max = 1U << 20U, .limits = {.cycles_max = ~std::uint64_t{0}}, .faults = nullptr});
    NEXUS_ASSERT(recorder.has_value());
    SegmentRecord record;
    for (auto _ : state) {
        NEXUS_ASSERT(recorder->next(record).has_value());
    }
    state.counters["instr/s"] =
        benchmark::Counter(static_cast<double>(recorder->cycles()), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(run_fast, arithmetic, arithmetic())->Name("vm/fast/arithmetic");
BENCHMARK_CAPTURE(run_fast, memory, memory())->Name("vm/fast/memory");
BENCHMARK_CAPTURE(run_recorder, arithmetic, arithmetic())->Name("vm/recorder/arithmetic");
BENCHMARK_CAPTURE(run_recorder, memory, memory())->Name("vm/recorder/memory");

}  // namespace
}  // namespace nexus::zkvm
