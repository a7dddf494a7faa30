// Validators that keep little of the past: peers that were away get the state instead of blocks.
#include "actors/roles/validator_actor.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/state/state_parts.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/validator_net.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::actors::tests {
namespace {

using nexus::tests::transfer;

constexpr Retention kLittle{.checkpoint_blocks = 5, .blocks_kept = 3};

/// Three validators at work until they have dropped what the fourth, which never was there, lacks.
void run_without_the_fourth(ValidatorNet& net) {
    for (std::uint32_t i = 0; i < 3; ++i) {
        net.spawn(i);
    }
    net.run_until(3000);
    net.puppet(ValidatorNet::kClient,
               {{NodeId{0}, make_packet(Transactions{.list = {transfer(0, 0, 5)}})}});
    net.run_until(6000);
    ASSERT_GT(net.stores[0]->first(), Height{1});
}

/// Whether both chains say the same wherever both have a block.
void expect_one_chain(const ValidatorNet& net, std::uint32_t a, std::uint32_t b) {
    const Height first = std::max(net.stores[a]->first(), net.stores[b]->first());
    const Height last = std::min(net.stores[a]->height(), net.stores[b]->height());
    ASSERT_LE(first, last);
    for (Height height = first; height <= last; height = height.next()) {
        EXPECT_EQ(net.stores[a]->block(height).block->id, net.stores[b]->block(height).block->id);
    }
}

TEST(ValidatorStateSync, OldBlocksAreDroppedAndACheckpointStays) {
    ValidatorNet net({.retention = kLittle});
    net.spawn_all();
    net.run_until(3000);
    for (std::uint32_t i = 0; i < ValidatorNet::kCount; ++i) {
        const MemoryChainStore& store = *net.stores[i];
        const auto checkpoint = store.checkpoint();
        ASSERT_TRUE(checkpoint.has_value());
        EXPECT_LT(store.height().value - checkpoint->height().value, 10U);
        EXPECT_EQ(checkpoint->height().value - store.first().value + 1, kLittle.blocks_kept);
        EXPECT_EQ(checkpoint->state.root(), checkpoint->block.block->header.state_root);
        EXPECT_NE(checkpoint->block.certificate, nullptr);
    }
    EXPECT_TRUE(net.observer.alarms.empty());
}

TEST(ValidatorStateSync, AValidatorThatWasAwayForLongGoesOnFromTheState) {
    ValidatorNet net({.retention = kLittle});
    run_without_the_fourth(net);
    const Height missed = net.stores[0]->height();
    net.spawn(3);
    net.run_until(10'000);
    EXPECT_GE(net.observer.probes["state_installed"], 1);
    ASSERT_FALSE(net.observer.checkpoints.empty());
    EXPECT_EQ(net.observer.checkpoints.front().validator, NodeId{3});
    EXPECT_GT(net.stores[3]->first(), Height{1});
    EXPECT_GE(net.stores[3]->height().value + 3, net.stores[0]->height().value);
    EXPECT_GT(net.stores[3]->height(), missed);
    expect_one_chain(net, 3, 0);
    // It votes: without validator 0 the other three must go on.
    net.kernel.crash(NodeId{0});
    net.run_until(16'000);
    EXPECT_GT(net.stores[3]->height().value, net.stores[0]->height().value + 3);
    expect_one_chain(net, 3, 1);
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
    EXPECT_TRUE(net.observer.alarms.empty());
    EXPECT_TRUE(net.observer.evidences.empty());
}

/// A restart executes what lies above the checkpoint, and nothing else.
TEST(ValidatorStateSync, ARestartGoesOnFromTheCheckpoint) {
    ValidatorNet net({.retention = {.checkpoint_blocks = 5, .blocks_kept = 1000}});
    net.spawn_all();
    net.run_until(3000);
    net.kernel.crash(NodeId{2});
    const Height before = net.stores[2]->height();
    const Height checkpoint = net.stores[2]->checkpoint()->height();
    ASSERT_GE(checkpoint, Height{5});
    ASSERT_EQ(net.stores[2]->first(), Height{1}) << "blocks for peers that were away";
    net.spawn(2);
    net.run_until(6000);
    EXPECT_GT(net.stores[2]->height(), before);
    expect_one_chain(net, 2, 0);
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
    EXPECT_TRUE(net.observer.alarms.empty());
    EXPECT_EQ(net.observer.probes["state_installed"], 0);
}

TEST(ValidatorStateSync, ACrashAtAnyTimeOfTheSyncLeadsToNoConflictingVotes) {
    for (std::int64_t crash_ms = 6000; crash_ms < 8000; crash_ms += 130) {
        SCOPED_TRACE("crash at " + std::to_string(crash_ms) + " ms");
        ValidatorNet net({.fsync = milliseconds(5),
                          .seed = static_cast<std::uint64_t>(crash_ms),
                          .retention = kLittle});
        run_without_the_fourth(net);
        net.spawn(3);
        net.run_until(crash_ms);
        net.kernel.crash(NodeId{3});
        net.run_until(crash_ms + 50);
        net.spawn(3);
        net.run_until(12'000);
        EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
        EXPECT_TRUE(net.observer.alarms.empty());
        EXPECT_TRUE(net.log.distrusted.empty()) << "all are honest";
        EXPECT_GE(net.stores[3]->height().value + 3, net.stores[0]->height().value);
        expect_one_chain(net, 3, 0);
    }
}

/// Validator 2 offers what is final, and sends something else.
TEST(ValidatorStateSync, AWrongStateIsRefusedAndAnotherPeerAsked) {
    ValidatorNet net({.retention = kLittle});
    run_without_the_fourth(net);
    const Checkpoint checkpoint = *net.stores[2]->checkpoint();
    const auto lie = graph::split_state(net.chain.genesis_state());
    ASSERT_EQ(lie.size(), 1U);
    net.kernel.crash(NodeId{2});
    net.spawn(3);
    net.run_until(6010);
    net.puppet(
        NodeId{2},
        {{NodeId{3}, make_packet(StateOffer{.block = checkpoint.block, .parts = 1})},
         {NodeId{3}, make_packet(StatePart{
                         .block = checkpoint.block.block->id, .part = 0, .bytes = lie.front()})},
         {NodeId{3}, make_packet(StateOffer{.block = checkpoint.block, .parts = 1})},
         {NodeId{3}, make_packet(StatePart{
                         .block = checkpoint.block.block->id, .part = 0, .bytes = lie.front()})}});
    net.run_until(12'000);
    EXPECT_EQ(net.observer.probes["state_refused"], 1) << "nobody is believed who has lied";
    EXPECT_EQ(net.log.distrusted,
              (std::vector{std::tuple(ValidatorIndex{3}, NodeId{2}, Misconduct::WrongState)}));
    EXPECT_GE(net.observer.probes["state_installed"], 1);
    EXPECT_GT(net.stores[3]->height(), checkpoint.height());
    expect_one_chain(net, 3, 0);
}

TEST(ValidatorStateSync, AnOfferWithoutACertificateIsRefused) {
    ValidatorNet net({.retention = kLittle});
    run_without_the_fourth(net);
    const Checkpoint checkpoint = *net.stores[2]->checkpoint();
    consensus::CommittedBlock bare = checkpoint.block;
    bare.certificate = nullptr;
    consensus::CommittedBlock other = checkpoint.block;
    consensus::BlockHeader header = other.block->header;
    header.state_root = Hash{};
    other.block = consensus::make_block(header, other.block->payload);
    net.kernel.crash(NodeId{2});
    net.spawn(3);
    net.run_until(6010);
    net.puppet(NodeId{2},
               {{NodeId{3}, make_packet(StateOffer{.block = bare, .parts = 1})},
                {NodeId{3}, make_packet(StateOffer{.block = other, .parts = 1})},
                {NodeId{3}, make_packet(StateOffer{.block = checkpoint.block, .parts = 0})}});
    net.run_until(6100);
    EXPECT_EQ(net.observer.probes["state_offer_refused"], 3);
    EXPECT_EQ(net.log.distrusted.size(), 2U) << "an offer of no parts proves nothing";
}

/// A peer that offers and then says nothing does not hold the validator up for ever.
TEST(ValidatorStateSync, APeerThatFallsSilentIsLeft) {
    ValidatorNet net({.retention = kLittle});
    run_without_the_fourth(net);
    const Checkpoint checkpoint = *net.stores[2]->checkpoint();
    net.kernel.crash(NodeId{2});
    net.spawn(3);
    net.run_until(6010);
    net.puppet(NodeId{2},
               {{NodeId{3}, make_packet(StateOffer{.block = checkpoint.block, .parts = 7})}});
    net.run_until(20'000);
    EXPECT_EQ(net.observer.probes["state_fetch_stuck"], 1);
    EXPECT_TRUE(net.log.distrusted.empty()) << "it may be slow";
    EXPECT_GE(net.stores[3]->height().value + 3, net.stores[0]->height().value);
}

/// Requests of any kind for what is not there are nothing to fall over.
TEST(ValidatorStateSync, RequestsForWhatIsNotThereAreNotAnswered) {
    ValidatorNet net({.retention = kLittle});
    for (std::uint32_t i = 0; i < 3; ++i) {
        net.spawn(i);
    }
    net.run_until(100);
    const Height all{~std::uint64_t{0}};
    net.puppet(NodeId{3}, {{NodeId{0}, make_packet(BlockRequest{.after = all})},
                           {NodeId{0}, make_packet(BlockRequest{.after = Height{1'000'000}})},
                           {NodeId{0}, make_packet(StateRequest{.block = {}, .part = 0})}});
    net.run_until(4000);
    EXPECT_TRUE(net.got<StatePart>().empty());
    EXPECT_TRUE(net.got<StateOffer>().empty());
    EXPECT_GE(net.stores[0]->height(), Height{5});
}

}  // namespace
}  // namespace nexus::actors::tests
