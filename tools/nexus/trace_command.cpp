#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/time.hpp"
#include "sim/report/trace_json.hpp"
#include "sim/trace/trace_text.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/run_folder.hpp"

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace nexus::tools {
namespace {

/// A trace file, or the one in the folder of a run.
std::string trace_path(const std::string& path) {
    return std::filesystem::is_directory(path) ? RunFolder{path}.trace() : path;
}

constexpr double kSecondsMax = 9e9;  // below 2^63 nanoseconds

struct PrintArguments {
    std::string path;
    std::string node;
    std::string kind;
    double from = 0;
    double to = -1;
    std::uint64_t limit = 0;
    bool json = false;
};

struct DiffArguments {
    std::string first;
    std::string second;
    std::size_t context = 5;
    bool json = false;
};

sim::TraceFilter filter_of(const PrintArguments& arguments) {
    sim::TraceFilter filter;
    filter.node = arguments.node;
    filter.kind = arguments.kind;
    filter.from = Instant{static_cast<std::int64_t>(arguments.from * 1e9)};
    if (arguments.to >= 0) {
        filter.to = Instant{static_cast<std::int64_t>(arguments.to * 1e9)};
    }
    if (arguments.limit > 0) {
        filter.limit = arguments.limit;
    }
    return filter;
}

void put_line(std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
}

ExitCode export_lines(const PrintArguments& arguments) {
    const auto summary =
        sim::export_trace(trace_path(arguments.path), filter_of(arguments), put_line);
    return summary.ok() ? ExitCode::Done : report_error(summary.status());
}

ExitCode print(const PrintArguments& arguments) {
    if (arguments.json) {
        return export_lines(arguments);
    }
    const auto summary =
        sim::print_trace(trace_path(arguments.path), filter_of(arguments), put_line);
    if (!summary.ok()) {
        return report_error(summary.status());
    }
    put_line(concat(summary->shown, " of ", summary->events, " events read"));
    return ExitCode::Done;
}

ExitCode diff(const DiffArguments& arguments) {
    const auto difference = sim::diff_traces(trace_path(arguments.first),
                                             trace_path(arguments.second), arguments.context);
    if (!difference.ok()) {
        return report_error(difference.status());
    }
    if (arguments.json) {
        put_line(sim::to_json(*difference));
    } else {
        std::fputs(difference->text().c_str(), stdout);
    }
    return difference->equal() ? ExitCode::Done : ExitCode::CheckFailed;
}

void add_filter(CLI::App& command, PrintArguments& arguments) {
    command.add_option("TRACE", arguments.path, "Trace file, or folder of a run")->required();
    command.add_option("--node", arguments.node, "Only events at or from this node");
    command.add_option("--kind", arguments.kind,
                       "Only this kind: packet, timer, simplex, simplex/notarize, ...");
    command.add_option("--from", arguments.from, "From this virtual second on")
        ->check(CLI::Range(0.0, kSecondsMax));
    command.add_option("--to", arguments.to, "Up to this virtual second")
        ->check(CLI::Range(0.0, kSecondsMax));
    command.add_option("--limit", arguments.limit, "At most so many events");
}

}  // namespace

void add_trace_command(CLI::App& app, Outcome& outcome) {
    CLI::App* trace = app.add_subcommand("trace", "Traces of runs");
    trace->require_subcommand(1);
    auto to_print = std::make_shared<PrintArguments>();
    CLI::App* print_command = trace->add_subcommand("print", "Print the events of a trace");
    add_filter(*print_command, *to_print);
    print_command->add_flag("--json", to_print->json,
                            "One JSON object an event and line, as `trace export` prints");
    print_command->callback([to_print, &outcome] { outcome.code = print(*to_print); });

    auto to_export = std::make_shared<PrintArguments>();
    CLI::App* export_command =
        trace->add_subcommand("export", "Print the events of a trace as JSON, one object a line");
    add_filter(*export_command, *to_export);
    export_command->callback([to_export, &outcome] { outcome.code = export_lines(*to_export); });

    auto to_diff = std::make_shared<DiffArguments>();
    CLI::App* diff_command =
        trace->add_subcommand("diff", "Find the first event in which two traces differ");
    diff_command->add_option("A", to_diff->first, "Trace file, or folder of a run")->required();
    diff_command->add_option("B", to_diff->second, "Trace file, or folder of a run")->required();
    diff_command->add_option("--context", to_diff->context, "Events around it (default 5)");
    diff_command->add_flag("--json", to_diff->json,
                           "One JSON object: equal, headers_equal, events_a, events_b, divergence "
                           "(index or null), before, after_a, after_b");
    diff_command->callback([to_diff, &outcome] { outcome.code = diff(*to_diff); });
}

}  // namespace nexus::tools
