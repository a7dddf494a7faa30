#include "zkvm/api/proof_file.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

ProofFile sample() {
    ProofFile file;
    file.claim.program.bytes.fill(7);
    file.claim.public_input = {1, 2, 3};
    file.claim.public_output = Bytes(300, 9);
    file.claim.exit_code = 0x1234'5678;
    file.proof = {0, 1, 2, 0xff};
    return file;
}

constexpr std::size_t kClaimAt = 9;  // behind magic and version

TEST(ProofFile, KeepsWhatItIsGiven) {
    for (const ProofFile& file : {sample(), ProofFile{}}) {
        const auto decoded = decode_proof_file(encode_proof_file(file));
        ASSERT_TRUE(decoded.has_value());
        EXPECT_EQ(*decoded, file);
    }
}

TEST(ProofFile, HasOneEncoding) {
    const Bytes bytes = encode_proof_file(sample());
    const Bytes head{'N', 'X', 'P', 'R', 'O', 'O', 'F', 0, 1, 7};
    EXPECT_TRUE(std::equal(head.begin(), head.end(), bytes.begin()));
    // The length 3 of the public input, in two bytes.
    Bytes longer = bytes;
    const std::size_t at = kClaimAt + ProgramId::kSize;
    ASSERT_EQ(longer[at], 3);
    longer[at] = 0x83;
    longer.insert(longer.begin() + at + 1, 0);
    EXPECT_EQ(decode_proof_file(longer).error(), ProofFileError::BadClaim);
}

TEST(ProofFile, RefusesEveryCutClaim) {
    const Bytes bytes = encode_proof_file(sample());
    const std::size_t claim_end = bytes.size() - sample().proof.size();
    for (std::size_t size = 0; size < claim_end; ++size) {
        const auto decoded = decode_proof_file(ByteView(bytes).first(size));
        ASSERT_FALSE(decoded.has_value()) << size;
        EXPECT_EQ(decoded.error(),
                  size < kClaimAt ? ProofFileError::NoProofFile : ProofFileError::BadClaim)
            << size;
    }
    const auto without_proof = decode_proof_file(ByteView(bytes).first(claim_end));
    ASSERT_TRUE(without_proof.has_value()) << "that the proof is empty, verify will say";
    EXPECT_TRUE(without_proof->proof.empty());
}

TEST(ProofFile, SaysWhatIsWrong) {
    Bytes bytes = encode_proof_file(sample());
    bytes[3] ^= 1;
    EXPECT_EQ(decode_proof_file(bytes).error(), ProofFileError::NoProofFile);
    bytes = encode_proof_file(sample());
    for (const int version : {0, 2, 255}) {
        bytes[kClaimAt - 1] = static_cast<std::uint8_t>(version);
        EXPECT_EQ(decode_proof_file(bytes).error(), ProofFileError::UnknownVersion) << version;
    }
    // A public input of 2^25 + 1 bytes is announced: nothing is allocated for it.
    bytes = encode_proof_file(ProofFile{});
    bytes.resize(kClaimAt + ProgramId::kSize);
    bytes.insert(bytes.end(), {0x81, 0x80, 0x80, 0x10});
    EXPECT_EQ(decode_proof_file(bytes).error(), ProofFileError::BadClaim);
}

}  // namespace
}  // namespace nexus::zkvm
