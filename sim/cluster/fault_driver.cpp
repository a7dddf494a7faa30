#include "sim/cluster/fault_driver.hpp"

#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/cluster/network_faults.hpp"
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
    : cluster_(cluster),
      network_(cluster.kernel().network()),
      slowed_(cluster.society().members().size(), 0) {
    Kernel& kernel = cluster_.kernel();
    for (const FaultSpec& fault : cluster.scenario().faults) {
        const std::size_t i = records_.size();
        records_.push_back({.spec = fault,
                            .at = Instant{} + fault.at,
                            .until = std::nullopt,
                            .affected = 0,
                            .targets = {}});
        kernel.at(Instant{} + fault.at, [this, i] { begin(i); });
        if (fault.lasts) {
            kernel.at(Instant{} + fault.at + *fault.lasts, [this, i] { end(i); });
        }
    }
}

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

bool FaultDriver::hits(const Record& record, NodeId node) {
    return std::find(record.targets.begin(), record.targets.end(), node) != record.targets.end();
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
    }
    active_.push_back(fault);
    if (NetworkFaults::covers(spec.kind)) {
        network_.begin(fault, spec,
                       [this](const std::string& name) { return cluster_.resolve(name); });
    } else if (is_crash(spec.kind)) {
        crash(fault);
    } else {
        refresh_slowness(record.targets);
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
    if (is_crash(record.spec.kind)) {
        end_crash(record.targets);
    } else if (record.spec.kind == FaultKind::Slow) {
        refresh_slowness(record.targets);
    }
}

void FaultDriver::close(std::size_t fault) {
    records_[fault].until = cluster_.kernel().now();
    std::erase(active_, fault);
    network_.end(fault);
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

std::vector<std::size_t> FaultDriver::rising_slowness(NodeId node) const {
    std::vector<std::size_t> faults;
    std::uint32_t strongest = 1;
    for (const std::size_t fault : in_force(FaultKind::Slow)) {
        const Record& record = records_[fault];
        if (record.spec.factor > strongest && hits(record, node)) {
            strongest = record.spec.factor;
            faults.push_back(fault);
        }
    }
    return faults;
}

void FaultDriver::refresh_slowness(const std::vector<NodeId>& nodes) {
    for (const NodeId node : nodes) {
        const std::vector<std::size_t> faults = rising_slowness(node);
        cluster_.kernel().set_cpu_ppm(
            node, kFullSpeed / (faults.empty() ? 1 : records_[faults.back()].spec.factor));
    }
}

void FaultDriver::end_crash(const std::vector<NodeId>& nodes) {
    for (const NodeId node : nodes) {
        if (std::none_of(active_.begin(), active_.end(), [this, node](std::size_t other) {
                return is_crash(records_[other].spec.kind) && hits(records_[other], node);
            })) {
            (void)cluster_.restart(node);
        }
    }
}

// --- what each did -------------------------------------------------------------------------------

void FaultDriver::credit_slowness() {
    for (std::uint32_t node = 0; node < slowed_.size(); ++node) {
        const std::uint64_t slowed = cluster_.kernel().counters(NodeId{node}).slowed;
        const std::uint64_t fresh = slowed - std::exchange(slowed_[node], slowed);
        if (fresh > 0) {
            for (const std::size_t fault : rising_slowness(NodeId{node})) {
                records_[fault].affected += fresh;
            }
        }
    }
}

void FaultDriver::fill(RunReport& report) const {
    for (std::size_t i = 0; i < records_.size(); ++i) {
        const Record& record = records_[i];
        const auto touched = network_.touched().find(i);
        FaultSummary summary{
            .at_s = as_seconds(record.at),
            .until_s = std::nullopt,
            .kind = std::string(to_string(record.spec.kind)),
            .text = describe(record.spec),
            .affected = touched == network_.touched().end() ? record.affected : touched->second,
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
