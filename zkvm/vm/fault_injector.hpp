#pragma once

#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <array>
#include <cstdint>

namespace nexus::zkvm {

/// An access that a step is about to make.
struct PlannedAccess {
    std::uint32_t cell = kNoCell;
    std::uint32_t after = 0;  ///< what the cell holds then; for a read what it holds already
};

/// What an instruction is about to do.
struct StepPlan {
    std::array<PlannedAccess, 3> access{};
    std::uint32_t next_pc = 0;
    bool halts = false;
};

/// Makes a recorder lie, so that tests can see the verifier reject the proof of the lie. The
/// execution goes on from the changed state, as that of a cheating prover does.
class FaultInjector {
public:
    FaultInjector() = default;
    FaultInjector(const FaultInjector&) = delete;
    FaultInjector& operator=(const FaultInjector&) = delete;
    virtual ~FaultInjector() = default;

    /// Sees each step before it takes effect and may change it: a wrong result or branch, a skipped
    /// store, a write to x0, an early halt. Cells must stay registers, the sink, RAM or kNoCell.
    virtual void change(std::uint64_t /*cycle*/, const LoweredInstruction& /*instruction*/,
                        StepPlan& /*plan*/) {}

    /// Sees each step as it is recorded and may change the record alone: times, values, cells.
    virtual void rewrite(std::uint64_t /*cycle*/, const LoweredInstruction& /*instruction*/,
                         Step& /*step*/) {}
};

}  // namespace nexus::zkvm
