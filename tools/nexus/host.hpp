#pragma once

#include "sim/report/run_report.hpp"

namespace nexus::tools {

/// Seconds of wall time since some fixed point: for what a report says of its own speed, and for
/// progress. No simulated node can see it.
double wall_seconds();

/// True if somebody watches the standard error stream.
bool shows_progress();

/// The summary, as wide and as colourful as the terminal is; or report.json.
void print_report(const sim::RunReport& report, bool json);

}  // namespace nexus::tools
