#pragma once

#include "zkvm/field/packed.hpp"
#include "zkvm/field/packed_extension.hpp"
#include "zkvm/simd/isa.hpp"

#include <cstddef>

namespace nexus::zkvm {

/// What kernels over rows need of an instruction set: V holds kLanes rows of a column, X so many
/// elements of the extension field.
template <class BaseField, class ExtensionField, class Isa>
struct Pack {
    using F = BaseField;
    using E = ExtensionField;
    using V = Packed<F, Isa>;
    using X = PackedExt<E, Isa>;
    static constexpr std::size_t kLanes = V::kLanes;

    /// How far ahead of the rows at hand the columns of a table are fetched. A row is so many
    /// streams through memory that the processor does not see them coming by itself.
    static constexpr std::size_t kAhead = 4 * kLanesMax;

    /// Asks for a place of a column that will be read soon, or lies behind its end.
    NEXUS_INLINE static void fetch(const F* column, std::size_t at) {
        if (kLanes > 1) {
            __builtin_prefetch(column + at);
        }
    }

    /// The rows q, q + 1, .. of a domain of which every `step`-th point of the extension domain is
    /// one, `back` points of the extension domain earlier, around its end.
    NEXUS_INLINE static V load_back(const F* column, std::size_t q, std::size_t step,
                                    std::size_t back, std::size_t domain) {
        if (step == 1 && q >= back) {
            return V::load(column + q - back);
        }
        F lanes[kLanes];
        for (std::size_t i = 0; i < kLanes; ++i) {
            const std::size_t at = (q + i) * step;
            lanes[i] = column[at >= back ? at - back : at + domain - back];
        }
        return V::load(lanes);
    }
};

}  // namespace nexus::zkvm
