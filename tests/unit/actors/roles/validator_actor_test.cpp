#include "actors/roles/validator_actor.hpp"

#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/proof_verifier.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/validator_net.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nexus::actors::tests {
namespace {

using nexus::tests::id_of;
using nexus::tests::kChain;
using nexus::tests::kFinal;
using nexus::tests::signed_by;
using nexus::tests::transfer;

constexpr NodeId kClient = ValidatorNet::kClient;

TEST(ValidatorActor, FourValidatorsCommitOneChain) {
    ValidatorNet net({});
    net.spawn_all();
    net.run_until(1000);
    ASSERT_GE(net.stores[0]->height(), Height{5});
    for (std::uint32_t i = 1; i < ValidatorNet::kCount; ++i) {
        const Height common = std::min(net.stores[0]->height(), net.stores[i]->height());
        ASSERT_GE(common.value + 2, net.stores[0]->height().value) << "validator " << i;
        for (Height height{1}; height <= common; height = height.next()) {
            EXPECT_EQ(net.stores[i]->block(height).block->id,
                      net.stores[0]->block(height).block->id);
        }
    }
    EXPECT_TRUE(net.log.conflicts().empty());
    EXPECT_TRUE(net.observer.evidences.empty());
    EXPECT_TRUE(net.observer.alarms.empty());
}

TEST(ValidatorActor, NoConsensusPacketLeavesBeforeItsRecordIsDurable) {
    for (const std::int64_t fsync : {1, 15, 60}) {
        SCOPED_TRACE(fsync);
        ValidatorNet net({.fsync = milliseconds(fsync)});
        net.spawn_all();
        net.run_until(1500);
        EXPECT_GT(net.log.sent, 30U) << "the network must be at work";
        EXPECT_EQ(net.log.sent_before_durable, 0U);
        EXPECT_GE(net.stores[0]->height(), Height{2});
    }
}

TEST(ValidatorActor, NothingAtAllIsSaidWhileTheDiskStandsStill) {
    ValidatorNet net({.fsync = seconds(5)});
    net.spawn_all();
    net.run_until(1000);
    for (const auto& [key, blocks] : net.log.votes) {
        ADD_FAILURE() << "validator " << std::get<0>(key) << " sent a " << std::get<2>(key);
    }
    EXPECT_TRUE(net.observer.commits.empty());
}

/// Crashes validator `victim` at `crash_ms` and brings it back 20 ms later.
void run_with_crash(ValidatorNet& net, std::uint32_t victim, std::int64_t crash_ms) {
    net.spawn_all();
    net.run_until(crash_ms);
    net.kernel.crash(NodeId{victim});
    net.run_until(crash_ms + 20);
    net.spawn(victim);
    net.run_until(crash_ms + 450);
}

TEST(ValidatorActor, ACrashAtAnyTimeLeadsToNoConflictingVotes) {
    for (std::int64_t crash_ms = 3; crash_ms < 330; crash_ms += 8) {
        SCOPED_TRACE("crash at " + std::to_string(crash_ms) + " ms");
        ValidatorNet net({.fsync = milliseconds(5), .seed = static_cast<std::uint64_t>(crash_ms)});
        const auto victim = static_cast<std::uint32_t>(crash_ms / 8 % ValidatorNet::kCount);
        run_with_crash(net, victim, crash_ms);
        EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
        EXPECT_TRUE(net.observer.evidences.empty());
        EXPECT_TRUE(net.observer.alarms.empty());
        EXPECT_TRUE(net.log.distrusted.empty()) << "all are honest";
        EXPECT_EQ(net.log.sent_before_durable, 0U);
        EXPECT_GE(net.stores[victim]->height().value + 3,
                  net.stores[(victim + 1) % 4]->height().value)
            << "it has caught up";
    }
}

TEST(ValidatorActor, AValidatorThatWasAwayCatchesUp) {
    ValidatorNet net({});
    for (std::uint32_t i = 0; i < 3; ++i) {
        net.spawn(i);
    }
    net.run_until(2500);
    const Height missed = net.stores[0]->height();
    ASSERT_GE(missed, Height{3});
    net.spawn(3);
    net.run_until(6000);
    EXPECT_GE(net.stores[3]->height(), missed);
    for (Height height{1}; height <= missed; height = height.next()) {
        EXPECT_EQ(net.stores[3]->block(height).block->id, net.stores[0]->block(height).block->id);
    }
}

TEST(ValidatorActor, AClientsTransactionIsTakenGossipedAndCommittedByAll) {
    ValidatorNet net({});
    const auto transaction = transfer(0, 0, 1);
    const PacketPtr packet = make_packet(Transactions{.list = {transaction}});
    net.spawn_all();
    net.puppet(kClient, {{NodeId{1}, packet}, {NodeId{1}, packet}});
    std::size_t gossiped = 0;
    net.kernel.set_observer([&](const sim::Event& event, const Packet* seen) {
        gossiped += seen != nullptr && seen->kind() == "transactions" && event.source == NodeId{1}
                        ? 1U
                        : 0U;
    });
    net.run_until(800);
    net.kernel.set_observer({});
    EXPECT_EQ(gossiped, 3U) << "to each of the others, once for both repeats";
    ASSERT_EQ(net.got<Taken>().size(), 2U) << "a repeat is answered too";
    EXPECT_EQ(net.got<Taken>()[0].transactions, std::vector{transaction->id()});
    ASSERT_EQ(net.observer.accepted.size(), 1U) << "only the first counts as a promise";
    EXPECT_EQ(net.observer.accepted[0].first, NodeId{1});
    for (std::uint32_t i = 0; i < ValidatorNet::kCount; ++i) {
        EXPECT_GT(net.height_of(i, transaction->id()), 0U) << "validator " << i;
    }
}

/// So many of each of three accounts, about as long as one may be.
std::vector<graph::TransactionPtr> long_transactions(std::size_t count) {
    std::vector<graph::TransactionPtr> made;
    graph::MissionCreate body;
    body.title = "long";
    for (int i = 10; i < 25; ++i) {
        body.attributes.attributes.push_back(
            {.name = concat("a", i), .value = graph::Text{std::string(1000, 'x')}});
    }
    for (std::size_t i = 0; i < 3 * count; ++i) {
        made.push_back(signed_by(i % 3, Nonce{i / 3}, body));
    }
    return made;
}

TEST(ValidatorActor, GossipOfManyLongTransactionsGoesInSeveralPackets) {
    ValidatorNet net({});
    net.spawn_all();
    const auto made = long_transactions(60);
    ASSERT_GT(made.size() * made.front()->size(), std::size_t{2} << 20U);
    net.puppet(kClient, {{NodeId{1}, make_packet(Transactions{.list = made})}});
    std::size_t packets = 0;
    std::size_t longest = 0;
    net.kernel.set_observer([&](const sim::Event& event, const Packet* seen) {
        if (seen != nullptr && seen->kind() == "transactions" && event.source == NodeId{1}) {
            ++packets;
            longest = std::max(longest, seen->size());
        }
    });
    net.run_until(800);
    net.kernel.set_observer({});
    const auto refused = net.got<Refusal>();
    ASSERT_TRUE(refused.empty()) << refused.size() << " refused: " << refused.front().reason;
    EXPECT_EQ(packets, 9U) << "three for each of the others";
    EXPECT_LT(longest, (std::size_t{1} << 20U) + graph::kTransactionBytesMax);
}

TEST(ValidatorActor, ATransactionSurvivesTheValidatorThatTookIt) {
    ValidatorNet net({});
    const auto transaction = transfer(0, 0, 1);
    net.spawn_all();
    net.puppet(kClient, {{NodeId{3}, make_packet(Transactions{.list = {transaction}})}});
    net.run_until(31);  // 10 ms on the way, 20 ms until the gossip
    EXPECT_EQ(net.height_of(3, transaction->id()), 0U) << "it is not on the chain yet";
    net.kernel.crash(NodeId{3});
    net.run_until(3000);
    EXPECT_GT(net.height_of(0, transaction->id()), 0U) << "the others had it in their pools";
}

TEST(ValidatorActor, ATransactionThatIsNotTakenIsRefusedWithTheReason) {
    ValidatorNet net({});
    const auto bad = graph::SignedTransaction::make(transfer(0, 0, 1)->content(), Signature{});
    net.spawn_all();
    net.puppet(kClient,
               {{NodeId{0}, make_packet(Transactions{.list = {transfer(0, 999, 1), bad, bad}})}});
    net.run_until(200);
    const auto refusals = net.got<Refusal>();
    ASSERT_EQ(refusals.size(), 2U);
    EXPECT_EQ(refusals[0].reason, "NonceTooFar");
    EXPECT_EQ(refusals[1].transaction, bad->id());
    EXPECT_EQ(refusals[1].reason, "BadSignature") << "and what came with it is not looked at";
    EXPECT_TRUE(net.got<Taken>().empty());
    EXPECT_TRUE(net.observer.accepted.empty());
}

TEST(ValidatorActor, SubscribersHearAndQueriesAreAnsweredWithProofs) {
    ValidatorNet net({});
    const auto transaction = transfer(0, 0, 1);
    const auto at = graph::keys::account(id_of(1));
    net.spawn_all();
    net.puppet(kClient, {{NodeId{2}, make_packet(nexus::tests::wish_for({id_of(1)}, {}, true))},
                         {NodeId{2}, make_packet(Transactions{.list = {transaction}})}});
    net.run_until(600);
    net.kernel.crash(kClient);
    net.puppet(kClient,
               {{NodeId{1}, make_packet(Query{.id = 3,
                                              .tree = std::string(graph::tree_name(at.tree)),
                                              .key = to_bytes(as_bytes(at.key))})}});
    net.run_until(800);
    const auto notices = net.got<Notice>();
    ASSERT_EQ(notices.size(), 1U);
    ASSERT_EQ(notices[0].items.size(), 1U);
    EXPECT_EQ(notices[0].items[0].transaction->id(), transaction->id());
    const auto answers = net.got<Answer>();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].id, 3U);
    const std::vector<const FinalityPart*> parts = {&notices[0].finality, &answers[0].finality};
    const std::vector<const ProvenValue*> values = {&notices[0].accounts.at(0), &answers[0].value};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_TRUE(consensus::verify_finality(finality_proof(*parts[i]), kChain, kFinal,
                                               *net.chain.validators(), graph::tests::verifier()));
        ASSERT_TRUE(values[i]->value.has_value());
        EXPECT_TRUE(graph::verify_present(parts[i]->headers.at(0).state_root, values[i]->tree,
                                          values[i]->key, *values[i]->value, values[i]->proof));
    }
}

/// A block on top of genesis with this state root, as a quorum would have to finalize it.
PacketPtr finalized(const nexus::tests::ToyChain& chain, const Hash* state_root) {
    const nexus::tests::ToyBlock made = chain.make({transfer(0, 0, 1)});
    consensus::BlockHeader header = made.block->header;
    if (state_root != nullptr) {
        header.state_root = *state_root;
    }
    const consensus::BlockPtr block = consensus::make_block(header, made.block->payload);
    return make_packet(
        BlockResponse{.blocks = {{.block = block, .certificate = chain.certify(block->header)}}});
}

TEST(ValidatorActor, HaltsWhereAQuorumHasFinalizedAnInvalidBlock) {
    ValidatorNet net({});
    const Hash wrong = graph::tests::digest("a state that no execution comes to");
    net.spawn(0);
    net.puppet(NodeId{3}, {{NodeId{0}, finalized(net.chain, &wrong)}});
    net.run_until(100);
    ASSERT_EQ(net.observer.alarms, std::vector<std::string>{"a quorum finalized an invalid block"});
    EXPECT_TRUE(net.observer.commits.empty());
    EXPECT_EQ(net.stores[0]->height(), Height{0});
    const std::uint64_t sent = net.log.sent;
    net.puppet(kClient, {{NodeId{0}, make_packet(Transactions{.list = {transfer(1, 0, 2)}})},
                         {NodeId{0}, finalized(net.chain, nullptr)}});
    net.run_until(5000);
    EXPECT_EQ(net.log.sent, sent) << "it says nothing any more, whatever its timers say";
    EXPECT_TRUE(net.observer.accepted.empty());
    EXPECT_TRUE(net.got<Taken>().empty());
    EXPECT_EQ(net.stores[0]->height(), Height{0});
    EXPECT_EQ(net.observer.alarms.size(), 1U);
}

TEST(ValidatorActor, GoesOnWhereTheFinalizedBlockIsValid) {
    ValidatorNet net({});
    net.spawn(0);
    net.puppet(NodeId{3}, {{NodeId{0}, finalized(net.chain, nullptr)}});
    net.run_until(100);
    EXPECT_TRUE(net.observer.alarms.empty());
    EXPECT_EQ(net.stores[0]->height(), Height{1});
    const std::uint64_t sent = net.log.sent;
    net.run_until(5000);
    EXPECT_GT(net.log.sent, sent);
}

TEST(ValidatorActor, WhatAClientMayNotSayIsDroppedAndCounted) {
    ValidatorNet net({});
    const auto vote = std::make_shared<const consensus::simplex::Vote>(
        consensus::simplex::VoteKind::Nullify, kChain, View{1}, Hash{}, ValidatorIndex{2},
        Signature{});
    net.spawn_all();
    net.puppet(kClient, {{NodeId{0}, make_packet(vote)},
                         {NodeId{0}, make_packet(Taken{})},
                         {NodeId{0}, make_packet(Notice{})},
                         {NodeId{0}, make_packet(BlockRequest{})}});
    net.run_until(800);
    EXPECT_EQ(net.observer.probes["message_from_no_validator"], 1);
    EXPECT_EQ(net.observer.probes["packet_for_a_client"], 2);
    EXPECT_TRUE(net.got<BlockResponse>().empty()) << "blocks are for validators";
    EXPECT_GE(net.stores[0]->height(), Height{3}) << "and the chain goes on";
}

TEST(ValidatorActor, ABadlySignedVoteOfAPeerIsDroppedAndCounted) {
    ValidatorNet net({});
    const auto vote = std::make_shared<const consensus::simplex::Vote>(
        consensus::simplex::VoteKind::Nullify, kChain, View{1}, Hash{}, ValidatorIndex{3},
        Signature{});
    for (std::uint32_t i = 0; i < 3; ++i) {
        net.spawn(i);
    }
    net.puppet(NodeId{3}, {{NodeId{0}, make_packet(vote)}});
    net.run_until(1500);
    EXPECT_EQ(net.observer.probes["message_badly_signed"], 1);
    EXPECT_GE(net.stores[0]->height(), Height{1});
    EXPECT_TRUE(net.observer.evidences.empty());
}

}  // namespace
}  // namespace nexus::actors::tests
