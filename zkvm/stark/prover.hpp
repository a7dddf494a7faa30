#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/stark/witness_forger.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/fault_injector.hpp"
#include "zkvm/vm/trap.hpp"

#include <cstdint>
#include <string>

namespace nexus::zkvm {

struct ProverOptions {
    SecurityProfile profile = kFastProfile;
    bool zero_knowledge = true;
    std::uint32_t segment_steps = 1U << 20U;
    ExecutionLimits limits;
    /// Secret and fresh for each proof: two proofs with one seed may give the private input away.
    MaskRng::Seed seed{};
    FaultInjector* faults = nullptr;  ///< Of soundness tests.
    WitnessForger* forger = nullptr;  ///< Of soundness tests.
};

/// Why there is no proof.
struct ProveError {
    enum class Kind : std::uint8_t {
        Trapped,          ///< the execution ended without an exit code: `trap`
        TooManyCells,     ///< words of memory that it touches, or that its input and output have
        TooManySegments,  ///< of one proof
        TooLong,          ///< proven bits that a proof of so many segments would have
        NoTable,          ///< `got`: a precompile that can be executed and not yet proven
    };
    Kind kind = Kind::Trapped;
    Trap trap;
    std::uint64_t cycles = 0;    ///< Before the trap.
    std::uint64_t expected = 0;  ///< At most, for TooLong at least.
    std::uint64_t got = 0;

    friend bool operator==(const ProveError&, const ProveError&) = default;
};

/// "TooManyCells: expected at most 4190207, got 5000000". Pre: not Trapped.
std::string to_string(const ProveError& error);

/// A proof, what it proves, and what it cost.
struct ProvenExecution {
    Claim claim;
    Bytes proof;
    std::uint64_t cycles = 0;
    std::uint32_t segments = 0;
    std::uint64_t committed_cells = 0;  ///< Rows times columns over F, all segments.
};

/// Executes a program and proves it. The arena keeps its memory from proof to proof.
///
/// Errors: every kind of ProveError, before anything is proven.
/// Determinism: the same program, input and options, the same bytes, for any number of threads.
template <class C>
class Prover {
public:
    /// Pre: `program`, `code` and `key` belong together, and outlive the prover.
    Prover(const Program& program, const Code& code, const ProgramKey<C>& key, Arena& arena)
        : program_(program), code_(code), key_(key), arena_(arena) {}

    Result<ProvenExecution, ProveError> prove(const ExecutionInput& input,
                                              const ProverOptions& options);

private:
    const Program& program_;
    const Code& code_;
    const ProgramKey<C>& key_;
    Arena& arena_;
};

}  // namespace nexus::zkvm
