#include "tools/nexus/cli.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace nexus::tools {

std::optional<std::uint64_t> parse_seed(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc() && end == text.data() + text.size();
    return is_whole ? std::optional(value) : std::nullopt;
}

ExitCode report_error(const absl::Status& status) {
    const std::string text(status.message());
    std::fprintf(stderr, "%s\n", text.c_str());
    switch (status.code()) {
        case absl::StatusCode::kInternal:
        case absl::StatusCode::kUnknown:
            return ExitCode::InternalError;
        default:
            return ExitCode::InvalidInput;
    }
}

int run_cli(int argc, const char* const* argv) {
    CLI::App app("Nexus: a verifiable coordination substrate, simulated or real.");
    app.name("nexus");
    app.footer(
        "Exit codes: 0 done and every expectation held; 1 an expectation, invariant or\n"
        "verification failed; 2 usage or invalid input; 3 internal error.");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("nexus ") + std::string(build_commit()) + " (" +
                                          std::string(build_name()) + ")");
    Outcome outcome;
    add_sim_command(app, outcome);
    add_scenario_command(app, outcome);
    add_trace_command(app, outcome);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);  // prints help, version or the usage error
        return static_cast<int>(code == 0 ? ExitCode::Done : ExitCode::InvalidInput);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "internal error: %s\n", error.what());
        return static_cast<int>(ExitCode::InternalError);
    }
    return static_cast<int>(outcome.code);
}

}  // namespace nexus::tools
