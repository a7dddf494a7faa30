#pragma once

#include "tools/nexus/testnet/file_lock.hpp"
#include "tools/nexus/testnet/layout.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace nexus::tools {

/// What the holder of a folder's lock says it is doing.
inline constexpr std::string_view kDownPurpose = "nexus testnet down";
inline constexpr std::string_view kLoadPurpose = "nexus load";

/// Makes the folder of a new testnet, if need be, and keeps everybody else out of it.
/// Errors: FailedPrecondition if it holds a testnet or files of anybody else, or if somebody else
/// is about to make one there.
absl::StatusOr<FileLock> claim_folder(const TestnetLayout& layout, std::string_view purpose);
/// Leaves nothing of a folder in which no testnet came to be. Pre: it is claimed.
void abandon_folder(const TestnetLayout& layout);

/// True if whoever made a testnet here was ended in the middle of it: the lock of the folder says
/// that it was claimed for one and nobody holds it, no network.toml was written, and there is
/// nothing in the folder that is not made before that. No process has started from it.
bool is_unfinished(const TestnetLayout& layout);
/// Removes such a folder. Errors: FailedPrecondition if it is none (any more), or with what cannot
/// be removed.
absl::Status clear_unfinished(const TestnetLayout& layout);

/// Keeps other commands from changing which processes of a testnet run, and waits a while for one
/// that does. Errors: NotFound if there is no testnet; FailedPrecondition, with the one that is at
/// work.
absl::StatusOr<FileLock> lock_folder(const TestnetLayout& layout, std::string_view purpose);

/// Nothing, if the members of a process are nobody's or its own. Errors: FailedPrecondition if
/// somebody else lives as them: `nexus load`, or a process that was started by hand.
absl::Status check_not_lent(const TestnetLayout& layout, const std::string& process);

/// Makes out/testnet/latest the name of a testnet that is a folder of out/testnet, for commands
/// that are given none. Does nothing for one elsewhere, nor if "latest" is something of somebody
/// else.
void make_latest(const TestnetLayout& layout);

/// Removes the folder of a testnet, and out/testnet/latest if that stands for it. Others see the
/// whole of it or nothing. Pre: its lock is held.
/// Errors: FailedPrecondition, with what cannot be removed.
absl::Status remove_testnet(const TestnetLayout& layout);

}  // namespace nexus::tools
