#include "tools/nexus/testnet/status.hpp"

#include "base/concat.hpp"
#include "consensus/quorum/quorum.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/units.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/testnet/link_faults.hpp"
#include "tools/nexus/testnet/network_emulator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace nexus::tools {

std::uint64_t status_number(std::string_view json, std::string_view name) {
    // The file is flat and written by us.
    const std::string key = concat("\"", name, "\": ");
    const std::size_t at = json.find(key);
    std::uint64_t value = 0;
    if (at != std::string_view::npos) {
        std::from_chars(json.data() + at + key.size(), json.data() + json.size(), value);
    }
    return value;
}

namespace {

/// Validators first, then sovereigns, then the others.
int rank(const std::string& process) {
    return process.starts_with("validator-") ? 0 : process.starts_with("sovereign-") ? 1 : 2;
}

ProcessReading read_process(const TestnetLayout& layout, const std::string& process,
                            const std::vector<std::string>& members) {
    ProcessReading reading{.process = process, .state = "down", .use = {}, .statuses = {}};
    if (const auto pid = living(layout, process)) {
        reading.use = process_use(*pid).value_or(ProcessUse{});
        reading.state = reading.use.state == 'T' ? "paused" : "running";
    }
    for (const std::string& member : members) {
        const std::string& status = reading.statuses.emplace_back(
            read_text(layout.member(process, member) + "/status.json").value_or("{}"));
        const bool validates = status.find("\"kind\": \"validator\"") != std::string::npos;
        reading.is_validator = reading.is_validator || validates;
        reading.height += status_number(status, "height");
        reading.view += status_number(status, "view");
        reading.peers += status_number(status, "peers");
        reading.mempool += status_number(status, "mempool_transactions");
        reading.transactions +=
            status_number(status, validates ? "committed_transactions" : "finalized_transactions");
    }
    return reading;
}

std::vector<ProcessReading> read_processes(const TestnetLayout& layout,
                                           const NetworkFile& network) {
    std::vector<ProcessReading> processes;
    for (const auto& [process, members] : network.processes()) {
        processes.push_back(read_process(layout, process, members));
    }
    std::stable_sort(processes.begin(), processes.end(),
                     [](const ProcessReading& one, const ProcessReading& other) {
                         return rank(one.process) < rank(other.process);
                     });
    return processes;
}

std::uint64_t highest(const std::vector<ProcessReading>& processes) {
    std::uint64_t height = 0;
    for (const ProcessReading& process : processes) {
        height = std::max(height, process.is_validator ? process.height : 0);
    }
    return height;
}

/// Says of whoever is cut off from a quorum that it is.
void mark_cuts(const Session& session, StatusReading& reading) {
    const auto hosted = session.network.processes();
    std::set<std::string> runs;
    for (const ProcessReading& process : reading.processes) {
        if (process.state == "running") {
            const std::vector<std::string>& members = hosted.at(process.process);
            runs.insert(members.begin(), members.end());
        }
    }
    const Reach reach = reach_of(session.society, reading.faults, runs);
    reading.power = reach.power;
    reading.power_meets = reach.power_meets;
    reading.has_quorum = reach.has_quorum;
    for (ProcessReading& process : reading.processes) {
        const std::vector<std::string>& members = hosted.at(process.process);
        const bool is_cut = std::any_of(
            members.begin(), members.end(),
            [&reach](const std::string& member) { return reach.cut_off.contains(member); });
        if (process.state == "running" && is_cut) {
            process.state = "cut off";
        }
    }
}

}  // namespace

Reach reach_of(const sim::Society& society, const std::vector<sim::NumberedFault>& faults,
               const std::set<std::string>& runs) {
    Reach reach;
    // The model says who is parted from whom, as it does in the processes.
    auto network = NetworkEmulator::make(society, /*shapes=*/false);
    const bool has_cuts = network.ok() && (*network)->set_faults(faults).ok();
    const std::vector<sim::Member>& members = society.members();
    std::uint64_t total = 0;
    for (const sim::Member& member : members) {
        total += member.kind == "validator" ? member.stake : 0;
    }
    const consensus::Quorum quorum(consensus::Power{total});
    for (std::uint32_t i = 0; i < members.size(); ++i) {
        const std::set<NodeId> parted =
            has_cuts ? (*network)->parted_from(NodeId{i}) : std::set<NodeId>();
        std::uint64_t reached = 0;
        std::uint64_t meets = 0;
        for (std::uint32_t other = 0; other < members.size(); ++other) {
            if (members[other].kind == "validator" && !parted.contains(NodeId{other})) {
                reached += members[other].stake;
                meets += runs.contains(members[other].name) ? members[other].stake : 0;
            }
        }
        if (!quorum.reached_by(consensus::Power{reached})) {
            reach.cut_off.insert(members[i].name);
        }
        reach.power_meets = std::max(reach.power_meets, meets);
    }
    reach.power = total;
    reach.has_quorum = quorum.reached_by(consensus::Power{reach.power_meets});
    return reach;
}

StatusReading read_status(const Session& session) {
    StatusReading reading;
    if (auto list = read_faults(session.layout); list.ok()) {
        reading.faults = std::move(list->faults);
    }
    reading.processes = read_processes(session.layout, session.network);
    reading.height = highest(reading.processes);
    for (ProcessReading& process : reading.processes) {
        process.lag = reading.height - std::min(reading.height, process.height);
    }
    mark_cuts(session, reading);
    const TouchCounts touched = touched_by_all(session.layout, session.network);
    for (const sim::NumberedFault& fault : reading.faults) {
        const auto found = touched.find(fault.number);
        reading.packets.push_back(found == touched.end() ? 0 : found->second);
    }
    return reading;
}

std::string status_table(const StatusReading& reading) {
    constexpr const char* kLine = "{:<28} {:<8} {:>7} {:>7} {:>5} {:>6} {:>8} {:>13} {:>9} {:>9}\n";
    std::string table = fmt::format(fmt::runtime(kLine), "process", "state", "height", "view",
                                    "lag", "peers", "mempool", "transactions", "cpu", "memory");
    for (const ProcessReading& each : reading.processes) {
        const auto of_validators = [&each](std::uint64_t number) {
            return each.is_validator ? std::to_string(number) : std::string();
        };
        table += fmt::format(fmt::runtime(kLine), each.process, each.state,
                             of_validators(each.height), of_validators(each.view),
                             of_validators(each.lag), std::to_string(each.peers),
                             of_validators(each.mempool), sim::count_text(each.transactions),
                             sim::duration_text(each.use.cpu_seconds),
                             sim::bytes_text(static_cast<double>(each.use.resident_bytes)));
    }
    if (!reading.has_quorum) {
        table += fmt::format(
            "no quorum: validators that run and reach one another hold {} of {} in "
            "stake, and more than two thirds are needed\n",
            reading.power_meets, reading.power);
    }
    for (std::size_t i = 0; i < reading.faults.size(); ++i) {
        table += fmt::format("fault {}: {}; {} packets\n", reading.faults[i].number,
                             describe(reading.faults[i].spec), sim::count_text(reading.packets[i]));
    }
    return table;
}

std::string status_json(const StatusReading& reading) {
    std::string json = fmt::format("{{\n\"height\": {},\n\"quorum\": {},\n\"processes\": [",
                                   reading.height, reading.has_quorum);
    for (std::size_t i = 0; i < reading.processes.size(); ++i) {
        const ProcessReading& each = reading.processes[i];
        json += fmt::format(
            "{}\n{{\"name\": \"{}\", \"state\": \"{}\", \"cpu_s\": {:.2f}, "
            "\"memory_bytes\": {}, \"members\": [",
            i == 0 ? "" : ",", each.process, each.state, each.use.cpu_seconds,
            each.use.resident_bytes);
        for (std::size_t m = 0; m < each.statuses.size(); ++m) {
            json += concat(m == 0 ? "\n" : ",\n", each.statuses[m]);
        }
        json += "]}";
    }
    json += "],\n\"faults\": [";
    for (std::size_t i = 0; i < reading.faults.size(); ++i) {
        const sim::NumberedFault& fault = reading.faults[i];
        json += fmt::format(
            "{}\n{{\"number\": {}, \"kind\": \"{}\", \"text\": \"{}\", \"packets\": {}}}",
            i == 0 ? "" : ",", fault.number, to_string(fault.spec.kind), describe(fault.spec),
            reading.packets[i]);
    }
    return json + "]\n}\n";
}

std::string status_line(const StatusReading& reading, double blocks_per_second) {
    sim::JsonWriter json(sim::JsonWriter::Style::Compact);
    json.open_object().member("height", reading.height);
    json.member("blocks_per_second", blocks_per_second);
    json.member("quorum", reading.has_quorum);
    json.key("processes").open_array();
    for (const ProcessReading& each : reading.processes) {
        json.open_object().member("name", each.process).member("state", each.state);
        if (each.is_validator) {
            json.member("height", each.height).member("view", each.view);
            json.member("lag", each.lag).member("mempool", each.mempool);
        }
        json.member("peers", each.peers).member("transactions", each.transactions);
        json.member("cpu_s", each.use.cpu_seconds);
        json.member("memory_bytes", each.use.resident_bytes).close();
    }
    json.close().key("faults").open_array();
    for (std::size_t i = 0; i < reading.faults.size(); ++i) {
        json.open_object().member("number", reading.faults[i].number);
        json.member("text", describe(reading.faults[i].spec));
        json.member("packets", reading.packets[i]).close();
    }
    return json.close().close().take() + "\n";
}

std::uint64_t network_height(const TestnetLayout& layout, const NetworkFile& network) {
    return highest(read_processes(layout, network));
}

}  // namespace nexus::tools
