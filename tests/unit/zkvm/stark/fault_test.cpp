// Lies of an executor, told by FaultInjector, proven, and refused. A machine that halts early:
// halt_test.cpp.
#include "tests/support/assembler.hpp"
#include "tests/support/zkvm/proving.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/fault_injector.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

/// Applies one change to one step: the first of a family.
class OneFault : public FaultInjector {
public:
    using Change = std::function<void(StepPlan&)>;
    using Rewrite = std::function<void(Step&)>;

    OneFault(Family family, Change change, Rewrite rewrite)
        : family_(family), change_(std::move(change)), rewrite_(std::move(rewrite)) {}

    void change(std::uint64_t cycle, const LoweredInstruction& instruction,
                StepPlan& plan) override {
        if (cycle_ == kNever && instruction.family == family_) {
            cycle_ = cycle;
        }
        if (cycle == cycle_ && change_) {
            change_(plan);
        }
    }
    void rewrite(std::uint64_t cycle, const LoweredInstruction& /*instruction*/,
                 Step& step) override {
        if (cycle == cycle_ && rewrite_) {
            rewrite_(step);
        }
    }

private:
    static constexpr std::uint64_t kNever = ~std::uint64_t{0};
    Family family_;
    Change change_;
    Rewrite rewrite_;
    std::uint64_t cycle_ = kNever;
};

/// One instruction of each family that faults are injected into; all of it passes through a0.
Program subject() {
    Assembler code;
    constexpr std::uint32_t kData = 0x0020'0000;
    code.li(t0, kData).li(t1, 1234).li(a0, 0x1'0003);
    code.add(store(Opcode::Sw, t1, 0, t0)).add(imm(Opcode::Lw, a1, t0, 0));
    code.add(reg(Opcode::Xor, a0, a0, a1)).add(reg(Opcode::Sltu, a2, a0, a1));
    code.add(reg(Opcode::Mulhu, a3, a0, a1)).add(reg(Opcode::Remu, a4, a0, t1));
    code.add(imm(Opcode::Srai, a2, a0, 3)).add(imm(Opcode::Lbu, a1, t0, 1));
    code.add(branch(Opcode::Bltu, a1, a0, 8)).add(imm(Opcode::Addi, a0, zero, 99));
    code.add(jal(ra, 4)).add(imm(Opcode::Addi, zero, a0, 1));
    code.add(reg(Opcode::Add, a0, a0, a4)).add(reg(Opcode::Add, a0, a0, a1)).halt();
    return code.program();
}

/// What the verifier says of a proof with one fault.
std::string proven_with(Family family, OneFault::Change change, OneFault::Rewrite rewrite = {}) {
    static ProvingBench bench(subject());
    OneFault fault(family, std::move(change), std::move(rewrite));
    ProverOptions options;
    options.faults = &fault;
    return verdict(bench.prove({}, options));
}

void wrong_result(StepPlan& plan) { ++plan.access[2].after; }

TEST(Fault, WithoutOneTheProofIsAccepted) { EXPECT_EQ(proven_with(Family::Ecall, {}), "accepted"); }

/// Source: nexus-zkvm issues 368, 404 and 413: proofs of a wrong `xor` and the like were accepted.
TEST(Fault, Nexus404WrongResult) {
    for (const Family family : {Family::Bitwise, Family::Shift, Family::Mul, Family::Div}) {
        EXPECT_EQ(proven_with(family, wrong_result), "Constraints") << static_cast<int>(family);
    }
    // This row computes its result itself, and the next reader reads another.
    EXPECT_EQ(proven_with(Family::LessThan, wrong_result), "BusUnbalanced");
}

TEST(Fault, SkippedStoreIsRejected) {
    // The word was 0 before. The row says that it holds the register, the next load that it is 0.
    EXPECT_EQ(proven_with(Family::Word, [](StepPlan& plan) { plan.access[2].after = 0; }),
              "BusUnbalanced");
}

TEST(Fault, SwappedTimesAreRejected) {
    EXPECT_EQ(proven_with(Family::Bitwise, {},
                          [](Step& step) {
                              std::swap(step.access[0].previous_time, step.access[1].previous_time);
                          }),
              "BusUnbalanced");
}

/// Source: nexus-zkvm issue 612: the pc was not tied to the order of execution.
TEST(Fault, Nexus612PcOrder) {
    EXPECT_EQ(proven_with(Family::Add, [](StepPlan& plan) { plan.next_pc += 8; }), "BusUnbalanced");
}

TEST(Fault, WrongBranchIsRejected) {
    EXPECT_EQ(proven_with(Family::Branch, [](StepPlan& plan) { plan.next_pc -= 4; }),
              "BusUnbalanced");
}

TEST(Fault, WriteToX0IsRejected) {
    class WritesToX0 : public FaultInjector {
        void change(std::uint64_t /*cycle*/, const LoweredInstruction& /*instruction*/,
                    StepPlan& plan) override {
            plan.access[2].cell =
                plan.access[2].cell == kSinkCell ? kZeroCell : plan.access[2].cell;
        }
    } faults;
    ProvingBench bench(Assembler()
                           .li(a7, kEcallHalt)
                           .add(imm(Opcode::Addi, zero, zero, 5))
                           .add(reg(Opcode::Add, a0, zero, zero))
                           .add(ecall())
                           .program());
    ProverOptions options;
    options.faults = &faults;
    const ProvenExecution proven = bench.prove({}, options);
    EXPECT_EQ(proven.claim.exit_code, 10U) << "the fault did nothing";
    EXPECT_EQ(verdict(proven), "BusUnbalanced");
}

TEST(Fault, WrongValueReadFromMemoryIsRejected) {
    EXPECT_EQ(proven_with(Family::Subword,
                          [](StepPlan& plan) {
                              plan.access[1].after += 256;
                              plan.access[2].after += 1;
                          }),
              "Constraints")
        << "a load leaves the word as it was";
    EXPECT_EQ(proven_with(
                  Family::Subword, [](StepPlan& plan) { plan.access[2].after += 1; },
                  [](Step& step) {
                      step.access[1].before += 256;
                      step.access[1].after += 256;
                  }),
              "BusUnbalanced")
        << "nobody wrote the word that it says it read";
}

TEST(Fault, WrongPreviousValueIsRejected) {
    EXPECT_EQ(proven_with(Family::Bitwise, {}, [](Step& step) { ++step.access[2].before; }),
              "BusUnbalanced");
}

/// Source: RISC Zero, GHSA-g3qg-6746-3mg9: two reads of one register in a cycle could differ.
TEST(Fault, RiscZeroRs1EqualsRs2) {
    static ProvingBench bench(
        Assembler().li(t1, 21).add(reg(Opcode::Mul, a0, t1, t1)).halt().program());
    OneFault fault(
        Family::Mul, [](StepPlan& plan) { plan.access[2].after = 21 * 22; },
        [](Step& step) { step.access[1].before = step.access[1].after = 22; });
    ProverOptions options;
    options.faults = &fault;
    const ProvenExecution proven = bench.prove({}, options);
    EXPECT_EQ(proven.claim.exit_code, 21U * 22U);
    EXPECT_EQ(verdict(proven), "BusUnbalanced");
}

}  // namespace
}  // namespace nexus::zkvm
