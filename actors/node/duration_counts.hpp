#pragma once

#include "base/time.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace nexus::actors {

/// How long something took, how often: a histogram of few buckets for metrics.
/// Threading: any thread may record and read; a reading made meanwhile may lack the last record.
class DurationCounts {
public:
    /// Upper ends of the buckets, but for the last, which has none. Units: microseconds.
    static constexpr std::array<std::int64_t, 10> kBoundsMicroseconds{
        10, 100, 300, 1'000, 3'000, 10'000, 30'000, 100'000, 300'000, 1'000'000};

    struct Reading {
        std::array<std::uint64_t, kBoundsMicroseconds.size() + 1> counts{};  ///< By bucket.
        std::int64_t sum_microseconds = 0;
    };

    void record(Duration took) {
        const std::int64_t microseconds = took.nanoseconds / 1'000;
        std::size_t bucket = 0;
        while (bucket < kBoundsMicroseconds.size() && microseconds > kBoundsMicroseconds[bucket]) {
            ++bucket;
        }
        counts_[bucket].fetch_add(1, std::memory_order_relaxed);
        sum_nanoseconds_.fetch_add(took.nanoseconds, std::memory_order_relaxed);
    }

    [[nodiscard]] Reading read() const {
        Reading reading;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            reading.counts[i] = counts_[i].load(std::memory_order_relaxed);
        }
        reading.sum_microseconds = sum_nanoseconds_.load(std::memory_order_relaxed) / 1'000;
        return reading;
    }

private:
    std::array<std::atomic<std::uint64_t>, kBoundsMicroseconds.size() + 1> counts_{};
    std::atomic<std::int64_t> sum_nanoseconds_{0};
};

}  // namespace nexus::actors
