#include "zkvm/poly/evaluate.hpp"

#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/domain.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

/// point^reverse_bits(j) for each position j.
template <class E>
std::vector<E> powers_reversed(unsigned log_size, const E& point) {
    std::vector<E> powers{E(typename E::Base(1))};
    for (unsigned i = 0; i < log_size; ++i) {
        // Bit i of a position is bit log_size - 1 - i of the exponent.
        const E factor = point.exp_power_of_2(log_size - 1 - i);
        const std::size_t known = powers.size();
        for (std::size_t j = 0; j < known; ++j) {
            powers.push_back(powers[j] * factor);
        }
    }
    return powers;
}

template <class E>
E dot(std::span<const typename E::Base> coefficients, std::span<const E> powers) {
    E sum;
    for (std::size_t j = 0; j < powers.size(); ++j) {
        sum += powers[j] * coefficients[j];
    }
    return sum;
}

}  // namespace

template <class E>
E evaluate_column(std::span<const typename E::Base> coefficients, const E& point) {
    const std::vector<E> powers = powers_reversed(log2_exact(coefficients.size()), point);
    return dot<E>(coefficients, powers);
}

template <class E>
std::vector<E> evaluate_columns(const Matrix<const typename E::Base>& coefficients,
                                const E& point) {
    std::vector<E> values(coefficients.width());
    const std::vector<E> powers = powers_reversed(log2_exact(coefficients.height()), point);
    parallel_for(0, values.size(), 1, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            values[i] = dot<E>(coefficients.column(i), powers);
        }
    });
    return values;
}

#define NEXUS_INSTANTIATE(E)                                                 \
    template E evaluate_column(std::span<const typename E::Base>, const E&); \
    template std::vector<E> evaluate_columns(const Matrix<const typename E::Base>&, const E&);

NEXUS_INSTANTIATE(KoalaBear4)
NEXUS_INSTANTIATE(KoalaBear5)
NEXUS_INSTANTIATE(BabyBear4)

}  // namespace nexus::zkvm
