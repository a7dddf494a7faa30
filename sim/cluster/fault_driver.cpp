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
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::uint32_t kFullSpeed = 1'000'000;

double as_seconds(Instant at) { return static_cast<double>(at.nanoseconds) * 1e-9; }

}  // namespace

FaultDriver::FaultDriver(Cluster& cluster)
    : cluster_(cluster), faults_(cluster.scenario().faults), resolved_(faults_.size()) {
    for (std::size_t i = 0; i < faults_.size(); ++i) {
        const FaultSpec& fault = faults_[i];
        Kernel& kernel = cluster_.kernel();
        kernel.at(Instant{} + fault.at, [this, i] { begin(i); });
        if (fault.lasts) {
            kernel.at(Instant{} + fault.at + *fault.lasts, [this, i] { end(i); });
        }
        records_.push_back({.at = Instant{} + fault.at,
                            .until = std::nullopt,
                            .kind = fault.kind,
                            .text = describe(fault),
                            .targets_hit = 0,
                            .packets_before = 0,
                            .packets_after = std::nullopt});
    }
}

std::vector<NodeId> FaultDriver::nodes_of(const std::vector<std::string>& names) const {
    std::vector<NodeId> nodes;
    for (const std::string& name : names) {
        for (const NodeId node : cluster_.resolve(name)) {
            nodes.push_back(node);
        }
    }
    return nodes;
}

bool FaultDriver::is_of_links(const FaultSpec& fault) {
    const bool is_rate = fault.kind == FaultKind::Loss || fault.kind == FaultKind::Duplicate ||
                         fault.kind == FaultKind::Reorder;
    return is_rate && !(fault.targets.empty() && fault.from.empty() && fault.to.empty());
}

std::vector<std::pair<NodeId, NodeId>> FaultDriver::links_of(const FaultSpec& fault) const {
    std::vector<NodeId> everybody;
    for (std::uint32_t i = 0; i < cluster_.nodes().size(); ++i) {
        everybody.push_back(NodeId{i});
    }
    std::vector<std::pair<NodeId, NodeId>> links;
    const auto add = [&links](const std::vector<NodeId>& from, const std::vector<NodeId>& to) {
        for (const NodeId sender : from) {
            for (const NodeId receiver : to) {
                if (sender != receiver) {
                    links.emplace_back(sender, receiver);
                }
            }
        }
    };
    if (!fault.targets.empty()) {
        const std::vector<NodeId> targets = nodes_of(fault.targets);
        add(targets, everybody);
        add(everybody, targets);
    } else {
        add(fault.from.empty() ? everybody : nodes_of(fault.from),
            fault.to.empty() ? everybody : nodes_of(fault.to));
    }
    return links;
}

void FaultDriver::restore_rates() {
    NetworkModel& network = cluster_.kernel().network();
    network.clear_link_rates();
    for (const auto& [fault, links] : active_rates_) {
        const FaultSpec& spec = faults_[fault];
        const LinkRates rates{
            .loss_ppm = spec.kind == FaultKind::Loss ? spec.rate : 0,
            .duplicate_ppm = spec.kind == FaultKind::Duplicate ? spec.rate : 0,
            .reorder_ppm = spec.kind == FaultKind::Reorder ? spec.rate : 0,
        };
        for (const auto& [from, to] : links) {
            network.raise_link_rates(from, to, rates);
        }
    }
}

std::uint64_t FaultDriver::packets_touched(FaultKind kind) const {
    const FaultCounts& counts = cluster_.kernel().faults();
    switch (kind) {
        case FaultKind::Crash:
            return counts.receiver_down + counts.not_departed;
        case FaultKind::Restart:
        case FaultKind::Heal:
        case FaultKind::Bandwidth:
            return 0;
        case FaultKind::Partition:
            return counts.partitioned;
        case FaultKind::Block:
            return counts.blocked;
        case FaultKind::Slow:
            return counts.slowed;
        case FaultKind::Loss:
            return counts.lost;
        case FaultKind::Duplicate:
            return counts.duplicated;
        case FaultKind::Reorder:
            return counts.reordered;
        case FaultKind::Delay:
            return counts.delayed;
    }
    return 0;
}

void FaultDriver::begin(std::size_t fault) {
    Record& record = records_[fault];
    record.packets_before = packets_touched(faults_[fault].kind);
    if (is_of_links(faults_[fault])) {
        active_rates_.emplace(fault, links_of(faults_[fault]));
        record.targets_hit = active_rates_.at(fault).size();
        restore_rates();
        return;
    }
    resolved_[fault] = nodes_of(faults_[fault].targets);
    record.targets_hit = apply(faults_[fault], resolved_[fault]);
    if (faults_[fault].kind == FaultKind::Partition || faults_[fault].kind == FaultKind::Block) {
        active_cuts_.push_back(fault);
    }
}

void FaultDriver::end(std::size_t fault) {
    Record& record = records_[fault];
    if (record.until) {
        return;  // the end of the run's faulty part came before its own
    }
    record.until = cluster_.kernel().now();
    record.packets_after = packets_touched(faults_[fault].kind);
    std::erase(active_cuts_, fault);
    if (active_rates_.erase(fault) > 0) {
        restore_rates();
        return;
    }
    reverse(faults_[fault], resolved_[fault]);
}

std::uint64_t FaultDriver::partition(const FaultSpec& fault) {
    std::vector<std::vector<NodeId>> groups;
    std::vector<bool> named(cluster_.nodes().size(), false);
    for (const std::vector<std::string>& names : fault.groups) {
        std::vector<NodeId>& group = groups.emplace_back();
        for (const std::string& name : names) {
            for (const NodeId node : cluster_.resolve(name)) {
                group.push_back(node);
                named[node.value] = true;
            }
        }
    }
    for (std::uint32_t node = 0; node < named.size() && !groups.empty(); ++node) {
        if (!named[node]) {
            groups.front().push_back(NodeId{node});
        }
    }
    cluster_.kernel().network().partition(groups);
    return groups.size();
}

std::uint64_t FaultDriver::apply(const FaultSpec& fault, const std::vector<NodeId>& targets) {
    Kernel& kernel = cluster_.kernel();
    NetworkModel& network = kernel.network();
    std::uint64_t hit = targets.size();
    switch (fault.kind) {
        case FaultKind::Crash:
            return static_cast<std::uint64_t>(
                std::count_if(targets.begin(), targets.end(),
                              [this](NodeId node) { return cluster_.crash(node); }));
        case FaultKind::Restart:
            return static_cast<std::uint64_t>(
                std::count_if(targets.begin(), targets.end(),
                              [this](NodeId node) { return cluster_.restart(node); }));
        case FaultKind::Partition:
            return partition(fault);
        case FaultKind::Block:
            for (std::size_t i = 1; i < targets.size(); ++i) {
                network.block(targets[0], targets[i]);
            }
            return targets.empty() ? 0 : targets.size() - 1;
        case FaultKind::Heal:
            network.heal();
            hit = active_cuts_.size();
            for (const std::size_t cut : active_cuts_) {
                records_[cut].until = kernel.now();
                records_[cut].packets_after = packets_touched(faults_[cut].kind);
            }
            active_cuts_.clear();
            return hit;
        case FaultKind::Slow:
            for (const NodeId node : targets) {
                kernel.set_cpu_ppm(node, kFullSpeed / std::max(fault.factor, 1U));
            }
            return hit;
        case FaultKind::Loss:
            network.set_loss_ppm(fault.rate);
            return 1;
        case FaultKind::Duplicate:
            network.set_duplicate_ppm(fault.rate);
            return 1;
        case FaultKind::Reorder:
            network.set_reorder_ppm(fault.rate);
            return 1;
        case FaultKind::Delay:
            for (const NodeId node : targets) {
                network.set_extra_delay(node, fault.delay);
            }
            return hit;
        case FaultKind::Bandwidth:
            for (const NodeId node : targets) {
                network.set_bandwidth_up(node, fault.bandwidth_bps);
            }
            return hit;
    }
    return 0;
}

void FaultDriver::restore_links() {
    cluster_.kernel().network().heal();
    for (const std::size_t cut : active_cuts_) {
        (void)apply(faults_[cut], resolved_[cut]);
    }
}

void FaultDriver::reverse(const FaultSpec& fault, const std::vector<NodeId>& targets) {
    Kernel& kernel = cluster_.kernel();
    NetworkModel& network = kernel.network();
    const NetworkSpec& normal = cluster_.scenario().network;
    switch (fault.kind) {
        case FaultKind::Crash:
            for (const NodeId node : targets) {
                (void)cluster_.restart(node);
            }
            break;
        case FaultKind::Restart:
        case FaultKind::Heal:
            break;
        case FaultKind::Partition:
        case FaultKind::Block:
            restore_links();
            break;
        case FaultKind::Slow:
            for (const NodeId node : targets) {
                kernel.set_cpu_ppm(node, kFullSpeed);
            }
            break;
        case FaultKind::Loss:
            network.set_loss_ppm(normal.loss);
            break;
        case FaultKind::Duplicate:
            network.set_duplicate_ppm(normal.duplicate);
            break;
        case FaultKind::Reorder:
            network.set_reorder_ppm(normal.reorder);
            break;
        case FaultKind::Delay:
            for (const NodeId node : targets) {
                network.set_extra_delay(node, Duration{});
            }
            break;
        case FaultKind::Bandwidth:
            for (const NodeId node : targets) {
                network.set_bandwidth_up(node, normal.bandwidth_bps);
            }
            break;
    }
}

void FaultDriver::heal_all() {
    for (std::size_t i = 0; i < faults_.size(); ++i) {
        const bool has_ended = records_[i].until.has_value();
        const bool is_over = faults_[i].kind == FaultKind::Crash ||
                             faults_[i].kind == FaultKind::Restart ||
                             faults_[i].kind == FaultKind::Heal;
        if (!has_ended && !is_over && records_[i].at <= cluster_.kernel().now()) {
            end(i);
        }
    }
    cluster_.kernel().network().heal();
}

void FaultDriver::fill(RunReport& report) const {
    for (std::size_t i = 0; i < faults_.size(); ++i) {
        const Record& record = records_[i];
        FaultSummary summary{.at_s = as_seconds(record.at),
                             .until_s = std::nullopt,
                             .kind = std::string(to_string(record.kind)),
                             .text = record.text,
                             .affected = 0,
                             .recovery_ms = std::nullopt};
        if (record.until) {
            summary.until_s = as_seconds(*record.until);
        }
        const std::uint64_t packets =
            record.packets_after.value_or(packets_touched(record.kind)) - record.packets_before;
        summary.affected = record.targets_hit == 0 ? 0 : std::max(packets, record.targets_hit);
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
