#include "tools/nexus/testnet/status.hpp"

#include "base/concat.hpp"
#include "sim/report/units.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/testnet/link_faults.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

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

struct Row {
    std::string process;
    std::string state;
    std::vector<std::string> statuses;  // of its members, as they wrote them
    ProcessUse use;

    [[nodiscard]] std::uint64_t sum(std::string_view name) const {
        std::uint64_t sum = 0;
        for (const std::string& status : statuses) {
            sum += status_number(status, name);
        }
        return sum;
    }
    [[nodiscard]] bool is_validator() const {
        return !statuses.empty() &&
               statuses.front().find("\"kind\": \"validator\"") != std::string::npos;
    }
};

/// Validators first, then sovereigns, then the others.
int rank(const std::string& process) {
    return process.starts_with("validator-") ? 0 : process.starts_with("sovereign-") ? 1 : 2;
}

/// Those in force; none if their file cannot be read, of which the processes complain.
std::vector<sim::NumberedFault> faults_of(const TestnetLayout& layout) {
    const auto list = read_faults(layout);
    return list.ok() ? list->faults : std::vector<sim::NumberedFault>();
}

std::vector<Row> rows_of(const TestnetLayout& layout, const NetworkFile& network,
                         const std::vector<sim::NumberedFault>& faults) {
    std::vector<Row> rows;
    const bool is_parted = std::any_of(faults.begin(), faults.end(), [](const auto& fault) {
        return fault.spec.kind == sim::FaultKind::Partition;
    });
    for (const auto& [process, members] : network.processes()) {
        Row row{.process = process, .state = "down", .statuses = {}, .use = {}};
        if (const auto pid = living(layout, process)) {
            row.use = process_use(*pid).value_or(ProcessUse{});
            row.state = row.use.state == 'T' ? "paused" : "running";
        }
        if (is_parted && row.state == "running") {
            row.state = "cut off";
        }
        for (const std::string& member : members) {
            row.statuses.push_back(
                read_text(layout.member(process, member) + "/status.json").value_or("{}"));
        }
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& one, const Row& other) {
        return rank(one.process) < rank(other.process);
    });
    return rows;
}

std::uint64_t count_of(const TouchCounts& counts, std::uint64_t number) {
    const auto found = counts.find(number);
    return found == counts.end() ? 0 : found->second;
}

std::uint64_t highest(const std::vector<Row>& rows) {
    std::uint64_t height = 0;
    for (const Row& row : rows) {
        if (row.is_validator()) {
            height = std::max(height, row.sum("height"));
        }
    }
    return height;
}

}  // namespace

std::string status_table(const TestnetLayout& layout, const NetworkFile& network) {
    constexpr const char* kLine = "{:<28} {:<8} {:>7} {:>7} {:>5} {:>6} {:>8} {:>13} {:>9} {:>9}\n";
    const std::vector<sim::NumberedFault> faults = faults_of(layout);
    const std::vector<Row> rows = rows_of(layout, network, faults);
    const std::uint64_t top = highest(rows);
    std::string table = fmt::format(fmt::runtime(kLine), "process", "state", "height", "view",
                                    "lag", "peers", "mempool", "transactions", "cpu", "memory");
    for (const Row& row : rows) {
        const std::uint64_t height = row.sum("height");
        const bool is_validator = row.is_validator();
        const auto of_validators = [is_validator](std::uint64_t number) {
            return is_validator ? std::to_string(number) : std::string();
        };
        table += fmt::format(
            fmt::runtime(kLine), row.process, row.state, of_validators(height),
            of_validators(row.sum("view")), of_validators(top - std::min(top, height)),
            std::to_string(row.sum("peers")), of_validators(row.sum("mempool_transactions")),
            sim::count_text(is_validator ? row.sum("committed_transactions")
                                         : row.sum("finalized_transactions")),
            sim::duration_text(row.use.cpu_seconds),
            sim::bytes_text(static_cast<double>(row.use.resident_bytes)));
    }
    const TouchCounts touched = touched_by_all(layout, network);
    for (const sim::NumberedFault& fault : faults) {
        table += fmt::format("fault {}: {}; {} packets\n", fault.number, describe(fault.spec),
                             sim::count_text(count_of(touched, fault.number)));
    }
    return table;
}

std::string status_json(const TestnetLayout& layout, const NetworkFile& network) {
    const std::vector<sim::NumberedFault> faults = faults_of(layout);
    const std::vector<Row> rows = rows_of(layout, network, faults);
    std::string json = fmt::format("{{\n\"height\": {},\n\"processes\": [", highest(rows));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        json += fmt::format(
            "{}\n{{\"name\": \"{}\", \"state\": \"{}\", \"cpu_s\": {:.2f}, \"memory_bytes\": {}, "
            "\"members\": [",
            i == 0 ? "" : ",", row.process, row.state, row.use.cpu_seconds, row.use.resident_bytes);
        for (std::size_t m = 0; m < row.statuses.size(); ++m) {
            json += concat(m == 0 ? "\n" : ",\n", row.statuses[m]);
        }
        json += "]}";
    }
    json += "],\n\"faults\": [";
    const TouchCounts touched = touched_by_all(layout, network);
    for (std::size_t i = 0; i < faults.size(); ++i) {
        json += fmt::format(
            "{}\n{{\"number\": {}, \"kind\": \"{}\", \"text\": \"{}\", \"packets\": {}}}",
            i == 0 ? "" : ",", faults[i].number, to_string(faults[i].spec.kind),
            describe(faults[i].spec), count_of(touched, faults[i].number));
    }
    return json + "]\n}\n";
}

std::uint64_t network_height(const TestnetLayout& layout, const NetworkFile& network) {
    return highest(rows_of(layout, network, {}));
}

}  // namespace nexus::tools
