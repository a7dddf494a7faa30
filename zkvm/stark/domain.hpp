#pragma once

#include "base/assert.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// Heights of tables: powers of two, from 2^kLogRowsMin to 2^kLogRowsMax.
inline constexpr unsigned kLogRowsMin = 12;
inline constexpr unsigned kLogRowsMax = 22;

/// The rows of a table: which belong to the trace. Rows that are multiples of n/e (the subgroup E)
/// hold masks; row 1 holds the noise of the sums; the others are active (zkvm/README.md, 1 and 4).
struct Rows {
    unsigned log_rows = 0;
    unsigned log_excluded = 0;  ///< log2 e: 11 with zero knowledge, 0 without.

    [[nodiscard]] std::size_t count() const { return std::size_t{1} << log_rows; }
    [[nodiscard]] std::size_t excluded() const { return std::size_t{1} << log_excluded; }
    /// h = e/2: the degree of every column is below n - h, and a mask has h random coefficients.
    [[nodiscard]] std::size_t masked() const { return excluded() / 2; }
    /// Rows of the trace: all but E and row 1.
    [[nodiscard]] std::size_t active() const { return count() - excluded() - 1; }
    /// The distance between rows of E.
    [[nodiscard]] std::size_t period() const { return count() >> log_excluded; }
    /// The row of the table that holds row `index` of the trace.
    [[nodiscard]] std::size_t active_row(std::size_t index) const {
        NEXUS_ASSERT(index < active());
        const std::size_t skipped = index + 1;  // row 1 comes first and is the noise
        return skipped + 1 + skipped / (period() - 1);
    }
    [[nodiscard]] bool is_excluded(std::size_t row) const { return row % period() == 0; }
    static constexpr std::size_t kNoiseRow = 1;
};

/// log2 e with zero knowledge: e/2 = 1024 random coefficients, enough for what any profile opens of
/// a column. `tests/unit/zkvm/stark/masks_test.cpp` derives the bound.
inline constexpr unsigned kLogExcludedZk = 11;

/// The fewest rows whose active rows hold `trace_rows`, as a log; 0 if none are needed.
inline unsigned log_rows_for(std::size_t trace_rows, unsigned log_excluded) {
    unsigned log_rows = kLogRowsMin;
    while (Rows{log_rows, log_excluded}.active() < trace_rows) {
        ++log_rows;
    }
    return log_rows;
}

/// The coset that evaluations of a table of n rows stand on has the shift
/// generator^(2^kLogShift/n): x -> x^(N/n) maps the coset of N rows onto that of n rows.
inline constexpr unsigned kLogShift = kLogRowsMax;

template <class F>
F coset_shift(unsigned log_rows) {
    return F::generator().exp_power_of_2(kLogShift - log_rows);
}

}  // namespace nexus::zkvm
