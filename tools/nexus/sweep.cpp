#include "tools/nexus/sweep.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "sim/cluster/simulation.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/progress.hpp"
#include "sim/report/run_report.hpp"
#include "sim/report/units.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {
namespace {

constexpr std::uint64_t kSeedsMax = 1'000'000;

struct SweepArguments {
    std::string scenario;
    std::string seeds = "1..20";
    int jobs = tbb::task_arena::automatic;
    bool json = false;
};

struct Range {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

absl::StatusOr<Range> parse_range(std::string_view text) {
    const std::size_t dots = text.find("..");
    const bool has_dots = dots != std::string_view::npos;
    const auto first = has_dots ? parse_seed(text.substr(0, dots)) : std::nullopt;
    const auto last = has_dots ? parse_seed(text.substr(dots + 2)) : std::nullopt;
    if (!first || !last || *last < *first || *last - *first >= kSeedsMax) {
        return absl::InvalidArgumentError(concat("--seeds: expected A..B with A <= B and at most ",
                                                 kSeedsMax, " seeds, got \"", text, "\""));
    }
    return Range{.first = *first, .count = *last - *first + 1};
}

SeedResult run_seed(sim::Scenario scenario, std::uint64_t seed) {
    scenario.seed = seed;
    sim::RunOptions options;
    options.commit = build_commit();
    options.build = build_name();
    const auto report = sim::simulate(scenario, options);
    if (!report.ok()) {
        SeedResult failed;
        failed.status = report.status();
        return failed;
    }
    SeedResult result;
    result.passed = report->passed;
    result.digest = to_hex(report->digest.view());
    for (const sim::InvariantSummary& invariant : report->invariants) {
        if (invariant.violated > 0) {
            result.why += concat(result.why.empty() ? "" : ", ", invariant.name, " violated");
        }
    }
    for (const sim::ExpectationSummary& expectation : report->expectations) {
        if (!expectation.held) {
            result.why += concat(
                result.why.empty() ? "" : ", ", expectation.text, " (got ",
                expectation.actual ? sim::number_text(*expectation.actual) : "no value", ")");
        }
    }
    for (const std::string& name : report->unchecked) {
        result.why += concat(result.why.empty() ? "" : ", ", name, " never checked");
    }
    return result;
}

std::string json_line(std::uint64_t seed, const SeedResult& result) {
    sim::JsonWriter json(sim::JsonWriter::Style::Compact);
    json.open_object().member("seed", seed).member("passed", result.passed);
    if (result.status.ok()) {
        json.member("digest", result.digest);
    } else {
        json.member("error", std::string(result.status.message()));
    }
    json.close();
    return json.take();
}

void print_results(const SweepArguments& arguments, const Range& range,
                   const std::vector<SeedResult>& results) {
    std::size_t failed = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const SeedResult& result = results[i];
        const std::uint64_t seed = range.first + i;
        failed += result.passed ? 0 : 1;
        if (arguments.json) {
            std::printf("%s\n", json_line(seed, result).c_str());
        } else if (!result.passed) {
            const std::string why =
                result.status.ok()
                    ? concat("failed: ", result.why)
                    : concat("could not run: ", std::string(result.status.message()));
            std::printf("%s\n", concat("seed ", seed, " ", why, "\n  replay: ",
                                       sim::replay_command(arguments.scenario, seed))
                                    .c_str());
        }
    }
    if (!arguments.json) {
        std::printf("%zu seeds, %zu passed, %zu failed\n", results.size(), results.size() - failed,
                    failed);
    }
}

/// How many seeds are done, on a terminal.
/// Threading: any thread reports a seed that is done.
class SweepProgress {
public:
    SweepProgress(const std::string& label, std::size_t total)
        : total_(total), bar_("sweep " + label, shows_progress(), wall_seconds) {}

    void done(bool passed) {
        const std::scoped_lock lock(mutex_);
        ++done_;
        failed_ += passed ? 0 : 1;
        bar_.update(static_cast<double>(done_) / static_cast<double>(total_),
                    concat(done_, " of ", total_, " seeds, ", failed_, " failed"));
    }

private:
    std::mutex mutex_;
    std::size_t total_;
    std::size_t done_ = 0;
    std::size_t failed_ = 0;
    sim::ProgressBar bar_;
};

ExitCode sweep(const SweepArguments& arguments) {
    const auto range = parse_range(arguments.seeds);
    if (!range.ok()) {
        return report_error(range.status());
    }
    const auto scenario = sim::load_scenario(arguments.scenario);
    if (!scenario.ok()) {
        return report_error(scenario.status());
    }
    std::vector<SeedResult> results(range->count);
    {
        SweepProgress progress(scenario->name, results.size());
        tbb::task_arena arena(arguments.jobs);
        arena.execute([&] {
            tbb::parallel_for(std::size_t{0}, results.size(), [&](std::size_t i) {
                results[i] = run_seed(*scenario, range->first + i);
                progress.done(results[i].passed);
            });
        });
    }
    print_results(arguments, *range, results);
    return exit_code(results);
}

}  // namespace

ExitCode exit_code(const std::vector<SeedResult>& results) {
    ExitCode worst = ExitCode::Done;
    for (const SeedResult& result : results) {
        const ExitCode code = !result.status.ok() ? exit_code(result.status)
                              : result.passed     ? ExitCode::Done
                                                  : ExitCode::CheckFailed;
        worst = std::max(worst, code);
    }
    return worst;
}

void add_sweep_command(CLI::App& sim, Outcome& outcome) {
    auto arguments = std::make_shared<SweepArguments>();
    CLI::App* command = sim.add_subcommand("sweep", "Run many seeds of one scenario");
    command->add_option("SCENARIO", arguments->scenario, "Scenario file (TOML)")->required();
    command->add_option("--seeds", arguments->seeds, "First and last seed: A..B (default 1..20)");
    command->add_option("--jobs", arguments->jobs, "Runs at once (default: one a core)")
        ->check(CLI::Range(1, 1024));
    command->add_flag("--json", arguments->json, "One JSON object a seed and line");
    command->callback([arguments, &outcome] { outcome.code = sweep(*arguments); });
}

}  // namespace nexus::tools
