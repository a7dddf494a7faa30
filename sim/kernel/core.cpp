#include "sim/kernel/core.hpp"

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/env/network_model.hpp"
#include "sim/kernel/coordinator.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/node_state.hpp"
#include "sim/trace/event.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::uint64_t kNotControl = std::uint64_t{1} << 63U;
constexpr Instant kForever{std::numeric_limits<std::int64_t>::max()};

template <class Element, class... Args>
auto make_element(Args&&... args) {
    return std::unique_ptr<Element, caf::detail::disposer>(
        new Element(nullptr, caf::make_message_id(), {}, std::forward<Args>(args)...));
}

}  // namespace

Kernel::Core::Core(KernelOptions kernel_options)
    : options(std::move(kernel_options)),
      network(options.network, options.seed),
      tie_prng(options.seed, "kernel/tie-break"),
      shared_free(options.shared_cores) {
    if (options.verifier == nullptr) {
        own_verifier = std::make_unique<MemoVerifier>();
        options.verifier = own_verifier.get();
    }
    ambient = std::make_unique<NodeState>(*this, kNoNode, kAmbientIndex, NodeSpec{}, options.disk,
                                          Prng(options.seed, "node/"));
    ambient->alive = true;
    config.module_factories.push_back(
        [this](caf::actor_system& owner) -> caf::actor_system::module* {
            coordinator = new Coordinator(owner, *this);
            return coordinator;
        });
    system = std::make_unique<caf::actor_system>(config);
    coordinator->drain();
    coordinator->set_live(true);
    packet_element = make_element<PacketElement>(NodeId{}, actors::PacketPtr{});
    durable_element = make_element<DurableElement>(
        static_cast<caf::atom_value>(actors::DurableAtom::value), actors::DurableToken{0});
}

Kernel::Core::~Core() {
    NEXUS_ASSERT(current == nullptr);
    coordinator->set_live(false);
    queue.clear();
    for (const auto& each : nodes) {
        if (each->alive) {
            each->ends.push_back(now);
            bury(*each);
        }
    }
    for (const caf::weak_actor_ptr& actor : std::exchange(ambient->children, {})) {
        if (const auto ref = actor.lock()) {
            kill(ref->get());
        }
    }
    controls.drain();
    packets.drain();
    last_sent.reset();
    timers.drain();
    for (const ReadyJob& ready : jobs.drain()) {
        if (ready.job != nullptr) {
            caf::intrusive_ptr_release(ready.job);
        }
    }
    packet_element.reset();
    durable_element.reset();
    coordinator->drain();
    system.reset();  // waits for all actors: none is left
}

// --- the queue ----------------------------------------------------------------------------------

void Kernel::Core::schedule(Instant when, EntryKind kind, std::uint32_t node, std::uint32_t slot) {
    NEXUS_ASSERT(when >= now);
    ++sequence;
    std::uint64_t key = kNotControl | sequence;
    if (options.tie_break == TieBreak::Seeded) {
        // 31 drawn bits, then the sequence: it decides between equal draws only.
        key = kNotControl | ((tie_prng.next() >> 33U) << 32U) | (sequence & 0xFFFF'FFFFU);
    }
    queue.push({when.nanoseconds, key, node | (static_cast<std::uint32_t>(kind) << 28U), slot});
}

void Kernel::Core::schedule_control(Instant when, std::function<void()> action) {
    NEXUS_ASSERT(when >= now);
    NEXUS_ASSERT(action != nullptr);
    ++sequence;
    const std::uint32_t slot = controls.add(std::move(action));
    queue.push(
        {when.nanoseconds, sequence, static_cast<std::uint32_t>(EntryKind::Control) << 28U, slot});
}

bool Kernel::Core::step() {
    if (queue.empty()) {
        return false;
    }
    const QueueEntry entry = queue.pop();
    now = Instant{entry.time};
    if (entry.kind() == EntryKind::Control) {
        controls.take(entry.slot)();
        return true;
    }
    NodeState& node = node_at(entry.node());
    switch (entry.kind()) {
        case EntryKind::Packet:
            arrive_packet(node, entry.slot);
            break;
        case EntryKind::Timer:
            arrive_timer(node, entry.slot);
            break;
        case EntryKind::Local:
            arrive_job(node, entry.slot);
            break;
        case EntryKind::DiskSync:
            complete_sync(node, entry.slot);
            break;
        case EntryKind::Wake:
            wake(node, entry.slot);
            break;
        case EntryKind::Start:
            if (node.alive && node.incarnation == entry.slot) {
                offer(node, {EntryKind::Start, 0, 0});
            }
            break;
        case EntryKind::Control:
            break;
    }
    return true;
}

// --- arrival: is it still wanted?
// -----------------------------------------------------------------

void Kernel::Core::arrive_packet(NodeState& node, std::uint32_t slot) {
    const PacketInFlight& flight = packets[slot];
    if (!node.alive) {
        drop_packet(slot, DropCause::ReceiverDown);
        return;
    }
    if (node.incarnation != flight.to_incarnation) {
        drop_packet(slot, DropCause::ReceiverReborn);
        return;
    }
    if (any_ended && ended_before_departure(flight)) {
        drop_packet(slot, DropCause::SenderCrashed);
        return;
    }
    Instant received = now;
    if (flight.from != node.id) {
        DropCause cause = DropCause::Partition;
        if (network.may_cut() && network.cut(flight.from, node.id, cause)) {
            drop_packet(slot, cause);
            return;
        }
        if (network.limits_ingress()) {
            received = network.received(node.id, flight.packet->size(), now);
        }
    }
    offer(node, {EntryKind::Packet, slot, static_cast<std::uint64_t>(received.nanoseconds)});
}

bool Kernel::Core::ended_before_departure(const PacketInFlight& flight) const {
    const std::vector<Instant>& ends = nodes[flight.from.value]->ends;
    const bool was_alive = flight.from_incarnation > 0;  // else the test itself has sent it
    return was_alive && ends.size() >= flight.from_incarnation &&
           ends[flight.from_incarnation - 1] < flight.departed;
}

void Kernel::Core::drop_packet(std::uint32_t slot, DropCause cause) {
    packets.take(slot);
    ++counters.packets_dropped[static_cast<std::size_t>(cause)];
    if (cause == DropCause::SenderCrashed) {
        ++network.faults().not_departed;
    } else if (cause == DropCause::ReceiverDown || cause == DropCause::ReceiverReborn) {
        ++network.faults().receiver_down;
    }
}

void Kernel::Core::arrive_timer(NodeState& node, std::uint32_t slot) {
    const PendingTimer& timer = timers[slot];
    if (timer.element == nullptr) {
        timers.take(slot);  // cancelled
    } else if (!node.alive || node.incarnation != timer.incarnation) {
        timers.take(slot);
        ++counters.timers_dropped;
    } else {
        offer(node, {EntryKind::Timer, slot, 0});
    }
}

void Kernel::Core::arrive_job(NodeState& node, std::uint32_t slot) {
    if (!node.alive || node.incarnation != jobs[slot].incarnation) {
        release_job(slot);
    } else {
        offer(node, {EntryKind::Local, slot, 0});
    }
}

void Kernel::Core::release_job(std::uint32_t slot) {
    caf::resumable* job = std::exchange(jobs[slot].job, nullptr);
    jobs.take(slot);
    caf::intrusive_ptr_release(job);
}

void Kernel::Core::complete_sync(NodeState& node, std::uint32_t incarnation) {
    if (!node.alive || node.incarnation != incarnation) {
        return;
    }
    const SimulatedDisk::Completed done = node.disk.complete(now);
    if (done.next_end) {
        schedule(*done.next_end, EntryKind::DiskSync, node.index, incarnation);
    }
    for (std::size_t i = 0; i < done.count; ++i) {
        if (node.alive && node.incarnation == incarnation) {  // a token may end the actor
            offer(node, {EntryKind::DiskSync, 0, done.first + i});
        }
    }
}

void Kernel::Core::wake(NodeState& node, std::uint32_t incarnation) {
    if (!node.alive || node.incarnation != incarnation) {
        return;
    }
    node.wake_pending = false;
    if (node.inbox.empty()) {
        return;
    }
    if (free_at(node) > now) {
        request_wake(node);
        return;
    }
    handle(node, node.inbox.pop());
}

void Kernel::Core::request_wake(NodeState& node) {
    if (!node.wake_pending) {
        node.wake_pending = true;
        schedule(std::max(free_at(node), now), EntryKind::Wake, node.index, node.incarnation);
    }
}

// --- handling
// -------------------------------------------------------------------------------------

Instant Kernel::Core::free_at(const NodeState& node) const {
    return shared_free.empty() ? node.busy_until
                               : std::max(node.busy_until, *std::min_element(shared_free.begin(),
                                                                             shared_free.end()));
}

void Kernel::Core::offer(NodeState& node, const InboxItem& item) {
    if (node.inbox.empty() && free_at(node) <= now) {
        handle(node, item);
        return;
    }
    node.inbox.push(item);
    counters.inbox_high_water = std::max(counters.inbox_high_water, node.inbox.size());
    request_wake(node);
}

void Kernel::Core::handle(NodeState& node, const InboxItem& item) {
    NEXUS_ASSERT(current == nullptr);
    current = &node;
    charged_picoseconds = node.event_cost;
    switch (item.kind) {
        case EntryKind::Packet:
            handle_packet(node, item);
            break;
        case EntryKind::Timer:
            handle_timer(node, item.slot);
            break;
        case EntryKind::Local:
            handle_job(node, item.slot);
            break;
        case EntryKind::Start:
            handle_start(node);
            break;
        case EntryKind::DiskSync:
            handle_durable(node, item.value);
            break;
        case EntryKind::Control:
        case EntryKind::Wake:
            NEXUS_ASSERT(false);
            break;
    }
    finish_handling(node);
}

void Kernel::Core::finish_handling(NodeState& node) {
    const Duration cost = charged_time();
    node.busy_until = now + cost;
    if (!shared_free.empty()) {
        *std::min_element(shared_free.begin(), shared_free.end()) = node.busy_until;
    }
    node.counters.busy += cost;
    ++node.counters.events;
    node.counters.slowed += node.slowed ? 1 : 0;
    network.faults().slowed += node.slowed ? 1 : 0;
    current = nullptr;
    if (current_ended) {
        current_ended = false;
        ++counters.actors_failed;
        node.ends.push_back(kForever);  // it ended by itself: what it has sent leaves
        record(EventKind::Crash, node, kNoNode, 0, node.incarnation);
        bury(node);
    } else if (!node.inbox.empty()) {
        request_wake(node);
    }
}

void Kernel::Core::handle_packet(NodeState& node, const InboxItem& item) {
    PacketInFlight flight = packets.take(item.slot);
    const std::size_t size = flight.packet->size();
    const std::int64_t receiving = static_cast<std::int64_t>(item.value) - now.nanoseconds;
    charged_picoseconds = std::max<std::int64_t>(receiving, 0) * 1000 + node.packet_cost +
                          node.packet_byte_cost * static_cast<std::int64_t>(size);
    ++counters.packets_delivered;
    counters.bytes_delivered += size;
    ++node.counters.packets_delivered;
    node.counters.bytes_delivered += size;
    record(EventKind::Packet, node, flight.from, flight.label, size, flight.packet.get());
    auto& data = packet_element->data();
    std::get<0>(data) = flight.from;
    std::get<1>(data) = std::move(flight.packet);
    activate(node, *node.main, *packet_element, nullptr);
    std::get<1>(data).reset();
}

void Kernel::Core::handle_durable(NodeState& node, actors::DurableToken token) {
    record(EventKind::Durable, node, kNoNode, 0, token);
    std::get<1>(durable_element->data()) = token;
    activate(node, *node.main, *durable_element, nullptr);
}

void Kernel::Core::handle_start(NodeState& node) {
    record(EventKind::Start, node, kNoNode, 0, node.incarnation);
    auto element =
        caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, actors::StartAtom::value);
    caf::mailbox_element& content = *element;
    activate(node, *node.main, content, std::move(element));
}

void Kernel::Core::handle_timer(NodeState& node, std::uint32_t slot) {
    PendingTimer timer = timers.take(slot);
    if (timer.element == nullptr) {
        return;  // cancelled while it waited for the CPU
    }
    std::uint64_t value = 0;
    const std::uint32_t label = describe(timer.element->content(), value);
    record(EventKind::Timer, node, kNoNode, label, value);
    auto* actor = dynamic_cast<caf::scheduled_actor*>(timer.receiver->get());
    if (actor == nullptr) {  // a proxy or pool: it has no activation of its own
        timer.receiver->get()->enqueue(std::move(timer.element), coordinator->unit());
        return;
    }
    caf::mailbox_element& content = *timer.element;
    activate(node, *actor, content, std::move(timer.element));
}

void Kernel::Core::activate(NodeState& node, caf::scheduled_actor& actor,
                            caf::mailbox_element& element, caf::mailbox_element_ptr owned) {
    switch (actor.activate(coordinator->unit(), element)) {
        case caf::scheduled_actor::activation_result::success:
            break;
        case caf::scheduled_actor::activation_result::terminated:
            on_actor_done(node, &actor);
            break;
        case caf::scheduled_actor::activation_result::dropped:
            ++counters.messages_unhandled;
            break;
        case caf::scheduled_actor::activation_result::skipped:
            if (owned == nullptr) {
                owned = caf::make_mailbox_element(nullptr, element.mid, {},
                                                  element.copy_content_to_message());
            }
            actor.push_to_cache(std::move(owned));
            break;
    }
}

void Kernel::Core::handle_job(NodeState& node, std::uint32_t slot) {
    caf::resumable* job = jobs[slot].job;
    auto* actor = static_cast<caf::scheduled_actor*>(job);
    std::uint64_t value = 0;
    std::uint32_t label = 0;
    if (const caf::mailbox_element* next = actor->peek_at_next_mailbox_element()) {
        label = describe(next->content(), value);
    }
    record(EventKind::Local, node, kNoNode, label, value);
    const auto result = job->resume(coordinator->unit(), 1);
    if (result == caf::resumable::resume_later) {
        node.inbox.push({EntryKind::Local, slot, 0});
        return;
    }
    if (result == caf::resumable::done) {
        on_actor_done(node, actor);
    }
    release_job(slot);
}

void Kernel::Core::on_actor_done(NodeState& node, const caf::abstract_actor* actor) {
    if (actor == node.main) {
        current_ended = true;
        return;
    }
    std::erase_if(node.children, [actor](const caf::weak_actor_ptr& child) {
        return child.get() == nullptr || child.get()->get() == actor;
    });
}

// --- what CAF hands on
// ------------------------------------------------------------------------------

void Kernel::Core::on_ready(caf::resumable* job) {
    NEXUS_ASSERT(job->subtype() == caf::resumable::scheduled_actor);
    auto* actor = static_cast<caf::scheduled_actor*>(job);
    NEXUS_ASSERT(!actor->getf(caf::abstract_actor::is_detached_flag));
    NodeState& home = home_of(actor);
    const std::uint32_t slot = jobs.add({job, home.incarnation});
    if (&home == current) {
        home.inbox.push({EntryKind::Local, slot, 0});
        return;
    }
    schedule(current != nullptr ? now + charged_time() : now, EntryKind::Local, home.index, slot);
}

std::uint64_t Kernel::Core::on_delayed(Instant due, caf::strong_actor_ptr receiver,
                                       caf::mailbox_element_ptr element) {
    NodeState& home = home_of(receiver->get());
    const std::uint32_t incarnation = home.incarnation;
    const std::uint32_t slot =
        timers.add({std::move(receiver), std::move(element), incarnation, ++timer_generation});
    schedule(std::max(due, now), EntryKind::Timer, home.index, slot);
    return (std::uint64_t{timer_generation} << 32U) | slot;
}

bool Kernel::Core::is_pending(std::uint64_t entry) const {
    return timers.holds(static_cast<std::uint32_t>(entry)) &&
           timers.at(static_cast<std::uint32_t>(entry)).generation == (entry >> 32U) &&
           timers.at(static_cast<std::uint32_t>(entry)).element != nullptr;
}

void Kernel::Core::on_cancelled(std::uint64_t entry) {
    if (is_pending(entry)) {
        PendingTimer& timer = timers[static_cast<std::uint32_t>(entry)];
        timer.element.reset();
        timer.receiver.reset();
    }
}

// --- names and records
// ------------------------------------------------------------------------------

std::uint32_t Kernel::Core::intern(std::string_view name) {
    bool added = false;
    const std::uint32_t label = labels.intern(name, added);
    if (added && options.trace != nullptr) {
        options.trace->on_label(label, name);
    }
    return label;
}

std::uint32_t Kernel::Core::describe(const caf::type_erased_tuple& content, std::uint64_t& value) {
    if (content.size() > 1) {
        if (content.match_element<std::uint64_t>(1)) {
            value = content.get_as<std::uint64_t>(1);
        } else if (content.match_element<consensus::TimerId>(1)) {
            value = content.get_as<consensus::TimerId>(1).value;
        }
    }
    if (content.empty() || !content.match_element<caf::atom_value>(0)) {
        return 0;
    }
    const auto atom = content.get_as<caf::atom_value>(0);
    const auto [found, added] = atom_labels.try_emplace(static_cast<std::uint64_t>(atom), 0);
    if (added) {
        found->second = intern(caf::to_string(atom));
    }
    return found->second;
}

void Kernel::Core::record(EventKind kind, const NodeState& node, NodeId source, std::uint32_t label,
                          std::uint64_t value, const actors::Packet* packet) {
    ++counters.events;
    ++counters.events_by_kind[static_cast<std::size_t>(kind)];
    const Event event{now,
                      node.id,
                      node.incarnation,
                      kind,
                      source,
                      label,
                      value,
                      packet != nullptr ? &packet->digest() : nullptr};
    digest.add(event);
    if (options.trace != nullptr) {
        options.trace->on_event(event);
    }
    if (observer) {
        observer(event, packet);
    }
}

}  // namespace nexus::sim
