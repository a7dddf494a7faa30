#pragma once

#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/poly/column_kernels.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/stark/domain.hpp"

#include <span>
#include <vector>

namespace nexus::zkvm {

/// Adds `r (x^n - 1)/(x^e - 1)` to the polynomial of a column, whose coefficients lie in
/// bit-reversed order: coefficient j gets r_(j mod e). The upper half of r cancels the top e/2
/// coefficients of the column, the lower half is random; without zero knowledge it is 0.
/// Afterwards the degree is below n - e/2, and the values on H without E are what they were.
///
/// `random`: e/2 elements, or none.
template <class F>
void mask_column(std::span<F> coefficients, const Rows& rows, std::span<const F> random) {
    const std::size_t e = rows.excluded();
    const std::size_t h = rows.masked();
    const unsigned log_rows = rows.log_rows;
    std::vector<F> r(e);
    for (std::size_t t = 0; t < random.size(); ++t) {
        r[t] = random[t];
    }
    for (std::size_t t = 0; t < h; ++t) {
        r[e - h + t] = -coefficients[reverse_bits(rows.count() - h + t, log_rows)];
    }
    // Position p holds coefficient reverse(p), whose low log2 e bits are the high bits of p.
    const std::size_t period = rows.period();
    for (std::size_t block = 0; block < e; ++block) {
        const F add = r[reverse_bits(block, rows.log_excluded)];
        with_isa([&](auto isa) {
            ColumnKernels<F, decltype(isa)>::add_value(coefficients.data() + block * period, add,
                                                       period);
        });
    }
}

}  // namespace nexus::zkvm
