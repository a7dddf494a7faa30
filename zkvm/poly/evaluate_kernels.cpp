#include "zkvm/poly/evaluate_kernels.hpp"

#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/monty_lanes.hpp"
#include "zkvm/field/packed.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <cstddef>

namespace nexus::zkvm {

template <class E, class Tag>
E EvaluateKernels<E, Tag>::dot(const F* coefficients, const F* powers, std::size_t size) {
    using S = Lanes<Tag>;
    using M = MontyLanes<F, Tag>;
    constexpr std::size_t kDegree = E::kDegree;
    const auto zero = S::broadcast(0);
    typename S::Wide sums[kDegree];
    for (std::size_t i = 0; i < kDegree; ++i) {
        sums[i] = S::mul_wide(zero, zero);
    }
    const auto add = [&](std::size_t at) __attribute__((always_inline)) {
        const auto words = S::load(coefficients + at);
        for (std::size_t i = 0; i < kDegree; ++i) {
            sums[i] = S::add_wide(sums[i], S::mul_wide(words, S::load(powers + i * size + at)));
        }
    };
    std::size_t at = 0;
    for (; at + 2 * S::kLanes <= size; at += 2 * S::kLanes) {
        add(at);
        add(at + S::kLanes);
        for (std::size_t i = 0; i < kDegree; ++i) {
            sums[i] = M::fold_wide(sums[i]);  // room for two more products
        }
    }
    if (at < size) {
        add(at);
    }
    E result;
    for (std::size_t i = 0; i < kDegree; ++i) {
        result[i] = Packed<F, Tag>::from_vector(M::reduce_sum_of_4(sums[i])).sum();
    }
    return result;
}

template struct EvaluateKernels<KoalaBear4, NEXUS_ISA>;
template struct EvaluateKernels<KoalaBear5, NEXUS_ISA>;
template struct EvaluateKernels<BabyBear4, NEXUS_ISA>;

}  // namespace nexus::zkvm
