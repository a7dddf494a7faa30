// An execution ends with an ecall that halts, and with nothing else.
#include "tests/support/assembler.hpp"
#include "tests/support/zkvm/proving.hpp"
#include "zkvm/components/boundary/boundary_air.hpp"
#include "zkvm/components/closing/closing_air.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/stark/witness_forger.hpp"
#include "zkvm/vm/fault_injector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

/// Stops the record at a cycle as if the instruction there halted.
class EarlyHalt : public FaultInjector {
public:
    explicit EarlyHalt(std::uint64_t cycle) : cycle_(cycle) {}
    void change(std::uint64_t cycle, const LoweredInstruction& /*instruction*/,
                StepPlan& plan) override {
        plan.halts = plan.halts || cycle == cycle_;
    }

private:
    std::uint64_t cycle_;
};

/// Leaves the pc where the program was stopped: a row of `closing` takes that token, and gives one
/// with value 0, which a row of `boundary` turns into the token of a machine that has halted.
class SecondPcToken : public WitnessForger {
public:
    SecondPcToken(std::uint32_t pc, std::uint32_t cell) : pc_(pc), cell_(cell) {}

    void boundary(std::uint32_t segment, Witness<F>& witness) override {
        constexpr std::size_t kBoundary = kTableIndex<BoundaryTable>;
        const Rows rows{witness.heights[kBoundary], kLogExcludedZk};
        auto boundary = rows_of<BoundaryTable>(witness, rows);
        boundary[0].last.lo = F(pc_);
        const auto padding = std::find_if(boundary.begin(), boundary.end(),
                                          [](const auto& row) { return row.real.is_zero(); });
        padding->cell = F(cell_);
        padding->real = F(1);
        put_rows<BoundaryTable>(witness, rows, boundary);

        const Rows closing_rows{witness.heights[kTableIndex<ClosingTable>], kLogExcludedZk};
        auto closing = rows_of<ClosingTable>(witness, closing_rows);
        ClosingTable::Row<F> forged{};
        forged.cell = F(cell_);
        forged.cell_high = F(cell_ >> 16U);
        forged.last.lo = F(pc_);
        forged.stamp = F(segment);
        forged.real = F(1);
        closing.insert(std::find_if(closing.begin(), closing.end(),
                                    [&](const auto& row) {
                                        return row.cell.value() > cell_ || row.real.is_zero();
                                    }),
                       forged);
        closing.pop_back();
        std::uint32_t before = 0;
        for (auto& row : closing) {
            if (row.real.is_zero()) {
                row.cell = F(before);
                continue;
            }
            const std::uint32_t gap = row.cell.value() - before - 1;
            row.gap = {F(gap & 0xffffU), F(gap >> 16U)};
            before = row.cell.value();
        }
        put_rows<ClosingTable>(witness, closing_rows, closing);
    }

private:
    std::uint32_t pc_, cell_;
};

Program two_results() { return Assembler().li(a0, 1).li(a0, 2).halt().program(); }

TEST(Halt, HonestProofIsAccepted) {
    const ProvenExecution proven = ProvingBench(two_results()).prove({});
    EXPECT_EQ(proven.claim.exit_code, 2U);
    EXPECT_EQ(verdict(proven), "accepted");
}

/// A prefix of an execution is no execution.
/// Source: nexus-zkvm issue 604: padding was accepted without a halt.
TEST(Halt, Nexus604NoHalt) {
    EarlyHalt faults(1);
    ProverOptions options;
    options.faults = &faults;
    const ProvenExecution proven = ProvingBench(two_results()).prove({}, options);
    EXPECT_EQ(proven.claim.exit_code, 1U);
    EXPECT_EQ(verdict(proven), "BusUnbalanced");
}

/// The cell of the pc has one token, that of the verifier: a table that could hold a second one
/// would take the pc out of the execution at any step.
TEST(Halt, ASecondPcTokenIsRejected) {
    EarlyHalt faults(1);
    SecondPcToken forger(kImageBegin + 8, kPcCell);
    ProverOptions options;
    options.faults = &faults;
    options.forger = &forger;
    const ProvenExecution proven = ProvingBench(two_results()).prove({}, options);
    EXPECT_EQ(proven.claim.exit_code, 1U);
    EXPECT_EQ(verdict(proven), "BusUnbalanced");
}

/// A jump to address 0 is a trap, not a halt.
TEST(Halt, AJumpToZeroIsNoHalt) {
    class StopAtZero : public FaultInjector {
        void change(std::uint64_t /*cycle*/, const LoweredInstruction& /*instruction*/,
                    StepPlan& plan) override {
            plan.halts = plan.halts || plan.next_pc == 0;
        }
    } faults;
    ProvingBench bench(Assembler().li(a0, 1).add(imm(Opcode::Jalr, zero, zero, 0)).program());
    ProverOptions options;
    options.faults = &faults;
    EXPECT_EQ(verdict(bench.prove({}, options)), "BusUnbalanced");
}

}  // namespace
}  // namespace nexus::zkvm
