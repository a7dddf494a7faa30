#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/proof_error.hpp"

#include <cstdint>
#include <optional>

namespace nexus::zkvm {

struct VerifierOptions {
    /// Takes proofs of the profile `test`, which prove nothing. For tests of the machinery alone.
    bool accept_test_profile = false;
};

/// What a proof that was accepted is worth.
struct VerifiedProof {
    SecurityProfile profile;
    int proven_bits = 0;          ///< Unique-decoding regime, for the shape this proof has.
    bool zero_knowledge = false;  ///< The form of a proof with masks; that they are random, no
                                  ///< verifier can see.
    std::uint32_t segments = 0;
};

/// The profile that a proof names; nothing if it names none that there is, or `test`. Only verify
/// says whether it keeps what the profile promises.
[[nodiscard]] std::optional<SecurityProfile> profile_of(ByteView proof);

/// Whether `proof` proves `claim`. The bytes may come from anybody: no input aborts or throws, and
/// memory and time are in proportion to the proof and to the public input and output.
///
/// Errors: every kind of ProofError; the first one found.
[[nodiscard]] Result<VerifiedProof, ProofError> verify(const Claim& claim, ByteView proof,
                                                       const VerifierOptions& options = {});

}  // namespace nexus::zkvm
