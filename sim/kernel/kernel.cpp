#include "sim/kernel/kernel.hpp"

#include "actors/roles/ports.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/network_model.hpp"
#include "sim/env/simulated_disk.hpp"
#include "sim/kernel/core.hpp"
#include "sim/kernel/counters.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/node_state.hpp"

#include <caf/all.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace nexus::sim {

Kernel::Kernel(KernelOptions options) : core_(std::make_unique<Core>(std::move(options))) {}
Kernel::~Kernel() = default;

NodeId Kernel::add_node(const NodeSpec& spec) { return core_->add_node(spec); }
std::size_t Kernel::node_count() const { return core_->nodes.size(); }
const NodeSpec& Kernel::spec(NodeId node) const { return core_->node(node).spec; }

actors::World Kernel::world(NodeId id) {
    NodePorts& ports = core_->node(id).ports;
    return {.self = id,
            .clock = &ports,
            .transport = &ports,
            .compute = &ports,
            .entropy = &ports,
            .verifier = core_->options.verifier,
            .journal = &ports};
}

void Kernel::begin_spawn(NodeId node) { core_->begin_spawn(node); }
void Kernel::end_spawn(NodeId node, caf::strong_actor_ptr actor) {
    core_->end_spawn(node, std::move(actor));
}

void Kernel::start(NodeId id) {
    const NodeState& node = core_->node(id);
    NEXUS_ASSERT(node.alive);
    core_->schedule(core_->now, EntryKind::Start, node.index, node.incarnation);
}

bool Kernel::alive(NodeId node) const { return core_->node(node).alive; }
std::uint32_t Kernel::incarnation(NodeId node) const { return core_->node(node).incarnation; }
caf::actor_system& Kernel::system() { return *core_->system; }

Instant Kernel::now() const { return core_->now; }

void Kernel::at(Instant when, std::function<void()> action) {
    core_->schedule_control(when, std::move(action));
}

bool Kernel::step() { return core_->step(); }

std::uint64_t Kernel::run_until(Instant end) {
    NEXUS_ASSERT(end >= core_->now);
    const std::uint64_t before = core_->counters.events;
    core_->stopped = false;
    while (!core_->stopped && !core_->queue.empty() && core_->queue.top().time <= end.nanoseconds) {
        core_->step();
    }
    if (!core_->stopped) {
        core_->now = end;
    }
    return core_->counters.events - before;
}

std::uint64_t Kernel::run_until_idle() {
    const std::uint64_t before = core_->counters.events;
    core_->stopped = false;
    while (!core_->stopped && core_->step()) {
    }
    return core_->counters.events - before;
}

void Kernel::stop() { core_->stopped = true; }
bool Kernel::idle() const { return core_->queue.empty(); }

void Kernel::crash(NodeId node) { core_->crash(core_->node(node)); }
NetworkModel& Kernel::network() { return core_->network; }
void Kernel::set_cpu_ppm(NodeId node, std::uint32_t ppm) {
    core_->set_cpu_ppm(core_->node(node), ppm);
}
void Kernel::set_clock_offset(NodeId node, Duration offset) {
    core_->node(node).spec.clock_offset = offset;
}
void Kernel::set_fsync_latency(NodeId node, Duration latency) {
    core_->node(node).disk.set_fsync_latency(latency);
}
void Kernel::wipe_disk(NodeId node) {
    NEXUS_ASSERT(!alive(node));
    core_->node(node).disk.wipe();
}
const SimulatedDisk& Kernel::disk(NodeId node) const { return core_->node(node).disk; }

Hash Kernel::digest() const { return core_->digest.value(); }
std::uint64_t Kernel::last_draw() { return core_->tie_prng.next(); }

const Counters& Kernel::counters() const {
    core_->counters.queue_high_water = core_->queue.high_water();
    return core_->counters;
}
const NodeCounters& Kernel::counters(NodeId node) const { return core_->node(node).counters; }
const FaultCounts& Kernel::faults() const { return core_->network.faults(); }
std::string_view Kernel::label(std::uint32_t label) const { return core_->labels.name(label); }
void Kernel::set_observer(Observer observer) { core_->observer = std::move(observer); }

}  // namespace nexus::sim
