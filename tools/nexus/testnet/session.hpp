#pragma once

#include "sim/society/society.hpp"
#include "tools/nexus/testnet/layout.hpp"

#include <absl/status/statusor.h>

#include <string>

namespace nexus::tools {

/// A testnet of a folder, read: what commands need that do more than look at files.
struct Session {
    TestnetLayout layout;
    NetworkFile network;
    sim::Society society;
};

/// With the secret keys of one process; an empty name: with none.
/// Errors: those of the files of the folder.
absl::StatusOr<Session> open_session(const std::string& folder, const std::string& process);

}  // namespace nexus::tools
