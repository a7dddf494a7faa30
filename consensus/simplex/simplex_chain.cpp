#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/simplex/block_tree.hpp"
#include "consensus/simplex/fetcher.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/peer_budget.hpp"
#include "consensus/simplex/simplex_machine.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/turn.hpp"
#include "consensus/simplex/view_state.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

/// True if the block is what its ids say, and follows `parent` on this chain.
bool links(const Block& block, const Block& parent, ChainId chain) {
    return block.payload != nullptr && block.header.chain == chain &&
           block.header.parent == parent.id && block.header.height == parent.header.height.next() &&
           block.header.view > parent.header.view && block.id == block_id(block.header) &&
           block.header.payload == block.payload->id &&
           block.payload->id == payload_id(block.payload->bytes);
}

}  // namespace

/// [CP] "finalize the chain": a finalized block takes its ancestors along.
void SimplexMachine::commit_finalized(Turn& turn) {
    if (goal_ == nullptr || !tree_.is_connected(goal_->block)) {
        return;
    }
    const CertificatePtr goal = std::exchange(goal_, nullptr);
    commit(tree_.path_to(goal->block), goal, turn);
}

void SimplexMachine::commit(const std::vector<BlockPtr>& path, const CertificatePtr& certificate,
                            Turn& turn) {
    for (const BlockPtr& block : path) {
        NEXUS_ASSERT(block->header.parent == tree_.root()->id);
        CertificatePtr own = block->id == certificate->block ? certificate : nullptr;
        turn.emit_durable(Commit{.block = block, .certificate = own});
        recent_.push_back({.block = block, .certificate = std::move(own)});
        tree_.reroot(block);
    }
    while (recent_.size() > kRecentMax) {
        recent_.pop_front();
    }
    dirty_ = true;
}

void SimplexMachine::raise_final_view(View view) {
    NEXUS_ASSERT(view > final_view_);
    final_view_ = view;
    journal_.prune(view);
}

/// Blocks from a peer's ledger: links and certificates are checked here, the signatures of the
/// certificates by the host before. Commits up to the last certified block.
void SimplexMachine::take(const BlocksReceived& input, Turn& turn) {
    std::vector<BlockPtr> path;
    std::size_t certified = 0;  // length of the path up to the last certificate
    CertificatePtr proof;
    const Block* parent = tree_.root().get();
    for (const auto& [block, certificate] : input.blocks) {
        if (block == nullptr) {
            break;
        }
        if (path.empty() && block->header.height <= parent->header.height) {
            continue;  // committed since we asked
        }
        if (!links(*block, *parent, committee_.chain())) {
            break;
        }
        path.push_back(block);
        parent = block.get();
        if (certificate == nullptr) {
            continue;
        }
        if (!committee_.well_formed(*certificate) || certificate->block != block->id ||
            certificate->statement != kFinalizeStatement ||
            certificate->view != block->header.view) {
            break;
        }
        proof = certificate;
        certified = path.size();
    }
    path.resize(certified);
    if (path.empty()) {
        return;
    }
    turn.emit(Probe{"synced", path.size()});
    if (is_news(*proof)) {
        adopt(proof, turn);
    }
    commit(path, proof, turn);
    if (goal_ != nullptr && goal_->view <= tree_.root()->header.view) {
        goal_ = nullptr;
    }
    fetcher_.sync_progressed();
}

/// A block that may be one we asked for; the hash says so, whoever sent it.
void SimplexMachine::deliver(const BlockPtr& block, Turn& turn) {
    if (!fetcher_.wants(block->id)) {
        return;
    }
    turn.emit(Probe{"block_fetched", block->header.height.value});
    tree_.insert(block);
    dirty_ = true;
    const BlockHeader& root = tree_.root()->header;
    if (goal_ != nullptr && goal_->block == block->id && block->header.height <= root.height) {
        // More than a third of the power is Byzantine: nothing that we do helps now.
        turn.emit(Probe{"conflicting_finalization", goal_->view.value});
        goal_ = nullptr;
    }
}

/// Compares what we know to exist with what we have, and asks for the difference.
void SimplexMachine::fetch_missing(Turn& turn) {
    if (committee_.size() == 1) {
        return;
    }
    fetcher_.set_wants(missing_blocks());
    fetcher_.set_missing_view(missing_view());
    const Height root = tree_.root()->header.height;
    const bool is_far = tree_.height_max().value - root.value > kFetchDepth;
    const bool is_stuck = fetcher_.attempts_max() >= 2;
    fetcher_.set_far_behind(goal_ != nullptr && (is_far || is_stuck));
    send_requests(false, turn);
}

std::vector<Want> SimplexMachine::missing_blocks() const {
    std::vector<Want> wants;
    if (goal_ != nullptr) {
        if (const auto missing = tree_.missing_for(goal_->block)) {
            const bool is_new = *missing == goal_->block && goal_->view.next() >= view_;
            wants.push_back({.block = *missing, .source = goal_, .urgent = !is_new});
        }
    }
    const auto& views = views_.all();
    for (auto entry = views.upper_bound(final_view_); entry != views.end(); ++entry) {
        const CertificatePtr& notarization = entry->second.certificate(VoteKind::Notarize);
        if (notarization == nullptr) {
            continue;
        }
        if (const auto missing = tree_.missing_for(notarization->block)) {
            const bool is_new = *missing == notarization->block && entry->first.next() >= view_;
            wants.push_back({.block = *missing, .source = notarization, .urgent = !is_new});
        }
    }
    return wants;
}

/// The highest view whose certificate we need, to propose or to vote, and lack.
std::optional<View> SimplexMachine::missing_view() const {
    const ViewState* current = views_.find(view_);
    if (current != nullptr && current->proposed != nullptr) {
        if (const auto gap = gap_in_skipped(current->parent_view)) {
            return gap;
        }
    }
    for (View view{view_.value - 1}; view > final_view_; view = View{view.value - 1}) {
        const ViewState* state = views_.find(view);
        if (state == nullptr || state->exit_proof() == nullptr) {
            return view;
        }
        if (state->extension_proof() != nullptr) {
            return std::nullopt;
        }
    }
    if (final_view_ == View{0}) {
        return std::nullopt;
    }
    const ViewState* state = views_.find(final_view_);
    const bool has_proof = state != nullptr && state->extension_proof() != nullptr;
    return has_proof ? std::nullopt : std::optional(final_view_);
}

void SimplexMachine::send_requests(bool retry, Turn& turn) {
    for (const Fetcher::Request& request : fetcher_.take_block_requests(retry)) {
        const ValidatorIndex peer = committee_.peer_for(request.attempt, request.want.source.get());
        turn.emit(Probe{"block_requested", request.attempt});
        turn.emit(
            Send{.to = peer, .message = std::make_shared<const BlockRequest>(request.want.block)});
    }
    if (const auto request = fetcher_.take_view_request(retry)) {
        const std::uint64_t span = kCertificatesMax / 2;
        const View low{request->last.value > span ? request->last.value - span : 1};
        const View first = std::max(low, std::max(final_view_, View{1}));
        turn.emit(
            Send{.to = committee_.peer_for(request->attempt, nullptr),
                 .message = std::make_shared<const CertificateRequest>(first, request->last)});
    }
    if (const auto attempt = fetcher_.take_sync_request(retry)) {
        turn.emit(Probe{"sync_requested", *attempt});
        turn.emit(SyncRequest{.from = committee_.peer_for(*attempt, goal_.get()),
                              .after = tree_.root()->header.height});
    }
    if (!fetcher_.is_idle() && !fetch_timer_) {
        // The first try waits less: what is missing may be on its way, or lost.
        arm(fetch_timer_, retry ? settings_.resend : settings_.resend / 4, turn);
    }
}

SimplexMachine::RecentBlock SimplexMachine::find_block(const Hash& id) const {
    if (const BlockPtr block = tree_.find(id); block != nullptr) {
        const ViewState* state = views_.find(block->header.view);
        const bool has_proof = state != nullptr && state->extension_proof() != nullptr &&
                               state->extension_proof()->block == id;
        return {.block = block, .certificate = has_proof ? state->extension_proof() : nullptr};
    }
    for (const RecentBlock& recent : recent_) {
        if (recent.block->id == id) {
            return recent;
        }
    }
    return {};
}

bool SimplexMachine::spend(ValidatorIndex peer, Favour favour, Turn& turn) {
    if (!budget_.has(peer, favour)) {
        return false;
    }
    budget_.spend(peer, favour);
    if (!budget_timer_) {
        arm(budget_timer_, settings_.resend, turn);
    }
    return true;
}

void SimplexMachine::on_block_request(ValidatorIndex from, const BlockRequest& request,
                                      Turn& turn) {
    RecentBlock found = find_block(request.block());
    if (found.block == nullptr || !spend(from, Favour::Block, turn)) {
        return;
    }
    turn.emit(Send{.to = from,
                   .message = std::make_shared<const BlockResponse>(std::move(found.block),
                                                                    std::move(found.certificate))});
}

void SimplexMachine::on_block_response(const BlockResponse& response, Turn& turn) {
    if (!fetcher_.wants(response.block()->id)) {
        return;
    }
    if (response.certificate() != nullptr) {
        adopt(response.certificate(), turn);
    }
    deliver(response.block(), turn);
}

void SimplexMachine::on_certificate_request(ValidatorIndex from, const CertificateRequest& request,
                                            Turn& turn) {
    std::vector<CertificatePtr> found;
    if (request.last() <= final_view_) {
        found = progress_certificates();
    }
    const auto& views = views_.all();
    const auto begin = views.lower_bound(request.first());
    const auto end = views.upper_bound(request.last());
    for (const auto& [view, state] : std::ranges::reverse_view(std::ranges::subrange(begin, end))) {
        for (const VoteKind kind : kAllVoteKinds) {
            if (state.certificate(kind) != nullptr && found.size() < kCertificatesMax) {
                found.push_back(state.certificate(kind));
            }
        }
    }
    if (!found.empty() && spend(from, Favour::Certificates, turn)) {
        turn.emit(
            Send{.to = from, .message = std::make_shared<const Certificates>(std::move(found))});
    }
}

}  // namespace nexus::consensus::simplex
