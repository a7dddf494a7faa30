#pragma once

#include "base/assert.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

/// The number whose lowest `bits` bits are those of `index` in reverse. Pre: index < 2^bits.
constexpr std::size_t reverse_bits(std::size_t index, unsigned bits) {
    std::size_t reversed = 0;
    for (unsigned i = 0; i < bits; ++i) {
        reversed = (reversed << 1U) | ((index >> i) & 1U);
    }
    return reversed;
}

/// log of a power of two. Pre: it is one.
constexpr unsigned log2_exact(std::size_t size) {
    NEXUS_ASSERT(std::has_single_bit(size));
    return static_cast<unsigned>(std::countr_zero(size));
}

/// start, start * ratio, start * ratio^2, ...
template <class F>
std::vector<F> geometric_sequence(F start, F ratio, std::size_t count) {
    std::vector<F> terms(count);
    F term = start;
    for (F& slot : terms) {
        slot = term;
        term *= ratio;
    }
    return terms;
}

}  // namespace nexus::zkvm
