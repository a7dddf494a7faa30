#include "actors/roles/gateway.hpp"

#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/receipts/receipt_verifier.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/transaction/body.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

using nexus::tests::FakeWorld;
using nexus::tests::id_of;
using nexus::tests::signed_by;
using nexus::tests::ToyBlock;
using nexus::tests::ToyChain;
using nexus::tests::transfer;
using nexus::tests::units;
using nexus::tests::wish_for;

class GatewayTest : public testing::Test {
protected:
    static constexpr NodeId kAnna{10};
    static constexpr NodeId kBert{11};
    static constexpr NodeId kCarl{12};

    std::vector<Gateway::Delivery> subscribe(NodeId client, const Subscribe& wish) {
        return gateway_.subscribe(client, wish, chain_.store());
    }
    std::vector<Gateway::Delivery> announce(const std::vector<graph::TransactionPtr>& list) {
        const ToyBlock made = chain_.extend(list);
        return gateway_.announce(chain_.prove(made.block->header.height.value), made.executed);
    }
    static const Notice& notice_of(const Gateway::Delivery& delivery) {
        EXPECT_EQ(static_cast<const WirePacket&>(*delivery.packet).type(), PacketType::Notice);
        return static_cast<const NoticePacket&>(*delivery.packet).body;
    }
    static std::vector<NodeId> receivers(const std::vector<Gateway::Delivery>& deliveries) {
        std::vector<NodeId> nodes;
        for (const auto& each : deliveries) {
            nodes.push_back(each.to);
        }
        return nodes;
    }
    static std::uint64_t height_of(const Notice& notice) {
        return notice.finality.headers.at(0).height.value;
    }
    static bool holds(const ProvenValue& proven, const Hash& root) {
        return proven.value
                   ? graph::verify_present(root, proven.tree, proven.key, *proven.value,
                                           proven.proof)
                         .has_value()
                   : graph::verify_absent(root, proven.tree, proven.key, proven.proof).has_value();
    }

    ToyChain chain_;
    FakeWorld world_;
    Gateway gateway_{world_.world(NodeId{0})};
};

using Nodes = std::vector<NodeId>;

TEST_F(GatewayTest, WhoAskedForNothingHearsNothing) {
    EXPECT_TRUE(announce({transfer(0, 0, 1)}).empty());
    EXPECT_TRUE(subscribe(kAnna, {}).empty());
    EXPECT_TRUE(announce({transfer(0, 1, 1)}).empty());
    EXPECT_EQ(gateway_.clients(), 0U) << "an empty wish is a goodbye";
}

TEST_F(GatewayTest, AGoodbyeEndsTheSubscription) {
    subscribe(kAnna, wish_for({id_of(0)}, {graph::kCommons}));
    EXPECT_EQ(announce({transfer(0, 0, 1)}).size(), 1U);
    EXPECT_TRUE(subscribe(kAnna, {}).empty());
    EXPECT_TRUE(announce({transfer(0, 1, 1)}).empty());
    EXPECT_EQ(gateway_.clients(), 0U);
}

TEST_F(GatewayTest, ItemsAreProvenAgainstTheCertifiedReceipts) {
    subscribe(kAnna, wish_for({id_of(0), id_of(4)}));
    const auto deliveries = announce({transfer(2, 0, 3), transfer(0, 0, 1), transfer(3, 0, 2, 0),
                                      transfer(4, 0, 5, 0), transfer(2, 1, 3)});
    ASSERT_EQ(deliveries.size(), 1U);
    const Notice& notice = notice_of(deliveries[0]);
    EXPECT_EQ(notice.items_proof.count, 5U);
    EXPECT_EQ(notice.items_proof.positions, (std::vector<std::uint32_t>{1, 3}));
    std::vector<Bytes> receipts;
    for (const NoticeItem& item : notice.items) {
        receipts.push_back(codec::encode(item.receipt()));
    }
    EXPECT_TRUE(
        graph::verify_receipts(chain_.tip()->header.receipts_root, receipts, notice.items_proof)
            .has_value());
}

TEST_F(GatewayTest, ARegistrationIsToldWithItsNumber) {
    graph::SovereignRegister body;
    body.name = {"Aldea"};
    subscribe(kAnna, wish_for({id_of(0)}));
    const auto deliveries = announce({signed_by(0, Nonce{0}, body)});
    ASSERT_EQ(deliveries.size(), 1U);
    EXPECT_EQ(notice_of(deliveries[0]).items.at(0).sovereign, SovereignId{1});
}

TEST_F(GatewayTest, NoticesGoToSenderAndReceiverAndToNobodyElse) {
    subscribe(kCarl, wish_for({id_of(2)}));
    subscribe(kBert, wish_for({id_of(1)}));
    subscribe(kAnna, wish_for({id_of(0)}));
    EXPECT_EQ(receivers(announce({transfer(0, 0, 1)})), (Nodes{kAnna, kBert}))
        << "by rising node, whatever the order of subscription";
    EXPECT_EQ(receivers(announce({transfer(3, 0, 2)})), Nodes{kCarl});
    EXPECT_TRUE(announce({transfer(3, 1, 4)}).empty());
}

TEST_F(GatewayTest, ANoticeHoldsTheItemsThatConcernTheClientInChainOrder) {
    subscribe(kAnna, wish_for({id_of(0)}));
    const auto first = transfer(0, 0, 1);
    const auto other = transfer(2, 0, 3);
    const auto second = transfer(3, 0, 0);
    const auto deliveries = announce({first, other, second});
    ASSERT_EQ(deliveries.size(), 1U);
    const Notice& notice = notice_of(deliveries[0]);
    ASSERT_EQ(notice.items.size(), 2U);
    EXPECT_EQ(notice.items[0].transaction->id(), first->id());
    EXPECT_EQ(notice.items[1].transaction->id(), second->id());
    EXPECT_EQ(notice.items[0].rejection, std::nullopt);
}

TEST_F(GatewayTest, AClientHearsOfATransactionOnceWhateverItAskedFor) {
    subscribe(kAnna, wish_for({id_of(0), id_of(1)}, {graph::kCommons}));
    const auto deliveries = announce(
        {signed_by(0, Nonce{0},
                   graph::TreasuryDeposit{.sovereign = graph::kCommons, .amount = units(5)}),
         transfer(0, 1, 1)});
    ASSERT_EQ(deliveries.size(), 1U);
    EXPECT_EQ(notice_of(deliveries[0]).items.size(), 2U);
}

TEST_F(GatewayTest, ARejectionIsNamed) {
    subscribe(kAnna, wish_for({id_of(0)}));
    const auto deliveries = announce({transfer(0, 0, 1, 0)});
    ASSERT_EQ(deliveries.size(), 1U);
    EXPECT_EQ(notice_of(deliveries[0]).items.at(0).rejection, graph::Rejection::ZeroAmount);
}

TEST_F(GatewayTest, WhatHappensInASovereignGoesToItsSubscribers) {
    graph::SovereignRegister body;
    body.name = {"Aldea"};
    subscribe(kAnna, wish_for({}, {SovereignId{1}}));
    subscribe(kBert, wish_for({}, {SovereignId{2}}));
    EXPECT_EQ(receivers(announce({signed_by(0, Nonce{0}, body)})), Nodes{kAnna})
        << "the number that the registration came to";
    EXPECT_EQ(receivers(announce({signed_by(
                  5, Nonce{0},
                  graph::TreasuryDeposit{.sovereign = SovereignId{1}, .amount = units(5)})})),
              Nodes{kAnna});
}

TEST_F(GatewayTest, EachNoticeNamesTheOneBefore) {
    subscribe(kAnna, wish_for({id_of(0)}));
    subscribe(kBert, wish_for({id_of(5)}));
    std::vector<std::pair<std::uint64_t, std::uint64_t>> chain;
    for (const std::size_t sender : {0U, 5U, 0U, 5U, 5U, 0U}) {
        const auto next = graph::LedgerView(chain_.state()).account(id_of(sender)).nonce.value;
        for (const auto& each : announce({transfer(sender, next, 1)})) {
            if (each.to == kAnna) {
                chain.emplace_back(notice_of(each).previous.value, height_of(notice_of(each)));
            }
        }
    }
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> expected = {{0, 1}, {1, 3}, {3, 6}};
    EXPECT_EQ(chain, expected);
}

TEST_F(GatewayTest, ASubscriptionRepeatsThePastAboveItsHeight) {
    std::vector<Hash> sent;
    subscribe(kAnna, wish_for({id_of(0)}));
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
        for (const auto& each : announce({transfer(0, nonce, 1)})) {
            sent.push_back(each.packet->digest());
        }
    }
    const auto all = subscribe(kAnna, wish_for({id_of(0)}));
    ASSERT_EQ(all.size(), 5U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].packet->digest(), sent[i]) << "the same notices, in the same order";
    }
    const auto later = subscribe(kAnna, wish_for({id_of(0)}, {}, false, Height{3}));
    ASSERT_EQ(later.size(), 2U);
    EXPECT_EQ(notice_of(later[0]).previous, Height{3});
    EXPECT_EQ(height_of(notice_of(later[0])), 4U);
    EXPECT_EQ(notice_of(later[1]).previous, Height{4});

    const auto next = announce({transfer(0, 5, 1)});
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(notice_of(next[0]).previous, Height{5}) << "the chain goes on where the past ended";
}

TEST_F(GatewayTest, ASubscriptionTellsThePastToThatClientAlone) {
    subscribe(kAnna, wish_for({id_of(0)}));
    announce({transfer(0, 0, 1)});
    EXPECT_EQ(receivers(subscribe(kBert, wish_for({id_of(1)}))), Nodes{kBert});
}

TEST_F(GatewayTest, ANewWishReplacesTheOldOne) {
    subscribe(kAnna, wish_for({id_of(0)}, {graph::kCommons}));
    subscribe(kAnna, wish_for({id_of(4)}));
    EXPECT_TRUE(announce({transfer(0, 0, 1)}).empty());
    EXPECT_TRUE(announce({signed_by(1, Nonce{0},
                                    graph::TreasuryDeposit{.sovereign = graph::kCommons,
                                                           .amount = units(5)})})
                    .empty());
    EXPECT_EQ(receivers(announce({transfer(4, 0, 1)})), Nodes{kAnna});
    EXPECT_EQ(gateway_.clients(), 1U);
}

TEST_F(GatewayTest, BeyondItsLimitItTakesNoFurtherClientAndKeepsThoseItHas) {
    constexpr auto kMax = static_cast<std::uint32_t>(Gateway::kClientsMax);
    for (std::uint32_t client = 100; client < 100 + kMax; ++client) {
        (void)subscribe(NodeId{client}, wish_for({id_of(5)}));  // an empty wish is a goodbye
    }
    ASSERT_EQ(gateway_.clients(), Gateway::kClientsMax);
    EXPECT_TRUE(subscribe(kAnna, wish_for({id_of(0)})).empty());
    EXPECT_EQ(gateway_.clients(), Gateway::kClientsMax);
    EXPECT_TRUE(announce({transfer(0, 0, 1)}).empty()) << "who was not taken hears nothing";
    (void)subscribe(NodeId{100}, wish_for({id_of(0)}));
    EXPECT_EQ(gateway_.clients(), Gateway::kClientsMax);
    EXPECT_EQ(receivers(announce({transfer(0, 1, 1)})), Nodes{NodeId{100}})
        << "who is there may change its wish";
}

TEST_F(GatewayTest, AccountsAreProvenAgainstTheCertifiedRoot) {
    subscribe(kAnna, wish_for({id_of(0), id_of(1), id_of(5)}, {}, true));
    subscribe(kBert, wish_for({id_of(0)}));
    const auto deliveries = announce({transfer(0, 0, 1, 7)});
    ASSERT_EQ(deliveries.size(), 2U);
    const Notice& notice = notice_of(deliveries[0]);
    ASSERT_EQ(notice.accounts.size(), 2U) << "those that the block touched, of those asked for";
    const Hash& root = notice.finality.headers.at(0).state_root;
    EXPECT_EQ(root, chain_.tip()->header.state_root);
    for (const ProvenValue& proven : notice.accounts) {
        ASSERT_TRUE(proven.value.has_value());
        EXPECT_TRUE(holds(proven, root));
        EXPECT_FALSE(holds(proven, chain_.genesis_state().root()));
    }
    EXPECT_TRUE(notice_of(deliveries[1]).accounts.empty()) << "Bert did not ask for proofs";
}

TEST_F(GatewayTest, ANoticeIsProvenByALaterCertificateToo) {
    subscribe(kAnna, wish_for({id_of(0)}));
    const ToyBlock bare = chain_.extend({transfer(0, 0, 1)}, false);
    chain_.extend({});
    const auto deliveries = gateway_.announce(chain_.prove(1), bare.executed);
    ASSERT_EQ(deliveries.size(), 1U);
    const Notice& notice = notice_of(deliveries[0]);
    EXPECT_EQ(notice.finality.headers.size(), 2U);
    EXPECT_TRUE(consensus::verify_finality(finality_proof(notice.finality), nexus::tests::kChain,
                                           nexus::tests::kFinal, *chain_.validators(),
                                           world_.verifier));
}

TEST_F(GatewayTest, AnswersProveValueOrAbsence) {
    announce({transfer(0, 0, 20)});
    const auto ask = [&](const graph::AccountId& id) {
        const auto at = graph::keys::account(id);
        const Query query{.id = 5,
                          .tree = std::string(graph::tree_name(at.tree)),
                          .key = to_bytes(as_bytes(at.key))};
        const Answer answer = gateway_.answer(query, chain_.prove(1), chain_.state());
        EXPECT_EQ(answer.id, 5U);
        EXPECT_EQ(answer.value.tree, query.tree);
        EXPECT_EQ(answer.value.key, query.key);
        EXPECT_TRUE(holds(answer.value, answer.finality.headers.at(0).state_root));
        return answer.value.value.has_value();
    };
    EXPECT_TRUE(ask(id_of(0)));
    EXPECT_TRUE(ask(id_of(20)));
    EXPECT_FALSE(ask(id_of(21)));
}

TEST_F(GatewayTest, AnUnknownTreeGetsAProofThatNobodyAccepts) {
    announce({transfer(0, 0, 1)});
    for (const std::string tree : {"", "graphs", "Ledger"}) {
        const Answer answer = gateway_.answer({.id = 1, .tree = tree, .key = {1, 2}},
                                              chain_.prove(1), chain_.state());
        EXPECT_FALSE(answer.value.value.has_value());
        EXPECT_FALSE(holds(answer.value, chain_.state().root())) << "tree \"" << tree << "\"";
    }
    EXPECT_EQ(world_.compute.charged[Work::ServeProof], 0U);
}

TEST_F(GatewayTest, OldBlocksAreForgottenAndTheRestIsStillTold) {
    ToyChain chain;
    Gateway gateway(world_.world(NodeId{0}));
    const std::uint64_t blocks = Gateway::kBlocksKept + 3;
    // Only the first and the last blocks matter; the others are the same empty result.
    const ToyBlock first = chain.extend({transfer(0, 0, 1)});
    (void)gateway.announce(chain.prove(1), first.executed);
    for (std::uint64_t height = 2; height <= blocks; ++height) {
        const ToyBlock made = chain.extend(height == blocks ? std::vector{transfer(0, 1, 1)}
                                                            : std::vector<graph::TransactionPtr>{},
                                           height == blocks);
        consensus::FinalityProof proof;
        proof.headers = {made.block->header};
        (void)gateway.announce(proof, made.executed);
    }
    const auto told = gateway.subscribe(kAnna, wish_for({id_of(0)}), chain.store());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(height_of(notice_of(told[0])), blocks);
}

TEST_F(GatewayTest, FewLargeBlocksAreKeptWhereManySmallOnesWouldBe) {
    // Three results of a third of the bound each, and a bit: the first must go.
    ToyChain chain;
    Gateway gateway(world_.world(NodeId{0}));
    for (std::uint64_t height = 1; height <= 3; ++height) {
        const ToyBlock made = chain.extend({transfer(0, height - 1, 1)});
        auto large = std::make_shared<Executed>(*made.executed);
        large->transactions.resize(Gateway::kTransactionsKept / 3 + 1, large->transactions.front());
        large->receipts.resize(large->transactions.size(), large->receipts.front());
        large->receipt_tree = graph::ReceiptTree(std::vector<Bytes>(large->receipts.size()));
        (void)gateway.announce(chain.prove(height), large);
    }
    const auto told = gateway.subscribe(kAnna, wish_for({id_of(0)}), chain.store());
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(height_of(notice_of(told[0])), 2U);
}

}  // namespace
}  // namespace nexus::actors
