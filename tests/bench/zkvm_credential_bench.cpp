// What a credential costs: a proof with zero knowledge of the guest `credential`, end to end, with
// SHA-256 in instructions and by the precompile. The tree of credentials has 2^16 leaves.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "tests/support/guest.hpp"
#include "tests/support/zkvm/presentation.hpp"
#include "zkvm/api/program_prover.hpp"
#include "zkvm/api/verifier.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <utility>

namespace nexus::zkvm {
namespace {

ExecutionInput credential_input() {
    tests::Presentation presentation;
    presentation.depth = 16;
    presentation.index = 12'345;
    return presentation.input();
}

ExecutionInput message_input() { return {{}, Bytes(1024, 0xab)}; }

void count(benchmark::State& state, const ProvenExecution& proven) {
    state.counters["cycles"] = static_cast<double>(proven.cycles);
    state.counters["cells"] = static_cast<double>(proven.committed_cells);
    state.counters["proof_bytes"] = static_cast<double>(proven.proof.size());
}

/// The memory of the prover is warm: the first proof of a process pays for it.
void prove(benchmark::State& state, const std::string& guest, const ExecutionInput& input,
           const SecurityProfile& profile) {
    ProgramProver prover(tests::load_guest(guest), profile);
    ProverOptions options;
    options.seed.emplace();
    auto proven = prover.prove(input, options);
    for (auto _ : state) {
        ++options.seed->front();
        proven = prover.prove(input, options);
        NEXUS_ASSERT(proven.has_value());
        NEXUS_ASSERT(proven->claim.exit_code == 0);
    }
    count(state, *proven);
}

void check(benchmark::State& state, const std::string& guest, const ExecutionInput& input,
           const SecurityProfile& profile) {
    ProgramProver prover(tests::load_guest(guest), profile);
    ProverOptions options;
    options.seed.emplace();
    const auto proven = prover.prove(input, options);
    NEXUS_ASSERT(proven.has_value());
    for (auto _ : state) {
        NEXUS_ASSERT(verify(proven->claim, proven->proof).has_value());
    }
    count(state, *proven);
}

const bool kRegistered = [] {
    for (const std::string guest :
         {"credential", "credential_precompile", "sha256", "sha256_precompile"}) {
        const bool hashes = guest.rfind("sha256", 0) == 0;
        const ExecutionInput input = hashes ? message_input() : credential_input();
        for (const auto& [what, run] : {std::pair{"prove", &prove}, {"verify", &check}}) {
            benchmark::RegisterBenchmark(concat("zkvm/", what, "/", guest).c_str(), run, guest,
                                         input, kFastProfile)
                ->UseRealTime()
                ->MeasureProcessCPUTime()
                ->Unit(benchmark::kMillisecond);
        }
    }
    return true;
}();

}  // namespace
}  // namespace nexus::zkvm
