#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/testnet/layout.hpp"
#include "tools/nexus/testnet/link_faults.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet_command.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

/// Stands for every member in FROM and TO.
constexpr std::string_view kAll = "all";

struct LinkArguments {
    std::string folder = "out/testnet/latest";
    std::vector<std::string> sides;  // of a partition
    std::string from, to;
    std::string delay, loss, duplicate, reorder, bandwidth;
    bool block = false;
    bool json = false;
};

/// What is in force from now on.
ExitCode say(const LinkArguments& arguments, const TestnetLayout& layout, std::string_view action,
             const std::string& text) {
    const auto list = read_faults(layout);
    if (!list.ok()) {
        return report_error(list.status());
    }
    if (!arguments.json) {
        fmt::print("{}\n", text);
        return ExitCode::Done;
    }
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object().member("action", action).key("faults").open_array();
    for (const sim::NumberedFault& fault : list->faults) {
        json.open_object().member("number", fault.number);
        json.member("text", describe(fault.spec)).close();
    }
    fmt::print("{}\n", json.close().close().take());
    return ExitCode::Done;
}

absl::Status check_names(const NetworkFile& network, std::string_view words) {
    for (const std::string& side : split(words, '|')) {
        for (const std::string& name : split(side, ',')) {
            if (!find_process(network, name).has_value()) {
                return absl::InvalidArgumentError(
                    concat("there is no process or member \"", name,
                           "\"; processes: ", process_names(network)));
            }
        }
    }
    return absl::OkStatus();
}

// --- partition and heal ---

absl::Status make_partition(const TestnetLayout& layout, const NetworkFile& network,
                            const std::vector<std::string>& sides) {
    for (const std::string& words : sides) {
        if (absl::Status status = check_names(network, words); !status.ok()) {
            return status;
        }
    }
    const auto fault = partition_of(network, sides);
    if (!fault.ok()) {
        return fault.status();
    }
    const auto is_partition = [](const sim::NumberedFault& each) {
        return each.spec.kind == sim::FaultKind::Partition;
    };
    return change_faults(layout, is_partition, {*fault}).status();
}

ExitCode partition(const LinkArguments& arguments) {
    const TestnetLayout layout{arguments.folder};
    const auto network = read_network_file(layout);
    const absl::Status status =
        network.ok() ? make_partition(layout, *network, arguments.sides) : network.status();
    return status.ok() ? say(arguments, layout, "partition", "partitioned") : report_error(status);
}

ExitCode heal(const LinkArguments& arguments) {
    const TestnetLayout layout{arguments.folder};
    const auto network = read_network_file(layout);
    if (!network.ok()) {
        return report_error(network.status());
    }
    const auto ended = end_faults(layout, [](const sim::NumberedFault&) { return true; });
    if (!ended.ok()) {
        return report_error(ended.status());
    }
    return say(arguments, layout, "heal", fmt::format("healed, {} ended", *ended));
}

// --- link ---

/// A quantity of an option into its slot; nothing for an empty text.
template <class Quantity>
absl::Status read_option(std::string_view option, const std::string& text,
                         std::optional<Quantity> (*parse)(std::string_view), const char* example,
                         std::optional<Quantity>& slot) {
    if (text.empty()) {
        return absl::OkStatus();
    }
    slot = parse(text);
    return slot.has_value()
               ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     concat("expected a value such as ", example, " in ", option, ", got ", text));
}

absl::StatusOr<std::vector<std::string>> side_of(const NetworkFile& network,
                                                 const std::string& words) {
    if (words == kAll) {
        return std::vector<std::string>();
    }
    if (absl::Status status = check_names(network, words); !status.ok()) {
        return status;
    }
    std::vector<std::string> members = members_in(network, words);
    if (members.empty()) {  // which would stand for everybody
        return absl::InvalidArgumentError(
            concat("expected processes or members, as in a,b, or all, got \"", words, "\""));
    }
    return members;
}

/// Nothing, if somebody sends to somebody else over the links.
absl::Status check_links(const sim::FaultSpec& link) {
    return link.from.size() != 1 || link.from != link.to
               ? absl::OkStatus()
               : absl::InvalidArgumentError(concat("expected a link from one member to another, ",
                                                   "got ", link.from.front(), " on both sides"));
}

/// The faults that the options ask for.
absl::StatusOr<std::vector<sim::FaultSpec>> faults_of(const LinkArguments& arguments,
                                                      const NetworkFile& network) {
    using namespace sim::input;
    std::optional<Duration> delay;
    std::optional<sim::Ppm> loss, duplicate, reorder;
    std::optional<std::uint64_t> bandwidth;
    absl::Status status = read_option("--delay", arguments.delay, parse_duration, "50ms", delay);
    status.Update(read_option("--loss", arguments.loss, parse_share, "1%", loss));
    status.Update(read_option("--duplicate", arguments.duplicate, parse_share, "1%", duplicate));
    status.Update(read_option("--reorder", arguments.reorder, parse_share, "1%", reorder));
    status.Update(
        read_option("--bandwidth", arguments.bandwidth, parse_bandwidth, "1Mbps", bandwidth));
    if (!status.ok()) {
        return status;
    }
    if (arguments.block && (delay || loss || duplicate || reorder || bandwidth)) {
        return absl::InvalidArgumentError(
            "expected --block alone, got other options beside it: nothing passes that they could "
            "be about");
    }
    sim::FaultSpec link;
    for (const auto& [words, side] :
         {std::pair(&arguments.from, &link.from), std::pair(&arguments.to, &link.to)}) {
        auto members = side_of(network, *words);
        if (!members.ok()) {
            return members.status();
        }
        *side = *std::move(members);
    }
    if (status = check_links(link); !status.ok()) {
        return status;
    }
    std::vector<sim::FaultSpec> faults;
    const auto add = [&](sim::FaultKind kind) -> sim::FaultSpec& {
        faults.push_back(link);
        faults.back().kind = kind;
        return faults.back();
    };
    if (delay) {
        add(sim::FaultKind::Delay).delay = *delay;
    }
    if (loss || arguments.block) {
        add(sim::FaultKind::Loss).rate = arguments.block ? 1'000'000 : *loss;
    }
    if (duplicate) {
        add(sim::FaultKind::Duplicate).rate = *duplicate;
    }
    if (reorder) {
        add(sim::FaultKind::Reorder).rate = *reorder;
    }
    if (bandwidth) {
        add(sim::FaultKind::Bandwidth).bandwidth_bps = *bandwidth;
    }
    if (faults.empty()) {
        return absl::InvalidArgumentError(
            "expected --delay, --loss, --duplicate, --reorder, --bandwidth or --block, got none");
    }
    return faults;
}

/// True if the same links were told something of the same kind.
bool takes_place_of(const sim::FaultSpec& fault, const sim::FaultSpec& before) {
    return before.kind == fault.kind && before.targets.empty() && before.from == fault.from &&
           before.to == fault.to;
}

ExitCode link(const LinkArguments& arguments) {
    const TestnetLayout layout{arguments.folder};
    const auto network = read_network_file(layout);
    if (!network.ok()) {
        return report_error(network.status());
    }
    const auto faults = faults_of(arguments, *network);
    if (!faults.ok()) {
        return report_error(faults.status());
    }
    const auto is_replaced = [&faults](const sim::NumberedFault& each) {
        return std::any_of(faults->begin(), faults->end(), [&each](const sim::FaultSpec& fault) {
            return takes_place_of(fault, each.spec);
        });
    };
    if (const auto changed = change_faults(layout, is_replaced, *faults); !changed.ok()) {
        return report_error(changed.status());
    }
    std::string text;
    for (const sim::FaultSpec& fault : *faults) {
        text += concat(text.empty() ? "" : "\n", describe(fault));
    }
    return say(arguments, layout, "link", text);
}

std::pair<CLI::App*, std::shared_ptr<LinkArguments>> add(CLI::App& testnet, const char* name,
                                                         const char* help) {
    auto arguments = std::make_shared<LinkArguments>();
    CLI::App* command = testnet.add_subcommand(name, help);
    command->add_option("--folder", arguments->folder, "Of the testnet (default: the latest)");
    command->add_flag("--json", arguments->json, "Print JSON");
    return {command, std::move(arguments)};
}

}  // namespace

void add_testnet_link_commands(CLI::App& testnet, Outcome& outcome) {
    const auto [cut_command, cut] =
        add(testnet, "partition",
            "Cut the network into sides: a,b|c,d; whoever is not named joins the first");
    cut_command->add_option("SIDES", cut->sides, "Processes, or members of them")->required();
    cut_command->callback([cut, &outcome] { outcome.code = partition(*cut); });

    const auto [link_command, made] =
        add(testnet, "link", "Make links worse, one way: what FROM sends to TO");
    link_command->add_option("FROM", made->from, "Processes or members: a,b, or all")->required();
    link_command->add_option("TO", made->to, "Processes or members: c,d, or all")->required();
    link_command->add_option("--delay", made->delay, "So much more, as 50ms");
    link_command->add_option("--loss", made->loss, "Part of the packets that is lost, as 1%");
    link_command->add_option("--duplicate", made->duplicate, "Part that arrives twice");
    link_command->add_option("--reorder", made->reorder, "Part that others may overtake");
    link_command->add_option("--bandwidth", made->bandwidth, "Of each link, as 1Mbps");
    link_command->add_flag("--block", made->block, "Nothing passes: a loss of 100%");
    link_command->callback([made, &outcome] { outcome.code = link(*made); });

    const auto [heal_command, healed] =
        add(testnet, "heal", "End partitions and all that links were told");
    heal_command->callback([healed, &outcome] { outcome.code = heal(*healed); });
}

}  // namespace nexus::tools
