#include "tools/nexus/sweep.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "sim/cluster/simulation.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/cli.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
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

/// What one seed came to; filled by one task each, read when all are done.
struct SeedResult {
    bool passed = false;
    std::string error;
    std::string digest;
    std::string why;
};

SeedResult run_seed(sim::Scenario scenario, std::uint64_t seed) {
    scenario.seed = seed;
    sim::RunOptions options;
    options.commit = build_commit();
    options.build = build_name();
    const auto report = sim::simulate(scenario, options);
    if (!report.ok()) {
        SeedResult failed;
        failed.error = std::string(report.status().message());
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
            result.why += concat(result.why.empty() ? "" : ", ", expectation.text, " (got ",
                                 expectation.actual, ")");
        }
    }
    return result;
}

ExitCode print_results(const SweepArguments& arguments, const Range& range,
                       const std::vector<SeedResult>& results) {
    std::size_t failed = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const SeedResult& result = results[i];
        const std::uint64_t seed = range.first + i;
        if (arguments.json) {
            std::printf("{\"seed\":%llu,\"passed\":%s,\"digest\":\"%s\"}\n",
                        static_cast<unsigned long long>(seed), result.passed ? "true" : "false",
                        result.digest.c_str());
        }
        if (result.passed) {
            continue;
        }
        ++failed;
        if (!arguments.json) {
            std::printf("seed %llu failed: %s\n  replay: tools/run sim run %s --seed %llu\n",
                        static_cast<unsigned long long>(seed),
                        (result.error.empty() ? result.why : result.error).c_str(),
                        arguments.scenario.c_str(), static_cast<unsigned long long>(seed));
        }
    }
    if (!arguments.json) {
        std::printf("%zu seeds, %zu passed, %zu failed\n", results.size(), results.size() - failed,
                    failed);
    }
    return failed == 0 ? ExitCode::Done : ExitCode::CheckFailed;
}

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
    tbb::task_arena arena(arguments.jobs);
    arena.execute([&] {
        tbb::parallel_for(std::size_t{0}, results.size(), [&](std::size_t i) {
            results[i] = run_seed(*scenario, range->first + i);
        });
    });
    return print_results(arguments, *range, results);
}

}  // namespace

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
