#pragma once

#include "tools/nexus/testnet/layout.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

namespace nexus::tools {

/// The process in the pid file, if it lives and is the node of this name and folder: numbers of
/// processes are used again.
[[nodiscard]] std::optional<pid_t> living(const TestnetLayout& layout, const std::string& process);

/// What a process has used, as the kernel tells.
struct ProcessUse {
    double cpu_seconds = 0;
    std::uint64_t resident_bytes = 0;
    char state = '?';  ///< As the kernel says: R, S, T (stopped), ...
};
/// Nothing if it is gone.
[[nodiscard]] std::optional<ProcessUse> process_use(pid_t pid);

/// The whole of a small file; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_text(const std::string& path);

}  // namespace nexus::tools
