#include "actors/roles/sync_budget.hpp"

#include <gtest/gtest.h>

namespace nexus::actors::tests {
namespace {

constexpr NodeId kPeer{3};

Instant at(std::int64_t ms) { return Instant{} + milliseconds(ms); }

TEST(SyncBudget, GrantsABurstAndThenARate) {
    SyncBudget budget;
    std::size_t granted = 0;
    for (int i = 0; i < 100; ++i) {
        granted += budget.grant(kPeer, 256, at(10));
    }
    EXPECT_EQ(granted, SyncBudget::kBlocksBurst);
    EXPECT_EQ(budget.grant(kPeer, 256, at(10)), 0U);
    EXPECT_NEAR(static_cast<double>(budget.grant(kPeer, 5000, at(1010))),
                static_cast<double>(SyncBudget::kBlocksPerSecond), 2.0);
    EXPECT_EQ(budget.grant(NodeId{4}, 256, at(1010)), 256U) << "each peer has its own";
}

TEST(SyncBudget, TakesTheBlocksItAskedForOnceAndFewOthers) {
    SyncBudget budget;
    budget.asked(kPeer);
    EXPECT_EQ(budget.accept(kPeer, 4096, at(10)), 4096U);
    EXPECT_EQ(budget.accept(kPeer, 4096, at(10)), SyncBudget::kUnaskedPerSecond);
    EXPECT_EQ(budget.accept(kPeer, 1, at(10)), 0U);
    EXPECT_EQ(budget.accept(kPeer, 1, at(1010)), 1U);
}

TEST(SyncBudget, TakesAnAnswerForEachRequestUpToALimit) {
    SyncBudget budget;
    for (std::uint32_t i = 0; i < 100; ++i) {
        budget.asked(kPeer);
    }
    for (std::uint32_t i = 0; i < SyncBudget::kAnswersMax; ++i) {
        EXPECT_EQ(budget.accept(kPeer, 256, at(10)), 256U);
    }
    EXPECT_LT(budget.accept(kPeer, 256, at(10)), 256U) << "those that never came are forgotten";
}

TEST(SyncBudget, TimeGivesBackNoMoreThanWasSpent) {
    SyncBudget budget;
    EXPECT_EQ(budget.grant(kPeer, 10, at(0)), 10U);
    std::size_t granted = 0;
    for (int i = 0; i < 100; ++i) {
        granted += budget.grant(kPeer, 256, at(3'600'000));
    }
    EXPECT_EQ(granted, SyncBudget::kBlocksBurst);
}

}  // namespace
}  // namespace nexus::actors::tests
