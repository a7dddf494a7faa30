#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/input.hpp"

#include <caf/all.hpp>

#include <cstdint>

namespace nexus::actors {

/// What all roles have in common: they are the main actor of a node, and the world talks to them in
/// five ways. A role overrides what it listens to.
///
/// Threading: none of its own; CAF runs one handler at a time.
class RoleActor : public NodeHandle::base {
public:
    NodeHandle::behavior_type make_behavior() final;

protected:
    RoleActor(caf::actor_config& config, const World& world);

    virtual void on_start() = 0;
    virtual void on_packet(NodeId from, const WirePacket& packet) = 0;
    virtual void on_tick(std::uint64_t tick) = 0;
    virtual void on_timer(consensus::TimerId timer);
    virtual void on_durable(DurableToken token);

    /// `on_tick(tick)` once, after this time.
    void tick_after(Duration delay, std::uint64_t tick);
    /// `on_timer(timer)` once, after this time.
    void timer_after(Duration delay, consensus::TimerId timer);

    [[nodiscard]] const World& world() const { return world_; }
    [[nodiscard]] Instant now() const { return world_.clock->now(); }

private:
    /// Handles one message, and tells how that went where somebody wants to know.
    template <class Handler>
    void handle(const Handler& handler) {
        if (world_.meter == nullptr) {
            handler();
            return;
        }
        const Instant begun = now();
        handler();
        world_.meter->on_handled(mailbox().size(), now() - begun);
    }

    World world_;
};

}  // namespace nexus::actors
