#include "actors/roles/chain_host.hpp"

#include "actors/roles/execution.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/input.hpp"
#include "graph/mempool/mempool.hpp"
#include "graph/transaction/transaction.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace nexus::actors {
namespace {

using nexus::tests::FakeWorld;
using nexus::tests::key_of;
using nexus::tests::ToyBlock;
using nexus::tests::ToyChain;
using nexus::tests::transfer;

class ChainHostTest : public testing::Test {
protected:
    [[nodiscard]] ChainHost host(const BlockLimits& limits = {},
                                 std::shared_ptr<ExecutionCache> cache = nullptr) {
        return {chain_.genesis(), chain_.genesis_state(), limits, world_.world(NodeId{0}),
                cache ? std::move(cache) : std::make_shared<ExecutionCache>()};
    }

    /// The block that consensus makes of what a host has built.
    [[nodiscard]] static consensus::BlockPtr block_of(const consensus::PayloadReady& ready,
                                                      const consensus::Block& parent, Instant now) {
        const Instant time = std::max(now, parent.header.time + milliseconds(1));
        return consensus::make_block({.chain = parent.header.chain,
                                      .height = parent.header.height.next(),
                                      .view = ready.view,
                                      .parent = ready.parent,
                                      .payload = ready.payload->id,
                                      .state_root = ready.state_root,
                                      .receipts_root = ready.receipts_root,
                                      .time = time,
                                      .proposer = ValidatorIndex{0}},
                                     ready.payload);
    }

    /// `block` with another header.
    template <class Change>
    [[nodiscard]] static consensus::BlockPtr changed(const consensus::BlockPtr& block,
                                                     Change change) {
        consensus::BlockHeader header = block->header;
        change(header);
        return consensus::make_block(header, block->payload);
    }

    [[nodiscard]] static Instant at(std::int64_t ms) { return Instant{} + milliseconds(ms); }

    ToyChain chain_;
    FakeWorld world_;
};

TEST_F(ChainHostTest, WhatOneHostBuildsAnotherFindsValidWithTheSameRoot) {
    ChainHost builder = host();
    ChainHost other = host();
    ASSERT_TRUE(builder.add(transfer(0, 0, 1)));
    ASSERT_TRUE(builder.add(transfer(0, 1, 2)));
    const auto ready = builder.build(View{1}, chain_.genesis(), at(500));
    ASSERT_TRUE(ready.has_value());
    EXPECT_EQ(ready->parent, chain_.genesis()->id);
    const auto block = block_of(*ready, *chain_.genesis(), at(500));

    EXPECT_TRUE(builder.validate(*block)) << "the proposer itself must accept it";
    EXPECT_TRUE(other.validate(*block));
    const ExecutedPtr executed = other.commit(block);
    ASSERT_NE(executed, nullptr);
    EXPECT_EQ(executed->state.root(), ready->state_root);
    EXPECT_EQ(executed->transactions.size(), 2U);
    EXPECT_EQ(executed->receipts.size(), 2U);
    EXPECT_EQ(other.committed()->id, block->id);
    EXPECT_EQ(other.committed_state().root(), ready->state_root);
}

TEST_F(ChainHostTest, AChainIsBuiltOnBlocksThatAreNotCommittedYet) {
    ChainHost builder = host();
    ASSERT_TRUE(builder.add(transfer(0, 0, 1)));
    const auto first = builder.build(View{1}, chain_.genesis(), at(500));
    ASSERT_TRUE(first.has_value());
    const auto parent = block_of(*first, *chain_.genesis(), at(500));
    ASSERT_TRUE(builder.validate(*parent));
    ASSERT_TRUE(builder.add(transfer(0, 1, 1)));
    const auto second = builder.build(View{2}, parent, at(900));
    ASSERT_TRUE(second.has_value());
    const auto child = block_of(*second, *parent, at(900));

    ChainHost other = host();
    EXPECT_FALSE(other.validate(*child)) << "its parent's state is unknown";
    EXPECT_TRUE(other.validate(*parent));
    EXPECT_TRUE(other.validate(*child));
    const ExecutedPtr executed = other.commit(parent);
    ASSERT_NE(executed, nullptr);
    const ExecutedPtr above = other.commit(child);
    ASSERT_NE(above, nullptr);
    EXPECT_EQ(above->transactions.size(), 1U) << "what the parent holds is not proposed again";
}

TEST_F(ChainHostTest, NothingIsBuiltOnAParentOfUnknownState) {
    ChainHost builder = host();
    (void)chain_.extend({transfer(0, 0, 1)});
    const auto grandchild = chain_.extend({transfer(0, 1, 1)}).block;
    EXPECT_FALSE(builder.build(View{3}, grandchild, at(900)).has_value());
}

TEST_F(ChainHostTest, BuildingValidatesAParentThatItHasNotSeen) {
    ChainHost builder = host();
    const auto parent = chain_.make({transfer(0, 0, 1)}).block;
    EXPECT_TRUE(builder.build(View{2}, parent, at(900)).has_value());
}

TEST_F(ChainHostTest, TheTimeRisesEvenWhenTheClockIsBehindTheParent) {
    ChainHost builder = host();
    const auto parent = chain_.make({transfer(0, 0, 1)}).block;
    ASSERT_TRUE(builder.validate(*parent));
    const auto ready = builder.build(View{2}, parent, Instant{});
    ASSERT_TRUE(ready.has_value());
    const auto child = block_of(*ready, *parent, Instant{});
    EXPECT_GT(child->header.time, parent->header.time);
    ChainHost other = host();
    ASSERT_TRUE(other.validate(*parent));
    EXPECT_TRUE(other.validate(*child));
}

TEST_F(ChainHostTest, AWrongStateRootIsRefused) {
    const auto good = chain_.make({transfer(0, 0, 1)}).block;
    const auto bad = changed(good, [](auto& header) { header.state_root.bytes[0] ^= 1; });
    ChainHost checker = host();
    EXPECT_FALSE(checker.validate(*bad));
    EXPECT_EQ(checker.commit(bad), nullptr);
    EXPECT_EQ(checker.committed()->id, chain_.genesis()->id) << "on error nothing changes";
    EXPECT_TRUE(checker.validate(*good)) << "the bad one does not spoil the good one";
}

TEST_F(ChainHostTest, AWrongReceiptsRootIsRefused) {
    const auto good = chain_.make({transfer(0, 0, 1), transfer(1, 0, 2, 0)}).block;
    const auto other = chain_.make({transfer(0, 0, 1)}).block;
    ChainHost checker = host();
    for (const Hash& root : {Hash{}, other->header.receipts_root}) {
        const auto bad = changed(good, [&](auto& header) { header.receipts_root = root; });
        EXPECT_FALSE(checker.validate(*bad)) << "a client would believe what it says";
        EXPECT_EQ(checker.commit(bad), nullptr);
    }
    EXPECT_TRUE(checker.validate(*good));
}

TEST_F(ChainHostTest, AnUnknownParentIsRefused) {
    const auto orphan = changed(chain_.make({transfer(0, 0, 1)}).block,
                                [](auto& header) { header.parent.bytes[0] ^= 1; });
    EXPECT_FALSE(host().validate(*orphan));
}

TEST_F(ChainHostTest, AnInadmissibleTransactionMakesTheBlockInvalid) {
    const auto good = chain_.make({transfer(0, 0, 1)}).block;
    const auto with = [&](const std::vector<graph::TransactionPtr>& list) {
        const auto payload = consensus::make_payload(graph::encode_payload(list));
        consensus::BlockHeader header = good->header;
        header.payload = payload->id;
        return consensus::make_block(header, payload);
    };
    ChainHost checker = host();
    EXPECT_FALSE(checker.validate(*with({transfer(0, 1, 1)}))) << "nonce 1 where 0 is next";
    EXPECT_FALSE(checker.validate(*with({transfer(0, 0, 1), transfer(0, 0, 1)}))) << "twice";
    const auto unsigned_one =
        graph::SignedTransaction::make(transfer(0, 0, 1)->content(), Signature{});
    EXPECT_FALSE(checker.validate(*with({unsigned_one}))) << "a signature of zeros";
    EXPECT_FALSE(checker.validate(*with({transfer(0, 0, 2)})))
        << "admissible, but not what the root is of";
    EXPECT_TRUE(checker.validate(*good));
}

TEST_F(ChainHostTest, APayloadThatDoesNotDecodeMakesTheBlockInvalid) {
    const auto payload = consensus::make_payload({0xFF, 0xFF, 0xFF, 0xFF, 1});
    consensus::BlockHeader header = chain_.make({}).block->header;
    header.payload = payload->id;
    EXPECT_FALSE(host().validate(*consensus::make_block(header, payload)));
}

TEST_F(ChainHostTest, CommitDropsSiblingsAndTheirStates) {
    ChainHost checker = host();
    const auto chosen = chain_.make({transfer(0, 0, 1)}).block;
    const ToyBlock sibling = chain_.make({transfer(1, 0, 2)});
    ASSERT_TRUE(checker.validate(*chosen));
    ASSERT_TRUE(checker.validate(*sibling.block));
    ASSERT_NE(checker.commit(chosen), nullptr);
    EXPECT_FALSE(checker.validate(*sibling.block)) << "its parent's state is gone";
    EXPECT_FALSE(checker.build(View{3}, sibling.block, at(900)).has_value());
}

TEST_F(ChainHostTest, ThePoolLosesWhatIsCommittedAndKeepsTheRest) {
    ChainHost checker = host();
    const auto committed = transfer(0, 0, 1);
    const auto replaced = transfer(1, 0, 2);  // nonce 0 of person 1 is taken by another
    const auto kept = transfer(2, 0, 3);
    for (const auto& each : {committed, replaced, kept}) {
        ASSERT_TRUE(checker.add(each));
    }
    ASSERT_NE(checker.commit(chain_.make({committed, transfer(1, 0, 5)}).block), nullptr);
    EXPECT_FALSE(checker.knows(committed->id()));
    EXPECT_FALSE(checker.knows(replaced->id()));
    EXPECT_TRUE(checker.knows(kept->id()));
    const auto again = checker.add(committed);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().reason, graph::Inadmissible::NonceTooLow);
}

TEST_F(ChainHostTest, ARepeatIsADuplicateAndPaidForOnce) {
    ChainHost checker = host();
    const auto transaction = transfer(0, 0, 1);
    ASSERT_TRUE(checker.add(transaction));
    const auto again = checker.add(transaction);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().refusal, graph::PoolRefusal::Duplicate);
    EXPECT_EQ(world_.compute.charged[Work::VerifySignature], 1U);
}

TEST_F(ChainHostTest, ABlockIsDueAfterTheIntervalAndNotBefore) {
    const ChainHost empty = host({.interval = milliseconds(250), .pool = {}});
    EXPECT_FALSE(empty.is_due(*chain_.genesis(), at(0)));
    EXPECT_FALSE(empty.is_due(*chain_.genesis(), at(249)));
    EXPECT_TRUE(empty.is_due(*chain_.genesis(), at(250)));
}

TEST_F(ChainHostTest, AFullBlockIsDueAtOnce) {
    ChainHost by_count = host({.transactions_max = 2, .interval = seconds(9), .pool = {}});
    ASSERT_TRUE(by_count.add(transfer(0, 0, 1)));
    EXPECT_FALSE(by_count.is_due(*chain_.genesis(), at(0)));
    ASSERT_TRUE(by_count.add(transfer(1, 0, 2)));
    EXPECT_TRUE(by_count.is_due(*chain_.genesis(), at(0)));

    ChainHost by_bytes = host({.bytes_max = 10, .interval = seconds(9), .pool = {}});
    EXPECT_FALSE(by_bytes.is_due(*chain_.genesis(), at(0)));
    ASSERT_TRUE(by_bytes.add(transfer(0, 0, 1)));
    EXPECT_TRUE(by_bytes.is_due(*chain_.genesis(), at(0)));
}

TEST_F(ChainHostTest, ABlockKeepsTheLimitsOfItsBuilder) {
    ChainHost builder = host({.transactions_max = 3, .pool = {}});
    for (std::size_t person = 0; person < 6; ++person) {
        ASSERT_TRUE(builder.add(transfer(person, 0, 7)));
    }
    const auto ready = builder.build(View{1}, chain_.genesis(), at(500));
    ASSERT_TRUE(ready.has_value());
    EXPECT_EQ(graph::decode_payload(ready->payload->bytes).value().size(), 3U);

    const std::size_t two =
        graph::encode_payload(std::vector{transfer(0, 0, 7), transfer(1, 0, 7)}).size();
    ChainHost narrow = host({.bytes_max = two, .pool = {}});
    for (std::size_t person = 0; person < 6; ++person) {
        ASSERT_TRUE(narrow.add(transfer(person, 0, 7)));
    }
    const auto small = narrow.build(View{1}, chain_.genesis(), at(500));
    ASSERT_TRUE(small.has_value());
    EXPECT_EQ(small->payload->bytes.size(), two);
}

TEST_F(ChainHostTest, EachTransactionOfABlockIsChargedWhoeverExecutedItFirst) {
    const auto cache = std::make_shared<ExecutionCache>();
    const auto block = chain_.make({transfer(0, 0, 1), transfer(1, 0, 2)}).block;
    for (std::uint64_t hosts = 1; hosts <= 3; ++hosts) {
        ChainHost checker = host({}, cache);
        EXPECT_TRUE(checker.validate(*block));
        EXPECT_TRUE(checker.validate(*block)) << "a second look is free";
        EXPECT_EQ(world_.compute.charged[Work::ExecuteTransaction], hosts * 2);
        EXPECT_EQ(world_.compute.charged[Work::VerifySignature], hosts * 2);
    }
}

TEST(ExecutionCache, ResultsAreTheSameForEveryCapacity) {
    ToyChain chain;
    std::vector<ToyBlock> blocks;
    std::vector<graph::StateSnapshot> parents;
    for (std::uint64_t i = 0; i < 6; ++i) {
        parents.push_back(chain.state());
        blocks.push_back(chain.extend({transfer(0, i, 1)}));
    }
    for (const std::size_t capacity : {0U, 1U, 2U, 100U}) {
        SCOPED_TRACE(capacity);
        ExecutionCache cache(capacity);
        MemoVerifier verifier;
        for (int round = 0; round < 2; ++round) {
            for (std::size_t i = 0; i < blocks.size(); ++i) {
                const auto executed = cache.execute(parents[i], *blocks[i].block, verifier);
                ASSERT_TRUE(executed->valid);
                EXPECT_EQ(executed->state.root(), blocks[i].executed->state.root());
                EXPECT_EQ(executed->receipts, blocks[i].executed->receipts);
            }
        }
    }
}

TEST(ExecutionCache, AKnownBlockIsNotExecutedAgain) {
    ToyChain chain;
    const auto parent = chain.state();
    const auto block = chain.make({transfer(0, 0, 1)}).block;
    MemoVerifier verifier;
    ExecutionCache cache;
    const auto first = cache.execute(parent, *block, verifier);
    EXPECT_EQ(cache.execute(parent, *block, verifier), first);
    const auto checks = verifier.checks_computed() + verifier.checks_remembered();
    EXPECT_EQ(checks, 1U);
}

TEST(ExecutionCache, TheClaimedRootDoesNotEnterTheResult) {
    ToyChain chain;
    const auto parent = chain.state();
    const auto block = chain.make({transfer(0, 0, 1)}).block;
    consensus::BlockHeader header = block->header;
    header.state_root = Hash{};
    const auto liar = consensus::make_block(header, block->payload);
    MemoVerifier verifier;
    ExecutionCache cache;
    EXPECT_EQ(cache.execute(parent, *liar, verifier)->state.root(), block->header.state_root);
    EXPECT_EQ(cache.execute(parent, *block, verifier)->state.root(), block->header.state_root);
}

TEST(ExecutionCache, ABlockOfAnotherTimeOrHeightIsAnotherBlock) {
    ToyChain chain;
    const auto parent = chain.state();
    const auto block = chain.make({transfer(0, 0, 1)}).block;
    consensus::BlockHeader header = block->header;
    header.time = header.time + milliseconds(1);
    MemoVerifier verifier;
    ExecutionCache cache;
    const auto first = cache.execute(parent, *block, verifier);
    EXPECT_NE(cache.execute(parent, *consensus::make_block(header, block->payload), verifier),
              first);
}

}  // namespace
}  // namespace nexus::actors
