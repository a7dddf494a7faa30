#pragma once

#include "zkvm/components/closing/closing_air.hpp"
#include "zkvm/components/common/trace.hpp"

namespace nexus::zkvm {

/// What the statement says of a cell.
struct ClosingKind {
    bool is_image = false;  ///< The image or the public input gives its first value.
    bool is_private = false;
    bool is_output = false;
};

/// The row of a cell; `before` is the cell of the row before it.
template <class F>
ClosingTable::Row<F> closing_row(const ClosingCell& cell, ClosingKind kind, std::uint32_t before) {
    ClosingTable::Row<F> row{};
    row.cell = F(cell.cell);
    row.cell_high = F(cell.cell >> 16U);
    row.first = limbs_of<F>(cell.initial);
    row.last = limbs_of<F>(cell.last);
    row.stamp = F(cell.last_segment);
    row.real = F(1);
    row.is_image = F(kind.is_image ? 1 : 0);
    row.is_private = F(kind.is_private ? 1 : 0);
    row.is_output = F(kind.is_output ? 1 : 0);
    row.gap = limbs_of<F>(cell.cell - before - 1);
    return row;
}

}  // namespace nexus::zkvm
