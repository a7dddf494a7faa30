#include "sim/report/report_json.hpp"

#include "base/bytes.hpp"
#include "sim/report/histogram.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/metrics.hpp"
#include "sim/report/run_report.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {
namespace {

using Rows = JsonWriter::Rows;

double milliseconds_of(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

template <class Value>
void write_map(JsonWriter& out, std::string_view name, const std::map<std::string, Value>& map) {
    out.key(name).open_object();
    for (const auto& [key, value] : map) {
        out.member(key, value);
    }
    out.close();
}

void write_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
    out.key(name).open_array(Rows::One);
    for (const std::string& text : texts) {
        out.value(text);
    }
    out.close();
}

void write_latency(JsonWriter& out, std::string_view name, const Histogram& nanoseconds) {
    const auto percentile = [&](std::uint32_t ppm) {
        return milliseconds_of(nanoseconds.percentile_ppm(ppm));
    };
    out.key(name).open_object();
    out.member("count", nanoseconds.count());
    out.member("min", milliseconds_of(nanoseconds.min()));
    out.member("mean", nanoseconds.mean() / 1e6);
    out.member("p50", percentile(500'000));
    out.member("p90", percentile(900'000));
    out.member("p99", percentile(990'000));
    out.member("p999", percentile(999'000));
    out.member("max", milliseconds_of(nanoseconds.max()));
    out.close();
}

void write_histogram(JsonWriter& out, std::string_view name, const Histogram& nanoseconds) {
    out.key(name).open_array(Rows::One);
    for (const Histogram::Point& point : nanoseconds.cumulative()) {
        out.open_array(Rows::One).value(point.value).value(point.count_at_or_below).close();
    }
    out.close();
}

void write_context(JsonWriter& out, const RunReport& report) {
    out.member("schema_version", kReportSchemaVersion);
    out.member("scenario", report.scenario);
    out.member("scenario_file", report.scenario_file);
    out.member("summary", report.summary);
    out.member("passed", report.passed);
    out.member("mode", report.mode);
    out.member("seed", report.seed);
    out.member("commit", report.commit);
    out.member("build", report.build);
    out.member("protocol", report.protocol);
    write_map(out, "parameters", report.parameters);
    out.member("matrix", report.matrix);
    out.member("calibration", report.calibration);
    out.member("validators", report.validators);
    out.member("virtual_seconds", report.virtual_seconds);
    out.member("load", report.load);
    out.member("load_stop_seconds", report.load_stop_s);
    out.member("wall_seconds", report.wall_seconds);
    out.member("events", report.events);
    out.member("events_per_second", report.events_per_second);
    out.member("digest", to_hex(report.digest.view()));
    out.member("replay", report.replay);
}

void write_results(JsonWriter& out, const RunReport& report) {
    out.member("blocks_finalized", report.blocks_finalized);
    out.member("height", report.height);
    out.key("transactions").open_object();
    out.member("submitted", report.submitted);
    out.member("finalized", report.finalized);
    out.member("rejected", report.rejected);
    write_map(out, "rejections", report.rejections);
    write_map(out, "by_kind", report.transactions_by_kind);
    write_map(out, "rejected_by_kind", report.rejected_by_kind);
    out.close();
    out.member("throughput_tps", report.throughput_tps);
    write_latency(out, "latency_ms", report.latency);
    write_latency(out, "consensus_latency_ms", report.consensus_latency);
    out.member("longest_commit_gap_ms", report.longest_commit_gap_ms);
    out.member("messages", report.messages);
    out.member("bytes", report.bytes);
    out.key("packets_by_kind").open_object();
    for (const auto& [kind, packets] : report.packets_by_kind) {
        out.key(kind).open_object(Rows::One);
        out.member("count", packets.count).member("bytes", packets.bytes).close();
    }
    out.close();
    write_map(out, "packets_dropped", report.packets_dropped);
    write_map(out, "faults_fired", report.faults_fired);
    write_map(out, "probes", report.probes);
    out.member("proofs_verified", report.proofs_verified);
    out.key("signatures").open_object(Rows::One);
    out.member("computed", report.signatures_computed);
    out.member("remembered", report.signatures_remembered);
    out.close();
}

void write_verdicts(JsonWriter& out, const RunReport& report) {
    out.key("invariants").open_object();
    for (const InvariantSummary& invariant : report.invariants) {
        out.key(invariant.name).open_object();
        out.member("checked", invariant.checked);
        out.member("violated", invariant.violated);
        out.member("meaning", invariant.meaning);
        write_texts(out, "examples", invariant.examples);
        out.close();
    }
    out.close();
    write_texts(out, "expected_violations", report.expected_violations);
    write_texts(out, "unchecked", report.unchecked);
    out.key("expectations").open_array();
    for (const ExpectationSummary& expectation : report.expectations) {
        out.open_object(Rows::One);
        out.member("text", expectation.text);
        out.member("held", expectation.held);
        out.member("actual", expectation.actual);
        out.close();
    }
    out.close();
    out.key("metrics").open_object();
    for (const MetricSpec& metric : metrics()) {
        out.member(metric.name, metric_value(report, metric.name));
    }
    out.close();
}

void write_time(JsonWriter& out, const RunReport& report) {
    out.key("faults").open_array();
    for (const FaultSummary& fault : report.faults) {
        out.open_object(Rows::One);
        out.member("at_s", fault.at_s);
        out.member("until_s", fault.until_s);
        out.member("kind", fault.kind);
        out.member("text", fault.text);
        out.member("affected", fault.affected);
        out.member("recovery_ms", fault.recovery_ms);
        out.close();
    }
    out.close();
    out.key("timeline").open_array();
    for (const SecondSummary& second : report.timeline) {
        out.open_object(Rows::One);
        out.member("second", second.second);
        out.member("offered", second.offered);
        out.member("finalized", second.finalized);
        out.member("blocks", second.blocks);
        out.close();
    }
    out.close();
    out.key("blocks").open_array();
    for (const BlockSummary& block : report.blocks) {
        out.open_object(Rows::One);
        out.member("height", block.height);
        out.member("view", block.view);
        out.member("proposer", block.proposer);
        out.member("id", block.id);
        out.member("proposed_s", block.proposed_s);
        out.member("committed_s", block.committed_s);
        out.member("spread_ms", block.spread_ms);
        out.member("transactions", block.transactions);
        out.member("bytes", block.bytes);
        out.close();
    }
    out.close();
    write_histogram(out, "latency_histogram_ns", report.latency);
    write_histogram(out, "consensus_latency_histogram_ns", report.consensus_latency);
}

void write_nodes(JsonWriter& out, const std::vector<NodeSummary>& nodes) {
    out.key("nodes").open_array();
    for (const NodeSummary& node : nodes) {
        out.open_object(Rows::One);
        out.member("name", node.name);
        out.member("kind", node.kind);
        out.member("region", node.region);
        out.member("latitude", node.latitude);
        out.member("longitude", node.longitude);
        out.member("behaviour", node.behaviour);
        out.member("byzantine", node.byzantine);
        out.member("stake", node.stake);
        out.member("height", node.height);
        out.member("view", node.view);
        out.member("busy", node.busy);
        out.member("packets_sent", node.packets_sent);
        out.member("bytes_sent", node.bytes_sent);
        out.member("down", node.down);
        out.close();
    }
    out.close();
}

void write_sovereigns(JsonWriter& out, const std::vector<SovereignSummary>& sovereigns) {
    out.key("sovereigns").open_array();
    for (const SovereignSummary& sovereign : sovereigns) {
        out.open_object(Rows::One);
        out.member("name", sovereign.name);
        out.member("idea", sovereign.idea);
        out.member("place", sovereign.place);
        out.member("region", sovereign.region);
        out.member("latitude", sovereign.latitude);
        out.member("longitude", sovereign.longitude);
        out.member("id", sovereign.id);
        out.member("members", sovereign.members);
        out.member("missions_open", sovereign.missions_open);
        out.member("missions_completed", sovereign.missions_completed);
        out.member("credentials", sovereign.credentials);
        out.member("assets", sovereign.assets);
        out.member("treasury", sovereign.treasury);
        out.close();
    }
    out.close();
}

}  // namespace

void write_report(JsonWriter& out, const RunReport& report) {
    out.open_object();
    write_context(out, report);
    write_results(out, report);
    write_verdicts(out, report);
    write_time(out, report);
    write_nodes(out, report.nodes);
    write_sovereigns(out, report.sovereigns);
    out.close();
}

std::string to_json(const RunReport& report) {
    JsonWriter out(JsonWriter::Style::Readable);
    write_report(out, report);
    return out.take() + '\n';
}

}  // namespace nexus::sim
