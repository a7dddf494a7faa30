#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/json_numbers.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nexus::tools {
namespace {

struct CompareArguments {
    std::string simulation;
    std::string testnet;
    double within_percent = 0;  ///< 0: no limit.
    bool json = false;
};

struct Figure {
    const char* path;  ///< In report.json.
    const char* text;
    bool is_judged;  ///< By --within.
};

constexpr Figure kFigures[] = {
    {"throughput_tps", "transactions/s", true},
    {"latency_ms.p50", "latency p50 ms", true},
    {"latency_ms.p90", "latency p90 ms", false},
    {"latency_ms.p99", "latency p99 ms", false},
    {"consensus_latency_ms.p50", "consensus p50 ms", false},
    {"consensus_latency_ms.p99", "consensus p99 ms", false},
    {"longest_commit_gap_ms", "longest gap ms", false},
    {"blocks_finalized", "blocks", false},
    {"transactions.submitted", "submitted", false},
    {"transactions.finalized", "finalized", false},
    {"transactions.rejected", "rejected", false},
};

struct Row {
    const Figure* figure = nullptr;
    std::optional<double> simulation, testnet;

    /// By how much the simulation is above the testnet, in percent of the testnet.
    [[nodiscard]] std::optional<double> difference() const {
        if (!simulation || !testnet || *testnet == 0) {
            return std::nullopt;
        }
        return (*simulation - *testnet) / *testnet * 100;
    }
};

/// A report.json, or the folder of one.
absl::StatusOr<std::map<std::string, double>> read_report(const std::string& path) {
    const std::string file = std::filesystem::is_directory(path) ? path + "/report.json" : path;
    const auto text = read_text(file);
    if (!text.has_value()) {
        return absl::NotFoundError(concat(file, ": expected a report, got no such file"));
    }
    auto numbers = json_numbers(*text);
    if (!numbers.ok()) {
        return absl::InvalidArgumentError(
            concat(file, ": ", std::string(numbers.status().message())));
    }
    if (!numbers->contains("schema_version") || !numbers->contains("throughput_tps")) {
        return absl::InvalidArgumentError(concat(file, ": expected a report of a run"));
    }
    return numbers;
}

std::optional<double> figure_in(const std::map<std::string, double>& report, const char* path) {
    const auto found = report.find(path);
    return found == report.end() ? std::nullopt : std::optional(found->second);
}

std::string number_text(const std::optional<double>& value) {
    return value ? fmt::format("{:.1f}", *value) : "-";
}

void print_json(const std::vector<Row>& rows, bool holds) {
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object().key("figures").open_object();
    for (const Row& row : rows) {
        json.key(row.figure->path).open_object();
        const auto add = [&json](const char* name, const std::optional<double>& value) {
            if (value) {
                json.member(name, *value);
            }
        };
        add("simulation", row.simulation);
        add("testnet", row.testnet);
        add("difference_percent", row.difference());
        json.close();
    }
    json.close().member("holds", holds);
    fmt::print("{}\n", json.close().take());
}

ExitCode compare(const CompareArguments& arguments) {
    const auto simulation = read_report(arguments.simulation);
    if (!simulation.ok()) {
        return report_error(simulation.status());
    }
    const auto testnet = read_report(arguments.testnet);
    if (!testnet.ok()) {
        return report_error(testnet.status());
    }
    std::vector<Row> rows;
    bool holds = true;
    for (const Figure& figure : kFigures) {
        Row row{.figure = &figure,
                .simulation = figure_in(*simulation, figure.path),
                .testnet = figure_in(*testnet, figure.path)};
        if (figure.is_judged && arguments.within_percent > 0) {
            const auto difference = row.difference();
            holds = holds && difference && std::abs(*difference) <= arguments.within_percent;
        }
        rows.push_back(row);
    }
    if (arguments.json) {
        print_json(rows, holds);
    } else {
        fmt::print("{:<20} {:>12} {:>12} {:>12}\n", "", "simulation", "testnet", "difference");
        for (const Row& row : rows) {
            const auto difference = row.difference();
            fmt::print("{:<20} {:>12} {:>12} {:>12}\n", row.figure->text,
                       number_text(row.simulation), number_text(row.testnet),
                       difference ? fmt::format("{:+.1f} %", *difference) : "-");
        }
    }
    return holds ? ExitCode::Done : ExitCode::CheckFailed;
}

}  // namespace

void add_compare_command(CLI::App& app, Outcome& outcome) {
    auto arguments = std::make_shared<CompareArguments>();
    CLI::App* command = app.add_subcommand(
        "compare", "How far a simulation is from a testnet that lived the same scenario");
    command->add_option("SIMULATION", arguments->simulation, "report.json or its folder")
        ->required();
    command->add_option("TESTNET", arguments->testnet, "report.json or its folder")->required();
    command->add_option("--within", arguments->within_percent,
                        "Fail if throughput or p50 latency differ by more percent");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome.code = compare(*arguments); });
}

}  // namespace nexus::tools
