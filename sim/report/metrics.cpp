#include "sim/report/metrics.hpp"

#include "sim/report/histogram.hpp"
#include "sim/report/run_report.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {
namespace {

using Value = std::optional<double>;

double number(std::uint64_t count) { return static_cast<double>(count); }

Value ratio(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) {
        return std::nullopt;
    }
    return number(part) / number(whole);
}

Value percentile_ms(const Histogram& nanoseconds, std::uint32_t ppm) {
    if (nanoseconds.count() == 0) {
        return std::nullopt;
    }
    return number(nanoseconds.percentile_ppm(ppm)) / 1e6;
}

Value max_ms(const Histogram& nanoseconds) { return percentile_ms(nanoseconds, 1'000'000); }

Value sum_over_sovereigns(const RunReport& report, std::uint64_t SovereignSummary::* field) {
    std::uint64_t sum = 0;
    for (const SovereignSummary& sovereign : report.sovereigns) {
        sum += sovereign.*field;
    }
    return number(sum);
}

Value sum_over_invariants(const RunReport& report, std::uint64_t InvariantSummary::* field) {
    std::uint64_t sum = 0;
    for (const InvariantSummary& invariant : report.invariants) {
        sum += invariant.*field;
    }
    return number(sum);
}

Value faults_fired(const RunReport& report) {
    std::uint64_t sum = 0;
    for (const auto& [kind, count] : report.faults_fired) {
        sum += count;
    }
    return number(sum);
}

/// Protocols name their probes; those that count provable misbehaviour have "evidence" in the name.
Value evidence(const RunReport& report) {
    std::uint64_t sum = 0;
    for (const auto& [name, count] : report.probes) {
        sum += name.find("evidence") == std::string::npos ? 0 : count;
    }
    return number(sum);
}

/// Clients' probes of what they caught a gateway at start with "lie".
Value lies_caught(const RunReport& report) {
    std::uint64_t sum = 0;
    for (const auto& [name, count] : report.probes) {
        sum += name.starts_with("lie: ") ? count : 0;
    }
    return number(sum);
}

Value height_spread(const RunReport& report) {
    std::optional<std::uint64_t> low;
    std::uint64_t high = 0;
    for (const NodeSummary& node : report.nodes) {
        if (node.kind == "validator" && node.behaviour == "honest" && !node.down) {
            low = std::min(low.value_or(node.height), node.height);
            high = std::max(high, node.height);
        }
    }
    if (!low) {
        return std::nullopt;
    }
    return number(high - *low);
}

/// A fault that no commit followed counts up to the end of the run: a chain that stands still must
/// not look as if it recovered at once.
Value recovery_ms_max(const RunReport& report) {
    double longest = 0;
    for (const FaultSummary& fault : report.faults) {
        const double rest_ms = std::max(0.0, report.virtual_seconds - fault.at_s) * 1e3;
        longest = std::max(longest, fault.recovery_ms.value_or(rest_ms));
    }
    return longest;
}

Value sovereigns_registered(const RunReport& report) {
    const auto registered = [](const SovereignSummary& sovereign) { return sovereign.id != 0; };
    return static_cast<double>(
        std::count_if(report.sovereigns.begin(), report.sovereigns.end(), registered));
}

std::uint64_t lost(const RunReport& report) {
    return report.submitted - std::min(report.submitted, report.finalized);
}

struct Metric {
    MetricSpec spec;
    Value (*value)(const RunReport&) = nullptr;
};

using Report = const RunReport&;

constexpr Metric kMetrics[] = {
    {{"finalized_blocks", "Blocks finalized by honest validators"},
     [](Report r) -> Value { return number(r.blocks_finalized); }},
    {{"height", "Greatest finalized height"}, [](Report r) -> Value { return number(r.height); }},
    {{"throughput_tps", "Finalized transactions per virtual second"},
     [](Report r) -> Value { return r.throughput_tps; }},
    {{"latency_p50_ms", "Median end-to-end latency, milliseconds"},
     [](Report r) { return percentile_ms(r.latency, 500'000); }},
    {{"latency_p90_ms", "90th percentile of the end-to-end latency, milliseconds"},
     [](Report r) { return percentile_ms(r.latency, 900'000); }},
    {{"latency_p99_ms", "99th percentile of the end-to-end latency, milliseconds"},
     [](Report r) { return percentile_ms(r.latency, 990'000); }},
    {{"latency_max_ms", "Longest end-to-end latency, milliseconds"},
     [](Report r) { return max_ms(r.latency); }},
    {{"consensus_latency_p50_ms", "Median time from proposal to first commit, milliseconds"},
     [](Report r) { return percentile_ms(r.consensus_latency, 500'000); }},
    {{"consensus_latency_p99_ms",
      "99th percentile of the time from proposal to first commit, milliseconds"},
     [](Report r) { return percentile_ms(r.consensus_latency, 990'000); }},
    {{"longest_commit_gap_ms", "Longest time without a commit, milliseconds"},
     [](Report r) -> Value { return r.longest_commit_gap_ms; }},
    {{"submitted", "Transactions submitted"},
     [](Report r) -> Value { return number(r.submitted); }},
    {{"finalized", "Transactions finalized"},
     [](Report r) -> Value { return number(r.finalized); }},
    {{"rejected", "Transactions finalized with a rejection receipt"},
     [](Report r) -> Value { return number(r.rejected); }},
    {{"lost", "Transactions submitted and not finalized at the end"},
     [](Report r) -> Value { return number(lost(r)); }},
    {{"finalized_ratio", "Finalized part of the submitted transactions, 0 to 1"},
     [](Report r) { return ratio(r.finalized, r.submitted); }},
    {{"messages", "Packets sent"}, [](Report r) -> Value { return number(r.messages); }},
    {{"bytes", "Bytes sent"}, [](Report r) -> Value { return number(r.bytes); }},
    {{"messages_per_block", "Packets sent per finalized block"},
     [](Report r) { return ratio(r.messages, r.blocks_finalized); }},
    {{"bytes_per_block", "Bytes sent per finalized block"},
     [](Report r) { return ratio(r.bytes, r.blocks_finalized); }},
    {{"proofs_verified", "State proofs checked by clients"},
     [](Report r) -> Value { return number(r.proofs_verified); }},
    {{"faults_fired", "Faults that really happened, all kinds"}, faults_fired},
    {{"invariants_checked", "Checks of all invariants"},
     [](Report r) { return sum_over_invariants(r, &InvariantSummary::checked); }},
    {{"invariants_violated", "Violations of all invariants"},
     [](Report r) { return sum_over_invariants(r, &InvariantSummary::violated); }},
    {{"members", "Members of all sovereigns"},
     [](Report r) { return sum_over_sovereigns(r, &SovereignSummary::members); }},
    {{"missions_completed", "Missions completed in all sovereigns"},
     [](Report r) { return sum_over_sovereigns(r, &SovereignSummary::missions_completed); }},
    {{"credentials", "Credentials issued by all sovereigns"},
     [](Report r) { return sum_over_sovereigns(r, &SovereignSummary::credentials); }},
    {{"assets", "Assets of all sovereigns"},
     [](Report r) { return sum_over_sovereigns(r, &SovereignSummary::assets); }},
    {{"evidence", "Proofs of misbehaviour that protocols counted"}, evidence},
    {{"lies_caught", "Forged notices and answers that clients refused"}, lies_caught},
    {{"height_spread", "Greatest less least height of the honest validators that are up"},
     height_spread},
    {{"recovery_ms_max",
      "Longest time from a fault to the next commit, or to the end without one, milliseconds"},
     recovery_ms_max},
    {{"virtual_seconds", "Length of the run in virtual time"},
     [](Report r) -> Value { return r.virtual_seconds; }},
    {{"sovereigns_registered", "Sovereigns registered on the chain"}, sovereigns_registered},
};

}  // namespace

const std::vector<MetricSpec>& metrics() {
    static const std::vector<MetricSpec> all = [] {
        std::vector<MetricSpec> specs;
        for (const Metric& metric : kMetrics) {
            specs.push_back(metric.spec);
        }
        return specs;
    }();
    return all;
}

std::optional<double> metric_value(const RunReport& report, std::string_view name) {
    for (const Metric& metric : kMetrics) {
        if (metric.spec.name == name) {
            return metric.value(report);
        }
    }
    return std::nullopt;
}

}  // namespace nexus::sim
