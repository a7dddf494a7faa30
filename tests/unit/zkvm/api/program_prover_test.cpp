#include "zkvm/api/program_prover.hpp"

#include "tests/support/assembler.hpp"
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/api/verifier.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/vm/address_map.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/precompile.hpp"
#include "zkvm/vm/recorder.hpp"
#include "zkvm/vm/segment_record.hpp"
#include "zkvm/vm/trap.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace): the assembler's registers

TEST(ProgramProver, ProvesAgainAndAgain) {
    ProgramProver prover(small_program(), kTestProfile);
    std::size_t memory = 0;
    for (const std::uint8_t secret : {std::uint8_t{40}, std::uint8_t{50}}) {
        ProverOptions options;
        options.seed = {secret};
        const auto proven = prover.prove(small_input(secret), options);
        ASSERT_TRUE(proven.has_value());
        EXPECT_EQ(proven->claim.program, prover.id());
        EXPECT_EQ(proven->claim.public_output[0], secret + 2);
        EXPECT_EQ(verdict(*proven), "accepted");
        EXPECT_TRUE(memory == 0 || memory == prover.memory_bytes()) << "memory is used again";
        memory = prover.memory_bytes();
    }
}

/// The id binds program and code rate: a verifier that knows it knows what was proven, and how.
TEST(ProgramProver, IdsTellProgramsAndProfilesApart) {
    const Program program = small_program();
    Program other = program;
    other.image.back().value ^= 0x80U;
    Program entered = program;
    entered.entry += 4;
    const ProgramId id = program_id(program, kFastProfile);
    EXPECT_EQ(id, program_id(program, kTestProfile)) << "the same code rate";
    EXPECT_NE(id, program_id(other, kFastProfile));
    EXPECT_NE(id, program_id(entered, kFastProfile));
    EXPECT_NE(id, program_id(program, kCompactProfile));
    EXPECT_NE(program_id(program, kCompactProfile), program_id(program, kStrongProfile));
}

TEST(ProgramProver, ProvesWithEveryProfile) {
    for (const SecurityProfile& profile : security_profiles()) {
        ProgramProver prover(small_program(), profile);
        const auto proven = prover.prove(small_input(), {});
        ASSERT_TRUE(proven.has_value()) << profile.name;
        EXPECT_EQ(profile_of(proven->proof)->name, profile.name);
        const auto verified = verify(proven->claim, proven->proof);
        ASSERT_TRUE(verified.has_value()) << profile.name << ": " << to_string(verified.error());
        EXPECT_GE(verified->proven_bits, profile.target_bits);
        EXPECT_TRUE(verified->zero_knowledge);
        Bytes changed = proven->proof;
        changed[changed.size() / 2] ^= 1;
        EXPECT_FALSE(verify(proven->claim, changed).has_value()) << profile.name;
    }
}

TEST(ProgramProver, HasNoProofOfAnExecutionThatTraps) {
    Assembler code;
    code.li(t0, 2).add(imm(Opcode::Lw, t1, t0, 0));
    ProgramProver prover(code.program(), kTestProfile);
    const auto proven = prover.prove({}, {});
    ASSERT_FALSE(proven.has_value());
    EXPECT_EQ(proven.error().kind, ProveError::Kind::Trapped);
    EXPECT_EQ(proven.error().trap.kind, TrapKind::MisalignedLoad);
    EXPECT_EQ(proven.error().cycles, 2U);
}

/// `closing` holds every word of the public input, and has at most 2^22 rows.
TEST(ProgramProver, SaysWhenThereAreTooManyCells) {
    ProgramProver prover(small_program(), kTestProfile);
    const auto proven = prover.prove({.public_input = Bytes(17'000'000), .private_input = {}}, {});
    ASSERT_FALSE(proven.has_value());
    EXPECT_EQ(proven.error().kind, ProveError::Kind::TooManyCells);
    EXPECT_EQ(proven.error().expected, (Rows{kLogRowsMax, kLogExcludedZk}.active()));
    EXPECT_GE(proven.error().got, 17'000'000U / 4);
    EXPECT_EQ(to_string(proven.error()).substr(0, 40), "TooManyCells: expected at most 4192255, ");
}

/// A prover does not make what no verifier takes.
TEST(ProgramProver, SaysWhenAProofWouldBeWeak) {
    SecurityProfile profile = kTestProfile;
    profile.target_bits = 100;
    ProgramProver prover(small_program(), profile);
    const auto proven = prover.prove(small_input(), {});
    ASSERT_FALSE(proven.has_value());
    EXPECT_EQ(proven.error().kind, ProveError::Kind::TooLong);
    EXPECT_EQ(proven.error().expected, 100U);
    EXPECT_EQ(to_string(proven.error()),
              "TooLong: the proof would have 3 proven bits, expected 100");
}

/// The machine knows the compression of SHA-256; no table proves it yet.
TEST(ProgramProver, SaysWhichPrecompileHasNoTable) {
    Assembler code;
    code.li(a0, 0x2'0000).li(a1, 0x2'0100).li(a7, kEcallPrecompile + kPrecompileSha256);
    code.add(ecall()).li(a0, 0).halt();
    ProgramProver prover(code.program(), kTestProfile);
    const auto proven = prover.prove({}, {});
    ASSERT_FALSE(proven.has_value());
    EXPECT_EQ(proven.error().kind, ProveError::Kind::NoTable);
    EXPECT_EQ(to_string(proven.error()), "NoTable: precompile 2 can be executed, but not proven");
}

/// However a program mixes them, no table gets more than 2^22 rows.
TEST(ProgramProver, CutsSegmentsAtPrecompileCallsToo) {
    constexpr std::uint32_t kCalls = kSegmentCallsMax + 10;
    constexpr std::uint8_t t2 = 7;
    Assembler code;
    code.li(a0, 0x2'0000).li(a1, 0x2'0100).li(a7, kEcallPrecompile + kPrecompileCopy32);
    code.li(t2, kCalls).add(ecall()).add(imm(Opcode::Addi, t2, t2, -1));
    code.add(branch(Opcode::Bne, t2, zero, -8)).li(a0, 0).halt();
    const Program program = code.program();
    const Code lowered(program);
    auto recorder = Recorder::create(program, lowered, {}, {});
    ASSERT_TRUE(recorder.has_value());
    SegmentRecord record;
    ASSERT_TRUE(recorder->next(record).has_value());
    EXPECT_FALSE(recorder->halted());
    EXPECT_EQ(record.precompile_calls.size(), kSegmentCallsMax);
    ASSERT_TRUE(recorder->next(record).has_value());
    EXPECT_TRUE(recorder->halted());
    EXPECT_EQ(record.precompile_calls.size(), 10U);
}

}  // namespace
}  // namespace nexus::zkvm
