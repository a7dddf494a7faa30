#pragma once

#include <cstddef>

namespace nexus::zkvm {

/// Sums of products, for one instruction set.
/// Defined in evaluate_kernels.cpp, compiled once for each Tag.
template <class E, class Tag>
struct EvaluateKernels {
    using F = typename E::Base;

    /// The sum of coefficients[j] * powers[j] for j < size. The powers are base columns:
    /// coefficient i of power j lies at `powers[i * size + j]`. Pre: size is a multiple of kLanes.
    static E dot(const F* coefficients, const F* powers, std::size_t size);
};

}  // namespace nexus::zkvm
