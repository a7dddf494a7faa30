#include "sim/cluster/fault_driver.hpp"

#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/env/network_model.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::uint32_t kFullSpeed = 1'000'000;

double as_seconds(Instant at) { return static_cast<double>(at.nanoseconds) * 1e-9; }

bool is_rate(FaultKind kind) {
    return kind == FaultKind::Loss || kind == FaultKind::Duplicate || kind == FaultKind::Reorder;
}

bool is_of_all_links(const FaultSpec& fault) {
    return fault.targets.empty() && fault.from.empty() && fault.to.empty();
}

/// The less bandwidth, the stronger the fault; 0 bits a second is no limit.
std::uint64_t narrowness(std::uint64_t bandwidth) {
    return bandwidth == 0 ? 0 : std::numeric_limits<std::uint64_t>::max() - bandwidth;
}

}  // namespace

FaultDriver::FaultDriver(Cluster& cluster)
    : cluster_(cluster), slowed_(cluster.society().members().size(), 0) {
    Kernel& kernel = cluster_.kernel();
    for (const FaultSpec& fault : cluster.scenario().faults) {
        const std::size_t i = records_.size();
        records_.push_back({.spec = fault,
                            .at = Instant{} + fault.at,
                            .until = std::nullopt,
                            .affected = 0,
                            .targets = {},
                            .from = {},
                            .to = {},
                            .side = {}});
        kernel.at(Instant{} + fault.at, [this, i] { begin(i); });
        if (fault.lasts) {
            kernel.at(Instant{} + fault.at + *fault.lasts, [this, i] { end(i); });
        }
    }
    kernel.network().set_touch_listener([this](const Touch& touch) { on_touch(touch); });
}

FaultDriver::~FaultDriver() { cluster_.kernel().network().set_touch_listener({}); }

// --- who is meant --------------------------------------------------------------------------------

std::vector<NodeId> FaultDriver::nodes_of(const std::vector<std::string>& names) const {
    std::vector<NodeId> nodes;
    for (const std::string& name : names) {
        for (const NodeId node : cluster_.resolve(name)) {
            nodes.push_back(node);
        }
    }
    return nodes;
}

std::vector<bool> FaultDriver::set_of(const std::vector<std::string>& names) const {
    std::vector<bool> set(cluster_.society().members().size(), names.empty());
    for (const NodeId node : nodes_of(names)) {
        set[node.value] = true;
    }
    return set;
}

std::vector<std::size_t> FaultDriver::sides_of(const FaultSpec& fault) const {
    std::vector<std::size_t> sides(cluster_.society().members().size(), 0);
    for (std::size_t group = 0; group < fault.groups.size(); ++group) {
        for (const NodeId node : nodes_of(fault.groups[group])) {
            sides[node.value] = group;
        }
    }
    return sides;
}

bool FaultDriver::hits(const Record& record, NodeId node) {
    return std::find(record.targets.begin(), record.targets.end(), node) != record.targets.end();
}

bool FaultDriver::hits_link(const Record& record, NodeId from, NodeId to) {
    if (record.spec.targets.empty()) {
        return record.from[from.value] && record.to[to.value];
    }
    return record.from[from.value] || record.to[to.value];
}

// --- beginning and end ---------------------------------------------------------------------------

void FaultDriver::begin(std::size_t fault) {
    Record& record = records_[fault];
    const FaultSpec& spec = record.spec;
    record.targets = nodes_of(spec.targets);
    if (spec.kind == FaultKind::Restart) {
        restart(fault);
        return;
    }
    if (spec.kind == FaultKind::Heal) {
        heal(fault);
        return;
    }
    if (spec.kind == FaultKind::Slow) {
        credit_slowness();
        end_slowness(fault);
    } else if (spec.kind == FaultKind::Partition) {
        record.side = sides_of(spec);
    } else if (is_rate(spec.kind)) {
        record.from = set_of(spec.targets.empty() ? spec.from : spec.targets);
        record.to = set_of(spec.targets.empty() ? spec.to : spec.targets);
    }
    active_.push_back(fault);
    if (is_crash(spec.kind)) {
        crash(fault);
    } else {
        refresh(spec.kind, record.targets);
    }
}

void FaultDriver::end(std::size_t fault) {
    const Record& record = records_[fault];
    if (record.until) {
        return;  // another fault, or the end of the run's faulty part, came before its own
    }
    if (record.spec.kind == FaultKind::Slow) {
        credit_slowness();
    }
    close(fault);
    refresh(record.spec.kind, record.targets);
}

void FaultDriver::close(std::size_t fault) {
    records_[fault].until = cluster_.kernel().now();
    std::erase(active_, fault);
}

void FaultDriver::crash(std::size_t fault) {
    Record& record = records_[fault];
    for (const NodeId node : record.targets) {
        const bool is_wipe = record.spec.kind == FaultKind::Wipe;
        const bool hit = is_wipe ? cluster_.wipe(node) : cluster_.crash(node);
        record.affected += hit ? 1 : 0;
    }
}

void FaultDriver::restart(std::size_t fault) {
    Record& record = records_[fault];
    for (const NodeId node : record.targets) {
        for (const FaultKind kind : {FaultKind::Crash, FaultKind::Wipe}) {
            (void)free(kind, node);
        }
        record.affected += cluster_.restart(node) ? 1 : 0;
    }
}

void FaultDriver::heal(std::size_t fault) {
    for (const FaultKind kind : {FaultKind::Partition, FaultKind::Block}) {
        for (const std::size_t cut : in_force(kind)) {
            close(cut);
            ++records_[fault].affected;
        }
    }
    refresh_cuts();
}

void FaultDriver::end_slowness(std::size_t fault) {
    Record& record = records_[fault];
    if (record.spec.factor > 1) {
        return;
    }
    for (const NodeId node : record.targets) {
        record.affected += free(FaultKind::Slow, node) ? 1 : 0;
    }
}

bool FaultDriver::free(FaultKind kind, NodeId node) {
    bool any = false;
    for (const std::size_t fault : in_force(kind)) {
        if (std::erase(records_[fault].targets, node) > 0) {
            any = true;
            if (records_[fault].targets.empty()) {
                close(fault);
            }
        }
    }
    return any;
}

void FaultDriver::heal_all() {
    const std::vector<std::size_t> active = active_;
    for (const std::size_t fault : active) {
        if (!is_crash(records_[fault].spec.kind)) {
            end(fault);
        }
    }
}

// --- what holds ----------------------------------------------------------------------------------

std::vector<std::size_t> FaultDriver::in_force(FaultKind kind) const {
    std::vector<std::size_t> faults;
    for (const std::size_t fault : active_) {
        if (records_[fault].spec.kind == kind) {
            faults.push_back(fault);
        }
    }
    return faults;
}

std::uint64_t FaultDriver::strength(const FaultSpec& fault) const {
    switch (fault.kind) {
        case FaultKind::Slow:
            return fault.factor;
        case FaultKind::Delay:
            return static_cast<std::uint64_t>(fault.delay.nanoseconds);
        case FaultKind::Bandwidth:
            return narrowness(fault.bandwidth_bps);
        default:
            return 0;
    }
}

std::uint64_t FaultDriver::strength_of_none(FaultKind kind, NodeId node) const {
    switch (kind) {
        case FaultKind::Slow:
            return 1;
        case FaultKind::Bandwidth:
            return narrowness(cluster_.kernel().spec(node).bandwidth_up);
        default:
            return 0;
    }
}

std::vector<std::size_t> FaultDriver::rising(FaultKind kind, NodeId node) const {
    std::vector<std::size_t> faults;
    std::uint64_t strongest = strength_of_none(kind, node);
    for (const std::size_t fault : active_) {
        const Record& record = records_[fault];
        if (record.spec.kind == kind && strength(record.spec) > strongest && hits(record, node)) {
            strongest = strength(record.spec);
            faults.push_back(fault);
        }
    }
    return faults;
}

void FaultDriver::refresh(FaultKind kind, const std::vector<NodeId>& nodes) {
    Kernel& kernel = cluster_.kernel();
    if (is_rate(kind)) {
        refresh_rates();
        return;
    }
    if (kind == FaultKind::Partition || kind == FaultKind::Block) {
        refresh_cuts();
        return;
    }
    for (const NodeId node : nodes) {
        const std::vector<std::size_t> faults = rising(kind, node);
        const FaultSpec* holds = faults.empty() ? nullptr : &records_[faults.back()].spec;
        if (kind == FaultKind::Slow) {
            kernel.set_cpu_ppm(node, kFullSpeed / (holds == nullptr ? 1 : holds->factor));
        } else if (kind == FaultKind::Delay) {
            kernel.network().set_extra_delay(node, holds == nullptr ? Duration{} : holds->delay);
        } else if (kind == FaultKind::Bandwidth) {
            kernel.network().set_bandwidth_up(
                node, holds == nullptr ? kernel.spec(node).bandwidth_up : holds->bandwidth_bps);
        } else if (is_crash(kind)) {
            if (std::none_of(active_.begin(), active_.end(), [this, node](std::size_t other) {
                    return is_crash(records_[other].spec.kind) && hits(records_[other], node);
                })) {
                (void)cluster_.restart(node);
            }
        }
    }
}

void FaultDriver::refresh_rates() {
    NetworkModel& network = cluster_.kernel().network();
    const NetworkSpec& normal = cluster_.scenario().network;
    LinkRates all{normal.loss, normal.duplicate, normal.reorder};
    network.clear_link_rates();
    for (const std::size_t fault : active_) {
        const Record& record = records_[fault];
        const FaultSpec& spec = record.spec;
        const LinkRates rates{
            .loss_ppm = spec.kind == FaultKind::Loss ? spec.rate : 0,
            .duplicate_ppm = spec.kind == FaultKind::Duplicate ? spec.rate : 0,
            .reorder_ppm = spec.kind == FaultKind::Reorder ? spec.rate : 0,
        };
        if (!is_rate(spec.kind)) {
            continue;
        }
        if (is_of_all_links(spec)) {
            all.loss_ppm = std::max(all.loss_ppm, rates.loss_ppm);
            all.duplicate_ppm = std::max(all.duplicate_ppm, rates.duplicate_ppm);
            all.reorder_ppm = std::max(all.reorder_ppm, rates.reorder_ppm);
            continue;
        }
        for (std::uint32_t from = 0; from < record.from.size(); ++from) {
            for (std::uint32_t to = 0; to < record.to.size(); ++to) {
                if (from != to && hits_link(record, NodeId{from}, NodeId{to})) {
                    network.raise_link_rates(NodeId{from}, NodeId{to}, rates);
                }
            }
        }
    }
    network.set_loss_ppm(all.loss_ppm);
    network.set_duplicate_ppm(all.duplicate_ppm);
    network.set_reorder_ppm(all.reorder_ppm);
}

void FaultDriver::refresh_cuts() {
    NetworkModel& network = cluster_.kernel().network();
    network.heal();
    const std::vector<std::size_t> partitions = in_force(FaultKind::Partition);
    if (!partitions.empty()) {
        // Who is together in every partition is together in all of them at once.
        std::map<std::vector<std::size_t>, std::vector<NodeId>> together;
        for (std::uint32_t node = 0; node < cluster_.society().members().size(); ++node) {
            std::vector<std::size_t> sides;
            for (const std::size_t partition : partitions) {
                sides.push_back(records_[partition].side[node]);
            }
            together[std::move(sides)].push_back(NodeId{node});
        }
        std::vector<std::vector<NodeId>> groups;
        for (auto& [sides, group] : together) {
            groups.push_back(std::move(group));
        }
        network.partition(groups);
    }
    for (const std::size_t block : in_force(FaultKind::Block)) {
        const std::vector<NodeId>& targets = records_[block].targets;
        for (std::size_t i = 1; i < targets.size(); ++i) {
            network.block(targets[0], targets[i]);
        }
    }
}

// --- what each did -------------------------------------------------------------------------------

void FaultDriver::on_touch(const Touch& touch) {
    const NetworkSpec& normal = cluster_.scenario().network;
    switch (touch.kind) {
        case Touch::Kind::Lost:
            credit_draw(FaultKind::Loss, normal.loss, touch);
            break;
        case Touch::Kind::Duplicated:
            credit_draw(FaultKind::Duplicate, normal.duplicate, touch);
            break;
        case Touch::Kind::Reordered:
            credit_draw(FaultKind::Reorder, normal.reorder, touch);
            break;
        case Touch::Kind::Partitioned:
            for (const std::size_t fault : in_force(FaultKind::Partition)) {
                Record& record = records_[fault];
                if (record.side[touch.from.value] != record.side[touch.to.value]) {
                    ++record.affected;
                    break;
                }
            }
            break;
        case Touch::Kind::Blocked:
            for (const std::size_t fault : in_force(FaultKind::Block)) {
                Record& record = records_[fault];
                if (record.targets.front() == touch.from && hits(record, touch.to)) {
                    ++record.affected;
                    break;
                }
            }
            break;
        case Touch::Kind::Delayed:
            credit_delay(touch);
            break;
        case Touch::Kind::Narrowed:
            for (const std::size_t fault : rising(FaultKind::Bandwidth, touch.from)) {
                ++records_[fault].affected;
            }
            break;
    }
}

void FaultDriver::credit_draw(FaultKind kind, Ppm normal, const Touch& touch) {
    if (touch.draw < normal) {
        return;  // it would have happened without any fault
    }
    for (const std::size_t fault : active_) {
        Record& record = records_[fault];
        if (record.spec.kind == kind && touch.draw < record.spec.rate &&
            hits_link(record, touch.from, touch.to)) {
            ++record.affected;
            return;
        }
    }
}

void FaultDriver::credit_delay(const Touch& touch) {
    std::vector<std::size_t> faults = rising(FaultKind::Delay, touch.from);
    for (const std::size_t fault : rising(FaultKind::Delay, touch.to)) {
        if (std::find(faults.begin(), faults.end(), fault) == faults.end()) {
            faults.push_back(fault);
        }
    }
    for (const std::size_t fault : faults) {
        ++records_[fault].affected;
    }
}

void FaultDriver::credit_slowness() {
    for (std::uint32_t node = 0; node < slowed_.size(); ++node) {
        const std::uint64_t slowed = cluster_.kernel().counters(NodeId{node}).slowed;
        const std::uint64_t fresh = slowed - std::exchange(slowed_[node], slowed);
        if (fresh > 0) {
            for (const std::size_t fault : rising(FaultKind::Slow, NodeId{node})) {
                records_[fault].affected += fresh;
            }
        }
    }
}

void FaultDriver::fill(RunReport& report) const {
    for (const Record& record : records_) {
        FaultSummary summary{.at_s = as_seconds(record.at),
                             .until_s = std::nullopt,
                             .kind = std::string(to_string(record.spec.kind)),
                             .text = describe(record.spec),
                             .affected = record.affected,
                             .recovery_ms = std::nullopt};
        if (record.until) {
            summary.until_s = as_seconds(*record.until);
        }
        if (const auto commit = cluster_.recorder().commit_after(record.at)) {
            summary.recovery_ms = static_cast<double>((*commit - record.at).nanoseconds) * 1e-6;
        }
        if (summary.affected > 0) {
            ++report.faults_fired[summary.kind];
        }
        report.faults.push_back(std::move(summary));
    }
}

}  // namespace nexus::sim
