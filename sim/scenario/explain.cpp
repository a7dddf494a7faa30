#include "base/amount.hpp"
#include "base/time.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/strings/str_join.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::size_t kColumns = 96;

std::string plural(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// A heading and what belongs to it.
class Page {
public:
    void heading(std::string_view name) { out_ += fmt::format("\n{}\n", name); }

    /// A line, broken between words where it is too long.
    void line(std::string_view text) {
        std::size_t used = 0;
        std::string_view indent = "  ";
        while (!text.empty()) {
            const std::string_view word = text.substr(0, text.find(' '));
            const bool starts_line = used == 0 || used + 1 + word.size() > kColumns;
            if (starts_line && used > 0) {
                out_ += '\n';
                indent = "    ";
            }
            out_ += starts_line ? indent : " ";
            out_ += word;
            used = (starts_line ? indent.size() : used + 1) + word.size();
            text.remove_prefix(std::min(text.size(), word.size() + 1));
        }
        out_ += '\n';
    }
    void raw(std::string_view text) { out_ += text; }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

void explain_top(Page& page, const Scenario& s) {
    page.raw(fmt::format("{}{}{}\n", s.name, s.summary.empty() ? "" : ": ", s.summary));
    page.line(fmt::format(
        "{}, seed {}: {} of virtual time with load and faults, then up to {} "
        "without, to finish.",
        s.file, s.seed, input::format_duration(s.duration), input::format_duration(s.grace)));
}

void explain_network(Page& page, const Scenario& s) {
    const NetworkSpec& network = s.network;
    page.heading("Network");
    page.line(
        network.matrix == "uniform"
            ? fmt::format("Every packet travels {}.", input::format_duration(network.uniform_delay))
            : fmt::format("Delays of the matrix \"{}\": half the measured round trip.",
                          network.matrix));
    page.line(
        fmt::format("Jitter {}, loss {}, duplicates {}, reordering {}; {} up per validator; "
                    "events of one instant {}.",
                    input::format_share(network.jitter), input::format_share(network.loss),
                    input::format_share(network.duplicate), input::format_share(network.reorder),
                    input::format_bandwidth(network.bandwidth_bps),
                    network.seeded_ties ? "in seeded order" : "as sent"));
}

std::string behaviour_of(const Scenario& s, std::uint32_t index) {
    for (const ByzantineSpec& spec : s.byzantine) {
        if (std::find(spec.validators.begin(), spec.validators.end(), index) !=
            spec.validators.end()) {
            std::string text(to_string(spec.behaviour));
            if (spec.behaviour == Behaviour::Delayer) {
                text += " by " + input::format_duration(spec.delay);
            }
            return text;
        }
    }
    return "honest";
}

void explain_validators(Page& page, const Scenario& s) {
    std::uint64_t total = 0;
    std::uint64_t byzantine = 0;
    for (std::uint32_t i = 0; i < s.validators.count; ++i) {
        total += s.validators.stakes.at(i);
        byzantine += behaviour_of(s, i) == "honest" ? 0 : s.validators.stakes.at(i);
    }
    const std::uint64_t third = total == 0 ? 0 : (total - 1) / 3;  // the greatest f with 3f < total
    page.heading("Validators");
    page.line(fmt::format(
        "{} run {}, {} each, fsync {}. Stake {} in total: a quorum has more than two "
        "thirds of it, so the chain bears faults of up to {}.",
        plural(s.validators.count, "validator"), s.protocol, plural(s.validators.cores, "core"),
        input::format_duration(s.validators.fsync), total, third));
    if (byzantine > 0) {
        page.line(
            fmt::format("Byzantine stake {}: {}.", byzantine,
                        byzantine > third ? "TOO MUCH, agreement may break" : "within the bound"));
    }
    for (std::uint32_t i = 0; i < s.validators.count; ++i) {
        page.raw(fmt::format("    {:<14} {:<16} stake {:<8} {}\n", validator_node(i),
                             s.validators.regions.at(i % s.validators.regions.size()),
                             s.validators.stakes.at(i), behaviour_of(s, i)));
    }
    std::vector<std::string> parameters;
    for (const auto& [name, value] : s.parameters) {
        parameters.push_back(fmt::format("{} {}", name, value));
    }
    page.line(fmt::format(
        "Blocks: up to {} or {}; a leader waits {} for a fuller one. Transactions are "
        "passed on every {}.",
        plural(s.blocks.transactions_max, "transaction"), input::format_size(s.blocks.bytes_max),
        input::format_duration(s.blocks.interval),
        input::format_duration(s.blocks.gossip_interval)));
    if (!parameters.empty()) {
        page.line("Parameters: " + absl::StrJoin(parameters, ", ") + ".");
    }
}

void explain_people(Page& page, const Scenario& s) {
    if (s.sovereigns.empty()) {
        return;
    }
    page.heading("Sovereigns");
    for (const SovereignSpec& sovereign : s.sovereigns) {
        page.raw(fmt::format("    {:<32} {:<16} {}, admits {}, treasury {}, {} of {}\n",
                             sovereign_node(sovereign.name), sovereign.region, sovereign.governance,
                             sovereign.admits, to_string(sovereign.treasury),
                             plural(sovereign.missions, "mission"),
                             to_string(sovereign.mission_reward)));
    }
    if (s.populations.empty()) {
        return;
    }
    page.heading("Contributors");
    for (const PopulationSpec& population : s.populations) {
        const std::string where = population.sovereigns.empty()
                                      ? "every sovereign"
                                      : absl::StrJoin(population.sovereigns, ", ");
        page.line(fmt::format(
            "{}: {} of kind {}, to {}; within {}, think {}, work {}, patience {}.", population.name,
            population.count, population.kind, where,
            input::format_duration(population.join_within),
            input::format_duration(population.think), input::format_duration(population.work),
            input::format_duration(population.patience)));
    }
}

/// Transactions that the load offers: whole ones.
std::uint64_t offered(const LoadSpec& load) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < load.steps.size(); ++i) {
        const Duration end = i + 1 < load.steps.size() ? load.steps[i + 1].at : load.stop;
        const std::int64_t milliseconds = (end - load.steps[i].at).milliseconds();
        total += load.steps[i].rate *
                 static_cast<std::uint64_t>(std::max<std::int64_t>(0, milliseconds)) / 1'000;
    }
    return total;
}

/// "transfer", or "transaction" of a mix.
std::string_view unit_of(const LoadSpec& load) {
    return load.mix.empty() ? "transfer" : "transaction";
}

/// What the load says of its transactions: " (transfer 70, mission_create 30)" and the like.
std::string contents(const LoadSpec& load) {
    std::string text;
    std::vector<std::string> kinds;
    for (const LoadShare& share : load.mix) {
        kinds.push_back(fmt::format("{} {}", share.kind, share.weight));
    }
    if (!kinds.empty()) {
        text += fmt::format(" ({})", absl::StrJoin(kinds, ", "));
    }
    if (load.transaction_bytes > 0) {
        text += fmt::format(", transfers of {} bytes", load.transaction_bytes);
    }
    return text;
}

void explain_timeline(Page& page, const Scenario& s) {
    std::multimap<Duration, std::string> events;
    for (const LoadStep& step : s.load.steps) {
        events.emplace(step.at, fmt::format("load: {} a second from {} with {} each{}",
                                            plural(step.rate, unit_of(s.load)),
                                            plural(s.load.sources, "source"),
                                            plural(s.load.accounts, "account"), contents(s.load)));
    }
    if (!s.load.steps.empty()) {
        events.emplace(s.load.stop, fmt::format("load stops, after about {} {}s", offered(s.load),
                                                unit_of(s.load)));
    }
    for (const FaultSpec& fault : s.faults) {
        events.emplace(fault.at, "fault: " + describe(fault));
        if (fault.lasts && fault.at + *fault.lasts < s.duration) {
            FaultSpec endless = fault;
            endless.lasts.reset();
            events.emplace(fault.at + *fault.lasts, "ends: " + describe(endless));
        }
    }
    events.emplace(s.duration,
                   "every fault but crashes ends, load stops; what is under way finishes");
    events.emplace(s.duration + s.grace, "the end at the latest");
    page.heading("Timeline");
    for (const auto& [at, text] : events) {
        page.raw(fmt::format("    {:>10}  {}\n", input::format_duration(at), text));
    }
}

void explain_end(Page& page, const Scenario& s) {
    page.heading("Must hold");
    for (const Expectation& expectation : s.expectations) {
        page.raw(fmt::format("    {}\n", expectation.text));
    }
    page.line(s.expected_violations.empty()
                  ? "no invariant is violated"
                  : "violated, and found so: " + absl::StrJoin(s.expected_violations, ", ") +
                        "; no other invariant");
}

}  // namespace

std::string explain(const Scenario& scenario) {
    Page page;
    explain_top(page, scenario);
    explain_network(page, scenario);
    explain_validators(page, scenario);
    explain_people(page, scenario);
    explain_timeline(page, scenario);
    explain_end(page, scenario);
    return page.take();
}

}  // namespace nexus::sim
