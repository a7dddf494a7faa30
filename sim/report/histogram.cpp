#include "sim/report/histogram.hpp"

#include "base/assert.hpp"

#include <absl/numeric/int128.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::sim {
namespace {

// Values below 2^8 have a bucket each. Above, the top eight bits of a value name its bucket: the
// leading one says which power of two, the seven behind it which of its 128 parts.
constexpr unsigned kSubBits = 7;
constexpr std::uint64_t kSubBuckets = std::uint64_t{1} << kSubBits;

std::size_t bucket_of(std::uint64_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width > kSubBits + 1 ? width - (kSubBits + 1) : 0;
    return static_cast<std::size_t>(shift * kSubBuckets + (value >> shift));
}

/// The greatest value of the bucket.
std::uint64_t upper_end(std::size_t bucket) {
    if (bucket < 2 * kSubBuckets) {
        return bucket;
    }
    const std::uint64_t shift = bucket / kSubBuckets - 1;
    const std::uint64_t top = bucket - shift * kSubBuckets;
    return ((top + 1) << shift) - 1;  // 2^64 wraps to 0, and 0 - 1 is the greatest value: right
}

}  // namespace

void Histogram::record(std::uint64_t value, std::uint64_t times) {
    if (times == 0) {
        return;
    }
    const std::size_t bucket = bucket_of(value);
    if (bucket >= buckets_.size()) {
        buckets_.resize(bucket + 1);
    }
    buckets_[bucket] += times;
    count_ += times;
    max_ = std::max(max_, value);
    min_ = std::min(min_, value);
    sum_ += absl::uint128(value) * times;
}

void Histogram::merge(const Histogram& other) {
    if (other.buckets_.size() > buckets_.size()) {
        buckets_.resize(other.buckets_.size());
    }
    for (std::size_t i = 0; i < other.buckets_.size(); ++i) {
        buckets_[i] += other.buckets_[i];
    }
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
    min_ = std::min(min_, other.min_);
    sum_ += other.sum_;
}

double Histogram::mean() const {
    return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::percentile_ppm(std::uint32_t ppm) const {
    NEXUS_ASSERT(ppm <= 1'000'000);
    if (count_ == 0) {
        return 0;
    }
    const absl::uint128 scaled = absl::uint128(count_) * ppm + 999'999;
    const std::uint64_t needed = std::max<std::uint64_t>(1, absl::Uint128Low64(scaled / 1'000'000));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen >= needed) {
            return std::min(upper_end(i), max_);
        }
    }
    return max_;
}

std::vector<Histogram::Point> Histogram::cumulative() const {
    std::vector<Point> points;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (buckets_[i] != 0) {
            points.push_back({std::min(upper_end(i), max_), seen});
        }
    }
    return points;
}

}  // namespace nexus::sim
