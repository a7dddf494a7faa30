#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/calibration.hpp"
#include "sim/env/network_model.hpp"
#include "sim/env/simulated_disk.hpp"
#include "sim/kernel/counters.hpp"
#include "sim/trace/event.hpp"

#include <caf/all.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::sim {

/// Which of several events at the same instant comes first.
enum class TieBreak : std::uint8_t {
    Seeded,  ///< drawn from the stream "kernel/tie-break": a seed explores an order
    Fifo,    ///< the one that was scheduled first
};

/// What a run is made of, besides its nodes.
struct KernelOptions {
    std::uint64_t seed = 0;
    TieBreak tie_break = TieBreak::Seeded;
    NetworkConfig network{};
    Calibration calibration{};  ///< default: computing is free
    /// All nodes share so many cores: a node that is ready waits until one is free. 0: each has its
    /// own.
    std::uint32_t shared_cores = 0;
    DiskConfig disk{};
    /// Gets every event; not owned. Null: none.
    EventSink* trace = nullptr;
    /// Shared by all nodes; not owned. Null: the kernel makes a MemoVerifier.
    SignatureVerifier* verifier = nullptr;
};

/// One machine.
struct NodeSpec {
    std::string name{};                 ///< unique; names the node's random streams
    std::string kind = "node";          ///< "validator", "sovereign", ...: for people
    RegionIndex region = 0;             ///< in NetworkConfig::regions
    std::uint32_t cores = 1;            ///< divide the parallel kinds of work
    std::uint32_t cpu_ppm = 1'000'000;  ///< speed: 500'000 is half that of the calibrated machine
    std::uint64_t bandwidth_up = 0;     ///< bits a second; 0: no limit
    std::uint64_t bandwidth_down = 0;   ///< bits a second; 0: no limit
    Duration clock_offset{};            ///< World::clock runs ahead of the kernel's by this
};

/// Called after each event was recorded and before the actor handles it. `packet` is null unless
/// the event is a packet.
using Observer = std::function<void(const Event& event, const actors::Packet* packet)>;

/// A whole simulated network in one thread: a CAF actor system whose scheduler and clock are ours,
/// one event queue in virtual time, and the ports of actors::World simulated for each node.
///
/// Use:
///
///     Kernel kernel({.seed = 7});
///     const NodeId node = kernel.add_node({.name = "validator-0"});
///     kernel.spawn<ValidatorActor>(node, kernel.world(node), ...);
///     kernel.start(node);
///     kernel.run_until(Instant{} + seconds(60));
///
/// Events are ordered by (virtual time, tie-break, sequence). While a node's virtual CPU is busy
/// its events wait in its inbox, first come first served; handling takes no real waiting, and
/// virtual time as charged. Control events (`at`) come before all other events of their instant.
///
/// Plain CAF works: `send`, `delayed_send`, `request` with timeouts, `spawn` inside an actor (the
/// child lives on the same node) and `link`. Such messages are events too. They cross nodes without
/// delay or loss, so roles use World::transport for what travels.
///
/// Determinism: same options, nodes, actors and calls, same digest, in every process on every
///              machine. No detached or blocking actor, no scoped_actor, no function actor.
/// Threading:   one thread; two kernels share nothing, so a sweep runs one kernel per task.
/// Failure:     an exception in an actor ends that actor (CAF's rule) and counts in
///              Counters::actors_failed; the node is dead until it is spawned again.
class Kernel {
public:
    explicit Kernel(KernelOptions options);
    Kernel(const Kernel&) = delete;
    Kernel(Kernel&&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    Kernel& operator=(Kernel&&) = delete;
    /// Drops all pending events, kills all actors and returns: nothing is delivered any more.
    ~Kernel();

    // --- nodes and actors ---

    /// Adds a machine; nodes are numbered from 0. Pre: the name is new.
    NodeId add_node(const NodeSpec& spec);
    [[nodiscard]] std::size_t node_count() const;
    [[nodiscard]] const NodeSpec& spec(NodeId node) const;

    /// The ports of the node. They outlive every incarnation of its actors.
    [[nodiscard]] actors::World world(NodeId node);

    /// Makes the main actor of the node, the one that packets and durable tokens go to. The
    /// constructor gets exactly `args`; the behavior is made at the first message.
    /// A crashed node is restarted this way: the new incarnation shares the journal and nothing
    /// else. Pre: the node has no live main actor; Role is class-based and neither detached nor
    /// blocking.
    template <class Role, class... Args>
    caf::infer_handle_from_class_t<Role> spawn(NodeId node, Args&&... args) {
        begin_spawn(node);
        auto handle = system().spawn<Role, caf::lazy_init>(std::forward<Args>(args)...);
        end_spawn(node, caf::actor_cast<caf::strong_actor_ptr>(handle));
        return handle;
    }

    /// Sends StartAtom to the main actor, as an event at the present instant.
    /// Pre: the node is alive.
    void start(NodeId node);

    [[nodiscard]] bool alive(NodeId node) const;
    /// Spawns so far: 0 before the first.
    [[nodiscard]] std::uint32_t incarnation(NodeId node) const;

    /// The actor system, for what the kernel has no word for. An actor spawned here belongs to no
    /// node: its messages cost nothing and wait for nobody.
    [[nodiscard]] caf::actor_system& system();

    // --- time ---

    [[nodiscard]] Instant now() const;
    /// Runs `action` at `when`, before all other events of that instant; several at one instant
    /// run in the order of this call. Pre: when >= now().
    void at(Instant when, std::function<void()> action);
    /// Handles the next event, if there is one.
    bool step();
    /// Handles all events up to and at `end`, then sets the time to `end`. Returns the events
    /// handled. After stop() it returns early, and the time stays where it is.
    std::uint64_t run_until(Instant end);
    /// Handles events until there is none, or stop(). An actor with a periodic timer never idles.
    std::uint64_t run_until_idle();
    /// Makes the present run_* return after the event being handled. For control events, observers
    /// and checkers.
    void stop();
    [[nodiscard]] bool idle() const;

    // --- faults; those of packets are in network() ---

    /// Kills all actors of the node now. Lost: their state, their timers, events that wait for the
    /// CPU, packets that have not left the network card, journal records that are not durable.
    /// Packets that have left still arrive. Pre: called from outside of actors (`at`, or between
    /// runs); the node is alive.
    void crash(NodeId node);

    /// Partitions, blocks, loss, duplication, reordering, delay, bandwidth.
    [[nodiscard]] NetworkModel& network();

    /// Speed of the virtual CPU from now on; a value under the node's `cpu_ppm` counts as the slow
    /// fault. Pre: ppm > 0.
    void set_cpu_ppm(NodeId node, std::uint32_t ppm);
    void set_clock_offset(NodeId node, Duration offset);
    /// Virtual time of one fsync from now on.
    void set_fsync_latency(NodeId node, Duration latency);
    /// Loses all that is on the disk of the node. Pre: the node is down.
    void wipe_disk(NodeId node);
    /// The disk of the node: what is durable, what a crash took.
    [[nodiscard]] const SimulatedDisk& disk(NodeId node) const;

    // --- results ---

    /// SHA-256 over every event so far.
    [[nodiscard]] Hash digest() const;
    /// One more draw of the tie-break stream: differs if two runs with equal digests drew
    /// differently.
    [[nodiscard]] std::uint64_t last_draw();
    [[nodiscard]] const Counters& counters() const;
    [[nodiscard]] const NodeCounters& counters(NodeId node) const;
    [[nodiscard]] const FaultCounts& faults() const;
    /// The name of Event::label; empty for 0.
    [[nodiscard]] std::string_view label(std::uint32_t label) const;
    /// Sees every event; an empty function ends it. Costs one test an event when unset.
    void set_observer(Observer observer);

    struct Core;

private:
    void begin_spawn(NodeId node);
    void end_spawn(NodeId node, caf::strong_actor_ptr actor);

    std::unique_ptr<Core> core_;
};

}  // namespace nexus::sim
