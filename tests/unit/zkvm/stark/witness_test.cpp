#include "zkvm/stark/witness.hpp"

#include "tests/support/zkvm/execution_witness.hpp"
#include "tests/support/zkvm/kitchen_sink.hpp"
#include "tests/support/zkvm/witness_checker.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/precompile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <utility>

namespace nexus::zkvm {
namespace {

using testing::IsEmpty;
using tests::ExecutionWitness;
using tests::KitchenSink;
using tests::WitnessChecker;

ExecutionWitness kitchen_sink(const ExecutionWitness::Options& options) {
    return {KitchenSink::program(), KitchenSink::input(), options};
}

TEST(KitchenSink, ExecutesEveryOperation) {
    const ExecutionWitness execution = kitchen_sink({});
    std::set<std::pair<Family, std::uint8_t>> executed;
    for (const Step& step : execution.records().front().steps) {
        const LoweredInstruction& i = execution.code().instructions()[step.instruction];
        executed.emplace(i.family, i.op);
    }
    std::size_t operations = 0;
    for (const std::uint8_t count : kFamilyOps) {
        operations += count;
    }
    EXPECT_EQ(executed.size(), operations);
    for (std::size_t t = 0; t < kTableCount; ++t) {
        EXPECT_NE(execution.witness(1).heights[t], 0) << kTables[t].name << " is not there";
    }
}

/// What is called here balances only if a table proves it: no precompile is without one.
TEST(KitchenSink, CallsEveryPrecompile) {
    const ExecutionWitness execution = kitchen_sink({});
    std::set<std::uint32_t> called;
    for (const PrecompileCall& call : execution.records().front().precompile_calls) {
        called.insert(call.number);
    }
    EXPECT_EQ(called.size(), precompiles().size());
}

TEST(Witness, OfAnExecutionBreaksNoConstraintAndBalances) {
    EXPECT_THAT(WitnessChecker::check(kitchen_sink({})), IsEmpty());
}

TEST(Witness, WithoutZeroKnowledgeBreaksNoConstraintAndBalances) {
    EXPECT_THAT(WitnessChecker::check(kitchen_sink({.zero_knowledge = false})), IsEmpty());
}

TEST(Witness, InSegmentsBreaksNoConstraintAndBalances) {
    const ExecutionWitness execution = kitchen_sink({.segment_steps = 1500});
    EXPECT_GE(execution.segments(), 3U);
    EXPECT_THAT(WitnessChecker::check(execution), IsEmpty());
}

TEST(Witness, InSegmentsWithoutZeroKnowledgeBreaksNoConstraintAndBalances) {
    EXPECT_THAT(
        WitnessChecker::check(kitchen_sink({.segment_steps = 2500, .zero_knowledge = false})),
        IsEmpty());
}

/// The noise of the local sums adds up to 0 over the tables of a segment, that of the sums between
/// segments over all segments; no single one is 0.
TEST(Witness, NoiseAddsUpToZero) {
    const ExecutionWitness execution = kitchen_sink({.segment_steps = 2500, .with_noise = true});
    EXPECT_THAT(WitnessChecker::check(execution), IsEmpty()) << "row 1 is no row of the trace";
    for (std::size_t j = 0; j < kNoiseColumns; ++j) {
        tests::F global;
        for (std::uint32_t s = 1; s <= execution.segments(); ++s) {
            tests::F local;
            for (std::size_t t = 0; t < kTableCount; ++t) {
                if (execution.witness(s).heights[t] != 0) {
                    const auto cells = execution.cells(s, t, Rows::kNoiseRow);
                    EXPECT_FALSE(cells[j].is_zero()) << kTables[t].name << ", column " << j;
                    local += cells[j];
                    global += kTables[t].is_global ? cells[kNoiseColumns + j] : tests::F();
                }
            }
            EXPECT_TRUE(local.is_zero()) << "segment " << s << ", column " << j;
        }
        EXPECT_TRUE(global.is_zero()) << "column " << j;
    }
}

}  // namespace
}  // namespace nexus::zkvm
