#pragma once

#include "zkvm/components/boundary/boundary_air.hpp"
#include "zkvm/components/common/trace.hpp"

namespace nexus::zkvm {

/// The row of a cell that a segment touches.
template <class F>
BoundaryTable::Row<F> boundary_row(const BoundaryCell& cell) {
    BoundaryTable::Row<F> row{};
    row.cell = F(cell.cell);
    row.first = limbs_of<F>(cell.first);
    row.last = limbs_of<F>(cell.last);
    row.last_time = F(cell.last_time);
    row.stamp = F(cell.previous_segment);
    row.real = F(1);
    return row;
}

/// The row of the pc, whose token holds the whole address in its low limb.
template <class F>
BoundaryTable::Row<F> boundary_pc_row(const SegmentRecord& record) {
    BoundaryTable::Row<F> row{};
    row.cell = F(kPcCell);
    row.first = {F(record.first_pc), F()};
    row.last = {F(record.final_pc), F()};
    row.last_time = F(step_time(record.steps.size()));
    row.stamp = F(record.index - 1);
    row.real = F(1);
    return row;
}

}  // namespace nexus::zkvm
