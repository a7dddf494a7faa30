#include "zkvm/poly/transform_plan.hpp"

#include "base/assert.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/poly/transform_kernels.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace nexus::zkvm {
namespace {

constexpr unsigned kLogBlock = 14;  // 64 KiB of elements and 64 KiB of twiddles

/// Layers over the coset shift * <root>, root of order 2^log_size: entry half + j.
template <class F>
std::vector<F> layers(unsigned log_size, F shift, F root) {
    std::vector<F> table(std::size_t{1} << log_size);
    for (std::size_t half = table.size() / 2; half > 0; half /= 2) {
        F point = shift;
        for (std::size_t j = 0; j < half; ++j) {
            table[half + j] = point;
            point *= root;
        }
        shift = shift.square();
        root = root.square();
    }
    return table;
}

}  // namespace

template <class F>
TransformPlan<F>::TransformPlan(unsigned log_size, F shift, bool inverse) {
    NEXUS_ASSERT(log_size <= F::kTwoAdicity);
    const unsigned log_block = std::min(log_size, kLogBlock);
    const unsigned log_rows = log_size - log_block;
    block_ = std::size_t{1} << log_block;
    rows_ = std::size_t{1} << log_rows;
    scale_ = F(2).pow(log_size).inverse();
    const F start = inverse ? shift.inverse() : shift;
    const auto root_of = [&](unsigned log) {
        const F root = F::two_adic_generator(log);
        return inverse ? root.inverse() : root;
    };
    block_twiddles_ = layers(log_block, start.exp_power_of_2(log_rows), root_of(log_block));
    if (rows_ > 1) {
        roots_ = layers(log_rows, F(1), root_of(log_rows));
        points_ = geometric_sequence(F(1), root_of(log_size), kStripWords);
        starts_ =
            geometric_sequence(start, root_of(log_size).pow(kStripWords), block_ / kStripWords);
    }
}

template class TransformPlan<KoalaBear>;
template class TransformPlan<BabyBear>;

}  // namespace nexus::zkvm
