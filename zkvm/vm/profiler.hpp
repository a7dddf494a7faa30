#pragma once

#include "base/result.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/machine.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {

/// Where the cycles of one function went.
struct FunctionCycles {
    std::string name;
    std::uint64_t self = 0;   ///< in the function itself
    std::uint64_t total = 0;  ///< in it and what it called; once for a function that calls itself
    std::uint64_t calls = 0;
};

/// Cycles under one chain of calls: a line of a flame graph.
struct FoldedStack {
    std::string frames;  ///< outermost first, joined by ';'
    std::uint64_t cycles = 0;
};

/// Cycles between the beginning and the end of a marker that the guest set.
struct MarkerCycles {
    std::string name;
    std::uint64_t cycles = 0;
    std::uint64_t count = 0;
};

/// Where the cycles of an execution went.
///
/// Invariant: the `self` of all functions, the cycles of all stacks and those of all families add
/// up
///            to the cycles of the execution.
struct Profile {
    ExecutionResult result;
    std::vector<FunctionCycles> functions;  ///< most `self` first, then by name
    std::vector<FoldedStack> stacks;        ///< sorted by frames
    std::vector<MarkerCycles> markers;      ///< in the order of their first beginning
    std::array<std::uint64_t, kFamilyCount> families{};
};

/// Frames that a stack can have; deeper calls count for the one that made the last that fits.
inline constexpr std::uint32_t kStackFramesMax = 256;

/// Executes a program and counts where its cycles go, by symbol. A jump that writes ra or t0 calls,
/// a jump to a return address that waits on the stack returns; a stretch without a symbol is "?".
/// `observer` hears of the ecalls as that of a Machine does; it may be null.
/// Errors: every TrapKind.
Result<Profile, Trap> profile(const Program& program, const ExecutionInput& input,
                              const ExecutionLimits& limits, EcallObserver* observer = nullptr);

/// What the guest's memory holds as text, cut at `size_max` bytes and at the end of memory. The
/// guest chooses the bytes: whoever shows them must expect any.
std::string read_text(const Machine& machine, std::uint32_t address, std::uint32_t size,
                      std::uint32_t size_max);

}  // namespace nexus::zkvm
