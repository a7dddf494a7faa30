#pragma once

#include <cstddef>

namespace nexus::zkvm {

/// Neighbouring columns of the grid that make a strip: four lines of the cache.
inline constexpr std::size_t kStripWords = 64;

/// The layers of a transform, for one instruction set; transform_plan.hpp says how they are cut
/// into blocks and strips, and what the tables hold. Words stay below 2p between the passes of one
/// call, and below p between calls.
/// Defined in transform_kernels.cpp, compiled once for each Tag.
template <class F, class Tag>
struct TransformKernels {
    /// The least size that a block may have.
    static const std::size_t kBlockMin;

    /// All layers of a block, from pairs at distance `half` on: bit-reversed -> natural.
    static void forward_block(F* data, std::size_t size, std::size_t half, const F* twiddles);

    /// All layers of a block, down to pairs of neighbours; the results times `scale`.
    static void inverse_block(F* data, std::size_t size, const F* twiddles, F scale);

    /// data[i] = from[i / 2^log_copies]. Pre: size is a multiple of 2^log_copies.
    static void spread(const F* from, unsigned log_copies, std::size_t size, F* data);

    /// The twiddles of one strip: row i of layer l has kStripWords of them at row 2^l + i of
    /// `table`, which has `rows` rows: `roots[2^l + i]` times the power 2^(log rows - 1 - l) of
    /// `start * points[..]`.
    static void strip_twiddles(F* table, std::size_t rows, F start, const F* points,
                               const F* roots);

    /// All layers of a strip: kStripWords words of each of `rows` rows, `stride` words apart; at
    /// least two rows. `buffer` is room for `rows` rows.
    static void forward_strip(F* data, std::size_t rows, std::size_t stride, const F* table,
                              F* buffer);
    static void inverse_strip(F* data, std::size_t rows, std::size_t stride, const F* table,
                              F* buffer);
};

}  // namespace nexus::zkvm
