#include "actors/roles/role_actor.hpp"

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/input.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <cstdint>

namespace nexus::actors {

RoleActor::RoleActor(caf::actor_config& config, const World& world)
    : NodeHandle::base(config), world_(world) {
    NEXUS_ASSERT(world.clock != nullptr);
    NEXUS_ASSERT(world.transport != nullptr);
    NEXUS_ASSERT(world.compute != nullptr);
    NEXUS_ASSERT(world.entropy != nullptr);
    NEXUS_ASSERT(world.verifier != nullptr);
}

NodeHandle::behavior_type RoleActor::make_behavior() {
    return {
        [this](StartAtom) { handle([this] { on_start(); }); },
        [this](NodeId from, const PacketPtr& packet) {
            handle([&] { on_packet(from, static_cast<const WirePacket&>(*packet)); });
            // Says that there is no answer to make: else CAF prepares one for each packet, only to
            // find that nobody has asked for it.
            return caf::delegated<void>{};
        },
        [this](TickAtom, std::uint64_t tick) { handle([&] { on_tick(tick); }); },
        [this](TimerAtom, consensus::TimerId timer) { handle([&] { on_timer(timer); }); },
        [this](DurableAtom, DurableToken token) { handle([&] { on_durable(token); }); },
    };
}

void RoleActor::on_timer(consensus::TimerId /*timer*/) {}
void RoleActor::on_durable(DurableToken /*token*/) {}

void RoleActor::tick_after(Duration delay, std::uint64_t tick) {
    delayed_send(this, std::chrono::nanoseconds(delay.nanoseconds), TickAtom::value, tick);
}

void RoleActor::timer_after(Duration delay, consensus::TimerId timer) {
    delayed_send(this, std::chrono::nanoseconds(delay.nanoseconds), TimerAtom::value, timer);
}

}  // namespace nexus::actors
