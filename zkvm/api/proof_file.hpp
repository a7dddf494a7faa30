#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/stark/claim.hpp"

#include <cstdint>
#include <string_view>

namespace nexus::zkvm {

/// A proof and what it says it proves: api/README.md has the format. Nothing of it is checked yet.
struct ProofFile {
    Claim claim;
    Bytes proof;

    friend bool operator==(const ProofFile&, const ProofFile&) = default;
};

inline constexpr std::uint8_t kProofFileVersion = 1;

enum class ProofFileError : std::uint8_t {
    NoProofFile,     ///< other first bytes
    UnknownVersion,  ///< of the file; proofs have one of their own
    BadClaim,        ///< the claim is cut short, too long, or not in its one encoding
};

/// The name of the enumerator.
std::string_view to_string(ProofFileError error);

Bytes encode_proof_file(const ProofFile& file);

/// The inverse: there are no bytes that decode to what does not encode to them.
/// Errors: every ProofFileError.
Result<ProofFile, ProofFileError> decode_proof_file(ByteView bytes);

}  // namespace nexus::zkvm
