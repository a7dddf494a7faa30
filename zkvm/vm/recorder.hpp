#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/fault_injector.hpp"
#include "zkvm/vm/segment_record.hpp"
#include "zkvm/vm/trap.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace nexus::zkvm {

/// A segment is cut before it touches more cells or calls more precompiles than these, so that no
/// table of it has more than 2^22 rows, whatever the program does. Calls take up to 21 wide rows:
/// sha256 then has 2^18 rows of 550 columns, about as many cells as all other tables together.
inline constexpr std::size_t kSegmentCellsMax = (std::size_t{1} << 22U) - 8192;
inline constexpr std::size_t kSegmentCallsMax = 12'288;

struct RecorderOptions {
    std::uint32_t steps_max = 1U << 20U;  ///< of a segment; below 2^22, so that times fit 24 bits
    ExecutionLimits limits;
    FaultInjector* faults = nullptr;  ///< of soundness tests
};

/// Executes a program and writes down every access to a cell, segment by segment.
///
/// Determinism: the same program, input and options, the same records. A second recorder can go
///              through them once more where the first ones are not kept.
class Recorder {
public:
    /// Pre: `code` was made from `program`, and both outlive the recorder.
    /// Errors: InputTooLong, OutOfMemory.
    static Result<Recorder, Trap> create(const Program& program, const Code& code,
                                         const ExecutionInput& input,
                                         const RecorderOptions& options);

    Recorder(Recorder&&) noexcept;
    Recorder& operator=(Recorder&&) noexcept;
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder();

    /// Executes the next segment into `record`, whose memory is used again. Pre: !halted(), and no
    /// call has failed. Errors: every TrapKind but InputTooLong; `record` is then of no use.
    Result<void, Trap> next(SegmentRecord& record);

    [[nodiscard]] bool halted() const;

    /// Instructions so far.
    [[nodiscard]] std::uint64_t cycles() const;

    /// What the program left. Pre: halted().
    [[nodiscard]] const ExecutionResult& result() const;

    /// Every cell that was touched or that the statement speaks of (image, public input, output,
    /// x10), sorted by cell. Pre: halted().
    [[nodiscard]] std::vector<ClosingCell> closing() const;

private:
    class State;
    explicit Recorder(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace nexus::zkvm
