// A client against gateways that lie: what is not proven is not believed, and who lied is left.

#include "actors/roles/chain_client.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/error.hpp"
#include "graph/receipts/receipt_proof.hpp"
#include "graph/receipts/receipt_tree.hpp"
#include "graph/transaction/transaction.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/chain_client_fixture.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

using nexus::tests::id_of;
using nexus::tests::proven_account;
using nexus::tests::tell_items;
using nexus::tests::ToyBlock;
using nexus::tests::transfer;
using nexus::tests::wish_for;

class HostileGatewayTest : public ChainClientTest {
protected:
    /// A block of five in which ours is the third; the client asked for the second to fourth.
    HostileGatewayTest() {
        mine_ = submit();
        first_ = chain_.extend({transfer(3, 0, 0)});
        made_ = chain_.extend(
            {transfer(2, 0, 4), transfer(3, 1, 0), mine_, transfer(4, 0, 0, 0), transfer(2, 1, 4)});
    }

    [[nodiscard]] Notice honest() const {
        Notice told = notice(made_, 0);
        tell_items(told, *made_.executed, {1, 2, 3});
        return told;
    }

    /// Has the present gateway send a forged notice, and expects that nobody believes it.
    void expect_caught(const std::function<void(Notice&)>& forge, const std::string& lie) {
        Notice forged = honest();
        forge(forged);
        const std::size_t before = world_.observer.lies.size();
        const std::size_t gateway = before % 3;
        receive(std::move(forged), NodeId{static_cast<std::uint32_t>(gateway)});
        ASSERT_EQ(world_.observer.lies.size(), before + 1) << lie;
        EXPECT_EQ(world_.observer.lies.back().first, NodeId{static_cast<std::uint32_t>(gateway)});
        EXPECT_EQ(world_.observer.lies.back().second, lie);
        EXPECT_EQ(client_.pending(), 1U) << lie;
        EXPECT_TRUE(told_.empty()) << lie;
        EXPECT_TRUE(world_.observer.believed.empty()) << lie;
    }

    graph::TransactionPtr mine_;
    ToyBlock first_;
    ToyBlock made_;
};

TEST_F(HostileGatewayTest, TheTruthIsBelieved) {
    receive(honest());
    EXPECT_EQ(client_.pending(), 0U);
    ASSERT_EQ(world_.observer.believed.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(world_.observer.believed[i].first, Height{2});
        EXPECT_EQ(world_.observer.believed[i].second, made_.executed->receipts.at(i + 1));
    }
    EXPECT_TRUE(world_.observer.lies.empty());
    EXPECT_GE(world_.compute.charged[Work::HashByte], 3 * graph::kReceiptHashBytes);
}

TEST_F(HostileGatewayTest, AnInventedTransactionIsNotBelieved) {
    expect_caught([](Notice& n) { n.items[0].transaction = transfer(5, 0, 0); },
                  "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, AnExtraTransactionIsNotBelieved) {
    expect_caught(
        [](Notice& n) {
            n.items.push_back({.transaction = transfer(5, 0, 0), .rejection = {}, .sovereign = {}});
        },
        "receipts: PositionCount");
}

TEST_F(HostileGatewayTest, AnExtraTransactionAtAFreePositionIsNotBelieved) {
    expect_caught(
        [](Notice& n) {
            n.items.push_back({.transaction = transfer(5, 0, 0), .rejection = {}, .sovereign = {}});
            n.items_proof.positions.push_back(4);
            n.items_proof.siblings.pop_back();
        },
        "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, ARejectionThatWasNoneIsNotBelieved) {
    expect_caught([](Notice& n) { n.items[1].rejection = graph::Rejection::ZeroAmount; },
                  "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, ASuccessThatWasNoneIsNotBelieved) {
    expect_caught([](Notice& n) { n.items[2].rejection.reset(); }, "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, AnotherReasonIsNotBelieved) {
    expect_caught([](Notice& n) { n.items[2].rejection = graph::Rejection::SelfTransfer; },
                  "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, ANumberOfASovereignThatNobodyFoundedIsNotBelieved) {
    expect_caught([](Notice& n) { n.items[1].sovereign = SovereignId{7}; },
                  "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, AnotherPositionIsNotBelieved) {
    expect_caught([](Notice& n) { n.items_proof.positions = {0, 2, 3}; }, "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, AnotherOrderIsNotBelieved) {
    expect_caught([](Notice& n) { std::swap(n.items[0], n.items[1]); }, "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, AnItemTwiceIsNotBelieved) {
    expect_caught([](Notice& n) { n.items[0] = n.items[1]; }, "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, AnItemLeftOutOfAProofIsNotBelieved) {
    expect_caught([](Notice& n) { n.items.erase(n.items.begin() + 1); }, "receipts: PositionCount");
}

TEST_F(HostileGatewayTest, ANoticeWithoutItemsIsNotBelieved) {
    expect_caught(
        [](Notice& n) {
            n.items.clear();
            n.items_proof = {};
        },
        "receipts: NothingClaimed");
}

TEST_F(HostileGatewayTest, AMissingProofIsNotBelieved) {
    expect_caught([](Notice& n) { n.items_proof = {}; }, "receipts: PositionCount");
}

TEST_F(HostileGatewayTest, ASiblingLessIsNotBelieved) {
    expect_caught([](Notice& n) { n.items_proof.siblings.pop_back(); }, "receipts: SiblingCount");
}

TEST_F(HostileGatewayTest, AChangedSiblingIsNotBelieved) {
    expect_caught([](Notice& n) { n.items_proof.siblings.front().bytes[31] ^= 1; },
                  "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, ItemsOfAnotherBlockAreNotBelieved) {
    expect_caught([this](Notice& n) { tell_items(n, *first_.executed, {0}); },
                  "receipts: RootMismatch");
}

TEST_F(HostileGatewayTest, AHeaderThatFitsTheLieIsNotCertified) {
    expect_caught(
        [](Notice& n) {
            const auto invented = transfer(5, 0, 0);
            n.items = {{.transaction = invented, .rejection = {}, .sovereign = {}}};
            const graph::ReceiptTree tree(std::vector<Bytes>{codec::encode(n.items[0].receipt())});
            n.items_proof = tree.prove({0});
            n.finality.headers[0].receipts_root = tree.root();
        },
        "certificate: WrongBlock");
}

TEST_F(HostileGatewayTest, ABadCertificateIsNotBelieved) {
    expect_caught([](Notice& n) { n.finality.certificate->endorsements.pop_back(); },
                  "certificate: NoQuorum");
    expect_caught([](Notice& n) { n.finality.headers[0].state_root = Hash{}; },
                  "certificate: WrongBlock");
    expect_caught([](Notice& n) { n.finality.certificate.reset(); }, "certificate: NoHeader");
    EXPECT_EQ(client_.light_client().best().height, Height{0});
    receive(honest(), kThird);  // all have lied: the last one is kept until patience is over
    EXPECT_EQ(client_.pending(), 0U) << "the truth is still believed";
}

TEST_F(HostileGatewayTest, ANoticeWithoutHeadersIsNotBelieved) {
    expect_caught([](Notice& n) { n.finality.headers.clear(); }, "certificate: NoHeader");
}

TEST_F(HostileGatewayTest, AWrongAccountIsNotBelieved) {
    expect_caught([this](Notice& n) { n.accounts = {proven_account(chain_.genesis_state(), 0)}; },
                  "state: RootMismatch");
    Notice right = honest();
    right.accounts = {proven_account(chain_.state(), 0), proven_account(chain_.state(), 20)};
    receive(right, kSecond);
    EXPECT_EQ(world_.observer.proofs_wrong, 1);
    EXPECT_EQ(world_.observer.proofs_valid, 2) << "a value, and an absence";
    EXPECT_EQ(told_.size(), 3U);
}

TEST_F(HostileGatewayTest, ALiarIsLeftAtOnceForOneThatHasNotLied) {
    forget_sent();
    expect_caught([](Notice& n) { n.items_proof = {}; }, "receipts: PositionCount");
    EXPECT_EQ(count<Transactions>(kSecond), 1U) << "with all that is pending";
    ASSERT_EQ(count<Subscribe>(kSecond), 1U);
    EXPECT_EQ(world_.transport.bodies<Subscribe>(kSecond)[0].after, Height{0});
    ASSERT_EQ(count<Subscribe>(kFirst), 1U);
    EXPECT_TRUE(world_.transport.bodies<Subscribe>(kFirst)[0].accounts.empty()) << "a goodbye";
}

TEST_F(HostileGatewayTest, WhoHasLiedIsPassedOverWhileAnotherIsLeft) {
    expect_caught([](Notice& n) { n.items_proof = {}; }, "receipts: PositionCount");
    for (const NodeId next : {kThird, kSecond, kThird}) {
        forget_sent();
        wait_and_patrol(milliseconds(1500));
        EXPECT_EQ(count<Transactions>(next), 1U) << "gateway " << next.value;
        EXPECT_EQ(count<Transactions>(), 1U) << "never the first";
    }
}

TEST_F(HostileGatewayTest, AmongLiarsTheClientGoesRoundAtThePaceOfItsPatience) {
    for (int i = 0; i < 3; ++i) {
        expect_caught([](Notice& n) { n.items_proof = {}; }, "receipts: PositionCount");
    }
    forget_sent();
    Notice forged = honest();
    forged.items_proof = {};
    receive(forged, kThird);
    EXPECT_TRUE(world_.transport.sent.empty()) << "four lies, three gateways: no storm";
    wait_and_patrol(milliseconds(1500));
    EXPECT_EQ(count<Transactions>(kFirst), 1U);
    receive(honest(), kFirst);
    EXPECT_EQ(client_.pending(), 0U);
}

TEST_F(HostileGatewayTest, AnAnswerThatHidesOrChangesTheValueIsNotBelieved) {
    ask(0);
    const Query query = world_.transport.bodies<Query>()[0];
    Answer hidden = answer_to(query, 0);
    hidden.value.value.reset();
    receive(hidden, kFirst);
    EXPECT_EQ(count<Query>(kSecond), 1U) << "the question goes to the next one at once";
    Answer changed = answer_to(query, 0);
    changed.value.value->back() ^= 1;
    receive(changed, kSecond);
    Answer uncertified = answer_to(query, 0);
    uncertified.finality.headers[0].time = uncertified.finality.headers[0].time + seconds(1);
    receive(uncertified, kThird);
    EXPECT_EQ(world_.observer.lies.size(), 3U);
    EXPECT_EQ(world_.observer.proofs_wrong, 2);
    EXPECT_TRUE(replies_.empty());
    receive(answer_to(query, 0), kThird);
    EXPECT_EQ(replies_.size(), 1U);
}

TEST_F(HostileGatewayTest, AnAnswerOlderThanWhatWasSeenIsNotTaken) {
    ask(20);
    const Query query = world_.transport.bodies<Query>()[0];
    const Answer old = answer_to(query, 20);
    chain_.extend({transfer(3, 2, 20)});
    receive(notice(chain_.extend({transfer(3, 3, 0)}), 0));
    receive(old);
    EXPECT_TRUE(replies_.empty()) << "proven, and yet no longer so";
    EXPECT_TRUE(world_.observer.lies.empty()) << "a slow gateway is no liar";
    EXPECT_EQ(world_.observer.probes["answer_is_old"], 1);
    receive(answer_to(query, 20));
    ASSERT_EQ(replies_.size(), 1U);
    EXPECT_TRUE(replies_[0].has_value());
}

// --- what is left out ----------------------------------------------------------------------------

TEST_F(HostileGatewayTest, AProvenNonceShowsThatOursWasLeftOut) {
    client_.wish(wish_for({id_of(0)}, {}, true));
    forget_sent();
    Notice without = honest();
    tell_items(without, *made_.executed, {1, 3});
    without.accounts = {proven_account(chain_.state(), 0)};
    receive(without);
    EXPECT_EQ(client_.pending(), 1U);
    EXPECT_EQ(world_.observer.probes["item_left_out"], 1);
    ASSERT_EQ(count<Subscribe>(kSecond), 1U);
    EXPECT_EQ(world_.transport.bodies<Subscribe>(kSecond)[0].after, Height{0}) << "all of it again";
    receive(honest(), kSecond);
    EXPECT_EQ(client_.pending(), 0U);
}

TEST_F(HostileGatewayTest, AWholeNoticeLeftOutShowsInALaterOne) {
    receive(notice(first_, 0));
    Notice later = notice(chain_.extend({transfer(3, 2, 0)}), 1);  // as if the second were nothing
    later.accounts = {proven_account(chain_.state(), 0)};
    forget_sent();
    receive(later);
    EXPECT_EQ(world_.observer.probes["item_left_out"], 1);
    ASSERT_EQ(count<Subscribe>(kSecond), 1U);
    EXPECT_EQ(world_.transport.bodies<Subscribe>(kSecond)[0].after, Height{0})
        << "ours was submitted when nothing had been heard";
}

TEST_F(HostileGatewayTest, WhatNobodyTellsMakesNoStorm) {
    Notice without = honest();
    tell_items(without, *made_.executed, {1});
    without.accounts = {proven_account(chain_.state(), 0)};
    receive(without, kFirst);
    forget_sent();
    receive(without, kSecond);
    EXPECT_TRUE(world_.transport.sent.empty()) << "once a transaction; then patience decides";
    wait_and_patrol(milliseconds(1500));
    EXPECT_EQ(count<Transactions>(kThird), 1U);
}

TEST_F(HostileGatewayTest, AnAccountThatIsNotOursOrNotAheadShowsNothing) {
    Notice before = notice(first_, 0);
    const auto& state = first_.executed->state;
    before.accounts = {proven_account(state, 0), proven_account(state, 3),
                       proven_account(state, 20)};
    receive(before);
    EXPECT_EQ(world_.observer.probes["item_left_out"], 0);
    EXPECT_EQ(told_.size(), 1U);
}

// --- strangers -----------------------------------------------------------------------------------

TEST_F(HostileGatewayTest, StrangersAndThoseLeftChangeNothing) {
    for (const NodeId stranger : {kSecond, NodeId{77}}) {
        ask(0);
        const Query query = world_.transport.bodies<Query>().back();
        const Answer answer = answer_to(query, 0);
        forget_sent();
        receive(honest(), stranger);
        receive(Notice{}, stranger);
        receive(answer, stranger);
        receive(Taken{.transactions = {mine_->id()}}, stranger);
        receive(Refusal{.transaction = mine_->id(), .reason = "NonceTooLow"}, stranger);
        EXPECT_TRUE(world_.transport.sent.empty());
    }
    EXPECT_EQ(world_.observer.probes["packet_not_from_gateway"], 10);
    EXPECT_EQ(world_.observer.probes["transaction_refused"], 0);
    EXPECT_EQ(client_.pending(), 1U);
    EXPECT_TRUE(told_.empty());
    EXPECT_TRUE(replies_.empty());
    EXPECT_TRUE(world_.observer.lies.empty()) << "nobody asked them";
    wait_and_patrol(milliseconds(1500));
    EXPECT_EQ(count<Transactions>(kSecond), 1U) << "the word of a stranger buys no patience";

    forget_sent();
    receive(honest(), kFirst);
    EXPECT_TRUE(told_.empty()) << "the first was left";
    receive(honest(), kSecond);
    EXPECT_EQ(told_.size(), 3U);
}

}  // namespace
}  // namespace nexus::actors
