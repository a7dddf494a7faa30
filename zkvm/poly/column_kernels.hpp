#pragma once

#include <cstddef>

namespace nexus::zkvm {

/// Sums of columns, for one instruction set. Any size.
/// Defined in column_kernels.cpp, compiled once for each Tag.
template <class F, class Tag>
struct ColumnKernels {
    /// Adds from[i] to to[i] for i < size.
    static void add(F* to, const F* from, std::size_t size);
    /// Adds the same value to to[i] for i < size.
    static void add_value(F* to, F value, std::size_t size);
};

}  // namespace nexus::zkvm
