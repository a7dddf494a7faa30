#include "tools/nexus/zkvm_run.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/units.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/guest_file.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/machine.hpp"
#include "zkvm/vm/profiler.hpp"
#include "zkvm/vm/program.hpp"
#include "zkvm/vm/trap.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/statusor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::tools {
namespace {

constexpr std::uint32_t kPrintBytesMax = 65'536;
constexpr std::size_t kOutputBytesShown = 64;

/// The members that every result starts with.
sim::JsonWriter begin_json(const GuestTask& task, std::uint64_t cycles) {
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object();
    json.member("guest", task.guest.path);
    json.member("public_input_bytes", task.input.public_input.size());
    json.member("private_input_bytes", task.input.private_input.size());
    json.member("cycles", cycles);
    return json;
}

void print(std::string text) {
    text += '\n';
    std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

void add_guest_options(CLI::App& command, GuestArguments& arguments) {
    command.add_option("GUEST", arguments.guest, "ELF file, or name of a guest built with nexus")
        ->required();
    command.add_option("--public", arguments.public_input, "Public input: a file, or 0x...");
    command.add_option("--private", arguments.private_input, "Private input: a file, or 0x...");
    command.add_option("--cycles", arguments.cycles_max, "At most so many cycles (default 2^32)");
    command.add_option("--memory", arguments.memory_mib, "At most so many MiB (default 256)")
        ->check(CLI::Range(1, 512));
    command.add_flag("--json", arguments.json, "Print JSON");
}

absl::StatusOr<GuestTask> prepare(const GuestArguments& arguments) {
    absl::StatusOr<GuestFile> guest = load_guest(arguments.guest);
    if (!guest.ok()) {
        return guest.status();
    }
    absl::StatusOr<Bytes> public_input = read_input("--public", arguments.public_input);
    if (!public_input.ok()) {
        return public_input.status();
    }
    absl::StatusOr<Bytes> private_input = read_input("--private", arguments.private_input);
    if (!private_input.ok()) {
        return private_input.status();
    }
    return GuestTask{.guest = std::move(*guest),
                     .input = {std::move(*public_input), std::move(*private_input)},
                     .limits = {.cycles_max = arguments.cycles_max,
                                .memory_bytes_max = arguments.memory_mib << 20U}};
}

void GuestPrinter::on_ecall(const zkvm::Machine& machine) {
    if (machine.register_value(zkvm::kA7) != zkvm::kEcallDebugPrint) {
        return;
    }
    const std::string text =
        printable(zkvm::read_text(machine, machine.register_value(zkvm::kA1),
                                  machine.register_value(zkvm::kA2), kPrintBytesMax));
    std::fwrite(text.data(), 1, text.size(), stderr);
}

ExitCode report_result(const GuestTask& task, const zkvm::ExecutionResult& result, bool json) {
    if (json) {
        sim::JsonWriter writer = begin_json(task, result.cycles);
        writer.member("exit_code", result.exit_code);
        writer.member("output", "0x" + to_hex(result.output));
        print(writer.close().take());
    } else {
        print(concat("exit code  ", result.exit_code));
        print(concat("cycles     ", sim::count_text(result.cycles)));
        print(concat("output     ", output_text(result.output)));
    }
    return result.exit_code == 0 ? ExitCode::Done : ExitCode::CheckFailed;
}

ExitCode report_trap(const GuestTask& task, const zkvm::Trap& trap, std::uint64_t cycles,
                     bool json) {
    const std::string text = printable(zkvm::describe(trap, task.guest.program));
    if (json) {
        sim::JsonWriter writer = begin_json(task, cycles);
        writer.key("trap").open_object();
        writer.member("kind", zkvm::to_string(trap.kind));
        writer.member("pc", trap.pc);
        writer.member("value", trap.value);
        writer.member("text", text);
        writer.close();
        print(writer.close().take());
    } else {
        std::fprintf(stderr, "error: %s: %s, after %s cycles\n", task.guest.path.c_str(),
                     text.c_str(), sim::count_text(cycles).c_str());
    }
    return trap.kind == zkvm::TrapKind::InputTooLong ? ExitCode::InvalidInput
                                                     : ExitCode::CheckFailed;
}

std::string output_text(const Bytes& output) {
    if (output.empty()) {
        return "none";
    }
    const std::size_t shown = std::min(output.size(), kOutputBytesShown);
    return concat(sim::count_text(output.size()), output.size() == 1 ? " byte, 0x" : " bytes, 0x",
                  to_hex(ByteView(output).first(shown)), shown < output.size() ? "..." : "");
}

std::string readable_name(const std::string& symbol) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
    return printable(status == 0 && name != nullptr ? name.get() : symbol);
}

std::string printable(std::string_view text) {
    std::string result(text);
    for (char& one : result) {
        const bool is_shown = (one >= ' ' && one <= '~') || one == '\n' || one == '\t';
        one = is_shown ? one : '?';
    }
    return result;
}

}  // namespace nexus::tools
