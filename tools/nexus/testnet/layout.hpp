#pragma once

#include "base/ids.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nexus::tools {

/// A testnet is a folder and the processes that it names; there is no daemon.
///
///     FOLDER/scenario.toml      what was started, whole
///     FOLDER/network.toml       when time started; ports by name; members by process
///     FOLDER/PROCESS/pid        of the process, while it should run
///     FOLDER/PROCESS/log        what it says; older ones as log.1
///     FOLDER/PROCESS/blocked    names of members it does not talk to, one a line
///     FOLDER/PROCESS/MEMBER/    status.json, and the data of a validator
struct TestnetLayout {
    std::string folder;

    [[nodiscard]] std::string scenario() const { return folder + "/scenario.toml"; }
    [[nodiscard]] std::string network() const { return folder + "/network.toml"; }
    [[nodiscard]] std::string process(const std::string& name) const { return folder + "/" + name; }
    [[nodiscard]] std::string pid(const std::string& name) const { return process(name) + "/pid"; }
    [[nodiscard]] std::string log(const std::string& name) const { return process(name) + "/log"; }
    [[nodiscard]] std::string blocked(const std::string& name) const {
        return process(name) + "/blocked";
    }
    [[nodiscard]] std::string member(const std::string& process_name,
                                     const std::string& name) const {
        return process(process_name) + "/" + name;
    }
};

/// What every process of a testnet has to know beside the scenario.
struct NetworkFile {
    std::int64_t epoch_nanoseconds = 0;  ///< Since 1970: time 0 of the scenario.
    std::string host = "127.0.0.1";
    bool fsync = true;
    std::map<std::string, std::uint16_t> ports;             ///< Of servers, by member.
    std::map<std::string, std::vector<std::string>> hosts;  ///< Members by process.
};

absl::Status write_network_file(const TestnetLayout& layout, const NetworkFile& network);
/// Errors: NotFound, InvalidArgument with file:line:column.
absl::StatusOr<NetworkFile> read_network_file(const TestnetLayout& layout);

/// The process in the pid file, if it lives and is a nexus node of this folder.
[[nodiscard]] std::optional<pid_t> living(const TestnetLayout& layout, const std::string& process);

/// CPU seconds so far and resident bytes of a process; nothing if it is gone.
struct ProcessUse {
    double cpu_seconds = 0;
    std::uint64_t resident_bytes = 0;
    char state = '?';  ///< As the kernel says: R, S, T (stopped), ...
};
[[nodiscard]] std::optional<ProcessUse> process_use(pid_t pid);

/// The whole of a small file; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_text(const std::string& path);

}  // namespace nexus::tools
