#include "consensus/simplex/block_tree.hpp"

#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

using toy::ToyCommittee;

class BlockTreeTest : public testing::Test {
protected:
    ToyCommittee committee_ = ToyCommittee::equal(4);
    BlockPtr root_ = committee_.genesis;
    BlockPtr one_ = committee_.block(View{1}, root_);
    BlockPtr two_ = committee_.block(View{2}, one_);
    BlockPtr three_ = committee_.block(View{3}, two_);
    BlockTree tree_{root_};
};

TEST_F(BlockTreeTest, AsksForValidationFromTheRootUpEachBlockOnce) {
    tree_.insert(one_);
    tree_.insert(two_);
    EXPECT_EQ(tree_.take_ready(), std::vector{one_}) << "two waits for one";
    EXPECT_TRUE(tree_.take_ready().empty());

    tree_.set_validated(one_->id, true);
    EXPECT_EQ(tree_.take_ready(), std::vector{two_});
    tree_.set_validated(two_->id, false);
    tree_.insert(three_);
    EXPECT_TRUE(tree_.take_ready().empty()) << "nothing is built on an invalid block";
    EXPECT_FALSE(tree_.is_extendable(two_->id));
    EXPECT_TRUE(tree_.is_connected(three_->id)) << "a finalization outvotes our application";
}

TEST_F(BlockTreeTest, IgnoresAnAnswerToNoQuestion) {
    tree_.insert(one_);
    tree_.set_validated(one_->id, true);
    EXPECT_EQ(tree_.standing(one_->id), Standing::Waiting);
    tree_.set_validated(two_->id, true);
}

TEST_F(BlockTreeTest, ConnectsWhateverTheOrder) {
    tree_.insert(three_);
    EXPECT_EQ(tree_.missing_for(three_->id), two_->id);
    tree_.insert(two_);
    EXPECT_EQ(tree_.missing_for(three_->id), one_->id);
    EXPECT_FALSE(tree_.is_connected(three_->id));
    tree_.insert(one_);
    EXPECT_EQ(tree_.missing_for(three_->id), std::nullopt);
    EXPECT_EQ(tree_.path_to(three_->id), (std::vector{one_, two_, three_}));
}

TEST_F(BlockTreeTest, RefusesABlockThatDoesNotFitItsParent) {
    tree_.insert(one_);
    BlockHeader header = two_->header;
    header.height = Height{3};
    const BlockPtr too_high = make_block(header, two_->payload);
    tree_.insert(too_high);
    EXPECT_EQ(tree_.standing(too_high->id), Standing::Invalid);
    EXPECT_FALSE(tree_.is_connected(too_high->id));
    EXPECT_EQ(tree_.missing_for(too_high->id), std::nullopt) << "nothing can mend it";

    header = two_->header;
    header.view = View{1};
    const BlockPtr too_early = make_block(header, two_->payload);
    tree_.insert(too_early);
    EXPECT_FALSE(tree_.is_connected(too_early->id));
}

TEST_F(BlockTreeTest, ANewRootDropsWhatDoesNotDescendFromIt) {
    const BlockPtr rival = committee_.block(View{2}, root_, "rival");
    const BlockPtr child_of_rival = committee_.block(View{4}, rival);
    for (const BlockPtr& block : {one_, two_, three_, rival, child_of_rival}) {
        tree_.insert(block);
    }
    tree_.reroot(one_);
    EXPECT_EQ(tree_.find(rival->id), nullptr);
    EXPECT_EQ(tree_.find(child_of_rival->id), nullptr);
    EXPECT_EQ(tree_.path_to(three_->id), (std::vector{two_, three_}));
    EXPECT_EQ(tree_.find(one_->id), one_);
    tree_.insert(rival);
    EXPECT_EQ(tree_.find(rival->id), nullptr) << "not above the root any more";
}

TEST_F(BlockTreeTest, ANewRootConnectsWhatWaitedForIt) {
    tree_.insert(three_);
    tree_.reroot(two_);
    EXPECT_TRUE(tree_.is_connected(three_->id));
    EXPECT_EQ(tree_.take_ready(), std::vector{three_});
}

TEST_F(BlockTreeTest, HoldsABoundedNumberOfDetachedBlocks) {
    tree_.insert(one_);
    BlockPtr parent = committee_.block(View{10}, three_);
    BlockPtr last;
    for (std::uint64_t view = 11; view < 11 + 2 * BlockTree::kDetachedMax; ++view) {
        last = committee_.block(View{view}, parent, std::to_string(view));
        tree_.insert(last);
    }
    EXPECT_EQ(tree_.size(), BlockTree::kDetachedMax + 1);
    EXPECT_NE(tree_.find(last->id), nullptr) << "the lowest view goes first";
    EXPECT_NE(tree_.find(one_->id), nullptr) << "connected blocks stay";
}

}  // namespace
}  // namespace nexus::consensus::simplex
