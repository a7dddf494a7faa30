#include "tools/nexus/cli.hpp"

#include "base/concat.hpp"

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
#include <vector>

namespace nexus::tools {

std::optional<std::uint64_t> parse_seed(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc() && end == text.data() + text.size();
    return is_whole ? std::optional(value) : std::nullopt;
}

ExitCode report_error(const absl::Status& status) {
    const std::string text(status.message());
    const ExitCode code = exit_code(status);
    const bool is_placed = text.find(": error: ") != std::string::npos;  // file:line:column first
    const char* prefix = code == ExitCode::InternalError ? "internal error: "
                         : is_placed                     ? ""
                                                         : "error: ";
    std::fprintf(stderr, "%s%s\n", prefix, text.c_str());
    return code;
}

namespace {

/// "run, replay, shrink"; empty for a command that has none.
std::string subcommands_of(const CLI::App& app) {
    std::string names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names += concat(names.empty() ? "" : ", ", command->get_name());
    }
    return names;
}

/// The command that the words led to.
const CLI::App& reached(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? app : reached(*chosen.back());
}

}  // namespace

ExitCode exit_code(const absl::Status& status) {
    switch (status.code()) {
        case absl::StatusCode::kOk:
            return ExitCode::Done;
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
    app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
        const std::vector<std::string> extra = failed->remaining(true);
        const std::string known = subcommands_of(reached(*failed));
        const bool is_word = !extra.empty() && !extra.front().starts_with('-');
        if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && is_word &&
            !known.empty()) {
            return concat("error: unknown subcommand ", extra.front(), ", expected one of ", known,
                          "\nRun with --help for more information.\n");
        }
        const bool is_named = extra.empty() || std::string_view(error.what()).find(extra.front()) !=
                                                   std::string_view::npos;
        return concat("error: ", error.what(), is_named ? "" : concat(", got ", extra.front()),
                      "\nRun with --help for more information.\n");
    });
    Outcome outcome;
    add_sim_command(app, outcome);
    add_scenario_command(app, outcome);
    add_trace_command(app, outcome);
    add_zkvm_command(app, outcome);
    add_testnet_command(app, outcome);
    add_load_command(app, outcome);
    add_calibrate_command(app, outcome);
    add_compare_command(app, outcome);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);  // prints help, version or the usage error
        return static_cast<int>(code == 0 ? ExitCode::Done : ExitCode::InvalidInput);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "internal error: %s\n", error.what());
        return static_cast<int>(ExitCode::InternalError);
    }
    // What is piped on must be whole: a full disk is told here, if nowhere before.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        std::fputs("error: the output cannot be written, expected a stream that takes it\n",
                   stderr);
        return static_cast<int>(ExitCode::InvalidInput);
    }
    return static_cast<int>(outcome.code);
}

}  // namespace nexus::tools
