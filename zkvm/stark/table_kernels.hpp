#pragma once

#include "zkvm/components/tables.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/stark/deep_kernel.hpp"
#include "zkvm/stark/quotient_kernel.hpp"

#include <cstddef>

namespace nexus::zkvm {

/// The kernels of the prover over rows, for one instruction set: compiled in objects of their own
/// (quotient_kernels.cpp, sums_kernels.cpp). Ranges are multiples of kLanesMax.
template <class F, class E, class Tag>
struct TableKernels {
    /// QuotientKernel of a table on the points [begin, end).
    static void quotient(std::size_t table, const QuotientJob<F, E>& job, std::size_t begin,
                         std::size_t end);
    /// SumsKernel of a table on the rows [begin, end).
    static void sums(std::size_t table, const SumsJob<F, E>& job, std::size_t begin,
                     std::size_t end);
    /// DeepKernel on the points [begin, end), multiples of its kTileRows.
    static void deep(const DeepJob<F, E>& job, std::size_t begin, std::size_t end, F* out,
                     std::size_t out_stride);
};

}  // namespace nexus::zkvm
