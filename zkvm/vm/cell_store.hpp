#pragma once

#include "base/assert.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/segment_record.hpp"
#include "zkvm/vm/sparse_memory.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

/// What is known of a cell.
struct CellState {
    std::uint32_t value = 0;
    std::uint32_t last_time = 0;     ///< of the last access, in segment last_segment
    std::uint32_t last_segment = 0;  ///< the last one that touched it; 0: none
    std::uint32_t boundary = 0;      ///< index of its BoundaryCell in that segment
};

/// Registers and RAM, with the time of the last access to each cell.
class CellStore {
public:
    explicit CellStore(std::uint64_t memory_bytes_max);

    /// Sets a word of RAM before the first segment; false where memory is at its limit.
    bool initialise(ImageWord word);

    /// Begins the next segment and returns its index.
    std::uint32_t start_segment();

    /// Writes the cells that the segment touched, sorted.
    void finish_segment(std::vector<BoundaryCell>& boundary);

    /// A register, the sink or a word of RAM; null where its page was never touched.
    /// Pre: the cell is one of these, RAM below kMemoryEnd.
    [[nodiscard]] CellState* find(std::uint32_t cell);
    [[nodiscard]] const CellState* find(std::uint32_t cell) const {
        return const_cast<CellStore*>(this)->find(cell);
    }

    /// The same, where a page of RAM comes into being; null where memory is at its limit.
    CellState* touch(std::uint32_t cell) {
        return is_ram_cell(cell) ? memory_.touch(cell) : find(cell);
    }

    /// Pre: a register or the sink.
    [[nodiscard]] std::uint32_t register_value(std::uint32_t cell) const {
        return registers_[cell / 4].value;
    }

    /// Makes the access at `time` of this segment. Pre: state is that of cell; time is later than
    /// that of the cell's last access.
    Access access(std::uint32_t cell, CellState& state, std::uint32_t after, std::uint32_t time);

    /// How many cells the segment has accessed so far.
    [[nodiscard]] std::size_t touched_in_segment() const { return boundary_.size(); }

    /// Every cell that was ever accessed, in the order of the first time.
    [[nodiscard]] std::vector<ClosingCell> touched() const;

private:
    std::uint32_t segment_ = 0;
    std::array<CellState, kRegisterCellCount> registers_{};
    SparseMemory<CellState> memory_;
    std::vector<BoundaryCell> boundary_;  // of this segment, in the order of the first access
    std::vector<ClosingCell> touched_;    // cell and initial value
};

inline Access CellStore::access(std::uint32_t cell, CellState& state, std::uint32_t after,
                                std::uint32_t time) {
    if (state.last_segment != segment_) {
        if (state.last_segment == 0) {
            touched_.push_back({cell, state.value, 0, 0});
        }
        state.boundary = static_cast<std::uint32_t>(boundary_.size());
        boundary_.push_back({cell, state.value, 0, 0, state.last_segment});
        state.last_segment = segment_;
        state.last_time = 0;
    }
    NEXUS_ASSERT(state.last_time < time);
    const Access access{cell, state.value, after, state.last_time};
    state.value = after;
    state.last_time = time;
    return access;
}

}  // namespace nexus::zkvm
