#include "tools/nexus/testnet/fault_schedule.hpp"

#include "base/concat.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet/status.hpp"

#include <algorithm>
#include <csignal>
#include <string_view>

namespace nexus::tools {
namespace {

bool is_possible(sim::FaultKind kind) {
    return sim::is_crash(kind) || kind == sim::FaultKind::Restart ||
           kind == sim::FaultKind::Partition || kind == sim::FaultKind::Heal;
}

double seconds_of(Instant at) { return static_cast<double>(at.nanoseconds) * 1e-9; }

/// The validator that leads the newest view, as the validators say.
std::string leader(const Session& session) {
    std::uint64_t newest = 0;
    std::uint64_t index = 0;
    for (const auto& [name, place] : session.network.members) {
        const std::string status =
            read_text(session.layout.member(place.process, name) + "/status.json").value_or("");
        if (status_number(status, "view") > newest && living(session.layout, place.process)) {
            newest = status_number(status, "view");
            index = status_number(status, "leader");
        }
    }
    return sim::validator_node(static_cast<std::uint32_t>(index));
}

}  // namespace

absl::Status check_faults(const sim::Scenario& scenario) {
    for (const sim::FaultSpec& fault : scenario.faults) {
        if (!is_possible(fault.kind)) {
            return absl::InvalidArgumentError(concat(
                scenario.file, ":", fault.line,
                ":1: error: expected a fault that can happen to processes (crash, wipe, restart, "
                "partition, heal), got ",
                to_string(fault.kind), "; nexus sim run makes it happen"));
        }
    }
    return absl::OkStatus();
}

FaultSchedule::FaultSchedule(const Session& session)
    : session_(session), records_(session.society.scenario().faults.size()) {
    const std::vector<sim::FaultSpec>& faults = session.society.scenario().faults;
    for (std::size_t i = 0; i < faults.size(); ++i) {
        events_.push_back({.at = faults[i].at, .fault = i, .act = Act::Begin});
        if (faults[i].lasts.has_value()) {
            events_.push_back({.at = faults[i].at + *faults[i].lasts, .fault = i, .act = Act::End});
        }
    }
    std::stable_sort(events_.begin(), events_.end(),
                     [](const Event& one, const Event& other) { return one.at < other.at; });
}

absl::Status FaultSchedule::advance(Instant now) {
    for (; next_ < events_.size() && Instant{} + events_[next_].at <= now; ++next_) {
        const Event& event = events_[next_];
        const sim::FaultSpec& fault = session_.society.scenario().faults[event.fault];
        Record& record = records_[event.fault];
        (event.act == Act::Begin ? record.began : record.ended) = now;
        absl::Status status = event.act == Act::Begin ? begin(fault, record) : end(fault, record);
        if (!status.ok()) {
            return status;
        }
    }
    return absl::OkStatus();
}

absl::Status FaultSchedule::heal(Instant now) {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    for (std::size_t i = 0; i < faults.size(); ++i) {
        if (faults[i].kind == sim::FaultKind::Partition && records_[i].began &&
            !records_[i].ended) {
            records_[i].ended = now;
        }
    }
    return set_partition(session_.layout, session_.network, {});
}

absl::Status FaultSchedule::begin(const sim::FaultSpec& fault, Record& record) {
    switch (fault.kind) {
        case sim::FaultKind::Crash:
        case sim::FaultKind::Wipe:
            return crash(fault, record);
        case sim::FaultKind::Restart:
            for (const std::string& process : processes_of(fault)) {
                if (!living(session_.layout, process)) {
                    record.processes.push_back(process);
                    if (absl::Status status = start_process(session_.layout, process);
                        !status.ok()) {
                        return status;
                    }
                }
            }
            return absl::OkStatus();
        case sim::FaultKind::Partition:
            for (const auto& [process, members] : session_.network.processes()) {
                record.processes.push_back(process);
            }
            return set_partition(session_.layout, session_.network, sides_of(fault));
        default:
            return heal(*record.began);
    }
}

absl::Status FaultSchedule::crash(const sim::FaultSpec& fault, Record& record) {
    for (const std::string& process : processes_of(fault)) {
        const bool lives = living(session_.layout, process).has_value();
        if (lives) {
            absl::Status status = signal_process(session_.layout, process, SIGKILL);
            if (!status.ok()) {
                return status;
            }
        }
        if (fault.kind == sim::FaultKind::Wipe) {
            wipe_process(session_.layout, session_.network, process);
        }
        if (lives || fault.kind == sim::FaultKind::Wipe) {
            record.processes.push_back(process);
        }
    }
    return absl::OkStatus();
}

absl::Status FaultSchedule::end(const sim::FaultSpec& fault, const Record& record) {
    if (sim::is_crash(fault.kind)) {
        for (const std::string& process : record.processes) {
            if (living(session_.layout, process)) {
                continue;  // a restart came first
            }
            if (absl::Status status = start_process(session_.layout, process); !status.ok()) {
                return status;
            }
        }
    } else if (fault.kind == sim::FaultKind::Partition) {
        return set_partition(session_.layout, session_.network, {});
    }
    return absl::OkStatus();
}

std::vector<std::string> FaultSchedule::processes_of(const sim::FaultSpec& fault) const {
    std::vector<std::string> processes;
    const auto add = [&](const std::string& member) {
        if (const auto process = find_process(session_.network, member)) {
            processes.push_back(*process);
        }
    };
    for (const std::string& target : fault.targets) {
        if (target == sim::kLeaderTarget) {
            add(leader(session_));
        } else if (target.starts_with(sim::kRegionPrefix)) {
            for (const sim::Member& member : session_.society.members()) {
                if (member.kind == "validator" &&
                    member.region == target.substr(sim::kRegionPrefix.size())) {
                    add(member.name);
                }
            }
        } else {
            add(target);
        }
    }
    return processes;
}

/// Everybody is on a side: who is not named is on the first.
std::vector<std::string> FaultSchedule::sides_of(const sim::FaultSpec& fault) const {
    std::vector<std::string> sides;
    std::vector<std::string> named;
    for (const std::vector<std::string>& group : fault.groups) {
        std::string side;
        for (const std::string& name : group) {
            named.push_back(name);
            side += concat(side.empty() ? "" : ",", name);
        }
        sides.push_back(std::move(side));
    }
    for (const sim::Member& member : session_.society.members()) {
        if (std::find(named.begin(), named.end(), member.name) == named.end()) {
            sides.front() += concat(sides.front().empty() ? "" : ",", member.name);
        }
    }
    return sides;
}

void FaultSchedule::fill(sim::RunReport& report) const {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    for (std::size_t i = 0; i < faults.size(); ++i) {
        const Record& record = records_[i];
        if (!record.began.has_value()) {
            continue;
        }
        sim::FaultSummary summary;
        summary.at_s = seconds_of(*record.began);
        summary.until_s = record.ended ? std::optional(seconds_of(*record.ended)) : std::nullopt;
        summary.kind = to_string(faults[i].kind);
        summary.text = describe(faults[i]);
        summary.affected = record.processes.size();
        for (const sim::BlockSummary& block : report.blocks) {
            if (block.committed_s >= summary.at_s) {
                summary.recovery_ms = (block.committed_s - summary.at_s) * 1e3;
                break;
            }
        }
        report.faults_fired[summary.kind] += summary.affected > 0 ? 1 : 0;
        report.faults.push_back(std::move(summary));
    }
}

}  // namespace nexus::tools
