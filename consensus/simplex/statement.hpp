#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nexus::consensus::simplex {

/// What a validator says about a view. Source: [CP] Chan, Pass, "Simplex Consensus", eprint
/// 2023/463; its `vote` is our notarize, its vote for the dummy block our nullify.
enum class VoteKind : std::uint8_t {
    Notarize,  ///< "the leader's block is valid and extends a notarized chain"
    Nullify,   ///< "my timer ran out; this view may be skipped"
    Finalize,  ///< "I saw the notarization before my timer ran out; I shall never nullify"
    Last = Finalize,
};
inline constexpr std::size_t kVoteKinds = 3;
inline constexpr std::array<VoteKind, kVoteKinds> kAllVoteKinds = {
    VoteKind::Notarize, VoteKind::Nullify, VoteKind::Finalize};

constexpr std::size_t index_of(VoteKind kind) { return static_cast<std::size_t>(kind); }

/// What the leader signs about its block.
inline constexpr std::string_view kProposeStatement = "simplex/propose";
inline constexpr std::string_view kFinalizeStatement = "simplex/finalize";

/// The Certificate::statement of votes of this kind.
constexpr std::string_view statement_of(VoteKind kind) {
    switch (kind) {
        case VoteKind::Notarize:
            return "simplex/notarize";
        case VoteKind::Nullify:
            return "simplex/nullify";
        case VoteKind::Finalize:
            return kFinalizeStatement;
    }
    return {};
}

/// The kind of votes in a certificate with this statement, or nothing.
constexpr std::optional<VoteKind> kind_of(std::string_view statement) {
    for (const VoteKind kind : kAllVoteKinds) {
        if (statement == statement_of(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

/// "notarize", "nullify", "finalize".
constexpr std::string_view to_string(VoteKind kind) {
    return statement_of(kind).substr(std::string_view("simplex/").size());
}

}  // namespace nexus::consensus::simplex
