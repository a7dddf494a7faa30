#pragma once

#include "sim/society/society.hpp"
#include "tools/nexus/testnet/layout.hpp"

#include <absl/status/status.h>

#include <atomic>
#include <string>

namespace nexus::tools {

/// Runs the members of one process of a testnet until `stop` is set: each a role over real ports,
/// with a network broker of its own. Writes status.json of each member twice a second, and obeys
/// the file `blocked`. Errors: a disk that does not open, a member that the scenario has not.
absl::Status run_node_process(const TestnetLayout& layout, const std::string& process,
                              const NetworkFile& network, const sim::Society& society,
                              const std::atomic<bool>& stop);

}  // namespace nexus::tools
