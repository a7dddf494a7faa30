#pragma once

#include "zkvm/commit/arena.hpp"
#include "zkvm/field/batch_inverse.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/stark/quotient_kernel.hpp"
#include "zkvm/stark/zerofiers_at.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace nexus::zkvm {

/// What zerofiers_at gives, on the 2n points `s w^i` of the quotient's domain of a height.
template <class F>
Zerofiers<F> zerofiers_on_domain(Arena& arena, const Rows& rows) {
    constexpr std::size_t kRange = 4096;
    const std::size_t size = 2 * rows.count();
    const F shift = coset_shift<F>(rows.log_rows);
    const F g = F::two_adic_generator(rows.log_rows);
    const F g_e = g.exp_power_of_2(rows.log_excluded);
    const F w = F::two_adic_generator(rows.log_rows + 1);
    const std::size_t period = size >> rows.log_excluded;  // of x^e, a power of two
    const std::vector<F> x_e = geometric_sequence(shift.exp_power_of_2(rows.log_excluded),
                                                  w.exp_power_of_2(rows.log_excluded), period);
    const F s_n = shift.exp_power_of_2(rows.log_rows);  // x^n is s^n on even i, -s^n on odd i
    const std::array<F, 2> all{(s_n - F(1)).inverse(), (-s_n - F(1)).inverse()};
    std::vector<F> shifted(period);
    for (std::size_t i = 0; i < period; ++i) {
        shifted[i] = x_e[i] - g_e;
    }
    std::vector<F> shifted_inverse = shifted;
    batch_inverse<F>(shifted_inverse);
    const Matrix<F> columns = allocate_matrix<F>(arena, size, 4);
    const std::array<F*, 4> z{columns.column(0).data(), columns.column(1).data(),
                              columns.column(2).data(), columns.column(3).data()};
    parallel_for(0, size, kRange, [&](std::size_t begin, std::size_t end) {
        std::array<F, kRange> point;
        F x = shift * w.pow(begin);
        for (std::size_t i = begin; i < end; ++i) {
            point[i - begin] = x - g;
            z[3][i] = x - g;
            x *= w;
        }
        batch_inverse<F>(columns.column(3).subspan(begin, end - begin));
        for (std::size_t i = begin; i < end; ++i) {
            const std::size_t in_period = i & (period - 1);
            const F excluded = (x_e[in_period] - F(1)) * all[i % 2];
            z[0][i] = excluded * point[i - begin];
            z[1][i] = excluded * shifted[in_period];
            z[2][i] = point[i - begin] * shifted_inverse[in_period];
        }
    });
    return {z[0], z[1], z[2], z[3]};
}

}  // namespace nexus::zkvm
