// The part of a validator that fetches a state instead of blocks, and hands its own out.
#include "actors/roles/chain_store.hpp"
#include "actors/roles/gateway.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/state_sync.hpp"
#include "actors/roles/validator_actor.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace nexus::actors {
namespace {

/// How often a fetch of a state asks again for what did not come.
constexpr Duration kFetchInterval = seconds(1);
/// How long nothing more is taken from a peer whose state was a wrong one, or did not come.
constexpr Duration kDistrustLiar = seconds(300);
constexpr Duration kDistrustSlow = seconds(30);
/// A part of a state costs a peer's budget as many blocks of sync.
constexpr std::size_t kStatePartBlocks = 16;

}  // namespace

/// Stores the state after the block that was committed last, if it is time. `committed` has a
/// certificate.
void ValidatorActor::checkpoint(const consensus::CommittedBlock& committed) {
    const Retention& retention = setup_.retention;
    const Height height = committed.block->header.height;
    if (retention.checkpoint_blocks == 0 ||
        height.value - checkpointed_.value < retention.checkpoint_blocks) {
        return;
    }
    const std::uint64_t kept = std::min(height.value, retention.blocks_kept);
    setup_.store->put_checkpoint({.block = committed, .state = host_.committed_state()},
                                 Height{height.value - kept + 1});
    checkpointed_ = height;
}

/// A finalized block far above, from a peer that has dropped what lies between.
void ValidatorActor::receive(NodeId from, const StateOffer& offer) {
    const auto distrusted = distrusted_.find(from);
    const bool is_wanted = validator_at(from).has_value() &&
                           sync_budget_.accept(from, 1, now()) == 1 && !state_fetch_ && !fetched_ &&
                           (distrusted == distrusted_.end() || distrusted->second <= now());
    const consensus::Block& block = *offer.block.block;
    if (!is_wanted || block.header.height <= host_.committed()->header.height) {
        return;
    }
    const std::size_t endorsements =
        offer.block.certificate == nullptr ? 0 : offer.block.certificate->endorsements.size();
    world().compute->charge(Work::VerifySignature, endorsements);
    const consensus::FinalityProof proof{.headers = {block.header},
                                         .certificate = offer.block.certificate};
    const bool is_final = consensus::verify_finality(proof, setup_.protocol.chain,
                                                     setup_.engine->finality_statement(),
                                                     *setup_.protocol.validators, *world().verifier)
                              .has_value();
    if (!is_final || offer.parts == 0 || offer.parts > StateFetch::kPartsMax) {
        setup_.observer->on_probe(world().self, "state_offer_refused", 1);
        if (!is_final) {  // else its state may have grown beyond what we take
            world().transport->distrust(from, Misconduct::BadCertificate);
        }
        return;
    }
    setup_.observer->on_probe(world().self, "state_fetch_begun", block.header.height.value);
    state_fetch_.emplace(from, offer.block, offer.parts);
    fetch_state(false);
    tick_after(kFetchInterval, Tick::fetch);
}

void ValidatorActor::receive(NodeId from, const StateRequest& request) {
    if (!validator_at(from)) {
        return;
    }
    if (sync_budget_.grant(from, kStatePartBlocks, now()) < kStatePartBlocks) {
        setup_.observer->on_probe(world().self, "sync_over_budget", 1);
        return;
    }
    if (auto part = state_server_.part(request)) {
        world().transport->send(from, make_packet(*std::move(part)));
    }
}

void ValidatorActor::receive(NodeId from, const StatePart& part) {
    if (!state_fetch_ || state_fetch_->peer() != from) {
        return;
    }
    state_fetch_->add(part);
    if (state_fetch_->is_complete()) {
        finish_fetch();
    } else {
        fetch_state(false);
    }
}

void ValidatorActor::fetch_state(bool again) {
    for (const StateRequest& request : state_fetch_->requests(again)) {
        world().transport->send(state_fetch_->peer(), make_packet(request));
    }
}

/// Installs the state if it is the one that the validators certified. If not the peer has lied, and
/// the machine will ask another one.
void ValidatorActor::finish_fetch() {
    const StateFetch fetch = *std::exchange(state_fetch_, std::nullopt);
    auto state = fetch.join();
    if (!state) {
        setup_.observer->on_probe(world().self, "state_refused", 1);
        distrusted_[fetch.peer()] = now() + kDistrustLiar;
        world().transport->distrust(fetch.peer(), Misconduct::WrongState);
        return;
    }
    if (fetch.block().block->header.height <= host_.committed()->header.height) {
        return;  // blocks came faster
    }
    fetched_ = Checkpoint{.block = fetch.block(), .state = *std::move(state)};
    if (!barrier_) {
        install(*std::exchange(fetched_, std::nullopt));
    }
}

/// As a restart would, but for the disk: whatever was not yet performed is forgotten. Pre: no
/// append is under way, so that the journal holds all that was signed.
void ValidatorActor::install(Checkpoint checkpoint) {
    NEXUS_ASSERT(!barrier_ && !draining_);
    setup_.observer->on_probe(world().self, "state_installed", checkpoint.height().value);
    setup_.store->put_checkpoint(checkpoint, checkpoint.height());
    checkpointed_ = checkpoint.height();
    pending_runs_.committed(checkpoint.height());
    setup_.observer->on_checkpoint(world().self, checkpoint.block.block, now());
    host_.restart_at(checkpoint.block.block, std::move(checkpoint.state));
    gateway_ = Gateway(world());
    effects_.clear();
    inputs_.clear();
    request_.reset();
    unannounced_.clear();
    ++incarnation_;
    start_machine();
}

/// Asks again, or leaves a peer that fell silent: the machine will ask another one.
void ValidatorActor::go_on_fetching() {
    if (!state_fetch_) {
        return;
    }
    if (state_fetch_->is_stuck()) {
        setup_.observer->on_probe(world().self, "state_fetch_stuck", 1);
        distrusted_[state_fetch_->peer()] = now() + kDistrustSlow;
        state_fetch_.reset();
        return;
    }
    fetch_state(true);
    tick_after(kFetchInterval, Tick::fetch);
}

}  // namespace nexus::actors
