#include "tools/nexus/testnet/finalized_checker.hpp"

#include "tests/support/toy_chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::tools {
namespace {

using testing::HasSubstr;
using tests::ToyBlock;
using tests::ToyChain;
using tests::transfer;

constexpr Height kBase{2};

/// A chain of four blocks with a transfer each, of which those above `kBase` are left.
struct Pruned {
    Pruned() {
        for (std::uint64_t nonce = 0; nonce < 4; ++nonce) {
            blocks.push_back(chain.extend({transfer(0, nonce, 1)}));
        }
        const ToyBlock& base = blocks.at(kBase.value - 1);
        checker.on_base({.block = base.block.get(), .state = &base.executed->state});
        for (std::uint64_t height = kBase.value + 1; height <= blocks.size(); ++height) {
            tell(blocks.at(height - 1));
        }
    }

    void tell(const ToyBlock& block) {
        checker.on_commit({.validator = NodeId{0},
                           .validator_name = "validator-0",
                           .block = block.block,
                           .certificate = block.certificate,
                           .executed = block.executed.get(),
                           .at = block.block->header.time,
                           .is_first = true});
    }

    /// A client has written down the transaction of the block of this height.
    [[nodiscard]] FinalizedSample in_block(std::uint64_t height) const {
        const auto& transactions = blocks.at(height - 1).executed->transactions;
        return {.id = to_hex(transactions.front()->id().view()), .height = Height{height}};
    }

    ToyChain chain;
    std::vector<ToyBlock> blocks;
    FinalizedChecker checker;
};

FinalizedSample in_no_block(std::optional<Height> height) {
    return {.id = std::string(64, '0'), .height = height};
}

TEST(FinalizedChecker, FindsWhatIsInABlock) {
    Pruned pruned;
    pruned.checker.on_seen("settlers-1", pruned.in_block(3));
    FinalizedSample without_height = pruned.in_block(4);
    without_height.height.reset();
    pruned.checker.on_seen("settlers-1", without_height);
    EXPECT_EQ(pruned.checker.checked(), 2U);
    EXPECT_EQ(pruned.checker.violated(), 0U);
    EXPECT_EQ(pruned.checker.unknown(), 0U);
}

TEST(FinalizedChecker, ExcusesOnlyWhatMayBeInADroppedBlock) {
    Pruned pruned;
    pruned.checker.on_seen("settlers-1", pruned.in_block(1));
    pruned.checker.on_seen("settlers-1", in_no_block(kBase));
    pruned.checker.on_seen("settlers-1", in_no_block(std::nullopt));
    EXPECT_EQ(pruned.checker.unknown(), 3U);
    EXPECT_EQ(pruned.checker.checked(), 0U) << "none of them could be checked";
    EXPECT_EQ(pruned.checker.violated(), 0U);

    pruned.checker.on_seen("settlers-1", in_no_block(kBase.next()));
    EXPECT_EQ(pruned.checker.unknown(), 3U);
    EXPECT_EQ(pruned.checker.checked(), 1U);
    ASSERT_EQ(pruned.checker.violated(), 1U);
    EXPECT_THAT(pruned.checker.examples().front(),
                HasSubstr("finalized at height 3; it is in no block"));
}

TEST(FinalizedChecker, ExcusesNothingOnAChainThatIsWhole) {
    FinalizedChecker checker;
    checker.on_seen("settlers-1", in_no_block(std::nullopt));
    checker.on_seen("settlers-1", in_no_block(Height{0}));
    EXPECT_EQ(checker.unknown(), 0U);
    EXPECT_EQ(checker.violated(), 2U);
}

}  // namespace
}  // namespace nexus::tools
