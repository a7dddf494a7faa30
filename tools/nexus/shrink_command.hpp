#pragma once

#include "tools/nexus/cli.hpp"

namespace CLI {
class App;
}

namespace nexus::tools {

/// `nexus sim shrink`: from the folder of a failed run to a smaller scenario that fails alike.
void add_shrink_command(CLI::App& sim, Outcome& outcome);

}  // namespace nexus::tools
