#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {

/// The tables for transforms of one size over one coset, forward or inverse.
///
/// A column of N = R * B elements is a grid of R rows of B neighbours. Forward, the first log B
/// layers stay inside the rows (blocks, which fit the second cache), the last log R layers inside
/// columns of the grid, of which kStripWords neighbours make a strip (which fits the first cache).
/// The inverse takes strips first. So the column is read from memory twice.
///
/// The layer that joins transforms of `half` elements at the points x^2 to one at the points x
/// multiplies by x: over the coset s<w> these are s^(N / 2 half) * w_(2 half)^j, for j < half. The
/// shift costs nothing, being part of the twiddles. An inverse transform divides.
template <class F>
class TransformPlan {
public:
    /// Pre: log_size <= F::kTwoAdicity, shift is not zero.
    TransformPlan(unsigned log_size, F shift, bool inverse);

    [[nodiscard]] std::size_t size() const { return rows_ * block_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }    ///< R
    [[nodiscard]] std::size_t block() const { return block_; }  ///< B

    /// Twiddle j of the layer of `half` at half + j; B entries.
    [[nodiscard]] const F* block_twiddles() const { return block_twiddles_.data(); }

    // What the twiddles of strips are made of. With x = s w^j the point of column j of the grid,
    // the twiddle of row i in the layer of 2^l rows is x^(R / 2^(l+1)) times root 2^l + i.
    [[nodiscard]] const F* roots() const { return roots_.data(); }
    /// The points of the columns of the first strip, divided by the shift.
    [[nodiscard]] const F* points() const { return points_.data(); }
    /// The point of the first column of a strip.
    [[nodiscard]] F strip_start(std::size_t strip) const { return starts_[strip]; }
    [[nodiscard]] std::size_t strips() const { return starts_.size(); }

    /// 1 / N.
    [[nodiscard]] F scale() const { return scale_; }

private:
    std::size_t block_;
    std::size_t rows_;
    F scale_;
    std::vector<F> block_twiddles_;
    std::vector<F> roots_;
    std::vector<F> points_;
    std::vector<F> starts_;
};

}  // namespace nexus::zkvm
