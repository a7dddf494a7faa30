#pragma once

/// All that a verifier of proofs needs: verify, Claim, ProofError, SecurityProfile.
#include "zkvm/stark/claim.hpp"        // IWYU pragma: export
#include "zkvm/stark/profile.hpp"      // IWYU pragma: export
#include "zkvm/stark/proof_error.hpp"  // IWYU pragma: export
#include "zkvm/stark/verifier.hpp"     // IWYU pragma: export
