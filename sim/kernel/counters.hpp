#pragma once

#include "base/time.hpp"
#include "sim/env/network_model.hpp"
#include "sim/trace/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::sim {

/// Packets of one kind that actors sent.
struct PacketKindCounts {
    std::string name;
    std::uint64_t sent = 0;
    std::uint64_t bytes = 0;
};

/// What happened in a run so far.
struct Counters {
    std::uint64_t events = 0;  ///< delivered: handled by an actor, crashes and spawns included
    std::array<std::uint64_t, kEventKinds> events_by_kind{};
    std::uint64_t packets_sent = 0;  ///< as actors sent them: before loss and duplication
    std::uint64_t packets_delivered = 0;
    std::array<std::uint64_t, kDropCauses> packets_dropped{};
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_delivered = 0;
    std::uint64_t timers_dropped = 0;      ///< of a former incarnation
    std::uint64_t messages_unhandled = 0;  ///< the actor's behavior dropped them
    std::uint64_t actors_failed = 0;       ///< main actors that ended by themselves, not by a crash
    std::size_t queue_high_water = 0;      ///< most events waiting in the queue at once
    std::size_t inbox_high_water = 0;      ///< most events waiting for one busy node
    std::vector<PacketKindCounts> packet_kinds;  ///< in the order of their first packet

    [[nodiscard]] std::uint64_t dropped(DropCause cause) const {
        return packets_dropped[static_cast<std::size_t>(cause)];
    }
};

/// What happened to one node so far.
struct NodeCounters {
    Duration busy{};  ///< virtual CPU time
    std::uint64_t events = 0;
    std::uint64_t slowed = 0;  ///< events handled under a slow factor
    std::uint64_t packets_sent = 0;
    std::uint64_t packets_delivered = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_delivered = 0;
};

}  // namespace nexus::sim
