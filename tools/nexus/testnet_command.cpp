#include "tools/nexus/testnet_command.hpp"

#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/units.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/testnet/folder.hpp"
#include "tools/nexus/testnet/layout.hpp"
#include "tools/nexus/testnet/node_process.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet/session.hpp"
#include "tools/nexus/testnet/status.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop_requested = false;

void heed_signals() {
    std::signal(SIGTERM, [](int) { stop_requested = true; });
    std::signal(SIGINT, [](int) { stop_requested = true; });
}

/// What a load may take to end, and a run, which stops its processes first.
constexpr double kGuestSeconds = 10;
constexpr double kRunSeconds = 30;
/// A node that was killed lets go of its files a moment after it is gone.
constexpr double kDyingSeconds = 5;

struct TestnetArguments {
    std::string folder = "out/testnet/latest";
    std::string scenario;
    std::vector<std::string> words;
    std::vector<std::string> addresses;  // of servers, as NAME=HOST:PORT
    std::string metrics_host = kMetricsHost;
    bool no_fsync = false;
    bool shape = false;
    bool json = false;
    bool keep = false;
};

/// What was done to processes, for a person or as JSON.
void say(const TestnetArguments& arguments, const std::string& action,
         const std::vector<std::string>& processes, const std::string& text) {
    if (!arguments.json) {
        fmt::print("{}\n", text);
        return;
    }
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object().member("action", action).key("processes").open_array();
    for (const std::string& process : processes) {
        json.value(process);
    }
    fmt::print("{}\n", json.close().close().take());
}

absl::StatusOr<std::map<std::string, Address>> parse_addresses(
    const std::vector<std::string>& texts) {
    std::map<std::string, Address> addresses;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        const std::size_t colon = text.rfind(':');
        std::uint32_t port = 0;
        if (equals != std::string::npos && colon != std::string::npos && equals < colon) {
            std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
        }
        if (port == 0 || port > std::numeric_limits<std::uint16_t>::max()) {
            return absl::InvalidArgumentError(
                concat("expected NAME=HOST:PORT in --at, got ", text));
        }
        addresses[text.substr(0, equals)] = {.host = text.substr(equals + 1, colon - equals - 1),
                                             .port = static_cast<std::uint16_t>(port)};
    }
    return addresses;
}

struct NewTestnet {
    FileLock lock;  // of its folder
    TestnetLayout layout;
    sim::Society society;
    NetworkFile network;
};

/// Makes the folder of a testnet, with keys and configurations.
absl::StatusOr<NewTestnet> generate(const TestnetArguments& arguments, std::string_view purpose) {
    const auto scenario = sim::load_scenario(arguments.scenario);
    if (!scenario.ok()) {
        return scenario.status();
    }
    auto society = sim::Society::make(*scenario);
    if (!society.ok()) {
        return society.status();
    }
    const auto addresses = parse_addresses(arguments.addresses);
    if (!addresses.ok()) {
        return addresses.status();
    }
    if (!is_host(arguments.metrics_host)) {
        return absl::InvalidArgumentError(
            concat("expected the name or the address of a host in --metrics-host, got \"",
                   arguments.metrics_host, "\""));
    }
    const TestnetLayout layout{arguments.folder == TestnetArguments().folder
                                   ? concat("out/testnet/", scenario->name)
                                   : arguments.folder};
    auto lock = claim_folder(layout, purpose);
    if (!lock.ok()) {
        return lock.status();
    }
    auto network = create_testnet(layout, *scenario, *society,
                                  {.fsync = !arguments.no_fsync,
                                   .shapes = arguments.shape,
                                   .metrics_host = arguments.metrics_host,
                                   .addresses = *addresses});
    if (!network.ok()) {
        abandon_folder(layout);
        return network.status();
    }
    return NewTestnet{*std::move(lock), layout, *std::move(society), *std::move(network)};
}

ExitCode generate_only(const TestnetArguments& arguments) {
    const auto testnet = generate(arguments, "nexus testnet generate");
    if (!testnet.ok()) {
        return report_error(testnet.status());
    }
    std::vector<std::string> processes;
    std::string text = concat(testnet->layout.folder, ": run each of these on its host:");
    for (const auto& [process, members] : testnet->network.processes()) {
        processes.push_back(process);
        text += concat("\n  nexus node --config ", testnet->layout.config(process));
    }
    say(arguments, "generate", processes, text);
    return ExitCode::Done;
}

/// Leaves nothing of a testnet that did not come up, but what its processes said.
ExitCode give_up(const TestnetLayout& layout, const NetworkFile& network, const absl::Status& why) {
    (void)stop_all(layout, network);
    const ExitCode code = report_error(why);
    for (const auto& [process, members] : network.processes()) {
        const std::string said = last_words(layout, process, {});
        if (!said.empty() && !absl::IsCancelled(why)) {
            fmt::print(stderr, "--- {}\n{}", process, said);
        }
    }
    (void)remove_testnet(layout);
    return code;
}

ExitCode up(const TestnetArguments& arguments) {
    const double start = wall_seconds();
    heed_signals();  // before there is anything to take down
    const auto testnet = generate(arguments, "nexus testnet up");
    if (!testnet.ok()) {
        return report_error(testnet.status());
    }
    const auto& [lock, layout, society, network] = *testnet;
    make_latest(layout);
    std::vector<std::string> processes;
    for (const auto& [process, members] : network.processes()) {
        processes.push_back(process);
        if (const absl::Status status = spawn_process(layout, process); !status.ok()) {
            return give_up(layout, network, status);
        }
    }
    const absl::Status ready = await_first_block(layout, network, society, 20, stop_requested);
    if (!ready.ok()) {
        return give_up(layout, network, ready);
    }
    say(arguments, "up", processes,
        fmt::format("{}: {} processes, {} members; first block after {}\n"
                    "nexus testnet status | logs | kill | restart | pause | partition | "
                    "link | heal | wipe | down",
                    layout.folder, processes.size(), society.members().size(),
                    sim::duration_text(wall_seconds() - start)));
    return ExitCode::Done;
}

/// Every process or member that the words name, "a,b|c" as well as "a b c".
std::vector<std::string> names_in(const std::vector<std::string>& words) {
    std::vector<std::string> names;
    for (const std::string& word : words) {
        for (const std::string& side : split(word, '|')) {
            for (std::string& name : split(side, ',')) {
                names.push_back(std::move(name));
            }
        }
    }
    return names;
}

/// The processes that were named, each once. Pre: all names are known.
std::vector<std::string> named_processes(const TestnetArguments& arguments,
                                         const NetworkFile& network) {
    std::vector<std::string> processes;
    for (const std::string& name : names_in(arguments.words)) {
        std::string process = *find_process(network, name);
        if (std::find(processes.begin(), processes.end(), process) == processes.end()) {
            processes.push_back(std::move(process));
        }
    }
    return processes;
}

/// Loads the testnet of a folder and hands it to `act`. Refuses names that it does not know.
template <class Act>
ExitCode with_network(const TestnetArguments& arguments, const Act& act) {
    const TestnetLayout layout{arguments.folder};
    const absl::StatusOr<NetworkFile> network = read_network_file(layout);
    if (!network.ok()) {
        return report_error(network.status());
    }
    for (const std::string& name : names_in(arguments.words)) {
        if (!find_process(*network, name).has_value()) {
            return report_error(
                absl::InvalidArgumentError(concat("there is no process or member \"", name,
                                                  "\"; processes: ", process_names(*network))));
        }
    }
    return act(layout, *network);
}

/// The same for a command that changes which processes run: one of them at a time.
template <class Act>
ExitCode with_locked_network(const TestnetArguments& arguments, std::string_view purpose,
                             const Act& act) {
    const auto lock = lock_folder({arguments.folder}, purpose);
    return lock.ok() ? with_network(arguments, act) : report_error(lock.status());
}

/// Ends whoever lives as members of the testnet and is none of its processes: `nexus load`, and
/// nodes that were started by hand. Those that had to be.
std::vector<std::string> end_guests(const TestnetLayout& layout, const NetworkFile& network) {
    std::vector<std::string> ended;
    for (const auto& [process, members] : network.processes()) {
        if (FileLock::end_holder(layout.process_lock(process), kGuestSeconds)) {
            ended.push_back(process);
        }
    }
    return ended;
}

ExitCode down(const TestnetArguments& arguments) {
    if (is_unfinished(TestnetLayout{arguments.folder})) {
        const absl::Status cleared = clear_unfinished(TestnetLayout{arguments.folder});
        if (!cleared.ok()) {
            return report_error(cleared);
        }
        say(arguments, "down", {}, "a testnet that was never finished: its folder is removed");
        return ExitCode::Done;
    }
    // A run ends its testnet itself, and would miss it in the middle of its work.
    if (FileLock::end_holder(TestnetLayout{arguments.folder}.run_lock(), kRunSeconds) &&
        !fs::exists(TestnetLayout{arguments.folder}.network())) {
        say(arguments, "down", {}, "the run was ended, which took its testnet down");
        return ExitCode::Done;
    }
    const auto act = [&](const TestnetLayout& layout, const NetworkFile& network) {
        std::vector<std::string> stopped = stop_all(layout, network);
        for (std::string& guest : end_guests(layout, network)) {
            stopped.push_back(std::move(guest));
        }
        if (!arguments.keep) {
            if (const absl::Status status = remove_testnet(layout); !status.ok()) {
                return report_error(status);
            }
        }
        say(arguments, "down", stopped,
            fmt::format("{} processes stopped{}", stopped.size(),
                        arguments.keep ? "; their folder stays" : ", nothing is left"));
        return ExitCode::Done;
    };
    return with_locked_network(arguments, kDownPurpose, act);
}

ExitCode status(const TestnetArguments& arguments) {
    const auto session = open_session(arguments.folder, "");
    if (!session.ok()) {
        return report_error(session.status());
    }
    const StatusReading reading = read_status(*session);
    fmt::print("{}", arguments.json ? status_json(reading) : status_table(reading));
    return ExitCode::Done;
}

/// Does something to each process that was named; refuses if none was.
template <class Act>
ExitCode for_each_named(const TestnetArguments& arguments, const char* action, const char* done,
                        const Act& act) {
    if (names_in(arguments.words).empty()) {
        return report_error(absl::InvalidArgumentError(
            concat("nexus testnet ", action,
                   ": expected names of processes or of members, as in validator-0,validator-1; "
                   "got none")));
    }
    const std::string purpose = concat("nexus testnet ", action);
    const auto on_each = [&](const TestnetLayout& layout, const NetworkFile& network) {
        const std::vector<std::string> processes = named_processes(arguments, network);
        std::string text;
        for (const std::string& process : processes) {
            if (const absl::Status status = act(layout, network, process); !status.ok()) {
                return report_error(status);
            }
            text += concat(text.empty() ? "" : "\n", process, " ", done);
        }
        say(arguments, action, processes, text);
        return ExitCode::Done;
    };
    return with_locked_network(arguments, purpose, on_each);
}

ExitCode signal_all(const TestnetArguments& arguments, int signal, const char* action,
                    const char* done) {
    return for_each_named(
        arguments, action, done,
        [signal](const TestnetLayout& layout, const NetworkFile& /*network*/,
                 const std::string& process) { return signal_process(layout, process, signal); });
}

ExitCode restart(const TestnetArguments& arguments, bool wipes) {
    return for_each_named(
        arguments, wipes ? "wipe" : "restart", wipes ? "wiped and started" : "started",
        [wipes](const TestnetLayout& layout, const NetworkFile& network,
                const std::string& process) {
            if (absl::Status status = check_not_lent(layout, process); !status.ok()) {
                return status;
            }
            (void)stop_process(layout, process);
            if (wipes) {
                wipe_process(layout, network, process);
            }
            return start_processes(layout, {process});
        });
}

/// The set of validators is part of the genesis: the protocols have no way to change it.
ExitCode add_validator(const TestnetArguments& /*arguments*/) {
    return report_error(absl::InvalidArgumentError(
        "a running chain cannot take a validator in: its validators are part of its genesis, and "
        "no protocol here changes them; give the scenario more and start it again"));
}

/// As many open files as the system allows: connections and databases take many.
void raise_file_limit() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

absl::Status run_node(const std::string& path) {
    const auto config = read_node_config(path);
    if (!config.ok()) {
        return config.status();
    }
    const auto network = read_network_file(config->layout);
    if (!network.ok()) {
        return network.status();
    }
    auto keys = read_key_book(config->layout, *network, config->process);
    if (!keys.ok()) {
        return keys.status();
    }
    const auto scenario = sim::load_scenario(config->layout.scenario());
    if (!scenario.ok()) {
        return scenario.status();
    }
    const auto society =
        sim::Society::make(*scenario, std::make_shared<const sim::KeyBook>(*std::move(keys)));
    if (!society.ok()) {
        return society.status();
    }
    const auto lock =
        FileLock::take(config->layout.process_lock(config->process), "nexus node", kDyingSeconds);
    if (!lock.ok()) {
        return lock.status();
    }
    raise_file_limit();
    heed_signals();
    std::signal(SIGPIPE, SIG_IGN);
    return run_node_process(
        config->layout, *network, *society,
        {.process = config->process,
         .listen = config->listen,
         .metrics_host = config->metrics_host,
         .log = {.path = config->logs_to_stdout ? "" : config->layout.log(config->process),
                 .level = config->log_level},
         .load = {},
         .is_done = {}},
        stop_requested);
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

/// A subcommand that makes a testnet of a scenario.
template <class Act>
void add_maker(CLI::App& testnet, Outcome& outcome, const char* name, const char* help,
               const Act& act) {
    auto arguments = std::make_shared<TestnetArguments>();
    CLI::App* command = testnet.add_subcommand(name, help);
    command->add_option("SCENARIO", arguments->scenario, "Scenario file")->required();
    command->add_option("--folder", arguments->folder, "Default: out/testnet/NAME");
    command->add_option("--at", arguments->addresses,
                        "Where a server is reached, as NAME=HOST:PORT; default: free ports of this "
                        "machine");
    command->add_option("--metrics-host", arguments->metrics_host,
                        "Address at which all processes tell their metrics (default: 127.0.0.1)");
    command->add_flag("--no-fsync", arguments->no_fsync,
                      "Survive the death of processes, not of the machine");
    command->add_flag("--shape", arguments->shape,
                      "Latency, jitter, loss and bandwidth as the scenario's network has them");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, act, &outcome] { outcome.code = act(*arguments); });
}

}  // namespace

void add_testnet_command(CLI::App& app, Outcome& outcome) {
    CLI::App* testnet =
        app.add_subcommand("testnet", "A scenario as processes on this machine, over TCP");
    testnet->require_subcommand(1);
    add_maker(*testnet, outcome, "up", "Start a scenario's network", up);
    add_maker(*testnet, outcome, "generate",
              "Make keys, genesis and configurations, and start nothing", generate_only);
    add(*testnet, outcome, "down", "Stop all processes and remove the folder", false, down);
    add(*testnet, outcome, "status", "Where each member stands", false, status);
    add_testnet_logs_command(*testnet, outcome);
    add(*testnet, outcome, "kill", "Kill processes with SIGKILL", true,
        [](const TestnetArguments& a) { return signal_all(a, SIGKILL, "kill", "killed"); });
    add(*testnet, outcome, "pause", "Stop processes where they are", true,
        [](const TestnetArguments& a) { return signal_all(a, SIGSTOP, "pause", "paused"); });
    add(*testnet, outcome, "resume", "Let paused processes go on", true,
        [](const TestnetArguments& a) { return signal_all(a, SIGCONT, "resume", "resumed"); });
    add(*testnet, outcome, "restart", "Stop processes if they run, and start them", true,
        [](const TestnetArguments& a) { return restart(a, false); });
    add(*testnet, outcome, "wipe", "Stop processes, forget their data, start them", true,
        [](const TestnetArguments& a) { return restart(a, true); });
    add_testnet_link_commands(*testnet, outcome);
    add(*testnet, outcome, "add", "Refused: a chain keeps the validators of its genesis", true,
        add_validator);

    add_testnet_run_commands(*testnet, outcome);

    auto config = std::make_shared<std::string>();
    CLI::App* node = app.add_subcommand("node", "One process of a testnet, in the foreground");
    node->add_option("--config", *config, "node.toml of the process")->required();
    node->callback([config, &outcome] {
        const absl::Status done = run_node(*config);
        outcome.code = done.ok() ? ExitCode::Done : report_error(done);
    });
}

}  // namespace nexus::tools
