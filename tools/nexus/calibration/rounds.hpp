#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <vector>

namespace nexus::tools {

/// Nanoseconds of a clock of the system.
inline std::int64_t clock_ns(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}
inline std::int64_t thread_time() { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }
inline std::int64_t process_time() { return clock_ns(CLOCK_PROCESS_CPUTIME_ID); }
inline std::int64_t wall_time() { return clock_ns(CLOCK_MONOTONIC); }

/// Picoseconds of one of the `units` that `work` does in one call: the median of rounds that are
/// each long enough for the clock.
template <class Clock, class Work>
std::int64_t per_unit(const Clock& clock, std::uint64_t units, const Work& work) {
    constexpr std::size_t kRounds = 11;
    constexpr std::int64_t kRoundMin = 10'000'000;
    work();  // caches and pages are warm afterwards
    std::array<std::int64_t, kRounds> rounds{};
    for (std::int64_t& round : rounds) {
        const std::int64_t begin = clock();
        std::int64_t end = begin;
        std::int64_t calls = 0;
        do {
            work();
            ++calls;
            end = clock();
        } while (end - begin < kRoundMin);
        round = (end - begin) * 1000 / (calls * static_cast<std::int64_t>(units));
    }
    std::nth_element(rounds.begin(), rounds.begin() + kRounds / 2, rounds.end());
    return rounds[kRounds / 2];
}

}  // namespace nexus::tools
