#pragma once

#include "actors/node/duration_counts.hpp"
#include "actors/roles/ports.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace nexus::actors {

/// How busy one actor is. Threading: the actor tells it, any thread reads.
class MailboxMeter final : public ActorMeter {
public:
    void on_handled(std::size_t waiting, Duration took) override {
        waiting_.store(waiting, std::memory_order_relaxed);
        waiting_max_.store(std::max<std::uint64_t>(waiting, waiting_max()),
                           std::memory_order_relaxed);
        handling_.record(took);
    }

    /// Messages that waited when the last one was handled, and the most that ever did.
    [[nodiscard]] std::uint64_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t waiting_max() const {
        return waiting_max_.load(std::memory_order_relaxed);
    }
    /// Time in handlers.
    [[nodiscard]] DurationCounts::Reading handling() const { return handling_.read(); }

private:
    std::atomic<std::uint64_t> waiting_{0}, waiting_max_{0};
    DurationCounts handling_;
};

}  // namespace nexus::actors
