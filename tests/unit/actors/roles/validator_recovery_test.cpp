// A validator that loses its disk must not sign a second vote in a view that is still open.
#include "actors/roles/amnesia_inquiry.hpp"
#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/validator_net.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace nexus::actors::tests {
namespace {

constexpr std::uint32_t kCount = ValidatorNet::kCount;

std::size_t votes_of(const ValidatorNet& net, std::uint32_t signer) {
    return static_cast<std::size_t>(
        std::count_if(net.log.votes.begin(), net.log.votes.end(), [signer](const auto& entry) {
            return std::get<0>(entry.first) == signer && std::get<2>(entry.first) != "proposal";
        }));
}

/// Takes the disk of `victim` at `wipe_ms`, and brings it back 2 ms later: the view is still open.
void run_with_wipe(ValidatorNet& net, std::uint32_t victim, std::int64_t wipe_ms) {
    net.spawn_all();
    net.run_until(wipe_ms);
    net.wipe(victim);
    net.run_until(wipe_ms + 2);
    net.spawn(victim);
    net.run_until(wipe_ms + 900);
}

TEST(ValidatorRecovery, AWipeAtAnyTimeLeadsToNoConflictingVotes) {
    for (std::int64_t wipe_ms = 3; wipe_ms < 330; wipe_ms += 3) {
        SCOPED_TRACE("wiped at " + std::to_string(wipe_ms) + " ms");
        ValidatorNet net({.fsync = milliseconds(5), .seed = static_cast<std::uint64_t>(wipe_ms)});
        const auto victim = static_cast<std::uint32_t>(wipe_ms / 3 % kCount);
        run_with_wipe(net, victim, wipe_ms);
        EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
        EXPECT_TRUE(net.observer.evidences.empty());
        EXPECT_TRUE(net.observer.alarms.empty());
        EXPECT_TRUE(net.log.distrusted.empty()) << "all are honest";
        EXPECT_EQ(net.log.sent_before_durable, 0U);
        EXPECT_GE(net.stores[victim]->height().value + 3,
                  net.stores[(victim + 1) % kCount]->height().value)
            << "it has caught up";
        const std::size_t voted = votes_of(net, victim);
        net.run_until(wipe_ms + 1400);
        EXPECT_GT(votes_of(net, victim), voted) << "and votes again";
    }
}

TEST(ValidatorRecovery, AWipedValidatorThatBelievesToBeNewDoesSignTwice) {
    std::size_t conflicts = 0;
    for (std::int64_t wipe_ms = 3; wipe_ms < 330; wipe_ms += 3) {
        ValidatorNet net(
            {.fsync = milliseconds(5), .naive = true, .seed = static_cast<std::uint64_t>(wipe_ms)});
        run_with_wipe(net, static_cast<std::uint32_t>(wipe_ms / 3 % kCount), wipe_ms);
        conflicts += net.log.conflicts().size();
    }
    EXPECT_GT(conflicts, 0U) << "or the test above would see nothing";
}

TEST(ValidatorRecovery, CrashesWhileItRecoversLeadToNoConflictingVotes) {
    for (std::int64_t wipe_ms = 40; wipe_ms < 400; wipe_ms += 9) {
        SCOPED_TRACE("wiped at " + std::to_string(wipe_ms) + " ms");
        ValidatorNet net({.fsync = milliseconds(5), .seed = static_cast<std::uint64_t>(wipe_ms)});
        const auto victim = static_cast<std::uint32_t>(wipe_ms % kCount);
        net.spawn_all();
        net.run_until(wipe_ms);
        net.wipe(victim);
        for (std::int64_t life = 1; life <= 6; ++life) {
            net.spawn(victim);
            net.run_until(wipe_ms + life * 37);
            if (life == 3) {
                net.wipe(victim);
            } else {
                net.kernel.crash(NodeId{victim});
            }
        }
        net.spawn(victim);
        net.run_until(wipe_ms + 1500);
        EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
        EXPECT_TRUE(net.observer.evidences.empty());
        EXPECT_TRUE(net.log.distrusted.empty());
        EXPECT_GE(net.stores[victim]->height().value + 3,
                  net.stores[(victim + 1) % kCount]->height().value);
    }
}

TEST(ValidatorRecovery, WithTooFewToAskAWipedValidatorStaysSilentUntilTheyAreBack) {
    ValidatorNet net({});
    net.spawn_all();
    net.run_until(400);
    net.kernel.crash(NodeId{1});
    net.wipe(3);
    net.spawn(3);
    const std::size_t voted = votes_of(net, 3);
    net.run_until(4000);
    EXPECT_EQ(votes_of(net, 3), voted) << "two of three others may all have missed its last view";
    const Height stuck = net.stores[0]->height();
    net.spawn(1);
    net.run_until(9000);
    EXPECT_GT(votes_of(net, 3), voted);
    EXPECT_GT(net.stores[3]->height().value, stuck.value + 10);
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
}

TEST(ValidatorRecovery, ItGetsTheBlocksEvenOfThoseWhoStandStillAndHaveForgottenHowTheyBecameFinal) {
    ValidatorNet net({});
    net.spawn_all();
    net.run_until(900);
    for (const std::uint32_t victim : {0U, 1U, 2U}) {
        net.kernel.crash(NodeId{victim});
    }
    net.wipe(3);
    const Height known = net.stores[0]->height();
    ASSERT_GT(known, Height{5});
    net.spawn(0);
    net.spawn(2);
    net.spawn(3);
    net.run_until(6000);
    EXPECT_GE(net.stores[3]->height(), known) << "nobody tells it of a final block: it has to ask";
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
    net.spawn(1);
    net.run_until(12'000);
    EXPECT_GT(net.stores[3]->height().value, known.value + 5);
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
}

TEST(ValidatorRecovery, TwoWipedValidatorsOfFourDoNotVouchForEachOther) {
    ValidatorNet net({});
    net.spawn_all();
    net.run_until(400);
    net.wipe(2);
    net.wipe(3);
    net.spawn(2);
    net.spawn(3);
    const std::size_t voted = votes_of(net, 2) + votes_of(net, 3);
    net.run_until(6000);
    EXPECT_EQ(votes_of(net, 2) + votes_of(net, 3), voted);
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
    EXPECT_GT(net.observer.probes["position_unproven"], 0);
}

TEST(ValidatorRecovery, OfALiarOnlyACertificateCountsAndItCanRaiseNothing) {
    ValidatorNet net({});
    for (const std::uint32_t honest : {0U, 1U, 3U}) {
        net.spawn(honest);
    }
    net.run_until(1000);
    net.wipe(3);
    net.puppet(NodeId{2}, {});
    net.spawn(3);
    const std::size_t voted = votes_of(net, 3);
    net.run_until(1600);
    const auto requests = net.got<RecoveryRequest>();
    ASSERT_FALSE(requests.empty());
    const std::uint64_t nonce = requests.back().nonce;

    consensus::BlockHeader far = net.chain.genesis()->header;
    far.view = View{1'000'000};
    consensus::Certificate forged = *net.chain.certify(far);
    forged.endorsements.front().signature = forged.endorsements.back().signature;
    const consensus::Certificate foreign =
        *net.chain.certify(far, 3, nexus::tests::kFinal, ChainId{far.chain.value + 1});
    net.kernel.crash(NodeId{2});
    net.puppet(NodeId{2},
               {{NodeId{3}, make_packet(RecoveryResponse{.nonce = nonce, .certificate = forged})},
                {NodeId{3}, make_packet(RecoveryResponse{.nonce = nonce, .certificate = foreign})},
                {NodeId{3}, make_packet(RecoveryResponse{.nonce = nonce + 1, .certificate = {}})}});
    net.run_until(2600);
    EXPECT_EQ(net.observer.probes["recovery_badly_certified"], 2);
    const auto proven = std::tuple(ValidatorIndex{3}, NodeId{2}, Misconduct::BadCertificate);
    EXPECT_EQ(net.log.distrusted, (std::vector{proven, proven}))
        << "and not for the answer to another question";
    EXPECT_EQ(net.observer.probes["vote_floor"], 0) << "it still does not know";
    EXPECT_EQ(votes_of(net, 3), voted);

    // A liar may keep back what it knows: the honest ones who have answered know enough.
    net.kernel.crash(NodeId{2});
    net.puppet(NodeId{2},
               {{NodeId{3}, make_packet(RecoveryResponse{.nonce = nonce, .certificate = {}})}});
    net.run_until(2700);
    EXPECT_EQ(net.observer.probes["vote_floor"], 1);
    net.kernel.crash(NodeId{2});
    net.spawn(2);
    net.run_until(6000);
    EXPECT_GT(votes_of(net, 3), voted);
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
}

TEST(ValidatorRecovery, AWipedValidatorWhosePeersDroppedTheBlocksVotesAgain) {
    ValidatorNet net({.retention = {.checkpoint_blocks = 8, .blocks_kept = 4}});
    net.spawn_all();
    net.run_until(3000);
    ASSERT_GT(net.stores[0]->first().value, 1U);
    net.wipe(1);
    net.spawn(1);
    const std::size_t voted = votes_of(net, 1);
    net.run_until(9000);
    EXPECT_GE(net.observer.probes["state_installed"], 1) << "the machine was made anew on the way";
    EXPECT_GT(votes_of(net, 1), voted);
    EXPECT_EQ(net.log.conflicts(), std::vector<std::string>{});
}

TEST(AmnesiaInquiry, CountsEachValidatorOnceAndKeepsTheHighestCertificate) {
    const auto validators = std::make_shared<const consensus::ValidatorSet>(
        std::vector<consensus::Validator>{{{}, {3}}, {{}, {1}}, {{}, {2}}, {{}, {4}}});
    AmnesiaInquiry inquiry(validators, ValidatorIndex{0}, 7);
    const auto answer = [](std::uint64_t view) {
        consensus::Certificate certificate{};
        certificate.view = View{view};
        return RecoveryResponse{.nonce = 7, .certificate = certificate};
    };
    EXPECT_FALSE(inquiry.expects(ValidatorIndex{0}, answer(1))) << "nobody asks itself";
    EXPECT_FALSE(inquiry.expects(ValidatorIndex{4}, answer(1)));
    EXPECT_FALSE(inquiry.expects(ValidatorIndex{1}, {.nonce = 6, .certificate = {}}));
    inquiry.add(ValidatorIndex{3}, answer(5));
    EXPECT_FALSE(inquiry.expects(ValidatorIndex{3}, answer(9)));
    inquiry.add(ValidatorIndex{2}, {.nonce = 7, .certificate = {}});
    EXPECT_FALSE(inquiry.is_complete()) << "6 of 10: a third, and a third, is as much";
    EXPECT_EQ(inquiry.silent(), std::vector{ValidatorIndex{1}});
    inquiry.add(ValidatorIndex{1}, answer(4));
    EXPECT_TRUE(inquiry.is_complete());
    ASSERT_NE(inquiry.highest(), nullptr);
    EXPECT_EQ(inquiry.highest()->view, View{5});
}

}  // namespace
}  // namespace nexus::actors::tests
