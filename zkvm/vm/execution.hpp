#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <cstdint>

namespace nexus::zkvm {

/// What a program is given before its first instruction.
struct ExecutionInput {
    Bytes public_input;
    Bytes private_input;
};

/// What an execution may use. A breach is a trap; it is no property of the machine that is proven.
struct ExecutionLimits {
    std::uint64_t cycles_max = 1ULL << 32U;
    std::uint64_t memory_bytes_max = 256ULL << 20U;  ///< in whole pages that were written
};

/// What a program left when it halted.
struct ExecutionResult {
    std::uint32_t exit_code = 0;
    Bytes output;
    std::uint64_t cycles = 0;  ///< instructions, the last ecall included
};

/// Runs a program to its end. Errors: every TrapKind.
Result<ExecutionResult, Trap> execute(const Program& program, const ExecutionInput& input,
                                      const ExecutionLimits& limits = {});

}  // namespace nexus::zkvm
