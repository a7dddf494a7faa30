#pragma once

#include "sim/scenario/scenario.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/testnet/layout.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {

/// The words between separators; none is empty.
std::vector<std::string> split(std::string_view text, char separator);

/// The process that hosts all load sources.
inline constexpr std::string_view kLoadProcess = "load";

/// Where a server is to be found.
struct Address {
    std::string host;
    std::uint16_t port = 0;
};

struct TestnetOptions {
    bool fsync = true;
    bool shapes = false;                      ///< See NetworkFile.
    std::string metrics_host = kMetricsHost;  ///< By is_host.
    /// Of every server, by member; empty: free ports of this machine.
    std::map<std::string, Address> addresses;
};

/// Makes the folder with fresh keys. One process a validator and a sovereign, one for all
/// contributors, one for all load sources. Pre: the folder is claimed.
/// Errors: InvalidArgument for a scenario with Byzantine validators and for a server without an
/// address.
absl::StatusOr<NetworkFile> create_testnet(const TestnetLayout& layout,
                                           const sim::Scenario& scenario,
                                           const sim::Society& society,
                                           const TestnetOptions& options);

/// The process of this name, or that hosts a member of this name.
std::optional<std::string> find_process(const NetworkFile& network, const std::string& name);
std::string process_names(const NetworkFile& network);

/// Starts a process and does not wait until it is up.
/// Errors: FailedPrecondition if it runs already, if somebody else lives as its members, or if it
/// died at once, with what it said; those of the system.
absl::Status spawn_process(const TestnetLayout& layout, const std::string& process);
/// Starts processes side by side and waits until each is up: it has opened its disk, and tells how
/// it is. Errors: those of spawn_process, of the first that has one; DeadlineExceeded. The others
/// run on.
absl::Status start_processes(const TestnetLayout& layout,
                             const std::vector<std::string>& processes);
/// SIGTERM, and SIGKILL if that takes more than five seconds. False if it did not run.
bool stop_process(const TestnetLayout& layout, const std::string& process);
/// Those that ran.
std::vector<std::string> stop_all(const TestnetLayout& layout, const NetworkFile& network);
/// Errors: FailedPrecondition if it does not run.
absl::Status signal_process(const TestnetLayout& layout, const std::string& process, int signal);
/// Forgets the data of a process, all that it reads itself. What its members saw finalized stays:
/// that is what `check` holds the chain against. Pre: it does not run.
void wipe_process(const TestnetLayout& layout, const NetworkFile& network,
                  const std::string& process);
/// Waits until every validator has a block. Errors: DeadlineExceeded; Cancelled once `stop` is set;
/// or what a process said when it died.
absl::Status await_first_block(const TestnetLayout& layout, const NetworkFile& network,
                               const sim::Society& society, double seconds,
                               const std::atomic<bool>& stop);
/// How far a process had got with its log and its other output at some moment.
struct SaidBefore {
    std::string log_time;  ///< Of its last line; empty: there was none.
    std::uintmax_t output_bytes = 0;
};
/// The last lines of a process's log and what it said outside it, for a person, as far as it came
/// after `before`. Each ends its line.
std::string last_words(const TestnetLayout& layout, const std::string& process,
                       const SaidBefore& before);
void sleep_ms(int milliseconds);

}  // namespace nexus::tools
