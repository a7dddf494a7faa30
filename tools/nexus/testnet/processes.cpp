#include "tools/nexus/testnet/processes.hpp"

#include "actors/link/lanes.hpp"
#include "actors/node/os_entropy.hpp"
#include "base/concat.hpp"
#include "base/crypto.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/testnet/folder.hpp"
#include "tools/nexus/testnet/free_port.hpp"
#include "tools/nexus/testnet/log_reader.hpp"
#include "tools/nexus/testnet/measurements.hpp"
#include "tools/nexus/testnet/process_output.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <set>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

/// Of a proposal, less what stands around the payload.
constexpr std::size_t kBlockBytesMax =
    actors::kMessageBytesMax[static_cast<std::size_t>(actors::Lane::Urgent)] - 65'536;
/// Of what a process said, for an error.
constexpr std::size_t kLastLines = 5;
constexpr std::size_t kLastBytes = 2000;
/// What a process may take to open its disk, on a machine that has other things to do.
constexpr double kUpSeconds = 30;

std::string process_of(const sim::Member& member) {
    if (member.kind == "contributor") {
        return "contributors";
    }
    return member.kind == "load" ? std::string(kLoadProcess) : member.name;
}

}  // namespace

std::string last_words(const TestnetLayout& layout, const std::string& process,
                       const SaidBefore& before) {
    std::string words;
    std::vector<LogReader::Line> lines = LogReader({layout.log(process)}, LogLevel::Debug).read();
    std::erase_if(lines,
                  [&](const LogReader::Line& each) { return each.line.time <= before.log_time; });
    const std::size_t from = lines.size() - std::min(lines.size(), kLastLines);
    for (std::size_t i = from; i < lines.size(); ++i) {
        words += readable(lines[i].line) + "\n";
    }
    std::string output = read_text(layout.output(process)).value_or("");
    output.erase(0, std::min<std::uintmax_t>(output.size(), before.output_bytes));
    words += output.substr(output.size() - std::min(output.size(), kLastBytes));
    if (!words.empty() && words.back() != '\n') {
        words += '\n';
    }
    return words;
}

void sleep_ms(int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) {
            words.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

namespace {

/// Servers at the addresses that were asked for, or at free ports of this machine.
absl::Status place_members(NetworkFile& network, const sim::Society& society,
                           const std::map<std::string, Address>& addresses) {
    std::vector<FreePort> taken;
    for (const sim::Member& member : society.members()) {
        MemberPlace& place = network.members[member.name];
        place.process = process_of(member);
        if (member.kind != "validator" && member.kind != "sovereign") {
            continue;
        }
        const auto given = addresses.find(member.name);
        if (given != addresses.end()) {
            place.host = given->second.host;
            place.port = given->second.port;
        } else if (!addresses.empty()) {
            return absl::InvalidArgumentError(
                concat("expected an address of ", member.name, ", as in --at ", member.name,
                       "=10.0.0.1:7000; addresses were given of ", addresses.size(), " others"));
        } else {
            auto port = FreePort::find();
            if (!port.has_value()) {
                return absl::UnavailableError("no free port on the loopback interface");
            }
            place.port = port->number();
            taken.push_back(*std::move(port));
        }
    }
    for (const auto& [name, address] : addresses) {
        if (!network.members.contains(name) || network.members.at(name).port == 0) {
            return absl::InvalidArgumentError(
                concat("expected the name of a validator or a sovereign in --at, got ", name));
        }
    }
    for (const auto& [process, members] : network.processes()) {
        auto port = FreePort::find();
        if (!port.has_value()) {
            return absl::UnavailableError("no free port on the loopback interface");
        }
        network.metrics[process] = port->number();
        taken.push_back(*std::move(port));
    }
    return absl::OkStatus();
}

/// Draws a key for every name; returns the secret ones by process.
std::map<std::string, SecretSeeds> draw_keys(NetworkFile& network, const sim::Society& society) {
    std::map<std::string, SecretSeeds> seeds;
    for (const std::string& name : society.key_names()) {
        const std::array<std::uint8_t, 32> seed = actors::random_seed();
        const PublicKey key = SecretKey(seed).public_key();
        const auto member = network.members.find(name);
        if (member != network.members.end()) {
            member->second.key = key;
            seeds[member->second.process][name] = seed;
        } else {
            network.accounts[name] = key;
            seeds[std::string(kLoadProcess)][name] = seed;
        }
    }
    return seeds;
}

/// Whether processes can play the scenario.
absl::Status check_playable(const sim::Scenario& scenario) {
    if (scenario.blocks.bytes_max > kBlockBytesMax) {
        return absl::InvalidArgumentError(
            concat(scenario.file, ": expected blocks.bytes_max of at most ", kBlockBytesMax,
                   ", for a proposal must fit into one message of the transport; got ",
                   scenario.blocks.bytes_max));
    }
    if (!scenario.byzantine.empty()) {
        return absl::InvalidArgumentError(
            concat(scenario.file, ":", scenario.byzantine.front().line,
                   ": error: a testnet has honest validators only, got one that is ",
                   std::string(to_string(scenario.byzantine.front().behaviour)),
                   "; nexus sim run shows what such a one does"));
    }
    return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NetworkFile> create_testnet(const TestnetLayout& layout,
                                           const sim::Scenario& scenario,
                                           const sim::Society& society,
                                           const TestnetOptions& options) {
    if (absl::Status status = check_playable(scenario); !status.ok()) {
        return status;
    }
    NetworkFile network;
    network.fsync = options.fsync;
    network.shapes = options.shapes;
    network.epoch_nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                    std::chrono::system_clock::now().time_since_epoch())
                                    .count();
    if (absl::Status status = place_members(network, society, options.addresses); !status.ok()) {
        return status;
    }
    const std::map<std::string, SecretSeeds> seeds = draw_keys(network, society);
    std::error_code error;
    for (const auto& [process, members] : network.processes()) {
        fs::create_directories(layout.process(process), error);
        if (error) {
            return absl::PermissionDeniedError(
                concat(layout.process(process), ": ", error.message()));
        }
        absl::Status status = write_key_file(layout, process, seeds.at(process));
        if (status.ok()) {
            status = write_node_config(layout, process, options.metrics_host);
        }
        if (!status.ok()) {
            return status;
        }
    }
    for (const sim::Member& member : society.members()) {
        if (member.kind != "validator") {
            continue;
        }
        const std::string& process = network.members.at(member.name).process;
        if (absl::Status status = allow_first_start(layout, process, member.name); !status.ok()) {
            return status;
        }
    }
    if (absl::Status status =
            sim::write_file_atomically(layout.scenario(), sim::format_scenario(scenario));
        !status.ok()) {
        return status;
    }
    if (absl::Status status = write_network_file(layout, network); !status.ok()) {
        return status;
    }
    return network;
}

std::optional<std::string> find_process(const NetworkFile& network, const std::string& name) {
    if (const auto member = network.members.find(name); member != network.members.end()) {
        return member->second.process;
    }
    for (const auto& [process, members] : network.processes()) {
        if (process == name) {
            return process;
        }
    }
    return std::nullopt;
}

std::string process_names(const NetworkFile& network) {
    std::string names;
    for (const auto& [process, members] : network.processes()) {
        names += concat(names.empty() ? "" : ", ", process);
    }
    return names;
}

namespace {

/// A process that was started and may not be up yet.
struct Spawned {
    std::string process;
    pid_t pid = 0;
    SaidBefore before;
    fs::file_time_type told_before;  ///< When it last said how it is, in an earlier life.
};

/// When the newest status of a member was written; the beginning of time if there is none.
fs::file_time_type last_told(const TestnetLayout& layout, const std::string& process) {
    fs::file_time_type newest = fs::file_time_type::min();
    std::error_code error;
    const fs::directory_iterator members(layout.process(process), error);
    for (const fs::directory_entry& member : members) {
        const auto at = fs::last_write_time(member.path() / "status.json", error);
        newest = error ? newest : std::max(newest, at);
    }
    return newest;
}

SaidBefore said_until_now(const TestnetLayout& layout, const std::string& process) {
    SaidBefore before;
    const std::vector<LogReader::Line> lines =
        LogReader({layout.log(process)}, LogLevel::Debug).read();
    before.log_time = lines.empty() ? "" : lines.back().line.time;
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(layout.output(process), error);
    before.output_bytes = error ? 0 : bytes;
    return before;
}

/// How a child of ours ended.
std::string how_ended(int wait_status) {
    return WIFSIGNALED(wait_status) ? concat("by signal ", WTERMSIG(wait_status))
                                    : concat("with exit code ", WEXITSTATUS(wait_status));
}

/// Nothing while the process lives. Errors: FailedPrecondition, with what it said when it ended.
absl::Status check_lives(const TestnetLayout& layout, const Spawned& spawned) {
    int wait_status = 0;
    if (waitpid(spawned.pid, &wait_status, WNOHANG) != spawned.pid) {
        return absl::OkStatus();
    }
    return absl::FailedPreconditionError(
        concat(spawned.process, " died when it was started, ", how_ended(wait_status),
               "; it said:\n", last_words(layout, spawned.process, spawned.before)));
}

absl::StatusOr<pid_t> spawn_node(const TestnetLayout& layout, const std::string& process) {
    std::error_code error;
    const std::string output = layout.output(process);
    const TestnetLayout real{fs::canonical(layout.folder, error).string()};
    std::array<std::string, 4> words{"nexus", "node", "--config", real.config(process)};
    std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(),
                                   words[3].data(), nullptr};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // The testnet outlives the terminal it was started from.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t pid = 0;
    const int failed = posix_spawn(&pid, fs::read_symlink("/proc/self/exe", error).c_str(), &files,
                                   &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) {
        return absl::UnavailableError(
            concat(process, ": cannot be started: ", std::strerror(failed)));
    }
    return pid;
}

absl::StatusOr<Spawned> spawn(const TestnetLayout& layout, const std::string& process) {
    if (living(layout, process).has_value()) {
        return absl::FailedPreconditionError(concat(process, " runs already"));
    }
    if (absl::Status status = check_not_lent(layout, process); !status.ok()) {
        return status;
    }
    rotate_output(layout.output(process));
    Spawned spawned{.process = process,
                    .before = said_until_now(layout, process),
                    .told_before = last_told(layout, process)};
    const auto pid = spawn_node(layout, process);
    if (!pid.ok()) {
        return pid.status();
    }
    spawned.pid = *pid;
    if (absl::Status status =
            sim::write_file_atomically(layout.pid(process), concat(spawned.pid, "\n"));
        !status.ok()) {
        return status;
    }
    // The kernel lets go of the parent a moment before it shows the child's new command line.
    for (int i = 0; i < 400 && !living(layout, process).has_value(); ++i) {
        if (absl::Status status = check_lives(layout, spawned); !status.ok()) {
            return status;
        }
        sleep_ms(5);
    }
    return spawned;
}

/// Waits until the process has opened its disk and its log and says how it is.
absl::Status await_told(const TestnetLayout& layout, const Spawned& spawned) {
    const double end = wall_seconds() + kUpSeconds;
    while (last_told(layout, spawned.process) == spawned.told_before) {
        if (absl::Status status = check_lives(layout, spawned); !status.ok()) {
            return status;
        }
        if (wall_seconds() > end) {
            return absl::DeadlineExceededError(concat(spawned.process, " is not up after ",
                                                      kUpSeconds, " s; see ",
                                                      layout.log(spawned.process)));
        }
        sleep_ms(5);
    }
    return absl::OkStatus();
}

}  // namespace

absl::Status spawn_process(const TestnetLayout& layout, const std::string& process) {
    return spawn(layout, process).status();
}

absl::Status start_processes(const TestnetLayout& layout,
                             const std::vector<std::string>& processes) {
    std::vector<Spawned> all;
    for (const std::string& process : processes) {
        auto spawned = spawn(layout, process);
        if (!spawned.ok()) {
            return spawned.status();
        }
        all.push_back(*std::move(spawned));
    }
    for (const Spawned& each : all) {
        if (absl::Status status = await_told(layout, each); !status.ok()) {
            return status;
        }
    }
    return absl::OkStatus();
}

absl::Status signal_process(const TestnetLayout& layout, const std::string& process, int signal) {
    const auto pid = living(layout, process);
    if (!pid.has_value()) {
        return absl::FailedPreconditionError(concat(process, " does not run"));
    }
    kill(*pid, signal);
    if (signal == SIGKILL) {
        while (living(layout, process).has_value()) {
            waitpid(*pid, nullptr, WNOHANG);
            sleep_ms(5);
        }
    }
    return absl::OkStatus();
}

bool stop_process(const TestnetLayout& layout, const std::string& process) {
    const auto pid = living(layout, process);
    if (!pid.has_value()) {
        return false;
    }
    kill(*pid, SIGCONT);
    kill(*pid, SIGTERM);
    for (int i = 0; i < 500 && living(layout, process).has_value(); ++i) {
        waitpid(*pid, nullptr, WNOHANG);
        sleep_ms(10);
    }
    if (living(layout, process).has_value()) {
        (void)signal_process(layout, process, SIGKILL);
    }
    std::error_code error;
    fs::remove(layout.pid(process), error);
    return true;
}

std::vector<std::string> stop_all(const TestnetLayout& layout, const NetworkFile& network) {
    // First all signals, then all waiting: they stop side by side.
    std::vector<std::string> stopped;
    for (const auto& [process, members] : network.processes()) {
        if (const auto pid = living(layout, process)) {
            kill(*pid, SIGCONT);
            kill(*pid, SIGTERM);
            stopped.push_back(process);
        }
    }
    for (const auto& [process, members] : network.processes()) {
        (void)stop_process(layout, process);
        std::error_code error;
        fs::remove(layout.pid(process), error);
    }
    return stopped;
}

void wipe_process(const TestnetLayout& layout, const NetworkFile& network,
                  const std::string& process) {
    std::error_code error;
    const auto processes = network.processes();
    for (const std::string& member : processes.at(process)) {
        const fs::directory_iterator files(layout.member(process, member), error);
        for (const fs::directory_entry& file : files) {
            if (!outlives_wipes(file.path().filename().string())) {
                // At one stroke: a database without some of its files would be one that has
                // forgotten votes, and does not know it.
                const fs::path gone = file.path().string() + ".gone";
                fs::rename(file.path(), gone, error);
                fs::remove_all(error ? file.path() : gone, error);
            }
        }
    }
}

absl::Status await_first_block(const TestnetLayout& layout, const NetworkFile& network,
                               const sim::Society& society, double seconds,
                               const std::atomic<bool>& stop) {
    const double end = wall_seconds() + seconds;
    for (;;) {
        if (stop) {
            return absl::CancelledError("interrupted before the network was up; it is taken down");
        }
        std::string missing;
        for (const auto& [process, members] : network.processes()) {
            if (!living(layout, process).has_value()) {
                return absl::FailedPreconditionError(
                    concat(process, " died; it said:\n", last_words(layout, process, {})));
            }
        }
        for (const sim::Member& member : society.members()) {
            if (member.kind != "validator") {
                continue;
            }
            const std::string text =
                read_text(layout.member(member.name, member.name) + "/status.json").value_or("");
            if (text.empty() || text.find("\"height\": 0,") != std::string::npos) {
                missing = member.name;
            }
        }
        if (missing.empty()) {
            return absl::OkStatus();
        }
        if (wall_seconds() > end) {
            return absl::DeadlineExceededError(
                concat(missing, " has no block after ", seconds, " s; see ", layout.log(missing)));
        }
        sleep_ms(50);
    }
}

}  // namespace nexus::tools
