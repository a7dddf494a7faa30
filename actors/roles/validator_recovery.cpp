// The part of a validator that has lost its journal, and of those whom it asks.
#include "actors/roles/amnesia_inquiry.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/validator_actor.hpp"
#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/protocol.hpp"

#include <cstdint>
#include <limits>
#include <optional>

namespace nexus::actors {
namespace {

/// How often those who have not answered are asked again.
constexpr Duration kInquiryInterval = milliseconds(500);

}  // namespace

/// A machine that is made anew before it has signed anything, with a state that was fetched, needs
/// no other answers than the one before it.
void ValidatorActor::begin_amnesia() {
    if (!inquiry_) {
        setup_.observer->on_probe(world().self, "amnesia", 1);
        const std::uint64_t nonce =
            world().entropy->below(std::numeric_limits<std::uint64_t>::max());
        inquiry_.emplace(setup_.protocol.validators, setup_.protocol.self, nonce);
        inquire();
    } else if (inquiry_->is_complete()) {
        end_amnesia();
    }
}

/// Asks whoever has not answered, until enough have; and one after the other for blocks, until it
/// has come to where they are. Machines ask for blocks when they hear of a later one that is final,
/// and where the chain stands still they hear of none.
void ValidatorActor::inquire() {
    const bool is_complete = inquiry_->is_complete();
    const consensus::CertificatePtr& highest = inquiry_->highest();
    if (is_complete && host_.committed()->header.view > (highest ? highest->view : View{0})) {
        return;
    }
    if (!is_complete) {
        const PacketPtr packet = make_packet(inquiry_->request());
        for (const ValidatorIndex peer : inquiry_->silent()) {
            world().transport->send(setup_.validators.at(peer.value), packet);
        }
    }
    if (const auto peer = inquiry_->next_to_sync_from()) {
        request_blocks(setup_.validators.at(peer->value), host_.committed()->header.height);
    }
    tick_after(kInquiryInterval, Tick::recovery);
}

void ValidatorActor::end_amnesia() { feed(consensus::Recovered{.highest = inquiry_->highest()}); }

void ValidatorActor::receive(NodeId from, const RecoveryRequest& request) {
    if (!validator_at(from)) {
        return;
    }
    const auto position = protocol_->prove_position();
    if (!position) {
        setup_.observer->on_probe(world().self, "position_unproven", 1);
        return;
    }
    if (sync_budget_.grant(from, 1, now()) == 0) {
        setup_.observer->on_probe(world().self, "sync_over_budget", 1);
        return;
    }
    RecoveryResponse response{.nonce = request.nonce, .certificate = std::nullopt};
    if (*position != nullptr) {
        response.certificate = **position;
    }
    world().transport->send(from, make_packet(std::move(response)));
}

void ValidatorActor::receive(NodeId from, const RecoveryResponse& response) {
    const auto peer = validator_at(from);
    if (!peer || !inquiry_ || inquiry_->is_complete() || !inquiry_->expects(*peer, response)) {
        return;
    }
    if (response.certificate) {
        world().compute->charge(Work::VerifySignature, response.certificate->endorsements.size());
        if (response.certificate->chain != setup_.protocol.chain ||
            !consensus::verify_certificate(*response.certificate, *setup_.protocol.validators,
                                           *world().verifier)) {
            setup_.observer->on_probe(world().self, "recovery_badly_certified", 1);
            world().transport->distrust(from, Misconduct::BadCertificate);
            return;
        }
    }
    inquiry_->add(*peer, response);
    if (inquiry_->is_complete()) {
        end_amnesia();
    }
}

}  // namespace nexus::actors
