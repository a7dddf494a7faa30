#include "sim/report/histogram.hpp"

#include "base/prng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::uint64_t kGreatest = std::numeric_limits<std::uint64_t>::max();

/// Values of every size up to `bits` bits, small and large alike.
std::vector<std::uint64_t> values_of_all_sizes(Prng& prng, std::size_t count, unsigned bits) {
    std::vector<std::uint64_t> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(prng.next() >> (64 - 1 - prng.below(bits)));
    }
    return values;
}

Histogram histogram_of(const std::vector<std::uint64_t>& values) {
    Histogram histogram;
    for (const std::uint64_t value : values) {
        histogram.record(value);
    }
    return histogram;
}

/// The smallest value such that `ppm` of all are at or below it.
std::uint64_t exact_percentile(const std::vector<std::uint64_t>& sorted, std::uint32_t ppm) {
    const std::uint64_t needed = (sorted.size() * std::uint64_t{ppm} + 999'999) / 1'000'000;
    return sorted[needed == 0 ? 0 : needed - 1];
}

TEST(Histogram, AgreesWithSortingWithinOnePartIn128) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Prng prng(seed, "histogram");
        auto values = values_of_all_sizes(prng, 1 + prng.below(3000), 63);
        const Histogram histogram = histogram_of(values);
        std::sort(values.begin(), values.end());
        for (const std::uint32_t ppm : {0U, 1U, 10'000U, 500'000U, 900'000U, 990'000U, 999'999U}) {
            const std::uint64_t exact = exact_percentile(values, ppm);
            const std::uint64_t found = histogram.percentile_ppm(ppm);
            EXPECT_GE(found, exact);
            EXPECT_LE(found - exact, exact / 128) << "ppm " << ppm;
            EXPECT_LE(found, histogram.max());
        }
        EXPECT_EQ(histogram.percentile_ppm(1'000'000), values.back()) << "the maximum is exact";
        EXPECT_EQ(histogram.max(), values.back());
        EXPECT_EQ(histogram.min(), values.front());
        EXPECT_EQ(histogram.count(), values.size());
    }
}

TEST(Histogram, KeepsSmallValuesExact) {
    std::vector<std::uint64_t> values(256);
    std::iota(values.begin(), values.end(), 0);
    const Histogram histogram = histogram_of(values);
    const auto points = histogram.cumulative();
    ASSERT_EQ(points.size(), 256);
    for (std::size_t i = 0; i < points.size(); ++i) {
        EXPECT_EQ(points[i].value, i);
        EXPECT_EQ(points[i].count_at_or_below, i + 1);
    }
    EXPECT_DOUBLE_EQ(histogram.mean(), 127.5);
}

TEST(Histogram, TakesTheGreatestValue) {
    Histogram histogram;
    histogram.record(kGreatest, 3);
    histogram.record(1);
    EXPECT_EQ(histogram.max(), kGreatest);
    EXPECT_EQ(histogram.percentile_ppm(500'000), kGreatest);
    EXPECT_EQ(histogram.percentile_ppm(250'000), 1);
    EXPECT_EQ(histogram.count(), 4);
}

TEST(Histogram, OfNothingIsZero) {
    Histogram histogram;
    histogram.record(7, 0);
    EXPECT_EQ(histogram.count(), 0);
    EXPECT_EQ(histogram.percentile_ppm(990'000), 0);
    EXPECT_EQ(histogram.min(), 0);
    EXPECT_EQ(histogram.max(), 0);
    EXPECT_EQ(histogram.mean(), 0);
    EXPECT_TRUE(histogram.cumulative().empty());
}

TEST(Histogram, MergesToWhatOneWouldHaveCounted) {
    Prng prng(3, "merge");
    const auto first = values_of_all_sizes(prng, 400, 20);
    const auto second = values_of_all_sizes(prng, 300, 50);
    Histogram merged = histogram_of(first);
    merged.merge(histogram_of(second));
    auto all = first;
    all.insert(all.end(), second.begin(), second.end());
    const Histogram whole = histogram_of(all);
    EXPECT_EQ(merged.count(), whole.count());
    EXPECT_EQ(merged.max(), whole.max());
    EXPECT_EQ(merged.min(), whole.min());
    EXPECT_EQ(merged.mean(), whole.mean()) << "sums are exact, whatever their order";
    const auto points = merged.cumulative();
    const auto expected = whole.cumulative();
    ASSERT_EQ(points.size(), expected.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        EXPECT_EQ(points[i].value, expected[i].value);
        EXPECT_EQ(points[i].count_at_or_below, expected[i].count_at_or_below);
    }
}

TEST(Histogram, PointsRiseUpToMaximumAndCount) {
    Prng prng(5, "points");
    const Histogram histogram = histogram_of(values_of_all_sizes(prng, 2000, 40));
    const auto points = histogram.cumulative();
    for (std::size_t i = 1; i < points.size(); ++i) {
        EXPECT_LT(points[i - 1].value, points[i].value);
        EXPECT_LT(points[i - 1].count_at_or_below, points[i].count_at_or_below);
    }
    EXPECT_EQ(points.back().value, histogram.max());
    EXPECT_EQ(points.back().count_at_or_below, histogram.count());
}

}  // namespace
}  // namespace nexus::sim
