#include "sim/cluster/network_faults.hpp"

#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/network_model.hpp"
#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

bool is_rate(FaultKind kind) {
    return kind == FaultKind::Loss || kind == FaultKind::Duplicate || kind == FaultKind::Reorder;
}

/// Rates are always of links; a delay and a bandwidth are of nodes if those are its targets.
bool is_of_links(const FaultSpec& fault) {
    return is_rate(fault.kind) ||
           ((fault.kind == FaultKind::Delay || fault.kind == FaultKind::Bandwidth) &&
            fault.targets.empty());
}

/// The model takes rates of all links at once.
bool is_rate_of_all_links(const FaultSpec& fault) {
    return is_rate(fault.kind) && fault.targets.empty() && fault.from.empty() && fault.to.empty();
}

/// The less bandwidth, the stronger the fault; 0 bits a second is no limit.
std::uint64_t narrowness(std::uint64_t bandwidth) {
    return bandwidth == 0 ? 0 : std::numeric_limits<std::uint64_t>::max() - bandwidth;
}

std::uint64_t strength(const FaultSpec& fault) {
    return fault.kind == FaultKind::Delay ? static_cast<std::uint64_t>(fault.delay.nanoseconds)
                                          : narrowness(fault.bandwidth_bps);
}

LinkFaults link_faults(const FaultSpec& fault) {
    return {
        .loss_ppm = fault.kind == FaultKind::Loss ? fault.rate : 0,
        .duplicate_ppm = fault.kind == FaultKind::Duplicate ? fault.rate : 0,
        .reorder_ppm = fault.kind == FaultKind::Reorder ? fault.rate : 0,
        .delay = fault.kind == FaultKind::Delay ? fault.delay : Duration{},
        .bandwidth = fault.kind == FaultKind::Bandwidth ? fault.bandwidth_bps : 0,
    };
}

std::vector<NodeId> nodes_of(const std::vector<std::string>& names,
                             const NetworkFaults::Resolve& resolve) {
    std::vector<NodeId> nodes;
    for (const std::string& name : names) {
        const std::vector<NodeId> found = resolve(name);
        nodes.insert(nodes.end(), found.begin(), found.end());
    }
    return nodes;
}

}  // namespace

NetworkFaults::NetworkFaults(NetworkModel& network)
    : network_(network),
      normal_{.loss_ppm = network.config().loss_ppm,
              .duplicate_ppm = network.config().duplicate_ppm,
              .reorder_ppm = network.config().reorder_ppm} {
    network_.set_touch_listener([this](const Touch& touch) { on_touch(touch); });
}

NetworkFaults::~NetworkFaults() { network_.set_touch_listener({}); }

bool NetworkFaults::covers(FaultKind kind) {
    return is_rate(kind) || kind == FaultKind::Partition || kind == FaultKind::Block ||
           kind == FaultKind::Delay || kind == FaultKind::Bandwidth;
}

// --- beginning and end ---------------------------------------------------------------------------

void NetworkFaults::begin(std::uint64_t number, const FaultSpec& spec, const Resolve& resolve) {
    NEXUS_ASSERT(covers(spec.kind));
    NEXUS_ASSERT(std::none_of(active_.begin(), active_.end(),
                              [number](const Fault& fault) { return fault.number == number; }));
    Fault fault{.number = number, .spec = spec, .targets = nodes_of(spec.targets, resolve)};
    if (spec.kind == FaultKind::Partition) {
        fault.side.resize(network_.size(), 0);
        for (std::size_t group = 0; group < spec.groups.size(); ++group) {
            for (const NodeId node : nodes_of(spec.groups[group], resolve)) {
                fault.side[node.value] = group;
            }
        }
    } else if (is_of_links(spec)) {
        fault.from = set_of(spec.targets.empty() ? spec.from : spec.targets, resolve);
        fault.to = set_of(spec.targets.empty() ? spec.to : spec.targets, resolve);
    }
    touched_.try_emplace(number, 0);
    active_.push_back(std::move(fault));
    refresh(active_.back());
}

void NetworkFaults::end(std::uint64_t number) {
    const auto found = std::find_if(active_.begin(), active_.end(), [number](const Fault& fault) {
        return fault.number == number;
    });
    if (found != active_.end()) {
        const Fault ended = std::move(*found);
        active_.erase(found);
        refresh(ended);
    }
}

std::vector<std::uint64_t> NetworkFaults::in_force() const {
    std::vector<std::uint64_t> numbers;
    for (const Fault& fault : active_) {
        numbers.push_back(fault.number);
    }
    return numbers;
}

std::vector<bool> NetworkFaults::set_of(const std::vector<std::string>& names,
                                        const Resolve& resolve) const {
    std::vector<bool> set(network_.size(), names.empty());
    for (const NodeId node : nodes_of(names, resolve)) {
        set[node.value] = true;
    }
    return set;
}

bool NetworkFaults::hits(const Fault& fault, NodeId node) {
    return std::find(fault.targets.begin(), fault.targets.end(), node) != fault.targets.end();
}

bool NetworkFaults::hits_link(const Fault& fault, NodeId from, NodeId to) {
    if (fault.spec.targets.empty()) {
        return fault.from[from.value] && fault.to[to.value];
    }
    return fault.from[from.value] || fault.to[to.value];
}

// --- what holds ----------------------------------------------------------------------------------

NetworkFaults::Faults NetworkFaults::of(FaultKind kind) const {
    Faults faults;
    for (const Fault& fault : active_) {
        if (fault.spec.kind == kind) {
            faults.push_back(&fault);
        }
    }
    return faults;
}

NetworkFaults::Faults NetworkFaults::rising(FaultKind kind, NodeId node) const {
    Faults faults;
    std::uint64_t strongest =
        kind == FaultKind::Bandwidth ? narrowness(network_.base_bandwidth_up(node)) : 0;
    for (const Fault* fault : of(kind)) {
        if (strength(fault->spec) > strongest && hits(*fault, node)) {
            strongest = strength(fault->spec);
            faults.push_back(fault);
        }
    }
    return faults;
}

NetworkFaults::Faults NetworkFaults::rising(FaultKind kind, NodeId from, NodeId to) const {
    Faults faults;
    std::uint64_t strongest = 0;
    for (const Fault* fault : of(kind)) {
        if (is_of_links(fault->spec) && strength(fault->spec) > strongest &&
            hits_link(*fault, from, to)) {
            strongest = strength(fault->spec);
            faults.push_back(fault);
        }
    }
    return faults;
}

void NetworkFaults::refresh(const Fault& changed) {
    if (is_of_links(changed.spec)) {
        refresh_links();
    } else if (changed.spec.kind == FaultKind::Partition || changed.spec.kind == FaultKind::Block) {
        refresh_cuts();
    } else {
        refresh_nodes(changed);
    }
}

void NetworkFaults::refresh_nodes(const Fault& changed) {
    for (const NodeId node : changed.targets) {
        const Faults faults = rising(changed.spec.kind, node);
        if (changed.spec.kind == FaultKind::Delay) {
            network_.set_extra_delay(node, faults.empty() ? Duration{} : faults.back()->spec.delay);
        } else {
            network_.set_bandwidth_up(node, faults.empty() ? network_.base_bandwidth_up(node)
                                                           : faults.back()->spec.bandwidth_bps);
        }
    }
}

void NetworkFaults::refresh_links() {
    LinkFaults all = normal_;
    network_.clear_link_faults();
    for (const Fault& fault : active_) {
        if (!is_of_links(fault.spec)) {
            continue;
        }
        const LinkFaults faults = link_faults(fault.spec);
        if (is_rate_of_all_links(fault.spec)) {
            all.loss_ppm = std::max(all.loss_ppm, faults.loss_ppm);
            all.duplicate_ppm = std::max(all.duplicate_ppm, faults.duplicate_ppm);
            all.reorder_ppm = std::max(all.reorder_ppm, faults.reorder_ppm);
            continue;
        }
        for (std::uint32_t from = 0; from < fault.from.size(); ++from) {
            for (std::uint32_t to = 0; to < fault.to.size(); ++to) {
                if (from != to && hits_link(fault, NodeId{from}, NodeId{to})) {
                    network_.raise_link_faults(NodeId{from}, NodeId{to}, faults);
                }
            }
        }
    }
    network_.set_loss_ppm(all.loss_ppm);
    network_.set_duplicate_ppm(all.duplicate_ppm);
    network_.set_reorder_ppm(all.reorder_ppm);
}

void NetworkFaults::refresh_cuts() {
    network_.heal();
    const Faults partitions = of(FaultKind::Partition);
    if (!partitions.empty()) {
        // Who is together in every partition is together in all of them at once.
        std::map<std::vector<std::size_t>, std::vector<NodeId>> together;
        for (std::uint32_t node = 0; node < network_.size(); ++node) {
            std::vector<std::size_t> sides;
            for (const Fault* partition : partitions) {
                sides.push_back(partition->side[node]);
            }
            together[std::move(sides)].push_back(NodeId{node});
        }
        std::vector<std::vector<NodeId>> groups;
        for (auto& [sides, group] : together) {
            groups.push_back(std::move(group));
        }
        network_.partition(groups);
    }
    for (const Fault* block : of(FaultKind::Block)) {
        for (std::size_t i = 1; i < block->targets.size(); ++i) {
            network_.block(block->targets[0], block->targets[i]);
        }
    }
}

// --- what each did -------------------------------------------------------------------------------

void NetworkFaults::on_touch(const Touch& touch) {
    const auto credit_first = [this](FaultKind kind, const auto& did_it) {
        for (const Fault* fault : of(kind)) {
            if (did_it(*fault)) {
                ++touched_[fault->number];
                return;
            }
        }
    };
    switch (touch.kind) {
        case Touch::Kind::Lost:
            credit_draw(FaultKind::Loss, normal_.loss_ppm, touch);
            break;
        case Touch::Kind::Duplicated:
            credit_draw(FaultKind::Duplicate, normal_.duplicate_ppm, touch);
            break;
        case Touch::Kind::Reordered:
            credit_draw(FaultKind::Reorder, normal_.reorder_ppm, touch);
            break;
        case Touch::Kind::Partitioned:
            credit_first(FaultKind::Partition, [&touch](const Fault& fault) {
                return fault.side[touch.from.value] != fault.side[touch.to.value];
            });
            break;
        case Touch::Kind::Blocked:
            credit_first(FaultKind::Block, [&touch](const Fault& fault) {
                return fault.targets.front() == touch.from && hits(fault, touch.to);
            });
            break;
        case Touch::Kind::Delayed:
            credit_strength(FaultKind::Delay, touch);
            break;
        case Touch::Kind::Narrowed:
            credit_strength(FaultKind::Bandwidth, touch);
            break;
    }
}

void NetworkFaults::credit_draw(FaultKind kind, Ppm normal, const Touch& touch) {
    if (touch.draw < normal) {
        return;  // it would have happened without any fault
    }
    for (const Fault* fault : of(kind)) {
        if (touch.draw < fault->spec.rate && hits_link(*fault, touch.from, touch.to)) {
            ++touched_[fault->number];
            return;
        }
    }
}

void NetworkFaults::credit_strength(FaultKind kind, const Touch& touch) {
    Faults faults = rising(kind, touch.from);
    const auto add = [&faults](const Faults& more) {
        for (const Fault* fault : more) {
            if (std::find(faults.begin(), faults.end(), fault) == faults.end()) {
                faults.push_back(fault);
            }
        }
    };
    if (kind == FaultKind::Delay) {  // of both ends; a link up is that of the sender only
        add(rising(kind, touch.to));
    }
    add(rising(kind, touch.from, touch.to));
    for (const Fault* fault : faults) {
        ++touched_[fault->number];
    }
}

}  // namespace nexus::sim
