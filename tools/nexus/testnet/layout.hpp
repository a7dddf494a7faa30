#pragma once

#include "base/bytes.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/testnet/log_line.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {

/// A testnet is a folder and the processes that it names; there is no daemon.
///
///     FOLDER/scenario.toml      what was started, whole
///     FOLDER/network.toml       when time started; members: process, address, public key
///     FOLDER/faults.toml        the faults of the network that are in force, if there was any
///     FOLDER/lock               held by a command that changes which processes run
///     FOLDER/run.lock           held by `nexus testnet run`, from its begin to its end
///     FOLDER/faults.lock        held by whoever changes faults.toml
///     FOLDER/PROCESS/lock       held by whoever lives as this process: it, or `nexus load`
///     FOLDER/PROCESS/node.toml  what `nexus node --config` reads
///     FOLDER/PROCESS/keys.toml  secret keys of the process, readable by its owner only
///     FOLDER/PROCESS/pid        of the process, while it should run
///     FOLDER/PROCESS/log        its log, a JSON object a line; what is older as log.1
///     FOLDER/PROCESS/output     what else it says, as when an assertion fails; older as output.1
///     FOLDER/PROCESS/touched    how many of its packets each fault has touched, by number
///     FOLDER/PROCESS/alarms.jsonl  what its members have seen that must not be, in all its lives
///     FOLDER/PROCESS/MEMBER/    status.json, measurements, the data of a validator
///     FOLDER/PROCESS/MEMBER/first_start   of a validator that has never started
struct TestnetLayout {
    std::string folder;

    [[nodiscard]] std::string scenario() const { return folder + "/scenario.toml"; }
    [[nodiscard]] std::string network() const { return folder + "/network.toml"; }
    [[nodiscard]] std::string faults() const { return folder + "/faults.toml"; }
    [[nodiscard]] std::string lock() const { return folder + "/lock"; }
    [[nodiscard]] std::string run_lock() const { return folder + "/run.lock"; }
    [[nodiscard]] std::string faults_lock() const { return folder + "/faults.lock"; }
    [[nodiscard]] std::string process_lock(const std::string& name) const {
        return process(name) + "/lock";
    }
    [[nodiscard]] std::string process(const std::string& name) const { return folder + "/" + name; }
    [[nodiscard]] std::string config(const std::string& name) const {
        return process(name) + "/node.toml";
    }
    [[nodiscard]] std::string keys(const std::string& name) const {
        return process(name) + "/keys.toml";
    }
    [[nodiscard]] std::string pid(const std::string& name) const { return process(name) + "/pid"; }
    [[nodiscard]] std::string log(const std::string& name) const { return process(name) + "/log"; }
    [[nodiscard]] std::string output(const std::string& name) const {
        return process(name) + "/output";
    }
    [[nodiscard]] std::string touched(const std::string& name) const {
        return process(name) + "/touched";
    }
    [[nodiscard]] std::string alarms(const std::string& name) const {
        return process(name) + "/alarms.jsonl";
    }
    [[nodiscard]] std::string member(const std::string& process_name,
                                     const std::string& name) const {
        return process(process_name) + "/" + name;
    }
    [[nodiscard]] std::string first_start(const std::string& process_name,
                                          const std::string& name) const {
        return member(process_name, name) + "/first_start";
    }
};

/// Where a member lives, and by which key others know it.
struct MemberPlace {
    std::string process;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: nobody dials it.
    PublicKey key;

    friend bool operator==(const MemberPlace&, const MemberPlace&) = default;
};

/// What every process of a testnet has to know beside the scenario. It holds no secret.
struct NetworkFile {
    std::int64_t epoch_nanoseconds = 0;  ///< Since 1970: time 0 of the scenario.
    bool fsync = true;
    bool shapes = false;  ///< Packets are late, lost and so on as the scenario's network says.
    std::map<std::string, MemberPlace> members;
    std::map<std::string, PublicKey> accounts;     ///< Of load sources.
    std::map<std::string, std::uint16_t> metrics;  ///< Ports, by process.

    friend bool operator==(const NetworkFile&, const NetworkFile&) = default;

    /// Members by process, both by rising name.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> processes() const;
};

/// Errors: those of writing a file.
absl::Status write_network_file(const TestnetLayout& layout, const NetworkFile& network);
/// Errors: NotFound; InvalidArgument, as file:line:column with what was expected and what is there.
absl::StatusOr<NetworkFile> read_network_file(const TestnetLayout& layout);

/// Where a process tells its metrics if it is told nothing else: to this machine alone.
inline constexpr const char* kMetricsHost = "127.0.0.1";

/// What one process is told on its command line.
struct NodeConfig {
    TestnetLayout layout;
    std::string process;
    std::string listen;  ///< The address to listen on; empty: the host of the member.
    std::string metrics_host = kMetricsHost;
    bool logs_to_stdout = false;
    LogLevel log_level = LogLevel::Info;
};

/// Writes FOLDER/PROCESS/node.toml. Pre: the host is one by is_host. Errors: those of writing a
/// file.
absl::Status write_node_config(const TestnetLayout& layout, const std::string& process,
                               const std::string& metrics_host);
/// True for what may be the name or the address of a host: letters, digits, ".", ":" and "-".
bool is_host(std::string_view text);
/// Paths in the file are relative to its folder. Errors: as read_network_file.
absl::StatusOr<NodeConfig> read_node_config(const std::string& path);

/// Leaves word for a validator that its next start is its first: whatever it finds no record of, it
/// has not signed. Errors: those of writing a file.
absl::Status allow_first_start(const TestnetLayout& layout, const std::string& process,
                               const std::string& member);
/// Takes that word back for good: the file is gone from the disk when this returns.
/// Errors: those of removing a file.
absl::Status end_first_start(const TestnetLayout& layout, const std::string& process,
                             const std::string& member);

using SecretSeeds = std::map<std::string, std::array<std::uint8_t, 32>>;

/// Writes the keys of one process, for its owner's eyes only. Errors: those of writing a file.
absl::Status write_key_file(const TestnetLayout& layout, const std::string& process,
                            const SecretSeeds& seeds);
/// Everybody's public keys, and the secret keys of one process.
/// Errors: as read_network_file; a secret key that does not fit its public key.
absl::StatusOr<sim::KeyBook> read_key_book(const TestnetLayout& layout, const NetworkFile& network,
                                           const std::string& process);
/// Everybody's public keys.
sim::KeyBook public_keys(const NetworkFile& network);

}  // namespace nexus::tools
