#pragma once

#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/transform.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/stark/masks.hpp"

#include <algorithm>
#include <vector>

namespace nexus::zkvm {

/// Replaces the columns of a trace by their masked polynomials, as coefficients in bit-reversed
/// order. Each column takes its mask from its own stream of `masks`; null: no randomness.
template <class F>
void interpolate_in_place(const Matrix<F>& columns, const Rows& rows, const MaskRng* masks) {
    inverse_transform(columns, F(1));
    parallel_for(0, columns.width(), 1, [&](std::size_t first, std::size_t last) {
        std::vector<F> random(masks != nullptr ? rows.masked() : 0);
        for (std::size_t c = first; c < last; ++c) {
            if (masks != nullptr) {
                masks->stream("column", c).fill(std::span<F>(random));
            }
            mask_column<F>(columns.column(c), rows, random);
        }
    });
}

/// The same, and the trace stays.
template <class F>
Matrix<F> interpolate(Arena& arena, const Matrix<F>& trace, const Rows& rows,
                      const MaskRng* masks) {
    const Matrix<F> columns = allocate_matrix<F>(arena, trace.height(), trace.width());
    parallel_for(0, trace.width(), 1, [&](std::size_t first, std::size_t last) {
        for (std::size_t c = first; c < last; ++c) {
            std::copy_n(trace.column(c).data(), trace.height(), columns.column(c).data());
        }
    });
    interpolate_in_place(columns, rows, masks);
    return columns;
}

/// The evaluations of columns on the extension domain of their height.
template <class F>
Matrix<F> extend(Arena& arena, const Matrix<F>& coefficients, unsigned log_rows,
                 unsigned log_blowup) {
    Matrix<F> out =
        allocate_matrix<F>(arena, coefficients.height() << log_blowup, coefficients.width());
    low_degree_extension<F>(Matrix<const F>(coefficients), log_blowup, coset_shift<F>(log_rows),
                            out);
    return out;
}

}  // namespace nexus::zkvm
