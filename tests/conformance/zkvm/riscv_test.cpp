// The programs of tests/conformance/riscv: each checks one instruction and exits with 0.
#include "base/bytes.hpp"
#include "tests/conformance/zkvm/qemu.hpp"
#include "tests/support/guest.hpp"
#include "tests/support/record_checker.hpp"
#include "zkvm/isa/instruction.hpp"
#include "zkvm/vm/elf_loader.hpp"
#include "zkvm/vm/execution.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::read_built_file;

class RiscvTest : public testing::TestWithParam<std::string> {
protected:
    [[nodiscard]] static std::string path() {
        return std::string(NEXUS_CONFORMANCE_DIR) + "/" + GetParam() + ".elf";
    }
};

TEST_P(RiscvTest, PassesOnBothExecutors) {
    const auto program = load_elf(read_built_file(path()));
    ASSERT_TRUE(program.has_value()) << describe(program.error());
    const auto fast = execute(*program, {}, {.cycles_max = 1'000'000});
    ASSERT_TRUE(fast.has_value()) << describe(fast.error(), *program);
    EXPECT_EQ(fast->exit_code, 0U) << "the check with this number failed";
    EXPECT_GT(fast->cycles, 5U);
    const tests::CheckedRecord record =
        tests::record_and_check(*program, {}, {.steps_max = 1000, .limits = {}});
    EXPECT_EQ(record.error, "");
    ASSERT_TRUE(record.outcome.has_value()) << describe(record.outcome.error(), *program);
    EXPECT_EQ(record.outcome->exit_code, 0U);
    EXPECT_EQ(record.outcome->cycles, fast->cycles);
}

TEST_P(RiscvTest, PassesInQemu) {
    ASSERT_TRUE(tests::has_qemu()) << tests::kNoQemu;
    EXPECT_EQ(tests::run_qemu(path()).exit_code, 0) << "the test itself is wrong";
}

/// Every instruction but ecall, which ends each of the programs.
std::vector<std::string> names() {
    std::vector<std::string> all = {"simple"};
    for (std::uint32_t i = 0; i < kOpcodeCount; ++i) {
        if (static_cast<Opcode>(i) != Opcode::Ecall) {
            all.emplace_back(mnemonic(static_cast<Opcode>(i)));
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Rv32im, RiscvTest, testing::ValuesIn(names()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace nexus::zkvm
