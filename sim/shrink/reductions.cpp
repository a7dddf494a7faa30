#include "sim/shrink/reductions.hpp"

#include "base/assert.hpp"
#include "base/time.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

/// What nodes are called after a step; who is not in it is gone.
using Renaming = std::map<std::string, std::string, std::less<>>;

template <class T>
void erase_range(std::vector<T>& items, std::size_t first, std::size_t count) {
    const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
    items.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
}

std::vector<std::string> renamed(const std::vector<std::string>& names, const Renaming& renaming) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        const auto found = renaming.find(name);
        if (found != renaming.end()) {
            out.push_back(found->second);
        }
    }
    return out;
}

/// Renames, and says whether there was somebody and nobody is left: who names nobody means all.
bool rename_list(std::vector<std::string>& names, const Renaming& renaming) {
    const bool had_any = !names.empty();
    names = renamed(names, renaming);
    return had_any && names.empty();
}

void rename_targets(Scenario& scenario, const Renaming& renaming) {
    std::erase_if(scenario.faults, [&](FaultSpec& fault) {
        // Who is blocked from the others comes first; without it the next would take its place.
        const bool is_headless = fault.kind == FaultKind::Block && !fault.targets.empty() &&
                                 !renaming.contains(fault.targets.front());
        for (std::vector<std::string>& group : fault.groups) {
            group = renamed(group, renaming);
        }
        const bool lost_targets = rename_list(fault.targets, renaming);
        const bool lost_senders = rename_list(fault.from, renaming);
        const bool lost_receivers = rename_list(fault.to, renaming);
        return is_headless || lost_targets || lost_senders || lost_receivers;
    });
}

/// Everybody keeps the name.
Renaming identity(const Scenario& scenario) {
    Renaming renaming;
    renaming.emplace(kLeaderTarget, kLeaderTarget);
    for (std::uint32_t i = 0; i < scenario.validators.count; ++i) {
        renaming.emplace(validator_node(i), validator_node(i));
    }
    for (const SovereignSpec& sovereign : scenario.sovereigns) {
        renaming.emplace(sovereign_node(sovereign.name), sovereign_node(sovereign.name));
    }
    return renaming;
}

bool needs_targets(FaultKind kind) {
    return (input::fault_rule(kind).needs & input::kTargetsKey) != 0;
}

/// A cut with one side left cuts nothing.
void tidy_groups(FaultSpec& fault) {
    for (std::size_t i = fault.groups.size(); i > 1; --i) {
        if (fault.groups[i - 1].empty()) {
            erase_range(fault.groups, i - 1, 1);
        }
    }
}

bool is_cut(const FaultSpec& fault) {
    return fault.kind == FaultKind::Partition || fault.kind == FaultKind::Block;
}

/// Drops restarts of who has not crashed by then, and heals of nothing.
void tidy_ends(std::vector<FaultSpec>& faults) {
    std::vector<FaultSpec> kept;
    for (FaultSpec& fault : faults) {
        std::set<std::string> down;
        bool any_cut = false;
        for (const FaultSpec& other : faults) {
            if (other.at <= fault.at && is_crash(other.kind)) {
                down.insert(other.targets.begin(), other.targets.end());
            }
            any_cut = any_cut || (other.at <= fault.at && is_cut(other));
        }
        if (fault.kind == FaultKind::Restart && !down.contains(std::string(kLeaderTarget))) {
            std::erase_if(fault.targets,
                          [&](const std::string& target) { return !down.contains(target); });
        }
        const bool is_needless = (fault.kind == FaultKind::Restart && fault.targets.empty()) ||
                                 (fault.kind == FaultKind::Heal && !any_cut);
        if (!is_needless) {
            kept.push_back(fault);
        }
    }
    faults = std::move(kept);
}

void tidy_faults(Scenario& scenario) {
    rename_targets(scenario, identity(scenario));
    std::erase_if(scenario.faults, [&](FaultSpec& fault) {
        tidy_groups(fault);
        return fault.at >= scenario.duration ||
               (needs_targets(fault.kind) && fault.targets.empty()) ||
               (fault.kind == FaultKind::Block && fault.targets.size() < 2) ||
               (fault.kind == FaultKind::Partition && fault.groups.size() < 2);
    });
    tidy_ends(scenario.faults);
}

/// Validators that a partition keeps from the side with most stake; whoever is in no group is on
/// the first side.
std::vector<std::string> outside_of_heaviest(const Scenario& scenario, const FaultSpec& fault) {
    std::map<std::string, std::size_t> side;
    for (std::size_t i = 0; i < fault.groups.size(); ++i) {
        for (const std::string& node : fault.groups[i]) {
            side.emplace(node, i);
        }
    }
    std::vector<std::uint64_t> stake(fault.groups.size() + 1);
    for (std::uint32_t i = 0; i < scenario.validators.count; ++i) {
        stake[side[validator_node(i)]] += scenario.validators.stakes[i];
    }
    const auto heaviest =
        static_cast<std::size_t>(std::max_element(stake.begin(), stake.end()) - stake.begin());
    std::vector<std::string> out;
    for (std::uint32_t i = 0; i < scenario.validators.count; ++i) {
        if (side[validator_node(i)] != heaviest) {
            out.push_back(validator_node(i));
        }
    }
    return out;
}

void tidy_populations(Scenario& scenario) {
    std::set<std::string> known;
    for (const SovereignSpec& sovereign : scenario.sovereigns) {
        known.insert(sovereign.name);
    }
    std::erase_if(scenario.populations, [&](PopulationSpec& population) {
        const bool had_places = !population.sovereigns.empty();
        std::erase_if(population.sovereigns,
                      [&](const std::string& name) { return !known.contains(name); });
        population.join_within = std::min(population.join_within, scenario.duration);
        const bool is_lost = had_places && population.sovereigns.empty();
        return known.empty() || is_lost || population.count == 0;
    });
}

}  // namespace

void remove_validators(Scenario& scenario, std::size_t first, std::size_t count) {
    ValidatorSpec& validators = scenario.validators;
    NEXUS_ASSERT(first + count <= validators.count);
    NEXUS_ASSERT(count < validators.count);
    if (validators.regions.size() > 1) {  // dealt in turn: removing one would move the others
        std::vector<std::string> regions;
        regions.reserve(validators.count);
        for (std::size_t i = 0; i < validators.count; ++i) {
            regions.push_back(validators.regions[i % validators.regions.size()]);
        }
        erase_range(regions, first, count);
        validators.regions = std::move(regions);
    }
    Renaming renaming = identity(scenario);
    std::map<std::uint32_t, std::uint32_t> index;
    for (std::uint32_t i = 0; i < validators.count; ++i) {
        const bool is_gone = i >= first && i < first + count;
        if (is_gone) {
            renaming.erase(validator_node(i));
        } else {
            index.emplace(i, static_cast<std::uint32_t>(index.size()));
            renaming[validator_node(i)] = validator_node(index.at(i));
        }
    }
    erase_range(validators.stakes, first, count);
    validators.count -= static_cast<std::uint32_t>(count);
    rename_targets(scenario, renaming);
    for (ByzantineSpec& byzantine : scenario.byzantine) {
        std::vector<std::uint32_t> left;
        for (const std::uint32_t validator : byzantine.validators) {
            if (index.contains(validator)) {
                left.push_back(index.at(validator));
            }
        }
        byzantine.validators = std::move(left);
    }
}

void remove_sovereigns(Scenario& scenario, std::size_t first, std::size_t count) {
    NEXUS_ASSERT(first + count <= scenario.sovereigns.size());
    erase_range(scenario.sovereigns, first, count);
}

Scenario without_trouble(Scenario scenario) {
    scenario.faults.clear();
    scenario.byzantine.clear();
    scenario.network.loss = 0;
    scenario.network.duplicate = 0;
    scenario.network.reorder = 0;
    return scenario;
}

bool is_bearable(const Scenario& scenario) {
    std::set<std::string> hit;
    const auto add = [&hit](const std::vector<std::string>& names) {
        hit.insert(names.begin(), names.end());
    };
    for (const ByzantineSpec& spec : scenario.byzantine) {
        for (const std::uint32_t validator : spec.validators) {
            hit.insert(validator_node(validator));
        }
    }
    for (const FaultSpec& fault : scenario.faults) {
        if (is_crash(fault.kind)) {
            add(fault.targets);
        } else if (fault.kind == FaultKind::Block && !fault.targets.empty()) {
            add({fault.targets.front()});
        } else if (fault.kind == FaultKind::Partition) {
            add(outside_of_heaviest(scenario, fault));
        }
    }
    const std::vector<std::uint64_t>& stakes = scenario.validators.stakes;
    std::uint64_t total = 0;  // the checker makes sure that this does not overflow
    std::uint64_t lost = 0;
    std::uint64_t heaviest = 0;  // of those not hit: who leads may be any of them
    for (std::uint32_t i = 0; i < scenario.validators.count; ++i) {
        total += stakes[i];
        const bool is_hit = hit.contains(validator_node(i));
        lost += is_hit ? stakes[i] : 0;
        heaviest = std::max(heaviest, is_hit ? 0 : stakes[i]);
    }
    lost += hit.contains(std::string(kLeaderTarget)) ? heaviest : 0;
    return lost <= (total - 1) / 3;
}

void make_network_plain(NetworkSpec& network) {
    const NetworkSpec plain;
    network.matrix = "uniform";
    network.jitter = 0;
    network.loss = 0;
    network.duplicate = 0;
    network.reorder = 0;
    network.bandwidth_bps = plain.bandwidth_bps;
    network.seeded_ties = false;
}

void tidy(Scenario& scenario) {
    tidy_faults(scenario);
    tidy_populations(scenario);
    std::erase_if(scenario.byzantine,
                  [](const ByzantineSpec& spec) { return spec.validators.empty(); });
    scenario.load.stop = std::min(scenario.load.stop, scenario.duration);
    std::erase_if(scenario.load.steps,
                  [&](const LoadStep& step) { return step.at >= scenario.load.stop; });
}

ScenarioSize size_of(const Scenario& scenario) {
    ScenarioSize size;
    size.faults = scenario.faults.size();
    for (const ByzantineSpec& spec : scenario.byzantine) {
        size.byzantine += spec.validators.size();
    }
    size.validators = scenario.validators.count;
    size.sovereigns = scenario.sovereigns.size();
    for (const PopulationSpec& population : scenario.populations) {
        size.contributors += population.count;
    }
    const std::vector<LoadStep>& steps = scenario.load.steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Duration until = i + 1 < steps.size() ? steps[i + 1].at : scenario.load.stop;
        size.transactions += static_cast<std::uint64_t>((until - steps[i].at).milliseconds()) *
                             steps[i].rate / 1'000;
    }
    size.seconds = static_cast<double>((scenario.duration + scenario.grace).nanoseconds) * 1e-9;
    return size;
}

}  // namespace nexus::sim
