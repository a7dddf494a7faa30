#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/simplex/journal.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "tests/unit/consensus/simplex/machine_driver.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

using toy::all_of;
using toy::broadcasts_of;
using toy::has_probe;
using toy::MachineDriver;
using toy::sends_of;
using toy::ToyCommittee;
using toy::votes_of;

constexpr VoteKind kNotarize = VoteKind::Notarize;
constexpr VoteKind kNullify = VoteKind::Nullify;
constexpr VoteKind kFinalize = VoteKind::Finalize;

class SimplexRecovery : public testing::Test {
protected:
    // Nothing is finalized before: each view waits twice as long as the one before it.
    static constexpr Duration kTimeoutOfView3 = seconds(4);
    static constexpr Duration kTimeoutOfView4 = seconds(8);

    static CertificatePtr nullification(std::uint64_t view) {
        return ToyCommittee::certificate(kNullify, View{view}, Hash{}, 3, 1);
    }
    static CertificatePtr notarization(const BlockPtr& block) {
        return ToyCommittee::certificate(kNotarize, block->header.view, block->id, 3, 1);
    }
    static CertificatePtr finalization(const BlockPtr& block) {
        return ToyCommittee::certificate(kFinalize, block->header.view, block->id, 3, 1);
    }

    MachineDriver driver_;
    const ToyCommittee& committee_ = driver_.committee();
    BlockPtr genesis_ = committee_.genesis;
    BlockPtr one_ = committee_.block(View{1}, genesis_, "one");
    BlockPtr two_ = committee_.block(View{2}, one_, "two");
    BlockPtr three_ = committee_.block(View{3}, two_, "three");
};

TEST_F(SimplexRecovery, RepeatsItsVotesAndSignsNoOther) {
    driver_.accept(one_, nullptr);
    const Effects effects = driver_.restart(genesis_);
    EXPECT_TRUE(has_probe(effects, "recovered"));
    const auto again = votes_of(effects, kNotarize);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0]->block(), one_->id);

    const BlockPtr rival = committee_.block(View{1}, genesis_, "rival");
    driver_.hear_proposal(committee_.proposal(rival, nullptr));
    EXPECT_TRUE(votes_of(driver_.validate(rival), kNotarize).empty());
}

TEST_F(SimplexRecovery, DoesNotFinalizeWhatItNullifiedBeforeTheCrash) {
    driver_.fire(seconds(2));
    driver_.accept(one_, nullptr);
    driver_.restart(genesis_);
    driver_.validate(one_);
    const Effects effects = driver_.hear_certificate(notarization(one_));
    EXPECT_EQ(driver_.view(), View{2});
    EXPECT_TRUE(votes_of(effects, kFinalize).empty());
}

TEST_F(SimplexRecovery, DoesNotNullifyWhatItFinalizedBeforeTheCrash) {
    driver_.accept(one_, nullptr);
    driver_.hear_certificate(notarization(one_));
    const Effects effects = driver_.restart(genesis_);
    EXPECT_EQ(driver_.view(), View{2}) << "the notarization is in the record of the vote";
    ASSERT_EQ(votes_of(effects, kFinalize).size(), 1U);
    const Effects timeout = driver_.fire(seconds(2));
    ASSERT_EQ(votes_of(timeout, kNullify).size(), 1U);
    EXPECT_EQ(votes_of(timeout, kNullify)[0]->view(), View{2});
}

TEST_F(SimplexRecovery, KeepsTheBlockItNotarized) {
    driver_.accept(one_, nullptr);
    const Effects effects = driver_.restart(genesis_);
    ASSERT_EQ(all_of<ValidateBlock>(effects).size(), 1U) << "the application forgot it";
    const Effects answer = driver_.hear(2, std::make_shared<const BlockRequest>(one_->id));
    ASSERT_EQ(sends_of<BlockResponse>(answer).size(), 1U);
    EXPECT_EQ(sends_of<BlockResponse>(answer)[0]->block()->payload->id, one_->payload->id);
}

TEST_F(SimplexRecovery, RepeatsItsProposalAndMakesNoOther) {
    MachineDriver leader(1);
    const auto payload = [&](std::uint8_t text) {
        return PayloadReady{.view = View{1},
                            .parent = genesis_->id,
                            .payload = make_payload({text}),
                            .state_root = {},
                            .receipts_root = {}};
    };
    const auto first = broadcasts_of<Proposal>(leader.give(payload(1)));
    ASSERT_EQ(first.size(), 1U);

    const Effects effects = leader.restart(genesis_);
    const auto again = broadcasts_of<Proposal>(effects);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0]->encode(), first[0]->encode());
    EXPECT_TRUE(all_of<RequestPayload>(effects).empty());
    EXPECT_TRUE(leader.give(payload(2)).empty());
    const auto block = again[0]->block();
    EXPECT_EQ(votes_of(leader.validate(block), kNotarize).size(), 1U);
}

TEST_F(SimplexRecovery, AsksForAPayloadAgainIfNothingWasProposed) {
    MachineDriver leader(1);
    EXPECT_EQ(all_of<RequestPayload>(leader.restart(genesis_)).size(), 1U);
}

// A quorum of notarize voters holds block and votes: when all of them wake up, the chain goes on.
TEST_F(SimplexRecovery, ANotarizedBlockSurvivesTheSleepOfAll) {
    driver_.accept(one_, nullptr);
    driver_.hear_vote(kNotarize, 1, one_->id, 1);
    driver_.restart(genesis_);
    driver_.hear_vote(kNotarize, 1, one_->id, 1);
    driver_.validate(one_);
    const Effects effects = driver_.hear_vote(kNotarize, 1, one_->id, 2);
    EXPECT_EQ(driver_.view(), View{2});
    EXPECT_EQ(votes_of(effects, kFinalize).size(), 1U);
}

TEST_F(SimplexRecovery, ForgetsRecordsOfFinalViewsOnceALaterRecordSaysSo) {
    driver_.accept(one_, nullptr);
    driver_.accept(two_, notarization(one_));
    const std::size_t before = driver_.records.size();
    driver_.hear_certificate(finalization(two_));
    EXPECT_EQ(driver_.records.size(), before) << "no record says yet that view 2 is final";
    const Effects effects = driver_.accept(three_, notarization(two_));
    const auto forget = all_of<ForgetRecords>(effects);
    ASSERT_EQ(forget.size(), 1U);
    EXPECT_LT(toy::position_of<Persist>(effects), toy::position_of<ForgetRecords>(effects));
    EXPECT_LT(driver_.records.size(), before);

    // What is left suffices, even if the application lost its last block.
    driver_.restart(one_);
    EXPECT_EQ(driver_.view(), View{3});
}

// Records with our votes of views 1 and 2 are gone, and the application lost its last blocks: the
// floor still forbids a finalize vote that might conflict with what was forgotten.
TEST_F(SimplexRecovery, DoesNotVoteInViewsItsRecordsCallFinal) {
    Record record;
    record.floor = View{2};
    driver_.records = {record.encode()};
    driver_.restart(genesis_);
    EXPECT_EQ(driver_.view(), View{3});
    driver_.hear_certificate(notarization(one_));
    const Effects effects = driver_.hear(1, std::make_shared<const BlockResponse>(one_, nullptr));
    EXPECT_EQ(all_of<ValidateBlock>(effects).size(), 1U);
    EXPECT_TRUE(votes_of(effects, kFinalize).empty());
}

TEST_F(SimplexRecovery, RebroadcastsWithGrowingIntervals) {
    driver_.hear_certificate(nullification(1));
    driver_.fire(seconds(2));
    for (const Duration wait : {seconds(1), seconds(2), seconds(4), seconds(8), seconds(8)}) {
        ASSERT_EQ(driver_.timers().back().after, wait);
        const Effects effects = driver_.fire(wait);
        EXPECT_TRUE(has_probe(effects, "rebroadcast"));
        EXPECT_EQ(votes_of(effects, kNullify).size(), 1U);
        const auto certificates = broadcasts_of<Certificates>(effects);
        ASSERT_EQ(certificates.size(), 1U);
        EXPECT_EQ(certificates[0]->certificates().at(0)->view, View{1}) << "why we are in view 2";
        EXPECT_TRUE(all_of<Persist>(effects).empty()) << "nothing new is said";
    }
}

TEST_F(SimplexRecovery, ViewTimeoutsGrowUntilAFinalization) {
    const auto timeout_after = [&](const CertificatePtr& certificate) {
        driver_.hear_certificate(certificate);
        return driver_.timers().back().after;
    };
    EXPECT_EQ(timeout_after(nullification(1)), seconds(2)) << "one is in the order of things";
    EXPECT_EQ(timeout_after(nullification(2)), seconds(4));
    EXPECT_EQ(timeout_after(nullification(3)), seconds(8));
    EXPECT_EQ(timeout_after(nullification(4)), seconds(8)) << "the cap";
    const BlockPtr five = committee_.block(View{5}, genesis_);
    driver_.hear_certificate(finalization(five));
    EXPECT_EQ(driver_.view(), View{6});
    EXPECT_EQ(driver_.timers().at(driver_.timers().size() - 2).after, seconds(2));
}

TEST_F(SimplexRecovery, HelpsALaggardOnceAnInterval) {
    driver_.accept(one_, nullptr);
    driver_.hear_certificate(finalization(one_));
    driver_.hear_certificate(nullification(2));
    driver_.hear_certificate(nullification(3));

    const auto stuck = ToyCommittee::vote(kNullify, View{1}, Hash{}, 3);
    const Effects effects = driver_.hear(3, stuck);
    const auto help = sends_of<Certificates>(effects);
    ASSERT_EQ(help.size(), 1U);
    EXPECT_EQ(all_of<Send>(effects)[0].to, ValidatorIndex{3});
    ASSERT_EQ(help[0]->certificates().size(), 2U);
    EXPECT_EQ(help[0]->certificates()[0]->statement, "simplex/finalize");
    EXPECT_EQ(help[0]->certificates()[1]->view, View{3});
    EXPECT_EQ(driver_.admit(3, *stuck).verdict, Verdict::Useless) << "helped already";
    driver_.fire(seconds(1));
    EXPECT_EQ(driver_.admit(3, *stuck).verdict, Verdict::Check);

    MachineDriver laggard(3);
    laggard.hear(0, help[0]);
    EXPECT_EQ(laggard.view(), View{4});
}

TEST_F(SimplexRecovery, FetchesAMissingBlockFromSignersInTurn) {
    driver_.hear_certificate(notarization(one_));
    std::vector<std::uint32_t> asked;
    for (int i = 0; i < 4; ++i) {
        const Effects effects = driver_.fire(i == 0 ? milliseconds(250) : seconds(1));
        ASSERT_EQ(sends_of<BlockRequest>(effects).size(), 1U);
        asked.push_back(all_of<Send>(effects)[0].to.value);
    }
    EXPECT_EQ(asked, (std::vector<std::uint32_t>{1, 2, 3, 1}));
    const Effects effects = driver_.hear(1, std::make_shared<const BlockResponse>(one_, nullptr));
    EXPECT_TRUE(has_probe(effects, "block_fetched"));
    EXPECT_TRUE(driver_.fire(seconds(1)).empty()) << "nothing is missing any more";
}

TEST_F(SimplexRecovery, WalksBackFromAFinalizedBlockAndCommits) {
    driver_.hear_certificate(finalization(two_));
    EXPECT_EQ(driver_.view(), View{3});
    driver_.fire(milliseconds(250));
    const Effects effects = driver_.hear(1, std::make_shared<const BlockResponse>(two_, nullptr));
    ASSERT_EQ(sends_of<BlockRequest>(effects).size(), 1U) << "the ancestor, at once";
    EXPECT_EQ(sends_of<BlockRequest>(effects)[0]->block(), one_->id);
    const Effects done = driver_.hear(2, std::make_shared<const BlockResponse>(one_, nullptr));
    EXPECT_EQ(all_of<Commit>(done).size(), 2U);
}

TEST_F(SimplexRecovery, ServesBlocksItHasCommitted) {
    driver_.accept(one_, nullptr);
    driver_.accept(two_, notarization(one_));
    driver_.hear_certificate(finalization(two_));
    for (const BlockPtr& block : {one_, two_}) {
        const Effects effects = driver_.hear(3, std::make_shared<const BlockRequest>(block->id));
        EXPECT_EQ(sends_of<BlockResponse>(effects).size(), 1U);
    }
}

/// A ledger of twelve blocks, of views 1 to 12, that validator 0 has slept through.
class SimplexSync : public SimplexRecovery {
protected:
    SimplexSync() {
        BlockPtr parent = genesis_;
        for (std::uint64_t view = 1; view <= 12; ++view) {
            parent = committee_.block(View{view}, parent, std::to_string(view));
            ledger_.push_back(parent);
        }
    }

    /// Learns that the last block is final, and that it is far ahead.
    Effects fall_behind() {
        driver_.hear_certificate(finalization(ledger_.back()));
        driver_.fire(milliseconds(250));
        return driver_.hear(1, std::make_shared<const BlockResponse>(ledger_.back(), nullptr));
    }

    /// Blocks `first` to `last` by height, with a certificate where `certified` says.
    static BlocksReceived answer(const std::vector<BlockPtr>& ledger, std::size_t first,
                                 std::size_t last, std::vector<std::size_t> certified) {
        BlocksReceived received{.from = ValidatorIndex{1}, .blocks = {}};
        for (std::size_t height = first; height <= last; ++height) {
            const BlockPtr& block = ledger[height - 1];
            const bool has =
                std::find(certified.begin(), certified.end(), height) != certified.end();
            received.blocks.push_back(
                {.block = block, .certificate = has ? finalization(block) : nullptr});
        }
        return received;
    }

    std::vector<BlockPtr> ledger_;
};

TEST_F(SimplexSync, AsksALedgerWhenItIsFarBehind) {
    const auto requests = all_of<SyncRequest>(fall_behind());
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].after, Height{0});

    const Effects effects = driver_.give(answer(ledger_, 1, 8, {3, 8}));
    const auto commits = all_of<Commit>(effects);
    ASSERT_EQ(commits.size(), 8U);
    EXPECT_NE(commits[7].certificate, nullptr);
    EXPECT_EQ(driver_.committed(), Height{8});

    driver_.give(answer(ledger_, 6, 12, {12}));
    EXPECT_EQ(driver_.committed(), Height{12}) << "what was committed meanwhile is skipped";
    EXPECT_EQ(driver_.view(), View{13});
}

TEST_F(SimplexSync, AsksAnotherLedgerWhenOneIsSilent) {
    const auto first = all_of<SyncRequest>(fall_behind());
    const auto second = all_of<SyncRequest>(driver_.fire(seconds(1)));
    ASSERT_EQ(second.size(), 1U);
    EXPECT_NE(first[0].from, second[0].from);
}

TEST_F(SimplexSync, CommitsNothingBeyondTheLastCertificate) {
    fall_behind();
    EXPECT_EQ(all_of<Commit>(driver_.give(answer(ledger_, 1, 8, {5}))).size(), 5U);
}

TEST_F(SimplexSync, TakesNothingThatDoesNotFollow) {
    fall_behind();
    const auto commits = [&](const BlocksReceived& received) {
        return all_of<Commit>(driver_.give(received)).size();
    };
    EXPECT_EQ(commits(answer(ledger_, 2, 8, {8})), 0U) << "a gap";
    EXPECT_EQ(commits(answer(ledger_, 1, 8, {})), 0U) << "no certificate";

    auto null_block = answer(ledger_, 1, 8, {8});
    null_block.blocks[0].block = nullptr;
    EXPECT_EQ(commits(null_block), 0U);

    auto wrong_id = answer(ledger_, 1, 1, {1});
    Block changed = *ledger_[0];
    changed.header.state_root.bytes[0] = 1;
    wrong_id.blocks[0].block = std::make_shared<const Block>(changed);
    EXPECT_EQ(commits(wrong_id), 0U) << "a block whose id is not its hash";

    auto wrong_payload = answer(ledger_, 1, 1, {1});
    Block other = *ledger_[0];
    other.payload =
        std::make_shared<const Payload>(Payload{.bytes = {9}, .id = ledger_[0]->payload->id});
    wrong_payload.blocks[0].block = std::make_shared<const Block>(other);
    EXPECT_EQ(commits(wrong_payload), 0U) << "a payload whose id is not its hash";

    auto notarized = answer(ledger_, 1, 1, {});
    notarized.blocks[0].certificate = notarization(ledger_[0]);
    EXPECT_EQ(commits(notarized), 0U) << "a notarization is not final";

    auto other_block = answer(ledger_, 1, 1, {});
    other_block.blocks[0].certificate = finalization(ledger_[1]);
    EXPECT_EQ(commits(other_block), 0U);

    auto no_quorum = answer(ledger_, 1, 1, {});
    no_quorum.blocks[0].certificate =
        ToyCommittee::certificate(kFinalize, View{1}, ledger_[0]->id, 2);
    EXPECT_EQ(commits(no_quorum), 0U);
    EXPECT_EQ(driver_.committed(), Height{0});
}

TEST_F(SimplexSync, DoesNotVoteOnBlocksItCannotConnect) {
    fall_behind();
    const BlockPtr next = committee_.block(View{13}, ledger_.back(), "next");
    const Effects effects =
        driver_.hear_proposal(committee_.proposal(next, notarization(ledger_.back())));
    EXPECT_TRUE(all_of<ValidateBlock>(effects).empty());
    EXPECT_TRUE(votes_of(driver_.validate(next), kNotarize).empty());

    const Effects synced = driver_.give(answer(ledger_, 1, 12, {12}));
    ASSERT_EQ(all_of<ValidateBlock>(synced).size(), 1U);
    EXPECT_LT(toy::position_of<Commit>(synced), toy::position_of<ValidateBlock>(synced))
        << "the parent first";
    EXPECT_EQ(votes_of(driver_.validate(next), kNotarize).size(), 1U);
}

TEST_F(SimplexRecovery, SignsNothingInAmnesia) {
    const auto signs = [](const Effects& effects) {
        return !broadcasts_of<Vote>(effects).empty() || !broadcasts_of<Proposal>(effects).empty() ||
               !all_of<RequestPayload>(effects).empty();
    };
    EXPECT_FALSE(signs(driver_.restart_in_amnesia()));
    EXPECT_FALSE(driver_.machine().status().may_vote);
    EXPECT_FALSE(driver_.machine().prove_position().has_value()) << "it knows nothing of itself";
    EXPECT_FALSE(signs(driver_.accept(one_, nullptr)));
    EXPECT_FALSE(signs(driver_.hear_certificate(notarization(one_)))) << "no finalize vote";
    EXPECT_FALSE(signs(driver_.accept(two_, notarization(one_))));
    EXPECT_FALSE(signs(driver_.hear_certificate(notarization(two_))));
    EXPECT_FALSE(signs(driver_.hear_certificate(nullification(3)))) << "no proposal";
    ASSERT_EQ(committee_.leader(driver_.view()).value, 0U) << "it leads";
    EXPECT_FALSE(signs(driver_.fire(kTimeoutOfView4)));
    EXPECT_TRUE(driver_.records.empty());
    EXPECT_EQ(driver_.committed(), Height{0});
    driver_.hear_certificate(finalization(two_));
    EXPECT_EQ(driver_.committed(), Height{2}) << "it follows the chain all the same";
}

TEST_F(SimplexRecovery, VotesAboveTheViewsInWhichItMayHaveVoted) {
    driver_.restart_in_amnesia();
    const Effects effects = driver_.give(Recovered{.highest = notarization(one_)});
    EXPECT_TRUE(has_probe(effects, "vote_floor"));
    EXPECT_EQ(driver_.view(), View{2}) << "the certificate takes it along";
    EXPECT_FALSE(driver_.machine().status().may_vote);
    EXPECT_TRUE(votes_of(driver_.fire(seconds(2)), kNullify).empty()) << "view 2";
    driver_.hear_certificate(nullification(2));
    EXPECT_FALSE(driver_.machine().prove_position().has_value());
    EXPECT_TRUE(votes_of(driver_.fire(kTimeoutOfView3), kNullify).empty())
        << "view 3: whoever signed in view 2 need not have shown more than view 1";
    driver_.hear_certificate(nullification(3));
    EXPECT_TRUE(driver_.machine().status().may_vote);
    EXPECT_TRUE(driver_.machine().prove_position().has_value());
    EXPECT_EQ(votes_of(driver_.fire(kTimeoutOfView4), kNullify).size(), 1U) << "view 4";
}

TEST_F(SimplexRecovery, ARecordOfItsOwnCarriesTheFloorOn) {
    driver_.restart_in_amnesia();
    EXPECT_TRUE(driver_.records.empty());
    driver_.give(Recovered{.highest = nullptr});
    ASSERT_EQ(driver_.records.size(), 1U) << "though it has not voted yet";
    driver_.restart(genesis_);
    EXPECT_TRUE(driver_.machine().status().may_vote) << "a crash like any other";
    driver_.hear_certificate(notarization(one_));
    const Effects effects = driver_.hear(1, std::make_shared<const BlockResponse>(one_, nullptr));
    EXPECT_TRUE(has_probe(effects, "block_fetched"));
    EXPECT_TRUE(votes_of(effects, kFinalize).empty())
        << "in view 1 it may have voted to nullify; no later life votes there";
    EXPECT_EQ(votes_of(driver_.fire(kTimeoutOfView3), kNullify).size(), 1U) << "in view 3";
    EXPECT_EQ(driver_.records.size(), 2U);
}

TEST_F(SimplexRecovery, InTheFirstViewNothingIsToBeShown) {
    const auto position = driver_.machine().prove_position();
    ASSERT_TRUE(position.has_value());
    EXPECT_EQ(*position, nullptr);
    driver_.hear_certificate(nullification(1));
    driver_.hear_certificate(notarization(two_));
    ASSERT_TRUE(driver_.machine().prove_position().has_value());
    EXPECT_EQ((*driver_.machine().prove_position())->view, View{2});
    driver_.restart(two_);
    EXPECT_FALSE(driver_.machine().prove_position().has_value())
        << "in view 3, and nothing at hand that shows it";
}

}  // namespace
}  // namespace nexus::consensus::simplex
