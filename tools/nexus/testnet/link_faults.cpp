#include "tools/nexus/testnet/link_faults.hpp"

#include "base/concat.hpp"
#include "sim/report/write.hpp"
#include "tools/nexus/testnet/file_lock.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/processes.hpp"

#include <set>
#include <sstream>
#include <utility>

namespace nexus::tools {
namespace {

/// A change is a matter of moments.
constexpr double kPatienceSeconds = 10;

}  // namespace

absl::StatusOr<sim::FaultList> read_faults(const TestnetLayout& layout) {
    return sim::parse_fault_list(read_text(layout.faults()).value_or(""), layout.faults());
}

absl::StatusOr<FaultChange> change_faults(
    const TestnetLayout& layout, const std::function<bool(const sim::NumberedFault&)>& ends,
    const std::vector<sim::FaultSpec>& begins) {
    const auto lock = FileLock::take(layout.faults_lock(), "changes faults", kPatienceSeconds);
    if (!lock.ok()) {
        return lock.status();
    }
    auto list = read_faults(layout);
    if (!list.ok()) {
        return list.status();
    }
    FaultChange change;
    change.ended = std::erase_if(list->faults, ends);
    for (const sim::FaultSpec& spec : begins) {
        change.begun.push_back(list->next);
        list->faults.push_back({.number = list->next++, .spec = spec});
    }
    if (change.ended == 0 && change.begun.empty()) {
        return change;
    }
    // What processes would refuse must not get into their file.
    const std::string text = sim::format_fault_list(*list);
    const auto checked = sim::parse_fault_list(text, layout.faults());
    if (!checked.ok()) {
        return checked.status();
    }
    if (absl::Status status = sim::write_file_atomically(layout.faults(), text); !status.ok()) {
        return status;
    }
    return change;
}

absl::StatusOr<std::uint64_t> begin_fault(const TestnetLayout& layout, const sim::FaultSpec& spec) {
    const auto change =
        change_faults(layout, [](const sim::NumberedFault&) { return false; }, {spec});
    return change.ok() ? absl::StatusOr<std::uint64_t>(change->begun.front()) : change.status();
}

absl::StatusOr<std::size_t> end_faults(const TestnetLayout& layout,
                                       const std::function<bool(const sim::NumberedFault&)>& ends) {
    const auto change = change_faults(layout, ends, {});
    return change.ok() ? absl::StatusOr<std::size_t>(change->ended) : change.status();
}

TouchCounts read_touched(const TestnetLayout& layout, const std::string& process) {
    TouchCounts counts;
    std::istringstream lines(read_text(layout.touched(process)).value_or(""));
    for (std::uint64_t number = 0, count = 0; lines >> number >> count;) {
        counts[number] = count;
    }
    return counts;
}

absl::Status write_touched(const TestnetLayout& layout, const std::string& process,
                           const TouchCounts& counts) {
    std::string text;
    for (const auto& [number, count] : counts) {
        text += concat(number, " ", count, "\n");
    }
    return sim::write_file_atomically(layout.touched(process), text);
}

TouchCounts touched_by_all(const TestnetLayout& layout, const NetworkFile& network) {
    TouchCounts sum;
    for (const auto& [process, members] : network.processes()) {
        for (const auto& [number, count] : read_touched(layout, process)) {
            sum[number] += count;
        }
    }
    return sum;
}

std::vector<std::string> members_in(const NetworkFile& network, std::string_view list) {
    const auto processes = network.processes();
    std::set<std::string> members;
    for (const std::string& name : split(list, ',')) {
        if (network.members.contains(name)) {
            members.insert(name);
        } else {
            const std::vector<std::string>& hosted = processes.at(name);
            members.insert(hosted.begin(), hosted.end());
        }
    }
    return {members.begin(), members.end()};
}

absl::StatusOr<sim::FaultSpec> partition_of(const NetworkFile& network,
                                            const std::vector<std::string>& words) {
    sim::FaultSpec fault;
    fault.kind = sim::FaultKind::Partition;
    std::set<std::string> named;
    for (const std::string& word : words) {
        for (const std::string& side : split(word, '|')) {
            fault.groups.push_back(members_in(network, side));
            for (const std::string& member : fault.groups.back()) {
                if (!named.insert(member).second) {
                    return absl::InvalidArgumentError(
                        concat("expected each member on one side, got ", member, " on two"));
                }
            }
        }
    }
    if (fault.groups.size() < 2) {
        return absl::InvalidArgumentError("expected two sides or more, as in a,b|c,d");
    }
    return fault;
}

}  // namespace nexus::tools
