// Proofs of forged columns: what a row check refuses, the verifier refuses.
#include "base/prng.hpp"
#include "tests/support/zkvm/forgery.hpp"
#include "tests/support/zkvm/kitchen_sink.hpp"
#include "tests/support/zkvm/proving.hpp"
#include "zkvm/stark/witness_forger.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

/// Adds a number to one cell of one row of the trace; lookups are counted anew.
class OneCell : public WitnessForger {
public:
    OneCell(const ProgramKey<Koala4>& key, std::size_t table, std::size_t column,
            std::size_t trace_row, F change)
        : key_(key), table_(table), column_(column), trace_row_(trace_row), change_(change) {}

    void boundary(std::uint32_t /*segment*/, Witness<F>& witness) override {
        if (kTables[table_].is_boundary) {
            forge(witness);
        }
    }
    void tables(std::uint32_t segment, Witness<F>& witness) override {
        if (!kTables[table_].is_boundary) {
            forge(witness);
        }
        if (!is_preprocessed(table_)) {
            recount_lookups(witness, key_, segment_parameters(segment, true), true);
        }
    }

private:
    void forge(Witness<F>& witness) const {
        const Rows rows{witness.heights[table_], kLogExcludedZk};
        witness.columns[table_].at(rows.active_row(trace_row_), column_) += change_;
    }

    const ProgramKey<Koala4>& key_;
    std::size_t table_, column_, trace_row_;
    F change_;
};

/// For each table two cells of real rows, drawn with a fixed seed.
TEST(ForgedProof, OfEveryTableIsRejected) {
    ProvingBench bench(KitchenSink::program());
    const ExecutionWitness honest(KitchenSink::program(), KitchenSink::input(), {});
    Prng prng(1, "forged cells");
    for (std::size_t t = 0; t < kTableCount; ++t) {
        const std::vector<std::string> names = column_names(t);
        for (int sample = 0; sample < 2; ++sample) {
            std::size_t column = prng.below(names.size());
            while (names[column].starts_with("noise") || names[column].starts_with("inverse") ||
                   names[column] == "borrow" || names[column] == "wrap_low") {
                column = prng.below(names.size());
            }
            if (t == kTableIndex<ImageTable>) {
                continue;  // all its columns are noise
            }
            OneCell forger(bench.key(), t, column, 0, F::from_u64(1 + prng.below(65536)));
            ProverOptions options;
            options.forger = &forger;
            const std::string said = verdict(bench.prove(KitchenSink::input(), options));
            EXPECT_TRUE(said == "Constraints" || said == "BusUnbalanced")
                << kTables[t].name << "." << names[column] << ": " << said;
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
