#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace CLI {
class App;
}

namespace nexus::tools {

/// How `nexus` ends. Documented in `nexus --help`; scripts rely on the numbers.
enum class ExitCode : int {
    Done = 0,           ///< done, and every expectation held
    CheckFailed = 1,    ///< an expectation, an invariant or a verification failed
    InvalidInput = 2,   ///< usage, or input that is not valid
    InternalError = 3,  ///< our mistake
};

/// What the chosen subcommand decided; commands set it while CLI11 runs them.
struct Outcome {
    ExitCode code = ExitCode::Done;
};

/// The whole command line: parses, runs one command, prints, and returns the exit code.
/// Failure: no exception leaves; an unknown one is reported as an internal error.
int run_cli(int argc, const char* const* argv);

/// Prints `status` for a person, with "error: " where the message has no place of its own, and says
/// how the process ends. Pre: not ok.
ExitCode report_error(const absl::Status& status);

/// How a process ends that came to this: our mistakes are InternalError, others InvalidInput.
ExitCode exit_code(const absl::Status& status);

/// Source revision and build folder that this binary was made from.
std::string_view build_commit();
std::string_view build_name();

/// A whole number from 0 to 2^64-1 in decimal digits, and nothing else; or nothing.
std::optional<std::uint64_t> parse_seed(std::string_view text);

void add_sim_command(CLI::App& app, Outcome& outcome);
void add_scenario_command(CLI::App& app, Outcome& outcome);
void add_trace_command(CLI::App& app, Outcome& outcome);
void add_zkvm_command(CLI::App& app, Outcome& outcome);
void add_calibrate_command(CLI::App& app, Outcome& outcome);
void add_compare_command(CLI::App& app, Outcome& outcome);
void add_load_command(CLI::App& app, Outcome& outcome);
/// "testnet" and "node".
void add_testnet_command(CLI::App& app, Outcome& outcome);

}  // namespace nexus::tools
