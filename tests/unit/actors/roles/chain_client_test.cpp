#include "actors/roles/chain_client.hpp"

#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/transaction/body.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

using nexus::tests::FakeWorld;
using nexus::tests::id_of;
using nexus::tests::kChain;
using nexus::tests::key_of;
using nexus::tests::kFinal;
using nexus::tests::proven_account;
using nexus::tests::ToyBlock;
using nexus::tests::ToyChain;
using nexus::tests::transfer;
using nexus::tests::units;
using nexus::tests::wish_for;

constexpr NodeId kSelf{9};
constexpr NodeId kFirst{0};
constexpr NodeId kSecond{1};
constexpr NodeId kThird{2};

/// Person 0 as a client of three gateways that the test plays.
class ChainClientTest : public testing::Test {
protected:
    ChainClientTest() {
        client_.wish(wish_for({id_of(0)}));
        forget_sent();
    }

    [[nodiscard]] ClientSetup setup() {
        return {.chain = kChain,
                .validators = chain_.validators(),
                .finality_statement = std::string(kFinal),
                .gateways = {kFirst, kSecond, kThird},
                .patience = seconds(10),
                .answer_patience = milliseconds(1500),
                .observer = &world_.observer};
    }

    graph::TransactionPtr submit(std::size_t to = 1) {
        return client_.submit(wallet_, graph::Transfer{.to = id_of(to), .amount = units(1)},
                              world_.clock.time);
    }
    void wait(Duration time) { world_.clock.time = world_.clock.time + time; }
    void wait_and_patrol(Duration time) {
        wait(time);
        client_.patrol();
    }
    void forget_sent() { world_.transport.sent.clear(); }

    template <class Body>
    void receive(Body body, NodeId from = kFirst) {
        const PacketPtr packet = make_packet(std::move(body));
        EXPECT_TRUE(client_.receive(from, static_cast<const WirePacket&>(*packet)));
    }

    /// The notice of a block for this client, as an honest gateway makes it.
    [[nodiscard]] Notice notice(const ToyBlock& made, std::uint64_t previous) const {
        Notice told{.finality = finality_part(chain_.prove(made.block->header.height.value)),
                    .previous = Height{previous},
                    .items = {},
                    .accounts = {}};
        for (const auto& transaction : made.executed->transactions) {
            told.items.push_back({.transaction = transaction, .rejection = ""});
        }
        return told;
    }

    void ask(std::size_t person) {
        client_.query(graph::keys::account(id_of(person)),
                      [this](const std::optional<Bytes>& value) { replies_.push_back(value); });
    }

    /// The answer of an honest gateway to the last query.
    [[nodiscard]] Answer answer_to(const Query& query, std::size_t person) const {
        const std::uint64_t height = chain_.tip()->header.height.value;
        return {.id = query.id,
                .finality = finality_part(chain_.prove(height)),
                .value = proven_account(chain_.state(), person)};
    }

    template <class Body>
    [[nodiscard]] std::size_t count(std::optional<NodeId> to = std::nullopt) const {
        return world_.transport.bodies<Body>(to).size();
    }

    ToyChain chain_;
    FakeWorld world_;
    Wallet wallet_{kChain, key_of(0)};
    std::vector<std::pair<std::uint64_t, graph::TransactionId>> told_;
    std::vector<std::optional<Bytes>> replies_;
    ChainClient client_{world_.world(kSelf), setup(),
                        [this](const consensus::BlockHeader& header, const NoticeItem& item) {
                            told_.emplace_back(header.height.value, item.transaction->id());
                        }};
};

TEST_F(ChainClientTest, AWishGoesToThePreferredGateway) {
    client_.wish(wish_for({id_of(3)}, {}, true));
    ASSERT_EQ(count<Subscribe>(kFirst), 1U);
    const Subscribe sent = world_.transport.bodies<Subscribe>()[0];
    EXPECT_EQ(sent.accounts, std::vector{id_of(3)});
    EXPECT_TRUE(sent.prove_accounts);
    EXPECT_EQ(sent.after, Height{0});
}

TEST_F(ChainClientTest, SubmitSignsTellsTheObserverAndSends) {
    const auto first = submit();
    const auto second = submit();
    EXPECT_EQ(first->content().nonce, Nonce{0});
    EXPECT_EQ(second->content().nonce, Nonce{1});
    EXPECT_TRUE(first->is_signed(world_.verifier));
    EXPECT_EQ(world_.observer.submitted, (std::vector{first->id(), second->id()}));
    EXPECT_EQ(count<Transactions>(kFirst), 2U);
    EXPECT_EQ(client_.pending(), 2U);
    EXPECT_EQ(world_.compute.charged[Work::Sign], 2U);
}

TEST_F(ChainClientTest, ANoticeMakesATransactionFinalOnce) {
    wait(seconds(1));
    const auto mine = submit();
    wait(seconds(2));
    const ToyBlock made = chain_.extend({mine, transfer(3, 0, 0)});
    receive(notice(made, 0));
    receive(notice(made, 0));
    EXPECT_EQ(client_.pending(), 0U);
    ASSERT_EQ(world_.observer.finalized.size(), 1U) << "the transaction of another is not mine";
    EXPECT_EQ(world_.observer.finalized[0].id, mine->id());
    EXPECT_EQ(world_.observer.finalized[0].intended, Instant{} + seconds(1));
    EXPECT_EQ(world_.observer.finalized[0].at, Instant{} + seconds(3));
    ASSERT_EQ(told_.size(), 2U) << "each item once, those of others too";
    EXPECT_EQ(client_.light_client().best().height, Height{1});
}

TEST_F(ChainClientTest, ARejectionIsFinalToo) {
    const auto mine = submit();
    Notice rejected = notice(chain_.extend({mine}), 0);
    rejected.items[0].rejection = "ZeroAmount";
    receive(rejected);
    ASSERT_EQ(world_.observer.finalized.size(), 1U);
    EXPECT_EQ(world_.observer.finalized[0].rejection, "ZeroAmount");
    EXPECT_EQ(client_.pending(), 0U);
}

TEST_F(ChainClientTest, WhenNobodySaysTakenTheNextGatewayGetsEverything) {
    const auto first = submit();
    const auto second = submit();
    forget_sent();
    wait_and_patrol(milliseconds(1499));
    EXPECT_TRUE(world_.transport.sent.empty()) << "patience is not over";
    wait_and_patrol(milliseconds(1));
    ASSERT_EQ(count<Transactions>(kSecond), 1U);
    const auto again = world_.transport.bodies<Transactions>(kSecond)[0].list;
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(again[0]->id(), first->id()) << "in the order of submission: nonces must rise";
    EXPECT_EQ(again[1]->id(), second->id());
    EXPECT_EQ(count<Subscribe>(kSecond), 1U) << "the new gateway must know the wish";
    EXPECT_EQ(world_.observer.submitted.size(), 2U) << "a repeat is no new transaction";
    EXPECT_EQ(world_.observer.probes["gateway_changed"], 1);
}

TEST_F(ChainClientTest, GatewaysTakeTurns) {
    submit();
    for (const NodeId next : {kSecond, kThird, kFirst, kSecond}) {
        forget_sent();
        wait_and_patrol(milliseconds(1500));
        EXPECT_EQ(count<Transactions>(next), 1U) << "gateway " << next.value;
        EXPECT_EQ(count<Transactions>(), 1U);
    }
}

TEST_F(ChainClientTest, WhatIsTakenWaitsUntilPatienceIsOver) {
    const auto mine = submit();
    receive(Taken{.transactions = {mine->id()}});
    forget_sent();
    wait_and_patrol(milliseconds(9999));
    EXPECT_EQ(count<Transactions>(), 0U);
    wait_and_patrol(milliseconds(1));
    EXPECT_EQ(count<Transactions>(kSecond), 1U);
    forget_sent();
    wait_and_patrol(milliseconds(1500));
    EXPECT_EQ(count<Transactions>(kThird), 1U) << "the word of the first gateway is its own";
}

TEST_F(ChainClientTest, TakenOfAnUnknownTransactionChangesNothing) {
    submit();
    receive(Taken{.transactions = {transfer(3, 0, 1)->id()}});
    forget_sent();
    wait_and_patrol(milliseconds(1500));
    EXPECT_EQ(count<Transactions>(kSecond), 1U);
}

TEST_F(ChainClientTest, ANoticeBehindAGapIsNotToldButAskedForAgain) {
    chain_.extend({transfer(3, 0, 0)});
    chain_.extend({transfer(3, 1, 0)});
    const ToyBlock third = chain_.extend({transfer(3, 2, 0)});
    receive(notice(third, 2));
    EXPECT_TRUE(told_.empty());
    ASSERT_EQ(count<Subscribe>(kFirst), 1U);
    EXPECT_EQ(world_.transport.bodies<Subscribe>()[0].after, Height{0});
}

TEST_F(ChainClientTest, TheSubscriptionGoesOnAfterWhatWasHeard) {
    receive(notice(chain_.extend({transfer(3, 0, 0)}), 0));
    chain_.extend({transfer(3, 1, 0)});
    const ToyBlock third = chain_.extend({transfer(3, 2, 0)});
    receive(notice(third, 2));
    ASSERT_EQ(count<Subscribe>(), 1U);
    EXPECT_EQ(world_.transport.bodies<Subscribe>()[0].after, Height{1});
    EXPECT_EQ(told_.size(), 1U);
}

TEST_F(ChainClientTest, NoticesOutOfOrderAreToldInOrderAndOnce) {
    std::vector<ToyBlock> blocks;
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) {
        blocks.push_back(chain_.extend({transfer(3, nonce, 0)}));
    }
    for (const std::size_t index : {1U, 0U, 3U, 1U, 0U, 2U, 3U, 2U}) {
        receive(notice(blocks[index], index));
    }
    ASSERT_EQ(told_.size(), 4U);
    for (std::uint64_t i = 0; i < 4; ++i) {
        EXPECT_EQ(told_[i].first, i + 1);
    }
}

TEST_F(ChainClientTest, ASecondWishIsToldThePastAgain) {
    const ToyBlock made = chain_.extend({transfer(3, 0, 0)});
    receive(notice(made, 0));
    client_.wish(wish_for({id_of(0), id_of(3)}));
    receive(notice(made, 0));
    EXPECT_EQ(told_.size(), 2U);
}

TEST_F(ChainClientTest, ABadCertificateRaisesAnAlarmAndChangesNothing) {
    const auto mine = submit();
    const ToyBlock made = chain_.extend({mine});
    Notice forged = notice(made, 0);
    forged.finality.certificate->endorsements.pop_back();
    receive(forged);
    forged = notice(made, 0);
    forged.finality.headers[0].state_root = Hash{};
    receive(forged);
    forged = notice(made, 0);
    forged.finality.certificate.reset();
    receive(forged);
    EXPECT_EQ(world_.observer.alarms.size(), 3U);
    EXPECT_EQ(client_.pending(), 1U);
    EXPECT_TRUE(told_.empty());
    EXPECT_EQ(client_.light_client().best().height, Height{0});

    receive(notice(made, 0), kSecond);
    EXPECT_EQ(client_.pending(), 0U) << "the truth is still heard from another";
}

TEST_F(ChainClientTest, ANoticeWithoutHeadersIsIgnored) {
    receive(Notice{});
    EXPECT_TRUE(told_.empty());
    EXPECT_TRUE(world_.observer.alarms.empty());
}

TEST_F(ChainClientTest, AWrongAccountProofIsNoticedAndNothingIsTold) {
    const auto mine = submit();
    const ToyBlock made = chain_.extend({mine});
    Notice forged = notice(made, 0);
    forged.accounts = {proven_account(chain_.genesis_state(), 0)};
    receive(forged);
    EXPECT_EQ(world_.observer.proofs_wrong, 1);
    EXPECT_TRUE(told_.empty());
    EXPECT_EQ(client_.pending(), 1U);

    Notice honest = notice(made, 0);
    honest.accounts = {proven_account(chain_.state(), 0), proven_account(chain_.state(), 20)};
    receive(honest);
    EXPECT_EQ(world_.observer.proofs_valid, 2) << "a value, and an absence";
    EXPECT_EQ(told_.size(), 1U);
}

TEST_F(ChainClientTest, AQueryIsRepeatedUntilItIsAnsweredOnce) {
    chain_.extend({transfer(3, 0, 0)});
    ask(0);
    ASSERT_EQ(count<Query>(kFirst), 1U);
    const Query query = world_.transport.bodies<Query>()[0];
    forget_sent();
    wait_and_patrol(milliseconds(1499));
    EXPECT_EQ(count<Query>(), 0U);
    wait_and_patrol(milliseconds(1));
    EXPECT_EQ(count<Query>(kFirst), 1U);
    receive(answer_to(query, 0));
    ASSERT_EQ(replies_.size(), 1U);
    EXPECT_TRUE(replies_[0].has_value());
    receive(answer_to(query, 0));
    EXPECT_EQ(replies_.size(), 1U) << "a repeated answer answers nothing";
    forget_sent();
    wait_and_patrol(milliseconds(3000));
    EXPECT_EQ(count<Query>(), 0U);
}

TEST_F(ChainClientTest, AQueryThatPatienceIsOverForGoesToTheNextGateway) {
    ask(0);
    forget_sent();
    wait_and_patrol(seconds(10));
    EXPECT_EQ(count<Query>(kSecond), 1U);
    EXPECT_EQ(count<Query>(kFirst), 0U);
}

TEST_F(ChainClientTest, AnAnswerForAnotherKeyTreeOrQuestionIsIgnored) {
    chain_.extend({transfer(3, 0, 0)});
    ask(0);
    const Query query = world_.transport.bodies<Query>()[0];
    receive(answer_to(query, 1));  // proven, but the balance of somebody else
    Answer other_id = answer_to(query, 0);
    ++other_id.id;
    receive(other_id);
    Answer other_tree = answer_to(query, 0);
    other_tree.value.tree = "graph";
    receive(other_tree);
    EXPECT_TRUE(replies_.empty());
    EXPECT_TRUE(world_.observer.alarms.empty()) << "these need no proof to be thrown away";
    receive(answer_to(query, 0));
    EXPECT_EQ(replies_.size(), 1U) << "the question is still open";
}

TEST_F(ChainClientTest, AnAnswerThatHidesOrChangesTheValueIsNotBelieved) {
    chain_.extend({transfer(3, 0, 0)});
    ask(0);
    const Query query = world_.transport.bodies<Query>()[0];
    Answer hidden = answer_to(query, 0);
    hidden.value.value.reset();
    receive(hidden);
    Answer changed = answer_to(query, 0);
    changed.value.value->back() ^= 1;
    receive(changed);
    EXPECT_EQ(world_.observer.proofs_wrong, 2);
    Answer uncertified = answer_to(query, 0);
    uncertified.finality.headers[0].time = uncertified.finality.headers[0].time + seconds(1);
    receive(uncertified);
    EXPECT_EQ(world_.observer.alarms.size(), 1U);
    EXPECT_TRUE(replies_.empty());
}

TEST_F(ChainClientTest, AProvenAbsenceIsAnAnswer) {
    chain_.extend({transfer(3, 0, 0)});
    ask(20);
    receive(answer_to(world_.transport.bodies<Query>()[0], 20));
    ASSERT_EQ(replies_.size(), 1U);
    EXPECT_FALSE(replies_[0].has_value());
}

TEST_F(ChainClientTest, ANonceTooLowMakesThePastBeToldAgain) {
    const auto mine = submit();
    forget_sent();
    receive(Refusal{.transaction = mine->id(), .reason = "CountFull"});
    EXPECT_EQ(count<Subscribe>(), 0U);
    receive(Refusal{.transaction = transfer(3, 0, 0)->id(), .reason = "NonceTooLow"});
    EXPECT_EQ(count<Subscribe>(), 0U) << "not mine";
    receive(Refusal{.transaction = mine->id(), .reason = "NonceTooLow"});
    EXPECT_EQ(count<Subscribe>(kFirst), 1U);
    EXPECT_EQ(client_.pending(), 1U) << "a gateway's word makes nothing final";
    EXPECT_EQ(world_.observer.probes["transaction_refused"], 3);
}

TEST_F(ChainClientTest, TheSubscriptionIsRenewedNowAndThen) {
    wait_and_patrol(milliseconds(9999));
    EXPECT_EQ(count<Subscribe>(), 0U);
    wait_and_patrol(milliseconds(1));
    EXPECT_EQ(count<Subscribe>(kFirst), 1U);
    wait_and_patrol(milliseconds(9999));
    EXPECT_EQ(count<Subscribe>(kFirst), 1U);
}

TEST_F(ChainClientTest, ManyTransactionsAreSentAgainInPieces) {
    for (int i = 0; i < 300; ++i) {
        submit();
    }
    forget_sent();
    wait_and_patrol(milliseconds(1500));
    const auto packets = world_.transport.bodies<Transactions>(kSecond);
    ASSERT_EQ(packets.size(), 2U);
    EXPECT_EQ(packets[0].list.size() + packets[1].list.size(), 300U);
}

TEST_F(ChainClientTest, PacketsForValidatorsAreNotTaken) {
    for (const PacketPtr& packet : {make_packet(BlockRequest{}), make_packet(Subscribe{})}) {
        EXPECT_FALSE(client_.receive(kFirst, static_cast<const WirePacket&>(*packet)));
    }
}

}  // namespace
}  // namespace nexus::actors
