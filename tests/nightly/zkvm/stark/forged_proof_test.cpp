// Proofs of forged columns: what a row check refuses, the verifier refuses. One cell of each table:
// tests/unit/zkvm/stark/forged_proof_test.cpp.
#include "tests/support/zkvm/kitchen_sink.hpp"
#include "tests/support/zkvm/one_cell.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

/// For each table three cells, drawn with a fixed seed.
TEST(ForgedProof, OfEveryTableIsRejected) {
    ProvingBench bench(KitchenSink::program());
    const ExecutionWitness honest(KitchenSink::program(), KitchenSink::input(), {});
    Prng prng(1, "forged cells");
    for (std::size_t t = 0; t < kTableCount; ++t) {
        if (t == kTableIndex<ImageTable>) {
            continue;  // all its columns are noise
        }
        for (int sample = 0; sample < 3; ++sample) {
            const SampledCell cell = SampledCell::draw(honest, t, prng);
            OneCell forger(bench.key(), t, cell.column, cell.trace_row,
                           F::from_u64(1 + prng.below(65536)));
            ProverOptions options;
            options.forger = &forger;
            const std::string said = verdict(bench.prove(KitchenSink::input(), options));
            EXPECT_TRUE(said == "Constraints" || said == "BusUnbalanced")
                << kTables[t].name << "." << column_names(t)[cell.column] << ", row "
                << cell.trace_row << ": " << said;
        }
    }
}

/// The forger that changes nothing is accepted, so what is refused above is the change.
TEST(ForgedProof, WithoutAForgeryIsAccepted) {
    ProvingBench bench(KitchenSink::program());
    OneCell forger(bench.key(), kTableIndex<AddTable>, 0, 0, F());
    ProverOptions options;
    options.forger = &forger;
    EXPECT_EQ(verdict(bench.prove(KitchenSink::input(), options)), "accepted");
}

}  // namespace
}  // namespace nexus::zkvm
