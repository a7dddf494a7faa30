// Checks the checkers: good events leave them silent, and each kind of breach is found, by exactly
// the checker whose matter it is. A checker that never objects proves nothing.

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/transaction/body.hpp"
#include "sim/cluster/checkers/agreement_checker.hpp"
#include "sim/cluster/checkers/certificate_checker.hpp"
#include "sim/cluster/checkers/checker.hpp"
#include "sim/cluster/checkers/halt_checker.hpp"
#include "sim/cluster/checkers/light_client_checker.hpp"
#include "sim/cluster/checkers/loss_checker.hpp"
#include "sim/cluster/checkers/ownership_checker.hpp"
#include "sim/cluster/checkers/supply_checker.hpp"
#include "sim/cluster/checkers/validity_checker.hpp"
#include "tests/support/toy_chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

using nexus::tests::id_of;
using nexus::tests::kChain;
using nexus::tests::key_of;
using nexus::tests::kFinal;
using nexus::tests::signed_by;
using nexus::tests::ToyBlock;
using nexus::tests::ToyChain;
using nexus::tests::transfer;
using nexus::tests::units;
using testing::HasSubstr;

constexpr Instant kEnd{60'000'000'000};

CommitEvent commit_of(const ToyBlock& made, std::uint32_t validator = 0, bool is_first = true) {
    static const std::vector<std::string> names = {"validator-0", "validator-1", "validator-2"};
    return {.validator = NodeId{validator},
            .validator_name = names.at(validator),
            .block = made.block,
            .certificate = made.certificate,
            .executed = made.executed.get(),
            .at = made.block->header.time,
            .is_first = is_first};
}

/// The same block with another header.
ToyBlock with_header(ToyBlock made, const std::function<void(consensus::BlockHeader&)>& change) {
    consensus::BlockHeader header = made.block->header;
    change(header);
    made.block = consensus::make_block(header, made.block->payload);
    return made;
}

/// The same block with another result of execution.
ToyBlock with_result(ToyBlock made, const std::function<void(actors::Executed&)>& change) {
    auto executed = std::make_shared<actors::Executed>(*made.executed);
    change(*executed);
    made.executed = std::move(executed);
    return made;
}

template <class Value>
graph::StateSnapshot put(const graph::StateSnapshot& state, const graph::StateKey<Value>& at,
                         const Value& value) {
    graph::Overlay overlay(state);
    overlay.put(at, value);
    return std::move(overlay).commit();
}

void expect_silent(const Checker& checker) {
    EXPECT_EQ(checker.violated(), 0U) << testing::PrintToString(checker.examples());
    EXPECT_GT(checker.checked(), 0U) << "it has not looked at anything";
}

void expect_violation(const Checker& checker, const std::string& text, std::uint64_t count = 1) {
    EXPECT_EQ(checker.violated(), count) << testing::PrintToString(checker.examples());
    ASSERT_FALSE(checker.examples().empty());
    EXPECT_THAT(checker.examples().front(), HasSubstr(text));
    EXPECT_THAT(checker.examples().front(), HasSubstr(" s: ")) << "it says when";
}

// --- agreement -----------------------------------------------------------------------------------

class AgreementCheckerTest : public testing::Test {
protected:
    ToyChain chain_;
    AgreementChecker checker_{chain_.genesis()->id};
};

TEST_F(AgreementCheckerTest, TheSameChainAtDifferentSpeedsIsAgreement) {
    const ToyBlock first = chain_.extend({});
    const ToyBlock second = chain_.extend({});
    checker_.on_commit(commit_of(first));
    checker_.on_commit(commit_of(second));
    checker_.on_commit(commit_of(first, 1, false));
    checker_.on_commit(commit_of(second, 1, false));
    checker_.on_end(kEnd);
    expect_silent(checker_);
}

TEST_F(AgreementCheckerTest, TwoBlocksAtOneHeightAreFound) {
    const ToyBlock made = chain_.make({});
    checker_.on_commit(commit_of(made));
    checker_.on_commit(
        commit_of(with_header(made, [](auto& header) { header.view = View{9}; }), 1, false));
    expect_violation(checker_, "at height 1 validator-0 committed block");
}

TEST_F(AgreementCheckerTest, ASkippedHeightIsFound) {
    chain_.extend({});
    checker_.on_commit(commit_of(chain_.extend({})));
    expect_violation(checker_, "validator-0 committed height 2 after height 0");
}

TEST_F(AgreementCheckerTest, AHeightCommittedTwiceIsFound) {
    const ToyBlock made = chain_.extend({});
    checker_.on_commit(commit_of(made));
    checker_.on_commit(commit_of(made, 0, false));
    expect_violation(checker_, "committed height 1 after height 1");
}

TEST_F(AgreementCheckerTest, WhoLostItsDiskBeginsAgainOnTheSameChain) {
    const ToyBlock first = chain_.extend({});
    const ToyBlock second = chain_.extend({});
    checker_.on_commit(commit_of(first));
    checker_.on_commit(commit_of(second));
    checker_.on_wipe(NodeId{0});
    checker_.on_commit(commit_of(first, 0, false));
    expect_silent(checker_);
    checker_.on_commit(
        commit_of(with_header(second, [](auto& header) { header.view = View{9}; }), 0, false));
    expect_violation(checker_, "at height 2");
}

TEST_F(AgreementCheckerTest, FromACheckpointOnTheSameRulesHold) {
    chain_.extend({});
    const ToyBlock base = chain_.extend({});
    const ToyBlock next = chain_.extend({});
    checker_.on_base({.block = base.block.get(), .state = &base.executed->state});
    checker_.on_commit(commit_of(next));
    checker_.on_checkpoint({.validator = NodeId{1},
                            .validator_name = "validator-1",
                            .block = next.block.get(),
                            .at = kEnd});
    checker_.on_commit(commit_of(chain_.extend({}), 1));
    expect_silent(checker_);
    checker_.on_commit(
        commit_of(with_header(next, [](auto& header) { header.view = View{9}; }), 2, false));
    expect_violation(checker_, "at height 3 validator-0 committed block");
}

TEST_F(AgreementCheckerTest, ABlockBelowTheCheckpointIsOutOfOrder) {
    const ToyBlock below = chain_.extend({});
    const ToyBlock base = chain_.extend({});
    checker_.on_base({.block = base.block.get(), .state = &base.executed->state});
    checker_.on_commit(commit_of(below));
    expect_violation(checker_, "validator-0 committed height 1 after height 2");
}

TEST_F(AgreementCheckerTest, ABlockOnAnotherParentIsFound) {
    checker_.on_commit(
        commit_of(with_header(chain_.make({}), [](auto& header) { header.parent.bytes[0] ^= 1; })));
    expect_violation(checker_, "whose parent is not its block of height 0");
}

TEST_F(AgreementCheckerTest, AForgedIdDoesNotHideAnotherHeader) {
    const ToyBlock made = chain_.make({});
    ToyBlock forged = made;
    auto block = std::make_shared<consensus::Block>(*made.block);
    block->header.view = View{9};
    forged.block = std::move(block);
    checker_.on_commit(commit_of(made));
    checker_.on_commit(commit_of(forged, 1, false));
    expect_violation(checker_, "at height 1");
}

// --- certificates --------------------------------------------------------------------------------

class CertificateCheckerTest : public testing::Test {
protected:
    ToyChain chain_;
    MemoVerifier verifier_;
    CertificateChecker checker_{kChain, std::string(kFinal), chain_.validators(), verifier_};
};

TEST_F(CertificateCheckerTest, ProperCertificatesAreFine) {
    checker_.on_commit(commit_of(chain_.extend({})));
    expect_silent(checker_);
}

TEST_F(CertificateCheckerTest, ABlockThatALaterCertificateFinalizesIsLeftToThatOne) {
    checker_.on_commit(commit_of(chain_.extend({}, false)));
    EXPECT_EQ(checker_.checked(), 0U);
    EXPECT_EQ(checker_.violated(), 0U);
}

TEST_F(CertificateCheckerTest, TooFewSignersAreFound) {
    ToyBlock made = chain_.make({});
    made.certificate = chain_.certify(made.block->header, 2);
    checker_.on_commit(commit_of(made));
    expect_violation(checker_, "validator-0 for height 1 is refused: NoQuorum");
}

TEST_F(CertificateCheckerTest, AnotherStatementAndAnotherBlockAreFound) {
    ToyBlock made = chain_.make({});
    made.certificate = chain_.certify(made.block->header, 3, "simplex/notarize");
    checker_.on_commit(commit_of(made));
    made.certificate = chain_.certify(chain_.genesis()->header);
    checker_.on_commit(commit_of(made));
    expect_violation(checker_, "WrongStatement", 2);
    EXPECT_THAT(checker_.examples().at(1), HasSubstr("WrongBlock"));
}

TEST_F(CertificateCheckerTest, AtEverySixteenthHeightEveryValidatorIsLookedAt) {
    for (std::uint64_t height = 1; height <= 16; ++height) {
        ToyBlock made = chain_.extend({});
        made.certificate = chain_.certify(made.block->header, 2);
        checker_.on_commit(commit_of(made, 1, false));
        EXPECT_EQ(checker_.violated(), height == 16 ? 1U : 0U) << "height " << height;
    }
}

// --- validity ------------------------------------------------------------------------------------

class ValidityCheckerTest : public testing::Test {
protected:
    void submit(const std::vector<graph::TransactionPtr>& list) {
        for (const auto& transaction : list) {
            checker_.on_submitted(transaction);
        }
    }
    /// A block that holds just this, valid or not, and the root of doing nothing.
    [[nodiscard]] ToyBlock block_with(const std::vector<graph::TransactionPtr>& list) const {
        ToyBlock made = chain_.make({});
        const auto payload = consensus::make_payload(graph::encode_payload(list));
        consensus::BlockHeader header = made.block->header;
        header.payload = payload->id;
        made.block = consensus::make_block(header, payload);
        return made;
    }

    ToyChain chain_;
    MemoVerifier verifier_;
    ValidityChecker checker_{*chain_.genesis(), chain_.genesis_state(), verifier_};
};

TEST_F(ValidityCheckerTest, FromACheckpointOnNoncesGoOnWhereItsStateHasThem) {
    const ToyBlock base = chain_.extend({transfer(0, 0, 1), transfer(0, 1, 1)});
    checker_.on_base({.block = base.block.get(), .state = &base.executed->state});
    const auto next = transfer(0, 2, 1);
    const auto first = transfer(1, 0, 1);
    submit({next, first});
    checker_.on_commit(commit_of(chain_.extend({next, first})));
    expect_silent(checker_);
    const auto again = transfer(1, 0, 1);
    checker_.on_commit(commit_of(block_with({again})));
    EXPECT_GT(checker_.violated(), 0U) << "a nonce that was used above the checkpoint";
}

TEST_F(ValidityCheckerTest, ACheckpointWhoseStateIsNotTheHeadersIsFound) {
    const ToyBlock base = chain_.extend({transfer(0, 0, 1)});
    checker_.on_base({.block = base.block.get(), .state = &chain_.genesis_state()});
    expect_violation(checker_, "the state is not the one in the header");
}

TEST_F(ValidityCheckerTest, WhatClientsSentAndExecutionConfirmsIsValid) {
    const std::vector first = {transfer(0, 0, 1), transfer(1, 0, 0, 0)};
    const std::vector second = {transfer(0, 1, 1)};
    submit(first);
    submit(second);
    const ToyBlock one = chain_.extend(first);
    checker_.on_commit(commit_of(one));
    checker_.on_commit(commit_of(one, 1, false));
    checker_.on_commit(commit_of(chain_.extend(second)));
    expect_silent(checker_);
    EXPECT_EQ(checker_.checked(), 5U) << "three transactions and two roots, each once";
}

TEST_F(ValidityCheckerTest, ATransactionThatNobodySentIsFound) {
    checker_.on_commit(commit_of(chain_.extend({transfer(0, 0, 1)})));
    expect_violation(checker_, "no client sent it");
}

TEST_F(ValidityCheckerTest, AWrongStateRootIsFound) {
    const std::vector list = {transfer(0, 0, 1)};
    submit(list);
    checker_.on_commit(commit_of(
        with_header(chain_.make(list), [](auto& header) { header.state_root.bytes[0] ^= 1; })));
    expect_violation(checker_, "executing it gives another state root");
}

TEST_F(ValidityCheckerTest, AWrongReceiptsRootIsFound) {
    const std::vector list = {transfer(0, 0, 1)};
    submit(list);
    checker_.on_commit(
        commit_of(with_header(chain_.make(list), [](auto& header) { header.receipts_root = {}; })));
    expect_violation(checker_, "executing it gives other receipts");
}

TEST_F(ValidityCheckerTest, AMissingSignatureIsFound) {
    const auto bare = graph::SignedTransaction::make(transfer(0, 0, 1)->content(), Signature{});
    submit({bare});
    checker_.on_commit(commit_of(block_with({bare})));
    expect_violation(checker_, "is not signed by its key", 2);  // nor can it be executed
}

TEST_F(ValidityCheckerTest, ATransactionForAnotherChainIsFound) {
    graph::Transaction content = transfer(0, 0, 1)->content();
    content.chain = ChainId{78};
    const auto foreign = graph::SignedTransaction::sign(content, key_of(0));
    submit({foreign});
    checker_.on_commit(commit_of(block_with({foreign})));
    expect_violation(checker_, "is for another chain", 2);
}

TEST_F(ValidityCheckerTest, ASenderThatIsNotTheHashOfTheKeyIsFound) {
    graph::Transaction content = transfer(0, 0, 1)->content();
    content.sender = id_of(3);
    const auto stolen = graph::SignedTransaction::sign(content, key_of(0));
    submit({stolen});
    checker_.on_commit(commit_of(block_with({stolen})));
    expect_violation(checker_, "its sender is not the hash of its key", 2);
}

TEST_F(ValidityCheckerTest, ARepeatedTransactionAndAGapInNoncesAreFound) {
    const auto first = transfer(0, 0, 1);
    const auto third = transfer(0, 2, 1);
    submit({first, third});
    checker_.on_commit(commit_of(block_with({first, first})));
    expect_violation(checker_, "nonce 0 where 1 is next", 2);

    ValidityChecker other(*chain_.genesis(), chain_.genesis_state(), verifier_);
    other.on_submitted(third);
    other.on_commit(commit_of(block_with({third})));
    expect_violation(other, "nonce 2 where 0 is next", 2);
}

TEST_F(ValidityCheckerTest, APayloadThatIsNotTheHeadersIsFound) {
    ToyBlock made = chain_.make({});
    auto block = std::make_shared<consensus::Block>(*made.block);
    block->payload = consensus::make_payload({1, 2, 3});
    made.block = std::move(block);
    checker_.on_commit(commit_of(made));
    expect_violation(checker_, "the payload does not decode, or is not the header's");
}

TEST_F(ValidityCheckerTest, OneBranchIsFollowedAfterAFork) {
    const auto first = transfer(0, 0, 1);
    const auto other = transfer(0, 0, 2);
    submit({first, other});
    const ToyBlock chosen = chain_.make({first});
    checker_.on_commit(commit_of(chosen));
    checker_.on_commit(commit_of(chain_.make({other}), 1, false));
    expect_silent(checker_);
}

// --- supply --------------------------------------------------------------------------------------

class SupplyCheckerTest : public testing::Test {
protected:
    ToyChain chain_;
    SupplyChecker checker_;
};

TEST_F(SupplyCheckerTest, TransfersKeepTheSupply) {
    for (std::uint64_t nonce = 0; nonce < 17; ++nonce) {
        checker_.on_commit(commit_of(chain_.extend({transfer(0, nonce, 1, 5)})));
    }
    checker_.on_end(kEnd);
    expect_silent(checker_);
    EXPECT_EQ(checker_.checked(), 3U) << "at height 16, and sum and consistency at the end";
}

TEST_F(SupplyCheckerTest, AUnitFromNowhereIsFoundAtTheEnd) {
    const ToyBlock made = with_result(chain_.extend({transfer(0, 0, 1)}), [](auto& executed) {
        const auto at = graph::keys::account(id_of(1));
        graph::Account account = graph::LedgerView(executed.state).account(id_of(1));
        account.balance = account.balance.plus(units(1)).value();
        executed.state = put(executed.state, at, account);
    });
    checker_.on_commit(commit_of(made));
    EXPECT_EQ(checker_.violated(), 0U) << "height 1 is not looked at before the end";
    checker_.on_end(kEnd);
    EXPECT_GE(checker_.violated(), 1U);
    EXPECT_THAT(checker_.examples().front(), HasSubstr("are not the supply"));
}

TEST_F(SupplyCheckerTest, AnInconsistentStateIsFoundThoughTheSumIsRight) {
    const ToyBlock made = with_result(chain_.extend({}), [](auto& executed) {
        graph::Contributor contributor;
        contributor.id = id_of(2);
        executed.state = put(executed.state, graph::keys::contributor(id_of(1)), contributor);
    });
    checker_.on_commit(commit_of(made));
    checker_.on_end(kEnd);
    EXPECT_GE(checker_.violated(), 1U) << "a value that does not stand under its own key";
}

// --- ownership -----------------------------------------------------------------------------------

class OwnershipCheckerTest : public testing::Test {
protected:
    static graph::AssetRegister asset(const graph::AssetOwner& owner) {
        graph::AssetRegister body;
        body.owner = owner;
        body.schema = graph::core_schema_hash(graph::NodeKind::Asset);
        return body;
    }
    static graph::TransactionPtr give(std::size_t from, std::uint64_t nonce,
                                      const graph::AssetId& id, std::size_t to) {
        return signed_by(from, Nonce{nonce}, graph::AssetTransfer{.asset = id, .to = id_of(to)});
    }
    void commit(const ToyBlock& made) { checker_.on_commit(commit_of(made)); }
    /// Registers an asset of person 0.
    graph::AssetId found() {
        commit(chain_.extend({signed_by(0, Nonce{0}, asset(id_of(0)))}));
        return graph::asset_id(id_of(0), Nonce{0});
    }

    ToyChain chain_;
    OwnershipChecker checker_;
};

TEST_F(OwnershipCheckerTest, WhoOwnsWhatAtACheckpointIsTakenFromItsState) {
    const ToyBlock base = chain_.extend({signed_by(0, Nonce{0}, asset(id_of(0)))});
    checker_.on_base({.block = base.block.get(), .state = &base.executed->state});
    commit(chain_.extend({give(0, 1, graph::asset_id(id_of(0), Nonce{0}), 1)}));
    checker_.on_end(kEnd);
    expect_silent(checker_);
}

TEST_F(OwnershipCheckerTest, AssetsFollowTheirTransfers) {
    const graph::AssetId id = found();
    commit(chain_.extend({give(0, 1, id, 1), give(1, 0, id, 2)}));
    graph::SovereignRegister sovereign;
    sovereign.name = {"Aldea"};
    commit(chain_.extend({signed_by(3, Nonce{0}, sovereign)}));
    commit(chain_.extend({signed_by(3, Nonce{1}, asset(SovereignId{1})),
                          give(3, 2, graph::asset_id(id_of(3), Nonce{1}), 4)}));
    checker_.on_end(kEnd);
    expect_silent(checker_);
    EXPECT_EQ(checker_.checked(), 7U) << "two assets made, three given, two at the end";
}

TEST_F(OwnershipCheckerTest, WhatTheLedgerRejectsMovesNothing) {
    const graph::AssetId id = found();
    commit(chain_.extend({give(1, 0, id, 1)}));
    checker_.on_end(kEnd);
    expect_silent(checker_);
}

TEST_F(OwnershipCheckerTest, AGiftByOneWhoDoesNotOwnItIsFound) {
    const graph::AssetId id = found();
    ToyBlock made = chain_.extend({give(1, 0, id, 1)});
    made = with_result(made, [](auto& executed) { executed.receipts[0].rejection.reset(); });
    commit(made);
    checker_.on_end(kEnd);
    expect_violation(checker_, "was given away by one who does not own it");
}

TEST_F(OwnershipCheckerTest, AnAssetRegisteredForSomebodyElseIsFound) {
    ToyBlock made = chain_.extend({signed_by(0, Nonce{0}, asset(id_of(1)))});
    made = with_result(made, [](auto& executed) { executed.receipts[0].rejection.reset(); });
    commit(made);
    EXPECT_THAT(checker_.examples().at(0), HasSubstr("registered twice, or for somebody else"));
}

TEST_F(OwnershipCheckerTest, AnOwnerThatTheStateChangedByItselfIsFound) {
    const graph::AssetId id = found();
    commit(with_result(chain_.extend({}), [&id](auto& executed) {
        graph::Asset record = graph::LedgerView(executed.state).asset(id).value();
        record.owner = id_of(5);
        executed.state = put(executed.state, graph::keys::asset(id), record);
    }));
    checker_.on_end(kEnd);
    expect_violation(checker_, "has another owner than the transactions lead to");
}

TEST_F(OwnershipCheckerTest, AnAssetThatVanishedIsFound) {
    (void)found();
    commit(with_result(chain_.extend({}),
                       [this](auto& executed) { executed.state = chain_.genesis_state(); }));
    checker_.on_end(kEnd);
    expect_violation(checker_, "the state holds 0 assets, the transactions made 1");
}

// --- light clients -------------------------------------------------------------------------------

class LightClientCheckerTest : public testing::Test {
protected:
    void believe(const ToyBlock& made, const graph::Receipt& receipt) {
        checker_.on_believed({.client_name = "settlers-1",
                              .header = &made.block->header,
                              .receipt = &receipt,
                              .at = Instant{1}});
    }
    void lie(bool is_gateway_honest) {
        checker_.on_lie({.client_name = "settlers-1",
                         .gateway_name = "validator-2",
                         .is_gateway_honest = is_gateway_honest,
                         .what = "receipts: RootMismatch",
                         .at = Instant{1}});
    }

    ToyChain chain_;
    ToyBlock made_ = chain_.extend({transfer(0, 0, 1), transfer(1, 0, 1, 0)});
    LightClientChecker checker_;
};

TEST_F(LightClientCheckerTest, TheTruthIsFineBeforeAndAfterTheFirstCommit) {
    believe(made_, made_.executed->receipts.at(1));
    checker_.on_commit(commit_of(made_));
    believe(made_, made_.executed->receipts.at(0));
    checker_.on_commit(commit_of(made_, 1, false));
    checker_.on_proof_checked();
    checker_.on_end(kEnd);
    expect_silent(checker_);
    EXPECT_EQ(checker_.checked(), 3U);
}

TEST_F(LightClientCheckerTest, AnotherOutcomeIsFound) {
    graph::Receipt wrong = made_.executed->receipts.at(0);
    wrong.rejection = graph::Rejection::ZeroAmount;
    believe(made_, wrong);
    EXPECT_EQ(checker_.violated(), 0U) << "nobody has committed it yet";
    checker_.on_commit(commit_of(made_));
    expect_violation(checker_, "that it ended otherwise than it did");
}

TEST_F(LightClientCheckerTest, ATransactionThatIsNotInTheBlockIsFound) {
    checker_.on_commit(commit_of(made_));
    believe(made_, {.transaction = transfer(5, 0, 1)->id(), .rejection = {}, .sovereign = {}});
    expect_violation(checker_, "which is not in the block");
}

TEST_F(LightClientCheckerTest, ABlockThatNobodyCommittedIsFoundAtTheEnd) {
    const ToyBlock forged =
        with_header(made_, [](auto& header) { header.view = View{header.view.value + 7}; });
    believe(forged, made_.executed->receipts.at(0));
    checker_.on_commit(commit_of(made_));
    EXPECT_EQ(checker_.violated(), 0U) << "another branch may still commit it";
    checker_.on_end(kEnd);
    expect_violation(checker_, "which no honest validator committed");
}

TEST_F(LightClientCheckerTest, ABlockAboveAllThatIsCommittedMayBeUnderWay) {
    checker_.on_commit(commit_of(made_));
    const ToyBlock next = chain_.extend({transfer(0, 1, 1)});
    believe(next, next.executed->receipts.at(0));
    checker_.on_end(kEnd);
    expect_silent(checker_);
}

TEST_F(LightClientCheckerTest, ALieOfAByzantineGatewayIsACheckAndOneOfAnHonestIsFound) {
    lie(false);
    expect_silent(checker_);
    lie(true);
    expect_violation(checker_, "settlers-1 refuses what validator-2, who is honest, says");
}

TEST(HaltChecker, AnAlarmIsFound) {
    ToyChain chain;
    HaltChecker checker;
    checker.on_commit(commit_of(chain.extend({})));
    expect_silent(checker);
    checker.on_alarm({.validator_name = "validator-1",
                      .what = "a quorum finalized an invalid block",
                      .at = Instant{1}});
    expect_violation(checker, "validator-1: a quorum finalized an invalid block");
}

// --- no lost transaction -------------------------------------------------------------------------

class LossCheckerTest : public testing::Test {
protected:
    static constexpr Instant kDeadline{10'000'000'000};
    ToyChain chain_;
    LossChecker checker_{kDeadline};
};

TEST_F(LossCheckerTest, WhatIsCommittedIsNotLostThoughItWasRejected) {
    const std::vector list = {transfer(0, 0, 1), transfer(1, 0, 1, 0)};
    for (const auto& transaction : list) {
        checker_.on_accepted(transaction, Instant{1});
    }
    checker_.on_commit(commit_of(chain_.extend(list)));
    checker_.on_end(kEnd);
    expect_silent(checker_);
    EXPECT_EQ(checker_.checked(), 2U);
}

TEST_F(LossCheckerTest, WhatWasTakenAndNotCommittedIsFound) {
    checker_.on_accepted(transfer(0, 0, 1), kDeadline);
    checker_.on_accepted(transfer(1, 0, 2), Instant{1});
    checker_.on_commit(commit_of(chain_.extend({transfer(1, 0, 2)})));
    checker_.on_end(kEnd);
    expect_violation(checker_, "was taken by a validator and is not committed");
}

TEST_F(LossCheckerTest, WhoseNonceAnotherHasUsedUpIsNotLost) {
    checker_.on_accepted(transfer(0, 0, 1, 5), Instant{1});
    checker_.on_accepted(transfer(0, 1, 1, 5), Instant{1});
    checker_.on_commit(commit_of(chain_.extend({transfer(0, 0, 2, 7)})));
    checker_.on_end(kEnd);
    EXPECT_EQ(checker_.violated(), 1U) << "the second nonce is still free";
}

TEST_F(LossCheckerTest, WhatWasTakenAfterTheDeadlineMayStillBeUnderWay) {
    checker_.on_accepted(transfer(0, 0, 1), kDeadline + nanoseconds(1));
    checker_.on_end(kEnd);
    EXPECT_EQ(checker_.violated(), 0U);
    EXPECT_EQ(checker_.checked(), 0U);
}

TEST(Checker, KeepsTheFirstFewExamplesAndCountsAll) {
    LossChecker checker(Instant{});
    for (int i = 0; i < 9; ++i) {
        checker.violation(std::to_string(i));
    }
    EXPECT_EQ(checker.violated(), 9U);
    EXPECT_THAT(checker.examples(), testing::ElementsAre("0", "1", "2", "3", "4"));
}

TEST(Checker, TellsTimeForPeople) {
    EXPECT_EQ(time_text(Instant{12'345'678'901}), "12.345 s");
    EXPECT_EQ(time_text(Instant{7'000'000}), "0.007 s");
}

}  // namespace
}  // namespace nexus::sim
