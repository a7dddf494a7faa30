#pragma once

#include "zkvm/stark/pack.hpp"

#include <cstddef>

namespace nexus::zkvm {

/// Columns of one height that are opened at one point.
template <class F, class E>
struct DeepJob {
    const F* const* columns = nullptr;
    const E* weights = nullptr;  ///< One a column: the powers of lambda.
    std::size_t count = 0;
    E value;   ///< The weighted sum of the opened values.
    E point;
    F shift;   ///< Row i stands for the point shift * step^i.
    F step;
};

/// `(sum of weights * columns - value) / (x - point)`, added to D columns of `out`.
template <class P>
struct DeepKernel {
    using F = typename P::F;
    using E = typename P::E;
    using V = typename P::V;
    using X = typename P::X;
    static constexpr std::size_t kLanes = P::kLanes;
    /// Vectors at once: enough to share a broadcast weight, few enough for the registers.
    static constexpr std::size_t kVectors = kLanesMax / kLanes < 4 ? 4 : kLanesMax / kLanes;

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
        for (std::size_t row = begin; row < end; row += kVectors * kLanes) {
            X sums[kVectors];
            weigh(job, row, sums);
            X before[kVectors];
            X product(F(1));
            X denominators[kVectors];
            for (std::size_t v = 0; v < kVectors; ++v) {
                denominators[v] = x - X(job.point);
                before[v] = product;
                product = product * denominators[v];
                x = x * step;
            }
            X inverse = product.inverse();
            for (std::size_t v = kVectors; v-- > 0;) {
                F* const to = out + (row - begin) + v * kLanes;
                (X::load(to, out_stride) + sums[v] * (inverse * before[v])).store(to, out_stride);
                inverse = inverse * denominators[v];
            }
        }
    }

private:
    NEXUS_INLINE static void weigh(const DeepJob<F, E>& job, std::size_t row, X* sums) {
        for (std::size_t v = 0; v < kVectors; ++v) {
            sums[v] = X() - X(job.value);
        }
        for (std::size_t c = 0; c < job.count; ++c) {
            const X weight(job.weights[c]);
            const F* const column = job.columns[c] + row;
            for (std::size_t v = 0; v < kVectors; ++v) {
                sums[v] = sums[v] + weight * V::load(column + v * kLanes);
            }
        }
    }
};

}  // namespace nexus::zkvm
