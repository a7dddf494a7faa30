#pragma once

#include "tools/nexus/cli.hpp"

namespace nexus::tools {

/// "check", "run" and "top" of `nexus testnet`.
void add_testnet_run_commands(CLI::App& testnet, Outcome& outcome);
/// "logs".
void add_testnet_logs_command(CLI::App& testnet, Outcome& outcome);
/// "partition", "link" and "heal".
void add_testnet_link_commands(CLI::App& testnet, Outcome& outcome);

}  // namespace nexus::tools
