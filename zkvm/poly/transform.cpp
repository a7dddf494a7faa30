#include "zkvm/poly/transform.hpp"

#include "base/assert.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/domain.hpp"

#include <cstddef>
#include <span>

namespace nexus::zkvm {
namespace {

/// Layers of the transform of coefficients, from pairs at distance `half` on.
template <class F>
void forward_layers(std::span<F> column, F shift, std::size_t half) {
    const unsigned log_size = log2_exact(column.size());
    for (; half < column.size(); half *= 2) {
        const unsigned log_block = log2_exact(half) + 1;
        const F root = F::two_adic_generator(log_block);
        F point = shift.exp_power_of_2(log_size - log_block);
        for (std::size_t j = 0; j < half; ++j) {
            for (std::size_t i = j; i < column.size(); i += 2 * half) {
                const F even = column[i];
                const F odd = column[i + half] * point;
                column[i] = even + odd;
                column[i + half] = even - odd;
            }
            point *= root;
        }
    }
}

}  // namespace

template <class F>
void inverse_transform(std::span<F> column, F shift) {
    const unsigned log_size = log2_exact(column.size());
    for (std::size_t half = column.size() / 2; half > 0; half /= 2) {
        const unsigned log_block = log2_exact(half) + 1;
        const F root = F::two_adic_generator(log_block).inverse();
        F point = shift.exp_power_of_2(log_size - log_block).inverse();
        for (std::size_t j = 0; j < half; ++j) {
            for (std::size_t i = j; i < column.size(); i += 2 * half) {
                const F sum = column[i] + column[i + half];
                column[i + half] = (column[i] - column[i + half]) * point;
                column[i] = sum;
            }
            point *= root;
        }
    }
    const F scale = F(2).pow(log_size).inverse();
    for (F& coefficient : column) {
        coefficient *= scale;
    }
}

template <class F>
void inverse_transform(const Matrix<F>& columns, F shift) {
    parallel_for(0, columns.width(), 1, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            inverse_transform(columns.column(i), shift);
        }
    });
}

template <class F>
void forward_transform(std::span<F> column, F shift) {
    forward_layers(column, shift, 1);
}

template <class F>
void low_degree_extension(std::span<const F> coefficients, unsigned log_blowup, F shift,
                          std::span<F> evaluations) {
    const std::size_t blowup = std::size_t{1} << log_blowup;
    NEXUS_ASSERT(evaluations.size() == coefficients.size() * blowup);
    // Layers whose second operand is a zero of the padding copy the first.
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
        evaluations[i] = coefficients[i / blowup];
    }
    forward_layers(evaluations, shift, blowup);
}

template <class F>
void low_degree_extension(const Matrix<const F>& coefficients, unsigned log_blowup, F shift,
                          const Matrix<F>& evaluations) {
    NEXUS_ASSERT(coefficients.width() == evaluations.width());
    parallel_for(0, coefficients.width(), 1, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            low_degree_extension(coefficients.column(i), log_blowup, shift, evaluations.column(i));
        }
    });
}

#define NEXUS_INSTANTIATE(F)                                                           \
    template void inverse_transform(std::span<F>, F);                                  \
    template void inverse_transform(const Matrix<F>&, F);                              \
    template void forward_transform(std::span<F>, F);                                  \
    template void low_degree_extension(std::span<const F>, unsigned, F, std::span<F>); \
    template void low_degree_extension(const Matrix<const F>&, unsigned, F, const Matrix<F>&);

NEXUS_INSTANTIATE(KoalaBear)
NEXUS_INSTANTIATE(BabyBear)

}  // namespace nexus::zkvm
