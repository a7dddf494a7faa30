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
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

struct CompareArguments {
    std::string simulation;
    std::string testnet;
    std::optional<double> within_percent;
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

/// In the place of what a report does not say.
constexpr std::string_view kNothing = "nothing";

struct Report {
    std::string file;
    std::map<std::string, double> numbers;
    std::map<std::string, std::string> texts;

    /// Words as they stand in report.json, or kNothing.
    [[nodiscard]] std::string word(const std::string& path) const {
        if (const auto text = texts.find(path); text != texts.end()) {
            return text->second;
        }
        const auto number = numbers.find(path);
        return number == numbers.end() ? std::string(kNothing) : fmt::format("{}", number->second);
    }
};

/// A report.json, or the folder of one, of the world that `mode` names.
absl::StatusOr<Report> read_report(const std::string& path, std::string_view mode) {
    const std::string file = std::filesystem::is_directory(path) ? path + "/report.json" : path;
    const auto text = read_text(file);
    if (!text.has_value()) {
        return absl::NotFoundError(concat(file, ": expected a report, got no such file"));
    }
    auto numbers = json_numbers(*text);
    auto texts = json_texts(*text);
    if (!numbers.ok() || !texts.ok()) {
        return absl::InvalidArgumentError(
            concat(file, ": ", std::string(numbers.status().message())));
    }
    if (!numbers->contains("schema_version") || !numbers->contains("throughput_tps")) {
        return absl::InvalidArgumentError(concat(file, ": expected a report of a run"));
    }
    Report report{.file = file, .numbers = *std::move(numbers), .texts = *std::move(texts)};
    if (report.word("mode") != mode) {
        return absl::InvalidArgumentError(concat(file, ": expected the report of a ", mode,
                                                 ", got one of a ", report.word("mode"),
                                                 "; nexus compare SIMULATION TESTNET"));
    }
    return report;
}

std::optional<double> figure_in(const std::map<std::string, double>& report, const char* path) {
    const auto found = report.find(path);
    return found == report.end() ? std::nullopt : std::optional(found->second);
}

/// By how much the lengths of two runs may differ, as a part of the testnet's: throughput is
/// over the whole run, which has a grace that the window of a `nexus load` has not.
constexpr double kLengthDifferenceMax = 0.1;

/// Nothing, if both are about the same: else what is not. What a report does not say is not judged:
/// those of older programs say less.
absl::Status check_same(const Report& simulation, const Report& testnet) {
    std::string differences;
    const auto differ = [&](const char* path) {
        differences += concat(differences.empty() ? "" : "; ", path, " ", simulation.word(path),
                              " and ", testnet.word(path));
    };
    for (const char* path :
         {"scenario", "protocol", "validators", "load", "load_stop_seconds", "matrix"}) {
        const std::string one = simulation.word(path);
        const std::string other = testnet.word(path);
        const bool are_said =
            one != kNothing && other != kNothing && !one.empty() && !other.empty();
        if (are_said && one != other) {
            differ(path);
        }
    }
    constexpr const char* kLength = "virtual_seconds";
    const auto simulated = figure_in(simulation.numbers, kLength);
    const auto lived = figure_in(testnet.numbers, kLength);
    if (simulated && lived && std::abs(*simulated - *lived) > kLengthDifferenceMax * *lived) {
        differ(kLength);
    }
    return differences.empty()
               ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     concat("expected two runs of one scenario, under one load, over one network, "
                            "in ",
                            simulation.file, " and ", testnet.file, ", got ", differences));
}

std::string number_text(const std::optional<double>& value) {
    return value ? fmt::format("{:.1f}", *value) : "-";
}

/// Says whether it holds only where there was a limit.
void print_json(const std::vector<Row>& rows, const CompareArguments& arguments, bool holds) {
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
    json.close();
    if (arguments.within_percent) {
        json.member("within_percent", *arguments.within_percent).member("holds", holds);
    }
    fmt::print("{}\n", json.close().take());
}

void print_table(const std::vector<Row>& rows, const CompareArguments& arguments, bool holds) {
    fmt::print("{:<20} {:>12} {:>12} {:>12}\n", "", "simulation", "testnet", "difference");
    for (const Row& row : rows) {
        const auto difference = row.difference();
        fmt::print("{:<20} {:>12} {:>12} {:>12}\n", row.figure->text, number_text(row.simulation),
                   number_text(row.testnet),
                   difference ? fmt::format("{:+.1f} %", *difference) : "-");
    }
    if (arguments.within_percent) {
        fmt::print("{} transactions/s and latency p50 are within {} %\n",
                   holds ? "holds:" : "does not hold:", *arguments.within_percent);
    }
}

ExitCode compare(const CompareArguments& arguments) {
    const double within = arguments.within_percent.value_or(1);
    if (!std::isfinite(within) || within <= 0) {
        return report_error(absl::InvalidArgumentError(
            concat("expected a percentage above 0 in --within, got ", within)));
    }
    const auto simulation = read_report(arguments.simulation, "simulation");
    if (!simulation.ok()) {
        return report_error(simulation.status());
    }
    const auto testnet = read_report(arguments.testnet, "testnet");
    if (!testnet.ok()) {
        return report_error(testnet.status());
    }
    if (const absl::Status status = check_same(*simulation, *testnet); !status.ok()) {
        return report_error(status);
    }
    std::vector<Row> rows;
    bool holds = true;
    for (const Figure& figure : kFigures) {
        Row row{.figure = &figure,
                .simulation = figure_in(simulation->numbers, figure.path),
                .testnet = figure_in(testnet->numbers, figure.path)};
        if (figure.is_judged) {
            const auto difference = row.difference();
            holds = holds && difference && std::abs(*difference) <= within;
        }
        rows.push_back(row);
    }
    if (arguments.json) {
        print_json(rows, arguments, holds);
    } else {
        print_table(rows, arguments, holds);
    }
    return holds || !arguments.within_percent ? ExitCode::Done : ExitCode::CheckFailed;
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
