#pragma once

#include <absl/numeric/int128.h>

#include <cstdint>
#include <vector>

namespace nexus::sim {

/// Counts values in buckets of at most 1/128 relative width, as HdrHistogram does: constant memory,
/// no interpolation between far buckets. Units: those of the caller (nanoseconds).
class Histogram {
public:
    void record(std::uint64_t value, std::uint64_t times = 1);
    void merge(const Histogram& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::uint64_t max() const { return max_; }  ///< Exact; 0 when empty.
    [[nodiscard]] std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
    [[nodiscard]] double mean() const;

    /// The smallest recorded bucket's upper end such that at least `ppm` of all values are at or
    /// below it, never above max(). 0 when empty. Pre: ppm <= 1'000'000.
    [[nodiscard]] std::uint64_t percentile_ppm(std::uint32_t ppm) const;

    /// A point of the cumulative distribution.
    struct Point {
        std::uint64_t value = 0;  ///< Upper end of the bucket, never above max().
        std::uint64_t count_at_or_below = 0;
    };
    /// The non-empty buckets, rising.
    [[nodiscard]] std::vector<Point> cumulative() const;

private:
    std::vector<std::uint64_t> buckets_;  ///< Grows to the largest bucket used.
    std::uint64_t count_ = 0;
    std::uint64_t max_ = 0;
    std::uint64_t min_ = ~std::uint64_t{0};
    absl::uint128 sum_ = 0;  ///< Exact, so that the order of merging changes nothing.
};

}  // namespace nexus::sim
