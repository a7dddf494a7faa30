#pragma once

#include "tools/nexus/testnet/node_observer.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

/// What members measure, in files of their folder: commits.txt of validators, one block a line;
/// finalized.txt of clients, one transaction a line, its id and the height of its block (older
/// versions wrote the id alone); measured.txt, the sums of all that a member
/// has measured in all its lives. commits.txt starts anew above 64 MiB, the older one as
/// commits.txt.1.
namespace nexus::tools {

// Errors: those of writing a file.
absl::Status append_commits(const std::string& folder, const std::vector<CommitSample>& commits);
absl::Status append_finalized(const std::string& folder,
                              const std::vector<FinalizedSample>& finalized);
absl::Status write_member_sample(const std::string& folder, const MemberSample& sample);

/// True for files of what a member has measured that no wipe may make forgotten: reports and checks
/// ask for all of it.
bool outlives_wipes(std::string_view file_name);

// Missing files are empty ones. Errors: InvalidArgument for a file of another form, with its line.
absl::StatusOr<std::vector<CommitSample>> read_commits(const std::string& folder);
absl::StatusOr<std::vector<FinalizedSample>> read_finalized(const std::string& folder);
absl::StatusOr<MemberSample> read_member_sample(const std::string& folder);

}  // namespace nexus::tools
