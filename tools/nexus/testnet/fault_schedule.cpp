#include "tools/nexus/testnet/fault_schedule.hpp"

#include "base/concat.hpp"
#include "sim/cluster/network_faults.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/testnet/link_faults.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet/status.hpp"

#include <algorithm>
#include <csignal>
#include <set>
#include <utility>

namespace nexus::tools {
namespace {

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
        if (fault.kind == sim::FaultKind::Slow && fault.factor > Slowdown::kFactorMax) {
            return absl::InvalidArgumentError(
                concat(scenario.file, ":", fault.line, ":1: error: expected a factor of at most ",
                       Slowdown::kFactorMax, " for processes, got ", fault.factor,
                       "; nexus sim run makes it happen"));
        }
    }
    return absl::OkStatus();
}

FaultSchedule::FaultSchedule(const Session& session)
    : session_(session),
      records_(session.society.scenario().faults.size()),
      slowdown_(session.layout) {
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
        absl::Status status =
            event.act == Act::Begin ? begin(event.fault, now) : end(event.fault, now);
        if (!status.ok()) {
            return status;
        }
    }
    return absl::OkStatus();
}

absl::Status FaultSchedule::heal_all(Instant now) {
    credit_slowness();
    for (std::size_t i = 0; i < records_.size(); ++i) {
        if (session_.society.scenario().faults[i].kind == sim::FaultKind::Slow && is_in_force(i)) {
            records_[i].ended = now;
            refresh_slowness(records_[i].processes);
        }
    }
    return end_on_network([](const sim::FaultSpec&) { return true; }, now).status();
}

bool FaultSchedule::is_in_force(std::size_t fault) const {
    return records_[fault].began.has_value() && !records_[fault].ended.has_value();
}

absl::Status FaultSchedule::begin(std::size_t fault, Instant now) {
    const sim::FaultSpec& spec = session_.society.scenario().faults[fault];
    Record& record = records_[fault];
    record.began = now;
    switch (spec.kind) {
        case sim::FaultKind::Crash:
        case sim::FaultKind::Wipe:
            return crash(spec, record);
        case sim::FaultKind::Restart:
            return restart(record, processes_of(spec), now);
        case sim::FaultKind::Heal: {
            const auto healed = end_on_network(
                [](const sim::FaultSpec& each) {
                    return each.kind == sim::FaultKind::Partition ||
                           each.kind == sim::FaultKind::Block;
                },
                now);
            record.hit = healed.value_or(0);
            return healed.status();
        }
        case sim::FaultKind::Slow:
            begin_slowness(fault, processes_of(spec), now);
            return absl::OkStatus();
        default:
            return begin_on_network(spec, record);
    }
}

absl::Status FaultSchedule::end(std::size_t fault, Instant now) {
    if (!is_in_force(fault)) {
        return absl::OkStatus();  // another one has ended it
    }
    const sim::FaultKind kind = session_.society.scenario().faults[fault].kind;
    if (sim::is_crash(kind)) {
        records_[fault].ended = now;
        return end_crash(fault);
    }
    if (kind == sim::FaultKind::Slow) {
        credit_slowness();
        records_[fault].ended = now;
        refresh_slowness(records_[fault].processes);
        return absl::OkStatus();
    }
    const std::optional<std::uint64_t> number = records_[fault].number;
    records_[fault].ended = now;
    return end_faults(session_.layout,
                      [number](const sim::NumberedFault& each) { return each.number == number; })
        .status();
}

absl::Status FaultSchedule::crash(const sim::FaultSpec& fault, Record& record) {
    const bool is_wipe = fault.kind == sim::FaultKind::Wipe;
    for (const std::string& process : processes_of(fault)) {
        record.processes.push_back(process);
        const bool lives = living(session_.layout, process).has_value();
        record.hit += lives || is_wipe ? 1 : 0;
        if (lives) {
            if (absl::Status status = signal_process(session_.layout, process, SIGKILL);
                !status.ok()) {
                return status;
            }
        }
        if (is_wipe) {
            wipe_process(session_.layout, session_.network, process);
        }
    }
    return absl::OkStatus();
}

absl::Status FaultSchedule::restart(Record& record, const std::vector<std::string>& processes,
                                    Instant now) {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    std::vector<std::string> down;
    for (const std::string& process : processes) {
        for (std::size_t i = 0; i < faults.size(); ++i) {  // it ends all crashes of its targets
            if (sim::is_crash(faults[i].kind) && is_in_force(i) &&
                std::erase(records_[i].processes, process) > 0 && records_[i].processes.empty()) {
                records_[i].ended = now;
            }
        }
        if (!living(session_.layout, process)) {
            down.push_back(process);
        }
    }
    record.hit += down.size();
    return start_processes(session_.layout, down);
}

absl::Status FaultSchedule::end_crash(std::size_t fault) {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    std::vector<std::string> over;
    for (const std::string& process : records_[fault].processes) {
        bool is_in_another = false;
        for (std::size_t i = 0; i < faults.size(); ++i) {
            const std::vector<std::string>& down = records_[i].processes;
            is_in_another =
                is_in_another || (sim::is_crash(faults[i].kind) && is_in_force(i) &&
                                  std::find(down.begin(), down.end(), process) != down.end());
        }
        if (!is_in_another && !living(session_.layout, process)) {
            over.push_back(process);
        }
    }
    return start_processes(session_.layout, over);
}

void FaultSchedule::begin_slowness(std::size_t fault, const std::vector<std::string>& processes,
                                   Instant now) {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    credit_slowness();
    Record& record = records_[fault];
    if (faults[fault].factor > 1) {
        record.processes = processes;
    } else {  // it ends all slowness of its targets
        for (std::size_t i = 0; i < faults.size(); ++i) {
            if (faults[i].kind != sim::FaultKind::Slow || !is_in_force(i)) {
                continue;
            }
            const auto freed = std::erase_if(records_[i].processes, [&](const std::string& each) {
                return std::find(processes.begin(), processes.end(), each) != processes.end();
            });
            record.hit += freed;
            if (freed > 0 && records_[i].processes.empty()) {
                records_[i].ended = now;
            }
        }
    }
    refresh_slowness(processes);
}

std::vector<std::size_t> FaultSchedule::rising_slowness(const std::string& process) const {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    std::vector<std::size_t> rising;
    std::uint32_t strongest = 1;
    for (std::size_t i = 0; i < faults.size(); ++i) {
        const std::vector<std::string>& held = records_[i].processes;
        if (faults[i].kind == sim::FaultKind::Slow && is_in_force(i) &&
            faults[i].factor > strongest &&
            std::find(held.begin(), held.end(), process) != held.end()) {
            strongest = faults[i].factor;
            rising.push_back(i);
        }
    }
    return rising;
}

void FaultSchedule::credit_slowness() {
    for (const auto& [process, members] : session_.network.processes()) {
        const std::uint64_t stops = slowdown_.stops(process);
        const std::uint64_t fresh = stops - std::exchange(stops_[process], stops);
        for (const std::size_t fault : rising_slowness(process)) {
            records_[fault].hit += fresh;
        }
    }
}

void FaultSchedule::refresh_slowness(const std::vector<std::string>& processes) {
    for (const std::string& process : processes) {
        const std::vector<std::size_t> rising = rising_slowness(process);
        slowdown_.set(
            process, rising.empty() ? 1 : session_.society.scenario().faults[rising.back()].factor);
    }
}

absl::Status FaultSchedule::begin_on_network(const sim::FaultSpec& fault, Record& record) {
    sim::FaultSpec named = fault;
    named.targets = with_leader(fault.targets);
    named.from = with_leader(fault.from);
    named.to = with_leader(fault.to);
    const auto number = begin_fault(session_.layout, named);
    if (number.ok()) {
        record.number = *number;
    }
    return number.status();
}

template <class Ends>
absl::StatusOr<std::uint64_t> FaultSchedule::end_on_network(const Ends& ends, Instant now) {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    std::set<std::uint64_t> numbers;
    for (std::size_t i = 0; i < faults.size(); ++i) {
        if (is_in_force(i) && records_[i].number.has_value() && ends(faults[i])) {
            numbers.insert(*records_[i].number);
            records_[i].ended = now;
        }
    }
    return end_faults(session_.layout, [&numbers](const sim::NumberedFault& each) {
        return numbers.contains(each.number);
    });
}

std::vector<std::string> FaultSchedule::with_leader(std::vector<std::string> names) const {
    for (std::string& name : names) {
        if (name == sim::kLeaderTarget) {
            name = leader(session_);
        }
    }
    return names;
}

std::vector<std::string> FaultSchedule::processes_of(const sim::FaultSpec& fault) const {
    std::vector<std::string> processes;
    for (const std::string& target : with_leader(fault.targets)) {
        auto process = find_process(session_.network, target);
        // One process may host several that are named.
        if (process.has_value() &&
            std::find(processes.begin(), processes.end(), *process) == processes.end()) {
            processes.push_back(*std::move(process));
        }
    }
    return processes;
}

void FaultSchedule::fill(sim::RunReport& report) const {
    const std::vector<sim::FaultSpec>& faults = session_.society.scenario().faults;
    const TouchCounts touched = touched_by_all(session_.layout, session_.network);
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
        summary.affected = record.hit;
        if (record.number.has_value() && touched.contains(*record.number)) {
            summary.affected = touched.at(*record.number);
        }
        for (const sim::BlockSummary& block : report.blocks) {
            if (block.committed_s >= summary.at_s) {
                summary.recovery_ms = (block.committed_s - summary.at_s) * 1e3;
                break;
            }
        }
        if (summary.affected > 0) {
            ++report.faults_fired[summary.kind];
        }
        report.faults.push_back(std::move(summary));
    }
}

}  // namespace nexus::tools
