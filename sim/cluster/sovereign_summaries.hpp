#pragma once

#include "graph/state/state_snapshot.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace nexus::sim {

/// What the registry says of each sovereign of a scenario, in its order, counted from the state
/// itself.
std::vector<SovereignSummary> sovereign_summaries(const Scenario& scenario,
                                                  const graph::StateSnapshot& state);

}  // namespace nexus::sim
