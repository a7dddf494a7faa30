#include "sim/cluster/simulation.hpp"

#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/cluster/fault_driver.hpp"
#include "sim/cluster/recorder.hpp"
#include "sim/cluster/scenario_network.hpp"
#include "sim/cluster/sovereign_summaries.hpp"
#include "sim/cluster/verdict.hpp"
#include "sim/env/calibration.hpp"
#include "sim/env/network_model.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/report/region_places.hpp"
#include "sim/report/run_report.hpp"
#include "sim/report/units.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/trace/trace_writer.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::int64_t kProgressSteps = 100;

void run_all(Cluster& cluster, FaultDriver& faults, const RunOptions& options) {
    const Scenario& scenario = cluster.scenario();
    const Duration total = scenario.duration + scenario.grace;
    Kernel& kernel = cluster.kernel();
    kernel.at(Instant{} + scenario.duration, [&faults] { faults.heal_all(); });
    for (std::int64_t step = 1; step <= kProgressSteps; ++step) {
        const Duration until{total.nanoseconds / kProgressSteps * step};
        kernel.run_until(Instant{} + (step == kProgressSteps ? total : until));
        if (options.progress) {
            options.progress(until, total);
        }
    }
}

void fill_nodes(RunReport& report, Cluster& cluster, Duration total) {
    for (std::uint32_t i = 0; i < cluster.society().members().size(); ++i) {
        const Member& info = cluster.society().members()[i];
        const NodeId node{i};
        const NodeCounters& counters = cluster.kernel().counters(node);
        const auto status = cluster.recorder().status(node);
        NodeSummary summary;
        summary.name = info.name;
        summary.kind = info.kind;
        summary.region = info.region;
        if (const auto place = place_of(info.region)) {
            summary.latitude = place->latitude;
            summary.longitude = place->longitude;
        }
        summary.behaviour = info.behaviour;
        summary.byzantine = info.behaviour != "honest";
        summary.stake = info.stake;
        summary.height = status.committed.value;
        summary.view = status.view.value;
        summary.busy = static_cast<double>(counters.busy.nanoseconds) /
                       static_cast<double>(std::max<std::int64_t>(total.nanoseconds, 1));
        summary.packets_sent = counters.packets_sent;
        summary.bytes_sent = counters.bytes_sent;
        summary.down = !cluster.kernel().alive(node);
        report.nodes.push_back(std::move(summary));
    }
}

void fill_kernel(RunReport& report, const Kernel& kernel) {
    const Counters& counters = kernel.counters();
    report.events = counters.events;
    report.digest = kernel.digest();
    report.messages = counters.packets_sent;
    report.bytes = counters.bytes_sent;
    for (const PacketKindCounts& kind : counters.packet_kinds) {
        report.packets_by_kind[kind.name] = {.count = kind.sent, .bytes = kind.bytes};
    }
    for (std::size_t i = 0; i < kDropCauses; ++i) {
        const auto cause = static_cast<DropCause>(i);
        if (counters.dropped(cause) > 0) {
            report.packets_dropped[std::string(to_string(cause))] = counters.dropped(cause);
        }
    }
}

RunReport describe_run(Cluster& cluster, const FaultDriver& faults, const RunOptions& options,
                       double wall_seconds) {
    const Scenario& scenario = cluster.scenario();
    const Duration total = scenario.duration + scenario.grace;
    RunReport report;
    report.scenario = scenario.name;
    report.scenario_file = scenario.file;
    report.summary = scenario.summary;
    report.seed = scenario.seed;
    report.commit = options.commit;
    report.build = options.build;
    report.protocol = scenario.protocol;
    report.parameters = {scenario.parameters.begin(), scenario.parameters.end()};
    report.matrix = scenario.network.matrix;
    report.calibration = scenario.machine.costs.name;
    report.validators = scenario.validators.count;
    report.virtual_seconds = static_cast<double>(total.nanoseconds) * 1e-9;
    report.load = describe(scenario.load);
    report.load_stop_s = static_cast<double>(scenario.load.stop.nanoseconds) * 1e-9;
    fill_kernel(report, cluster.kernel());
    cluster.recorder().fill(report, Instant{} + total);
    fill_nodes(report, cluster, total);
    report.sovereigns = sovereign_summaries(scenario, cluster.recorder().last_state());
    faults.fill(report);
    report.signatures_computed = cluster.verifier().checks_computed();
    report.signatures_remembered = cluster.verifier().checks_remembered();
    report.wall_seconds = wall_seconds;
    report.events_per_second =
        wall_seconds > 0 ? static_cast<double>(report.events) / wall_seconds : 0;
    report.replay = replay_command(scenario.file, scenario.seed);
    judge(report, scenario);
    return report;
}

}  // namespace

absl::StatusOr<RunReport> simulate(const Scenario& scenario, const RunOptions& options) {
    auto matrix = latency_matrix(scenario);
    if (!matrix.ok()) {
        return matrix.status();
    }
    std::unique_ptr<TraceWriter> trace;
    if (!options.trace_file.empty()) {
        auto opened = TraceWriter::create(
            options.trace_file,
            {.scenario = scenario.name, .seed = scenario.seed, .commit = options.commit});
        if (!opened.ok()) {
            return opened.status();
        }
        trace = *std::move(opened);
    }
    const double start = options.wall_clock ? options.wall_clock() : 0;
    auto cluster =
        Cluster::make(scenario, *std::move(matrix), trace.get(), options.reencode_packets);
    if (!cluster.ok()) {
        return cluster.status();
    }
    FaultDriver faults(**cluster);
    run_all(**cluster, faults, options);
    (*cluster)->recorder().finish();
    const double wall = options.wall_clock ? options.wall_clock() - start : 0;
    if (trace != nullptr) {
        if (absl::Status status = trace->finish(); !status.ok()) {
            return status;
        }
    }
    return describe_run(**cluster, faults, options, wall);
}

}  // namespace nexus::sim
