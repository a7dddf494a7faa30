// How fast whole networks run: simplex validators on the measured cloud matrix with real Ed25519
// through the shared memo table, light load, every invariant checked.

#include "base/concat.hpp"
#include "sim/cluster/simulation.hpp"
#include "sim/env/measured_matrices.hpp"
#include "sim/report/metrics.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <benchmark/benchmark.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

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

Scenario scenario_of(std::int64_t validators, std::int64_t rate) {
    const std::string text = concat(R"(
[scenario]
name = "bench"
duration = "8s"
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

/// Resident bytes of this process.
double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void BM_Validators(benchmark::State& state) {
    const Scenario scenario = scenario_of(state.range(0), state.range(1));
    RunReport report;
    double memory = 0;
    for (auto _ : state) {
        const double before = resident_bytes();
        auto run = simulate(scenario, {});
        if (!run.ok() || !run->passed) {
            state.SkipWithError("the run failed");
            return;
        }
        report = *std::move(run);
        memory = resident_bytes() - before;
    }
    const auto runs = static_cast<double>(state.iterations());
    state.counters["sim_s_per_s"] =
        benchmark::Counter(report.virtual_seconds * runs, benchmark::Counter::kIsRate);
    state.counters["events_per_s"] =
        benchmark::Counter(static_cast<double>(report.events) * runs, benchmark::Counter::kIsRate);
    state.counters["blocks"] = static_cast<double>(report.blocks_finalized);
    state.counters["messages_per_block"] = metric_value(report, "messages_per_block").value_or(0);
    state.counters["bytes_per_block"] = metric_value(report, "bytes_per_block").value_or(0);
    state.counters["bytes_per_node"] = memory / static_cast<double>(report.nodes.size());
    state.counters["ed25519_checks"] = static_cast<double>(report.signatures_computed);
    state.SetLabel(concat("digest:", short_hex(report.digest.view())));
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

}  // namespace
}  // namespace nexus::sim
