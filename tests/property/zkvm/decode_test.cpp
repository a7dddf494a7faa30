#include "base/prng.hpp"
#include "tests/support/seed.hpp"
#include "zkvm/isa/instruction.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace nexus::zkvm {
namespace {

using nexus::tests::replay_line;
using nexus::tests::seed_from_environment;

TEST(DecodeProperty, DecodesWhatItEncoded) {
    const std::uint64_t seed = seed_from_environment(1);
    SCOPED_TRACE(replay_line(seed, "DecodesWhatItEncoded"));
    Prng prng(seed, "decode");
    std::uint32_t encoded = 0;
    for (int i = 0; i < 200'000; ++i) {
        Instruction instruction{static_cast<Opcode>(prng.below(kOpcodeCount)),
                                static_cast<std::uint8_t>(prng.below(32)),
                                static_cast<std::uint8_t>(prng.below(32)),
                                static_cast<std::uint8_t>(prng.below(32)), 0};
        const auto drawn = static_cast<std::int32_t>(prng.next());
        instruction.imm = static_cast<std::uint32_t>(drawn >> prng.below(32));
        // Fields that an opcode lacks make most draws unencodable: give each of them a try.
        for (const std::uint32_t clear : {0U, 1U, 2U, 4U, 6U, 8U, 15U}) {
            Instruction one = instruction;
            one.imm = (clear & 1U) != 0 ? 0 : one.imm;
            one.rs2 = (clear & 2U) != 0 ? 0 : one.rs2;
            one.rs1 = (clear & 4U) != 0 ? 0 : one.rs1;
            one.rd = (clear & 8U) != 0 ? 0 : one.rd;
            if (!is_encodable(one)) {
                continue;
            }
            ++encoded;
            const auto decoded = decode(encode(one));
            ASSERT_TRUE(decoded.has_value()) << disassemble(one, 0);
            ASSERT_EQ(*decoded, one) << disassemble(one, 0);
        }
    }
    EXPECT_GT(encoded, 50'000U) << "too few draws can be encoded to say anything";
}

TEST(DecodeProperty, AWordIsIllegalOrEncodesToItself) {
    const std::uint64_t seed = seed_from_environment(2);
    SCOPED_TRACE(replay_line(seed, "AWordIsIllegalOrEncodesToItself"));
    Prng prng(seed, "words");
    std::uint32_t legal = 0;
    const auto check = [&](std::uint32_t word) {
        const auto decoded = decode(word);
        if (decoded) {
            ++legal;
            ASSERT_TRUE(is_encodable(*decoded)) << word;
            ASSERT_EQ(encode(*decoded), word);
        } else {
            ASSERT_EQ(decoded.error().word, word);
        }
    };
    for (int i = 0; i < 300'000; ++i) {
        check(static_cast<std::uint32_t>(prng.next()));
    }
    // All values of the bits that choose the operation, each with random other bits.
    for (std::uint32_t major = 0; major < 128; ++major) {
        for (std::uint32_t function = 0; function < 1024; ++function) {
            const auto rest = static_cast<std::uint32_t>(prng.next()) & 0x01ff'8f80U;
            check(major | (function & 7U) << 12U | (function >> 3U) << 25U | rest);
        }
    }
    EXPECT_GT(legal, 5'000U);
}

}  // namespace
}  // namespace nexus::zkvm
