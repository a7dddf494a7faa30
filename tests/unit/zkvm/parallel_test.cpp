#include "zkvm/parallel.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

TEST(ParallelFor, CutsTheRangeTheSameWayAlways) {
    std::vector<std::pair<std::size_t, std::size_t>> pieces(4);
    parallel_for(10, 45, 10, [&](std::size_t first, std::size_t last) {
        pieces[(first - 10) / 10] = {first, last};
    });
    EXPECT_EQ(pieces, (std::vector<std::pair<std::size_t, std::size_t>>{
                          {10, 20}, {20, 30}, {30, 40}, {40, 45}}));
}

TEST(ParallelFor, CallsNobodyForAnEmptyRange) {
    bool called = false;
    parallel_for(3, 3, 1, [&](std::size_t, std::size_t) { called = true; });
    EXPECT_FALSE(called);
}

TEST(ParallelFor, Nests) {
    std::vector<int> counts(64);
    parallel_for(0, 8, 1, [&](std::size_t i, std::size_t) {
        parallel_for(0, 8, 1, [&](std::size_t j, std::size_t) { ++counts[i * 8 + j]; });
    });
    EXPECT_EQ(counts, std::vector<int>(64, 1));
}

TEST(ParallelFor, StaysWithItsCallerWhereOneThreadIsTheLimit) {
    thread_local int own = 0;  // has another address in each thread
    const ThreadLimit limit(1);
    std::vector<const int*> seen(64);
    parallel_for(0, seen.size(), 1, [&](std::size_t i, std::size_t) { seen[i] = &own; });
    EXPECT_EQ(seen, std::vector<const int*>(64, &own));
}

}  // namespace
}  // namespace nexus::zkvm
