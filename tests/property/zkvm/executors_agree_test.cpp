// Random programs: both executors do the same, and every record keeps the rules of the buses.
#include "base/prng.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/record_checker.hpp"
#include "tests/support/seed.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/elf_loader.hpp"
#include "zkvm/vm/machine.hpp"
#include "zkvm/vm/recorder.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>

namespace nexus::zkvm {
namespace {

using nexus::tests::case_count;
using nexus::tests::replay_line;
using nexus::tests::seed_from_environment;

TEST(ExecutorsAgree, OnRandomProgramsInSegmentsOfAnyLength) {
    const std::uint64_t first = seed_from_environment(1);
    for (std::uint64_t seed = first; seed < first + case_count(30); ++seed) {
        SCOPED_TRACE(replay_line(seed, "OnRandomProgramsInSegmentsOfAnyLength"));
        const auto program = load_elf(tests::RandomProgram(seed, 300).elf());
        ASSERT_TRUE(program.has_value()) << describe(program.error());
        const Code code(*program);
        const auto machine = Machine::create(*program, code, {}, {.cycles_max = 100'000});
        ASSERT_TRUE(machine.has_value());
        const auto halted = (*machine)->run(100'000);
        ASSERT_TRUE(halted.has_value()) << describe(halted.error(), *program);
        ASSERT_TRUE(*halted);

        Prng prng(seed, "segments");
        const auto steps_max = static_cast<std::uint32_t>(1 + prng.below(1000));
        const tests::CheckedRecord record =
            tests::record_and_check(*program, {}, {.steps_max = steps_max, .limits = {}});
        ASSERT_EQ(record.error, "") << "segments of " << steps_max;
        ASSERT_TRUE(record.outcome.has_value());
        EXPECT_EQ(record.outcome->cycles, (*machine)->cycles());
        std::uint64_t steps = 0;
        for (const SegmentRecord& segment : record.segments) {
            steps += segment.steps.size();
        }
        EXPECT_EQ(steps, (*machine)->cycles());
        for (const ClosingCell& cell : record.closing) {
            if (is_ram_cell(cell.cell)) {
                ASSERT_EQ(cell.last, (*machine)->word(cell.cell)) << "at " << cell.cell;
            } else if (cell.cell != kSinkCell) {
                ASSERT_EQ(cell.last, (*machine)->register_value(cell.cell / 4));
            }
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
