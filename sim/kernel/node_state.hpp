#pragma once

#include "actors/roles/ports.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/env/simulated_disk.hpp"
#include "sim/kernel/counters.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/ring_buffer.hpp"

#include <caf/all.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nexus::sim {

/// What waits for a busy CPU.
struct InboxItem {
    EntryKind kind = EntryKind::Packet;  ///< Packet, Timer, Local, Start; DiskSync is one token
    std::uint32_t slot = 0;
    std::uint64_t value = 0;  ///< packet: when its last bit is in (ns); DiskSync: the token
};

struct NodeState;

/// The ports of one node: each hands on to the kernel.
class NodePorts final : public actors::Clock,
                        public actors::Transport,
                        public actors::Compute,
                        public actors::Entropy,
                        public actors::Journal {
public:
    NodePorts(Kernel::Core& core, NodeState& node, Prng prng)
        : core_(&core), node_(&node), prng_(prng) {}

    [[nodiscard]] Instant now() const override;
    void send(NodeId to, const actors::PacketPtr& packet) override;
    /// A simulated network bans nobody: what a liar says goes on to be heard, and to cost.
    void distrust(NodeId /*peer*/, actors::Misconduct /*misconduct*/) override {}
    void charge(actors::Work work, std::uint64_t count) override;
    std::uint64_t below(std::uint64_t bound) override { return prng_.below(bound); }
    Duration exponential(Duration mean) override { return prng_.exponential(mean); }
    actors::DurableToken append(Bytes record) override;
    void forget(std::size_t count) override;
    [[nodiscard]] std::vector<Bytes> records() const override;
    [[nodiscard]] bool is_original() const override;

private:
    Kernel::Core* core_;
    NodeState* node_;
    Prng prng_;
};

/// One machine and who lives on it.
struct NodeState {
    NodeState(Kernel::Core& core, NodeId node_id, std::uint32_t node_index, NodeSpec node_spec,
              DiskConfig disk_config, Prng prng)
        : id(node_id),
          index(node_index),
          spec(std::move(node_spec)),
          ports(core, *this, prng),
          disk(disk_config) {}

    NodeId id;            ///< kNoNode for the ambient one
    std::uint32_t index;  ///< in queue entries
    NodeSpec spec;
    NodePorts ports;
    SimulatedDisk disk;

    bool alive = false;
    bool wake_pending = false;
    std::uint32_t incarnation = 0;  ///< spawns so far
    std::vector<Instant> ends;      ///< when each former incarnation ended
    caf::scheduled_actor* main = nullptr;
    caf::strong_actor_ptr main_ref;  ///< keeps `main` alive
    std::vector<caf::weak_actor_ptr> children;

    Instant busy_until;
    RingBuffer<InboxItem> inbox;

    /// Picoseconds a unit at the present speed of this node.
    std::array<std::int64_t, Calibration::kWorks> work_cost{};
    std::int64_t packet_cost = 0;
    std::int64_t packet_byte_cost = 0;
    std::int64_t event_cost = 0;
    bool slowed = false;
    NodeCounters counters;
};

}  // namespace nexus::sim
