// Proofs of guests that call the precompile sha256, and of tables of it that lie.
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "tests/support/guest.hpp"
#include "tests/support/zkvm/presentation.hpp"
#include "tests/support/zkvm/proving.hpp"
#include "zkvm/components/sha256/sha256_air.hpp"
#include "zkvm/stark/witness_forger.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): what proofs are made with
using Row = Sha256Table::Row<F>;

ProvingBench& hashing() {
    static ProvingBench bench(load_guest("sha256_precompile"));
    return bench;
}

ExecutionInput message(std::size_t size) { return {{}, Bytes(size, 0x61)}; }

TEST(Sha256Proof, OfMessagesIsAccepted) {
    for (const bool zero_knowledge : {true, false}) {
        for (const std::size_t size : {0U, 3U, 200U}) {
            ProverOptions options;
            options.zero_knowledge = zero_knowledge;
            const ProvenExecution proven = hashing().prove(message(size), options);
            EXPECT_EQ(verdict(proven), "accepted") << size;
            EXPECT_EQ(proven.claim.public_output,
                      to_bytes(sha256(message(size).private_input).view()));
            Claim other = proven.claim;
            other.public_output[0] ^= 1U;
            EXPECT_NE(verdict(other, proven.proof), "accepted");
        }
    }
}

/// The calls of a segment are its own: ids start again, and the state goes through memory.
TEST(Sha256Proof, InSegmentsIsAccepted) {
    ProverOptions options;
    options.segment_steps = 700;
    const ProvenExecution proven = hashing().prove(message(500), options);
    EXPECT_GT(proven.segments, 2U);
    EXPECT_EQ(verdict(proven), "accepted");
}

TEST(Sha256Proof, OfACredentialIsAccepted) {
    ProvingBench bench(load_guest("credential_precompile"));
    const Presentation presentation;
    const ProvenExecution proven = bench.prove(presentation.input());
    EXPECT_EQ(verdict(proven), "accepted");
    EXPECT_EQ(proven.claim.exit_code, 0U);
    EXPECT_EQ(proven.claim.public_output, to_bytes(presentation.tag().view()));

    // What does not hold can be proven not to hold, which is another claim.
    Presentation young;
    young.age = 17;
    const ProvenExecution false_one = bench.prove(young.input());
    EXPECT_EQ(verdict(false_one), "accepted");
    EXPECT_EQ(false_one.claim.exit_code, 1U);
    Claim holds = false_one.claim;
    holds.exit_code = 0;
    EXPECT_NE(verdict(holds, false_one.proof), "accepted");
}

/// Changes the rows of the table, row 1 before them and the lookups that they ask.
class Sha256Forger : public WitnessForger {
public:
    using Change = std::function<void(Row& noise, std::vector<Row>& rows)>;
    explicit Sha256Forger(Change change) : change_(std::move(change)) {}

    void tables(std::uint32_t segment, Witness<F>& witness) override {
        constexpr std::size_t kTable = kTableIndex<Sha256Table>;
        const Rows rows{witness.heights[kTable], kLogExcludedZk};
        std::vector<Row> all = rows_of<Sha256Table>(witness, rows);
        Row noise;
        const Matrix<F>& columns = witness.columns[kTable];
        for (std::size_t c = 0; c < kColumns<Sha256Table>; ++c) {
            columns_of<F>(noise)[c] = columns.at(Rows::kNoiseRow, c);
        }
        change_(noise, all);
        for (std::size_t c = kNoiseColumns; c < kColumns<Sha256Table>; ++c) {
            columns.at(Rows::kNoiseRow, c) = columns_of<F>(noise)[c];
        }
        put_rows<Sha256Table>(witness, rows, all);
        recount_lookups(witness, hashing().key(), segment_parameters(segment, true), true);
    }

private:
    Change change_;
};

std::string proven_with(Sha256Forger::Change change) {
    Sha256Forger forger(std::move(change));
    ProverOptions options;
    options.forger = &forger;
    return verdict(hashing().prove(message(3), options));
}

TEST(Sha256Proof, OfAWrongStateIsRejected) {
    EXPECT_EQ(proven_with([](Row&, std::vector<Row>&) {}), "accepted");
    EXPECT_EQ(proven_with([](Row&, std::vector<Row>& rows) {
                  F& bit = rows[19].w[0][0];
                  bit = F(1) - bit;
              }),
              "BusUnbalanced");
    EXPECT_EQ(proven_with([](Row&, std::vector<Row>& rows) { rows[19].old[0].lo += F(1); }),
              "BusUnbalanced");
}

/// Of what no message says: columns of a row, and such that depend on the row before.
TEST(Sha256Proof, OfAWrongRoundIsRejected) {
    const std::vector<std::function<F&(Row&)>> cells = {
        [](Row& row) -> F& { return row.a[2][7]; },
        [](Row& row) -> F& { return row.sigma1[3].hi; },
        [](Row& row) -> F& { return row.t2[0].lo; },
        [](Row& row) -> F& { return row.differs[31]; },
        [](Row& row) -> F& { return row.sum16[0].lo; },
        [](Row& row) -> F& { return row.carry_e[1][0].extra; },
    };
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto change = [&](Row&, std::vector<Row>& rows) { cells[i](rows[10]) += F(1); };
        EXPECT_EQ(proven_with(change), "Constraints") << i;
    }
}

/// The call starts in the last rows and ends in the first ones, behind a row 1 that says what the
/// last row does. Only the messages of runs see it.
TEST(Sha256Proof, OfACallAroundTheEndIsRejected) {
    EXPECT_EQ(proven_with([](Row& noise, std::vector<Row>& rows) {
                  const auto cut = rows.begin() + 10;
                  std::vector<Row> head(rows.begin(), cut);
                  for (Row& row : head) {
                      row.id += F(1);
                  }
                  noise = head.back();
                  noise.id = F(1);
                  rows.erase(rows.begin(), cut);
                  rows.insert(rows.end(), head.begin(), head.end());
              }),
              "BusUnbalanced");
}

}  // namespace
}  // namespace nexus::zkvm
