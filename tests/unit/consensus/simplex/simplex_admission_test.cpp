#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/peer_budget.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/view_state.hpp"
#include "tests/unit/consensus/simplex/machine_driver.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

using toy::all_of;
using toy::MachineDriver;
using toy::ToyCommittee;

constexpr VoteKind kNotarize = VoteKind::Notarize;
constexpr VoteKind kNullify = VoteKind::Nullify;
constexpr VoteKind kFinalize = VoteKind::Finalize;

class SimplexAdmission : public testing::Test {
protected:
    [[nodiscard]] Verdict verdict(std::uint32_t from, const Message& message) const {
        return driver_.admit(from, message).verdict;
    }
    [[nodiscard]] Verdict verdict(const std::shared_ptr<const Proposal>& proposal) const {
        return verdict(proposal->block()->header.proposer.value, *proposal);
    }
    [[nodiscard]] std::size_t checks(std::uint32_t from, const Message& message) const {
        return driver_.admit(from, message).checks.size();
    }
    [[nodiscard]] CertificatePtr nullification(std::uint64_t view) const {
        return ToyCommittee::certificate(kNullify, View{view}, Hash{}, 3, 1);
    }
    [[nodiscard]] CertificatePtr notarization(const BlockPtr& block) const {
        return ToyCommittee::certificate(kNotarize, block->header.view, block->id, 3, 1);
    }
    /// The header changed, the block made anew.
    template <class Change>
    [[nodiscard]] BlockPtr changed(const BlockPtr& block, Change change) const {
        BlockHeader header = block->header;
        change(header);
        return make_block(header, block->payload);
    }

    MachineDriver driver_;
    const ToyCommittee& committee_ = driver_.committee();
    BlockPtr one_ = committee_.block(View{1}, committee_.genesis, "one");
    BlockPtr two_ = committee_.block(View{2}, one_, "two");
};

TEST_F(SimplexAdmission, CallsImpossibleVotesMalformed) {
    EXPECT_EQ(verdict(2, *ToyCommittee::vote(kNotarize, View{1}, one_->id, 1)), Verdict::Malformed)
        << "a vote comes from its signer";
    EXPECT_EQ(verdict(4, *ToyCommittee::vote(kNotarize, View{1}, one_->id, 4)), Verdict::Malformed)
        << "an unknown signer";
    EXPECT_EQ(verdict(0, *ToyCommittee::vote(kNotarize, View{1}, one_->id, 0)), Verdict::Malformed)
        << "from ourselves";
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kNotarize, View{0}, one_->id, 1)), Verdict::Malformed)
        << "the genesis needs no votes";
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kFinalize, View{1}, Hash{}, 1)), Verdict::Malformed);
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kNullify, View{1}, one_->id, 1)), Verdict::Malformed);
    const Vote other_chain(kNullify, ChainId{8}, View{1}, Hash{}, ValidatorIndex{1}, Signature{});
    EXPECT_EQ(verdict(1, other_chain), Verdict::Malformed);
}

TEST_F(SimplexAdmission, NamesOneCheckForAVote) {
    const auto vote = ToyCommittee::vote(kNotarize, View{1}, one_->id, 1);
    const Admission admission = driver_.admit(1, *vote);
    EXPECT_EQ(admission.verdict, Verdict::Check);
    ASSERT_EQ(admission.checks.size(), 1U);
    EXPECT_TRUE(toy::all_hold(admission.checks));

    const Vote forged(kNotarize, toy::kChain, View{1}, one_->id, ValidatorIndex{1}, Signature{});
    EXPECT_FALSE(toy::all_hold(driver_.admit(1, forged).checks));
}

TEST_F(SimplexAdmission, CallsCountedVotesAndCertifiedViewsUseless) {
    const auto vote = ToyCommittee::vote(kNotarize, View{1}, one_->id, 1);
    driver_.hear(1, vote);
    EXPECT_EQ(verdict(1, *vote), Verdict::Useless);

    driver_.hear_vote(kNotarize, 1, one_->id, 2);
    driver_.hear_vote(kNotarize, 1, one_->id, 3);
    MachineDriver late;
    late.hear_certificate(notarization(one_));
    EXPECT_EQ(late.admit(1, *vote).verdict, Verdict::Useless);
}

TEST_F(SimplexAdmission, KeepsVotesForALimitedWindowOfViews) {
    const std::uint64_t last = 1 + ViewTable::kFutureViews;
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kNullify, View{last}, Hash{}, 1)), Verdict::Check);
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kNullify, View{last + 1}, Hash{}, 1)),
              Verdict::Useless);
    const std::uint64_t huge = ~std::uint64_t{0};
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kNullify, View{huge}, Hash{}, 1)), Verdict::Useless);

    driver_.hear_certificate(nullification(100));
    EXPECT_EQ(driver_.view(), View{101}) << "a certificate is believed however far ahead";
    const std::uint64_t first = 101 - ViewTable::kPastViews;
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kFinalize, View{first}, one_->id, 1)), Verdict::Check);
    EXPECT_EQ(verdict(1, *ToyCommittee::vote(kFinalize, View{first - 1}, one_->id, 1)),
              Verdict::Useless);
}

TEST_F(SimplexAdmission, AsksOnlyForSignaturesItHasNotSeen) {
    driver_.hear_vote(kNotarize, 1, one_->id, 1);
    const Certificates message({notarization(one_)});
    EXPECT_EQ(checks(3, message), 2U) << "the vote of validator 1 is counted already";

    driver_.hear_certificate(notarization(one_));
    EXPECT_EQ(verdict(3, message), Verdict::Useless);
    EXPECT_EQ(checks(2, *committee_.proposal(two_, notarization(one_))), 1U)
        << "the leader's own; the parent's certificate is known";
}

TEST_F(SimplexAdmission, CallsBadCertificatesMalformed) {
    const auto verdict_of = [&](auto change) {
        auto copy = std::make_shared<Certificate>(*notarization(one_));
        change(*copy);
        return verdict(3, Certificates({copy}));
    };
    EXPECT_EQ(verdict_of([](Certificate&) {}), Verdict::Check);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.endorsements.pop_back(); }), Verdict::Malformed);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.chain = ChainId{8}; }), Verdict::Malformed);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.view = View{0}; }), Verdict::Malformed);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.view = View{~std::uint64_t{0}}; }),
              Verdict::Malformed);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.statement = "simplex/propose"; }),
              Verdict::Malformed);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.statement = "simplex/nullify"; }),
              Verdict::Malformed)
        << "a nullification names no block";
    EXPECT_EQ(verdict_of([](Certificate& c) { c.block = Hash{}; }), Verdict::Malformed);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.endorsements[1] = c.endorsements[0]; }),
              Verdict::Malformed);
    EXPECT_EQ(verdict_of([](Certificate& c) { c.endorsements[2].signer = ValidatorIndex{4}; }),
              Verdict::Malformed);
    EXPECT_EQ(verdict(3, Certificates({})), Verdict::Malformed);
}

TEST_F(SimplexAdmission, CallsProposalsThatNoHonestLeaderSendsMalformed) {
    EXPECT_EQ(verdict(committee_.proposal(one_, nullptr)), Verdict::Check);
    EXPECT_EQ(verdict(2, *committee_.proposal(one_, nullptr)), Verdict::Malformed)
        << "not from the leader";
    const auto verdict_of = [&](auto change) {
        return verdict(1, *committee_.proposal(changed(one_, change), nullptr));
    };
    EXPECT_EQ(verdict_of([](BlockHeader& h) { h.chain = ChainId{8}; }), Verdict::Malformed);
    EXPECT_EQ(verdict_of([](BlockHeader& h) { h.height = Height{0}; }), Verdict::Malformed);
    EXPECT_EQ(verdict_of([](BlockHeader& h) { h.proposer = ValidatorIndex{2}; }),
              Verdict::Malformed);
    EXPECT_EQ(verdict_of([](BlockHeader& h) { h.view = View{2}; }), Verdict::Malformed)
        << "validator 1 does not lead view 2";
}

TEST_F(SimplexAdmission, WantsProofOfTheParentAndOfEverySkippedView) {
    EXPECT_EQ(verdict(committee_.proposal(two_, nullptr)), Verdict::Malformed)
        << "without a certificate the parent is the genesis, and view 1 is not nullified";
    EXPECT_EQ(verdict(committee_.proposal(two_, nullification(1))), Verdict::Malformed)
        << "a nullification makes no parent";
    EXPECT_EQ(verdict(committee_.proposal(two_, notarization(two_))), Verdict::Malformed)
        << "a block is not its own parent";
    EXPECT_EQ(verdict(committee_.proposal(two_, notarization(one_), {nullification(1)})),
              Verdict::Malformed)
        << "no view was skipped";

    const BlockPtr four = committee_.block(View{5}, one_);
    const auto with = [&](std::vector<CertificatePtr> skipped) {
        return verdict(committee_.proposal(four, notarization(one_), std::move(skipped)));
    };
    const auto two = nullification(2);
    const auto three = nullification(3);
    const auto last = nullification(4);
    EXPECT_EQ(with({two, three, last}), Verdict::Check);
    EXPECT_EQ(with({two, three}), Verdict::Malformed);
    EXPECT_EQ(with({two, last, three}), Verdict::Malformed);
    EXPECT_EQ(with({two, two, last}), Verdict::Malformed);
    EXPECT_EQ(with({two, notarization(committee_.block(View{3}, one_)), last}), Verdict::Malformed);
    EXPECT_EQ(checks(1, *committee_.proposal(four, notarization(one_), {two, three, last})), 13U)
        << "the leader's, and three for each certificate";
}

TEST_F(SimplexAdmission, CarriesAtMostTheNewestNullifications) {
    const std::uint64_t view = 2 + kCertificatesMax + 11;
    const BlockPtr block = committee_.block(View{view}, one_);
    std::vector<CertificatePtr> newest;
    for (std::uint64_t skipped = view - kCertificatesMax; skipped < view; ++skipped) {
        newest.push_back(nullification(skipped));
    }
    const auto proposal = committee_.proposal(block, notarization(one_), newest);
    EXPECT_EQ(verdict(proposal), Verdict::Check);

    // The receiver asks for the others, and votes when it has them all.
    driver_.hear_certificate(notarization(one_));
    driver_.fire(milliseconds(250));
    driver_.hear(1, std::make_shared<const BlockResponse>(one_, nullptr));
    driver_.validate(one_);
    const Effects heard = driver_.hear_proposal(proposal);
    EXPECT_EQ(driver_.view(), View{view});
    const auto asked = toy::sends_of<CertificateRequest>(heard);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0]->last(), View{view - kCertificatesMax - 1});
    EXPECT_TRUE(toy::votes_of(driver_.validate(block), kNotarize).empty());
    for (std::uint64_t skipped = 2; skipped < view - kCertificatesMax - 1; ++skipped) {
        EXPECT_TRUE(
            toy::votes_of(driver_.hear_certificate(nullification(skipped)), kNotarize).empty());
    }
    const Effects filled = driver_.hear_certificate(nullification(view - kCertificatesMax - 1));
    EXPECT_EQ(toy::votes_of(filled, kNotarize).size(), 1U);
}

// A certificate of a view whose certificate we hold is not checked, so it must prove nothing. The
// leader of view 1 equivocates: we voted for `one`, the others notarized its rival. The leader of
// view 2 pretends that `one` was notarized.
TEST_F(SimplexAdmission, DoesNotBelieveAnUncheckedCertificateOfTheParent) {
    for (const VoteKind known : {kNotarize, kFinalize}) {
        MachineDriver driver;
        driver.accept(one_, nullptr);
        const BlockPtr rival = committee_.block(View{1}, committee_.genesis, "rival");
        driver.hear_certificate(ToyCommittee::certificate(known, View{1}, rival->id, 3, 1));

        auto forged = std::make_shared<Certificate>(*notarization(one_));
        for (Endorsement& endorsement : forged->endorsements) {
            endorsement.signature = Signature{};
        }
        const auto proposal = committee_.proposal(two_, forged);
        const Admission admission = driver.admit(2, *proposal);
        ASSERT_EQ(admission.verdict, Verdict::Check);
        if (toy::all_hold(admission.checks)) {
            driver.hear_proposal(proposal);
        }
        EXPECT_TRUE(toy::votes_of(driver.validate(two_), kNotarize).empty());
    }
}

TEST_F(SimplexAdmission, TakesBlocksOnlyIfAskedFor) {
    const BlockResponse response(one_, notarization(one_));
    EXPECT_EQ(verdict(2, response), Verdict::Useless);
    EXPECT_EQ(verdict(2, BlockResponse(one_, notarization(two_))), Verdict::Malformed);
    driver_.hear_certificate(notarization(one_));
    EXPECT_EQ(verdict(2, response), Verdict::Check);
    EXPECT_EQ(verdict(committee_.proposal(one_, nullptr)), Verdict::Check)
        << "a late proposal brings the block just as well";
}

TEST_F(SimplexAdmission, AnswersEachPeerALimitedNumberOfTimesAnInterval) {
    driver_.accept(one_, nullptr);
    const auto request = std::make_shared<const BlockRequest>(one_->id);
    EXPECT_EQ(verdict(2, BlockRequest(two_->id)), Verdict::Useless) << "we lack it";
    const int limit = PeerBudget::kLimits[static_cast<std::size_t>(Favour::Block)];
    for (int i = 0; i < limit; ++i) {
        const Effects effects = driver_.hear(2, request);
        ASSERT_EQ(toy::sends_of<BlockResponse>(effects).size(), 1U);
    }
    EXPECT_EQ(verdict(2, *request), Verdict::Useless);
    EXPECT_EQ(verdict(3, *request), Verdict::Check) << "another peer has its own budget";
    driver_.fire(seconds(1));
    EXPECT_EQ(verdict(2, *request), Verdict::Check) << "a new interval";
}

TEST_F(SimplexAdmission, AnswersCertificateRequestsNewestFirst) {
    driver_.hear_certificate(nullification(1));
    driver_.hear_certificate(nullification(2));
    EXPECT_EQ(verdict(2, CertificateRequest(View{2}, View{1})), Verdict::Malformed);
    const Effects effects =
        driver_.hear(2, std::make_shared<const CertificateRequest>(View{1}, View{~0ULL}));
    const auto answers = toy::sends_of<Certificates>(effects);
    ASSERT_EQ(answers.size(), 1U);
    ASSERT_EQ(answers[0]->certificates().size(), 2U);
    EXPECT_EQ(answers[0]->certificates()[0]->view, View{2});
}

TEST_F(SimplexAdmission, CallsForeignMessagesMalformed) {
    class Foreign final : public Message {
    public:
        Foreign() : Message("foreign") {}
        [[nodiscard]] std::string_view kind() const override { return "foreign"; }
        [[nodiscard]] Bytes encode() const override { return {}; }
    };
    EXPECT_EQ(verdict(1, Foreign()), Verdict::Malformed);
}

// Judging changes nothing, however often.
TEST_F(SimplexAdmission, LeavesTheStateAsItIs) {
    const Hash before = driver_.machine().state_hash();
    (void)driver_.admit(1, *ToyCommittee::vote(kNotarize, View{1}, one_->id, 1));
    (void)driver_.admit(1, *committee_.proposal(one_, nullptr));
    (void)driver_.admit(1, Certificates({nullification(1)}));
    EXPECT_EQ(driver_.machine().state_hash(), before);
    driver_.hear_vote(kNotarize, 1, one_->id, 1);
    EXPECT_NE(driver_.machine().state_hash(), before);
}

}  // namespace
}  // namespace nexus::consensus::simplex
