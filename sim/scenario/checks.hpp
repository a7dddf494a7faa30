#pragma once

#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"

#include <set>
#include <string>
#include <vector>

/// What no single value shows: whether the parts of a scenario fit together. Each check reports
/// what it finds and changes nothing, targets apart.
namespace nexus::sim::input {

/// A scenario under examination.
struct Examination {
    Scenario& scenario;
    const std::vector<std::string>& regions;  ///< Of the matrix; empty: any.
    const Places& places;
    Problems& problems;
    /// Entries such as "fault[2]" that could not be read: their parts are not compared.
    std::set<std::string>& unsound;
};

void check_network(const Examination& exam);
void check_validators(const Examination& exam);
void check_sovereigns(const Examination& exam);
void check_populations(const Examination& exam);
/// Pre: validators and sovereigns are sound.
void check_node_names(const Examination& exam);
void check_load(const Examination& exam);
void check_byzantine(const Examination& exam);
void check_expectations(const Examination& exam);

/// Replaces sovereigns' names and region:NAME in faults by nodes, and reports who does not exist;
/// such a fault becomes unsound.
void resolve_targets(const Examination& exam);

/// Pre: resolve_targets.
void check_faults(const Examination& exam);

}  // namespace nexus::sim::input
