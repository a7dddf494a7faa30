#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/simplex/block_tree.hpp"
#include "consensus/simplex/journal.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/peer_budget.hpp"
#include "consensus/simplex/simplex_machine.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/turn.hpp"
#include "consensus/simplex/view_state.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {

/// Begins, or goes on where the records end. A validator that wakes up repeats its last words: if
/// all of them slept, nobody else would.
void SimplexMachine::take(const Start& input, Turn& turn) {
    NEXUS_ASSERT(input.committed != nullptr);
    started_ = true;
    tree_ = BlockTree(input.committed);
    final_view_ = input.committed->header.view;
    view_ = final_view_.next();
    for (const Bytes& bytes : input.records) {
        const std::optional<Record> record = Record::decode(bytes);
        // A record that cannot be read may hold a vote: going on could mean to vote twice.
        NEXUS_ASSERT(record.has_value());
        restore(*record);
    }
    view_ = std::max(view_, vote_floor_.next());
    for (const auto& [view, state] : views_.all()) {
        if (state.exit_proof() != nullptr) {
            view_ = std::max(view_, view.next());
        }
    }
    if (input.amnesia) {
        NEXUS_ASSERT(input.records.empty());
        vote_floor_ = View{kViewMax};
    }
    arm(view_timer_, view_timeout(), turn);
    turn.emit(Probe{"view_entered", view_.value});
    recount_own_votes(turn);
    dirty_ = true;
    if (input.records.empty()) {
        return;
    }
    turn.emit(Probe{"recovered", view_.value});
    rebroadcast(turn);
    if (const ViewState* state = views_.find(view_);
        state != nullptr && state->proposal != nullptr) {
        turn.emit_durable(Broadcast{state->proposal});
    }
}

/// Ends amnesia: the views in which an earlier life may have signed stay silent. In view v a
/// validator signs votes and proposals of v, and finalize votes of views before, so that the last
/// view it was in bounds all of them. A record of its own carries the floor on.
void SimplexMachine::take(const Recovered& input, Turn& turn) {
    NEXUS_ASSERT(vote_floor_ == View{kViewMax});
    constexpr std::uint64_t kViewsAhead = 2;
    const View highest = input.highest == nullptr ? View{0} : input.highest->view;
    vote_floor_ = std::max(View{std::min(highest.value, kViewMax) + kViewsAhead}, final_view_);
    turn.emit(Probe{"vote_floor", vote_floor_.value});
    journal_.note_floor();
    if (input.highest != nullptr && committee_.well_formed(*input.highest)) {
        adopt(input.highest, turn);
    }
    dirty_ = true;
}

void SimplexMachine::restore(const Record& record) {
    journal_.restore(record);
    vote_floor_ = std::max(vote_floor_, record.floor);
    for (const CertificatePtr& certificate : record.certificates) {
        NEXUS_ASSERT(committee_.well_formed(*certificate));
        if (!is_news(*certificate)) {
            continue;
        }
        const VoteKind kind = *kind_of(certificate->statement);
        views_.at(certificate->view).set_certificate(kind, certificate);
        if (kind == VoteKind::Finalize && certificate->view > final_view_) {
            goal_ = certificate;
            raise_final_view(certificate->view);
        }
    }
    for (const BlockPtr& block : record.blocks) {
        if (block->header.view > tree_.root()->header.view) {
            tree_.insert(block);
            views_.at(block->header.view).block_journaled = true;
        }
        if (block->header.proposer == committee_.self() && block->header.view > final_view_) {
            restore_own_block(block);
        }
    }
    for (const OwnVote& vote : record.votes) {
        if (vote.view > final_view_) {
            views_.at(vote.view).set_own_vote(vote.kind, vote.block);
        }
    }
}

/// We proposed this block before the crash, so no other may follow in its view.
void SimplexMachine::restore_own_block(const BlockPtr& block) {
    ViewState& state = views_.at(block->header.view);
    state.payload_parent = block->header.parent;
    state.proposed = block;
    for (const auto& [view, candidate] : views_.all()) {
        if (view < block->header.view && is_certified(view, block->header.parent)) {
            state.parent_view = view;
        }
    }
}

/// Our own votes count like those of others, and their certificates may be near.
void SimplexMachine::recount_own_votes(Turn& turn) {
    const View current = view_;
    for (auto& [view, state] : views_.all()) {
        if (!ViewTable::keeps_votes(view, current)) {
            continue;
        }
        for (const VoteKind kind : kAllVoteKinds) {
            if (const auto& block = state.own_vote(kind)) {
                const MessagePtr vote = make_vote(kind, view, *block);
                count(kind, view, *block, committee_.self(),
                      static_cast<const Vote&>(*vote).signature(), turn);
            }
        }
    }
    ViewState& state = views_.at(view_);
    if (state.proposed != nullptr) {
        state.proposal = make_proposal(state.proposed, state.parent_view);
    }
}

/// What others need to follow us: why we are in this view, and what is final.
std::vector<CertificatePtr> SimplexMachine::progress_certificates() const {
    std::vector<CertificatePtr> certificates;
    if (const ViewState* state = views_.find(final_view_);
        state != nullptr && state->certificate(VoteKind::Finalize) != nullptr) {
        certificates.push_back(state->certificate(VoteKind::Finalize));
    }
    const ViewState* state = views_.find(View{view_.value - 1});
    if (state != nullptr && state->exit_proof() != nullptr &&
        (certificates.empty() || certificates.front() != state->exit_proof())) {
        certificates.push_back(state->exit_proof());
    }
    return certificates;
}

/// Says again what may have been lost: progress, our votes of this view, our last finalize vote.
void SimplexMachine::rebroadcast(Turn& turn) {
    if (auto certificates = progress_certificates(); !certificates.empty()) {
        turn.emit_durable(Broadcast{std::make_shared<const Certificates>(std::move(certificates))});
    }
    const auto& views = views_.all();
    for (auto entry = views.upper_bound(view_); entry != views.upper_bound(final_view_);) {
        --entry;
        const auto& [view, state] = *entry;
        if (const auto& finalize = state.own_vote(VoteKind::Finalize)) {
            turn.emit_durable(Broadcast{make_vote(VoteKind::Finalize, view, *finalize)});
            break;
        }
    }
    const ViewState* state = views_.find(view_);
    for (const VoteKind kind : {VoteKind::Notarize, VoteKind::Nullify}) {
        if (state != nullptr && state->own_vote(kind)) {
            turn.emit_durable(Broadcast{make_vote(kind, view_, *state->own_vote(kind))});
        }
    }
}

/// A peer is stuck in a view that we have left: what moved us moves it.
void SimplexMachine::help(ValidatorIndex peer, Turn& turn) {
    auto certificates = progress_certificates();
    if (certificates.empty() || !spend(peer, Favour::Help, turn)) {
        return;
    }
    turn.emit(Probe{"laggard_helped", peer.value});
    turn.emit(
        Send{.to = peer, .message = std::make_shared<const Certificates>(std::move(certificates))});
}

}  // namespace nexus::consensus::simplex
