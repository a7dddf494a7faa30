#include "actors/roles/ports.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/env/calibration.hpp"
#include "sim/env/network_model.hpp"
#include "sim/kernel/core.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/node_state.hpp"
#include "sim/trace/event.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {

// --- the ports of a node ------------------------------------------------------------------------

Instant NodePorts::now() const { return core_->now + node_->spec.clock_offset; }

void NodePorts::send(NodeId to, const actors::PacketPtr& packet) {
    core_->send(*node_, to, packet);
}

void NodePorts::charge(actors::Work work, std::uint64_t count) {
    core_->charge(*node_, work, count);
}

actors::DurableToken NodePorts::append(Bytes record) {
    return core_->append(*node_, std::move(record));
}

void NodePorts::forget(std::size_t count) { node_->disk.forget(count); }

std::vector<Bytes> NodePorts::records() const { return node_->disk.records(); }

bool NodePorts::is_original() const { return node_->disk.is_original(); }

// --- what the ports do --------------------------------------------------------------------------

std::uint32_t Kernel::Core::label_of(const actors::PacketPtr& packet) {
    if (packet != last_sent) {
        last_sent = packet;
        last_label = intern(packet->kind());
    }
    return last_label;
}

void Kernel::Core::count_sent(NodeState& from, std::uint32_t label, std::size_t size) {
    ++counters.packets_sent;
    counters.bytes_sent += size;
    ++from.counters.packets_sent;
    from.counters.bytes_sent += size;
    if (label >= kind_of_label.size()) {
        kind_of_label.resize(label + 1, 0);
    }
    if (kind_of_label[label] == 0) {
        counters.packet_kinds.push_back({std::string(labels.name(label)), 0, 0});
        kind_of_label[label] = static_cast<std::uint32_t>(counters.packet_kinds.size());
    }
    PacketKindCounts& kind = counters.packet_kinds[kind_of_label[label] - 1];
    ++kind.sent;
    kind.bytes += size;
}

void Kernel::Core::send(NodeState& from, NodeId to, const actors::PacketPtr& packet) {
    NEXUS_ASSERT(packet != nullptr);
    NEXUS_ASSERT(current == nullptr || current == &from);  // a role uses its own world only
    NEXUS_ASSERT(to.value < nodes.size());
    const std::uint32_t label = label_of(packet);
    count_sent(from, label, packet->size());
    const NodeState& receiver = *nodes[to.value];
    const Route route = network.route(from.id, to, packet->size(), time_on(from));
    if (route.copies == 0) {
        ++counters.packets_dropped[static_cast<std::size_t>(route.cause)];
        return;
    }
    if (!receiver.alive) {
        ++counters.packets_dropped[static_cast<std::size_t>(DropCause::ReceiverDown)];
        ++network.faults().receiver_down;
        return;
    }
    for (std::size_t copy = 0; copy < route.copies; ++copy) {
        const std::uint32_t slot = packets.add(
            {packet, route.departed, from.id, from.incarnation, receiver.incarnation, label});
        schedule(route.arrivals[copy], EntryKind::Packet, to.value, slot);
    }
}

void Kernel::Core::charge(NodeState& node, actors::Work work, std::uint64_t count) {
    NEXUS_ASSERT(current == nullptr || current == &node);
    if (current == nullptr) {
        return;  // a constructor: the machine is not running yet
    }
    const std::int64_t unit = node.work_cost[static_cast<std::size_t>(work)];
    std::int64_t cost = 0;
    NEXUS_ASSERT(!__builtin_mul_overflow(unit, count, &cost));
    NEXUS_ASSERT(!__builtin_add_overflow(charged_picoseconds, cost, &charged_picoseconds));
}

actors::DurableToken Kernel::Core::append(NodeState& node, Bytes record) {
    NEXUS_ASSERT(current == nullptr || current == &node);
    const std::optional<Instant> end = node.disk.append(std::move(record), time_on(node));
    if (end) {
        schedule(*end, EntryKind::DiskSync, node.index, node.incarnation);
    }
    return node.disk.last_token();
}

// --- life and death of a node -------------------------------------------------------------------

NodeState& Kernel::Core::node(NodeId id) {
    NEXUS_ASSERT(id.value < nodes.size());
    return *nodes[id.value];
}

NodeId Kernel::Core::add_node(const NodeSpec& spec) {
    NEXUS_ASSERT(!spec.name.empty());
    NEXUS_ASSERT(spec.cores > 0);
    NEXUS_ASSERT(nodes.size() < kAmbientIndex);
    const bool name_is_new = names.insert(spec.name).second;
    NEXUS_ASSERT(name_is_new);
    const NodeId id =
        network.add_node(spec.name, spec.region, spec.bandwidth_up, spec.bandwidth_down);
    nodes.push_back(std::make_unique<NodeState>(*this, id, id.value, spec, options.disk,
                                                Prng(options.seed, "node/" + spec.name)));
    set_cpu_ppm(*nodes.back(), spec.cpu_ppm);
    if (options.trace != nullptr) {
        options.trace->on_node(id, spec.name, spec.kind);
    }
    return id;
}

void Kernel::Core::set_cpu_ppm(NodeState& node, std::uint32_t ppm) {
    NEXUS_ASSERT(ppm > 0);
    const auto scaled = [ppm](std::int64_t picoseconds, std::int64_t share) {
        NEXUS_ASSERT(picoseconds >= 0);
        NEXUS_ASSERT(picoseconds < std::numeric_limits<std::int64_t>::max() / 1'000'001);
        const std::int64_t divisor = std::int64_t{ppm} * share;
        return (picoseconds * 1'000'000 + divisor - 1) / divisor;
    };
    const Calibration& table = options.calibration;
    for (std::size_t work = 0; work < Calibration::kWorks; ++work) {
        const WorkCost& cost = table.works[work];
        node.work_cost[work] = scaled(cost.picoseconds, cost.parallel ? node.spec.cores : 1);
    }
    node.packet_cost = scaled(table.packet_picoseconds, 1);
    node.packet_byte_cost = scaled(table.packet_byte_picoseconds, 1);
    node.event_cost = scaled(table.event_picoseconds, 1);
    node.slowed = ppm < node.spec.cpu_ppm;
}

NodeState& Kernel::Core::home_of(caf::abstract_actor* actor) {
    const std::uint64_t id = actor->id();
    if (id >= homes.size()) {
        homes.resize(id + 1, 0);
    }
    if (homes[id] == 0) {
        NodeState& home = current != nullptr    ? *current
                          : spawning != nullptr ? *spawning
                                                : *ambient;
        homes[id] = home.index + 1;
        home.children.push_back(caf::actor_cast<caf::weak_actor_ptr>(actor));
        return home;
    }
    return node_at(homes[id] - 1);
}

void Kernel::Core::begin_spawn(NodeId id) {
    NodeState& born = node(id);
    NEXUS_ASSERT(current == nullptr);
    NEXUS_ASSERT(!born.alive);
    ++born.incarnation;
    born.alive = true;
    born.busy_until = now;
    spawning = &born;
}

void Kernel::Core::end_spawn(NodeId id, caf::strong_actor_ptr actor) {
    NodeState& born = node(id);
    NEXUS_ASSERT(spawning == &born);
    spawning = nullptr;
    born.main = dynamic_cast<caf::scheduled_actor*>(actor->get());
    NEXUS_ASSERT(born.main != nullptr);  // blocking actors cannot run here
    NEXUS_ASSERT(!born.main->getf(caf::abstract_actor::is_detached_flag));
    born.main_ref = std::move(actor);
    if (born.main->id() >= homes.size()) {
        homes.resize(born.main->id() + 1, 0);
    }
    homes[born.main->id()] = born.index + 1;
    record(EventKind::Spawn, born, kNoNode, 0, born.incarnation);
}

void Kernel::Core::crash(NodeState& victim) {
    NEXUS_ASSERT(current == nullptr);
    NEXUS_ASSERT(victim.alive);
    victim.ends.push_back(now);
    ++network.faults().crashes;
    record(EventKind::Crash, victim, kNoNode, 0, victim.incarnation);
    bury(victim);
}

void Kernel::Core::bury(NodeState& dead) {
    NEXUS_ASSERT(dead.ends.size() == dead.incarnation);
    any_ended = true;
    dead.alive = false;
    dead.wake_pending = false;
    dead.busy_until = now;
    while (!dead.inbox.empty()) {
        const InboxItem item = dead.inbox.pop();
        if (item.kind == EntryKind::Packet) {
            drop_packet(item.slot, DropCause::ReceiverDown);
        } else if (item.kind == EntryKind::Timer) {
            timers.take(item.slot);
            ++counters.timers_dropped;
        } else if (item.kind == EntryKind::Local) {
            release_job(item.slot);
        }
    }
    network.faults().appends_lost += dead.disk.crash();
    network.reset_node(dead.id);
    kill(dead.main);
    dead.main = nullptr;
    dead.main_ref.reset();
    for (const caf::weak_actor_ptr& child : std::exchange(dead.children, {})) {
        if (const auto ref = child.lock()) {
            kill(ref->get());
        }
    }
}

void Kernel::Core::kill(caf::abstract_actor* victim) {
    auto* actor = dynamic_cast<caf::scheduled_actor*>(victim);
    if (actor == nullptr || actor->getf(caf::abstract_actor::is_cleaned_up_flag)) {
        return;
    }
    // Not by an exit message: handling one would first initialise an actor that never ran.
    actor->setf(caf::abstract_actor::is_terminated_flag);
    actor->bhvr_stack().clear();
    actor->bhvr_stack().cleanup();
    actor->cleanup(caf::make_error(caf::exit_reason::kill), coordinator->unit());
}

}  // namespace nexus::sim
