#pragma once

#include "actors/roles/ports.hpp"
#include "base/ids.hpp"
#include "consensus/api/input.hpp"

#include <caf/all.hpp>

#include <cstdint>

// Packets stay inside one process as CAF messages: a peer's bytes never reach CAF's own
// deserializer, so these types need no `inspect`.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(nexus::NodeId)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(nexus::actors::PacketPtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(nexus::consensus::TimerId)

namespace nexus::actors {

using StartAtom = caf::atom_constant<caf::atom("start")>;      ///< begin; sent once, after wiring
using TickAtom = caf::atom_constant<caf::atom("tick")>;        ///< a timer of the role's own
using TimerAtom = caf::atom_constant<caf::atom("timer")>;      ///< a timer of its protocol
using DurableAtom = caf::atom_constant<caf::atom("durable")>;  ///< an append is durable

/// A node as the world sees it: packets, timers, completed appends. All one-way.
using NodeHandle = caf::typed_actor<caf::reacts_to<StartAtom>, caf::reacts_to<NodeId, PacketPtr>,
                                    caf::reacts_to<TickAtom, std::uint64_t>,
                                    caf::reacts_to<TimerAtom, consensus::TimerId>,
                                    caf::reacts_to<DurableAtom, DurableToken>>;

}  // namespace nexus::actors
