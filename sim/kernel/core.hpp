#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/env/network_model.hpp"
#include "sim/env/simulated_disk.hpp"
#include "sim/kernel/coordinator.hpp"
#include "sim/kernel/counters.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/label_table.hpp"
#include "sim/kernel/node_state.hpp"
#include "sim/kernel/slab.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/running_digest.hpp"

#include <absl/container/flat_hash_map.h>
#include <caf/all.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// A packet on its way, or in an inbox.
struct PacketInFlight {
    actors::PacketPtr packet;
    Instant departed;
    NodeId from;
    std::uint32_t from_incarnation = 0;
    std::uint32_t to_incarnation = 0;
    std::uint32_t label = 0;
};

/// A delayed message or timeout.
struct PendingTimer {
    caf::strong_actor_ptr receiver;
    caf::mailbox_element_ptr element;  ///< null once cancelled
    std::uint32_t incarnation = 0;
    std::uint32_t generation = 0;  ///< tells a reused place from the former entry
};

/// An actor with messages in its own mailbox.
struct ReadyJob {
    caf::resumable* job = nullptr;  ///< with one reference
    std::uint32_t incarnation = 0;
};

/// The inside of Kernel: queue, nodes, and the actor system that runs on them.
///
/// Delivery: packets, timers, start messages and durable tokens are handed straight to the actor
///           (scheduled_actor::activate), not through its mailbox, so that exactly this event is
///           handled now. Only plain sends use mailboxes; each is served one message an event.
struct Kernel::Core final : SchedulerHost {
    explicit Core(KernelOptions kernel_options);
    Core(const Core&) = delete;
    Core(Core&&) = delete;
    Core& operator=(const Core&) = delete;
    Core& operator=(Core&&) = delete;
    ~Core();

    // --- SchedulerHost ---
    [[nodiscard]] Instant scheduler_now() const override { return now; }
    void on_ready(caf::resumable* job) override;
    std::uint64_t on_delayed(Instant due, caf::strong_actor_ptr receiver,
                             caf::mailbox_element_ptr element) override;
    void on_cancelled(std::uint64_t entry) override;
    [[nodiscard]] bool is_pending(std::uint64_t entry) const override;

    // --- nodes (core_nodes.cpp) ---
    NodeId add_node(const NodeSpec& spec);
    NodeState& node(NodeId id);
    NodeState& node_at(std::uint32_t index) {
        return index == kAmbientIndex ? *ambient : *nodes[index];
    }
    void begin_spawn(NodeId id);
    void end_spawn(NodeId id, caf::strong_actor_ptr actor);
    void crash(NodeState& node);
    void bury(NodeState& node);
    void kill(caf::abstract_actor* actor);
    void set_cpu_ppm(NodeState& node, std::uint32_t ppm);
    /// The node an actor lives on; an actor not seen before lives where the present one does.
    NodeState& home_of(caf::abstract_actor* actor);

    // --- the world of a node (core_nodes.cpp) ---
    void send(NodeState& from, NodeId to, const actors::PacketPtr& packet);
    void charge(NodeState& node, actors::Work work, std::uint64_t count);
    actors::DurableToken append(NodeState& node, Bytes record);
    /// The virtual time on this node: later than `now` by what the present handling has cost.
    [[nodiscard]] Instant time_on(const NodeState& node) const {
        return current == &node ? now + charged_time() : now;
    }
    [[nodiscard]] Duration charged_time() const { return {(charged_picoseconds + 999) / 1000}; }

    // --- events (core.cpp) ---
    void schedule(Instant when, EntryKind kind, std::uint32_t node, std::uint32_t slot);
    void schedule_control(Instant when, std::function<void()> action);
    bool step();
    void arrive_packet(NodeState& node, std::uint32_t slot);
    void arrive_timer(NodeState& node, std::uint32_t slot);
    void arrive_job(NodeState& node, std::uint32_t slot);
    void complete_sync(NodeState& node, std::uint32_t incarnation);
    void wake(NodeState& node, std::uint32_t incarnation);
    [[nodiscard]] bool ended_before_departure(const PacketInFlight& flight) const;
    void drop_packet(std::uint32_t slot, DropCause cause);
    void release_job(std::uint32_t slot);
    /// Handles the item now, or queues it when the node is busy.
    void offer(NodeState& node, const InboxItem& item);
    void handle(NodeState& node, const InboxItem& item);
    void handle_packet(NodeState& node, const InboxItem& item);
    void handle_timer(NodeState& node, std::uint32_t slot);
    void handle_job(NodeState& node, std::uint32_t slot);
    void handle_durable(NodeState& node, actors::DurableToken token);
    void handle_start(NodeState& node);
    /// Gives the element to the actor, right now. `owned` may be null: the element is the kernel's.
    void activate(NodeState& node, caf::scheduled_actor& actor, caf::mailbox_element& element,
                  caf::mailbox_element_ptr owned);
    void finish_handling(NodeState& node);
    /// When the node's CPU is free, and one of those that all share: past or now if it is.
    [[nodiscard]] Instant free_at(const NodeState& node) const;
    void request_wake(NodeState& node);
    void on_actor_done(NodeState& node, const caf::abstract_actor* actor);
    void record(EventKind kind, const NodeState& node, NodeId source, std::uint32_t label,
                std::uint64_t value, const actors::Packet* packet = nullptr);
    /// Names a message by its leading atom, and takes its number if it has one.
    std::uint32_t describe(const caf::type_erased_tuple& content, std::uint64_t& value);
    std::uint32_t intern(std::string_view name);
    std::uint32_t label_of(const actors::PacketPtr& packet);
    void count_sent(NodeState& from, std::uint32_t label, std::size_t size);

    static constexpr std::uint32_t kAmbientIndex = (1U << 28U) - 1;

    KernelOptions options;
    std::unique_ptr<MemoVerifier> own_verifier;
    NetworkModel network;
    Prng tie_prng;
    Instant now;
    std::uint64_t sequence = 0;
    EventQueue queue;
    Slab<PacketInFlight> packets;
    Slab<PendingTimer> timers;
    Slab<ReadyJob> jobs;
    Slab<std::function<void()>> controls;
    std::uint32_t timer_generation = 0;
    std::vector<std::unique_ptr<NodeState>> nodes;
    std::unique_ptr<NodeState> ambient;  ///< the home of actors that live on no node
    std::set<std::string, std::less<>> names;
    std::vector<std::uint32_t> homes;  ///< by actor id: node index + 1
    std::vector<Instant> shared_free;  ///< by shared core: when it is free again
    NodeState* current = nullptr;      ///< whose event is being handled
    NodeState* spawning = nullptr;     ///< whose main actor is being made
    std::int64_t charged_picoseconds = 0;
    bool current_ended = false;  ///< the main actor of `current` ended in this handling
    bool stopped = false;
    bool any_ended = false;  ///< some node has died: senders must be looked up
    RunningDigest digest;
    Counters counters;
    LabelTable labels;
    absl::flat_hash_map<std::uint64_t, std::uint32_t> atom_labels;  ///< never iterated
    actors::PacketPtr last_sent;  ///< a broadcast sends it many times in a row
    std::uint32_t last_label = 0;
    std::vector<std::uint32_t> kind_of_label;  ///< index into counters.packet_kinds, plus 1
    Observer observer;

    // The elements that packets and tokens come in, one each, used again for every event.
    using PacketElement = caf::mailbox_element_vals<NodeId, actors::PacketPtr>;
    using DurableElement = caf::mailbox_element_vals<caf::atom_value, actors::DurableToken>;

    caf::actor_system_config config;
    Coordinator* coordinator = nullptr;  ///< owned by the system
    std::unique_ptr<caf::actor_system> system;
    std::unique_ptr<PacketElement, caf::detail::disposer> packet_element;
    std::unique_ptr<DurableElement, caf::detail::disposer> durable_element;
};

}  // namespace nexus::sim
