// How a broker holds packets back as its shaper says: README.md, "Shaping".

#include "actors/link/lanes.hpp"
#include "actors/link/link.hpp"
#include "actors/node/network_broker.hpp"
#include "actors/node/packet_shaper.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace nexus::actors {

void NetworkBroker::shape(NodeId to, const PacketPtr& packet) {
    ++counters_->packets_shaped;
    if (!held_.has_room(packet->size())) {
        ++counters_->dropped_held;
        return;
    }
    const PacketShaper::Fate fate = shaper_->shape(now(), to, packet->size());
    if (fate.copies == 0) {
        ++counters_->dropped_shaped;
        return;
    }
    if (packet != shaped_) {
        shaped_ = packet;
        shaped_bytes_ = std::make_shared<const Bytes>(encode_packet(*packet));
    }
    const Lane lane = lane_of(*packet);
    for (std::size_t copy = 0; copy < fate.copies; ++copy) {
        if (!held_.add(fate.leaves.at(copy), {.to = to, .lane = lane, .bytes = shaped_bytes_})) {
            ++counters_->dropped_held;
        }
    }
    release();
}

void NetworkBroker::release() {
    const Instant at = now();
    while (const auto held = held_.take(at)) {
        if (!shaper_->passes(held->to)) {
            ++counters_->dropped_shaped;
        } else if (Link* const link = link_to(held->to)) {
            send_on(*link, held->to, held->lane, *held->bytes);
        }
    }
    counters_->bytes_held = held_.bytes();
    const std::optional<Instant> next = held_.next();
    if (next.has_value() && (!release_at_.has_value() || *next < *release_at_)) {
        release_at_ = next;
        send_later(*next - at, ReleaseAtom::value, next->nanoseconds);
    }
}

}  // namespace nexus::actors
