#include "tools/nexus/cli.hpp"
#include "tools/nexus/zkvm_conformance.hpp"
#include "tools/nexus/zkvm_profile.hpp"
#include "tools/nexus/zkvm_prove.hpp"
#include "tools/nexus/zkvm_run.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/machine.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>

namespace nexus::tools {
namespace {

ExitCode run(const GuestArguments& arguments) {
    const absl::StatusOr<GuestTask> task = prepare(arguments);
    if (!task.ok()) {
        return report_error(task.status());
    }
    GuestPrinter printer;
    const zkvm::Code code(task->guest.program);
    const auto machine =
        zkvm::Machine::create(task->guest.program, code, task->input, task->limits, &printer);
    if (!machine) {
        return report_trap(*task, machine.error(), 0, arguments.json);
    }
    const auto halted = (*machine)->run(~std::uint64_t{0});
    if (!halted) {
        return report_trap(*task, halted.error(), (*machine)->cycles(), arguments.json);
    }
    return report_result(*task, (*machine)->result(), arguments.json);
}

}  // namespace

void add_zkvm_command(CLI::App& app, Outcome& outcome) {
    CLI::App* zkvm = app.add_subcommand("zkvm", "Guests of the zkVM");
    zkvm->require_subcommand(1);

    auto to_run = std::make_shared<GuestArguments>();
    CLI::App* run_command = zkvm->add_subcommand(
        "run", "Execute a guest; done if it halts with exit code 0, failed if not");
    add_guest_options(*run_command, *to_run);
    run_command->callback([to_run, &outcome] { outcome.code = run(*to_run); });

    auto to_prove = std::make_shared<ProveArguments>();
    CLI::App* prove_command =
        zkvm->add_subcommand("prove", "Execute a guest and write a proof of what happened");
    add_prove_options(*prove_command, *to_prove);
    prove_command->callback([to_prove, &outcome] { outcome.code = prove_guest(*to_prove); });

    auto to_verify = std::make_shared<VerifyArguments>();
    CLI::App* verify_command = zkvm->add_subcommand(
        "verify", "Check that a file proves an execution of a program; failed if not");
    add_verify_options(*verify_command, *to_verify);
    verify_command->callback([to_verify, &outcome] { outcome.code = verify_proof(*to_verify); });

    auto to_name = std::make_shared<ProgramIdArguments>();
    CLI::App* id_command =
        zkvm->add_subcommand("id", "Print the id under which verifiers know a guest");
    add_program_id_options(*id_command, *to_name);
    id_command->callback([to_name, &outcome] { outcome.code = print_program_id(*to_name); });

    auto to_profile = std::make_shared<ProfileArguments>();
    CLI::App* profile_command =
        zkvm->add_subcommand("profile", "Execute a guest and say where its cycles go");
    add_profile_options(*profile_command, *to_profile);
    profile_command->callback(
        [to_profile, &outcome] { outcome.code = profile_guest(*to_profile); });

    auto to_check = std::make_shared<ConformanceArguments>();
    CLI::App* conformance_command = zkvm->add_subcommand(
        "conformance", "Execute every ELF file below a folder; each must halt with exit code 0");
    conformance_command->add_option("DIR", to_check->folder, "Folder of ELF files")->required();
    conformance_command->add_flag("--json", to_check->json, "Print JSON");
    conformance_command->callback([to_check, &outcome] { outcome.code = conformance(*to_check); });
}

}  // namespace nexus::tools
