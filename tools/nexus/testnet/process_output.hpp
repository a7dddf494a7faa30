#pragma once

#include <cstdint>
#include <string>

namespace nexus::tools {

/// Of what a process says outside its log: assertions, reports of sanitizers and of libraries. It
/// takes twice this at most: FILE and FILE.1, the one before.
inline constexpr std::uintmax_t kOutputBytesMax = std::uintmax_t{256} << 10U;

/// Begins a new file if this one is long. Called before a process is started that writes to it.
void rotate_output(const std::string& path);

/// The same for a process that writes to it already: if its standard output or error is this file
/// and long, they go to a new one. Another standard output, as of a service manager, is left alone.
void rotate_own_output(const std::string& path);

}  // namespace nexus::tools
