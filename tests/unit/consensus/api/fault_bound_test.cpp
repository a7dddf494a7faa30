#include "consensus/api/fault_bound.hpp"

#include "consensus/api/validator_set.hpp"
#include "consensus/quorum/quorum.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace nexus::consensus {
namespace {

// Who stands outside of the smallest quorum, and who is Byzantine, may all be among them.
TEST(FaultBound, AnHonestOneIsSharedExactlyAboveWhatQuorumsLeaveOutAndFaults) {
    for (std::uint64_t total = 1; total <= 200; ++total) {
        std::uint64_t least = total;  // of a quorum
        while (least > 0 && Quorum(Power{total}).reached_by(Power{least - 1})) {
            --least;
        }
        std::uint64_t byzantine = 0;
        while (3 * (byzantine + 1) < total) {
            ++byzantine;
        }
        EXPECT_EQ(fault_bound(Power{total}).value, byzantine) << "total " << total;
        for (std::uint64_t power = 0; power <= total; ++power) {
            const bool may_miss = power <= (total - least) + byzantine;
            EXPECT_EQ(shares_honest(Power{power}, Power{total}), !may_miss)
                << power << " of total " << total;
        }
    }
}

TEST(FaultBound, DoesNotOverflowAtTheLargestTotal) {
    constexpr Power kTotal{std::numeric_limits<std::uint64_t>::max()};
    const std::uint64_t bound = fault_bound(kTotal).value;
    EXPECT_FALSE(shares_honest(Power{2 * bound}, kTotal));
    EXPECT_TRUE(shares_honest(Power{(2 * bound) + 1}, kTotal));
}

}  // namespace
}  // namespace nexus::consensus
