#include "sim/scenario/names.hpp"

#include "base/assert.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/text.hpp"

#include <absl/strings/str_join.h>
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {
namespace {

/// Letters of U+00C0 to U+00FF without what stands on or under them; a space where none is left.
constexpr std::string_view kLatin1 =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTs"
    "aaaaaaaceeeeiiiidnooooo ouuuuyty";
static_assert(kLatin1.size() == 64);

std::string name_list(const std::vector<std::string>& names) {
    constexpr std::size_t kShownMax = 6;
    if (names.size() <= kShownMax) {
        return absl::StrJoin(names, ", ");
    }
    return fmt::format("{} and {} more",
                       absl::StrJoin(names.begin(), names.begin() + kShownMax, ", "),
                       names.size() - kShownMax);
}

/// Which packets a fault means: "on all links", "from validator-0 to validator-1".
std::string links_of(const FaultSpec& fault) {
    if (!fault.targets.empty()) {
        return "on the links of " + name_list(fault.targets);
    }
    std::string text = fault.from.empty() ? "" : "from " + name_list(fault.from);
    if (!fault.to.empty()) {
        text += (text.empty() ? "to " : " to ") + name_list(fault.to);
    }
    return text.empty() ? "on all links" : text;
}

std::string what_happens(const FaultSpec& fault) {
    const std::string targets = name_list(fault.targets);
    const std::string on = links_of(fault);
    switch (fault.kind) {
        case FaultKind::Crash:
            return "crash of " + targets;
        case FaultKind::Wipe:
            return "crash of " + targets + " with loss of the disk";
        case FaultKind::Restart:
            return "restart of " + targets;
        case FaultKind::Partition: {
            std::vector<std::string> groups;
            for (const std::vector<std::string>& group : fault.groups) {
                groups.push_back(groups.empty() ? "the others" : name_list(group));
                if (groups.size() == 1 && !group.empty()) {
                    groups.back() = name_list(group) + " with all others";
                }
            }
            return "partition: " + absl::StrJoin(groups, " | ");
        }
        case FaultKind::Block:
            NEXUS_ASSERT(!fault.targets.empty());
            return fmt::format("nothing from {} reaches {}", fault.targets.front(),
                               name_list({fault.targets.begin() + 1, fault.targets.end()}));
        case FaultKind::Heal:
            return "every partition heals";
        case FaultKind::Slow:
            return fmt::format("{} computes {} times slower", targets, fault.factor);
        case FaultKind::Loss:
            return fmt::format("{} of packets lost {}", input::format_share(fault.rate), on);
        case FaultKind::Duplicate:
            return fmt::format("{} of packets duplicated {}", input::format_share(fault.rate), on);
        case FaultKind::Reorder:
            return fmt::format("{} of packets reordered {}", input::format_share(fault.rate), on);
        case FaultKind::Delay:
            return fmt::format("{} more delay {}", input::format_duration(fault.delay), on);
        case FaultKind::Bandwidth:
            return fmt::format("{} {}", input::format_bandwidth(fault.bandwidth_bps),
                               fault.targets.empty() ? on : "for " + targets);
    }
    return {};
}

}  // namespace

std::string ledger_name(std::string_view name) {
    std::string out;
    const auto put = [&out](char c) {
        const bool separates = !input::is_name_character(c);
        const bool at_edge = out.empty() || !input::is_name_character(out.back());
        // Separators never come first, nor two in a row.
        if (!separates || !at_edge) {
            out += separates && !input::is_ledger_character(c) ? ' ' : c;
        }
    };
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto byte = static_cast<unsigned char>(name[i]);
        const auto next = static_cast<unsigned char>(i + 1 < name.size() ? name[i + 1] : 0);
        if (byte == 0xC3 && next >= 0x80 && next <= 0xBF) {
            put(kLatin1[next - 0x80U]);
            ++i;
        } else {
            put(name[i]);
        }
    }
    while (!out.empty() && !input::is_name_character(out.back())) {
        out.pop_back();
    }
    return out;
}

std::string slug(std::string_view name) {
    std::string out = ledger_name(name);
    for (char& c : out) {
        c = input::is_name_character(c) ? input::lower(c) : '-';
    }
    return out;
}

std::string validator_node(std::uint32_t index) { return fmt::format("validator-{}", index); }

std::string twin_node(std::uint32_t index) { return validator_node(index) + "-twin"; }

std::string sovereign_node(std::string_view sovereign) { return "sovereign-" + slug(sovereign); }

std::string load_node(std::uint32_t index) { return fmt::format("load-{}", index); }

std::string member_node(std::string_view population, std::uint32_t index) {
    return fmt::format("{}-{}", slug(population), index);
}

bool has_twin(Behaviour behaviour) {
    return behaviour == Behaviour::Twins || behaviour == Behaviour::DoubleVoter;
}

std::string_view to_string(FaultKind kind) {
    return fault_kind_names().at(static_cast<std::size_t>(kind));
}

std::string_view to_string(Behaviour behaviour) {
    return behaviour_names().at(static_cast<std::size_t>(behaviour));
}

std::string_view to_string(Comparison comparison) {
    switch (comparison) {
        case Comparison::Less:
            return "<";
        case Comparison::LessEqual:
            return "<=";
        case Comparison::Equal:
            return "==";
        case Comparison::NotEqual:
            return "!=";
        case Comparison::GreaterEqual:
            return ">=";
        case Comparison::Greater:
            return ">";
    }
    return {};
}

const std::vector<std::string>& load_kind_names() {
    static const std::vector<std::string> kNames = {
        "transfer",       "treasury_deposit", "profile_update", "credential_anchor",
        "mission_create", "mission_apply",    "asset_register"};
    return kNames;
}

const std::vector<std::string>& fault_kind_names() {
    static const std::vector<std::string> kNames = {"crash",   "restart", "partition", "block",
                                                    "heal",    "slow",    "loss",      "duplicate",
                                                    "reorder", "delay",   "bandwidth", "wipe"};
    return kNames;
}

const std::vector<std::string>& behaviour_names() {
    static const std::vector<std::string> kNames = {"twins", "silent", "double_voter", "delayer",
                                                    "lying_gateway"};
    return kNames;
}

const std::vector<std::string>& invariant_names() {
    static const std::vector<std::string> kNames = {
        "agreement",           "validity",     "supply",        "ownership",
        "no_lost_transaction", "certificates", "light_clients", "no_halt"};
    return kNames;
}

std::string describe(const FaultSpec& fault) {
    std::string text = what_happens(fault);
    if (fault.lasts) {
        text += " for " + input::format_duration(*fault.lasts);
    }
    return text;
}

std::string describe(const LoadSpec& load) {
    if (load.steps.empty()) {
        return "none";
    }
    std::string text;
    for (const LoadStep& step : load.steps) {
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", input::format_duration(step.at),
                            step.rate);
    }
    text += ' ';
    if (load.mix.size() < 2) {
        text += load.mix.empty() ? "transfer" : load.mix.front().kind;  // a weight says nothing
    } else {
        text += absl::StrJoin(load.mix, ",", [](std::string* out, const LoadShare& share) {
            out->append(fmt::format("{}={}", share.kind, share.weight));
        });
    }
    if (load.transaction_bytes > 0) {
        text += fmt::format(", transfers of {} bytes", load.transaction_bytes);
    }
    return text;
}

}  // namespace nexus::sim
