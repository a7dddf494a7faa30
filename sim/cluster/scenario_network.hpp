#pragma once

#include "base/ids.hpp"
#include "sim/env/network_model.hpp"
#include "sim/env/region_matrix.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/society/society.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <vector>

/// What a scenario says about its network, for simulations and for processes alike.
namespace nexus::sim {

/// The round trips between the scenario's regions.
/// Errors: InvalidArgument for a matrix that is not there.
absl::StatusOr<std::shared_ptr<const RegionMatrix>> latency_matrix(const Scenario& scenario);

/// Errors: InvalidArgument for a region of the scenario that the matrix does not have.
absl::Status check_regions(const Scenario& scenario, const RegionMatrix& matrix);

/// Before any fault.
NetworkConfig network_config(const Scenario& scenario, std::shared_ptr<const RegionMatrix> matrix);

/// Of the member's link up, bits a second; 0: no limit.
std::uint64_t bandwidth_up(const Scenario& scenario, const Member& member);

/// The nearest to the client first; those equally near keep their order.
void sort_by_distance(std::vector<NodeId>& gateways, NodeId client, const NetworkModel& network);

}  // namespace nexus::sim
