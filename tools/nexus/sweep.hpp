#pragma once

#include "tools/nexus/cli.hpp"

#include <absl/status/status.h>

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nexus::tools {

/// What one seed came to.
struct SeedResult {
    absl::Status status;  ///< Not ok: it could not be run at all.
    bool passed = false;
    std::string digest;
    std::string why;  ///< What failed, if it did not pass.
};

/// That of the worst seed: one that could not be run is worse than one that failed.
ExitCode exit_code(const std::vector<SeedResult>& results);

/// `nexus sim sweep`: many seeds of one scenario, one actor system a seed, in parallel over seeds.
void add_sweep_command(CLI::App& sim, Outcome& outcome);

}  // namespace nexus::tools
