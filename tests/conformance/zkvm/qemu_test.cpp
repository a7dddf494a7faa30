// Random instruction streams on our machine and in qemu's user mode: the same registers and memory.
#include "tests/conformance/zkvm/qemu.hpp"

#include "base/bytes.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"
#include "zkvm/isa/cells.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/elf_loader.hpp"
#include "zkvm/vm/machine.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace nexus::zkvm {
namespace {

using nexus::tests::case_count;
using nexus::tests::replay_line;
using nexus::tests::seed_from_environment;

/// Keeps what the guest prints, whatever bytes these are.
class Printed final : public EcallObserver {
public:
    void on_ecall(const Machine& machine) override {
        if (machine.register_value(kA7) != kEcallDebugPrint) {
            return;
        }
        const std::uint32_t begin = machine.register_value(kA1);
        for (std::uint32_t i = 0; i < machine.register_value(kA2); ++i) {
            const std::uint32_t word = machine.word(begin + i);
            bytes.push_back(static_cast<std::uint8_t>(word >> (8 * ((begin + i) % 4))));
        }
    }
    Bytes bytes;
};

TEST(Qemu, EndsRandomProgramsInTheSameState) {
    ASSERT_TRUE(tests::has_qemu()) << tests::kNoQemu;
    const std::uint64_t first = seed_from_environment(1);
    for (std::uint64_t seed = first; seed < first + case_count(60); ++seed) {
        SCOPED_TRACE(replay_line(seed, "EndsRandomProgramsInTheSameState"));
        const Bytes elf = tests::RandomProgram(seed, 1500).elf();
        const std::string path =
            testing::TempDir() + "nexus_random_" + std::to_string(seed) + ".elf";
        tests::write_executable(path, elf);
        const tests::QemuRun expected = tests::run_qemu(path);
        std::remove(path.c_str());
        ASSERT_EQ(expected.exit_code, 0);
        ASSERT_EQ(expected.printed.size(), tests::RandomProgram::kPrinted);

        const auto program = load_elf(elf);
        ASSERT_TRUE(program.has_value()) << describe(program.error());
        const Code code(*program);
        Printed printed;
        const auto machine = Machine::create(*program, code, {}, {}, &printed);
        ASSERT_TRUE(machine.has_value());
        const auto halted = (*machine)->run(10'000'000);
        ASSERT_TRUE(halted.has_value()) << describe(halted.error(), *program);
        ASSERT_TRUE(*halted);
        EXPECT_EQ((*machine)->result().exit_code, 0U);
        EXPECT_TRUE(printed.bytes == expected.printed) << "ours\n"
                                                       << to_hex(printed.bytes) << "\nqemu's\n"
                                                       << to_hex(expected.printed);
    }
}

}  // namespace
}  // namespace nexus::zkvm
