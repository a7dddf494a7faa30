#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/fault_injector.hpp"
#include "zkvm/vm/trap.hpp"

#include <cstdint>

namespace nexus::zkvm {

struct ProverOptions {
    SecurityProfile profile = kFastProfile;
    bool zero_knowledge = true;
    std::uint32_t segment_steps = 1U << 20U;
    ExecutionLimits limits;
    /// Secret and fresh for each proof: two proofs with one seed may give the private input away.
    MaskRng::Seed seed{};
    FaultInjector* faults = nullptr;  ///< Of soundness tests.
};

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
/// Errors: the trap the execution ends with.
/// Determinism: the same program, input and options, the same bytes, for any number of threads.
template <class C>
class Prover {
public:
    /// Pre: `program`, `code` and `key` belong together, and outlive the prover.
    Prover(const Program& program, const Code& code, const ProgramKey<C>& key, Arena& arena)
        : program_(program), code_(code), key_(key), arena_(arena) {}

    Result<ProvenExecution, Trap> prove(const ExecutionInput& input, const ProverOptions& options);

private:
    const Program& program_;
    const Code& code_;
    const ProgramKey<C>& key_;
    Arena& arena_;
};

}  // namespace nexus::zkvm
