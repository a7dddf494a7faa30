#include "consensus/simplex/vote_tally.hpp"

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/committee.hpp"
#include "consensus/simplex/statement.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace nexus::consensus::simplex {
namespace {

using toy::ToyCommittee;
using Added = VoteTally::Added;

class VoteTallyTest : public testing::Test {
protected:
    VoteTallyTest() {
        a_.bytes[0] = 1;
        b_.bytes[0] = 2;
    }

    Added add(const Hash& block, std::uint32_t signer) {
        const auto vote = ToyCommittee::vote(VoteKind::Notarize, View{1}, block, signer);
        return tally_.add(committee_, VoteKind::Notarize, View{1}, block, ValidatorIndex{signer},
                          vote->signature());
    }
    [[nodiscard]] std::uint64_t power(const Hash& block) const {
        return tally_.find(block) == nullptr ? 0 : tally_.find(block)->power.value;
    }

    Committee committee_{toy::kChain, ToyCommittee({1, 2, 3, 4}).validators, ValidatorIndex{0}};
    Hash a_;
    Hash b_;
    VoteTally tally_;
};

TEST_F(VoteTallyTest, CountsStakeOnceForEachValidator) {
    EXPECT_EQ(add(a_, 3), Added::Counted);
    EXPECT_EQ(add(a_, 3), Added::Repeated);
    EXPECT_EQ(power(a_), 4U);
    EXPECT_EQ(add(a_, 1), Added::Counted);
    EXPECT_EQ(power(a_), 6U);
}

TEST_F(VoteTallyTest, KeepsTheFirstVoteOfAnEquivocator) {
    add(a_, 2);
    EXPECT_EQ(add(b_, 2), Added::Conflicting);
    EXPECT_EQ(power(a_), 3U);
    EXPECT_EQ(power(b_), 0U);
    EXPECT_EQ(tally_.choice_of(ValidatorIndex{2})->block, a_);
}

TEST_F(VoteTallyTest, CertifiesWithTheVotesForTheBlockOnly) {
    add(b_, 0);
    add(a_, 3);
    add(a_, 1);
    add(a_, 2);
    const CertificatePtr certificate = tally_.certify(committee_, VoteKind::Notarize, View{1}, a_);
    ASSERT_EQ(certificate->endorsements.size(), 3U);
    EXPECT_EQ(certificate->endorsements[0].signer, ValidatorIndex{1}) << "signers rise";
    EXPECT_TRUE(committee_.well_formed(*certificate));
    toy::ToyVerifier verifier;
    EXPECT_TRUE(verify_certificate(*certificate, *ToyCommittee({1, 2, 3, 4}).validators, verifier));
}

TEST_F(VoteTallyTest, KnowsWhichSignaturesItHasSeen) {
    add(a_, 1);
    const Signature seen = tally_.signature_of(ValidatorIndex{1});
    EXPECT_TRUE(tally_.holds(a_, ValidatorIndex{1}, seen));
    EXPECT_FALSE(tally_.holds(b_, ValidatorIndex{1}, seen));
    EXPECT_FALSE(tally_.holds(a_, ValidatorIndex{2}, seen));
    EXPECT_FALSE(tally_.holds(a_, ValidatorIndex{1}, Signature{}));
}

}  // namespace
}  // namespace nexus::consensus::simplex
