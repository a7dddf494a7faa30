#include "base/concat.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/testnet/layout.hpp"
#include "tools/nexus/testnet/log_reader.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet_command.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLinesMax = 1'000'000;
constexpr int kFollowMilliseconds = 100;

struct LogArguments {
    std::string folder = "out/testnet/latest";
    std::vector<std::string> names;
    std::string lines;  // empty: all
    std::string level = "debug";
    bool json = false;
    bool follow = false;
};

/// Whose lines to read.
struct Wanted {
    std::vector<std::string> processes;  // each once
    std::set<std::string> members;       // whole processes have their own name among them
};

absl::StatusOr<Wanted> wanted_by(const LogArguments& arguments, const NetworkFile& network) {
    const auto processes = network.processes();
    Wanted wanted;
    for (const std::string& word : arguments.names) {
        for (const std::string& name : split(word, ',')) {
            const auto process = find_process(network, name);
            if (!process.has_value()) {
                return absl::InvalidArgumentError(
                    concat("there is no process or member \"", name,
                           "\"; processes: ", process_names(network)));
            }
            if (std::find(wanted.processes.begin(), wanted.processes.end(), *process) ==
                wanted.processes.end()) {
                wanted.processes.push_back(*process);
            }
            wanted.members.insert({name, *process});
            if (processes.contains(name)) {
                const std::vector<std::string>& all = processes.at(name);
                wanted.members.insert(all.begin(), all.end());
            }
        }
    }
    return wanted;
}

void print(const std::vector<LogReader::Line>& lines, std::size_t from, bool json) {
    for (std::size_t i = from; i < lines.size(); ++i) {
        fmt::print("{}\n", json ? lines[i].text : readable(lines[i].line));
    }
    std::fflush(stdout);  // whoever follows waits for it
}

/// What a process said that is no line of its log is told on stderr: it may be why it died.
void tell_of_output(const TestnetLayout& layout, const std::vector<std::string>& processes) {
    for (const std::string& process : processes) {
        std::error_code error;
        const std::uintmax_t size = fs::file_size(layout.output(process), error);
        if (!error && size > 0) {
            fmt::print(stderr, "{} also said something outside its log: {}\n", process,
                       layout.output(process));
        }
    }
}

ExitCode logs(const LogArguments& arguments) {
    const TestnetLayout layout{arguments.folder};
    const auto network = read_network_file(layout);
    if (!network.ok()) {
        return report_error(network.status());
    }
    const auto wanted = wanted_by(arguments, *network);
    if (!wanted.ok()) {
        return report_error(wanted.status());
    }
    const auto level = parse_log_level(arguments.level);
    if (!level.has_value()) {
        return report_error(absl::InvalidArgumentError(
            concat("--level: expected one of ", kLogLevelNames, "; got ", arguments.level)));
    }
    const auto count = arguments.lines.empty() ? std::optional<std::uint64_t>(kLinesMax)
                                               : parse_seed(arguments.lines);
    if (!count.has_value() || *count > kLinesMax) {
        return report_error(absl::InvalidArgumentError(concat(
            "--lines: expected a whole number from 0 to ", kLinesMax, "; got ", arguments.lines)));
    }
    std::vector<std::string> paths;
    for (const std::string& process : wanted->processes) {
        paths.push_back(layout.log(process));
    }
    LogReader reader(paths, *level, wanted->members);
    const std::vector<LogReader::Line> lines = reader.read();
    print(lines, lines.size() - std::min<std::size_t>(lines.size(), *count), arguments.json);
    while (arguments.follow && fs::exists(layout.network())) {
        sleep_ms(kFollowMilliseconds);
        print(reader.read(), 0, arguments.json);
    }
    if (reader.refused() > 0) {
        fmt::print(stderr, "{} lines are none of a log, and left out\n", reader.refused());
    }
    tell_of_output(layout, wanted->processes);
    return ExitCode::Done;
}

}  // namespace

void add_testnet_logs_command(CLI::App& testnet, Outcome& outcome) {
    auto arguments = std::make_shared<LogArguments>();
    CLI::App* command = testnet.add_subcommand("logs", "Print what processes said, by time");
    command->add_option("--folder", arguments->folder, "Of the testnet (default: the latest)");
    command->add_option("NAME", arguments->names, "Processes, or members of them")->required();
    command->add_option("--level", arguments->level,
                        concat("Lines from this level on: ", kLogLevelNames));
    command->add_option("--lines", arguments->lines, "Only so many of the last of these");
    command->add_flag("--follow", arguments->follow, "Go on with what comes, until interrupted");
    command->add_flag("--json", arguments->json, "Print lines as they were written, as JSON");
    command->callback([arguments, &outcome] { outcome.code = logs(*arguments); });
}

}  // namespace nexus::tools
