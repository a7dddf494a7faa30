#include "zkvm/vm/recorder.hpp"

#include "tests/support/assembler.hpp"
#include "tests/support/record_checker.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/fault_injector.hpp"
#include "zkvm/vm/segment_record.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

constexpr std::uint32_t kData = 0x2'0000;

/// A program that calls every kind of slot; its last steps are li a7 and the ecall.
Program every_family() {
    Assembler assembler;
    assembler
        .li(a1, kData)                           // 0, 1
        .add(imm(Opcode::Addi, a2, zero, 0x7f))  // 2
        .add(store(Opcode::Sw, a2, 0, a1))       // 3
        .add(imm(Opcode::Lw, a3, a1, 0))         // 4
        .add(store(Opcode::Sb, a3, 1, a1))       // 5
        .add(imm(Opcode::Lhu, a4, a1, 0))        // 6
        .add(reg(Opcode::Mul, a0, a2, a2))       // 7
        .add(branch(Opcode::Beq, a2, a3, 4))     // 8
        .add(jal(ra, 4))                         // 9
        .add(upper(Opcode::Auipc, t0, 0))        // 10
        .add(imm(Opcode::Jalr, t0, t0, 8))       // 11
        .halt();                                 // 12, 13, 14
    return assembler.program();
}

SegmentRecord record_of(const Program& program, const RecorderOptions& options = {}) {
    const CheckedRecord checked = record_and_check(program, {}, options);
    EXPECT_EQ(checked.error, "");
    EXPECT_EQ(checked.segments.size(), 1U);
    return checked.segments.front();
}

constexpr std::uint32_t cell(std::uint32_t number) { return register_cell(number); }

TEST(Recorder, PutsEachAccessIntoItsSlot) {
    const SegmentRecord record = record_of(every_family());
    ASSERT_EQ(record.steps.size(), 15U);
    const auto& steps = record.steps;
    const Access none;
    // Step i is at time 4i; slots follow at 1, 2, 3.
    EXPECT_EQ(steps[0].access[0], (Access{cell(0), 0, 0, 0})) << "lui reads x0";
    EXPECT_EQ(steps[0].access[1], (Access{cell(0), 0, 0, 1})) << "twice";
    EXPECT_EQ(steps[0].access[2], (Access{cell(a1), 0, kData, 0}));
    EXPECT_EQ(steps[1].access[0], (Access{cell(a1), kData, kData, 3}));
    EXPECT_EQ(steps[3].access[0], (Access{cell(a1), kData, kData, 7})) << "sw: rs1";
    EXPECT_EQ(steps[3].access[1], (Access{cell(a2), 0x7f, 0x7f, 11})) << "sw: rs2";
    EXPECT_EQ(steps[3].access[2], (Access{kData, 0, 0x7f, 0})) << "sw: memory";
    EXPECT_EQ(steps[4].access[1], (Access{kData, 0x7f, 0x7f, 15})) << "lw: memory";
    EXPECT_EQ(steps[4].access[2], (Access{cell(a3), 0, 0x7f, 0})) << "lw: rd";
    EXPECT_EQ(steps[5].access[1], (Access{kData, 0x7f, 0x7f7f, 18})) << "sb: memory";
    EXPECT_EQ(steps[5].access[2], (Access{cell(a3), 0x7f, 0x7f, 19})) << "sb: rs2";
    EXPECT_EQ(steps[6].access[1], (Access{kData, 0x7f7f, 0x7f7f, 22})) << "lhu: memory";
    EXPECT_EQ(steps[6].access[2], (Access{cell(a4), 0, 0x7f7f, 0})) << "lhu: rd";
    EXPECT_EQ(steps[7].access[2], (Access{cell(a0), 0, 0x7f * 0x7f, 0}));
    EXPECT_EQ(steps[8].access[1].cell, cell(a3)) << "beq: rs2";
    EXPECT_EQ(steps[8].access[2], none) << "beq writes nothing";
    EXPECT_EQ(steps[9].access[0].cell, cell(0)) << "jal is a jalr from x0";
    EXPECT_EQ(steps[9].access[1], none);
    EXPECT_EQ(steps[9].access[2], (Access{cell(ra), 0, kImageBegin + 40, 0}));
    EXPECT_EQ(steps[11].access[0].cell, cell(t0));
    EXPECT_EQ(steps[11].access[2].after, kImageBegin + 48);
    EXPECT_EQ(steps[14].access[0], (Access{cell(a7), 93, 93, 55})) << "ecall reads a7";
    EXPECT_EQ(steps[14].access[1], none);
    EXPECT_EQ(steps[14].access[2], none);
    EXPECT_EQ(record.final_pc, 0U);
    EXPECT_TRUE(record.halted);
}

TEST(Recorder, CutsAfterTheGivenNumberOfSteps) {
    const CheckedRecord checked =
        record_and_check(every_family(), {}, {.steps_max = 4, .limits = {}});
    EXPECT_EQ(checked.error, "");
    ASSERT_EQ(checked.segments.size(), 4U);
    EXPECT_EQ(checked.segments[0].steps.size(), 4U);
    EXPECT_EQ(checked.segments[3].steps.size(), 3U);
    EXPECT_EQ(checked.segments[0].final_pc, kImageBegin + 16);
    EXPECT_FALSE(checked.segments[2].halted);
    EXPECT_EQ(checked.segments[1].steps[0].access[0], (Access{cell(a1), kData, kData, 0}))
        << "every cell starts a segment at time 0";
    const auto& boundary = checked.segments[1].boundary;
    const auto data = std::find_if(boundary.begin(), boundary.end(),
                                   [](const BoundaryCell& one) { return one.cell == kData; });
    ASSERT_NE(data, boundary.end());
    EXPECT_EQ(*data, (BoundaryCell{kData, 0x7f, 0x7f7f, 10, 1}));
}

TEST(Recorder, ClosesWhatWasTouchedAndWhatIsPublic) {
    const Program program = Assembler().halt().program();
    const CheckedRecord checked = record_and_check(program, {{9, 8, 7, 6, 5}, {1}}, {});
    EXPECT_EQ(checked.error, "");
    const std::vector<ClosingCell> expected = {
        {cell(0), 0, 0, 1},
        {cell(a0), 0, 0, 0},
        {cell(a7), 0, 93, 1},
        {kImageBegin, program.image[0].value, program.image[0].value, 0},
        {kImageBegin + 4, program.image[1].value, program.image[1].value, 0},
        {kImageBegin + 8, program.image[2].value, program.image[2].value, 0},
        {kPublicInputBegin, 5, 5, 0},
        {kPublicInputBegin + 4, 0x06070809, 0x06070809, 0},
        {kPublicInputBegin + 8, 5, 5, 0},
        {kOutputBegin, 0, 0, 0},
    };
    EXPECT_EQ(checked.closing, expected) << "the private input is nobody's business";
}

TEST(Recorder, UsesTheMemoryOfTheRecordAgain) {
    const Program program = every_family();
    const Code code(program);
    auto recorder = Recorder::create(program, code, {}, {.steps_max = 4, .limits = {}});
    ASSERT_TRUE(recorder.has_value());
    SegmentRecord again;
    RecordChecker checker;
    while (!recorder->halted()) {
        ASSERT_TRUE(recorder->next(again).has_value());
        EXPECT_EQ(checker.segment(code, again), "");
    }
}

// --- faults: the execution goes on from the lie, and the record says what happened -------------

/// Changes the plan of one cycle.
template <class Change>
class FaultAt final : public FaultInjector {
public:
    FaultAt(std::uint64_t cycle, Change change) : cycle_(cycle), change_(change) {}
    void change(std::uint64_t cycle, const LoweredInstruction& /*instruction*/,
                StepPlan& plan) override {
        if (cycle == cycle_) {
            change_(plan);
        }
    }

private:
    std::uint64_t cycle_;
    Change change_;
};

template <class Change>
CheckedRecord with_fault(std::uint64_t cycle, Change change) {
    FaultAt<Change> fault(cycle, change);
    RecorderOptions options;
    options.faults = &fault;
    return record_and_check(every_family(), {}, options);
}

TEST(RecorderFaults, AWrongResultIsCarriedOn) {
    const CheckedRecord record = with_fault(7, [](StepPlan& plan) { plan.access[2].after = 1234; });
    EXPECT_EQ(record.error, "") << "the memory of the cheat is consistent";
    EXPECT_EQ(record.outcome->exit_code, 1234U);
}

TEST(RecorderFaults, ASkippedStoreLeavesMemoryAsItWas) {
    const CheckedRecord record =
        with_fault(3, [](StepPlan& plan) { plan.access[2].cell = kNoCell; });
    EXPECT_EQ(record.error, "");
    EXPECT_EQ(record.segments[0].steps[4].access[1], (Access{kData, 0, 0, 0}));
}

TEST(RecorderFaults, AWriteToX0ChangesX0) {
    const Program program = Assembler()
                                .li(a7, kEcallHalt)
                                .add(imm(Opcode::Addi, a1, zero, 7))
                                .add(reg(Opcode::Add, a0, zero, zero))
                                .add(ecall())
                                .program();
    const auto change = [](StepPlan& plan) { plan.access[2].cell = register_cell(0); };
    FaultAt fault(2, change);
    RecorderOptions options;
    options.faults = &fault;
    const CheckedRecord record = record_and_check(program, {}, options);
    EXPECT_EQ(record.error, "");
    EXPECT_EQ(record.outcome->exit_code, 14U);
}

TEST(RecorderFaults, AnEarlyHaltEndsTheExecution) {
    const CheckedRecord record = with_fault(8, [](StepPlan& plan) { plan.halts = true; });
    EXPECT_EQ(record.error, "");
    EXPECT_EQ(record.outcome->cycles, 9U);
    EXPECT_TRUE(record.segments.back().halted);
}

TEST(RecorderFaults, AWrongBranchIsFollowed) {
    const CheckedRecord record = with_fault(8, [](StepPlan& plan) { plan.next_pc += 4; });
    EXPECT_EQ(record.error, "");
    EXPECT_EQ(record.outcome->cycles, 14U) << "the jal is left out";
}

class SwapTimes final : public FaultInjector {
public:
    void rewrite(std::uint64_t cycle, const LoweredInstruction& /*instruction*/,
                 Step& step) override {
        if (cycle == 3) {
            std::swap(step.access[0].previous_time, step.access[1].previous_time);
        }
    }
};

TEST(RecorderFaults, RewrittenStepsAreRecordedOnly) {
    SwapTimes fault;
    RecorderOptions options;
    options.faults = &fault;
    const CheckedRecord record = record_and_check(every_family(), {}, options);
    EXPECT_NE(record.error.find("does not follow its last access"), std::string::npos)
        << "our checker sees what the verifier has to see: " << record.error;
    EXPECT_EQ(record.outcome->exit_code, 0x7fU * 0x7fU);
}

}  // namespace
}  // namespace nexus::zkvm
