// Proofs of forged columns: what a row check refuses, the verifier refuses. More cells:
// tests/nightly/zkvm/stark/forged_proof_test.cpp.
#include "tests/support/zkvm/kitchen_sink.hpp"
#include "tests/support/zkvm/one_cell.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

/// One cell of each table. All columns of `image` are noise.
TEST(ForgedProof, OfSampledCellsIsRejected) {
    ProvingBench bench(KitchenSink::program());
    const ExecutionWitness honest(KitchenSink::program(), KitchenSink::input(), {});
    Prng prng(1, "sampled cells");
    for (std::size_t t = 0; t < kTableCount; ++t) {
        if (t == kTableIndex<ImageTable>) {
            continue;
        }
        const SampledCell cell = SampledCell::draw(honest, t, prng);
        OneCell forger(bench.key(), t, cell.column, cell.trace_row,
                       F::from_u64(1 + prng.below(65536)));
        ProverOptions options;
        options.forger = &forger;
        const std::string said = verdict(bench.prove(KitchenSink::input(), options));
        EXPECT_TRUE(said == "Constraints" || said == "BusUnbalanced")
            << kTables[t].name << "." << column_names(t)[cell.column] << ", row " << cell.trace_row
            << ": " << said;
    }
    OneCell honest_forger(bench.key(), kTableIndex<AddTable>, 0, 0, F());
    ProverOptions options;
    options.forger = &honest_forger;
    EXPECT_EQ(verdict(bench.prove(KitchenSink::input(), options)), "accepted")
        << "nothing was changed";
}

}  // namespace
}  // namespace nexus::zkvm
