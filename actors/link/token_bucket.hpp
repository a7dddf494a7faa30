#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace nexus::actors {

/// Lets `rate` a second through on average, and `burst` at once.
class TokenBucket {
public:
    TokenBucket(std::uint64_t rate, std::uint64_t burst)
        : rate_(rate), burst_(static_cast<std::int64_t>(burst)), left_(burst_) {}

    /// Takes what has come already, even below zero. True if nothing is owed.
    bool take(Instant now, std::uint64_t amount) {
        refill(now);
        left_ -= static_cast<std::int64_t>(amount);
        return left_ >= 0;
    }

    /// How long from now until nothing is owed.
    [[nodiscard]] Duration debt(Instant now) {
        refill(now);
        if (left_ >= 0) {
            return {};
        }
        const double seconds = static_cast<double>(-left_) / static_cast<double>(rate_);
        return Duration{static_cast<std::int64_t>(seconds * 1e9) + 1};
    }

private:
    void refill(Instant now) {
        const double seconds = static_cast<double>((now - last_).nanoseconds) * 1e-9;
        const auto gained = static_cast<std::int64_t>(seconds * static_cast<double>(rate_));
        if (gained > 0) {
            left_ = std::min(burst_, left_ + gained);
            last_ = now;
        }
    }

    std::uint64_t rate_;
    std::int64_t burst_;
    std::int64_t left_;
    Instant last_;
};

}  // namespace nexus::actors
