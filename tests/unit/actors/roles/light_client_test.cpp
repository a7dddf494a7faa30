#include "actors/roles/light_client.hpp"

#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace nexus::actors {
namespace {

using consensus::Certificate;
using consensus::CertificateError;
using consensus::FinalityProof;
using nexus::tests::kChain;
using nexus::tests::kFinal;
using nexus::tests::ToyChain;

class LightClientTest : public testing::Test {
protected:
    LightClientTest() {
        chain_.extend({});
        chain_.extend({}, false);
        chain_.extend({});
    }

    /// Expects this error, and that nothing changed.
    void expect_refused(const FinalityProof& proof, CertificateError error) {
        const consensus::BlockHeader before = client_.best();
        const auto result = client_.accept(proof, verifier_);
        ASSERT_FALSE(result.has_value()) << "expected " << consensus::to_string(error);
        EXPECT_EQ(consensus::to_string(result.error()), consensus::to_string(error));
        EXPECT_EQ(client_.best(), before) << "a refused proof changes nothing";
    }

    /// The proof of height 1 with its certificate changed.
    [[nodiscard]] FinalityProof with(const std::function<void(Certificate&)>& change) const {
        FinalityProof proof = chain_.prove(1);
        auto certificate = std::make_shared<Certificate>(*proof.certificate);
        change(*certificate);
        proof.certificate = std::move(certificate);
        return proof;
    }

    ToyChain chain_;
    MemoVerifier verifier_;
    LightClient client_{kChain, chain_.validators(), std::string(kFinal)};
};

TEST_F(LightClientTest, StartsBelowEverything) { EXPECT_EQ(client_.best().height, Height{0}); }

TEST_F(LightClientTest, AcceptsACertifiedHeader) {
    ASSERT_TRUE(client_.accept(chain_.prove(1), verifier_));
    EXPECT_EQ(client_.best(), chain_.store().block(Height{1}).block->header);
    EXPECT_EQ(client_.signatures_checked(), 3U);
}

TEST_F(LightClientTest, AcceptsAHeaderThroughTheCertificateOfALaterOne) {
    const FinalityProof proof = chain_.prove(2);
    ASSERT_EQ(proof.headers.size(), 2U);
    ASSERT_TRUE(client_.accept(proof, verifier_));
    EXPECT_EQ(client_.best().height, Height{2}) << "it believes what was asked, no more";
}

TEST_F(LightClientTest, ARepeatCostsNoSignature) {
    ASSERT_TRUE(client_.accept(chain_.prove(1), verifier_));
    ASSERT_TRUE(client_.accept(chain_.prove(1), verifier_));
    EXPECT_EQ(client_.signatures_checked(), 0U);
}

TEST_F(LightClientTest, WavesThroughOnlyTheVeryHeaderItProved) {
    ASSERT_TRUE(client_.accept(chain_.prove(1), verifier_));
    FinalityProof forged = chain_.prove(1);
    forged.headers.front().state_root = Hash{};
    expect_refused(forged, CertificateError::WrongBlock);

    FinalityProof longer = chain_.prove(1);
    longer.headers.push_back(longer.headers.front());
    expect_refused(longer, CertificateError::BrokenLink);
}

TEST_F(LightClientTest, TheGenesisIsNotProvenByBeingTheBestSoFar) {
    FinalityProof proof;
    proof.headers.push_back(client_.best());
    proof.certificate = chain_.prove(1).certificate;
    const auto accepted = client_.accept(proof, verifier_);
    EXPECT_FALSE(accepted) << "an empty header must not be waved through before the first proof";
}

TEST_F(LightClientTest, BestNeverGoesBack) {
    ASSERT_TRUE(client_.accept(chain_.prove(3), verifier_));
    ASSERT_TRUE(client_.accept(chain_.prove(1), verifier_)) << "an old header is still proven";
    EXPECT_EQ(client_.best().height, Height{3});
}

TEST_F(LightClientTest, RefusesAProofWithoutHeaderOrCertificate) {
    FinalityProof no_header = chain_.prove(1);
    no_header.headers.clear();
    expect_refused(no_header, CertificateError::NoHeader);
    FinalityProof no_certificate = chain_.prove(1);
    no_certificate.certificate = nullptr;
    expect_refused(no_certificate, CertificateError::NoHeader);
}

TEST_F(LightClientTest, RefusesAnotherStatement) {
    FinalityProof proof = chain_.prove(1);
    proof.certificate = chain_.certify(proof.headers.front(), 4, "simplex/notarize");
    expect_refused(proof, CertificateError::WrongStatement);
}

TEST_F(LightClientTest, RefusesAnotherChain) {
    FinalityProof proof = chain_.prove(1);
    proof.certificate = chain_.certify(proof.headers.front(), 4, kFinal, ChainId{78});
    expect_refused(proof, CertificateError::WrongChain);

    FinalityProof foreign = chain_.prove(1);
    foreign.headers.front().chain = ChainId{78};
    foreign.certificate = chain_.certify(foreign.headers.front());
    expect_refused(foreign, CertificateError::WrongChain);
}

TEST_F(LightClientTest, RefusesACertificateForAnotherBlock) {
    FinalityProof proof = chain_.prove(1);
    proof.certificate = chain_.prove(3).certificate;
    expect_refused(proof, CertificateError::WrongBlock);
}

TEST_F(LightClientTest, RefusesABrokenLink) {
    FinalityProof proof = chain_.prove(2);
    proof.headers.front().time = proof.headers.front().time + nanoseconds(1);
    expect_refused(proof, CertificateError::BrokenLink);
}

TEST_F(LightClientTest, RefusesAnUnknownSigner) {
    expect_refused(with([](Certificate& c) { c.endorsements.back().signer = ValidatorIndex{4}; }),
                   CertificateError::UnknownSigner);
}

TEST_F(LightClientTest, RefusesASignerTwiceOrOutOfOrder) {
    expect_refused(with([](Certificate& c) { c.endorsements.push_back(c.endorsements.back()); }),
                   CertificateError::SignersNotRising);
    expect_refused(with([](Certificate& c) { std::swap(c.endorsements[0], c.endorsements[1]); }),
                   CertificateError::SignersNotRising);
}

TEST_F(LightClientTest, RefusesABadSignature) {
    expect_refused(with([](Certificate& c) { c.endorsements[1].signature.bytes[0] ^= 1; }),
                   CertificateError::BadSignature);
    expect_refused(with([](Certificate& c) { c.view = c.view.next(); }),
                   CertificateError::BadSignature);
}

TEST_F(LightClientTest, RefusesTwoOfFour) {
    expect_refused(with([](Certificate& c) { c.endorsements.pop_back(); }),
                   CertificateError::NoQuorum);
    expect_refused(with([](Certificate& c) { c.endorsements.clear(); }),
                   CertificateError::NoQuorum);
}

}  // namespace
}  // namespace nexus::actors
