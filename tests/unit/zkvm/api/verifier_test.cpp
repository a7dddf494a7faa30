// What a verifier spends on proofs and claims that only look large.
#include "zkvm/api/verifier.hpp"

#include "base/bytes.hpp"
#include "tests/support/zkvm/proof_map.hpp"
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/stark/proof_error.hpp"
#include "zkvm/stark/statement.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the small proof

ProofError error_of(const Claim& claim, ByteView proof) {
    const auto verified = verify(claim, proof, {.accept_test_profile = true});
    EXPECT_FALSE(verified.has_value());
    return verified.has_value() ? ProofError{} : verified.error();
}

/// Segments are 50 bytes in the head: a proof that announces more than it can hold is refused
/// before anything is kept of them.
TEST(Verifier, SegmentsThatCannotBeThereAreNotRead) {
    const ProvenExecution& proven = small_proof();
    const std::size_t at = ProofMap(proven).at("segments").begin;
    for (const std::uint32_t segments : {100U, kSegmentsMax}) {
        Bytes proof = proven.proof;
        proof[at] = static_cast<std::uint8_t>(segments);
        proof[at + 1] = static_cast<std::uint8_t>(segments >> 8U);
        const ProofError error = error_of(proven.claim, proof);
        EXPECT_EQ(error.kind, ProofError::Kind::Truncated);
        EXPECT_EQ(error.expected, segments * 1024U);
        EXPECT_EQ(error.got, proof.size() - at - 4);
    }
}

/// Words of a claim are cells of `closing`, so there is a largest claim that can balance.
TEST(Verifier, AClaimThatNoTableCanHoldIsRefusedByItsSize) {
    Claim claim = small_proof().claim;
    claim.public_input.resize(std::size_t{4} << 20U);
    const ProofError error = error_of(claim, small_proof().proof);
    EXPECT_EQ(error.kind, ProofError::Kind::BusUnbalanced);
    EXPECT_GT(error.got, std::uint64_t{1} << 20U);
    EXPECT_LT(error.expected, error.got);
}

}  // namespace
}  // namespace nexus::zkvm
