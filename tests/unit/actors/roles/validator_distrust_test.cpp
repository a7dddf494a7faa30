// What proves a peer at fault, so that the transport is told, and what does not.
#include "actors/roles/ports.hpp"
#include "actors/roles/state_sync.hpp"
#include "actors/roles/validator_actor.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/validator_net.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::actors::tests {
namespace {

namespace simplex = consensus::simplex;
using consensus::Certificate;
using consensus::CertificatePtr;
using consensus::CommittedBlock;
using nexus::tests::kChain;
using nexus::tests::ToyChain;
using nexus::tests::transfer;
using simplex::VoteKind;

constexpr NodeId kLiar{3};
using Judged = std::vector<std::tuple<ValidatorIndex, NodeId, Misconduct>>;

const Judged kNobody;

Judged liar_for(Misconduct misconduct) { return {{ValidatorIndex{0}, kLiar, misconduct}}; }

class ValidatorDistrust : public testing::Test {
protected:
    /// Validator 0 runs alone, and the liar says this at the start.
    void hears(PuppetActor::Letters letters) {
        net_.spawn(0);
        net_.puppet(kLiar, std::move(letters));
        net_.run_until(100);
    }
    [[nodiscard]] static std::pair<NodeId, PacketPtr> to_zero(PacketPtr packet) {
        return {NodeId{0}, std::move(packet)};
    }
    [[nodiscard]] static std::pair<NodeId, PacketPtr> message(consensus::MessagePtr message) {
        return to_zero(make_packet(std::move(message)));
    }
    /// A vote by the key of `signer`, whose name it bears.
    [[nodiscard]] consensus::MessagePtr vote(VoteKind kind, View view, const Hash& block,
                                             std::uint32_t signer = kLiar.value) const {
        const auto text =
            consensus::statement_bytes(simplex::statement_of(kind), kChain, view, block);
        return std::make_shared<const simplex::Vote>(
            kind, kChain, view, block, ValidatorIndex{signer}, net_.chain.key(signer)->sign(text));
    }
    [[nodiscard]] static consensus::MessagePtr forged_vote(View view) {
        return std::make_shared<const simplex::Vote>(VoteKind::Nullify, kChain, view, Hash{},
                                                     ValidatorIndex{kLiar.value}, Signature{});
    }
    /// The first block, as a quorum would finalize it.
    [[nodiscard]] CommittedBlock first_block() const {
        const auto made = net_.chain.make({transfer(0, 0, 1)});
        return {.block = made.block, .certificate = net_.chain.certify(made.block->header)};
    }
    /// The same but for one signature, which is that of another.
    [[nodiscard]] static CertificatePtr forged(const CertificatePtr& certificate) {
        auto copy = std::make_shared<Certificate>(*certificate);
        copy->endorsements.front().signature = copy->endorsements.back().signature;
        return copy;
    }
    [[nodiscard]] const Judged& judged() const { return net_.log.distrusted; }

    ValidatorNet net_{{}};
};

TEST_F(ValidatorDistrust, AMessageThatNoHonestValidatorSends) {
    hears({message(vote(VoteKind::Nullify, View{1}, Hash{}, 2))});
    EXPECT_EQ(net_.observer.probes["message_malformed"], 1);
    EXPECT_EQ(judged(), liar_for(Misconduct::MalformedMessage)) << "a vote comes from its signer";
}

TEST_F(ValidatorDistrust, AVoteThatItsSenderHasNotSigned) {
    hears({message(forged_vote(View{1}))});
    EXPECT_EQ(net_.observer.probes["message_badly_signed"], 1);
    EXPECT_EQ(judged(), liar_for(Misconduct::BadSignature));
}

/// Others have signed it; but whoever passes a certificate on has checked it.
TEST_F(ValidatorDistrust, ACertificateThatItsSenderCannotHaveChecked) {
    const CertificatePtr good = net_.chain.certify(first_block().block->header, 3,
                                                   simplex::statement_of(VoteKind::Notarize));
    hears({message(std::make_shared<const simplex::Certificates>(std::vector{forged(good)}))});
    EXPECT_EQ(net_.observer.probes["message_badly_signed"], 1);
    EXPECT_EQ(judged(), liar_for(Misconduct::BadSignature));
}

TEST_F(ValidatorDistrust, ABlockWithACertificateThatDoesNotHold) {
    const CommittedBlock good = first_block();
    hears({to_zero(make_packet(BlockResponse{
        .blocks = {{.block = good.block, .certificate = forged(good.certificate)}}}))});
    EXPECT_EQ(net_.observer.probes["sync_badly_certified"], 1);
    EXPECT_EQ(judged(), liar_for(Misconduct::BadCertificate));
    EXPECT_EQ(net_.stores[0]->height(), Height{0});
}

TEST_F(ValidatorDistrust, APartOfARunThatIsNotProvenFinal) {
    ToyChain chain;
    const consensus::BlockPtr one = chain.extend({transfer(0, 0, 1)}, false).block;
    chain.extend({transfer(0, 1, 1)});
    consensus::FinalityProof proof = chain.prove(1);
    proof.certificate = forged(proof.certificate);
    hears({to_zero(
        make_packet(PartialRun{.part = {.blocks = {{.block = one, .certificate = nullptr}}},
                               .finality = finality_part(proof)}))});
    EXPECT_EQ(net_.observer.probes["sync_badly_certified"], 1);
    EXPECT_EQ(judged(), liar_for(Misconduct::BadCertificate));
}

TEST_F(ValidatorDistrust, ATransactionThatItsAccountHasNotSigned) {
    const graph::TransactionPtr good = transfer(0, 0, 1);
    hears({to_zero(make_packet(Transactions{
        .list = {graph::SignedTransaction::make(good->content(), Signature{}), good}}))});
    EXPECT_EQ(judged(), liar_for(Misconduct::BadSignature));
}

TEST_F(ValidatorDistrust, NotForATransactionThatTheLedgerRefuses) {
    hears({to_zero(make_packet(Transactions{.list = {transfer(0, 1000, 1), transfer(0, 0, 1)}}))});
    EXPECT_TRUE(judged().empty());
}

TEST_F(ValidatorDistrust, AnOfferOfAStateThatNobodyHasFinalized) {
    CommittedBlock bare = first_block();
    bare.certificate = nullptr;
    hears({to_zero(make_packet(StateOffer{.block = bare, .parts = 1}))});
    EXPECT_EQ(net_.observer.probes["state_offer_refused"], 1);
    EXPECT_EQ(judged(), liar_for(Misconduct::BadCertificate));
}

/// Signed by the liar's own key and kept in order: offences of a validator, which the protocol
/// bears, and no reason not to hear it.
TEST_F(ValidatorDistrust, NotWhoeverVotesForTwo) {
    hears({message(vote(VoteKind::Notarize, View{1}, graph::tests::digest("one"))),
           message(vote(VoteKind::Notarize, View{1}, graph::tests::digest("other")))});
    EXPECT_EQ(net_.observer.evidences.size(), 1U);
    EXPECT_EQ(judged(), kNobody);
}

/// What is stale, far ahead or known is not checked at all: it may be anything.
TEST_F(ValidatorDistrust, NotForWhatIsNotWorthACheck) {
    net_.spawn_all();
    net_.run_until(6000);
    ASSERT_GT(net_.stores[0]->height(), Height{60});
    net_.kernel.crash(kLiar);
    const CommittedBlock known = net_.stores[0]->block(Height{1});
    net_.puppet(kLiar, {message(vote(VoteKind::Finalize, View{1}, known.block->id)),
                        message(std::make_shared<const simplex::Vote>(
                            VoteKind::Finalize, kChain, View{1}, known.block->id,
                            ValidatorIndex{kLiar.value}, Signature{})),
                        message(forged_vote(View{1'000'000})),
                        message(std::make_shared<const simplex::Certificates>(
                            std::vector{forged(net_.chain.certify(known.block->header))})),
                        message(std::make_shared<const simplex::BlockRequest>(Hash{}))});
    net_.run_until(6500);
    EXPECT_EQ(net_.observer.probes["message_badly_signed"], 0);
    EXPECT_EQ(judged(), kNobody);
}

/// Late answers, unasked ones, and those of a chain that we know from elsewhere.
TEST_F(ValidatorDistrust, NotForAnswersThatWeCannotUse) {
    const CommittedBlock first = first_block();
    consensus::BlockHeader far = first.block->header;
    far.height = Height{9};
    const consensus::BlockPtr loose = consensus::make_block(far, first.block->payload);
    const CommittedBlock uncertified{.block = first.block, .certificate = nullptr};
    const std::vector<CommittedBlock> too_many(
        20, {.block = first.block, .certificate = forged(first.certificate)});
    hears({to_zero(make_packet(BlockResponse{
               .blocks = {{.block = loose, .certificate = net_.chain.certify(loose->header)}}})),
           to_zero(make_packet(BlockResponse{.blocks = {uncertified}})),
           to_zero(make_packet(BlockResponse{.blocks = too_many})),
           to_zero(make_packet(StatePart{.block = {}, .part = 7, .bytes = Bytes(9, 1)})),
           to_zero(make_packet(
               RecoveryResponse{.nonce = 5, .certificate = *forged(first.certificate)}))});
    EXPECT_EQ(net_.observer.probes["sync_unasked"], 1);
    EXPECT_EQ(judged(), kNobody);
}

/// States grow, and an honest peer does not know what we take.
TEST_F(ValidatorDistrust, NotForAStateTooLargeForUs) {
    const CommittedBlock first = first_block();
    hears({to_zero(make_packet(StateOffer{.block = first, .parts = 0})),
           to_zero(make_packet(StateOffer{.block = first, .parts = StateFetch::kPartsMax + 1}))});
    EXPECT_EQ(net_.observer.probes["state_offer_refused"], 2);
    EXPECT_EQ(judged(), kNobody);
}

TEST_F(ValidatorDistrust, NotWhoIsNoValidator) {
    net_.spawn(0);
    net_.puppet(ValidatorNet::kClient,
                {message(forged_vote(View{1})), to_zero(make_packet(Notice{})),
                 to_zero(make_packet(BlockResponse{.blocks = {first_block()}}))});
    net_.run_until(100);
    EXPECT_EQ(net_.observer.probes["message_from_no_validator"], 1);
    EXPECT_EQ(judged(), kNobody);
}

}  // namespace
}  // namespace nexus::actors::tests
