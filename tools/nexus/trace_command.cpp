#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/time.hpp"
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

struct PrintArguments {
    std::string path;
    std::string node;
    std::string kind;
    double from = 0;
    double to = -1;
    std::uint64_t limit = 0;
};

struct DiffArguments {
    std::string first;
    std::string second;
    std::size_t context = 5;
};

ExitCode print(const PrintArguments& arguments) {
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
    const auto summary =
        sim::print_trace(trace_path(arguments.path), filter, [](std::string_view line) {
            std::fwrite(line.data(), 1, line.size(), stdout);
            std::fputc('\n', stdout);
        });
    if (!summary.ok()) {
        return report_error(summary.status());
    }
    std::printf("%s\n", concat(summary->shown, " of ", summary->events, " events read").c_str());
    return ExitCode::Done;
}

ExitCode diff(const DiffArguments& arguments) {
    const auto difference = sim::diff_traces(trace_path(arguments.first),
                                             trace_path(arguments.second), arguments.context);
    if (!difference.ok()) {
        return report_error(difference.status());
    }
    std::fputs(difference->text().c_str(), stdout);
    return difference->equal() ? ExitCode::Done : ExitCode::CheckFailed;
}

}  // namespace

void add_trace_command(CLI::App& app, Outcome& outcome) {
    CLI::App* trace = app.add_subcommand("trace", "Traces of runs");
    trace->require_subcommand(1);
    auto to_print = std::make_shared<PrintArguments>();
    CLI::App* print_command = trace->add_subcommand("print", "Print the events of a trace");
    print_command->add_option("TRACE", to_print->path, "Trace file, or folder of a run")
        ->required();
    print_command->add_option("--node", to_print->node, "Only events at or from this node");
    print_command->add_option("--kind", to_print->kind,
                              "Only this kind: packet, timer, simplex, simplex/notarize, ...");
    print_command->add_option("--from", to_print->from, "From this virtual second on");
    print_command->add_option("--to", to_print->to, "Up to this virtual second");
    print_command->add_option("--limit", to_print->limit, "At most so many lines");
    print_command->callback([to_print, &outcome] { outcome.code = print(*to_print); });

    auto to_diff = std::make_shared<DiffArguments>();
    CLI::App* diff_command =
        trace->add_subcommand("diff", "Find the first event in which two traces differ");
    diff_command->add_option("A", to_diff->first, "Trace file, or folder of a run")->required();
    diff_command->add_option("B", to_diff->second, "Trace file, or folder of a run")->required();
    diff_command->add_option("--context", to_diff->context, "Events around it (default 5)");
    diff_command->callback([to_diff, &outcome] { outcome.code = diff(*to_diff); });
}

}  // namespace nexus::tools
