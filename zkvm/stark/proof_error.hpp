#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::zkvm {

/// Why a proof is refused, with what was expected and what came where these are numbers.
struct ProofError {
    enum class Kind : std::uint8_t {
        Truncated,      ///< the proof ends early: bytes needed, bytes left
        TrailingBytes,  ///< bytes after the proof
        BadMagic,       ///< not a proof of this machine
        UnknownVersion,
        UnknownProfile,  ///< or the test profile, which nobody asked for
        BadFlag,
        NotCanonical,  ///< a word that is no field element
        TooManySegments,
        BadHeight,        ///< of a table: expected the bound that is broken
        WrongProgram,     ///< the key in the proof is not that of the claim
        WeakShape,        ///< proven bits of these heights below those of the profile
        TooManyMessages,  ///< a multiplicity might reach the characteristic of the field
        ProofOfWork,      ///< number of the challenge whose nonce does not do
        BusUnbalanced,    ///< segment whose buses do not balance; 0: the buses between segments
        Constraints,      ///< segment whose quotient does not match its columns
        PointInDomain,    ///< an out-of-domain point lies in a domain
        Opening,          ///< a Merkle opening; `text` says why
        FoldMismatch,     ///< FRI: layer whose value does not match the layer before
        FinalMismatch,    ///< FRI: the last polynomial does not match
    };
    Kind kind = Kind::Truncated;
    std::uint64_t expected = 0;
    std::uint64_t got = 0;
    std::string text;  ///< Where, for openings.

    friend bool operator==(const ProofError&, const ProofError&) = default;
};

/// The name of the enumerator.
std::string_view to_string(ProofError::Kind kind);
/// The name, both numbers and the text.
std::string to_string(const ProofError& error);

}  // namespace nexus::zkvm
