#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "tests/unit/consensus/simplex/machine_driver.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

using toy::all_of;
using toy::broadcasts_of;
using toy::has_probe;
using toy::MachineDriver;
using toy::position_of;
using toy::ToyCommittee;
using toy::votes_of;

constexpr VoteKind kNotarize = VoteKind::Notarize;
constexpr VoteKind kNullify = VoteKind::Nullify;
constexpr VoteKind kFinalize = VoteKind::Finalize;

CertificatePtr nullification(std::uint64_t view) {
    return ToyCommittee::certificate(kNullify, View{view}, Hash{}, 3, 1);
}
CertificatePtr notarization(const BlockPtr& block) {
    return ToyCommittee::certificate(kNotarize, block->header.view, block->id, 3, 1);
}
CertificatePtr finalization(const BlockPtr& block) {
    return ToyCommittee::certificate(kFinalize, block->header.view, block->id, 3, 1);
}

/// Validator 0 of four, which leads view 4; the chain of views 1, 2, 3 at hand.
class SimplexVoting : public testing::Test {
protected:
    MachineDriver driver_;
    const ToyCommittee& committee_ = driver_.committee();
    BlockPtr one_ = committee_.block(View{1}, committee_.genesis, "one");
    BlockPtr two_ = committee_.block(View{2}, one_, "two");
    BlockPtr three_ = committee_.block(View{3}, two_, "three");
};

TEST_F(SimplexVoting, NotarizesAfterTheApplicationAcceptsAndNotBefore) {
    const Effects proposed = driver_.hear_proposal(committee_.proposal(one_, nullptr));
    ASSERT_EQ(all_of<ValidateBlock>(proposed).size(), 1U);
    EXPECT_TRUE(votes_of(proposed, kNotarize).empty());

    const Effects validated = driver_.validate(one_);
    const auto votes = votes_of(validated, kNotarize);
    ASSERT_EQ(votes.size(), 1U);
    EXPECT_EQ(votes[0]->block(), one_->id);
}

TEST_F(SimplexVoting, DoesNotNotarizeWhatTheApplicationRefuses) {
    driver_.hear_proposal(committee_.proposal(one_, nullptr));
    EXPECT_TRUE(votes_of(driver_.validate(one_, false), kNotarize).empty());
    EXPECT_TRUE(votes_of(driver_.validate(one_, true), kNotarize).empty())
        << "the first answer stands";
}

// Rule 1 of the strong codebases: nothing leaves before its record is durable.
TEST_F(SimplexVoting, PersistsEveryVoteBeforeItLeaves) {
    const auto expect_barrier = [](const Effects& effects) {
        ASSERT_EQ(all_of<Persist>(effects).size(), 1U);
        EXPECT_LT(position_of<Persist>(effects), position_of<Broadcast>(effects));
    };
    expect_barrier(driver_.accept(one_, nullptr));
    expect_barrier(driver_.hear_certificate(notarization(one_)));
    expect_barrier(driver_.fire(seconds(2)));
}

TEST_F(SimplexVoting, NotarizesOneBlockAViewWhateverTheLeaderSends) {
    driver_.accept(one_, nullptr);
    const BlockPtr rival = committee_.block(View{1}, committee_.genesis, "rival");
    const Effects effects = driver_.hear_proposal(committee_.proposal(rival, nullptr));
    EXPECT_TRUE(all_of<ValidateBlock>(effects).empty());
    EXPECT_TRUE(votes_of(driver_.validate(rival), kNotarize).empty());
}

TEST_F(SimplexVoting, EntersTheNextViewAndFinalizesOnAQuorumOfNotarizeVotes) {
    driver_.accept(one_, nullptr);
    Effects effects = driver_.hear_vote(kNotarize, 1, one_->id, 1);
    EXPECT_EQ(driver_.view(), View{1}) << "two of four, ours included";

    effects = driver_.hear_vote(kNotarize, 1, one_->id, 2);
    EXPECT_EQ(driver_.view(), View{2});
    ASSERT_EQ(votes_of(effects, kFinalize).size(), 1U);
    EXPECT_EQ(votes_of(effects, kFinalize)[0]->view(), View{1});
    EXPECT_TRUE(has_probe(effects, "notarized"));
}

TEST_F(SimplexVoting, TwoThirdsOfTheStakeAreNoQuorum) {
    MachineDriver driver(0, ToyCommittee::equal(6));
    const BlockPtr block = driver.committee().block(View{1}, driver.committee().genesis);
    driver.accept(block, nullptr);
    for (std::uint32_t peer = 1; peer <= 3; ++peer) {
        driver.hear_vote(kNotarize, 1, block->id, peer);
    }
    EXPECT_EQ(driver.view(), View{1}) << "four of six is exactly two thirds";
    driver.hear_vote(kNotarize, 1, block->id, 4);
    EXPECT_EQ(driver.view(), View{2});
}

TEST_F(SimplexVoting, CountsStakeAndNotHeads) {
    MachineDriver driver(0, ToyCommittee({1, 1, 1, 10}));
    driver.hear_vote(kNullify, 1, Hash{}, 1);
    driver.hear_vote(kNullify, 1, Hash{}, 2);
    driver.fire(seconds(2));
    EXPECT_EQ(driver.view(), View{1}) << "three heads of four, three thirteenths of the stake";
    driver.hear_vote(kNullify, 1, Hash{}, 3);
    EXPECT_EQ(driver.view(), View{2});
}

TEST_F(SimplexVoting, NullifiesOnceWhenTheTimerRunsOut) {
    const Effects effects = driver_.fire(seconds(2));
    ASSERT_EQ(votes_of(effects, kNullify).size(), 1U);
    EXPECT_EQ(driver_.view(), View{1});
    EXPECT_TRUE(has_probe(effects, "timeout"));

    driver_.hear_vote(kNullify, 1, Hash{}, 1);
    const Effects third = driver_.hear_vote(kNullify, 1, Hash{}, 2);
    EXPECT_EQ(driver_.view(), View{2});
    EXPECT_TRUE(has_probe(third, "nullified"));
    EXPECT_TRUE(votes_of(third, kFinalize).empty());
}

// [CP] the timer forbids finalize, not notarize: a late chain still grows.
TEST_F(SimplexVoting, NeverFinalizesAfterNullifyInTheSameView) {
    driver_.fire(seconds(2));
    const Effects late = driver_.accept(one_, nullptr);
    EXPECT_EQ(votes_of(late, kNotarize).size(), 1U);

    const Effects effects = driver_.hear_certificate(notarization(one_));
    EXPECT_EQ(driver_.view(), View{2});
    EXPECT_TRUE(votes_of(effects, kFinalize).empty());
}

TEST_F(SimplexVoting, NeverNullifiesAfterFinalizeInTheSameView) {
    const TimerId timer_of_view_one = driver_.timers().front().timer;
    driver_.accept(one_, nullptr);
    driver_.hear_certificate(notarization(one_));
    const Effects effects = driver_.give(TimerFired{timer_of_view_one});
    EXPECT_TRUE(effects.empty()) << "a stale timer does nothing";
}

TEST_F(SimplexVoting, FinalizesOnlyAChainItKnows) {
    const Effects effects = driver_.hear_certificate(notarization(one_));
    EXPECT_EQ(driver_.view(), View{2}) << "a notarization moves us, block or no block";
    EXPECT_TRUE(votes_of(effects, kFinalize).empty());

    driver_.fire(milliseconds(250));
    const Effects fetched =
        driver_.hear(1, std::make_shared<const BlockResponse>(one_, notarization(one_)));
    EXPECT_EQ(votes_of(fetched, kFinalize).size(), 1U) << "the block came late, not too late";
}

TEST_F(SimplexVoting, RefusesABlockFromTheFutureOrThePast) {
    const auto votes_for = [&](Duration later) {
        MachineDriver driver;
        const BlockPtr block =
            committee_.block(View{1}, committee_.genesis, "", driver.now - Instant{} + later);
        return votes_of(driver.accept(block, nullptr), kNotarize).size();
    };
    EXPECT_EQ(votes_for(milliseconds(500)), 1U);
    EXPECT_EQ(votes_for(milliseconds(501)), 0U) << "beyond clock_skew_max_ms";
    EXPECT_EQ(votes_for(Duration{} - seconds(1)), 0U) << "not after its parent";
}

TEST_F(SimplexVoting, WaitsForTheParentOfAProposal) {
    driver_.hear_proposal(committee_.proposal(two_, notarization(one_)));
    EXPECT_EQ(driver_.view(), View{2}) << "the proposal proves that view 1 is over";
    EXPECT_TRUE(votes_of(driver_.validate(two_), kNotarize).empty());

    driver_.fire(milliseconds(250));
    const Effects parent = driver_.hear(1, std::make_shared<const BlockResponse>(one_, nullptr));
    ASSERT_EQ(all_of<ValidateBlock>(parent).size(), 1U);
    const Effects child = driver_.validate(one_);
    ASSERT_EQ(all_of<ValidateBlock>(child).size(), 1U);
    EXPECT_EQ(votes_of(driver_.validate(two_), kNotarize).size(), 1U);
}

TEST_F(SimplexVoting, FollowsAProposalThatSkipsNullifiedViews) {
    const Effects effects = driver_.accept(committee_.block(View{3}, committee_.genesis), nullptr,
                                           {nullification(1), nullification(2)});
    EXPECT_EQ(driver_.view(), View{3});
    EXPECT_EQ(votes_of(effects, kNotarize).size(), 1U);
}

TEST_F(SimplexVoting, CommitsAncestorsInOrderEachOnce) {
    driver_.accept(one_, nullptr);
    driver_.accept(two_, notarization(one_));
    driver_.accept(three_, notarization(two_));
    const Effects effects = driver_.hear_certificate(finalization(three_));

    const auto commits = all_of<Commit>(effects);
    ASSERT_EQ(commits.size(), 3U);
    EXPECT_EQ(commits[0].block, one_);
    EXPECT_EQ(commits[1].block, two_);
    EXPECT_EQ(commits[2].block, three_);
    EXPECT_EQ(commits[0].certificate, nullptr) << "three's certificate finalizes it too";
    ASSERT_NE(commits[2].certificate, nullptr);
    EXPECT_EQ(driver_.committed(), Height{3});
    EXPECT_EQ(driver_.view(), View{4});

    EXPECT_EQ(driver_.admit(1, Certificates({finalization(two_)})).verdict, Verdict::Useless);
}

TEST_F(SimplexVoting, CommitsOnAQuorumOfFinalizeVotes) {
    driver_.accept(one_, nullptr);
    driver_.hear_certificate(notarization(one_));  // our finalize vote is the first
    EXPECT_TRUE(all_of<Commit>(driver_.hear_vote(kFinalize, 1, one_->id, 1)).empty());
    const Effects effects = driver_.hear_vote(kFinalize, 1, one_->id, 2);
    ASSERT_EQ(all_of<Commit>(effects).size(), 1U);
    EXPECT_EQ(all_of<Commit>(effects)[0].certificate->endorsements.size(), 3U);
}

// With one validator the own vote completes the quorum: the commit depends on it.
TEST_F(SimplexVoting, CommitsAfterThePersistOfTheVoteThatCompletesTheQuorum) {
    MachineDriver driver(0, ToyCommittee::equal(1));
    const auto request = all_of<RequestPayload>(driver.started);
    ASSERT_EQ(request.size(), 1U);
    const Effects proposed = driver.give(PayloadReady{.view = request[0].view,
                                                      .parent = request[0].parent->id,
                                                      .payload = make_payload({}),
                                                      .state_root = {},
                                                      .receipts_root = {}});
    const auto validate = all_of<ValidateBlock>(proposed);
    ASSERT_EQ(validate.size(), 1U);
    const Effects effects = driver.validate(validate[0].block);
    ASSERT_EQ(all_of<Commit>(effects).size(), 1U);
    EXPECT_LT(position_of<Persist>(effects), position_of<Commit>(effects));
}

/// Brings validator 0 into view 4, which it leads, on top of block three.
class SimplexLeading : public SimplexVoting {
protected:
    Effects enter_own_view() {
        driver_.accept(one_, nullptr);
        driver_.accept(two_, notarization(one_));
        driver_.accept(three_, notarization(two_));
        return driver_.hear_certificate(notarization(three_));
    }

    Effects answer(const BlockPtr& parent, std::uint64_t view = 4) {
        return driver_.give(PayloadReady{.view = View{view},
                                         .parent = parent->id,
                                         .payload = make_payload({1, 2, 3}),
                                         .state_root = {},
                                         .receipts_root = {}});
    }
};

TEST_F(SimplexLeading, ProposesOnceOnTopOfTheNotarizedBlock) {
    const auto request = all_of<RequestPayload>(enter_own_view());
    ASSERT_EQ(request.size(), 1U);
    EXPECT_EQ(request[0].view, View{4});
    EXPECT_EQ(request[0].parent, three_);

    const Effects effects = answer(three_);
    const auto proposals = broadcasts_of<Proposal>(effects);
    ASSERT_EQ(proposals.size(), 1U);
    EXPECT_LT(position_of<Persist>(effects), position_of<Broadcast>(effects));
    const BlockHeader& header = proposals[0]->block()->header;
    EXPECT_EQ(header.height, Height{4});
    EXPECT_EQ(header.time, driver_.now) << "now, which is after the parent's time";
    EXPECT_EQ(proposals[0]->parent()->block, three_->id);
    EXPECT_TRUE(proposals[0]->nullifications().empty());

    EXPECT_TRUE(answer(three_).empty()) << "a second payload makes no second proposal";
}

TEST_F(SimplexLeading, VotesForItsOwnBlockAfterTheApplicationAcceptsIt) {
    enter_own_view();
    const auto validate = all_of<ValidateBlock>(answer(three_));
    ASSERT_EQ(validate.size(), 1U);
    EXPECT_EQ(votes_of(driver_.validate(validate[0].block), kNotarize).size(), 1U);
}

TEST_F(SimplexLeading, WhatItProposesOthersAccept) {
    enter_own_view();
    const auto proposal = broadcasts_of<Proposal>(answer(three_)).at(0);
    MachineDriver other(2);
    other.hear_proposal(proposal);
    EXPECT_EQ(other.view(), View{4});
}

TEST_F(SimplexLeading, CarriesTheNullificationsOfSkippedViews) {
    driver_.accept(one_, nullptr);
    driver_.hear_certificate(notarization(one_));
    driver_.hear_certificate(nullification(2));
    const auto request = all_of<RequestPayload>(driver_.hear_certificate(nullification(3)));
    ASSERT_EQ(request.size(), 1U);
    EXPECT_EQ(request[0].parent, one_);
    const auto proposal = broadcasts_of<Proposal>(answer(one_)).at(0);
    ASSERT_EQ(proposal->nullifications().size(), 2U);
    EXPECT_EQ(proposal->nullifications()[0]->view, View{2});
    EXPECT_EQ(proposal->nullifications()[1]->view, View{3});

    MachineDriver other(2);
    other.hear_proposal(proposal);
    EXPECT_EQ(other.view(), View{4});
}

TEST_F(SimplexLeading, DoesNotProposeOverAGapInItsCertificates) {
    driver_.accept(one_, nullptr);
    driver_.hear_certificate(notarization(one_));
    const Effects jumped = driver_.hear_certificate(nullification(3));  // nothing about view 2
    EXPECT_EQ(driver_.view(), View{4});
    EXPECT_TRUE(all_of<RequestPayload>(jumped).empty());
    const auto asked = toy::sends_of<CertificateRequest>(jumped);
    ASSERT_EQ(asked.size(), 1U) << "it asks for what is missing";
    EXPECT_EQ(asked[0]->last(), View{2});

    const Effects filled = driver_.hear_certificate(nullification(2));
    EXPECT_EQ(all_of<RequestPayload>(filled).size(), 1U);
}

TEST_F(SimplexLeading, IgnoresALatePayload) {
    enter_own_view();
    driver_.hear_certificate(nullification(4));
    EXPECT_TRUE(answer(three_).empty());
    EXPECT_TRUE(answer(three_, 5).empty()) << "nobody asked for a payload of view 5";
}

TEST_F(SimplexLeading, DoesNotProposeWhatItHasVotedToSkip) {
    enter_own_view();
    driver_.fire(seconds(8));
    EXPECT_TRUE(answer(three_).empty());
}

TEST_F(SimplexLeading, KeepsTimeRisingWhenItsClockIsBehind) {
    driver_.now = Instant{} - seconds(5);
    MachineDriver driver(1);
    driver.now = Instant{} - seconds(5);
    const auto proposal =
        broadcasts_of<Proposal>(driver.give(PayloadReady{.view = View{1},
                                                         .parent = driver.committee().genesis->id,
                                                         .payload = make_payload({}),
                                                         .state_root = {},
                                                         .receipts_root = {}}));
    ASSERT_EQ(proposal.size(), 1U);
    EXPECT_EQ(proposal[0]->block()->header.time, Instant{} + milliseconds(1));
}

TEST_F(SimplexVoting, ReportsADoubleProposalOnce) {
    driver_.hear_proposal(committee_.proposal(one_, nullptr));
    const BlockPtr rival = committee_.block(View{1}, committee_.genesis, "rival");
    const auto evidence =
        all_of<Evidence>(driver_.hear_proposal(committee_.proposal(rival, nullptr)));
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].culprit, ValidatorIndex{1});
    EXPECT_EQ(evidence[0].offence, "double propose");
    EXPECT_EQ(std::dynamic_pointer_cast<const Proposal>(evidence[0].first)->block()->id, one_->id);
    EXPECT_EQ(std::dynamic_pointer_cast<const Proposal>(evidence[0].second)->block()->id,
              rival->id);

    const BlockPtr third = committee_.block(View{1}, committee_.genesis, "third");
    EXPECT_EQ(driver_.admit(1, *committee_.proposal(third, nullptr)).verdict, Verdict::Useless);
}

TEST_F(SimplexVoting, ReportsDoubleVotesOnce) {
    for (const VoteKind kind : {kNotarize, kFinalize}) {
        EXPECT_TRUE(all_of<Evidence>(driver_.hear_vote(kind, 1, one_->id, 2)).empty());
        const auto evidence = all_of<Evidence>(driver_.hear_vote(kind, 1, two_->id, 2));
        ASSERT_EQ(evidence.size(), 1U);
        EXPECT_EQ(evidence[0].culprit, ValidatorIndex{2});
        EXPECT_EQ(evidence[0].offence, "double " + std::string(to_string(kind)));
        EXPECT_EQ(static_cast<const Vote&>(*evidence[0].first).block(), one_->id);
        EXPECT_EQ(static_cast<const Vote&>(*evidence[0].second).block(), two_->id);
        EXPECT_EQ(driver_.admit(2, *ToyCommittee::vote(kind, View{1}, three_->id, 2)).verdict,
                  Verdict::Useless);
    }
}

TEST_F(SimplexVoting, ReportsNullifyAndFinalizeOnceInEitherOrder) {
    driver_.hear_vote(kNullify, 1, Hash{}, 2);
    const auto one = all_of<Evidence>(driver_.hear_vote(kFinalize, 1, one_->id, 2));
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].offence, "nullify and finalize");

    driver_.hear_vote(kFinalize, 1, one_->id, 3);
    EXPECT_EQ(all_of<Evidence>(driver_.hear_vote(kNullify, 1, Hash{}, 3)).size(), 1U);
}

TEST_F(SimplexVoting, ASecondVoteCountsForNothing) {
    MachineDriver driver(0, ToyCommittee::equal(4));
    driver.hear_vote(kNotarize, 1, one_->id, 1);
    driver.hear_vote(kNotarize, 1, two_->id, 1);
    driver.hear_vote(kNotarize, 1, two_->id, 2);
    driver.hear_vote(kNotarize, 1, two_->id, 3);
    EXPECT_EQ(driver.view(), View{1}) << "validator 1 voted for block one";
}

TEST_F(SimplexVoting, RelaysCertificatesOnlyIfAskedTo) {
    EXPECT_TRUE(broadcasts_of<Certificates>(driver_.hear_certificate(nullification(1))).empty());

    Parameters parameters = ToyCommittee::parameters();
    parameters["certificate_relay"] = 1;
    MachineDriver relaying(0, ToyCommittee::equal(4), parameters);
    EXPECT_EQ(broadcasts_of<Certificates>(relaying.hear_certificate(nullification(1))).size(), 1U);
}

}  // namespace
}  // namespace nexus::consensus::simplex
