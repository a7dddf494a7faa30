#include "base/time.hpp"
#include "sim/scenario/checks.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim::input {
namespace {

std::string item(std::string_view where, std::size_t index) {
    return fmt::format("{}[{}]", where, index);
}

/// Everybody who can be a target, by everything they are called.
class Directory {
public:
    explicit Directory(const Scenario& scenario) {
        const ValidatorSpec& validators = scenario.validators;
        for (std::uint32_t i = 0; i < validators.count; ++i) {
            add(validator_node(i), validator_node(i));
            if (!validators.regions.empty()) {
                const std::string& region = validators.regions[i % validators.regions.size()];
                add(std::string(kRegionPrefix) + region, validator_node(i));
            }
        }
        for (const SovereignSpec& sovereign : scenario.sovereigns) {
            const std::string node = sovereign_node(sovereign.name);
            add(node, node);
            add(sovereign.name, node);
        }
    }

    /// The nodes of that name; empty: there are none.
    [[nodiscard]] std::vector<std::string> nodes(std::string_view name) const {
        const auto found = nodes_.find(name);
        return found == nodes_.end() ? std::vector<std::string>() : found->second;
    }
    [[nodiscard]] std::string guess(std::string_view name) const {
        std::vector<std::string> names = {std::string(kLeaderTarget)};
        for (const auto& [known, nodes] : nodes_) {
            names.push_back(known);
        }
        return hint(name, names);
    }

private:
    void add(const std::string& name, const std::string& node) {
        std::vector<std::string>& nodes = nodes_[name];
        if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
            nodes.push_back(node);
        }
    }

    std::map<std::string, std::vector<std::string>, std::less<>> nodes_;
};

/// The nodes of a list of names, each once.
std::vector<std::string> resolve(const Examination& exam, const Directory& directory,
                                 const std::vector<std::string>& names, const std::string& where,
                                 bool leader_allowed) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string& name = names[i];
        const Place& at = exam.places.at(item(where, i));
        if (name == kLeaderTarget && leader_allowed) {
            out.push_back(name);
            continue;
        }
        const std::vector<std::string> nodes = directory.nodes(name);
        if (name == kLeaderTarget) {
            exam.problems.add(at, "the leader cannot be named here, expected a node");
        } else if (nodes.empty()) {
            exam.problems.add(at, fmt::format("no node {}, expected validator-0 to validator-{}, a "
                                              "sovereign, region:NAME or leader{}",
                                              quoted(name), exam.scenario.validators.count - 1,
                                              directory.guess(name)));
        }
        for (const std::string& node : nodes) {
            if (std::find(out.begin(), out.end(), node) == out.end()) {
                out.push_back(node);
            }
        }
    }
    return out;
}

/// The checks of one fault, given those before it in time.
class FaultCheck {
public:
    FaultCheck(const Examination& exam, std::size_t index)
        : exam_(exam), fault_(exam.scenario.faults[index]), where_(item("fault", index)) {}

    void run() {
        check_time();
        if (exam_.unsound.contains(where_)) {
            return;
        }
        check_keys();
        if (fault_.kind == FaultKind::Partition) {
            check_groups();
        }
        if (fault_.kind == FaultKind::Wipe) {
            check_validators_only();
        }
        if (fault_.kind == FaultKind::Block && has("targets") && fault_.targets.size() < 2) {
            problem("targets",
                    "a block needs somebody on both sides, expected at least 2 targets, got 1");
        }
        if (fault_.kind == FaultKind::Restart || fault_.kind == FaultKind::Heal) {
            check_something_to_end();
        }
        check_links();
    }

private:
    [[nodiscard]] bool has(std::string_view key) const {
        return exam_.places.has(fmt::format("{}.{}", where_, key)) ||
               (key == "targets" && exam_.places.has(where_ + ".target"));
    }
    void problem(std::string_view key, std::string text) const {
        const std::string_view written = key == "targets" && exam_.places.has(where_ + ".target")
                                             ? std::string_view("target")
                                             : key;
        exam_.problems.add(exam_.places.at(fmt::format("{}.{}", where_, written)), std::move(text));
    }

    void check_keys() const {
        const FaultRule rule = fault_rule(fault_.kind);
        const std::string_view kind = to_string(fault_.kind);
        for (const auto& [name, key] : fault_keys()) {
            if ((rule.needs & key) != 0 && !has(name)) {
                problem("kind", fmt::format("a fault of kind {} has no {}, expected {} = ...",
                                            quoted(kind), quoted(name), name));
            }
            if (((rule.needs | rule.may) & key) == 0 && has(name)) {
                problem(name, fmt::format("fault.{} with kind {}, expected no such key", name,
                                          quoted(kind)));
            }
        }
    }

    void check_time() const {
        if (fault_.at >= exam_.scenario.duration) {
            problem("at", fmt::format("fault.at is after the end, expected less than {}, got {}",
                                      quoted(format_duration(exam_.scenario.duration)),
                                      quoted(format_duration(fault_.at))));
        }
    }

    void check_groups() const {
        std::map<std::string, std::size_t> side;
        for (std::size_t i = 0; i < fault_.groups.size(); ++i) {
            const std::string where = item("groups", i);
            if (i > 0 && fault_.groups[i].empty()) {
                problem(where,
                        fmt::format("group {} of a partition is empty, expected nodes: only the "
                                    "first may be empty, it gets all others",
                                    i));
            }
            for (const std::string& node : fault_.groups[i]) {
                const auto [first, fresh] = side.emplace(node, i);
                if (!fresh) {
                    problem(where,
                            fmt::format("{} is in groups {} and {} of a partition, expected one",
                                        node, first->second, i));
                }
            }
        }
    }

    /// All links of some nodes, or those between two sides: not both; and a side is not alone.
    void check_links() const {
        const bool may_have_sides = (fault_rule(fault_.kind).may & (kFromKey | kToKey)) != 0;
        if (may_have_sides && (has("from") || has("to")) && has("targets")) {
            problem(
                has("from") ? "from" : "to",
                "fault.from or fault.to beside fault.targets, expected either sides or targets");
        }
        if (fault_.from.size() == 1 && fault_.from == fault_.to) {
            problem("to", fmt::format("no link leads from {} to itself, expected another node",
                                      quoted(fault_.to.front())));
        }
    }

    void check_validators_only() const {
        for (const std::string& target : fault_.targets) {
            if (target != kLeaderTarget && !target.starts_with("validator-")) {
                problem("targets",
                        fmt::format("a {} of {}, expected validators: others have no disk",
                                    to_string(fault_.kind), quoted(target)));
            }
        }
    }

    /// A restart needs a crash, a heal a partition, at an earlier or the same time.
    void check_something_to_end() const {
        const auto begins = [this](const FaultSpec& other) {
            return fault_.kind == FaultKind::Restart
                       ? is_crash(other.kind)
                       : other.kind == FaultKind::Partition || other.kind == FaultKind::Block;
        };
        std::set<std::string_view> down;
        bool any = false;
        for (const FaultSpec& other : exam_.scenario.faults) {
            if (begins(other) && other.at <= fault_.at) {
                any = true;
                down.insert(other.targets.begin(), other.targets.end());
            }
        }
        if (fault_.kind == FaultKind::Heal) {
            if (!any) {
                problem("kind", "nothing to heal, expected a partition or block before");
            }
            return;
        }
        for (const std::string& target : fault_.targets) {
            if (target == kLeaderTarget) {
                problem("targets",
                        "a restart of the leader, expected nodes: who is down does not lead");
            } else if (!down.contains(target) && !down.contains(kLeaderTarget)) {
                problem("targets", fmt::format("a restart of {}, expected a crash of it before",
                                               quoted(target)));
            }
        }
    }

    const Examination& exam_;
    const FaultSpec& fault_;
    std::string where_;
};

}  // namespace

void resolve_targets(const Examination& exam) {
    const Directory directory(exam.scenario);
    for (std::size_t i = 0; i < exam.scenario.faults.size(); ++i) {
        FaultSpec& fault = exam.scenario.faults[i];
        const std::string where = item("fault", i);
        const std::size_t known = exam.problems.count();
        const bool short_form = exam.places.has(where + ".target");
        fault.targets = resolve(exam, directory, fault.targets,
                                where + (short_form ? ".target" : ".targets"), true);
        fault.from = resolve(exam, directory, fault.from, where + ".from", true);
        fault.to = resolve(exam, directory, fault.to, where + ".to", true);
        for (std::size_t j = 0; j < fault.groups.size(); ++j) {
            fault.groups[j] =
                resolve(exam, directory, fault.groups[j], item(where + ".groups", j), false);
        }
        if (exam.problems.count() > known) {
            exam.unsound.insert(where);
        }
    }
}

void check_faults(const Examination& exam) {
    for (std::size_t i = 0; i < exam.scenario.faults.size(); ++i) {
        FaultCheck(exam, i).run();
    }
}

}  // namespace nexus::sim::input
