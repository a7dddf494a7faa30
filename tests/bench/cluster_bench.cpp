// How fast whole networks run: simplex validators on the measured cloud matrix with real Ed25519
// through the shared memo table, light load, every invariant checked.

#include "base/concat.hpp"
#include "base/time.hpp"
#include "sim/cluster/simulation.hpp"
#include "sim/env/measured_matrices.hpp"
#include "sim/report/metrics.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <malloc.h>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::sim {
namespace {

/// Serves the matrices that are built in; a bench scenario names no other file.
class BuiltInResolver final : public Resolver {
public:
    absl::StatusOr<std::string> read(std::string_view path) const override {
        return absl::NotFoundError(concat("no file ", path));
    }
    absl::StatusOr<std::string> read_matrix(std::string_view /*file*/) const override {
        return std::string(*measured_matrix("aws"));
    }
};

/// `seconds` under load, and two more.
Scenario scenario_of(std::int64_t validators, std::int64_t rate, std::int64_t seconds) {
    const std::string text = concat(R"(
[scenario]
name = "bench"
duration = ")",
                                    seconds, R"(s"
grace = "2s"
[network]
latency = "aws"
[validators]
count = )",
                                    validators, R"(
regions = ["us-east-1", "eu-central-1", "ap-northeast-1", "sa-east-1", "eu-west-1", "us-west-2",
    "ap-southeast-1", "ca-central-1", "ap-south-1", "eu-south-1", "eu-north-1", "us-east-2"]
[load]
steps = {0s = )",
                                    rate, R"(}
[expect]
all = ["finalized_blocks > 5"]
)");
    auto scenario = parse_scenario(text, "bench.toml", BuiltInResolver());
    if (!scenario.ok()) {
        return {};
    }
    return *std::move(scenario);
}

void count(benchmark::State& state, const RunReport& report) {
    state.counters["blocks"] = static_cast<double>(report.blocks_finalized);
    state.counters["messages_per_block"] = metric_value(report, "messages_per_block").value_or(0);
    state.counters["bytes_per_block"] = metric_value(report, "bytes_per_block").value_or(0);
    state.counters["ed25519_checks"] = static_cast<double>(report.signatures_computed);
    state.SetLabel(concat("digest:", short_hex(report.digest.view())));
}

void BM_Validators(benchmark::State& state) {
    const Scenario scenario = scenario_of(state.range(0), state.range(1), 8);
    RunReport report;
    for (auto _ : state) {
        auto run = simulate(scenario, {});
        if (!run.ok() || !run->passed) {
            state.SkipWithError("the run failed");
            return;
        }
        report = *std::move(run);
    }
    // Rates are over the processor time of this process: other processes take turns, not time.
    const auto runs = static_cast<double>(state.iterations());
    state.counters["sim_s_per_s"] =
        benchmark::Counter(report.virtual_seconds * runs, benchmark::Counter::kIsRate);
    state.counters["events_per_s"] =
        benchmark::Counter(static_cast<double>(report.events) * runs, benchmark::Counter::kIsRate);
    count(state, report);
}
BENCHMARK(BM_Validators)
    ->Name("cluster/simplex")
    ->ArgNames({"validators", "tps"})
    ->Args({4, 50})
    ->Args({10, 50})
    ->Args({31, 50})
    ->Args({100, 50})
    ->Args({10, 1000})
    ->Unit(benchmark::kMillisecond);

/// Bytes that this process has allocated and not freed: unlike the resident set, it does not depend
/// on what ran before.
double allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

/// What a run holds at its height and at its end, all that nodes share included, for each
/// validator; and how much of it every further block adds.
void BM_Memory(benchmark::State& state) {
    const auto validators = static_cast<double>(state.range(0));
    for (auto _ : state) {
        const Scenario scenario = scenario_of(state.range(0), 50, state.range(1));
        const double before = allocated_bytes();
        double peak = 0;
        double middle = 0;
        double last = 0;
        RunOptions options;
        options.progress = [&](Duration done, Duration total) {
            last = allocated_bytes() - before;
            peak = std::max(peak, last);
            middle = done * 2 <= total ? last : middle;
        };
        const auto run = simulate(scenario, options);
        if (!run.ok() || !run->passed) {
            state.SkipWithError("the run failed");
            return;
        }
        const auto blocks = static_cast<double>(run->blocks_finalized);
        state.counters["peak_per_validator"] = peak / validators;
        state.counters["growth_per_validator_and_block"] =
            (last - middle) / validators / (blocks / 2);
        count(state, *run);
    }
}
BENCHMARK(BM_Memory)
    ->Name("cluster/memory")
    ->ArgNames({"validators", "seconds"})
    ->Args({4, 38})
    ->Args({10, 38})
    ->Args({31, 38})
    ->Args({100, 38})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nexus::sim
