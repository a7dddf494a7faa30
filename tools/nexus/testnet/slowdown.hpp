#pragma once

#include "tools/nexus/testnet/layout.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace nexus::tools {

/// Makes processes of a testnet slow: stops and continues them by turns, so that one that is slower
/// by a factor f is at work for a turn and stands still for f - 1. A process that starts again is
/// slow again.
///
/// What takes less than a turn may be done at once or late by all that it stands still: on average
/// it takes f times as long.
class Slowdown {
public:
    static constexpr std::chrono::milliseconds kTurn{2};
    /// Above it a process would stand still for longer than others wait for it.
    static constexpr std::uint32_t kFactorMax = 1000;

    explicit Slowdown(TestnetLayout layout);
    /// Lets all go on.
    ~Slowdown();
    Slowdown(const Slowdown&) = delete;
    Slowdown& operator=(const Slowdown&) = delete;

    /// From now on; 1 lets it go on. Pre: 1 <= factor <= kFactorMax.
    void set(const std::string& process, std::uint32_t factor);
    /// How often a process was stopped so far.
    [[nodiscard]] std::uint64_t stops(const std::string& process) const;

private:
    using Clock = std::chrono::steady_clock;
    struct Slowed {
        std::uint32_t factor = 1;
        bool is_stopped = false;
        int handle = -1;         // of the process; it names nobody else when that is gone
        Clock::time_point turn;  // when its turn ends
    };

    void run();
    void take_turn(const std::string& process, Slowed& slowed);
    /// False if there is no such process.
    bool tell(const std::string& process, Slowed& slowed, int signal) const;

    const TestnetLayout layout_;
    mutable std::mutex mutex_;  // guards what stands below
    std::condition_variable changed_;
    std::map<std::string, Slowed> slowed_;
    std::map<std::string, std::uint64_t> stops_;
    bool ends_ = false;
    std::thread thread_;  // last: it uses all the others
};

}  // namespace nexus::tools
