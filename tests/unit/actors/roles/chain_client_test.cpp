#include "actors/roles/chain_client.hpp"

#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/transaction/body.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/chain_client_fixture.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

using nexus::tests::id_of;
using nexus::tests::ToyBlock;
using nexus::tests::transfer;
using nexus::tests::units;
using nexus::tests::wish_for;

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
    const auto mine =
        client_.submit(wallet_, graph::Transfer{.to = id_of(1), .amount = {}}, world_.clock.time);
    receive(notice(chain_.extend({mine}), 0));
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
    ASSERT_EQ(count<Subscribe>(kFirst), 1U);
    EXPECT_TRUE(world_.transport.bodies<Subscribe>(kFirst)[0].accounts.empty()) << "a goodbye";
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
    EXPECT_TRUE(world_.observer.lies.empty()) << "these need no proof to be thrown away";
    receive(answer_to(query, 0));
    EXPECT_EQ(replies_.size(), 1U) << "the question is still open";
}

TEST_F(ChainClientTest, AProvenAbsenceIsAnAnswer) {
    chain_.extend({transfer(3, 0, 0)});
    ask(20);
    receive(answer_to(world_.transport.bodies<Query>()[0], 20));
    ASSERT_EQ(replies_.size(), 1U);
    EXPECT_FALSE(replies_[0].has_value());
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

TEST_F(ChainClientTest, ARefusalAloneMakesNothingFinal) {
    const auto mine = submit();
    forget_sent();
    receive(Refusal{.transaction = mine->id(), .reason = "CountFull"});
    receive(Refusal{.transaction = transfer(3, 0, 0)->id(), .reason = "NonceTooLow"});
    EXPECT_EQ(client_.pending(), 1U);
    EXPECT_TRUE(world_.transport.sent.empty());
    EXPECT_EQ(world_.observer.probes["transaction_refused"], 2);
    wait_and_patrol(milliseconds(1500));
    EXPECT_EQ(count<Transactions>(kSecond), 1U) << "a full pool: another may have room";
}

TEST_F(ChainClientTest, ASpentNonceMakesThePastBeToldAgainFromTheSubmissionOn) {
    receive(notice(chain_.extend({transfer(3, 0, 0)}), 0));
    const auto mine = submit();
    const ToyBlock second = chain_.extend({mine, transfer(3, 1, 0)});
    const ToyBlock third = chain_.extend({transfer(3, 2, 0)});
    receive(notice(third, 1));  // as one says it who leaves the second block out
    EXPECT_EQ(client_.pending(), 1U);
    forget_sent();
    receive(Refusal{.transaction = mine->id(), .reason = "NonceTooLow"});
    wait_and_patrol(milliseconds(1499));
    EXPECT_TRUE(world_.transport.sent.empty()) << "the notice may be on its way";
    wait_and_patrol(milliseconds(1));
    ASSERT_EQ(count<Subscribe>(kFirst), 1U);
    EXPECT_EQ(world_.transport.bodies<Subscribe>()[0].after, Height{1}) << "not after the third";
    receive(notice(second, 1));
    EXPECT_EQ(client_.pending(), 0U);
    receive(notice(third, 2));
    EXPECT_EQ(told_.size(), 5U) << "the third is told twice: a listener must bear that";
    forget_sent();
    wait_and_patrol(milliseconds(1500));
    EXPECT_TRUE(world_.transport.sent.empty());
}

TEST_F(ChainClientTest, WhatAnotherHasTakenTheNonceOfIsSignedAnewUntilItIsFinal) {
    // An incarnation before has sent two transactions that are still on their way.
    const auto mine = submit(1);
    const auto next = submit(2);
    forget_sent();
    receive(notice(chain_.extend({transfer(0, 0, 3), transfer(0, 1, 3)}), 0));
    EXPECT_EQ(client_.pending(), 2U);
    const auto sent = world_.transport.bodies<Transactions>(kFirst);
    ASSERT_EQ(sent.size(), 2U) << "at once";
    const graph::TransactionPtr anew = sent[0].list.front();
    EXPECT_EQ(anew->content().nonce, Nonce{2});
    EXPECT_EQ(anew->content().body, mine->content().body);
    EXPECT_EQ(sent[1].list.front()->content().nonce, Nonce{3});
    EXPECT_EQ(sent[1].list.front()->content().body, next->content().body);
    EXPECT_TRUE(world_.observer.finalized.empty()) << "what became final was not its own";

    receive(notice(chain_.extend({anew, sent[1].list.front()}), 1));
    EXPECT_EQ(client_.pending(), 0U);
    ASSERT_EQ(world_.observer.finalized.size(), 2U);
    EXPECT_EQ(world_.observer.finalized[0].intended, Instant{}) << "as it was meant first";
    EXPECT_EQ(world_.observer.submitted.size(), 2U) << "to who counts they are the same";
    EXPECT_EQ(wallet_.nonce(), Nonce{4});
}

TEST_F(ChainClientTest, WhatAnEarlierLifeSentMovesAWalletThatIsNotSoFar) {
    chain_.extend({transfer(0, 0, 1)});
    client_.resume(wallet_, [] {});
    const Query query = world_.transport.bodies<Query>(kFirst)[0];
    const Answer at_one = answer_to(query, 0);
    receive(notice(chain_.extend({transfer(0, 1, 1)}), 0));
    receive(at_one);
    EXPECT_EQ(wallet_.nonce(), Nonce{2}) << "the answer is older than what was told";
    receive(notice(chain_.extend({transfer(0, 2, 1), transfer(3, 0, 0)}), 2));
    EXPECT_EQ(wallet_.nonce(), Nonce{3}) << "before it signs with a nonce that is spent";
    const auto mine = submit();
    EXPECT_EQ(mine->content().nonce, Nonce{3});
    receive(notice(chain_.extend({mine}), 3));
    EXPECT_EQ(client_.pending(), 0U);
    EXPECT_EQ(wallet_.nonce(), Nonce{4});
}

TEST_F(ChainClientTest, ResumesAWalletWhereTheChainStands) {
    chain_.extend({transfer(0, 0, 1), transfer(0, 1, 1)});
    int ready = 0;
    client_.resume(wallet_, [&ready] { ++ready; });
    const auto queries = world_.transport.bodies<Query>(kFirst);
    ASSERT_EQ(queries.size(), 1U);
    EXPECT_EQ(ready, 0) << "nothing is believed before it is proven";
    receive(answer_to(queries[0], 0));
    EXPECT_EQ(ready, 1);
    EXPECT_EQ(wallet_.nonce(), Nonce{2});
    EXPECT_EQ(client_.known_at(), Height{1});
    EXPECT_EQ(submit()->content().nonce, Nonce{2});
}

TEST_F(ChainClientTest, WhoSaysSpentAndTellsNothingIsLeftWhenPatienceIsOver) {
    const auto mine = submit();
    receive(Refusal{.transaction = mine->id(), .reason = "NonceTooLow"});
    wait_and_patrol(milliseconds(1500));
    forget_sent();
    wait_and_patrol(milliseconds(8499));
    EXPECT_EQ(count<Subscribe>(), 0U) << "it is asked once";
    wait_and_patrol(milliseconds(1));
    EXPECT_EQ(count<Transactions>(kSecond), 1U);
}

TEST_F(ChainClientTest, PacketsForValidatorsAreNotTaken) {
    for (const PacketPtr& packet : {make_packet(BlockRequest{}), make_packet(Subscribe{})}) {
        EXPECT_FALSE(client_.receive(kFirst, static_cast<const WirePacket&>(*packet)));
    }
}

}  // namespace
}  // namespace nexus::actors
