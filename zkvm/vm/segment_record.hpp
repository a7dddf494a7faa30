#pragma once

#include "zkvm/isa/cells.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

// Time. Inside a segment, step i is at time ts = 4i, and its access in slot k happens at ts + 1 +
// k. Every cell starts a segment at time 0.

/// One access to a cell: what it held, what it holds then, and when it was last touched.
struct Access {
    std::uint32_t cell = kNoCell;  ///< kNoCell: the slot is unused
    std::uint32_t before = 0;
    std::uint32_t after = 0;          ///< equals `before` for a read
    std::uint32_t previous_time = 0;  ///< in this segment; 0: not yet touched in it

    friend bool operator==(const Access&, const Access&) = default;
};

/// One executed instruction.
///
/// | family                             | access[0] | access[1]             | access[2]           |
/// |------------------------------------|-----------|-----------------------|---------------------|
/// | Add, Bitwise, LessThan, Shift, Mul, Div | rs1  | rs2                   | rd write            |
/// | Branch                             | rs1       | rs2                   | unused              |
/// | Jump                               | rs1       | unused                | rd write            |
/// | Word: load                         | rs1       | memory word           | rd write            |
/// | Word: store                        | rs1       | rs2                   | memory word write   |
/// | Subword: load                      | rs1       | aligned memory word   | rd write            |
/// | Subword: store                     | rs1       | aligned word, changed | rs2 read            |
/// | Ecall                              | x17       | unused                | unused              |
struct Step {
    std::uint32_t instruction = 0;  ///< index into Code::instructions()
    std::array<Access, 3> access{};

    friend bool operator==(const Step&, const Step&) = default;
};

/// One call of a precompile. All its accesses happen at ts + 2 of the ecall that calls it: the
/// cells are pairwise different, so one time is enough for all.
struct PrecompileCall {
    std::uint32_t number = 0;
    std::uint32_t step = 0;    ///< index of the ecall in SegmentRecord::steps
    std::uint32_t target = 0;  ///< pointer in a0
    std::uint32_t source = 0;  ///< pointer in a1
    /// a0 read, a1 read, the target words in ascending order, the source words in ascending order.
    std::vector<Access> accesses;

    friend bool operator==(const PrecompileCall&, const PrecompileCall&) = default;
};

/// The time of step `index` in its segment.
constexpr std::uint32_t step_time(std::size_t index) {
    return static_cast<std::uint32_t>(4 * index);
}

/// The time of the accesses of a precompile call, relative to that of its step.
inline constexpr std::uint32_t kPrecompileTime = 2;

/// A cell that a segment touches: registers, the sink and words of RAM; not the pc.
struct BoundaryCell {
    std::uint32_t cell = 0;
    std::uint32_t first = 0;             ///< its value when the segment starts
    std::uint32_t last = 0;              ///< its value when the segment ends
    std::uint32_t last_time = 0;         ///< of its last access in the segment; never 0
    std::uint32_t previous_segment = 0;  ///< the last one that touched it; 0: none

    friend bool operator==(const BoundaryCell&, const BoundaryCell&) = default;
};

/// A stretch of an execution, from one cut to the next.
struct SegmentRecord {
    std::uint32_t index = 0;  ///< 1, 2, ...
    std::uint32_t first_pc = 0;
    std::uint32_t final_pc = 0;  ///< where the next segment starts; 0 in the one that halts
    bool halted = false;
    std::vector<Step> steps;
    std::vector<BoundaryCell> boundary;  ///< sorted by cell
    std::vector<PrecompileCall> precompile_calls;
};

/// A cell at the end of the whole execution.
struct ClosingCell {
    std::uint32_t cell = 0;
    std::uint32_t initial = 0;       ///< before the first segment
    std::uint32_t last = 0;          ///< after the last one
    std::uint32_t last_segment = 0;  ///< the last one that touched it; 0: none

    friend bool operator==(const ClosingCell&, const ClosingCell&) = default;
};

}  // namespace nexus::zkvm
