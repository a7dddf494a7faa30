#pragma once

#include "actors/roles/ports.hpp"
#include "base/time.hpp"

#include <chrono>

namespace nexus::actors {

/// The time since a moment that all processes of a network know, so that scenario times mean the
/// same in each. Reads the system's time once; from then on it never goes back.
class RealClock final : public Clock {
public:
    /// `epoch`: nanoseconds since 1970 at which the network's time starts.
    explicit RealClock(std::int64_t epoch)
        : offset_(std::chrono::duration_cast<std::chrono::nanoseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count() -
                  epoch - steady()) {}

    [[nodiscard]] Instant now() const override { return Instant{steady() + offset_}; }

private:
    static std::int64_t steady() {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }
    std::int64_t offset_;
};

}  // namespace nexus::actors
