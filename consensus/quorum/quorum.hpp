#pragma once

#include "base/assert.hpp"
#include "consensus/api/validator_set.hpp"

#include <cstdint>

namespace nexus::consensus {

/// The two-thirds rule in exact integers. Two quorums share more than a third of all power, so
/// at least one honest validator is in both while less than a third is Byzantine.
class Quorum {
public:
    /// Pre: total > 0.
    explicit constexpr Quorum(Power total)
        // Thirds first: 2 * total may overflow.
        : two_thirds_((total.value / 3 * 2) + (total.value % 3 * 2 / 3)), third_(total.value / 3) {
        NEXUS_ASSERT(total.value > 0);
    }

    /// True for strictly more than two thirds of the total.
    [[nodiscard]] constexpr bool reached_by(Power power) const { return power.value > two_thirds_; }

    /// True for strictly more than a third: at least one of them is honest.
    [[nodiscard]] constexpr bool holds_honest(Power power) const { return power.value > third_; }

private:
    std::uint64_t two_thirds_;  // floor(2 * total / 3)
    std::uint64_t third_;       // floor(total / 3)
};

}  // namespace nexus::consensus
