#include "consensus/api/certificate.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/validator_set.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nexus::consensus {
namespace {

constexpr ChainId kChain{3};
constexpr View kView{9};
const std::string kStatement = "test/finalize";

/// Four validators with real keys; three of them are a quorum.
class CertificateTest : public testing::Test {
protected:
    CertificateTest() : validators_(members()) {
        header_.chain = kChain;
        header_.height = Height{1};
        header_.view = kView;
    }

    static SecretKey key(std::uint8_t index) {
        std::array<std::uint8_t, 32> seed{};
        seed[0] = index;
        return SecretKey(seed);
    }

    static std::vector<Validator> members() {
        std::vector<Validator> all;
        for (std::uint8_t i = 0; i < 4; ++i) {
            all.push_back({.key = key(i).public_key(), .power = Power{1}});
        }
        return all;
    }

    [[nodiscard]] Certificate certificate(const Hash& block, std::uint8_t signers) const {
        Certificate made{.statement = kStatement,
                         .chain = kChain,
                         .view = kView,
                         .block = block,
                         .endorsements = {}};
        const Bytes message = statement_bytes(kStatement, kChain, kView, block);
        for (std::uint8_t i = 0; i < signers; ++i) {
            made.endorsements.push_back(
                {.signer = ValidatorIndex{i}, .signature = key(i).sign(message)});
        }
        return made;
    }

    [[nodiscard]] CertificateError error_of(const Certificate& certificate) {
        const auto result = verify_certificate(certificate, validators_, verifier_);
        return result ? CertificateError{255} : result.error();
    }

    [[nodiscard]] CertificateError error_of(const FinalityProof& proof) {
        const auto result = verify_finality(proof, kChain, kStatement, validators_, verifier_);
        return result ? CertificateError{255} : result.error();
    }

    [[nodiscard]] FinalityProof proof() const {
        return {
            .headers = {header_},
            .certificate = std::make_shared<const Certificate>(certificate(block_id(header_), 3))};
    }

    ValidatorSet validators_;
    DirectVerifier verifier_;
    BlockHeader header_;
};

TEST_F(CertificateTest, AcceptsThreeOfFour) {
    EXPECT_TRUE(verify_certificate(certificate(Hash{}, 3), validators_, verifier_));
    EXPECT_TRUE(verify_finality(proof(), kChain, kStatement, validators_, verifier_));
}

TEST_F(CertificateTest, RefusesTwoThirdsAndLess) {
    EXPECT_EQ(error_of(certificate(Hash{}, 2)), CertificateError::NoQuorum);
    EXPECT_EQ(error_of(certificate(Hash{}, 0)), CertificateError::NoQuorum);
}

TEST_F(CertificateTest, RefusesAnUnknownSigner) {
    Certificate bad = certificate(Hash{}, 3);
    bad.endorsements[2].signer = ValidatorIndex{4};
    EXPECT_EQ(error_of(bad), CertificateError::UnknownSigner);
}

TEST_F(CertificateTest, RefusesASignerTwiceOrOutOfOrder) {
    Certificate twice = certificate(Hash{}, 2);
    twice.endorsements.push_back(twice.endorsements.back());
    EXPECT_EQ(error_of(twice), CertificateError::SignersNotRising);

    Certificate swapped = certificate(Hash{}, 3);
    std::swap(swapped.endorsements[0], swapped.endorsements[1]);
    EXPECT_EQ(error_of(swapped), CertificateError::SignersNotRising);
}

// Each field is under the signature: changing any one breaks it.
TEST_F(CertificateTest, RefusesASignatureForAnythingElse) {
    Certificate other_view = certificate(Hash{}, 3);
    other_view.view = kView.next();
    EXPECT_EQ(error_of(other_view), CertificateError::BadSignature);

    Certificate other_block = certificate(Hash{}, 3);
    other_block.block.bytes[0] = 1;
    EXPECT_EQ(error_of(other_block), CertificateError::BadSignature);

    Certificate other_chain = certificate(Hash{}, 3);
    other_chain.chain = ChainId{4};
    EXPECT_EQ(error_of(other_chain), CertificateError::BadSignature);

    Certificate other_statement = certificate(Hash{}, 3);
    other_statement.statement = "test/notarize";
    EXPECT_EQ(error_of(other_statement), CertificateError::BadSignature);

    Certificate other_signer = certificate(Hash{}, 3);
    other_signer.endorsements[2].signer = ValidatorIndex{3};
    EXPECT_EQ(error_of(other_signer), CertificateError::BadSignature);
}

TEST_F(CertificateTest, AFinalityProofNeedsAHeaderAndACertificate) {
    FinalityProof no_header = proof();
    no_header.headers.clear();
    EXPECT_EQ(error_of(no_header), CertificateError::NoHeader);

    FinalityProof no_certificate = proof();
    no_certificate.certificate = nullptr;
    EXPECT_EQ(error_of(no_certificate), CertificateError::NoHeader);
}

TEST_F(CertificateTest, AFinalityProofIsForItsStatementItsChainAndItsBlock) {
    const auto statement =
        verify_finality(proof(), kChain, "test/notarize", validators_, verifier_);
    ASSERT_FALSE(statement);
    EXPECT_EQ(statement.error(), CertificateError::WrongStatement);

    const auto chain = verify_finality(proof(), ChainId{4}, kStatement, validators_, verifier_);
    ASSERT_FALSE(chain);
    EXPECT_EQ(chain.error(), CertificateError::WrongChain);

    FinalityProof other_block = proof();
    other_block.headers.back().height = Height{2};
    EXPECT_EQ(error_of(other_block), CertificateError::WrongBlock);
}

TEST_F(CertificateTest, AFinalityProofCoversAncestorsThatLink) {
    BlockHeader child = header_;
    child.height = Height{2};
    child.parent = block_id(header_);
    FinalityProof chain{
        .headers = {header_, child},
        .certificate = std::make_shared<const Certificate>(certificate(block_id(child), 3))};
    EXPECT_TRUE(verify_finality(chain, kChain, kStatement, validators_, verifier_));

    chain.headers.front().time = Instant{1};
    EXPECT_EQ(error_of(chain), CertificateError::BrokenLink);
}

TEST_F(CertificateTest, SurvivesItsEncoding) {
    const Certificate before = certificate(block_id(header_), 3);
    const Bytes bytes = codec::encode(before);
    const auto after = codec::decode<Certificate>(bytes);
    ASSERT_TRUE(after);
    EXPECT_EQ(codec::encode(*after), bytes);
    EXPECT_TRUE(verify_certificate(*after, validators_, verifier_));
}

}  // namespace
}  // namespace nexus::consensus
