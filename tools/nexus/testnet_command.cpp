#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/units.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/testnet/layout.hpp"
#include "tools/nexus/testnet/node_process.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet/status.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop_requested = false;

struct TestnetArguments {
    std::string folder = "out/testnet/latest";
    std::string scenario;
    std::vector<std::string> words;
    bool no_fsync = false;
    bool json = false;
    bool keep = false;
};

ExitCode up(const TestnetArguments& arguments) {
    auto scenario = sim::load_scenario(arguments.scenario);
    if (!scenario.ok()) {
        return report_error(scenario.status());
    }
    const auto society = sim::Society::make(*scenario);
    if (!society.ok()) {
        return report_error(society.status());
    }
    const std::string folder = arguments.folder == "out/testnet/latest"
                                   ? concat("out/testnet/", scenario->name)
                                   : arguments.folder;
    const double start = wall_seconds();
    const absl::StatusOr<NetworkFile> network =
        create_testnet({folder}, *scenario, *society, !arguments.no_fsync);
    if (!network.ok()) {
        return report_error(network.status());
    }
    for (const auto& [process, members] : network->hosts) {
        if (const absl::Status status = start_process({folder}, process); !status.ok()) {
            (void)stop_all({folder}, *network);
            return report_error(status);
        }
    }
    const absl::Status ready = await_first_block({folder}, *network, *society, 20);
    if (!ready.ok()) {
        (void)stop_all({folder}, *network);
        return report_error(ready);
    }
    fmt::print("{}: {} processes, {} members; first block after {}\n", folder,
               network->hosts.size(), society->members().size(),
               sim::duration_text(wall_seconds() - start));
    fmt::print(
        "nexus testnet status | logs | kill | restart | pause | resume | partition | heal | "
        "wipe | down\n");
    return ExitCode::Done;
}

/// Loads the testnet of a folder and hands it to `act`.
template <class Act>
ExitCode with_network(const TestnetArguments& arguments, const Act& act) {
    const TestnetLayout layout{arguments.folder};
    const absl::StatusOr<NetworkFile> network = read_network_file(layout);
    if (!network.ok()) {
        return report_error(network.status());
    }
    for (const std::string& word : arguments.words) {
        std::vector<std::string> names;
        for (const std::string& side : split(word, '|')) {
            for (std::string& name : split(side, ',')) {
                names.push_back(std::move(name));
            }
        }
        for (const std::string& name : names) {
            if (!find_process(*network, name).has_value()) {
                return report_error(
                    absl::InvalidArgumentError(concat("there is no process or member \"", name,
                                                      "\"; processes: ", process_names(*network))));
            }
        }
    }
    return act(layout, *network);
}

ExitCode down(const TestnetArguments& arguments) {
    return with_network(arguments, [&](const TestnetLayout& layout, const NetworkFile& network) {
        const std::size_t stopped = stop_all(layout, network);
        if (!arguments.keep) {
            std::error_code error;
            const fs::path real = fs::canonical(layout.folder, error);
            fs::remove_all(real, error);
            if (error) {
                return report_error(absl::FailedPreconditionError(
                    concat(layout.folder, ": cannot be removed: ", error.message())));
            }
            remove_latest(real);
        }
        fmt::print("{} processes stopped{}\n", stopped,
                   arguments.keep ? "; their folder stays" : ", nothing is left");
        return ExitCode::Done;
    });
}

ExitCode status(const TestnetArguments& arguments) {
    return with_network(arguments, [&](const TestnetLayout& layout, const NetworkFile& network) {
        fmt::print("{}",
                   arguments.json ? status_json(layout, network) : status_table(layout, network));
        return ExitCode::Done;
    });
}

ExitCode logs(const TestnetArguments& arguments) {
    return with_network(arguments, [&](const TestnetLayout& layout, const NetworkFile& network) {
        for (const std::string& word : arguments.words) {
            const std::string process = *find_process(network, word);
            fmt::print("{}", read_text(layout.log(process)).value_or(""));
        }
        return ExitCode::Done;
    });
}

/// Sends a signal to each process that was named.
ExitCode signal_all(const TestnetArguments& arguments, int signal, const char* done) {
    return with_network(arguments, [&](const TestnetLayout& layout, const NetworkFile& network) {
        for (const std::string& word : arguments.words) {
            const std::string process = *find_process(network, word);
            if (const absl::Status sent = signal_process(layout, process, signal); !sent.ok()) {
                return report_error(sent);
            }
            fmt::print("{} {}\n", process, done);
        }
        return ExitCode::Done;
    });
}

ExitCode restart(const TestnetArguments& arguments, bool wipes) {
    return with_network(arguments, [&](const TestnetLayout& layout, const NetworkFile& network) {
        for (const std::string& word : arguments.words) {
            const std::string process = *find_process(network, word);
            (void)stop_process(layout, process);
            if (wipes) {
                wipe_process(layout, network, process);
            }
            if (const absl::Status started = start_process(layout, process); !started.ok()) {
                return report_error(started);
            }
            fmt::print("{} {}\n", process, wipes ? "wiped and started" : "started");
        }
        return ExitCode::Done;
    });
}

ExitCode partition(const TestnetArguments& arguments) {
    return with_network(arguments, [&](const TestnetLayout& layout, const NetworkFile& network) {
        if (const absl::Status set = set_partition(layout, network, arguments.words); !set.ok()) {
            return report_error(set);
        }
        fmt::print("{}\n", arguments.words.empty() ? "healed" : "partitioned");
        return ExitCode::Done;
    });
}

struct NodeArguments {
    std::string folder;
    std::string process;
};

ExitCode run_node(const NodeArguments& arguments) {
    const TestnetLayout layout{arguments.folder};
    const absl::StatusOr<NetworkFile> network = read_network_file(layout);
    if (!network.ok()) {
        return report_error(network.status());
    }
    const auto scenario = sim::load_scenario(layout.scenario());
    if (!scenario.ok()) {
        return report_error(scenario.status());
    }
    const auto society = sim::Society::make(*scenario);
    if (!society.ok()) {
        return report_error(society.status());
    }
    std::signal(SIGTERM, [](int) { stop_requested = true; });
    std::signal(SIGINT, [](int) { stop_requested = true; });
    std::signal(SIGPIPE, SIG_IGN);
    const absl::Status done =
        run_node_process(layout, arguments.process, *network, *society, stop_requested);
    return done.ok() ? ExitCode::Done : report_error(done);
}

/// A subcommand that takes the folder of a testnet, and perhaps names.
template <class Act>
void add(CLI::App& testnet, Outcome& outcome, const char* name, const char* help, bool names,
         const Act& act) {
    auto arguments = std::make_shared<TestnetArguments>();
    CLI::App* command = testnet.add_subcommand(name, help);
    command->add_option("--folder", arguments->folder, "Of the testnet (default: the latest)");
    if (names) {
        command->add_option("NAME", arguments->words, "Processes, or members of them")->required();
    }
    command->add_flag("--json", arguments->json, "Print JSON");
    if (std::string_view(name) == "down") {
        command->add_flag("--keep", arguments->keep, "Keep the folder");
    }
    command->callback([arguments, act, &outcome] { outcome.code = act(*arguments); });
}

}  // namespace

void add_testnet_command(CLI::App& app, Outcome& outcome) {
    CLI::App* testnet =
        app.add_subcommand("testnet", "A scenario as processes on this machine, over TCP");
    testnet->require_subcommand(1);
    auto to_start = std::make_shared<TestnetArguments>();
    CLI::App* up_command = testnet->add_subcommand("up", "Start a scenario's network");
    up_command->add_option("SCENARIO", to_start->scenario, "Scenario file")->required();
    up_command->add_option("--folder", to_start->folder, "Default: out/testnet/NAME");
    up_command->add_flag("--no-fsync", to_start->no_fsync,
                         "Survive the death of processes, not of the machine");
    up_command->callback([to_start, &outcome] { outcome.code = up(*to_start); });

    add(*testnet, outcome, "down", "Stop all processes and remove the folder", false, down);
    add(*testnet, outcome, "status", "Where each member stands", false, status);
    add(*testnet, outcome, "logs", "Print what processes said", true, logs);
    add(*testnet, outcome, "kill", "Kill processes with SIGKILL", true,
        [](const TestnetArguments& a) { return signal_all(a, SIGKILL, "killed"); });
    add(*testnet, outcome, "pause", "Stop processes where they are", true,
        [](const TestnetArguments& a) { return signal_all(a, SIGSTOP, "paused"); });
    add(*testnet, outcome, "resume", "Let paused processes go on", true,
        [](const TestnetArguments& a) { return signal_all(a, SIGCONT, "resumed"); });
    add(*testnet, outcome, "restart", "Stop processes if they run, and start them", true,
        [](const TestnetArguments& a) { return restart(a, false); });
    add(*testnet, outcome, "wipe", "Stop processes, forget their data, start them", true,
        [](const TestnetArguments& a) { return restart(a, true); });
    add(*testnet, outcome, "partition", "Cut the network into sides: a,b|c,d", true, partition);
    add(*testnet, outcome, "heal", "End the partition", false, partition);

    auto to_run = std::make_shared<NodeArguments>();
    CLI::App* node = app.add_subcommand("node", "One process of a testnet, in the foreground");
    node->add_option("FOLDER", to_run->folder, "Of the testnet")->required();
    node->add_option("PROCESS", to_run->process, "Which of its processes")->required();
    node->callback([to_run, &outcome] { outcome.code = run_node(*to_run); });
}

}  // namespace nexus::tools
