#pragma once

#include "zkvm/poly/domain.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm::tests {

/// The definition: the value of each polynomial at each point, one by one. Coefficients in
/// bit-reversed order, as everywhere.
template <class F>
std::vector<F> naive_evaluations(std::span<const F> coefficients, std::size_t size, F shift) {
    const unsigned log_degree = log2_exact(coefficients.size());
    const F root = F::two_adic_generator(log2_exact(size));
    std::vector<F> values(size);
    F point = shift;
    for (F& value : values) {
        for (std::size_t k = coefficients.size(); k-- > 0;) {
            value = value * point + coefficients[reverse_bits(k, log_degree)];
        }
        point *= root;
    }
    return values;
}

/// Elements without a pattern that a transform could hide behind.
template <class F>
std::vector<F> some_elements(std::size_t count, std::uint64_t seed) {
    std::vector<F> elements(count);
    std::uint64_t state = seed * 2 + 1;
    for (F& element : elements) {
        state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        element = F::from_u64(state >> 20U);
    }
    return elements;
}

}  // namespace nexus::zkvm::tests
