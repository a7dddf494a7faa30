#pragma once

#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"

namespace nexus::sim {

/// Holds a run, simulated or real, against what its scenario expects: fills in expectations,
/// expected violations, what was not checked, and whether the run passed.
void judge(RunReport& report, const Scenario& scenario);

}  // namespace nexus::sim
