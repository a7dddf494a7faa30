#pragma once

#include "base/bytes.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/guest_file.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/machine.hpp"
#include "zkvm/vm/trap.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace nexus::tools {

/// What every command that executes a guest is told.
struct GuestArguments {
    std::string guest;
    std::string public_input;
    std::string private_input;
    std::uint64_t cycles_max = std::uint64_t{1} << 32U;
    std::uint64_t memory_mib = 256;
    bool json = false;
};

void add_guest_options(CLI::App& command, GuestArguments& arguments);

/// A guest, with all that its execution needs.
struct GuestTask {
    GuestFile guest;
    zkvm::ExecutionInput input;
    zkvm::ExecutionLimits limits;
};

/// Reads what the arguments name. Errors: those of load_guest and read_input.
absl::StatusOr<GuestTask> prepare(const GuestArguments& arguments);

/// Prints to stderr what the guest prints, without the bytes that would command a terminal.
class GuestPrinter final : public zkvm::EcallObserver {
public:
    void on_ecall(const zkvm::Machine& machine) override;
};

/// Prints how the execution ended: Done for exit code 0, CheckFailed for another one.
ExitCode report_result(const GuestTask& task, const zkvm::ExecutionResult& result, bool json);

/// The same for an execution that ended without an exit code: InvalidInput if the input does not
/// fit, else CheckFailed.
ExitCode report_trap(const GuestTask& task, const zkvm::Trap& trap, std::uint64_t cycles,
                     bool json);

/// "12 bytes, 0x..." with the first bytes only, or "none".
std::string output_text(const Bytes& output);

/// A function name for people: C++ names are demangled.
std::string readable_name(const std::string& symbol);

/// The text with everything but printable ASCII and line breaks replaced by '?'.
std::string printable(std::string_view text);

}  // namespace nexus::tools
