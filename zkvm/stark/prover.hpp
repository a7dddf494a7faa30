#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/stark/witness_forger.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/fault_injector.hpp"
#include "zkvm/vm/trap.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace nexus::zkvm {

struct ProverOptions {
    SecurityProfile profile = kFastProfile;
    bool zero_knowledge = true;
    std::uint32_t segment_steps = 1U << 20U;
    /// So many segments are proven side by side, each with memory of its own; at least 1.
    std::uint32_t segments_at_once = 1;
    ExecutionLimits limits;
    /// Of the masks: from the operating system, or from the scenario's stream in a simulation.
    /// There with zero knowledge on. What masks are drawn from also hangs on the program and all
    /// input, so that a seed that is used twice does not show how two inputs differ.
    std::optional<MaskRng::Seed> seed;
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

/// The memory of segments that are proven side by side: as many arenas as were ever needed at once,
/// which keep what they have from proof to proof.
using Arenas = std::deque<Arena>;

std::size_t bytes_reserved(const Arenas& arenas);

/// Executes a program and proves it.
///
/// Errors: every kind of ProveError, before anything is proven.
/// Determinism: the same program, input and options, the same bytes, for any number of threads and
///              of segments at once.
template <class C>
class Prover {
public:
    /// Pre: `program`, `code` and `key` belong together, and outlive the prover.
    Prover(const Program& program, const Code& code, const ProgramKey<C>& key, Arenas& arenas)
        : program_(program), code_(code), key_(key), arenas_(arenas) {}

    Result<ProvenExecution, ProveError> prove(const ExecutionInput& input,
                                              const ProverOptions& options);

private:
    const Program& program_;
    const Code& code_;
    const ProgramKey<C>& key_;
    Arenas& arenas_;
};

}  // namespace nexus::zkvm
