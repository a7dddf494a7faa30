#include "zkvm/poly/column_kernels.hpp"

#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/packed.hpp"
#include "zkvm/simd/isa.hpp"

#include <cstddef>

namespace nexus::zkvm {

template <class F, class Tag>
void ColumnKernels<F, Tag>::add(F* to, const F* from, std::size_t size) {
    using V = Packed<F, Tag>;
    std::size_t i = 0;
    for (; i + V::kLanes <= size; i += V::kLanes) {
        (V::load(to + i) + V::load(from + i)).store(to + i);
    }
    for (; i < size; ++i) {
        to[i] = to[i] + from[i];
    }
}

template <class F, class Tag>
void ColumnKernels<F, Tag>::add_value(F* to, F value, std::size_t size) {
    using V = Packed<F, Tag>;
    const V values(value);
    std::size_t i = 0;
    for (; i + V::kLanes <= size; i += V::kLanes) {
        (V::load(to + i) + values).store(to + i);
    }
    for (; i < size; ++i) {
        to[i] = to[i] + value;
    }
}

template struct ColumnKernels<KoalaBear, NEXUS_ISA>;
template struct ColumnKernels<BabyBear, NEXUS_ISA>;

}  // namespace nexus::zkvm
