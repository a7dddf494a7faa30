#include "consensus/simplex/view_state.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/vote_tally.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace nexus::consensus::simplex {
namespace {

std::uint8_t bit_of(Offence offence) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(offence));
}

}  // namespace

std::string_view to_string(Offence offence) {
    switch (offence) {
        case Offence::DoublePropose:
            return "double propose";
        case Offence::DoubleNotarize:
            return "double notarize";
        case Offence::DoubleFinalize:
            return "double finalize";
        case Offence::NullifyAndFinalize:
            return "nullify and finalize";
    }
    return "?";
}

void ViewState::set_certificate(VoteKind kind, CertificatePtr certificate) {
    NEXUS_ASSERT(certificate != nullptr);
    NEXUS_ASSERT(certificates_[index_of(kind)] == nullptr);
    certificates_[index_of(kind)] = std::move(certificate);
}

const CertificatePtr& ViewState::extension_proof() const {
    const CertificatePtr& notarization = certificate(VoteKind::Notarize);
    return notarization != nullptr ? notarization : certificate(VoteKind::Finalize);
}

const CertificatePtr& ViewState::exit_proof() const {
    const CertificatePtr& extension = extension_proof();
    return extension != nullptr ? extension : certificate(VoteKind::Nullify);
}

void ViewState::set_own_vote(VoteKind kind, const Hash& block) {
    NEXUS_ASSERT(!own_vote(kind).has_value());
    own_votes_[index_of(kind)] = block;
    // [CP] the whole of safety after quorum intersection: a finalize vote says "never nullified".
    NEXUS_ASSERT(!own_vote(VoteKind::Nullify) || !own_vote(VoteKind::Finalize));
}

bool ViewState::is_reported(ValidatorIndex culprit, Offence offence) const {
    return culprit.value < reported_.size() && (reported_[culprit.value] & bit_of(offence)) != 0;
}

void ViewState::set_reported(ValidatorIndex culprit, Offence offence, std::size_t validators) {
    NEXUS_ASSERT(culprit.value < validators);
    reported_.resize(validators);
    reported_[culprit.value] |= bit_of(offence);
}

void ViewState::slim() {
    for (VoteTally& tally : tallies_) {
        tally.clear();
    }
    proposal = nullptr;
    proposed = nullptr;
    reported_ = {};
}

void ViewState::digest(Bytes& out) const {
    codec::Encoder encoder;
    for (const VoteKind kind : kAllVoteKinds) {
        encoder(own_vote(kind), certificate(kind) != nullptr);
        if (certificate(kind) != nullptr) {
            encoder(*certificate(kind));
        }
    }
    encoder(proposed != nullptr ? proposed->id : Hash{}, proposal != nullptr, parent_view, refused,
            block_journaled, payload_parent, reported_);
    const ByteView view = encoder.view();
    out.insert(out.end(), view.begin(), view.end());
    for (const VoteTally& tally : tallies_) {
        tally.digest(out);
    }
}

const ViewState* ViewTable::find(View view) const {
    if (const Recent& known = recent(view); known.state != nullptr && known.view == view) {
        return known.state;
    }
    const auto found = views_.find(view);
    return found == views_.end() ? nullptr : &found->second;
}

ViewState* ViewTable::find(View view) {
    return const_cast<ViewState*>(std::as_const(*this).find(view));
}

ViewState& ViewTable::at(View view) {
    Recent& known = recent(view);
    if (known.state == nullptr || known.view != view) {
        known = {.view = view, .state = &views_[view]};
    }
    return *known.state;
}

void ViewTable::prune(View current, View final_view) {
    const View votes_from{current.value > kPastViews ? current.value - kPastViews : 0};
    const auto end = views_.lower_bound(std::min(votes_from, final_view));
    views_.erase(views_.begin(), end);
    recent_ = {};
    for (auto entry = views_.lower_bound(slim_below_);
         entry != views_.end() && entry->first < votes_from; ++entry) {
        entry->second.slim();
    }
    slim_below_ = std::max(slim_below_, votes_from);
}

}  // namespace nexus::consensus::simplex
