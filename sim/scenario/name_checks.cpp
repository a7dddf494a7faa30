#include "sim/scenario/checks.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/container/flat_hash_map.h>
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::sim::input {
namespace {

/// The name of every node that is to be, and whose it is: `population "settlers"`.
using Owners = absl::flat_hash_map<std::string, std::string>;

/// All nodes but the members of populations.
Owners fixed_nodes(const Scenario& scenario) {
    Owners owners;
    for (std::uint32_t i = 0; i < scenario.validators.count; ++i) {
        owners.emplace(validator_node(i), "a validator");
    }
    for (const ByzantineSpec& spec : scenario.byzantine) {
        for (const std::uint32_t index : spec.validators) {
            if (has_twin(spec.behaviour)) {
                owners.emplace(twin_node(index), "the twin of a validator");
            }
        }
    }
    for (std::uint32_t i = 0; i < scenario.load.sources && !scenario.load.steps.empty(); ++i) {
        owners.emplace(load_node(i), "a source of the load");
    }
    for (const SovereignSpec& sovereign : scenario.sovereigns) {
        owners.emplace(sovereign_node(sovereign.name), "sovereign " + quoted(sovereign.name));
    }
    return owners;
}

/// Adds the members. The first name that is taken is reported, and no other of that population.
void add_members(const Examination& exam, std::size_t index, Owners& owners) {
    const PopulationSpec& population = exam.scenario.populations[index];
    const std::string where = fmt::format("population[{}]", index);
    if (exam.unsound.contains(where)) {
        return;
    }
    if (slug(population.name).empty()) {
        exam.problems.add(
            exam.places.at(where + ".name"),
            fmt::format("population {} has no letter for a node's name, expected at least one of "
                        "a-z or 0-9",
                        quoted(population.name)));
        return;
    }
    const std::string owner = "population " + quoted(population.name);
    for (std::uint32_t i = 0; i < population.count; ++i) {
        const auto [taken, fresh] = owners.emplace(member_node(population.name, i), owner);
        if (fresh) {
            continue;
        }
        const bool is_same_name = taken->second == owner;
        exam.problems.add(
            exam.places.at(where + ".name"),
            is_same_name
                ? fmt::format("{} twice, expected names that differ", owner)
                : fmt::format("{} and {} make the same node, expected names that differ in "
                              "letters or digits, got {} twice",
                              taken->second, owner, taken->first));
        return;
    }
}

/// A fault may name a sovereign: the same text must not mean somebody else.
void check_targets_are_clear(const Examination& exam, const Owners& owners) {
    for (std::size_t i = 0; i < exam.scenario.sovereigns.size(); ++i) {
        const std::string& name = exam.scenario.sovereigns[i].name;
        const auto node = owners.find(name);
        std::string meaning;
        if (name == kLeaderTarget) {
            meaning = "whoever leads";
        } else if (name.starts_with(kRegionPrefix)) {
            meaning = "the validators of a region";
        } else if (node != owners.end()) {
            meaning = node->second;
        }
        if (!meaning.empty()) {
            exam.problems.add(exam.places.at(fmt::format("sovereign[{}].name", i)),
                              fmt::format("sovereign {} has the name of {}, expected one that "
                                          "means nobody else as the target of a fault",
                                          quoted(name), meaning));
        }
    }
}

}  // namespace

void check_node_names(const Examination& exam) {
    Owners owners = fixed_nodes(exam.scenario);
    for (std::size_t i = 0; i < exam.scenario.populations.size(); ++i) {
        add_members(exam, i, owners);
    }
    check_targets_are_clear(exam, owners);
}

}  // namespace nexus::sim::input
