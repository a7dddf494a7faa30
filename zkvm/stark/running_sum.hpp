#pragma once

#include "zkvm/field/matrix.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/stark/domain.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

/// Turns the steps of a sum into the cyclic running sum S of zkvm/README.md, 3, and returns the
/// total T: S(row) - S(row before) = step - T / |A + {g}| on the rows of A + {g}, and 0 on E, over
/// which the chain steps.
///
/// `columns`: D columns, the coefficients of each row's step; what stands on E does not matter.
template <class E>
E running_sum(const Matrix<typename E::Base>& columns, const Rows& rows) {
    using F = typename E::Base;
    constexpr std::size_t kRange = std::size_t{1} << 14U;
    std::array<F*, E::kDegree> at;
    for (std::size_t d = 0; d < E::kDegree; ++d) {
        at[d] = columns.column(d).data();
    }
    const std::size_t in_period = rows.period() - 1;  // a power of two less one
    const auto for_rows = [&](std::size_t begin, const auto& visit) {
        const std::size_t end = std::min(begin + kRange, rows.count());
        for (std::size_t row = begin; row < end; ++row) {
            if ((row & in_period) != 0) {
                visit(row);
            } else {
                for (F* const column : at) {
                    column[row] = F();
                }
            }
        }
    };
    const auto step_of = [&](std::size_t row) {
        E step;
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            step[d] = at[d][row];
        }
        return step;
    };
    // First the sum of each range, so that the ranges can then be filled independently.
    struct Range {
        E sum;
        std::uint32_t rows = 0;
    };
    std::vector<Range> ranges((rows.count() + kRange - 1) / kRange);
    parallel_for(0, ranges.size(), 1, [&](std::size_t k, std::size_t) {
        for_rows(k * kRange, [&](std::size_t row) {
            ranges[k].sum += step_of(row);
            ++ranges[k].rows;
        });
    });
    E total;
    for (const Range& range : ranges) {
        total += range.sum;
    }
    const E share = total * F(static_cast<std::uint32_t>(rows.active() + 1)).inverse();
    E before;
    for (Range& range : ranges) {
        const E sum = range.sum - share * F(range.rows);
        range.sum = before;
        before += sum;
    }
    parallel_for(0, ranges.size(), 1, [&](std::size_t k, std::size_t) {
        E running = ranges[k].sum;
        for_rows(k * kRange, [&](std::size_t row) {
            running += step_of(row) - share;
            for (std::size_t d = 0; d < E::kDegree; ++d) {
                at[d][row] = running[d];
            }
        });
    });
    return total;
}

}  // namespace nexus::zkvm
