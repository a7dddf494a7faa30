#pragma once

#include "tools/nexus/cli.hpp"

#include <string>

namespace nexus::tools {

struct ConformanceArguments {
    std::string folder;
    bool json = false;
};

/// Executes every ELF file below the folder on both executors. A file passes if it halts with exit
/// code 0 on both, after the same cycles and with the same output: the convention of riscv-tests,
/// whose exit code otherwise tells the test case that failed.
ExitCode conformance(const ConformanceArguments& arguments);

}  // namespace nexus::tools
