#pragma once

#include "base/result.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/profile.hpp"
#include "zkvm/stark/prover.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/program.hpp"

#include <cstddef>
#include <memory>

namespace nexus::zkvm {

/// The name under which a verifier knows this program, when it is proven with this profile. Costs
/// what making a ProgramProver costs: it commits to the program.
[[nodiscard]] ProgramId program_id(const Program& program, const SecurityProfile& profile);

/// Executes and proves one program with one security profile, as often as wanted. What is made once
/// is kept: the commitment to the program, and the memory of the columns.
///
/// Threading: one proof at a time; each uses all threads that TBB has.
class ProgramProver {
public:
    ProgramProver(Program program, const SecurityProfile& profile);
    ~ProgramProver();
    ProgramProver(const ProgramProver&) = delete;
    ProgramProver& operator=(const ProgramProver&) = delete;

    [[nodiscard]] ProgramId id() const;
    [[nodiscard]] const Program& program() const;

    /// Executes with this input and proves what happened. `options.profile` is not looked at: the
    /// profile is that of the prover.
    /// Errors, determinism: see Prover.
    [[nodiscard]] Result<ProvenExecution, ProveError> prove(const ExecutionInput& input,
                                                            ProverOptions options);

    /// Bytes of memory that are kept between proofs.
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    class Keyed;
    template <class C>
    class KeyedBy;

    std::unique_ptr<Keyed> keyed_;
};

}  // namespace nexus::zkvm
