#include "actors/roles/state_sync.hpp"

#include "actors/roles/chain_store.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "consensus/api/input.hpp"
#include "graph/state/state_parts.hpp"
#include "graph/state/state_snapshot.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::actors {

StateOffer StateServer::offer(const Checkpoint& checkpoint) {
    const Hash& block = checkpoint.block.block->id;
    if (find(block) == nullptr) {
        if (offered_.size() == kOffersMax) {
            offered_.pop_front();
        }
        offered_.push_back({.block = block, .parts = graph::split_state(checkpoint.state)});
    }
    return {.block = checkpoint.block,
            .parts = static_cast<std::uint32_t>(find(block)->parts.size())};
}

const StateServer::Offered* StateServer::find(const Hash& block) const {
    const auto found = std::find_if(offered_.begin(), offered_.end(),
                                    [&](const Offered& each) { return each.block == block; });
    return found == offered_.end() ? nullptr : &*found;
}

std::optional<StatePart> StateServer::part(const StateRequest& request) const {
    const Offered* offered = find(request.block);
    if (offered == nullptr || request.part >= offered->parts.size()) {
        return std::nullopt;
    }
    return StatePart{
        .block = request.block, .part = request.part, .bytes = offered->parts[request.part]};
}

StateFetch::StateFetch(NodeId peer, consensus::CommittedBlock block, std::uint32_t parts)
    : peer_(peer), block_(std::move(block)), parts_(parts), missing_(parts) {
    NEXUS_ASSERT(parts >= 1 && parts <= kPartsMax);
    NEXUS_ASSERT(block_.certificate != nullptr);
}

std::vector<StateRequest> StateFetch::requests(bool again) {
    std::vector<StateRequest> requests;
    std::uint32_t in_flight = 0;
    for (std::uint32_t part = 0; part < asked_; ++part) {
        if (parts_[part].empty()) {
            ++in_flight;
            if (again) {
                requests.push_back({.block = block_.block->id, .part = part});
            }
        }
    }
    const auto end = static_cast<std::uint32_t>(parts_.size());
    for (; asked_ < end && in_flight < kInFlightMax; ++asked_, ++in_flight) {
        requests.push_back({.block = block_.block->id, .part = asked_});
    }
    return requests;
}

void StateFetch::add(const StatePart& part) {
    const bool is_missing = part.block == block_.block->id && part.part < asked_ &&
                            parts_[part.part].empty() && !part.bytes.empty() &&
                            part.bytes.size() <= kPartBytesMax;
    if (is_missing) {
        parts_[part.part] = part.bytes;
        --missing_;
        idle_ = 0;
    }
}

bool StateFetch::is_stuck() {
    const auto received = static_cast<std::uint32_t>(parts_.size()) - missing_;
    const std::uint32_t late = ++calls_ > kFirstCalls ? calls_ - kFirstCalls : 0;
    return ++idle_ > kPatience || received < late * kPartsPerCall;
}

Result<graph::StateSnapshot, graph::StatePartsError> StateFetch::join() const {
    NEXUS_ASSERT(is_complete());
    return graph::join_state(parts_, block_.block->header.state_root);
}

}  // namespace nexus::actors
