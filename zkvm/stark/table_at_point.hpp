#pragma once

#include "zkvm/air/constraint_reader.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace nexus::zkvm {

/// The opened values of one table.
template <class E>
struct PointValues {
    const ConstraintContext<E, E>& context;
    const E* fixed = nullptr;
    /// This row, the row before, the one before that; the latter two null without a chain.
    std::array<const E*, 3> main{};
    const std::vector<E>& columns;  ///< Sum columns.
    const SumRow<E>& sums;
    const std::array<E, 4>& zerofiers;
};

/// The quotient of table number `table` at the opened point: what the prover computes on its
/// domain, from the same text.
template <class F, class E>
E table_at_point(std::size_t table, const PointValues<E>& values);

}  // namespace nexus::zkvm
