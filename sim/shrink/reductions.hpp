#pragma once

#include "sim/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>

/// Single steps from a scenario to a smaller one. A step may leave things that do not fit together;
/// `tidy` puts them in order.
namespace nexus::sim {

/// Takes validators first .. first+count-1 out and numbers the others anew. Those keep their stake,
/// region, faults and behaviour. Pre: one validator is left.
void remove_validators(Scenario& scenario, std::size_t first, std::size_t count);

/// Takes sovereigns out, and the populations that had no other place to go.
void remove_sovereigns(Scenario& scenario, std::size_t first, std::size_t count);

/// The same without anything that goes wrong: no fault, no Byzantine validator, no packet lost,
/// repeated or overtaken.
Scenario without_trouble(Scenario scenario);

/// True if validators that are Byzantine, crash, are the blocked side of a block or stand outside
/// of the heaviest side of a partition have less than a third of the stake, all taken together.
bool is_bearable(const Scenario& scenario);

/// All delays the same, no jitter, first come first served: the plainest network there is.
void make_network_plain(NetworkSpec& network);

/// Drops what has lost its meaning: faults after the end or of nobody, restarts of who never
/// crashed, heals of nothing, load after its stop, populations without a place.
void tidy(Scenario& scenario);

/// How much there is of a scenario, for people.
struct ScenarioSize {
    std::uint64_t faults = 0;
    std::uint64_t byzantine = 0;
    std::uint64_t validators = 0;
    std::uint64_t sovereigns = 0;
    std::uint64_t contributors = 0;
    std::uint64_t transactions = 0;  ///< Of the load.
    double seconds = 0;              ///< With the grace.

    friend bool operator==(const ScenarioSize&, const ScenarioSize&) = default;
};
ScenarioSize size_of(const Scenario& scenario);

}  // namespace nexus::sim
