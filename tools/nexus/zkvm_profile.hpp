#pragma once

#include "tools/nexus/cli.hpp"
#include "tools/nexus/zkvm_run.hpp"

#include <cstddef>
#include <string>

namespace CLI {
class App;
}

namespace nexus::tools {

struct ProfileArguments {
    GuestArguments guest;
    std::string folded;    ///< file for the stacks of a flame graph; empty: none
    std::size_t top = 20;  ///< functions to print
};

void add_profile_options(CLI::App& command, ProfileArguments& arguments);

/// Executes the guest and prints where its cycles go.
ExitCode profile_guest(const ProfileArguments& arguments);

}  // namespace nexus::tools
