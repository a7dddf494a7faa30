#include "tools/nexus/shrink_command.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "sim/cluster/simulation.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/progress.hpp"
#include "sim/report/run_report.hpp"
#include "sim/report/units.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/shrink/failure.hpp"
#include "sim/shrink/reductions.hpp"
#include "sim/shrink/shrink.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/run_folder.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace nexus::tools {
namespace {

struct ShrinkArguments {
    std::string folder;
    std::string out;
    std::uint64_t attempts = 200;
    bool json = false;
};

/// What there is to say in the end, of the run given and of the smaller one.
struct Sides {
    sim::ScenarioSize before;
    sim::ScenarioSize after;
    std::uint64_t events_before = 0;
    std::uint64_t events_after = 0;
};

absl::StatusOr<sim::RunReport> run_quietly(const sim::Scenario& scenario,
                                           const std::string& trace_file = {}) {
    sim::RunOptions options;
    options.trace_file = trace_file;
    options.commit = build_commit();
    options.build = build_name();
    options.wall_clock = wall_seconds;
    return sim::simulate(scenario, options);
}

/// `out/storm` gives `out/storm-shrunk`, unless the user names a folder.
RunFolder folder_for(const ShrinkArguments& arguments) {
    if (!arguments.out.empty()) {
        return {arguments.out};
    }
    std::filesystem::path path = std::filesystem::path(arguments.folder).lexically_normal();
    if (!path.has_filename()) {  // a slash at the end
        path = path.parent_path();
    }
    return {path.string() + "-shrunk"};
}

absl::Status refuse_own_folder(const ShrinkArguments& arguments, const RunFolder& out) {
    std::error_code error;
    if (std::filesystem::equivalent(arguments.folder, out.path, error)) {
        return absl::InvalidArgumentError(
            concat("--out: expected a folder other than that of the "
                   "run, got ",
                   out.path));
    }
    return absl::OkStatus();
}

sim::Shrunk search(const sim::Scenario& scenario, const sim::Failure& kept,
                   std::uint64_t attempts) {
    sim::ProgressBar bar("shrink " + scenario.name, shows_progress(), wall_seconds);
    sim::ShrinkOptions options;
    options.attempts_max = attempts;
    options.progress = [&](std::uint64_t done, const sim::Scenario& smallest) {
        const sim::ScenarioSize size = sim::size_of(smallest);
        bar.update(
            static_cast<double>(done) / static_cast<double>(attempts),
            fmt::format("attempt {} of at most {}: {} faults, {} validators, {}", done + 1,
                        attempts, size.faults, size.validators, sim::duration_text(size.seconds)));
    };
    const sim::Judge judge = [](const sim::Scenario& candidate) -> absl::StatusOr<sim::Failure> {
        const auto report = run_quietly(candidate);
        if (!report.ok()) {
            return report.status();
        }
        return sim::failure_of(*report);
    };
    sim::Shrunk shrunk = sim::shrink(scenario, kept, judge, options);
    bar.finish();
    return shrunk;
}

void print_row(std::string_view what, const std::string& before, const std::string& after) {
    std::printf("  %-22s %10s %10s\n", std::string(what).c_str(), before.c_str(), after.c_str());
}

void print_text(const sim::Shrunk& shrunk, const sim::Failure& kept, const Sides& sides,
                const RunFolder& out, const std::string& replay) {
    std::printf("failure  %s\n\n", sim::describe(kept).c_str());
    print_row("", "before", "after");
    const auto row = [](std::string_view what, std::uint64_t before, std::uint64_t after) {
        if (before != 0) {
            print_row(what, sim::count_text(before), sim::count_text(after));
        }
    };
    row("faults", sides.before.faults, sides.after.faults);
    row("Byzantine validators", sides.before.byzantine, sides.after.byzantine);
    row("validators", sides.before.validators, sides.after.validators);
    row("sovereigns", sides.before.sovereigns, sides.after.sovereigns);
    row("contributors", sides.before.contributors, sides.after.contributors);
    row("load transactions", sides.before.transactions, sides.after.transactions);
    print_row("virtual time", sim::duration_text(sides.before.seconds),
              sim::duration_text(sides.after.seconds));
    row("events", sides.events_before, sides.events_after);
    std::printf("\n%llu attempts, %llu made it smaller; %s\n",
                static_cast<unsigned long long>(shrunk.attempts),
                static_cast<unsigned long long>(shrunk.accepted),
                shrunk.is_complete ? "no single step makes it smaller still"
                                   : "more --attempts may make it smaller still");
    std::printf("replay   %s\nreport   %s\n", replay.c_str(), out.report_html().c_str());
}

void write_size(sim::JsonWriter& json, std::string_view name, const sim::ScenarioSize& size,
                std::uint64_t events) {
    json.key(name).open_object();
    json.member("faults", size.faults);
    json.member("byzantine_validators", size.byzantine);
    json.member("validators", size.validators);
    json.member("sovereigns", size.sovereigns);
    json.member("contributors", size.contributors);
    json.member("load_transactions", size.transactions);
    json.member("virtual_seconds", size.seconds);
    json.member("events", events);
    json.close();
}

void print_json(const sim::Shrunk& shrunk, const sim::Failure& kept, const Sides& sides,
                const RunFolder& out, const std::string& replay) {
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object();
    json.key("violated").open_array();
    for (const std::string& name : kept.violated) {
        json.value(name);
    }
    json.close();
    json.key("not_held").open_array();
    for (const std::string& text : kept.missed) {
        json.value(text);
    }
    json.close();
    write_size(json, "before", sides.before, sides.events_before);
    write_size(json, "after", sides.after, sides.events_after);
    json.member("attempts", shrunk.attempts);
    json.member("accepted", shrunk.accepted);
    json.member("is_complete", shrunk.is_complete);
    json.member("scenario", out.scenario());
    json.member("replay", replay);
    json.close();
    std::printf("%s\n", json.take().c_str());
}

/// Runs the smaller scenario once more, into its folder.
absl::StatusOr<sim::RunReport> write_shrunk(const sim::Scenario& scenario, const RunFolder& out) {
    auto report = run_quietly(scenario, out.trace_partial());
    if (!report.ok()) {
        return report;
    }
    if (absl::Status status = write_results(out, scenario, *report); !status.ok()) {
        return status;
    }
    return report;
}

/// The scenario of the folder and its report, run anew. Errors: a folder that holds no run, a run
/// that passes.
absl::StatusOr<std::pair<sim::Scenario, sim::RunReport>> run_again(const RunFolder& folder) {
    const auto digest = read_digest(folder);
    if (!digest.ok()) {
        return digest.status();
    }
    auto scenario = sim::load_scenario(folder.scenario());
    if (!scenario.ok()) {
        return scenario.status();
    }
    auto report = run_quietly(*scenario);
    if (!report.ok()) {
        return report.status();
    }
    if (sim::failure_of(*report).empty()) {
        return absl::InvalidArgumentError(
            concat(folder.path, ": expected a run that fails, got one that passes"));
    }
    if (to_hex(report->digest.view()) != *digest) {
        std::fprintf(stderr,
                     "%s: warning: expected digest %s, got %s: another version of nexus made this "
                     "folder; going on, since the run fails\n",
                     folder.path.c_str(), digest->c_str(), to_hex(report->digest.view()).c_str());
    }
    return std::pair(*std::move(scenario), *std::move(report));
}

ExitCode shrink(const ShrinkArguments& arguments) {
    const RunFolder out = folder_for(arguments);
    if (const absl::Status status = refuse_own_folder(arguments, out); !status.ok()) {
        return report_error(status);
    }
    const auto given = run_again({arguments.folder});
    if (!given.ok()) {
        return report_error(given.status());
    }
    const auto& [scenario, first] = *given;
    if (const absl::Status status = prepare(out); !status.ok()) {
        return report_error(status);
    }
    const sim::Failure kept = sim::essence(sim::failure_of(first));
    sim::Shrunk shrunk = search(scenario, kept, arguments.attempts);
    shrunk.scenario.file = out.scenario();
    const auto last = write_shrunk(shrunk.scenario, out);
    if (!last.ok()) {
        return report_error(last.status());
    }
    if (!sim::fails_alike(kept, sim::failure_of(*last))) {
        return report_error(
            absl::InternalError(concat(out.scenario(), ": expected ", sim::describe(kept), ", got ",
                                       sim::describe(sim::failure_of(*last)))));
    }
    const Sides sides{.before = sim::size_of(scenario),
                      .after = sim::size_of(shrunk.scenario),
                      .events_before = first.events,
                      .events_after = last->events};
    (arguments.json ? print_json : print_text)(shrunk, kept, sides, out, last->replay);
    return ExitCode::Done;
}

}  // namespace

void add_shrink_command(CLI::App& sim, Outcome& outcome) {
    auto arguments = std::make_shared<ShrinkArguments>();
    CLI::App* command = sim.add_subcommand(
        "shrink", "Search a smaller scenario that fails like the run of a folder");
    command->add_option("DIR", arguments->folder, "Folder that `sim run` wrote, of a failed run")
        ->required();
    command->add_option("--out", arguments->out, "Folder of the smaller run (default: DIR-shrunk)");
    command->add_option("--attempts", arguments->attempts, "At most so many runs (default 200)")
        ->check(CLI::Range(1, 1'000'000));
    command->add_flag("--json", arguments->json, "Print the outcome as JSON");
    command->callback([arguments, &outcome] { outcome.code = shrink(*arguments); });
}

}  // namespace nexus::tools
