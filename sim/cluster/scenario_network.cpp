#include "sim/cluster/scenario_network.hpp"

#include "base/concat.hpp"
#include "base/ids.hpp"
#include "sim/env/measured_matrices.hpp"
#include "sim/env/network_model.hpp"
#include "sim/env/region_matrix.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/society/society.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

std::vector<std::string> regions_of(const Scenario& scenario) {
    std::vector<std::string> regions = scenario.validators.regions;
    for (const SovereignSpec& sovereign : scenario.sovereigns) {
        regions.push_back(sovereign.region);
    }
    return regions;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const RegionMatrix>> latency_matrix(const Scenario& scenario) {
    if (scenario.network.matrix == "uniform") {
        std::vector<std::string> names = regions_of(scenario);
        std::sort(names.begin(), names.end());
        names.erase(std::unique(names.begin(), names.end()), names.end());
        return std::make_shared<const RegionMatrix>(
            RegionMatrix::uniform(std::move(names), scenario.network.uniform_delay * 2));
    }
    const auto text = measured_matrix(scenario.network.matrix);
    if (!text) {
        return absl::InvalidArgumentError(concat(scenario.file, ": there is no latency matrix \"",
                                                 scenario.network.matrix, "\""));
    }
    auto matrix = RegionMatrix::parse(*text, scenario.network.matrix);
    if (!matrix.ok()) {
        return matrix.status();
    }
    return std::make_shared<const RegionMatrix>(*std::move(matrix));
}

absl::Status check_regions(const Scenario& scenario, const RegionMatrix& matrix) {
    for (const std::string& name : regions_of(scenario)) {
        if (!matrix.find(name)) {
            return absl::InvalidArgumentError(concat(scenario.file, ": region \"", name,
                                                     "\" is not in the latency matrix \"",
                                                     scenario.network.matrix, "\""));
        }
    }
    return absl::OkStatus();
}

NetworkConfig network_config(const Scenario& scenario, std::shared_ptr<const RegionMatrix> matrix) {
    NetworkConfig config;
    config.regions = std::move(matrix);
    config.jitter_ppm = scenario.network.jitter;
    config.loss_ppm = scenario.network.loss;
    config.duplicate_ppm = scenario.network.duplicate;
    config.reorder_ppm = scenario.network.reorder;
    return config;
}

std::uint64_t bandwidth_up(const Scenario& scenario, const Member& member) {
    return member.kind == "validator" ? scenario.network.bandwidth_bps : 0;
}

void sort_by_distance(std::vector<NodeId>& gateways, NodeId client, const NetworkModel& network) {
    std::stable_sort(gateways.begin(), gateways.end(), [&](NodeId one, NodeId other) {
        return network.base_delay(client, one) < network.base_delay(client, other);
    });
}

}  // namespace nexus::sim
