#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "tools/nexus/cli.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace nexus::tools {
namespace {

struct CheckArguments {
    std::vector<std::string> files;
    bool list_keys = false;
    bool format = false;
    bool quiet = false;
};

ExitCode check(const CheckArguments& arguments) {
    if (arguments.list_keys) {
        std::fputs(sim::list_scenario_keys().c_str(), stdout);
        return ExitCode::Done;
    }
    if (arguments.files.empty()) {
        return report_error(
            absl::InvalidArgumentError("FILE: expected a scenario file (TOML), got none"));
    }
    ExitCode worst = ExitCode::Done;
    for (const std::string& file : arguments.files) {
        const auto scenario = sim::load_scenario(file);
        if (!scenario.ok()) {
            worst = report_error(scenario.status());
        } else if (arguments.format) {
            std::fputs(sim::format_scenario(*scenario).c_str(), stdout);
        } else if (arguments.quiet) {
            std::printf("%s: ok\n", file.c_str());
        } else {
            std::fputs(sim::explain(*scenario).c_str(), stdout);
        }
    }
    return worst;
}

}  // namespace

void add_scenario_command(CLI::App& app, Outcome& outcome) {
    CLI::App* scenario = app.add_subcommand("scenario", "Scenario files");
    scenario->require_subcommand(1);
    auto arguments = std::make_shared<CheckArguments>();
    CLI::App* command =
        scenario->add_subcommand("check", "Validate files and explain what they make happen");
    command->add_option("FILE", arguments->files, "Scenario files (TOML)");
    command->add_flag("--defaults", arguments->list_keys, "List every key with type and default");
    command->add_flag("--format", arguments->format, "Print the file with every default said");
    command->add_flag("--quiet", arguments->quiet, "One line a file");
    command->callback([arguments, &outcome] { outcome.code = check(*arguments); });
}

}  // namespace nexus::tools
