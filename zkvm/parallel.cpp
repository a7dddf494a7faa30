#include "zkvm/parallel.hpp"

#include "base/assert.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#include <algorithm>
#include <cstddef>
#include <memory>

namespace nexus::zkvm {
namespace detail {

void parallel_ranges(std::size_t begin, std::size_t end, std::size_t grain, RangeCall call,
                     const void* callable) {
    NEXUS_ASSERT(grain > 0);
    if (begin >= end) {
        return;
    }
    const std::size_t pieces = (end - begin - 1) / grain + 1;
    const auto piece = [&](std::size_t k) {
        const std::size_t first = begin + k * grain;
        call(callable, first, first + std::min(grain, end - first));
    };
    if (pieces == 1) {
        piece(0);
        return;
    }
    tbb::parallel_for(std::size_t{0}, pieces, piece, tbb::simple_partitioner{});
}

}  // namespace detail

struct ThreadLimit::Limit {
    explicit Limit(std::size_t threads)
        : control(tbb::global_control::max_allowed_parallelism, threads) {}

    tbb::global_control control;
};

ThreadLimit::ThreadLimit(std::size_t threads) {
    NEXUS_ASSERT(threads > 0);
    limit_ = std::make_unique<Limit>(threads);
}

ThreadLimit::~ThreadLimit() = default;

}  // namespace nexus::zkvm
