#pragma once

#include "zkvm/field/batch_inverse.hpp"
#include "zkvm/field/monty_lanes.hpp"
#include "zkvm/simd/lanes.hpp"
#include "zkvm/stark/pack.hpp"

#include <cstddef>

namespace nexus::zkvm {

/// Columns of one height that are opened at one point.
template <class F, class E>
struct DeepJob {
    const F* const* columns = nullptr;
    const E* weights = nullptr;  ///< One a column: the powers of lambda.
    std::size_t count = 0;
    E value;  ///< The weighted sum of the opened values.
    E point;
    F shift;  ///< Row i stands for the point shift * step^i.
    F step;
};

/// `(sum of weights * columns - value) / (x - point)`, added to D columns of `out`.
///
/// Works on a tile of rows at a time, so that each column is read in long runs, which the memory
/// ahead of can be fetched, while the sums stay in the first cache.
template <class P>
struct DeepKernel {
    using F = typename P::F;
    using E = typename P::E;
    using V = typename P::V;
    using X = typename P::X;
    using S = Lanes<typename V::IsaTag>;
    using M = MontyLanes<F, typename V::IsaTag>;
    static constexpr std::size_t kLanes = P::kLanes;
    static constexpr std::size_t kTileRows = 512;
    static constexpr std::size_t kVectors = kTileRows / kLanes;
    /// Columns at once: a sum of so many products needs one reduction.
    static constexpr std::size_t kColumns = 4;
    /// Vectors that share an inversion.
    static constexpr std::size_t kShared = 16;

    /// Pre: end - begin is a multiple of kTileRows.
    static void run(const DeepJob<F, E>& job, std::size_t begin, std::size_t end, F* out,
                    std::size_t out_stride) {
        F first = job.shift * job.step.pow(begin);
        F lanes[kLanes];
        for (std::size_t i = 0; i < kLanes; ++i) {
            lanes[i] = first;
            first = first * job.step;
        }
        V x = V::load(lanes);
        const V step(job.step.pow(kLanes));
        X sums[kVectors];
        for (std::size_t row = begin; row < end; row += kTileRows) {
            weigh(job, row, sums);
            for (std::size_t v = 0; v < kVectors; v += kShared) {
                divide(job, sums + v, x, step, out + (row - begin) + v * kLanes, out_stride);
            }
        }
    }

private:
    /// The sums of a tile.
    NEXUS_INLINE static void weigh(const DeepJob<F, E>& job, std::size_t row, X* sums) {
        const X start = X() - X(job.value);
        for (std::size_t v = 0; v < kVectors; ++v) {
            sums[v] = start;
        }
        for (std::size_t c = 0; c < job.count; c += kColumns) {
            const F* columns[kColumns];
            X weights[kColumns];
            for (std::size_t k = 0; k < kColumns; ++k) {
                const bool is_there = c + k < job.count;  // else any column will do, times 0
                columns[k] = job.columns[is_there ? c + k : c] + row;
                weights[k] = is_there ? X(job.weights[c + k]) : X();
            }
            for (std::size_t v = 0; v < kVectors; ++v) {
                add_products(columns, weights, v * kLanes, sums[v]);
            }
        }
    }

    NEXUS_INLINE static void add_products(const F* const* columns, const X* weights, std::size_t at,
                                          X& sum) {
        typename S::Vector words[kColumns];
        for (std::size_t k = 0; k < kColumns; ++k) {
            words[k] = S::load(columns[k] + at);
        }
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            auto products = S::mul_wide_uniform(words[0], weights[0][d].vector());
            for (std::size_t k = 1; k < kColumns; ++k) {
                products =
                    S::add_wide(products, S::mul_wide_uniform(words[k], weights[k][d].vector()));
            }
            sum[d] = sum[d] + V::from_vector(M::reduce_sum_of_4(products));
        }
    }

    /// Adds `sums / (x - point)` for kShared vectors, and moves x behind them.
    NEXUS_INLINE static void divide(const DeepJob<F, E>& job, const X* sums, V& x, V step, F* out,
                                    std::size_t out_stride) {
        X denominators[kShared];
        X before[kShared];
        for (std::size_t v = 0; v < kShared; ++v) {
            denominators[v] = x - X(job.point);
            x = x * step;
        }
        batch_inverse_packed(denominators, kShared, before);
        for (std::size_t v = 0; v < kShared; ++v) {
            F* const to = out + v * kLanes;
            (X::load(to, out_stride) + sums[v] * denominators[v]).store(to, out_stride);
        }
    }
};

}  // namespace nexus::zkvm
