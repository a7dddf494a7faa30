#pragma once

#include "sim/report/run_report.hpp"

#include <optional>
#include <string_view>
#include <vector>

/// The numbers of a run that an expectation of a scenario can name: "latency_p99_ms < 2500".
namespace nexus::sim {

struct MetricSpec {
    std::string_view name;
    std::string_view meaning;  ///< One line with the unit, for `nexus scenario check` and the docs.
};

/// Every metric, in the order in which the documentation lists them. Names are unique.
const std::vector<MetricSpec>& metrics();

/// The metric's value in this run. Nothing for a name that metrics() does not list, and for what
/// the run has no value of: a latency without a sample, a ratio of nothing, a cost per block
/// without a block. An expectation on such a metric does not hold: a run that did nothing was not
/// fast.
std::optional<double> metric_value(const RunReport& report, std::string_view name);

}  // namespace nexus::sim
