#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/calibration/costs.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace nexus::tools {
namespace {

struct CalibrateArguments {
    std::string out = "out/machine.toml";
    std::string name;
    std::uint32_t cores = 0;  ///< 0: those of this machine.
    bool json = false;
};

/// "sapphire.example, 2 cores" would say too much in a report that travels: the kind is enough.
std::string default_name(std::uint32_t cores) {
    return fmt::format("calibrated, {} {}", cores, cores == 1 ? "core" : "cores");
}

void print_table(const sim::MachineSpec& machine) {
    const sim::Calibration reference = sim::Calibration::reference();
    using actors::Work;
    fmt::print("{:<20} {:>14} {:>14}\n", "", "this machine", "reference");
    const auto row = [](const char* what, std::int64_t mine, std::int64_t other) {
        const auto text = [](std::int64_t picoseconds) {
            return picoseconds < 1'000'000
                       ? fmt::format("{:.2f} ns", static_cast<double>(picoseconds) * 1e-3)
                       : fmt::format("{:.2f} us", static_cast<double>(picoseconds) * 1e-6);
        };
        fmt::print("{:<20} {:>14} {:>14}\n", what, text(mine), text(other));
    };
    const auto work = [&](const char* what, Work kind) {
        row(what, machine.costs.cost(kind).picoseconds, reference.cost(kind).picoseconds);
    };
    work("verify", Work::VerifySignature);
    work("sign", Work::Sign);
    work("hash, a byte", Work::HashByte);
    work("execute", Work::ExecuteTransaction);
    work("prove", Work::ServeProof);
    work("store a block", Work::StoreBlock);
    row("packet", machine.costs.packet_picoseconds, reference.packet_picoseconds);
    row("packet, a byte", machine.costs.packet_byte_picoseconds, reference.packet_byte_picoseconds);
    row("event", machine.costs.event_picoseconds, reference.event_picoseconds);
    fmt::print("{:<20} {:>11.2f} us\n", "append, durable",
               static_cast<double>(machine.fsync->nanoseconds) * 1e-3);
}

void print_json(const sim::MachineSpec& machine, const std::string& file) {
    using actors::Work;
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    const auto work = [&](const char* key, Work kind) {
        json.member(key, machine.costs.cost(kind).picoseconds);
    };
    json.open_object();
    json.member("file", file);
    json.member("name", machine.costs.name);
    json.member("shared_cores", machine.shared_cores);
    work("verify_ps", Work::VerifySignature);
    work("sign_ps", Work::Sign);
    work("execute_ps", Work::ExecuteTransaction);
    work("hash_byte_ps", Work::HashByte);
    work("prove_ps", Work::ServeProof);
    work("store_ps", Work::StoreBlock);
    json.member("packet_ps", machine.costs.packet_picoseconds);
    json.member("packet_byte_ps", machine.costs.packet_byte_picoseconds);
    json.member("event_ps", machine.costs.event_picoseconds);
    json.member("fsync_ns", machine.fsync->nanoseconds);
    fmt::print("{}\n", json.close().take());
}

ExitCode calibrate(const CalibrateArguments& arguments) {
    const auto progress = [](const char* what) {
        if (shows_progress()) {
            fmt::print(stderr, "measures {} ...\n", what);
        }
    };
    const std::filesystem::path file(arguments.out);
    std::error_code error;
    if (file.has_parent_path()) {
        std::filesystem::create_directories(file.parent_path(), error);
        if (error) {
            return report_error(absl::PermissionDeniedError(
                concat(file.parent_path().string(), ": ", error.message())));
        }
    }
    MeasuredCosts costs = measure_computing(progress);
    progress("the disk");
    if (const absl::Status status = measure_disk(arguments.out + ".disk", costs); !status.ok()) {
        return report_error(status);
    }
    progress("the network");
    if (const absl::Status status = measure_network(costs); !status.ok()) {
        return report_error(status);
    }
    const std::uint32_t cores =
        arguments.cores > 0 ? arguments.cores : std::max(std::thread::hardware_concurrency(), 1U);
    const sim::MachineSpec machine =
        machine_of(costs, arguments.name.empty() ? default_name(cores) : arguments.name, cores);
    if (const absl::Status status =
            sim::write_file_atomically(arguments.out, sim::format_machine(machine));
        !status.ok()) {
        return report_error(status);
    }
    if (arguments.json) {
        print_json(machine, arguments.out);
    } else {
        print_table(machine);
        fmt::print("{}: for `nexus sim run SCENARIO --machine {}`\n", arguments.out, arguments.out);
    }
    return ExitCode::Done;
}

}  // namespace

void add_calibrate_command(CLI::App& app, Outcome& outcome) {
    auto arguments = std::make_shared<CalibrateArguments>();
    CLI::App* command = app.add_subcommand(
        "calibrate", "Measure what this machine's work costs, for simulations that predict it");
    command->add_option("--out", arguments->out, "File to write (default: out/machine.toml)");
    command->add_option("--name", arguments->name, "Name of the machine in reports");
    command
        ->add_option("--cores", arguments->cores,
                     "Cores that all nodes share (default: those of this machine)")
        ->check(CLI::Range(1U, 1024U));
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome.code = calibrate(*arguments); });
}

}  // namespace nexus::tools
