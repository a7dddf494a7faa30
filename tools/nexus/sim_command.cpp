#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "sim/cluster/simulation.hpp"
#include "sim/report/progress.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/run_folder.hpp"
#include "tools/nexus/shrink_command.hpp"
#include "tools/nexus/sweep.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace nexus::tools {
namespace {

struct RunArguments {
    std::string scenario;
    std::string seed;  ///< As typed: CLI11 would let a number wrap around.
    std::string out;
    std::string machine;
    bool json = false;
    bool no_trace = false;
    bool reencode = false;
};

absl::StatusOr<sim::RunReport> run_with_progress(const sim::Scenario& scenario,
                                                 sim::RunOptions options) {
    options.commit = build_commit();
    options.build = build_name();
    options.wall_clock = wall_seconds;
    sim::ProgressBar bar(scenario.name, shows_progress(), wall_seconds);
    options.progress = [&bar](Duration done, Duration total) {
        bar.update(static_cast<double>(done.nanoseconds) / static_cast<double>(total.nanoseconds),
                   fmt::format("{} s of {} s", done.nanoseconds / 1'000'000'000,
                               total.nanoseconds / 1'000'000'000));
    };
    auto report = sim::simulate(scenario, options);
    bar.finish();
    return report;
}

ExitCode run(const RunArguments& arguments) {
    auto scenario = sim::load_scenario(arguments.scenario);
    if (!scenario.ok()) {
        return report_error(scenario.status());
    }
    if (!arguments.seed.empty()) {
        scenario->seed = *parse_seed(arguments.seed);  // check_seed has seen it
    }
    if (!arguments.machine.empty()) {
        auto machine = sim::load_machine(arguments.machine);
        if (!machine.ok()) {
            return report_error(machine.status());
        }
        scenario->machine = *std::move(machine);
    }
    const RunFolder folder{
        arguments.out.empty()
            ? concat("out/", std::filesystem::path(arguments.scenario).stem().string())
            : arguments.out};
    if (const absl::Status status = prepare(folder); !status.ok()) {
        return report_error(status);
    }
    sim::RunOptions options;
    options.reencode_packets = arguments.reencode;
    if (!arguments.no_trace) {
        options.trace_file = folder.trace_partial();
    }
    const auto report = run_with_progress(*scenario, std::move(options));
    if (!report.ok()) {
        return report_error(report.status());
    }
    if (const absl::Status status = write_results(folder, *scenario, *report); !status.ok()) {
        return report_error(status);
    }
    print_report(*report, arguments.json);
    if (!arguments.json) {
        std::printf("report   %s\n", folder.report_html().c_str());
    }
    return report->passed ? ExitCode::Done : ExitCode::CheckFailed;
}

ExitCode replay(const std::string& path, bool json) {
    const RunFolder folder{path};
    const auto expected = read_digest(folder);
    if (!expected.ok()) {
        return report_error(expected.status());
    }
    const auto scenario = sim::load_scenario(folder.scenario());
    if (!scenario.ok()) {
        return report_error(scenario.status());
    }
    const auto report = run_with_progress(*scenario, {});
    if (!report.ok()) {
        return report_error(report.status());
    }
    print_report(*report, json);
    const std::string got = to_hex(report->digest.view());
    if (got != *expected) {
        std::fprintf(
            stderr,
            "replay differs: expected digest %s, got %s (another version of nexus, or a bug"
            " of ours: see `nexus trace diff`)\n",
            expected->c_str(), got.c_str());
        return ExitCode::CheckFailed;
    }
    if (!json) {
        std::printf("replay   same digest as %s\n", folder.digest().c_str());
    }
    return report->passed ? ExitCode::Done : ExitCode::CheckFailed;
}

/// CLI11 reads a number that is too large as the largest one there is, which is another seed.
std::string check_seed(const std::string& text) {
    return parse_seed(text)
               ? std::string()
               : concat("expected a whole number from 0 to 2^64-1, got \"", text, "\"");
}

void add_run(CLI::App& sim, Outcome& outcome) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* command = sim.add_subcommand("run", "Run one scenario and write its report");
    command->add_option("SCENARIO", arguments->scenario, "Scenario file (TOML)")->required();
    command->add_option("--seed", arguments->seed, "Seed, instead of the scenario's (0 to 2^64-1)")
        ->check(check_seed);
    command->add_option("--out", arguments->out, "Output folder (default: out/<name of the file>)");
    command->add_option("--machine", arguments->machine,
                        "What computing costs: a file of `nexus calibrate`");
    command->add_flag("--json", arguments->json, "Print report.json instead of the summary");
    command->add_flag("--no-trace", arguments->no_trace, "Write no trace file");
    command->add_flag("--reencode", arguments->reencode,
                      "Encode and decode every packet on its way: slower, the same digest");
    command->callback([arguments, &outcome] { outcome.code = run(*arguments); });
}

void add_replay(CLI::App& sim, Outcome& outcome) {
    auto path = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command =
        sim.add_subcommand("replay", "Run the run of a folder again, compare digests");
    command->add_option("DIR", *path, "Folder that `sim run` wrote")->required();
    command->add_flag("--json", *json, "Print report.json instead of the summary");
    command->callback([path, json, &outcome] { outcome.code = replay(*path, *json); });
}

}  // namespace

void add_sim_command(CLI::App& app, Outcome& outcome) {
    CLI::App* sim = app.add_subcommand("sim", "Deterministic simulation");
    sim->require_subcommand(1);
    add_run(*sim, outcome);
    add_replay(*sim, outcome);
    add_shrink_command(*sim, outcome);
    add_sweep_command(*sim, outcome);
}

}  // namespace nexus::tools
