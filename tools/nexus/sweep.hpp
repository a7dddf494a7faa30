#pragma once

#include "tools/nexus/cli.hpp"

namespace CLI {
class App;
}

namespace nexus::tools {

/// `nexus sim sweep`: many seeds of one scenario, one actor system a seed, in parallel over seeds.
void add_sweep_command(CLI::App& sim, Outcome& outcome);

}  // namespace nexus::tools
