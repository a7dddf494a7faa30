#include "tools/nexus/zkvm_prove.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/units.hpp"
#include "sim/report/write.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/guest_file.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/zkvm_run.hpp"
#include "zkvm/api/program_prover.hpp"
#include "zkvm/api/proof_file.hpp"
#include "zkvm/api/verifier.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/random.h>
#include <sys/resource.h>
#include <utility>

namespace nexus::tools {
namespace {

constexpr std::string_view kRegime = "unique decoding, proven";

std::string profile_names() {
    std::string names;
    for (const zkvm::SecurityProfile& profile : zkvm::security_profiles()) {
        names += concat(names.empty() ? "" : ", ", profile.name);
    }
    return names;
}

absl::StatusOr<zkvm::SecurityProfile> find_profile(const std::string& name) {
    const auto profile = zkvm::profile_by_name(name);
    if (!profile.has_value()) {
        return absl::InvalidArgumentError(
            concat("--profile: expected one of ", profile_names(), ", got \"", name, "\""));
    }
    return *profile;
}

/// Bytes that nobody else knows: what zero knowledge rests on.
absl::StatusOr<zkvm::MaskRng::Seed> fresh_seed() {
    zkvm::MaskRng::Seed seed{};
    if (getrandom(seed.data(), seed.size(), 0) != static_cast<ssize_t>(seed.size())) {
        return absl::UnavailableError(
            concat("no random bytes from the system: ", std::strerror(errno)));
    }
    return seed;
}

/// Of this process, so far.
double peak_memory_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

/// How long things took, in seconds.
struct Times {
    double commit = 0;  ///< to the program: needed once for many proofs
    double prove = 0;   ///< execution included
    double verify = 0;
};

/// "105 Hz", "1.2 kHz".
std::string rate_text(double rate, std::string_view unit) {
    const std::string number = sim::short_count_text(rate);
    const bool has_prefix = number.find(' ') != std::string::npos;
    return concat(number, has_prefix ? "" : " ", unit);
}

std::string hex(ByteView bytes) { return "0x" + to_hex(bytes); }

std::string strength(const zkvm::VerifiedProof& verified) {
    return concat(verified.proven_bits, " bits (", kRegime, "), profile ", verified.profile.name,
                  verified.zero_knowledge ? ", zero knowledge"
                                          : ", NOT zero knowledge: it may tell private input");
}

void add_members(sim::JsonWriter& json, const zkvm::Claim& claim,
                 const zkvm::VerifiedProof& verified) {
    json.member("program", hex(claim.program.view()));
    json.member("public_input", hex(claim.public_input));
    json.member("output", hex(claim.public_output));
    json.member("exit_code", claim.exit_code);
    json.member("profile", verified.profile.name);
    json.member("proven_bits", verified.proven_bits);
    json.member("regime", kRegime);
    json.member("zero_knowledge", verified.zero_knowledge);
    json.member("segments", verified.segments);
}

void print_json(sim::JsonWriter& json) { fmt::print("{}\n", json.close().take()); }

void report_proof(const ProveArguments& arguments, const zkvm::ProvenExecution& proven,
                  const zkvm::VerifiedProof& verified, const Times& times,
                  const std::string& path) {
    const double rate = static_cast<double>(proven.cycles) / times.prove;
    const double cells = static_cast<double>(proven.committed_cells);
    if (arguments.guest.json) {
        sim::JsonWriter json(sim::JsonWriter::Style::Readable);
        json.open_object();
        json.member("guest", arguments.guest.guest);
        json.member("file", path);
        add_members(json, proven.claim, verified);
        json.member("cycles", proven.cycles);
        json.member("committed_cells", proven.committed_cells);
        json.member("proof_bytes", proven.proof.size());
        json.member("commit_s", times.commit);
        json.member("prove_s", times.prove);
        json.member("verify_s", times.verify);
        json.member("peak_memory_bytes", peak_memory_bytes());
        print_json(json);
        return;
    }
    fmt::print("program    {}\n", hex(proven.claim.program.view()));
    fmt::print("exit code  {}\n", proven.claim.exit_code);
    fmt::print("cycles     {} in {} segment{}\n", sim::count_text(proven.cycles), proven.segments,
               proven.segments == 1 ? "" : "s");
    fmt::print("output     {}\n", output_text(proven.claim.public_output));
    fmt::print("proof      {}, {}\n", path, sim::bytes_text(double(proven.proof.size())));
    fmt::print("proven     {}\n", strength(verified));
    fmt::print("proving    {}: {}, {}, at most {} of memory\n", sim::duration_text(times.prove),
               rate_text(rate, "Hz"), rate_text(cells / times.prove, "cells/s"),
               sim::bytes_text(peak_memory_bytes()));
    fmt::print("verifying  {}\n", sim::duration_text(times.verify));
}

ExitCode report_no_proof(const ProveArguments& arguments, const GuestTask& task,
                         const zkvm::ProveError& error) {
    if (error.kind == zkvm::ProveError::Kind::Trapped) {
        return report_trap(task, error.trap, error.cycles, arguments.guest.json);
    }
    return report_error(absl::InvalidArgumentError(
        concat(task.guest.path, ": cannot be proven at once: ", zkvm::to_string(error))));
}

absl::Status write_proof(const std::string& path, const zkvm::ProvenExecution& proven) {
    const Bytes file = zkvm::encode_proof_file({proven.claim, proven.proof});
    return sim::write_file_atomically(path,
                                      {reinterpret_cast<const char*>(file.data()), file.size()});
}

/// What is wrong with a claim for somebody who expected another one; nothing if they agree.
std::string difference(const zkvm::Claim& claim, const zkvm::Claim& expected) {
    if (claim.program != expected.program) {
        return concat("proof of another program: expected ", hex(expected.program.view()), ", got ",
                      hex(claim.program.view()));
    }
    if (claim.public_input != expected.public_input) {
        return "proof for another public input than --public";
    }
    if (claim.public_output != expected.public_output) {
        return concat("proof of another output: expected ", output_text(expected.public_output),
                      ", got ", output_text(claim.public_output));
    }
    if (claim.exit_code != expected.exit_code) {
        return concat("proof of another exit code: expected ", expected.exit_code, ", got ",
                      claim.exit_code);
    }
    return "";
}

absl::StatusOr<zkvm::ProofFile> read_proof_file(const std::string& path) {
    const absl::StatusOr<Bytes> bytes = read_input_file(path);
    if (!bytes.ok()) {
        return bytes.status();
    }
    auto file = zkvm::decode_proof_file(*bytes);
    if (!file) {
        return absl::InvalidArgumentError(concat(path, ": expected a proof file of version ",
                                                 int{zkvm::kProofFileVersion}, ", got ",
                                                 zkvm::to_string(file.error())));
    }
    return std::move(*file);
}

/// The id that `program` names: a guest has one for each profile, so the proof says which is meant.
absl::StatusOr<zkvm::ProgramId> expected_program(const std::string& program, ByteView proof) {
    if (program.starts_with("0x")) {
        const auto digits = from_hex(std::string_view(program).substr(2));
        if (!digits || digits->size() != zkvm::ProgramId::kSize) {
            return absl::InvalidArgumentError(
                concat("expected 0x and 64 hexadecimal digits of a program id, got ", program));
        }
        zkvm::ProgramId id;
        std::copy(digits->begin(), digits->end(), id.bytes.begin());
        return id;
    }
    absl::StatusOr<GuestFile> guest = load_guest(program);
    if (!guest.ok()) {
        return guest.status();
    }
    const auto profile = zkvm::profile_of(proof);
    return zkvm::program_id(guest->program, profile.value_or(zkvm::kFastProfile));
}

ExitCode report_refusal(const VerifyArguments& arguments, const std::string& reason) {
    if (arguments.json) {
        sim::JsonWriter json(sim::JsonWriter::Style::Readable);
        json.open_object();
        json.member("file", arguments.proof);
        json.member("verified", false);
        json.member("reason", reason);
        print_json(json);
    } else {
        fmt::print("REFUSED  {}: {}\n", arguments.proof, reason);
    }
    return ExitCode::CheckFailed;
}

/// The claim that the caller has in mind. Errors: what he neither says nor leaves to the file.
absl::StatusOr<zkvm::Claim> expected_claim(const VerifyArguments& arguments,
                                           const zkvm::ProofFile& file) {
    zkvm::Claim expected = file.claim;
    const absl::StatusOr<zkvm::ProgramId> id = expected_program(arguments.program, file.proof);
    if (!id.ok()) {
        return id.status();
    }
    expected.program = *id;
    expected.exit_code = arguments.exit_code;
    for (const auto& [option, text, field] :
         {std::tuple{"--public", &arguments.public_input, &expected.public_input},
          std::tuple{"--output", &arguments.public_output, &expected.public_output}}) {
        if (text->has_value()) {
            absl::StatusOr<Bytes> bytes = read_input(option, **text);
            if (!bytes.ok()) {
                return bytes.status();
            }
            *field = std::move(*bytes);
        } else if (!arguments.as_stated) {
            return absl::InvalidArgumentError(
                concat("expected ", option,
                       ", or --as-stated to take what the file states; got "
                       "neither"));
        }
    }
    return expected;
}

}  // namespace

void add_prove_options(CLI::App& command, ProveArguments& arguments) {
    add_guest_options(command, arguments.guest);
    command.add_option("--out", arguments.out, "Proof file (default GUEST.proof)");
    command.add_option("--profile", arguments.profile,
                       concat("Security profile: ", profile_names(), " (default fast)"));
    command.add_flag("--no-zk", arguments.plain,
                     "Without zero knowledge: faster, and the proof may tell private input");
    command
        .add_option("--log-segment", arguments.log_segment,
                    "log2 of the cycles of a segment (default 20); smaller needs less memory")
        ->check(CLI::Range(12, 21));
    command
        .add_option("--at-once", arguments.at_once,
                    "Segments proven side by side (default 1); each needs memory of its own")
        ->check(CLI::Range(1, 1024));
}

void add_verify_options(CLI::App& command, VerifyArguments& arguments) {
    command
        .add_option("PROGRAM", arguments.program,
                    "Guest, or 0x and a program id: what you want to be proven")
        ->required();
    command.add_option("PROOF", arguments.proof, "Proof file")->required();
    command.add_option("--public", arguments.public_input,
                       "Public input it must have: a file, or 0x...");
    command.add_option("--output", arguments.public_output,
                       "Output it must have: a file, or 0x...");
    command.add_flag("--as-stated", arguments.as_stated,
                     "Take input and output as the file states them, and print them");
    command.add_option("--exit-code", arguments.exit_code, "Exit code it must have (default 0)");
    command.add_option("--min-bits", arguments.min_bits, "Proven bits it must have (default 100)");
    command.add_flag("--require-zk", arguments.require_zk,
                     "Refuse proofs without masks, which may tell private input");
    command.add_flag("--json", arguments.json, "Print JSON");
}

void add_program_id_options(CLI::App& command, ProgramIdArguments& arguments) {
    command.add_option("GUEST", arguments.guest, "ELF file, or name of a guest built with nexus")
        ->required();
    command.add_option("--profile", arguments.profile,
                       concat("Security profile: ", profile_names(), " (default fast)"));
    command.add_flag("--json", arguments.json, "Print JSON");
}

ExitCode prove_guest(const ProveArguments& arguments) {
    const absl::StatusOr<GuestTask> task = prepare(arguments.guest);
    if (!task.ok()) {
        return report_error(task.status());
    }
    const absl::StatusOr<zkvm::SecurityProfile> profile = find_profile(arguments.profile);
    if (!profile.ok()) {
        return report_error(profile.status());
    }
    const absl::StatusOr<zkvm::MaskRng::Seed> seed = fresh_seed();
    if (!seed.ok()) {
        return report_error(seed.status());
    }
    const std::string path =
        arguments.out.empty() ? std::filesystem::path(task->guest.path).stem().string() + ".proof"
                              : arguments.out;
    Times times;
    double start = wall_seconds();
    zkvm::ProgramProver prover(task->guest.program, *profile);
    times.commit = wall_seconds() - start;

    start = wall_seconds();
    const auto proven =
        prover.prove(task->input, {.zero_knowledge = !arguments.plain,
                                   .segment_steps = std::uint32_t{1} << arguments.log_segment,
                                   .segments_at_once = arguments.at_once,
                                   .limits = task->limits,
                                   .seed = *seed});
    times.prove = wall_seconds() - start;
    if (!proven) {
        return report_no_proof(arguments, *task, proven.error());
    }

    start = wall_seconds();
    const auto verified = zkvm::verify(proven->claim, proven->proof);
    times.verify = wall_seconds() - start;
    if (!verified) {
        return report_error(absl::InternalError(
            concat("a proof just made does not verify: ", zkvm::to_string(verified.error()))));
    }
    if (const absl::Status status = write_proof(path, *proven); !status.ok()) {
        return report_error(status);
    }
    report_proof(arguments, *proven, *verified, times, path);
    return proven->claim.exit_code == 0 ? ExitCode::Done : ExitCode::CheckFailed;
}

ExitCode verify_proof(const VerifyArguments& arguments) {
    const absl::StatusOr<zkvm::ProofFile> file = read_proof_file(arguments.proof);
    if (!file.ok()) {
        return report_error(file.status());
    }
    const absl::StatusOr<zkvm::Claim> expected = expected_claim(arguments, *file);
    if (!expected.ok()) {
        return report_error(expected.status());
    }
    if (const std::string text = difference(file->claim, *expected); !text.empty()) {
        return report_refusal(arguments, text);
    }
    const double start = wall_seconds();
    const auto verified = zkvm::verify(*expected, file->proof);
    const double seconds = wall_seconds() - start;
    if (!verified) {
        return report_refusal(arguments, zkvm::to_string(verified.error()));
    }
    if (verified->proven_bits < arguments.min_bits) {
        return report_refusal(arguments, concat("expected ", arguments.min_bits,
                                                " proven bits, got ", verified->proven_bits));
    }
    if (arguments.require_zk && !verified->zero_knowledge) {
        return report_refusal(arguments, "made without zero knowledge");
    }
    if (arguments.json) {
        sim::JsonWriter json(sim::JsonWriter::Style::Readable);
        json.open_object();
        json.member("file", arguments.proof);
        json.member("verified", true);
        add_members(json, *expected, *verified);
        json.member("proof_bytes", file->proof.size());
        json.member("verify_s", seconds);
        print_json(json);
        return ExitCode::Done;
    }
    fmt::print("VERIFIED   {}, {} in {}\n", arguments.proof,
               sim::bytes_text(double(file->proof.size())), sim::duration_text(seconds));
    fmt::print("program    {}\n", hex(expected->program.view()));
    fmt::print("input      {}\n", output_text(expected->public_input));
    fmt::print("output     {}\n", output_text(expected->public_output));
    fmt::print("exit code  {}\n", expected->exit_code);
    fmt::print("proven     {}\n", strength(*verified));
    return ExitCode::Done;
}

ExitCode print_program_id(const ProgramIdArguments& arguments) {
    absl::StatusOr<GuestFile> guest = load_guest(arguments.guest);
    if (!guest.ok()) {
        return report_error(guest.status());
    }
    const absl::StatusOr<zkvm::SecurityProfile> profile = find_profile(arguments.profile);
    if (!profile.ok()) {
        return report_error(profile.status());
    }
    const std::string id = hex(zkvm::program_id(guest->program, *profile).view());
    if (arguments.json) {
        sim::JsonWriter json(sim::JsonWriter::Style::Readable);
        json.open_object();
        json.member("guest", guest->path);
        json.member("profile", profile->name);
        json.member("program", id);
        print_json(json);
    } else {
        fmt::print("{}\n", id);
    }
    return ExitCode::Done;
}

}  // namespace nexus::tools
