#include "sim/env/network_model.hpp"

#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/env/region_matrix.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::uint32_t kUngrouped = std::numeric_limits<std::uint32_t>::max();

/// Time for `size` bytes at `bandwidth` bits a second, rounded up.
Duration serialisation(std::size_t size, std::uint64_t bandwidth) {
    NEXUS_ASSERT(size < (std::uint64_t{1} << 31U));  // keeps the product below 2^64
    const std::uint64_t scaled = std::uint64_t{size} * 8'000'000'000U;
    return {static_cast<std::int64_t>((scaled + bandwidth - 1) / bandwidth)};
}

/// Occupies a shared line for one packet and returns when its last bit has passed.
Instant occupy(Instant& line_free, Instant ready, std::size_t size, std::uint64_t bandwidth) {
    if (bandwidth == 0) {
        return ready;
    }
    line_free = std::max(line_free, ready) + serialisation(size, bandwidth);
    return line_free;
}

/// 0 is no limit.
bool is_narrower(std::uint64_t bandwidth, std::uint64_t than) {
    return bandwidth != 0 && (than == 0 || bandwidth < than);
}

}  // namespace

std::string_view to_string(DropCause cause) {
    switch (cause) {
        case DropCause::Loss:
            return "loss";
        case DropCause::Partition:
            return "partition";
        case DropCause::Block:
            return "block";
        case DropCause::ReceiverDown:
            return "receiver-down";
        case DropCause::ReceiverReborn:
            return "receiver-reborn";
        case DropCause::SenderCrashed:
            return "sender-crashed";
    }
    return "?";
}

NetworkModel::NetworkModel(NetworkConfig config, std::uint64_t seed)
    : config_(std::move(config)), seed_(seed) {
    if (config_.regions == nullptr) {
        return;
    }
    regions_ = config_.regions->size();
    delays_.reserve(regions_ * regions_);
    for (RegionIndex from = 0; from < regions_; ++from) {
        for (RegionIndex to = 0; to < regions_; ++to) {
            delays_.push_back(config_.regions->one_way(from, to));
        }
    }
}

NodeId NetworkModel::add_node(std::string_view name, RegionIndex region, std::uint64_t bandwidth_up,
                              std::uint64_t bandwidth_down) {
    NEXUS_ASSERT(regions_ == 0 || region < regions_);
    limits_ingress_ = limits_ingress_ || bandwidth_down != 0;
    nodes_.push_back({.prng = Prng(seed_, "network/" + std::string(name)),
                      .region = region,
                      .group = kUngrouped,
                      .bandwidth_up = bandwidth_up,
                      .bandwidth_down = bandwidth_down,
                      .bandwidth_up_first = bandwidth_up,
                      .egress_free = {},
                      .ingress_free = {},
                      .extra_delay = {},
                      .last_arrival = {},
                      .link_extra = {},
                      .blocked = {},
                      .link_faults = {},
                      .link_free = {}});
    return NodeId{static_cast<std::uint32_t>(nodes_.size() - 1)};
}

NetworkModel::Node& NetworkModel::node(NodeId id) {
    NEXUS_ASSERT(id.value < nodes_.size());
    return nodes_[id.value];
}

void NetworkModel::partition(const std::vector<std::vector<NodeId>>& groups) {
    for (Node& each : nodes_) {
        each.group = kUngrouped;
    }
    for (std::size_t group = 0; group < groups.size(); ++group) {
        for (const NodeId id : groups[group]) {
            NEXUS_ASSERT(node(id).group == kUngrouped);  // a node is in one group at most
            node(id).group = static_cast<std::uint32_t>(group);
        }
    }
    partitioned_ = true;
    may_cut_ = true;
}

void NetworkModel::block(NodeId from, NodeId to) {
    NEXUS_ASSERT(to.value < nodes_.size());
    std::vector<bool>& blocked = node(from).blocked;
    blocked.resize(nodes_.size());
    blocked[to.value] = true;
    may_cut_ = true;
}

void NetworkModel::unblock(NodeId from, NodeId to) {
    std::vector<bool>& blocked = node(from).blocked;
    if (to.value < blocked.size()) {
        blocked[to.value] = false;
    }
}

void NetworkModel::heal() {
    partitioned_ = false;
    may_cut_ = false;
    for (Node& each : nodes_) {
        each.group = kUngrouped;
        each.blocked.clear();
    }
}

void NetworkModel::set_jitter(std::uint32_t ppm, Duration mean) {
    config_.jitter_ppm = ppm;
    config_.jitter_mean = mean;
}

void NetworkModel::raise_link_faults(NodeId from, NodeId to, const LinkFaults& faults) {
    NEXUS_ASSERT(to.value < nodes_.size());
    NEXUS_ASSERT(faults.delay >= Duration{});
    std::vector<LinkFaults>& all = node(from).link_faults;
    all.resize(nodes_.size());
    LinkFaults& link = all[to.value];
    link.loss_ppm = std::max(link.loss_ppm, faults.loss_ppm);
    link.duplicate_ppm = std::max(link.duplicate_ppm, faults.duplicate_ppm);
    link.reorder_ppm = std::max(link.reorder_ppm, faults.reorder_ppm);
    link.delay = std::max(link.delay, faults.delay);
    if (is_narrower(faults.bandwidth, link.bandwidth)) {
        link.bandwidth = faults.bandwidth;
        node(from).link_free.resize(nodes_.size());
    }
    delays_extra_ = delays_extra_ || link.delay > Duration{};
    faults_by_link_ = true;
}

void NetworkModel::clear_link_faults() {
    for (Node& each : nodes_) {
        each.link_faults.clear();  // what links are sending keeps its departure
    }
    faults_by_link_ = false;
}

LinkFaults NetworkModel::link_faults(const Node& sender, NodeId to) const {
    LinkFaults faults{.loss_ppm = config_.loss_ppm,
                      .duplicate_ppm = config_.duplicate_ppm,
                      .reorder_ppm = config_.reorder_ppm};
    if (faults_by_link_ && to.value < sender.link_faults.size()) {
        const LinkFaults& link = sender.link_faults[to.value];
        faults.loss_ppm = std::max(faults.loss_ppm, link.loss_ppm);
        faults.duplicate_ppm = std::max(faults.duplicate_ppm, link.duplicate_ppm);
        faults.reorder_ppm = std::max(faults.reorder_ppm, link.reorder_ppm);
        faults.delay = link.delay;
        faults.bandwidth = link.bandwidth;
    }
    return faults;
}

void NetworkModel::set_extra_delay(NodeId from, NodeId to, Duration extra) {
    NEXUS_ASSERT(to.value < nodes_.size());
    NEXUS_ASSERT(extra >= Duration{});
    std::vector<std::int64_t>& extras = node(from).link_extra;
    extras.resize(nodes_.size());
    extras[to.value] = extra.nanoseconds;
    delays_extra_ = true;
}

void NetworkModel::set_extra_delay(NodeId id, Duration extra) {
    NEXUS_ASSERT(extra >= Duration{});
    node(id).extra_delay = extra;
    delays_extra_ = true;
}

void NetworkModel::set_bandwidth_up(NodeId id, std::uint64_t bits_per_second) {
    node(id).bandwidth_up = bits_per_second;
}

void NetworkModel::set_bandwidth_down(NodeId id, std::uint64_t bits_per_second) {
    node(id).bandwidth_down = bits_per_second;
    limits_ingress_ = true;
}

Duration NetworkModel::base_delay(NodeId from, NodeId to) const {
    NEXUS_ASSERT(from.value < nodes_.size());
    NEXUS_ASSERT(to.value < nodes_.size());
    if (from == to) {
        return {};
    }
    if (regions_ == 0) {
        return config_.default_rtt / 2;
    }
    return delays_[nodes_[from.value].region * regions_ + nodes_[to.value].region];
}

void NetworkModel::tell(const Touch& touch) const {
    if (touch_listener_) {
        touch_listener_(touch);
    }
}

bool NetworkModel::drawn(Node& sender, std::uint32_t ppm, Touch touch, std::uint64_t& count) {
    if (ppm == 0) {
        return false;
    }
    touch.draw = static_cast<std::uint32_t>(sender.prng.below(kMillion));
    if (touch.draw >= ppm) {
        return false;
    }
    ++count;
    tell(touch);
    return true;
}

Route NetworkModel::route(NodeId from, NodeId to, std::size_t size, Instant ready) {
    Node& sender = node(from);
    NEXUS_ASSERT(to.value < nodes_.size());
    Route route;
    if (from == to) {  // the loopback device: neither card nor line
        route.departed = ready;
        route.arrivals[0] = behind_the_last(sender, to, ready);
        route.copies = 1;
        return route;
    }
    route.departed = depart(sender, from, to, size, ready);
    if (may_cut_ && cut(from, to, route.cause)) {
        return route;
    }
    const LinkFaults rates = link_faults(sender, to);
    if (drawn(sender, rates.loss_ppm, {Touch::Kind::Lost, from, to}, faults_.lost)) {
        route.cause = DropCause::Loss;
        return route;
    }
    route.arrivals[route.copies++] = arrive(sender, from, to, route.departed, rates.reorder_ppm);
    if (drawn(sender, rates.duplicate_ppm, {Touch::Kind::Duplicated, from, to},
              faults_.duplicated)) {
        route.arrivals[route.copies++] =
            arrive(sender, from, to, route.departed, rates.reorder_ppm);
    }
    return route;
}

Instant NetworkModel::depart(Node& sender, NodeId from, NodeId to, std::size_t size,
                             Instant ready) {
    Instant departed = occupy(sender.egress_free, ready, size, sender.bandwidth_up);
    bool is_narrowed = is_narrower(sender.bandwidth_up, sender.bandwidth_up_first);
    if (faults_by_link_ && to.value < sender.link_faults.size() &&
        sender.link_faults[to.value].bandwidth != 0) {
        departed = occupy(sender.link_free[to.value], departed, size,
                          sender.link_faults[to.value].bandwidth);
        is_narrowed = true;
    }
    if (is_narrowed) {
        tell({Touch::Kind::Narrowed, from, to});
    }
    return departed;
}

Instant NetworkModel::arrive(Node& sender, NodeId from, NodeId to, Instant departed,
                             std::uint32_t reorder_ppm) {
    const Duration base = base_delay(from, to);
    Duration delay = base;
    const Duration jitter_mean =
        config_.jitter_mean +
        base * static_cast<std::int64_t>(config_.jitter_ppm) / static_cast<std::int64_t>(kMillion);
    if (jitter_mean > Duration{}) {
        delay += sender.prng.exponential(jitter_mean);
    }
    if (delays_extra_) {
        delay += extra_delay(sender, from, to);
    }
    const Instant arrival = departed + delay;
    if (drawn(sender, reorder_ppm, {Touch::Kind::Reordered, from, to}, faults_.reordered)) {
        return arrival + sender.prng.exponential(config_.reorder_delay_mean);
    }
    return behind_the_last(sender, to, arrival);
}

Duration NetworkModel::extra_delay(const Node& sender, NodeId from, NodeId to) {
    Duration extra = sender.extra_delay + nodes_[to.value].extra_delay;
    if (faults_by_link_ && to.value < sender.link_faults.size()) {
        extra += sender.link_faults[to.value].delay;
    }
    if (extra > Duration{}) {
        tell({Touch::Kind::Delayed, from, to});
    }
    if (to.value < sender.link_extra.size()) {
        extra += Duration{sender.link_extra[to.value]};
    }
    faults_.delayed += extra > Duration{} ? 1 : 0;
    return extra;
}

Instant NetworkModel::behind_the_last(Node& sender, NodeId to, Instant arrival) {
    if (sender.last_arrival.size() < nodes_.size()) {
        sender.last_arrival.resize(nodes_.size(), -1);
    }
    std::int64_t& last = sender.last_arrival[to.value];
    last = std::max(arrival.nanoseconds, last + 1);
    return Instant{last};
}

bool NetworkModel::cut(NodeId from, NodeId to, DropCause& cause) {
    const Node& sender = nodes_[from.value];
    if (is_parted(from, to)) {
        ++faults_.partitioned;
        tell({Touch::Kind::Partitioned, from, to});
        cause = DropCause::Partition;
        return true;
    }
    if (to.value < sender.blocked.size() && sender.blocked[to.value]) {
        ++faults_.blocked;
        tell({Touch::Kind::Blocked, from, to});
        cause = DropCause::Block;
        return true;
    }
    return false;
}

bool NetworkModel::is_parted(NodeId from, NodeId to) const {
    return partitioned_ && nodes_[from.value].group != nodes_[to.value].group;
}

Instant NetworkModel::received(NodeId id, std::size_t size, Instant now) {
    Node& receiver = nodes_[id.value];
    return occupy(receiver.ingress_free, now, size, receiver.bandwidth_down);
}

void NetworkModel::reset_node(NodeId id) {
    node(id).egress_free = {};
    node(id).ingress_free = {};
}

}  // namespace nexus::sim
