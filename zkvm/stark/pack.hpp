#pragma once

#include "zkvm/simd/isa.hpp"

#include <array>
#include <cstddef>

namespace nexus::zkvm {

/// What kernels over rows need of an instruction set: V holds kLanes rows of a column, X so many
/// elements of the extension field. `load_back` loads the rows q, q + 1, .. of the quotient's
/// domain, `back` points of the extension domain earlier, around its end.
template <class BaseField, class ExtensionField, class Isa>
struct Pack;

template <class BaseField, class ExtensionField>
struct Pack<BaseField, ExtensionField, Portable> {
    using F = BaseField;
    using E = ExtensionField;
    using V = F;
    using X = E;
    static constexpr std::size_t kLanes = 1;

    NEXUS_INLINE static V load(const F* from) { return *from; }
    NEXUS_INLINE static void store(F* to, V v) { *to = v; }
    NEXUS_INLINE static V broadcast(F v) { return v; }
    NEXUS_INLINE static X broadcast(const E& v) { return v; }
    NEXUS_INLINE static X extension(const std::array<V, E::kDegree>& parts) { return X(parts); }
    NEXUS_INLINE static V part(const X& x, std::size_t index) { return x[index]; }
    NEXUS_INLINE static X inverse(const X& x) { return x.inverse(); }
    NEXUS_INLINE static V load_back(const F* column, std::size_t q, std::size_t step,
                                    std::size_t back, std::size_t domain) {
        return column[(q * step + domain - back) % domain];
    }
};

}  // namespace nexus::zkvm
