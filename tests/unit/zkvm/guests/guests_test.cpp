// The guests against references written for the host.
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/prng.hpp"
#include "tests/support/guest.hpp"
#include "tests/support/record_checker.hpp"
#include "zkvm/guests/sdk/machine.hpp"
#include "zkvm/isa/lowered.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/precompile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::load_guest;
using tests::put_u32;
using tests::run_guest;
using tests::u32_bytes;

TEST(GuestSdk, KnowsTheMachineItRunsOn) {
    EXPECT_EQ(guest::kPublicInput, kPublicInputBegin);
    EXPECT_EQ(guest::kOutput, kOutputBegin);
    EXPECT_EQ(guest::kPrivateInput, kPrivateInputBegin);
    EXPECT_EQ(guest::kIoBytesMax, kIoBytesMax);
    EXPECT_EQ(guest::kEcallPrint, kEcallDebugPrint);
    EXPECT_EQ(guest::kEcallHalt, kEcallHalt);
    EXPECT_EQ(guest::kEcallCopy32, kEcallPrecompile + kPrecompileCopy32);
    EXPECT_EQ(guest::kEcallSha256, kEcallPrecompile + kPrecompileSha256);
    EXPECT_EQ(guest::kEcallMarkerBegin, kEcallMarkerBegin);
    EXPECT_EQ(guest::kEcallMarkerEnd, kEcallMarkerEnd);
}

TEST(Guests, ConsistOfInstructionsOnly) {
    for (const char* name : {"credential", "credential_precompile", "fibonacci", "interpreter",
                             "mixed", "sha256", "sha256_precompile", "sort"}) {
        const Program program = load_guest(name);
        EXPECT_EQ(Code(program).instructions().size(), program.text.size()) << name;
        EXPECT_EQ(describe_address(program, program.entry), "_start") << name;
    }
}

TEST(FibonacciGuest, ComputesModulo32Bits) {
    std::uint32_t current = 0;
    std::uint32_t next = 1;
    for (std::uint32_t n = 0; n < 100; ++n) {
        const ExecutionResult result = run_guest("fibonacci", {u32_bytes(n), {}});
        ASSERT_EQ(result.exit_code, 0U);
        ASSERT_EQ(result.output, u32_bytes(current)) << "n = " << n;
        const std::uint32_t sum = current + next;
        current = next;
        next = sum;
    }
}

TEST(FibonacciGuest, RefusesInputsOfTheWrongLength) {
    for (const std::size_t size : {0U, 3U, 5U}) {
        const ExecutionResult result = run_guest("fibonacci", {Bytes(size, 1), {}});
        EXPECT_EQ(result.exit_code, guest::kExitMalformed);
        EXPECT_TRUE(result.output.empty()) << "nothing is committed";
    }
}

TEST(SortGuest, SortsAsTheLibraryDoes) {
    Prng prng(7, "sort");
    for (const std::size_t count : {0U, 1U, 2U, 3U, 10U, 1000U}) {
        std::vector<std::uint32_t> words(count);
        for (std::uint32_t& word : words) {
            word = static_cast<std::uint32_t>(prng.next() >> prng.below(64));
        }
        Bytes input;
        for (const std::uint32_t word : words) {
            put_u32(input, word);
        }
        std::sort(words.begin(), words.end());
        Bytes expected;
        for (const std::uint32_t word : words) {
            put_u32(expected, word);
        }
        const ExecutionResult result = run_guest("sort", {input, {}});
        EXPECT_EQ(result.exit_code, 0U);
        EXPECT_EQ(result.output, expected) << count;
    }
}

TEST(SortGuest, RefusesWhatIsNoListOfWords) {
    EXPECT_EQ(run_guest("sort", {Bytes(7), {}}).exit_code, guest::kExitMalformed);
    EXPECT_EQ(run_guest("sort", {Bytes(std::size_t{4} * 65537), {}}).exit_code,
              guest::kExitMalformed);
}

TEST(Sha256Guest, HashesMessagesOfEveryLengthAroundABlock) {
    for (const char* name : {"sha256", "sha256_precompile"}) {
        Bytes message;
        for (std::size_t size = 0; size <= 130; ++size) {
            const ExecutionResult result = run_guest(name, {{}, message});
            ASSERT_EQ(result.exit_code, 0U);
            ASSERT_EQ(result.output, to_bytes(sha256(message).view())) << name << " of " << size;
            message.push_back(static_cast<std::uint8_t>(17 * size + 3));
        }
    }
}

TEST(Sha256Guest, SavesMostCyclesByThePrecompile) {
    const ExecutionInput input{{}, Bytes(1024, 0xab)};
    const std::uint64_t plain = run_guest("sha256", input).cycles;
    const std::uint64_t precompiled = run_guest("sha256_precompile", input).cycles;
    EXPECT_LT(precompiled * 20, plain) << precompiled << " against " << plain;
}

TEST(Sha256Guest, RefusesALengthThatNoInputHas) {
    // The executor cannot be given such an input, but a prover may claim it: the word of length is
    // as free as the bytes.
    Program program = load_guest("sha256");
    program.image.push_back({kPrivateInputBegin, kIoBytesMax + 1});
    const auto result = execute(program, {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->exit_code, guest::kExitMalformed);
}

/// The interpreter guest's machine, for the host.
class StackMachine {
public:
    /// The word on top at the end; nothing if the program leaves its bounds.
    static std::optional<std::uint32_t> run(const Bytes& program,
                                            const std::vector<std::uint32_t>& arguments) {
        StackMachine machine(program, arguments);
        while (machine.step()) {
        }
        const bool has_result = machine.halted_ && !machine.stack_.empty();
        return has_result ? std::optional(machine.stack_.back()) : std::nullopt;
    }

private:
    StackMachine(const Bytes& program, const std::vector<std::uint32_t>& arguments)
        : program_(program), arguments_(arguments) {}

    /// How many words of the stack each operation needs, removes, and the bytes of its operand.
    struct Shape {
        std::size_t needs;
        std::size_t removes;
        std::size_t operand;
    };
    static constexpr std::array<Shape, 14> kShapes = {{{1, 0, 0},
                                                       {0, 0, 4},
                                                       {0, 0, 1},
                                                       {2, 2, 0},
                                                       {2, 2, 0},
                                                       {2, 2, 0},
                                                       {2, 2, 0},
                                                       {1, 0, 0},
                                                       {2, 2, 0},
                                                       {1, 1, 0},
                                                       {0, 0, 2},
                                                       {1, 1, 2},
                                                       {2, 2, 0},
                                                       {2, 0, 0}}};

    bool step() {
        if (at_ >= program_.size() || program_[at_] >= kShapes.size()) {
            return false;
        }
        const std::uint8_t code = program_[at_++];
        const Shape& shape = kShapes[code];
        if (program_.size() - at_ < shape.operand || stack_.size() < shape.needs) {
            return false;
        }
        std::uint32_t operand = 0;
        for (std::size_t i = 0; i < shape.operand; ++i) {
            operand |= static_cast<std::uint32_t>(program_[at_++]) << (8 * i);
        }
        halted_ = code == 0;
        if (halted_ || (code == 2 && operand >= arguments_.size())) {
            return false;
        }
        const std::uint32_t top = shape.needs < 1 ? 0 : stack_.back();
        const std::uint32_t below = shape.needs < 2 ? 0 : stack_[stack_.size() - 2];
        stack_.resize(stack_.size() - shape.removes);
        perform(code, operand, top, below);
        return stack_.size() <= 256;
    }

    void perform(std::uint8_t code, std::uint32_t operand, std::uint32_t top, std::uint32_t below) {
        switch (code) {
            case 0x01:
                return stack_.push_back(operand);
            case 0x02:
                return stack_.push_back(arguments_[operand]);
            case 0x03:
                return stack_.push_back(below + top);
            case 0x04:
                return stack_.push_back(below - top);
            case 0x05:
                return stack_.push_back(below * top);
            case 0x06:
                return stack_.push_back(top == 0 ? 0xffff'ffff : below / top);
            case 0x07:
                return stack_.push_back(top);
            case 0x08:
                stack_.push_back(top);
                return stack_.push_back(below);
            case 0x0a:
                at_ = operand;
                return;
            case 0x0b:
                at_ = top != 0 ? operand : at_;
                return;
            case 0x0c:
                return stack_.push_back(below < top ? 1 : 0);
            case 0x0d:
                return stack_.push_back(below);
            default:
                return;
        }
    }

    const Bytes& program_;
    const std::vector<std::uint32_t>& arguments_;
    std::vector<std::uint32_t> stack_;
    std::size_t at_ = 0;
    bool halted_ = false;
};

void expect_as_reference(const Bytes& program, const std::vector<std::uint32_t>& arguments) {
    Bytes input;
    for (const std::uint32_t argument : arguments) {
        put_u32(input, argument);
    }
    const auto expected = StackMachine::run(program, arguments);
    const ExecutionResult result = run_guest("interpreter", {program, input});
    EXPECT_EQ(result.exit_code, expected ? guest::kExitDone : guest::kExitFalse);
    EXPECT_EQ(result.output, expected ? u32_bytes(*expected) : Bytes());
}

TEST(InterpreterGuest, SumsALoop) {
    // The stack holds sum and n. While n is not zero: sum += n; n -= 1.
    const Bytes program = {1,    0,    0,  0, 0, 2, 0,           // 0: push 0; argument 0
                           7,    0x0b, 13, 0,                    // 7: n? then 13
                           9,    0,                              // drop; halt
                           8,    0x0d, 3,  8, 1, 1, 0, 0, 0, 4,  // swap; over; add; swap; push 1; -
                           0x0a, 7,    0};                       // again
    expect_as_reference(program, {10});
    expect_as_reference(program, {0});
    EXPECT_EQ(run_guest("interpreter", {program, u32_bytes(10)}).output, u32_bytes(55));
}

TEST(InterpreterGuest, AgreesOnRandomPrograms) {
    Prng prng(11, "interpreter");
    for (int i = 0; i < 300; ++i) {
        Bytes program;
        const std::uint64_t size = 1 + prng.below(60);
        for (std::uint64_t j = 0; j < size; ++j) {
            // Pushes are frequent, so that there is something to compute with; no jumps, so that
            // every program ends.
            const std::uint64_t kind = prng.below(10);
            if (kind < 5) {
                program.push_back(1);
                put_u32(program, static_cast<std::uint32_t>(prng.next() >> prng.below(64)));
            } else {
                const auto operation = static_cast<std::uint8_t>(prng.below(16));
                program.push_back(operation == 0x0a || operation == 0x0b ? 3 : operation);
            }
        }
        program.push_back(0);
        SCOPED_TRACE("program " + to_hex(program));
        expect_as_reference(program, {5, 6});
    }
}

TEST(InterpreterGuest, CallsFalseWhatLeavesItsBounds) {
    expect_as_reference({}, {});
    expect_as_reference({0}, {});                          // an empty stack has no top
    expect_as_reference({1, 1, 2}, {});                    // half an operand
    expect_as_reference({3}, {});                          // nothing to add
    expect_as_reference({0x0a, 0xff, 0xff}, {});           // a jump out of the program
    expect_as_reference({2, 1, 0}, {7});                   // an argument that is not there
    expect_as_reference({0xee}, {});                       // no instruction
    expect_as_reference({1, 0, 0, 0, 0, 0x0a, 0, 0}, {});  // fills the stack
}

TEST(MixedGuest, RunsAboutAsLongAsItIsTold) {
    for (const std::uint32_t cycles : {100'000U, 1'000'000U}) {
        const ExecutionResult result = run_guest("mixed", {u32_bytes(cycles), {}});
        EXPECT_EQ(result.exit_code, 0U);
        EXPECT_NEAR(static_cast<double>(result.cycles), cycles, 0.05 * cycles);
    }
}

TEST(MixedGuest, HasEveryFamily) {
    const Program program = load_guest("mixed");
    const Code code(program);
    const tests::CheckedRecord record =
        tests::record_and_check(program, {u32_bytes(20'000), {}}, {});
    ASSERT_EQ(record.error, "");
    std::array<std::uint32_t, kFamilyCount> steps{};
    for (const SegmentRecord& segment : record.segments) {
        for (const Step& step : segment.steps) {
            ++steps[static_cast<std::size_t>(code.instructions()[step.instruction].family)];
        }
    }
    for (std::size_t i = 0; i < kFamilyCount; ++i) {
        EXPECT_GT(steps[i], 0U) << to_string(static_cast<Family>(i));
    }
}

}  // namespace
}  // namespace nexus::zkvm
