#include "consensus/simplex/committee.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"
#include "consensus/quorum/quorum.hpp"
#include "consensus/simplex/statement.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace nexus::consensus::simplex {
namespace {

const ValidatorSet& required(const std::shared_ptr<const ValidatorSet>& validators) {
    NEXUS_ASSERT(validators != nullptr);
    return *validators;
}

}  // namespace

Committee::Committee(ChainId chain, std::shared_ptr<const ValidatorSet> validators,
                     ValidatorIndex self)
    : chain_(chain),
      validators_(std::move(validators)),
      self_(self),
      quorum_(required(validators_).total()) {
    NEXUS_ASSERT(validators_->contains(self));
}

ValidatorIndex Committee::leader(View view) const {
    return ValidatorIndex{static_cast<std::uint32_t>(view.value % size())};
}

Bytes Committee::statement(VoteKind kind, View view, const Hash& block) const {
    return statement_bytes(statement_of(kind), chain_, view, block);
}

bool Committee::well_formed(const Certificate& certificate) const {
    const std::optional<VoteKind> kind = kind_of(certificate.statement);
    const bool is_possible_view = certificate.view > View{0} && certificate.view.value <= kViewMax;
    if (!kind || certificate.chain != chain_ || !is_possible_view) {
        return false;
    }
    const bool names_block = certificate.block != Hash{};
    if (names_block == (*kind == VoteKind::Nullify)) {
        return false;
    }
    Power power;
    std::optional<ValidatorIndex> previous;
    for (const Endorsement& endorsement : certificate.endorsements) {
        if (!contains(endorsement.signer) || (previous && endorsement.signer <= *previous)) {
            return false;
        }
        previous = endorsement.signer;
        power += at(endorsement.signer).power;
    }
    return quorum_.reached_by(power);
}

ValidatorIndex Committee::peer_for(std::size_t attempt, const Certificate* source) const {
    NEXUS_ASSERT(size() > 1);
    if (source != nullptr) {
        // Each validator begins elsewhere, so that not all ask the first signer.
        const std::size_t count = source->endorsements.size();
        for (std::size_t i = 0; i < count; ++i) {
            const Endorsement& chosen = source->endorsements[(self_.value + attempt + i) % count];
            if (chosen.signer != self_) {
                return chosen.signer;
            }
        }
    }
    const std::size_t step = 1 + attempt % (size() - 1);
    return ValidatorIndex{static_cast<std::uint32_t>((self_.value + step) % size())};
}

}  // namespace nexus::consensus::simplex
