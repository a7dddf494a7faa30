#pragma once

#include "actors/node/network_broker.hpp"
#include "sim/report/histogram.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace nexus::tools {

using CountsByName = std::map<std::string, std::uint64_t>;
/// By whole second of scenario time.
using CountsBySecond = std::map<std::uint64_t, std::uint64_t>;

/// What a member has measured: as a client, and as a node of the network.
struct MemberSample {
    sim::Histogram latency;       ///< Intended start to proven finality, nanoseconds.
    sim::Histogram lateness;      ///< Intended start to the generator's waking up, nanoseconds.
    CountsBySecond offered;       ///< Due, by their intended start; of load sources only.
    CountsBySecond submitted;     ///< Sent, by their intended start.
    CountsBySecond finalized;     ///< Proven final, by when.
    CountsByName kinds;           ///< Proven final, by kind.
    CountsByName rejected_kinds;  ///< Of these, those without effect.
    CountsByName rejections;      ///< The same, by reason.
    CountsByName probes;          ///< What roles and protocols count.
    CountsByName counts;          ///< Of the network and of proofs, as status.json names them.

    /// Adds what was measured in another life.
    void add(const MemberSample& other);
};

/// What of the network counters goes into reports, by name: packets, bytes, what was dropped, links
/// that ended, bans.
CountsByName counts_of(const actors::NetworkCounters& network);

}  // namespace nexus::tools
