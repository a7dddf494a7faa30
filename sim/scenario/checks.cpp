#include "sim/scenario/checks.hpp"

#include "base/amount.hpp"
#include "base/time.hpp"
#include "sim/report/metrics.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim::input {
namespace {

std::string time_text(Duration duration) { return quoted(format_duration(duration)); }

std::string item(std::string_view where, std::size_t index) {
    return fmt::format("{}[{}]", where, index);
}

void check_region(const Examination& exam, const std::string& region, const std::string& where) {
    if (!exam.regions.empty() &&
        std::find(exam.regions.begin(), exam.regions.end(), region) == exam.regions.end()) {
        exam.problems.add(exam.places.at(where),
                          fmt::format("no region {} in the matrix {}, expected one of {}{}",
                                      quoted(region), quoted(exam.scenario.network.matrix),
                                      quoted_list(exam.regions), hint(region, exam.regions)));
    }
}

std::vector<std::string> sovereign_names(const Scenario& scenario) {
    std::vector<std::string> names;
    names.reserve(scenario.sovereigns.size());
    for (const SovereignSpec& sovereign : scenario.sovereigns) {
        names.push_back(sovereign.name);
    }
    return names;
}

}  // namespace

void check_network(const Examination& exam) {
    if (exam.places.has("network.uniform_delay") && exam.scenario.network.matrix != "uniform") {
        exam.problems.add(
            exam.places.at("network.uniform_delay"),
            fmt::format(
                "network.uniform_delay without network.latency = \"uniform\", expected no such "
                "key, got latency {}",
                quoted(exam.scenario.network.matrix)));
    }
}

void check_validators(const Examination& exam) {
    const ValidatorSpec& validators = exam.scenario.validators;
    for (std::size_t i = 0; i < validators.regions.size(); ++i) {
        check_region(exam, validators.regions[i], item("validators.regions", i));
    }
    if (validators.stakes.size() != validators.count) {
        exam.problems.add(
            exam.places.at("validators.stake"),
            fmt::format("validators.stake is of wrong length, expected {} items, one for "
                        "each validator, got {}",
                        validators.count, validators.stakes.size()));
    }
    std::uint64_t total = 0;
    for (const std::uint64_t stake : validators.stakes) {
        if (stake > std::numeric_limits<std::uint64_t>::max() - total) {
            exam.problems.add(
                exam.places.at("validators.stake"),
                fmt::format("the stakes do not add up, expected a sum below 2^64, got {} "
                            "and more",
                            total));
            return;
        }
        total += stake;
    }
}

void check_sovereigns(const Examination& exam) {
    std::map<std::string, std::string_view> slugs;
    const std::vector<SovereignSpec>& all = exam.scenario.sovereigns;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const SovereignSpec& sovereign = all[i];
        const std::string where = item("sovereign", i);
        check_region(exam, sovereign.region, where + ".region");
        if (exam.unsound.contains(where)) {
            continue;
        }
        const std::string node = slug(sovereign.name);
        const auto [first, fresh] = slugs.emplace(node, sovereign.name);
        if (node.empty()) {
            exam.problems.add(
                exam.places.at(where + ".name"),
                fmt::format("sovereign {} has no letter for a node's name, expected at "
                            "least one of a-z or 0-9",
                            quoted(sovereign.name)));
        } else if (!fresh) {
            exam.problems.add(
                exam.places.at(where + ".name"),
                fmt::format("sovereigns {} and {} make the same node, expected names that "
                            "differ in letters or digits, got sovereign-{} twice",
                            quoted(first->second), quoted(sovereign.name), node));
        }
        if (sovereign.admits == "skilled" && sovereign.skills.empty()) {
            exam.problems.add(exam.places.at(where + ".admits"),
                              fmt::format("sovereign {} admits the skilled without saying whom, "
                                          "expected skills, got none",
                                          quoted(sovereign.name)));
        }
        if (sovereign.treasury > exam.scenario.chain.account_balance) {
            exam.problems.add(
                exam.places.at(where + ".treasury"),
                fmt::format("the agent of sovereign {} cannot pay its treasury, expected "
                            "at most chain.account_balance = {}, got {}",
                            quoted(sovereign.name), to_string(exam.scenario.chain.account_balance),
                            to_string(sovereign.treasury)));
        }
    }
}

void check_populations(const Examination& exam) {
    const std::vector<std::string> known = sovereign_names(exam.scenario);
    for (std::size_t i = 0; i < exam.scenario.populations.size(); ++i) {
        const PopulationSpec& population = exam.scenario.populations[i];
        const std::string where = item("population", i);
        if (known.empty()) {
            exam.problems.add(
                exam.places.at(where),
                fmt::format("population {} has nowhere to go, expected a [sovereigns] or "
                            "[[sovereign]], got none",
                            quoted(population.name)));
            continue;
        }
        for (std::size_t j = 0; j < population.sovereigns.size(); ++j) {
            const std::string& name = population.sovereigns[j];
            if (std::find(known.begin(), known.end(), name) == known.end()) {
                exam.problems.add(exam.places.at(item(where + ".sovereigns", j)),
                                  fmt::format("no sovereign {}, expected one of {}{}", quoted(name),
                                              quoted_list(known), hint(name, known)));
            }
        }
        if (population.join_within > exam.scenario.duration) {
            exam.problems.add(
                exam.places.at(where + ".join_within"),
                fmt::format("population.join_within is after the end, expected at most "
                            "{}, got {}",
                            time_text(exam.scenario.duration), time_text(population.join_within)));
        }
    }
}

void check_load(const Examination& exam) {
    const LoadSpec& load = exam.scenario.load;
    if (load.stop > exam.scenario.duration) {
        exam.problems.add(exam.places.at("load.stop"),
                          fmt::format("load.stop is after the end, expected at most {}, got {}",
                                      time_text(exam.scenario.duration), time_text(load.stop)));
    }
    if (load.transaction_bytes > 0 && load.transaction_bytes < kTransferBytesMin) {
        exam.problems.add(
            exam.places.at("load.transaction_bytes"),
            fmt::format("load.transaction_bytes is less than a transfer takes, "
                        "expected 0 or {} to {}, got {}",
                        kTransferBytesMin, kTransferBytesMax, load.transaction_bytes));
    }
    for (std::size_t i = 0; i < load.steps.size(); ++i) {
        const LoadStep& step = load.steps[i];
        const std::string where = item("load.steps", i);
        if (i > 0 && step.at <= load.steps[i - 1].at) {
            exam.problems.add(
                exam.places.at(where),
                fmt::format("load.steps do not rise in time, expected a time after {}, "
                            "got {}",
                            time_text(load.steps[i - 1].at), time_text(step.at)));
        }
        if (step.at >= load.stop) {
            exam.problems.add(
                exam.places.at(where),
                fmt::format("a step of load.steps never starts, expected a time before "
                            "load.stop = {}, got {}",
                            time_text(load.stop), time_text(step.at)));
        }
    }
}

void check_byzantine(const Examination& exam) {
    std::set<std::uint32_t> seen;
    const std::uint32_t count = exam.scenario.validators.count;
    for (std::size_t i = 0; i < exam.scenario.byzantine.size(); ++i) {
        const ByzantineSpec& spec = exam.scenario.byzantine[i];
        const std::string where = item("byzantine", i);
        for (std::size_t j = 0; j < spec.validators.size(); ++j) {
            const std::uint32_t index = spec.validators[j];
            const Place& at = exam.places.at(item(where + ".validators", j));
            if (index >= count) {
                exam.problems.add(at, fmt::format("no validator {}, expected 0 to {}, got {}",
                                                  index, count - 1, index));
            } else if (!seen.insert(index).second) {
                exam.problems.add(
                    at, fmt::format("validator {} has two behaviours, expected one", index));
            } else if (seen.size() == count) {
                exam.problems.add(
                    at, fmt::format("every validator is Byzantine, expected at most {} of "
                                    "{}, got {}",
                                    count - 1, count, count));
            }
        }
        if (exam.unsound.contains(where)) {
            continue;
        }
        const bool delayer = spec.behaviour == Behaviour::Delayer;
        if (delayer != exam.places.has(where + ".delay")) {
            exam.problems.add(
                exam.places.at(where + (delayer ? ".behaviour" : ".delay")),
                delayer ? "a delayer without delay, expected delay = \"250ms\" or the like"
                        : fmt::format("byzantine.delay of behaviour {}, expected no such "
                                      "key: only a delayer has it",
                                      quoted(to_string(spec.behaviour))));
        }
    }
}

void check_expectations(const Examination& exam) {
    std::vector<std::string> known;
    for (const MetricSpec& metric : metrics()) {
        known.emplace_back(metric.name);
    }
    for (std::size_t i = 0; i < exam.scenario.expectations.size(); ++i) {
        const std::string& metric = exam.scenario.expectations[i].metric;
        if (std::find(known.begin(), known.end(), metric) == known.end()) {
            const std::string best = hint(metric, known);
            exam.problems.add(
                exam.places.at(item("expect.all", i)),
                fmt::format("no metric {}{}", quoted(metric),
                            best.empty() ? ", expected one of " + quoted_list(known) : best));
        }
    }
}

}  // namespace nexus::sim::input
