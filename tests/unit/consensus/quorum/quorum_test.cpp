#include "consensus/quorum/quorum.hpp"

#include "consensus/api/validator_set.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace nexus::consensus {
namespace {

TEST(Quorum, IsStrictlyMoreThanTwoThirdsForEverySmallTotal) {
    for (std::uint64_t total = 1; total <= 200; ++total) {
        const Quorum quorum(Power{total});
        for (std::uint64_t power = 0; power <= total; ++power) {
            EXPECT_EQ(quorum.reached_by(Power{power}), 3 * power > 2 * total)
                << power << " of " << total;
            EXPECT_EQ(quorum.holds_honest(Power{power}), 3 * power > total)
                << power << " of " << total;
        }
    }
}

// Why the rule is what it is: whatever two quorums share is more than any minority that the
// protocol tolerates.
TEST(Quorum, TwoOfThemShareMoreThanAThird) {
    for (std::uint64_t total = 1; total <= 200; ++total) {
        const Quorum quorum(Power{total});
        std::uint64_t least = total;
        while (least > 0 && quorum.reached_by(Power{least - 1})) {
            --least;
        }
        EXPECT_GT(3 * (2 * least - total), total) << "total " << total;
    }
}

TEST(Quorum, DoesNotOverflowAtTheLargestTotal) {
    constexpr std::uint64_t kTotal = std::numeric_limits<std::uint64_t>::max();
    const Quorum quorum(Power{kTotal});

    EXPECT_FALSE(quorum.reached_by(Power{kTotal / 3 * 2})) << "exactly two thirds is not enough";
    EXPECT_TRUE(quorum.reached_by(Power{(kTotal / 3 * 2) + 1}));
    EXPECT_FALSE(quorum.holds_honest(Power{kTotal / 3}));
    EXPECT_TRUE(quorum.holds_honest(Power{(kTotal / 3) + 1}));
}

}  // namespace
}  // namespace nexus::consensus
