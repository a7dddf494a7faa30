#include "tools/nexus/zkvm_profile.hpp"

#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/units.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/zkvm_run.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/profiler.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace nexus::tools {
namespace {

double percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_tables(const zkvm::Profile& profile, std::size_t top) {
    const std::uint64_t cycles = profile.result.cycles;
    print(fmt::format("{} cycles, exit code {}\n\n", sim::count_text(cycles),
                      profile.result.exit_code));
    constexpr std::string_view kRow = "{:>14} {:>6.1f} % {:>14} {:>10}  {}\n";
    print(
        fmt::format("{:>14} {:>8} {:>14} {:>10}  {}\n", "self", "", "total", "calls", "function"));
    const std::size_t shown = std::min(top, profile.functions.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const zkvm::FunctionCycles& one = profile.functions[i];
        print(fmt::format(fmt::runtime(kRow), sim::count_text(one.self), percent(one.self, cycles),
                          sim::count_text(one.total), sim::count_text(one.calls),
                          readable_name(one.name)));
    }
    if (shown < profile.functions.size()) {
        print(fmt::format("{:>14} functions more: --top\n", profile.functions.size() - shown));
    }
    if (!profile.markers.empty()) {
        print(
            fmt::format("\n{:>14} {:>8} {:>14} {:>10}  {}\n", "cycles", "", "", "times", "marker"));
    }
    for (const zkvm::MarkerCycles& one : profile.markers) {
        print(fmt::format(fmt::runtime(kRow), sim::count_text(one.cycles),
                          percent(one.cycles, cycles), "", sim::count_text(one.count),
                          printable(one.name)));
    }
    print(fmt::format("\n{:>14} {:>8}  {}\n", "cycles", "", "family"));
    for (std::size_t i = 0; i < profile.families.size(); ++i) {
        const std::uint64_t count = profile.families[i];
        print(fmt::format("{:>14} {:>6.1f} %  {}\n", sim::count_text(count), percent(count, cycles),
                          zkvm::to_string(static_cast<zkvm::Family>(i))));
    }
}

void print_json(const GuestTask& task, const zkvm::Profile& profile) {
    using Rows = sim::JsonWriter::Rows;
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object();
    json.member("guest", task.guest.path);
    json.member("exit_code", profile.result.exit_code);
    json.member("cycles", profile.result.cycles);
    json.key("functions").open_array();
    for (const zkvm::FunctionCycles& one : profile.functions) {
        json.open_object(Rows::One);
        json.member("name", readable_name(one.name)).member("self", one.self);
        json.member("total", one.total).member("calls", one.calls).close();
    }
    json.close();
    json.key("markers").open_array();
    for (const zkvm::MarkerCycles& one : profile.markers) {
        json.open_object(Rows::One);
        json.member("name", printable(one.name)).member("cycles", one.cycles);
        json.member("count", one.count).close();
    }
    json.close();
    json.key("families").open_object();
    for (std::size_t i = 0; i < profile.families.size(); ++i) {
        json.member(zkvm::to_string(static_cast<zkvm::Family>(i)), profile.families[i]);
    }
    json.close();
    print(json.close().take() + "\n");
}

/// One line a stack, as flame graph tools read it. Names with a space or ';' would be taken apart.
std::string folded_text(const zkvm::Profile& profile) {
    std::string text;
    for (const zkvm::FoldedStack& stack : profile.stacks) {
        std::string frames;
        std::string_view rest = stack.frames;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            std::string name = readable_name(std::string(rest.substr(0, end)));
            std::replace_if(
                name.begin(), name.end(), [](char one) { return one == ';' || one == '\n'; }, ',');
            frames += (frames.empty() ? "" : ";") + name;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        text += concat(frames, " ", stack.cycles, "\n");
    }
    return text;
}

absl::Status write_text(const std::string& path, const std::string& text) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) {
        return absl::PermissionDeniedError(concat(path, ": ", std::strerror(errno)));
    }
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const bool is_closed = std::fclose(file) == 0;
    if (!is_written || !is_closed) {
        return absl::PermissionDeniedError(concat(path, ": ", std::strerror(errno)));
    }
    return absl::OkStatus();
}

}  // namespace

void add_profile_options(CLI::App& command, ProfileArguments& arguments) {
    add_guest_options(command, arguments.guest);
    command.add_option("--folded", arguments.folded,
                       "Write stacks to this file, for flame graph tools");
    command.add_option("--top", arguments.top, "Print so many functions (default 20)");
}

ExitCode profile_guest(const ProfileArguments& arguments) {
    const absl::StatusOr<GuestTask> task = prepare(arguments.guest);
    if (!task.ok()) {
        return report_error(task.status());
    }
    GuestPrinter printer;
    const auto profile = zkvm::profile(task->guest.program, task->input, task->limits, &printer);
    if (!profile) {
        return report_trap(*task, profile.error(), 0, arguments.guest.json);
    }
    if (!arguments.folded.empty()) {
        if (const absl::Status written = write_text(arguments.folded, folded_text(*profile));
            !written.ok()) {
            return report_error(written);
        }
    }
    if (arguments.guest.json) {
        print_json(*task, *profile);
    } else {
        print_tables(*profile, arguments.top);
    }
    return profile->result.exit_code == 0 ? ExitCode::Done : ExitCode::CheckFailed;
}

}  // namespace nexus::tools
