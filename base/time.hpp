#pragma once

#include "base/assert.hpp"

#include <compare>
#include <cstdint>

namespace nexus {

/// A span of time. Units: nanoseconds; may be negative.
struct Duration {
    std::int64_t nanoseconds = 0;

    friend constexpr auto operator<=>(Duration, Duration) = default;
    friend constexpr Duration operator+(Duration a, Duration b) {
        return {a.nanoseconds + b.nanoseconds};
    }
    friend constexpr Duration operator-(Duration a, Duration b) {
        return {a.nanoseconds - b.nanoseconds};
    }
    friend constexpr Duration operator*(Duration a, std::int64_t times) {
        return {a.nanoseconds * times};
    }
    friend constexpr Duration operator/(Duration a, std::int64_t parts) {
        NEXUS_ASSERT(parts != 0);
        return {a.nanoseconds / parts};
    }
    constexpr Duration& operator+=(Duration other) {
        nanoseconds += other.nanoseconds;
        return *this;
    }

    /// Whole milliseconds, towards zero.
    [[nodiscard]] constexpr std::int64_t milliseconds() const { return nanoseconds / 1'000'000; }
};

constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration microseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }

/// A point of time. Units: nanoseconds since the epoch of the world it is read in: the start of a
/// simulation, or 1970-01-01 on a real node. No clock is here: time comes in as an argument.
struct Instant {
    std::int64_t nanoseconds = 0;

    friend constexpr auto operator<=>(Instant, Instant) = default;
    friend constexpr Instant operator+(Instant at, Duration by) {
        return {at.nanoseconds + by.nanoseconds};
    }
    friend constexpr Instant operator-(Instant at, Duration by) {
        return {at.nanoseconds - by.nanoseconds};
    }
    friend constexpr Duration operator-(Instant later, Instant earlier) {
        return {later.nanoseconds - earlier.nanoseconds};
    }
};

}  // namespace nexus
