#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"
#include "consensus/simplex/block_tree.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/simplex_machine.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/turn.hpp"
#include "consensus/simplex/view_state.hpp"
#include "consensus/simplex/vote_tally.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {

void SimplexMachine::on_proposal(ValidatorIndex from,
                                 const std::shared_ptr<const Proposal>& proposal, Turn& turn) {
    const BlockPtr& block = proposal->block();
    ViewState* state = views_.find(block->header.view);
    if (state != nullptr && state->proposal != nullptr && state->proposed->id != block->id) {
        report(from, block->header.view, Offence::DoublePropose, state->proposal, proposal, turn);
    }
    if (block->header.view < view_ || (state != nullptr && state->proposed != nullptr)) {
        deliver(block, turn);
        return;
    }
    // Its certificates justify its view, so they take us there.
    if (proposal->parent() != nullptr) {
        adopt(proposal->parent(), turn);
    }
    for (const CertificatePtr& nullification : proposal->nullifications()) {
        adopt(nullification, turn);
    }
    if (view_ == block->header.view) {
        accept_proposal(proposal, turn);
    }
}

/// Keeps the leader's first proposal if its parent is certified; whether to vote for it is decided
/// later, when all that try_notarize asks for is there.
void SimplexMachine::accept_proposal(const std::shared_ptr<const Proposal>& proposal, Turn& turn) {
    const BlockPtr& block = proposal->block();
    const View parent_view = proposal->parent() == nullptr ? View{0} : proposal->parent()->view;
    if (!is_certified(parent_view, block->header.parent)) {
        return;
    }
    ViewState& state = views_.at(view_);
    state.proposal = proposal;
    state.proposed = block;
    state.parent_view = parent_view;
    state.refused = block->header.time > turn.now() + settings_.clock_skew_max;
    state.tally(VoteKind::Notarize).expect(committee_, VoteKind::Notarize, view_, block->id);
    tree_.insert(block);
    turn.emit(Probe{"proposal_accepted", view_.value});
    dirty_ = true;
}

/// True if we hold proof that this block of that view is notarized, committed, or the genesis.
bool SimplexMachine::is_certified(View view, const Hash& block) const {
    if (block == tree_.root()->id) {
        return view == tree_.root()->header.view;
    }
    const ViewState* state = views_.find(view);
    return state != nullptr && state->extension_proof() != nullptr &&
           state->extension_proof()->block == block;
}

void SimplexMachine::on_vote(const Vote& vote, Turn& turn) {
    if (ViewTable::keeps_votes(vote.view(), view_)) {
        count(vote.vote(), vote.view(), vote.block(), vote.signer(), vote.signature(), turn);
    }
    if (needs_help(vote.signer(), vote)) {
        help(vote.signer(), turn);
    }
}

void SimplexMachine::count(VoteKind kind, View view, const Hash& block, ValidatorIndex signer,
                           const Signature& signature, Turn& turn) {
    ViewState& state = views_.at(view);
    VoteTally& tally = state.tally(kind);
    const auto as_vote = [&](VoteKind of_kind, const VoteTally& from) {
        return std::make_shared<const Vote>(of_kind, committee_.chain(), view,
                                            from.choice_of(signer)->block, signer,
                                            from.signature_of(signer));
    };
    switch (tally.add(committee_, kind, view, block, signer, signature)) {
        case VoteTally::Added::Repeated:
            return;
        case VoteTally::Added::Conflicting: {
            const Offence offence =
                kind == VoteKind::Notarize ? Offence::DoubleNotarize : Offence::DoubleFinalize;
            report(signer, view, offence, as_vote(kind, tally),
                   std::make_shared<const Vote>(kind, committee_.chain(), view, block, signer,
                                                signature),
                   turn);
            return;
        }
        case VoteTally::Added::Counted:
            break;
    }
    if (kind != VoteKind::Notarize) {
        const VoteKind opposite =
            kind == VoteKind::Nullify ? VoteKind::Finalize : VoteKind::Nullify;
        if (const VoteTally& other = state.tally(opposite); other.choice_of(signer) != nullptr) {
            report(signer, view, Offence::NullifyAndFinalize, as_vote(opposite, other),
                   as_vote(kind, tally), turn);
        }
    }
    const bool is_open = view > final_view_ && state.certificate(kind) == nullptr;
    if (is_open && committee_.quorum().reached_by(tally.find(block)->power)) {
        formed_.push_back(tally.certify(committee_, kind, view, block));
    }
}

void SimplexMachine::report(ValidatorIndex culprit, View view, Offence offence, MessagePtr first,
                            MessagePtr second, Turn& turn) {
    ViewState& state = views_.at(view);
    if (state.is_reported(culprit, offence)) {
        return;
    }
    state.set_reported(culprit, offence, committee_.size());
    turn.emit(Evidence{.culprit = culprit,
                       .offence = std::string(to_string(offence)),
                       .first = std::move(first),
                       .second = std::move(second)});
    turn.emit(Probe{"equivocation", culprit.value});
}

/// Takes a valid certificate, whoever formed it. [CP] a notarized block, dummy or not, moves
/// everybody who sees it to the next iteration.
void SimplexMachine::adopt(const CertificatePtr& certificate, Turn& turn) {
    if (!is_news(*certificate)) {
        return;
    }
    const View view = certificate->view;
    const VoteKind kind = *kind_of(certificate->statement);
    ViewState& state = views_.at(view);
    const bool proves_more = kind == VoteKind::Nullify || state.extension_proof() == nullptr;
    state.set_certificate(kind, certificate);
    dirty_ = true;
    switch (kind) {
        case VoteKind::Notarize:
            turn.emit(Probe{"notarized", view.value});
            break;
        case VoteKind::Nullify:
            turn.emit(Probe{"nullified", view.value});
            break;
        case VoteKind::Finalize:
            turn.emit(Probe{"finalized", view.value});
            if (view > final_view_) {
                goal_ = certificate;
                raise_final_view(view);
            }
            break;
    }
    if (proves_more) {
        journal_.note_certificate(certificate);
    }
    if (settings_.relay_all && committee_.size() > 1) {
        turn.emit(Broadcast{std::make_shared<const Certificates>(std::vector{certificate})});
    }
    if (view >= view_) {
        enter(view.next(), turn);
    }
}

MessagePtr SimplexMachine::make_vote(VoteKind kind, View view, const Hash& block) const {
    const Signature signature = signer_->sign(committee_.statement(kind, view, block));
    return std::make_shared<const Vote>(kind, committee_.chain(), view, block, committee_.self(),
                                        signature);
}

/// Votes: first into the record, then to the others, then into our own tally.
void SimplexMachine::cast(VoteKind kind, View view, const Hash& block, Turn& turn) {
    NEXUS_ASSERT(view > vote_floor_);
    NEXUS_ASSERT(view > final_view_);
    views_.at(view).set_own_vote(kind, block);
    journal_.note_vote({.kind = kind, .view = view, .block = block});
    const MessagePtr vote = make_vote(kind, view, block);
    turn.emit_durable(Broadcast{vote});
    count(kind, view, block, committee_.self(), static_cast<const Vote&>(*vote).signature(), turn);
}

/// [CP] "on seeing the first valid proposal, multicast a vote for it": valid means that the
/// application accepts it, that its parent is notarized, and that every view between is nullified.
void SimplexMachine::try_notarize(Turn& turn) {
    ViewState* state = views_.find(view_);
    if (state == nullptr || state->proposed == nullptr || state->refused ||
        state->own_vote(VoteKind::Notarize) || view_ <= vote_floor_) {
        return;
    }
    const Block& block = *state->proposed;
    const BlockPtr parent = tree_.find(block.header.parent);
    if (parent == nullptr || tree_.find(block.id) == nullptr ||
        tree_.standing(block.id) != Standing::Valid) {
        return;
    }
    if (parent->header.view != state->parent_view || block.header.time <= parent->header.time) {
        state->refused = true;
        turn.emit(Probe{"proposal_refused", view_.value});
        return;
    }
    if (gap_in_skipped(state->parent_view)) {
        return;
    }
    if (!std::exchange(state->block_journaled, true)) {
        journal_.note_block(state->proposed);
    }
    cast(VoteKind::Notarize, view_, block.id, turn);
}

/// The highest view above `parent_view`, below the current one, that we cannot prove nullified.
std::optional<View> SimplexMachine::gap_in_skipped(View parent_view) const {
    for (View view{view_.value - 1}; view > parent_view; view = View{view.value - 1}) {
        const ViewState* state = views_.find(view);
        if (state == nullptr || !state->is_nullified()) {
            return view;
        }
    }
    return std::nullopt;
}

/// [CP] "on seeing a notarized chain of length h, if the timer did not fire: multicast finalize".
/// Also for views left behind a moment ago, once their block arrives: we can nullify none of them.
void SimplexMachine::try_finalize(Turn& turn) {
    const std::uint64_t past = ViewTable::kPastViews;
    const View oldest{view_.value > past ? view_.value - past : 0};
    const View from = std::max({oldest, final_view_.next(), vote_floor_.next()});
    auto& views = views_.all();
    for (auto entry = views.lower_bound(from); entry != views.end() && entry->first < view_;
         ++entry) {
        const auto& [view, state] = *entry;
        const CertificatePtr& notarization = state.certificate(VoteKind::Notarize);
        const bool has_spoken =
            state.own_vote(VoteKind::Nullify) || state.own_vote(VoteKind::Finalize);
        if (notarization != nullptr && !has_spoken && tree_.is_connected(notarization->block)) {
            cast(VoteKind::Finalize, view, notarization->block, turn);
        }
    }
}

/// [CP] the leader of the iteration proposes on top of a notarized chain.
void SimplexMachine::try_propose(Turn& turn) {
    if (committee_.leader(view_) != committee_.self() || view_ <= vote_floor_) {
        return;
    }
    ViewState& state = views_.at(view_);
    if (state.payload_parent || state.proposed != nullptr || state.own_vote(VoteKind::Nullify)) {
        return;
    }
    const BlockPtr parent = choose_parent();
    if (parent == nullptr) {
        return;
    }
    state.payload_parent = parent->id;
    turn.emit(RequestPayload{.view = view_, .parent = parent});
}

/// The highest block that is notarized, validated, and above which every view is nullified; null
/// as long as there is none.
BlockPtr SimplexMachine::choose_parent() const {
    for (View view{view_.value - 1}; view > final_view_; view = View{view.value - 1}) {
        const ViewState* state = views_.find(view);
        if (state == nullptr) {
            return nullptr;
        }
        const CertificatePtr& notarization = state->certificate(VoteKind::Notarize);
        if (notarization != nullptr && tree_.is_extendable(notarization->block)) {
            return tree_.find(notarization->block);
        }
        if (!state->is_nullified()) {
            return nullptr;
        }
    }
    if (goal_ != nullptr) {
        return nullptr;  // the last finalized block is not connected yet
    }
    const ViewState* state = views_.find(final_view_);
    const bool has_proof =
        final_view_ == View{0} || (state != nullptr && state->extension_proof() != nullptr);
    return has_proof ? tree_.root() : nullptr;
}

void SimplexMachine::take(const PayloadReady& input, Turn& turn) {
    ViewState* state = views_.find(view_);
    if (input.view != view_ || state == nullptr || state->payload_parent != input.parent ||
        state->proposed != nullptr || state->own_vote(VoteKind::Nullify) ||
        input.payload == nullptr) {
        return;  // late: the view is over, or we have voted to skip it
    }
    const BlockPtr parent = tree_.find(input.parent);
    if (parent == nullptr || parent->header.view < final_view_) {
        return;
    }
    NEXUS_ASSERT(input.payload->bytes.size() <= kPayloadBytesMax);
    constexpr std::int64_t kTick = milliseconds(1).nanoseconds;
    if (parent->header.time.nanoseconds > std::numeric_limits<std::int64_t>::max() - kTick) {
        return;
    }
    const BlockHeader header = {
        .chain = committee_.chain(),
        .height = parent->header.height.next(),
        .view = view_,
        .parent = parent->id,
        .payload = input.payload->id,
        .state_root = input.state_root,
        .receipts_root = input.receipts_root,
        .time = std::max(turn.now(), parent->header.time + Duration{kTick}),
        .proposer = committee_.self(),
    };
    const BlockPtr block = make_block(header, input.payload);
    auto proposal = make_proposal(block, parent->header.view);
    if (proposal == nullptr) {
        return;  // a certificate names a block of another view: too many are Byzantine
    }
    state->proposed = block;
    state->parent_view = parent->header.view;
    state->proposal = std::move(proposal);
    state->block_journaled = true;
    journal_.note_block(block);
    tree_.insert(block);
    state->tally(VoteKind::Notarize).expect(committee_, VoteKind::Notarize, view_, block->id);
    turn.emit_durable(Broadcast{state->proposal});
    turn.emit(Probe{"proposed", view_.value});
    dirty_ = true;
}

/// Our proposal of the current view, or null where a certificate for it is missing.
std::shared_ptr<const Proposal> SimplexMachine::make_proposal(const BlockPtr& block,
                                                              View parent_view) const {
    CertificatePtr parent;
    if (parent_view != View{0}) {
        const ViewState* state = views_.find(parent_view);
        if (state == nullptr || state->extension_proof() == nullptr) {
            return nullptr;
        }
        parent = state->extension_proof();
    }
    if (gap_in_skipped(parent_view)) {
        return nullptr;
    }
    std::vector<CertificatePtr> nullifications;
    const std::uint64_t skipped = view_.value - parent_view.value - 1;
    View view{view_.value - std::min<std::uint64_t>(skipped, kCertificatesMax)};
    for (; view < view_; view = view.next()) {
        nullifications.push_back(views_.find(view)->certificate(VoteKind::Nullify));
    }
    const Signature signature =
        signer_->sign(statement_bytes(kProposeStatement, committee_.chain(), view_, block->id));
    return std::make_shared<const Proposal>(block, signature, std::move(parent),
                                            std::move(nullifications));
}

void SimplexMachine::take(const BlockValidated& input, Turn& turn) {
    tree_.set_validated(input.block, input.valid);
    if (!input.valid) {
        turn.emit(Probe{"block_invalid"});
    }
    dirty_ = true;
}

}  // namespace nexus::consensus::simplex
