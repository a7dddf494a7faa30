#include "zkvm/vm/cell_store.hpp"

#include "base/assert.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

CellStore::CellStore(std::uint64_t memory_bytes_max) : memory_(memory_bytes_max) {}

bool CellStore::initialise(ImageWord word) {
    NEXUS_ASSERT(segment_ == 0);
    CellState* cell = touch(word.address);
    if (cell != nullptr) {
        cell->value = word.value;
    }
    return cell != nullptr;
}

std::uint32_t CellStore::start_segment() {
    boundary_.clear();
    return ++segment_;
}

void CellStore::finish_segment(std::vector<BoundaryCell>& boundary) {
    for (BoundaryCell& cell : boundary_) {
        const CellState& state = *find(cell.cell);
        cell.last = state.value;
        cell.last_time = state.last_time;
    }
    boundary.assign(boundary_.begin(), boundary_.end());
    std::sort(
        boundary.begin(), boundary.end(),
        [](const BoundaryCell& left, const BoundaryCell& right) { return left.cell < right.cell; });
}

CellState* CellStore::find(std::uint32_t cell) {
    if (is_ram_cell(cell)) {
        return memory_.find(cell);
    }
    NEXUS_ASSERT(cell % 4 == 1);
    NEXUS_ASSERT(cell / 4 < kRegisterCellCount);
    return &registers_[cell / 4];
}

std::vector<ClosingCell> CellStore::touched() const {
    std::vector<ClosingCell> cells = touched_;
    for (ClosingCell& cell : cells) {
        const CellState& state = *find(cell.cell);
        cell.last = state.value;
        cell.last_segment = state.last_segment;
    }
    return cells;
}

}  // namespace nexus::zkvm
