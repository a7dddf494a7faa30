// Proofs of forged columns: what a row check refuses, the verifier refuses. All tables:
// tests/nightly/zkvm/stark/forged_proof_test.cpp.
#include "tests/support/zkvm/one_cell.hpp"
#include "tests/support/zkvm/small_proof.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

TEST(ForgedProof, OfSampledCellsIsRejected) {
    ProvingBench bench(small_program());
    const ExecutionWitness honest(small_program(), small_input(), {});
    Prng prng(1, "sampled cells");
    for (const std::size_t t : {kTableIndex<LookupTable>, kTableIndex<BoundaryTable>,
                                kTableIndex<ClosingTable>, kTableIndex<WordTable>}) {
        const SampledCell cell = SampledCell::draw(honest, t, prng);
        OneCell forger(bench.key(), t, cell.column, cell.trace_row,
                       F::from_u64(1 + prng.below(65536)));
        ProverOptions options;
        options.forger = &forger;
        const std::string said = verdict(bench.prove(small_input(), options));
        EXPECT_TRUE(said == "Constraints" || said == "BusUnbalanced")
            << kTables[t].name << "." << column_names(t)[cell.column] << ", row " << cell.trace_row
            << ": " << said;
    }
    OneCell honest_forger(bench.key(), kTableIndex<AddTable>, 0, 0, F());
    ProverOptions options;
    options.forger = &honest_forger;
    EXPECT_EQ(verdict(bench.prove(small_input(), options)), "accepted") << "nothing was changed";
}

}  // namespace
}  // namespace nexus::zkvm
