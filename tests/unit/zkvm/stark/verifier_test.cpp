// Heads of proofs, made by hand: what is refused before anything is computed.
#include "zkvm/stark/verifier.hpp"

#include "zkvm/components/lookup/lookup_contents.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/stark/proof_stream.hpp"
#include "zkvm/stark/statement.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace nexus::zkvm {
namespace {

/// What the verifier says of a proof of so many segments, each with the largest boundary, behind
/// whose head there are only zeros: enough of them for the rest of a proof of that many segments.
std::string said_of_segments(std::uint32_t segments) {
    VerifyingKey key;
    key.log_blowup = static_cast<std::uint8_t>(kFastProfile.log_blowup);
    key.extension_degree = static_cast<std::uint8_t>(kFastProfile.extension_degree);
    key.program_log_rows = kLogRowsMin;
    key.image_log_rows = kLogRowsMin;
    const Claim claim{.program = program_id(key), .public_input = {}, .public_output = {}};
    Heights heights{};
    heights[kTableIndex<ProgramTable>] = kLogRowsMin;
    heights[kTableIndex<ImageTable>] = kLogRowsMin;
    heights[kTableIndex<LookupTable>] =
        static_cast<std::uint8_t>(log_rows_for(LookupRows::kCount, kLogExcludedZk));
    heights[kTableIndex<BoundaryTable>] = kLogRowsMax;

    ProofWriter<Koala4> proof(Transcript<Koala4::F, Koala4::E, Koala4::H>("nexus zkvm proof 1"));
    write_header(proof, kFastProfile, true, claim, key);
    proof.number("segments", segments);
    for (std::uint32_t s = 1; s <= segments; ++s) {
        heights[kTableIndex<ClosingTable>] = s == segments ? kLogRowsMin : 0;
        proof.bytes("heights", heights);
        proof.digest("boundary", Digest());
    }
    Bytes bytes = proof.take();
    constexpr std::size_t kSegmentBytes = 1U << 16U;
    bytes.resize(bytes.size() + segments * kSegmentBytes);
    const auto verified = verify(claim, bytes);
    return verified.has_value() ? "accepted" : to_string(verified.error());
}

/// The challenges between segments are shared, so segments take from what they are worth: with the
/// largest boundaries 100 bits are left with 256 segments, and 99 with 512.
TEST(Verifier, RefusesAShapeTooWeakForItsProfile) {
    EXPECT_TRUE(said_of_segments(256).starts_with("ProofOfWork")) << said_of_segments(256);
    const std::string said = said_of_segments(512);
    EXPECT_TRUE(said.starts_with("WeakShape: expected 100, got 99")) << said;
}

}  // namespace
}  // namespace nexus::zkvm
