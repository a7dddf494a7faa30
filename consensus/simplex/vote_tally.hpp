#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"
#include "consensus/simplex/committee.hpp"
#include "consensus/simplex/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace nexus::consensus::simplex {

/// The votes of one kind in one view: the first of each validator counts, whatever comes later.
///
/// Shape: flat arrays by ValidatorIndex, allocated at the first vote; at most one candidate block
///        for each validator, and one in all while everybody is honest.
class VoteTally {
public:
    /// A block with votes, or the dummy block of nullify votes (zero).
    struct Candidate {
        Hash block;
        std::shared_ptr<const Bytes> statement;  ///< What a vote for it signs.
        Power power;
    };

    enum class Added : std::uint8_t { Counted, Repeated, Conflicting };

    /// Counts a vote whose signature holds. Pre: committee.contains(signer).
    Added add(const Committee& committee, VoteKind kind, View view, const Hash& block,
              ValidatorIndex signer, const Signature& signature);

    /// Prepares the statement of a block that votes are expected for.
    void expect(const Committee& committee, VoteKind kind, View view, const Hash& block);

    /// The candidate of that block, or null.
    [[nodiscard]] const Candidate* find(const Hash& block) const;

    /// The candidate that `signer` voted for, or null.
    [[nodiscard]] const Candidate* choice_of(ValidatorIndex signer) const {
        const bool voted = signer.value < choices_.size() && choices_[signer.value] != 0;
        return voted ? &candidates_[choices_[signer.value] - 1] : nullptr;
    }

    /// Pre: choice_of(signer) is not null.
    [[nodiscard]] const Signature& signature_of(ValidatorIndex signer) const;

    /// True if exactly this vote has been counted, so that its signature is known to hold.
    [[nodiscard]] bool holds(const Hash& block, ValidatorIndex signer,
                             const Signature& signature) const;

    /// The certificate of all votes for `block`. Pre: they are a quorum.
    [[nodiscard]] CertificatePtr certify(const Committee& committee, VoteKind kind, View view,
                                         const Hash& block) const;

    /// Forgets all votes.
    void clear();

    /// Appends all that distinguishes this tally from others.
    void digest(Bytes& out) const;

private:
    std::size_t find_or_add(const Committee& committee, VoteKind kind, View view,
                            const Hash& block);

    std::vector<Candidate> candidates_;
    std::vector<std::uint32_t> choices_;  // by signer: 1 + index of the candidate, 0 for none
    std::vector<Signature> signatures_;   // by signer
};

}  // namespace nexus::consensus::simplex
