#include "consensus/simplex/simplex_machine.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/simplex/block_tree.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/settings.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/turn.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace nexus::consensus::simplex {
namespace {

BlockPtr required(const BlockPtr& block) {
    NEXUS_ASSERT(block != nullptr);
    return block;
}

/// `start` doubled `times` times, at most `max`.
Duration doubled(Duration start, std::uint64_t times, Duration max) {
    Duration result = start;
    for (; times > 0 && result < max; --times) {
        result = result * 2;
    }
    return std::min(result, max);
}

}  // namespace

SimplexMachine::SimplexMachine(const ProtocolConfig& config)
    : committee_(config.chain, config.validators, config.self),
      settings_(Settings::from(config.parameters)),
      signer_(config.signer),
      tree_(required(config.genesis)),
      budget_(committee_.size()) {
    NEXUS_ASSERT(signer_ != nullptr);
}

void SimplexMachine::step(Instant now, const Input& input, Effects& out) {
    NEXUS_ASSERT(started_ != std::holds_alternative<Start>(input));
    Turn turn(now, out);
    std::visit([&](const auto& one) { take(one, turn); }, input);
    settle(turn);
    std::optional<Bytes> record;
    std::size_t forgettable = 0;
    if (journal_.is_due()) {
        record = journal_.take(std::max(final_view_, vote_floor_));
        forgettable = journal_.take_forgettable();
    }
    turn.finish(std::move(record), forgettable);
}

void SimplexMachine::take(const Receive& input, Turn& turn) {
    NEXUS_ASSERT(input.message != nullptr);
    const SimplexMessage* message = as_simplex(*input.message);
    if (message == nullptr || input.from == committee_.self() || !committee_.contains(input.from)) {
        return;
    }
    switch (message->type()) {
        case MessageType::Proposal:
            on_proposal(input.from, std::static_pointer_cast<const Proposal>(input.message), turn);
            break;
        case MessageType::Vote:
            on_vote(static_cast<const Vote&>(*message), turn);
            break;
        case MessageType::Certificates:
            for (const CertificatePtr& one :
                 static_cast<const Certificates&>(*message).certificates()) {
                adopt(one, turn);
            }
            break;
        case MessageType::BlockRequest:
            on_block_request(input.from, static_cast<const BlockRequest&>(*message), turn);
            break;
        case MessageType::BlockResponse:
            on_block_response(static_cast<const BlockResponse&>(*message), turn);
            break;
        case MessageType::CertificateRequest:
            on_certificate_request(input.from, static_cast<const CertificateRequest&>(*message),
                                   turn);
            break;
    }
}

void SimplexMachine::take(const TimerFired& input, Turn& turn) {
    if (input.timer == view_timer_) {
        on_view_timeout(turn);
    } else if (input.timer == fetch_timer_) {
        fetch_timer_.reset();
        send_requests(true, turn);
        dirty_ = true;
    } else if (input.timer == budget_timer_) {
        budget_timer_.reset();
        budget_.renew();
    }
    // Any other timer is of an earlier setting: stale.
}

/// Draws all conclusions from what the input changed. Every rule looks at the state only, so that
/// none depends on which input came last.
void SimplexMachine::settle(Turn& turn) {
    while (dirty_ || !formed_.empty()) {
        while (!formed_.empty()) {
            const CertificatePtr certificate = std::move(formed_.back());
            formed_.pop_back();
            adopt(certificate, turn);
        }
        if (!std::exchange(dirty_, false)) {
            continue;
        }
        commit_finalized(turn);
        for (const BlockPtr& block : tree_.take_ready()) {
            turn.emit(ValidateBlock{block});
        }
        try_notarize(turn);
        try_finalize(turn);
        try_propose(turn);
        fetch_missing(turn);
    }
}

/// [CP] "enters iteration h": by a certificate of the view before, or of any earlier jump.
void SimplexMachine::enter(View view, Turn& turn) {
    NEXUS_ASSERT(view > view_);
    view_ = view;
    resends_ = 0;
    views_.prune(view_, final_view_);
    arm(view_timer_, view_timeout(), turn);
    turn.emit(Probe{"view_entered", view_.value});
    dirty_ = true;
}

/// [CP] the local timer T_h fires: vote for the dummy block.
void SimplexMachine::on_view_timeout(Turn& turn) {
    const ViewState& state = views_.at(view_);
    const bool has_spoken = state.own_vote(VoteKind::Nullify) || state.own_vote(VoteKind::Finalize);
    if (!has_spoken && view_ > vote_floor_) {
        turn.emit(Probe{"timeout", view_.value});
        cast(VoteKind::Nullify, view_, Hash{}, turn);
    } else {
        turn.emit(Probe{"rebroadcast", view_.value});
        rebroadcast(turn);
    }
    arm(view_timer_, doubled(settings_.resend, resends_, settings_.view_timeout_max), turn);
    ++resends_;
}

void SimplexMachine::arm(std::optional<TimerId>& timer, Duration after, Turn& turn) {
    if (timer) {
        turn.emit(CancelTimer{*timer});
    }
    timer = TimerId{++timers_set_};
    turn.emit(SetTimer{.timer = *timer, .after = after});
}

/// Doubles with every view that passes without a finalization but the last: its finalize votes are
/// on the way when its successor is entered.
Duration SimplexMachine::view_timeout() const {
    const std::uint64_t unfinalized = view_.value - final_view_.value - 1;
    return doubled(settings_.view_timeout, unfinalized > 0 ? unfinalized - 1 : 0,
                   settings_.view_timeout_max);
}

Hash SimplexMachine::state_hash() const {
    codec::Encoder encoder;
    encoder(view_, final_view_, vote_floor_, timers_set_, resends_, view_timer_, fetch_timer_,
            budget_timer_, started_, goal_ != nullptr);
    if (goal_ != nullptr) {
        encoder(*goal_);
    }
    for (const RecentBlock& recent : recent_) {
        encoder(recent.block->id, recent.certificate != nullptr);
    }
    Bytes bytes = encoder.take();
    for (const auto& [view, state] : views_.all()) {
        const Bytes encoded = codec::encode(view);
        bytes.insert(bytes.end(), encoded.begin(), encoded.end());
        state.digest(bytes);
    }
    tree_.digest(bytes);
    journal_.digest(bytes);
    fetcher_.digest(bytes);
    budget_.digest(bytes);
    return tagged_hash("nexus/simplex/state", bytes);
}

Status SimplexMachine::status() const {
    return {.view = view_,
            .committed = tree_.root()->header.height,
            .leader = committee_.leader(view_),
            .may_vote = view_ > vote_floor_};
}

std::optional<CertificatePtr> SimplexMachine::prove_position() const {
    if (view_ <= vote_floor_) {
        return std::nullopt;  // we do not know where we have been either
    }
    if (view_ == View{1}) {
        return CertificatePtr{};
    }
    const ViewState* state = views_.find(View{view_.value - 1});
    if (state == nullptr || state->exit_proof() == nullptr) {
        return std::nullopt;  // after a restart; `missing_view` asks for it
    }
    return state->exit_proof();
}

}  // namespace nexus::consensus::simplex
