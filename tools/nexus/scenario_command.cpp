#include "sim/report/json_writer.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/cli.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace nexus::tools {
namespace {

struct CheckArguments {
    std::vector<std::string> files;
    bool list_keys = false;
    bool format = false;
    bool quiet = false;
    bool json = false;
};

/// One object a file: what it is, or what is wrong with it.
std::string json_line(const std::string& file, const absl::StatusOr<sim::Scenario>& scenario) {
    sim::JsonWriter json(sim::JsonWriter::Style::Compact);
    json.open_object().member("file", file).member("valid", scenario.ok());
    if (scenario.ok()) {
        json.member("name", scenario->name).member("explanation", sim::explain(*scenario));
    } else {
        json.key("errors").open_array();
        std::istringstream lines{std::string(scenario.status().message())};
        for (std::string line; std::getline(lines, line);) {
            json.value(line);
        }
        json.close();
    }
    json.close();
    return json.take();
}

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
        if (arguments.json) {
            std::printf("%s\n", json_line(file, scenario).c_str());
            worst = scenario.ok() ? worst : exit_code(scenario.status());
        } else if (!scenario.ok()) {
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
    command->add_flag("--json", arguments->json,
                      "One JSON object a file and line: file, valid, and name and explanation or "
                      "errors");
    command->callback([arguments, &outcome] { outcome.code = check(*arguments); });
}

}  // namespace nexus::tools
