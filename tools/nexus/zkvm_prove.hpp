#pragma once

#include "tools/nexus/cli.hpp"
#include "tools/nexus/zkvm_run.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace nexus::tools {

struct ProveArguments {
    GuestArguments guest;
    std::string out;               ///< file for the proof; empty: the guest's name and ".proof"
    std::string profile = "fast";  ///< of zkvm/stark/profile.hpp
    bool plain = false;            ///< without zero knowledge
    unsigned log_segment = 20;     ///< log2 of the cycles of a segment
    std::uint32_t at_once = 1;     ///< segments that are proven side by side
};

void add_prove_options(CLI::App& command, ProveArguments& arguments);

/// Executes the guest, proves the execution, verifies the proof, and writes it as one file. Done if
/// the guest halted with exit code 0, CheckFailed with another one, whose proof is written too.
ExitCode prove_guest(const ProveArguments& arguments);

struct VerifyArguments {
    std::string program;  ///< a guest, or "0x" and the 64 digits of a program id
    std::string proof;    ///< file
    std::optional<std::string> public_input;   ///< file, or 0x...; needed unless `as_stated`
    std::optional<std::string> public_output;  ///< the same
    bool as_stated = false;                    ///< what is not given is taken as the file states it
    std::uint32_t exit_code = 0;
    int min_bits = 100;       ///< proven, at least
    bool require_zk = false;  ///< refuse the form of proofs that may tell private input
    bool json = false;
};

void add_verify_options(CLI::App& command, VerifyArguments& arguments);

/// Done if the file proves that this program, on the public input and with the output and exit code
/// that were asked for, halted; CheckFailed if it proves less. InvalidInput if the caller does not
/// say what he expects.
ExitCode verify_proof(const VerifyArguments& arguments);

struct ProgramIdArguments {
    std::string guest;
    std::string profile = "fast";
    bool json = false;
};

void add_program_id_options(CLI::App& command, ProgramIdArguments& arguments);

/// Prints the name under which verifiers know the guest.
ExitCode print_program_id(const ProgramIdArguments& arguments);

}  // namespace nexus::tools
