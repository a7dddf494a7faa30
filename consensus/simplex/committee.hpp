#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"
#include "consensus/quorum/quorum.hpp"
#include "consensus/simplex/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace nexus::consensus::simplex {

/// No view is ever higher: far beyond any life time, far from overflow.
inline constexpr std::uint64_t kViewMax = 1ULL << 62U;

/// What never changes while a machine lives: the chain, the validators, who of them we are.
class Committee {
public:
    /// Pre: validators not null, contains(self).
    Committee(ChainId chain, std::shared_ptr<const ValidatorSet> validators, ValidatorIndex self);

    [[nodiscard]] ChainId chain() const { return chain_; }
    [[nodiscard]] ValidatorIndex self() const { return self_; }
    [[nodiscard]] std::size_t size() const { return validators_->size(); }
    [[nodiscard]] bool contains(ValidatorIndex index) const { return validators_->contains(index); }
    [[nodiscard]] const Validator& at(ValidatorIndex index) const { return validators_->at(index); }
    [[nodiscard]] const Quorum& quorum() const { return quorum_; }

    /// Round robin: view v belongs to validator v mod n. Every validator leads equally often,
    /// whatever its stake; of n views in a row, those of honest leaders make progress.
    [[nodiscard]] ValidatorIndex leader(View view) const;

    /// The bytes that votes of this kind sign. `block` is zero for Nullify.
    [[nodiscard]] Bytes statement(VoteKind kind, View view, const Hash& block) const;

    /// True if the certificate is one of ours in all but its signatures: a vote statement, this
    /// chain, a view above 0, a block where there must be one, known signers that rise, a quorum.
    [[nodiscard]] bool well_formed(const Certificate& certificate) const;

    /// A peer to ask at the `attempt`-th try: the signers of `source` in turn, or, where it is
    /// null, all validators in turn; never ourselves. Pre: size() > 1.
    [[nodiscard]] ValidatorIndex peer_for(std::size_t attempt, const Certificate* source) const;

private:
    ChainId chain_;
    std::shared_ptr<const ValidatorSet> validators_;
    ValidatorIndex self_;
    Quorum quorum_;
};

}  // namespace nexus::consensus::simplex
