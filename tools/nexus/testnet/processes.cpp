#include "tools/nexus/testnet/processes.hpp"

#include "base/concat.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/format.hpp"
#include "tools/nexus/host.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <netinet/in.h>
#include <set>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLogBytesMax = std::uintmax_t{8} << 20U;

/// A port that nobody listens on now. The socket stays open until all are found, so that no port is
/// found twice.
std::optional<std::pair<int, std::uint16_t>> free_port() {
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (handle < 0 || bind(handle, any, size) != 0 || getsockname(handle, any, &size) != 0) {
        if (handle >= 0) {
            close(handle);
        }
        return std::nullopt;
    }
    return std::pair{handle, ntohs(address.sin_port)};
}

void sleep_ms(int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

std::string process_of(const sim::Member& member) {
    if (member.kind == "contributor") {
        return "contributors";
    }
    return member.kind == "load" ? "load" : member.name;
}

/// The last lines of a log, for an error.
std::string tail_of(const std::string& path) {
    const std::string text = read_text(path).value_or("");
    return text.size() > 600 ? text.substr(text.size() - 600) : text;
}

}  // namespace

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

absl::StatusOr<NetworkFile> create_testnet(const TestnetLayout& layout,
                                           const sim::Scenario& scenario,
                                           const sim::Society& society, bool fsync) {
    if (fs::exists(layout.network())) {
        return absl::FailedPreconditionError(
            concat(layout.folder, ": holds a testnet already; nexus testnet down --folder ",
                   layout.folder, " removes it"));
    }
    NetworkFile network;
    network.fsync = fsync;
    network.epoch_nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                    std::chrono::system_clock::now().time_since_epoch())
                                    .count();
    std::vector<int> sockets;
    for (const sim::Member& member : society.members()) {
        network.hosts[process_of(member)].push_back(member.name);
        if (member.kind == "validator" || member.kind == "sovereign") {
            const auto port = free_port();
            if (!port.has_value()) {
                return absl::UnavailableError("no free port on the loopback interface");
            }
            sockets.push_back(port->first);
            network.ports[member.name] = port->second;
        }
    }
    for (const int handle : sockets) {
        close(handle);
    }
    std::error_code error;
    for (const auto& [process, members] : network.hosts) {
        fs::create_directories(layout.process(process), error);
        if (error) {
            return absl::PermissionDeniedError(
                concat(layout.process(process), ": ", error.message()));
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
    const fs::path folder = fs::absolute(layout.folder);
    const fs::path link = folder.parent_path() / "latest";
    fs::remove(link, error);
    fs::create_directory_symlink(folder.filename(), link, error);
    return network;
}

void remove_latest(const fs::path& folder) {
    const fs::path link = folder.parent_path() / "latest";
    std::error_code error;
    if (fs::is_symlink(link, error) && fs::read_symlink(link, error) == folder.filename()) {
        fs::remove(link, error);
    }
}

std::optional<std::string> find_process(const NetworkFile& network, const std::string& name) {
    for (const auto& [process, members] : network.hosts) {
        if (process == name || std::find(members.begin(), members.end(), name) != members.end()) {
            return process;
        }
    }
    return std::nullopt;
}

std::string process_names(const NetworkFile& network) {
    std::string names;
    for (const auto& [process, members] : network.hosts) {
        names += concat(names.empty() ? "" : ", ", process);
    }
    return names;
}

absl::Status start_process(const TestnetLayout& layout, const std::string& process) {
    if (living(layout, process).has_value()) {
        return absl::FailedPreconditionError(concat(process, " runs already"));
    }
    std::error_code error;
    const std::string log = layout.log(process);
    if (fs::exists(log, error) && fs::file_size(log, error) > kLogBytesMax) {
        fs::rename(log, log + ".1", error);
    }
    const std::string folder = fs::absolute(layout.folder).string();
    const pid_t pid = fork();
    if (pid < 0) {
        return absl::UnavailableError(concat("fork: ", std::strerror(errno)));
    }
    if (pid == 0) {
        setsid();  // the testnet outlives the terminal it was started from
        const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
        const int in = open("/dev/null", O_RDONLY);
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        rlimit files{};
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        execl("/proc/self/exe", "nexus", "node", folder.c_str(), process.c_str(),
              static_cast<char*>(nullptr));
        _exit(127);
    }
    return sim::write_file_atomically(layout.pid(process), std::to_string(pid) + "\n");
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

std::size_t stop_all(const TestnetLayout& layout, const NetworkFile& network) {
    // First all signals, then all waiting: they stop side by side.
    for (const auto& [process, members] : network.hosts) {
        if (const auto pid = living(layout, process)) {
            kill(*pid, SIGCONT);
            kill(*pid, SIGTERM);
        }
    }
    std::size_t stopped = 0;
    for (const auto& [process, members] : network.hosts) {
        stopped += fs::exists(layout.pid(process)) ? 1 : 0;
        (void)stop_process(layout, process);
        std::error_code error;
        fs::remove(layout.pid(process), error);
    }
    return stopped;
}

void wipe_process(const TestnetLayout& layout, const NetworkFile& network,
                  const std::string& process) {
    std::error_code error;
    for (const std::string& member : network.hosts.at(process)) {
        fs::remove_all(layout.member(process, member), error);
    }
}

absl::Status set_partition(const TestnetLayout& layout, const NetworkFile& network,
                           const std::vector<std::string>& words) {
    std::map<std::string, std::size_t> side_of;  // by member
    std::size_t sides = 0;
    for (const std::string& word : words) {
        for (const std::string& side : split(word, '|')) {
            for (const std::string& name : split(side, ',')) {
                const std::string process = *find_process(network, name);
                for (const std::string& member : network.hosts.at(process)) {
                    side_of[member] = sides;
                }
            }
            ++sides;
        }
    }
    if (!words.empty() && sides < 2) {
        return absl::InvalidArgumentError("expected two sides or more, as in a,b|c,d");
    }
    for (const auto& [process, members] : network.hosts) {
        std::string blocked;
        const auto own = side_of.find(members.front());
        for (const auto& [member, side] : side_of) {
            if (own != side_of.end() && side != own->second) {
                blocked += member + "\n";
            }
        }
        if (absl::Status status = sim::write_file_atomically(layout.blocked(process), blocked);
            !status.ok()) {
            return status;
        }
    }
    return absl::OkStatus();
}

absl::Status await_first_block(const TestnetLayout& layout, const NetworkFile& network,
                               const sim::Society& society, double seconds) {
    const double end = wall_seconds() + seconds;
    for (;;) {
        std::string missing;
        for (const auto& [process, members] : network.hosts) {
            if (!living(layout, process).has_value()) {
                return absl::FailedPreconditionError(
                    concat(process, " died; it said: ", tail_of(layout.log(process))));
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
