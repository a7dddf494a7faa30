#include "zkvm/stark/proof_error.hpp"

#include <fmt/format.h>

namespace nexus::zkvm {

std::string_view to_string(ProofError::Kind kind) {
    using Kind = ProofError::Kind;
    switch (kind) {
        case Kind::Truncated:
            return "Truncated";
        case Kind::TrailingBytes:
            return "TrailingBytes";
        case Kind::BadMagic:
            return "BadMagic";
        case Kind::UnknownVersion:
            return "UnknownVersion";
        case Kind::UnknownProfile:
            return "UnknownProfile";
        case Kind::BadFlag:
            return "BadFlag";
        case Kind::NotCanonical:
            return "NotCanonical";
        case Kind::TooManySegments:
            return "TooManySegments";
        case Kind::BadHeight:
            return "BadHeight";
        case Kind::WrongProgram:
            return "WrongProgram";
        case Kind::WeakShape:
            return "WeakShape";
        case Kind::TooManyMessages:
            return "TooManyMessages";
        case Kind::ProofOfWork:
            return "ProofOfWork";
        case Kind::BusUnbalanced:
            return "BusUnbalanced";
        case Kind::Constraints:
            return "Constraints";
        case Kind::PointInDomain:
            return "PointInDomain";
        case Kind::Opening:
            return "Opening";
        case Kind::FoldMismatch:
            return "FoldMismatch";
        case Kind::FinalMismatch:
            return "FinalMismatch";
    }
    return "?";
}

std::string to_string(const ProofError& error) {
    std::string text =
        fmt::format("{}: expected {}, got {}", to_string(error.kind), error.expected, error.got);
    if (!error.text.empty()) {
        text += " (" + error.text + ")";
    }
    return text;
}

}  // namespace nexus::zkvm
