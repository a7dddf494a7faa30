#pragma once

#include "actors/roles/chain_store.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "consensus/api/input.hpp"
#include "graph/state/state_parts.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace nexus::actors {

/// Hands out the state of a checkpoint in parts.
///
/// Invariant: holds the last kOffersMax states that were offered: who fetches one while the next
/// checkpoint is offered to another gets it to its end.
class StateServer {
public:
    static constexpr std::size_t kOffersMax = 2;

    /// The offer of this checkpoint; cuts its state up if it is not held.
    StateOffer offer(const Checkpoint& checkpoint);
    /// Nothing if the request is for a state or a part that is not held.
    [[nodiscard]] std::optional<StatePart> part(const StateRequest& request) const;

private:
    struct Offered {
        Hash block;
        std::vector<Bytes> parts;
    };
    [[nodiscard]] const Offered* find(const Hash& block) const;

    std::deque<Offered> offered_;  // the newest last
};

/// Collects the state after a finalized block from one peer, which is not trusted.
///
/// Shape: at most kPartsMax parts of at most kPartBytesMax bytes each.
class StateFetch {
public:
    static constexpr std::uint32_t kPartsMax = 1024;
    static constexpr std::size_t kPartBytesMax = 2 * graph::kStatePartBytes;
    static constexpr std::uint32_t kInFlightMax = 8;
    /// So many calls of `is_stuck` without a new part in between.
    static constexpr int kPatience = 5;
    /// After the first calls so many parts must have come for each further one: whoever sends a
    /// part now and then holds nobody up.
    static constexpr std::uint32_t kFirstCalls = 10, kPartsPerCall = 4;

    /// Pre: the block's certificate was checked; 1 <= parts <= kPartsMax.
    StateFetch(NodeId peer, consensus::CommittedBlock block, std::uint32_t parts);

    [[nodiscard]] NodeId peer() const { return peer_; }
    [[nodiscard]] const consensus::CommittedBlock& block() const { return block_; }

    /// What to ask for: the next parts or, `again`, all that were asked for and did not come.
    std::vector<StateRequest> requests(bool again);
    /// Takes a part that is missing, and nothing else.
    void add(const StatePart& part);
    /// Asked once a second: true once nothing came for too long, or too little.
    bool is_stuck();

    [[nodiscard]] bool is_complete() const { return missing_ == 0; }
    /// The state, if its root is the one in the header. Pre: is_complete().
    [[nodiscard]] Result<graph::StateSnapshot, graph::StatePartsError> join() const;

private:
    NodeId peer_;
    consensus::CommittedBlock block_;
    std::vector<Bytes> parts_;  // empty: not there yet
    std::uint32_t missing_;
    std::uint32_t asked_ = 0;  // parts below were asked for
    int idle_ = 0;
    std::uint32_t calls_ = 0;
};

}  // namespace nexus::actors
