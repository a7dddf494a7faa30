#pragma once

#include <absl/status/status.h>

#include <filesystem>
#include <string_view>

namespace nexus::sim {

/// Writes the text to a new file in the folder of `path` and renames it to `path`, so that a reader
/// sees the old file or the whole new one. Folders are not made.
/// Errors: NotFound if the folder is missing, PermissionDenied, Unavailable for every other reason
///         of the system. The message says what, where and why. On error `path` keeps its content.
absl::Status write_file_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace nexus::sim
