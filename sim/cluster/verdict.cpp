#include "sim/cluster/verdict.hpp"

#include "sim/report/metrics.hpp"

#include <algorithm>
#include <optional>

namespace nexus::sim {
namespace {

bool holds(const Expectation& expectation, double actual) {
    switch (expectation.comparison) {
        case Comparison::Less:
            return actual < expectation.value;
        case Comparison::LessEqual:
            return actual <= expectation.value;
        case Comparison::Equal:
            return actual == expectation.value;
        case Comparison::NotEqual:
            return actual != expectation.value;
        case Comparison::GreaterEqual:
            return actual >= expectation.value;
        case Comparison::Greater:
            return actual > expectation.value;
    }
    return false;
}

/// What every run is to show: without a check of these it has shown nothing.
bool is_vital(const InvariantSummary& invariant) {
    return invariant.name == "agreement" || invariant.name == "validity";
}

/// True if the scenario says that no block is to be finalized, as `finalized_blocks == 0` does.
bool wants_no_block(const Scenario& scenario) {
    return std::any_of(
        scenario.expectations.begin(), scenario.expectations.end(), [](const Expectation& each) {
            const bool counts_blocks = each.metric == "finalized_blocks" || each.metric == "height";
            return counts_blocks && holds(each, 0) && !holds(each, 1);
        });
}

}  // namespace

void judge(RunReport& report, const Scenario& scenario) {
    report.passed = true;
    for (const Expectation& expectation : scenario.expectations) {
        // A run without such a value, say a latency without a sample, has not shown anything.
        const std::optional<double> actual = metric_value(report, expectation.metric);
        const bool held = actual && holds(expectation, *actual);
        report.expectations.push_back({.text = expectation.text, .held = held, .actual = actual});
        report.passed = report.passed && held;
    }
    for (const InvariantSummary& invariant : report.invariants) {
        // A violation fails a run whether or not the scenario wants it, and so does its absence.
        const auto& wanted = scenario.expected_violations;
        const bool is_wanted =
            std::find(wanted.begin(), wanted.end(), invariant.name) != wanted.end();
        report.passed = report.passed && invariant.violated == 0 && !is_wanted;
        if (invariant.checked == 0 && is_vital(invariant) && !wants_no_block(scenario)) {
            report.unchecked.push_back(invariant.name);
            report.passed = false;
        }
    }
    report.expected_violations = scenario.expected_violations;
}

}  // namespace nexus::sim
