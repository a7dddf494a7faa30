#include "tools/nexus/zkvm_conformance.hpp"

#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/guest_file.hpp"
#include "tools/nexus/zkvm_run.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/recorder.hpp"
#include "zkvm/vm/segment_record.hpp"
#include "zkvm/vm/trap.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace nexus::tools {
namespace {

/// A test that runs longer hangs.
constexpr zkvm::ExecutionLimits kLimits{.cycles_max = 10'000'000,
                                        .memory_bytes_max = std::uint64_t{64} << 20U};

/// How one file did.
struct TestOutcome {
    std::string name;
    std::string problem;  // empty: passed
    std::uint64_t cycles = 0;
};

Result<zkvm::ExecutionResult, zkvm::Trap> record(const zkvm::Program& program) {
    const zkvm::Code code(program);
    auto recorder =
        zkvm::Recorder::create(program, code, {}, {.steps_max = 65'536, .limits = kLimits});
    if (!recorder) {
        return fail(recorder.error());
    }
    zkvm::SegmentRecord segment;
    while (!recorder->halted()) {
        if (const auto done = recorder->next(segment); !done) {
            return fail(done.error());
        }
    }
    return recorder->result();
}

TestOutcome run(const std::string& path, const std::string& name) {
    const absl::StatusOr<GuestFile> guest = load_guest(path);
    if (!guest.ok()) {
        return {name, std::string(guest.status().message()), 0};
    }
    const auto fast = zkvm::execute(guest->program, {}, kLimits);
    if (!fast) {
        return {name, printable(describe(fast.error(), guest->program)), 0};
    }
    if (fast->exit_code != 0) {
        return {name, concat("exit code ", fast->exit_code), fast->cycles};
    }
    const auto slow = record(guest->program);
    if (!slow) {
        return {name, "recorder: " + printable(describe(slow.error(), guest->program)),
                fast->cycles};
    }
    const bool is_same = slow->exit_code == fast->exit_code && slow->cycles == fast->cycles &&
                         slow->output == fast->output;
    return {name, is_same ? "" : "the recorder disagrees with the fast executor", fast->cycles};
}

void print_json(const std::vector<TestOutcome>& outcomes, std::size_t failed) {
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object();
    json.member("passed", outcomes.size() - failed);
    json.member("failed", failed);
    json.key("tests").open_array();
    for (const TestOutcome& one : outcomes) {
        json.open_object(sim::JsonWriter::Rows::One);
        json.member("name", one.name).member("passed", one.problem.empty());
        json.member("cycles", one.cycles).member("problem", one.problem).close();
    }
    json.close();
    std::printf("%s\n", json.close().take().c_str());
}

}  // namespace

ExitCode conformance(const ConformanceArguments& arguments) {
    const auto paths = find_elf_files(arguments.folder);
    if (!paths.ok()) {
        return report_error(paths.status());
    }
    if (paths->empty()) {
        return report_error(
            absl::InvalidArgumentError(concat(arguments.folder, ": no ELF file below it")));
    }
    std::vector<TestOutcome> outcomes;
    std::size_t failed = 0;
    for (const std::string& path : *paths) {
        // A path with a folder in it is never taken for the name of a guest.
        const std::string name = std::filesystem::relative(path, arguments.folder);
        outcomes.push_back(run(std::filesystem::absolute(path), name));
        failed += outcomes.back().problem.empty() ? 0 : 1;
        if (!arguments.json && !outcomes.back().problem.empty()) {
            std::printf("FAILED %s: %s\n", name.c_str(), outcomes.back().problem.c_str());
        }
    }
    if (arguments.json) {
        print_json(outcomes, failed);
    } else {
        std::printf("%zu passed, %zu failed\n", outcomes.size() - failed, failed);
    }
    return failed == 0 ? ExitCode::Done : ExitCode::CheckFailed;
}

}  // namespace nexus::tools
