#pragma once

#include "actors/roles/load_actor.hpp"
#include "base/time.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/testnet/layout.hpp"
#include "tools/nexus/testnet/process_log.hpp"

#include <absl/status/status.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nexus::tools {

/// What the members of this process have done together.
struct ProcessProgress {
    std::uint64_t offered = 0;  ///< By load sources: due, sent or not.
    std::uint64_t submitted = 0;
    std::uint64_t finalized = 0;
    std::uint64_t in_time = 0;     ///< Finalized with effect while the load lasted.
    std::optional<Instant> begun;  ///< The intended time of the first transaction.
};

struct NodeOptions {
    std::string process;
    std::string listen;  ///< The address to listen on; empty: the host of each member.
    std::string metrics_host = kMetricsHost;
    LogOptions log;
    std::optional<sim::LoadSpec> load;  ///< To be sent instead of what the scenario says.
    /// Called twice a second; the process ends when it says true.
    std::function<bool(const ProcessProgress&)> is_done;
};

/// What the disk of a validator has for its owner.
std::string disk_owner(const sim::Society& society, const std::string& validator);

/// Runs the members of one process of a testnet until `stop` is set or it is done: each a role over
/// real ports, with a network broker of its own. Writes the files of each member twice a second,
/// and obeys the faults of the network that are in force. Its log tells when it starts and why it
/// ends. Errors: a log or a disk that does not open, a member or a latency matrix that is not
/// there.
absl::Status run_node_process(const TestnetLayout& layout, const NetworkFile& network,
                              const sim::Society& society, const NodeOptions& options,
                              const std::atomic<bool>& stop);

}  // namespace nexus::tools
