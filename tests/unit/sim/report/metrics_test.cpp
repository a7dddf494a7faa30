#include "sim/report/metrics.hpp"

#include "sim/report/run_report.hpp"
#include "tests/unit/sim/report/synthetic_report.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

namespace nexus::sim {
namespace {

TEST(Metrics, AllHaveAValueInARunThatDidSomething) {
    const RunReport report = synthetic_report();
    for (const MetricSpec& metric : metrics()) {
        EXPECT_TRUE(metric_value(report, metric.name).has_value()) << metric.name;
        EXPECT_FALSE(metric.meaning.empty()) << metric.name;
    }
}

TEST(Metrics, HaveUniqueNames) {
    std::set<std::string_view> names;
    for (const MetricSpec& metric : metrics()) {
        EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    }
    EXPECT_EQ(metric_value(synthetic_report(), "no_such_metric"), std::nullopt);
}

TEST(Metrics, OfARunThatDidNothingAreMissingNotGood) {
    const RunReport report;
    EXPECT_EQ(metric_value(report, "latency_p99_ms"), std::nullopt)
        << "an expectation below some limit must not hold without a sample";
    EXPECT_EQ(metric_value(report, "consensus_latency_p50_ms"), std::nullopt);
    EXPECT_EQ(metric_value(report, "finalized_ratio"), std::nullopt);
    EXPECT_EQ(metric_value(report, "messages_per_block"), std::nullopt);
    EXPECT_EQ(metric_value(report, "height_spread"), std::nullopt);
    EXPECT_EQ(metric_value(report, "finalized_blocks"), 0.0);
}

TEST(Metrics, SumOverWhatTheReportLists) {
    RunReport report;
    report.submitted = 10;
    report.finalized = 8;
    report.faults_fired = {{"crash", 2}, {"heal", 1}};
    report.probes = {{"simplex.evidence", 3}, {"views", 9}};
    report.invariants = {{"a", "", 5, 1, {}}, {"b", "", 7, 2, {}}};
    report.sovereigns.resize(3);
    report.sovereigns[0].id = 1;
    report.sovereigns[0].members = 4;
    report.sovereigns[2].id = 2;
    report.sovereigns[2].members = 5;
    EXPECT_EQ(metric_value(report, "lost"), 2.0);
    EXPECT_EQ(metric_value(report, "finalized_ratio"), 0.8);
    EXPECT_EQ(metric_value(report, "faults_fired"), 3.0);
    EXPECT_EQ(metric_value(report, "evidence"), 3.0);
    EXPECT_EQ(metric_value(report, "invariants_checked"), 12.0);
    EXPECT_EQ(metric_value(report, "invariants_violated"), 3.0);
    EXPECT_EQ(metric_value(report, "members"), 9.0);
    EXPECT_EQ(metric_value(report, "sovereigns_registered"), 2.0);
}

TEST(Metrics, HeightSpreadSeesHonestLiveValidatorsOnly) {
    RunReport report;
    const auto add = [&report](std::string_view kind, std::string_view behaviour,
                               std::uint64_t height, bool down) {
        NodeSummary node;
        node.kind = kind;
        node.behaviour = behaviour;
        node.height = height;
        node.down = down;
        report.nodes.push_back(node);
    };
    add("validator", "honest", 90, false);
    add("validator", "honest", 94, false);
    add("validator", "honest", 10, true);
    add("validator", "silent", 3, false);
    add("contributor", "honest", 1, false);
    EXPECT_EQ(metric_value(report, "height_spread"), 4.0);
}

TEST(Metrics, AFaultWithoutRecoveryCountsToTheEnd) {
    RunReport report;
    report.virtual_seconds = 60;
    report.faults = {{10, std::nullopt, "crash", "", 1, 800.0},
                     {50, std::nullopt, "partition", "", 1, std::nullopt}};
    EXPECT_EQ(metric_value(report, "recovery_ms_max"), 10'000.0);
    report.faults.pop_back();
    EXPECT_EQ(metric_value(report, "recovery_ms_max"), 800.0);
}

}  // namespace
}  // namespace nexus::sim
