#pragma once

#include <cstddef>

namespace nexus::zkvm::tests {

/// Packed and PackedExt, operation by operation, on as many elements as there are lanes: what a
/// test, which is compiled for no particular instruction set, compares with scalar code.
template <class E, class Tag>
struct PackedProbe {
    using F = typename E::Base;

    static constexpr std::size_t kBaseResults = 8;
    static constexpr std::size_t kExtensionResults = 14;

    /// To out[i], kLanes elements each: a + b, a - b, -a, a * b, a / 2, a^-1, a + s, a * s.
    static void base(const F* a, const F* b, const F* s, F* const* out);

    /// To out[i]: a + b, a - b, -a, a * b, a^2, a + f, a - f, a * f, a + s, a - s, s - a, a * s,
    /// a^-1, a^p; f has kLanes elements, s is one.
    static void extension(const E* a, const E* b, const F* f, const E* s, E* const* out);

    /// Inverts `count` times kLanes elements, lane by lane. Pre: count <= 16.
    static void invert(E* elements, std::size_t count);

    /// So many rounds of products with each of `count` elements, for benchmarks; E is base columns
    /// of that height. Pre: count is a multiple of 8 kLanes.
    static void power(F* elements, std::size_t count, std::size_t rounds);
    static void power_extension(F* columns, std::size_t count, std::size_t rounds);
};

}  // namespace nexus::zkvm::tests
