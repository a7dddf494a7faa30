// Bugs that verifiers have had, named after their source. Bugs of tables:
// tests/unit/zkvm/components/known_bugs_test.cpp. Of the lists that we know, these cannot be here:
//
// - Short polynomials that enter FRI without randomness (Plonky3, GHSA-f69f-5fx9-w9r9): none enter
//   later; all are lifted and in the first batch, each with its own power of lambda. A changed
//   value of a short one is refused: MutatedProof.OfOneByteIsRejected,
//   Simulator.IsCheckedByTheVerifier.
// - Values that no challenge hangs on, elsewhere (Ceno, pull request 1294; Jolt, pull request 981):
//   one reader absorbs all it reads: Plonky3UnabsorbedOpenings.
// - Degrees of rounds chosen by the prover (Jolt, issue 1736): there is no sumcheck. Heights that
//   are not absorbed (OpenVM, pull request 916): Sp1ChipOrdering, MutatedProof.HeightsAreBounded.
// - A flag for a complete execution (SP1, `is_complete`): there is none; Halt.Nexus604NoHalt.
// - An instruction of several steps whose mode was free (RISC Zero, GHSA-5c79-r6x7-3jx9): a row is
//   a whole instruction, and the pc token of its time is taken once: Fault.Nexus612PcOrder.
// - A cache of memory messages that was not bound to the columns (Airbender, pull request 334):
//   there is no cache; the sums are constraints over the columns: LambdaVmFirstSum.
// - A length from the host that overflows in the guest (SP1, GHSA-6248-228x-mmvh): the input is
//   memory, no call; Sha256Guest.RefusesALengthThatNoInputHas.
// - A verifier that aborts on a malformed proof (Plonky3's README): MutatedProof, and the fuzz
//   target zkvm_verifier_fuzz.
#include "tests/support/zkvm/proof_map.hpp"
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/proof_stream.hpp"
#include "zkvm/stark/verifier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

/// The number at a place of a proof, moved by `change` in the field.
void add_to_element(Bytes& proof, std::size_t at, F change) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        word |= std::uint32_t{proof[at + i]} << (8 * i);
    }
    word = (F(word) + change).value();
    for (std::size_t i = 0; i < 4; ++i) {
        proof[at + i] = static_cast<std::uint8_t>(word >> (8 * i));
    }
}

/// Source: Plonky3, pull request 627 and GHSA-vrmm-4mm5-38vm: opened values were not absorbed. All
/// that a proof says before a challenge changes it: each kind of thing that a reader can read.
TEST(KnownBug, Plonky3UnabsorbedOpenings) {
    using Reader = ProofReader<Koala4>;
    using Read = std::function<void(Reader&)>;
    const Bytes bytes(64, 1);
    const auto challenge = [](const Bytes& proof, const Read& read) {
        Reader reader(Transcript<F, Koala4::E, Koala4::H>("test"), proof);
        read(reader);
        EXPECT_FALSE(reader.error().has_value());
        return reader.challenge("after", 0);
    };
    const std::vector<std::pair<std::size_t, Read>> reads = {
        {32, [](Reader& r) { r.bytes("x", 32); }},
        {4, [](Reader& r) { r.number("x"); }},
        {32, [](Reader& r) { r.digest("x"); }},
        {64, [](Reader& r) { r.elements<Koala4::E>("x", 4); }},
        {64, [](Reader& r) { r.elements<F>("x", 16); }},
    };
    for (const auto& [size, read] : reads) {
        const Koala4::E honest = challenge(bytes, read);
        for (std::size_t i = 0; i < size; ++i) {
            Bytes changed = bytes;
            changed[i] ^= 2;
            EXPECT_NE(challenge(changed, read), honest) << "byte " << i << " of " << size;
        }
    }
}

/// Source: Plonky3, GHSA-f69f-5fx9-w9r9: the degree of the last polynomial was not checked. Its
/// length is not in the proof: it follows from the heights.
TEST(KnownBug, Plonky3FinalDegree) {
    const ProvenExecution& proven = small_proof();
    const ProofMap map(proven);
    const ProofMap::Region& last = map.at("final polynomial");
    EXPECT_EQ(last.size, 16U << SecurityProfile::kLogFinalDegree);
    Bytes changed = proven.proof;
    add_to_element(changed, last.begin, F(1));
    EXPECT_NE(verdict(proven.claim, changed), "accepted");
    const auto end = static_cast<std::ptrdiff_t>(last.begin + last.size);
    for (const std::size_t longer : {16U, 1024U}) {
        Bytes padded = proven.proof;
        padded.insert(padded.begin() + end, longer, 0);
        EXPECT_NE(verdict(proven.claim, padded), "accepted");
    }
    Bytes shorter = proven.proof;
    shorter.erase(shorter.begin() + end - 16, shorter.begin() + end);
    EXPECT_NE(verdict(proven.claim, shorter), "accepted");
}

/// Source: SP1, GHSA-8m24-3cfx-9fjw; nexus-zkvm commit 9da16666: the sums of the tables were not
/// bound. Here their sum stays 0.
TEST(KnownBug, Sp1CumulativeSums) {
    const ProvenExecution& proven = small_proof();
    const ProofMap map(proven);
    for (const char* totals : {"totals", "global totals"}) {
        Bytes changed = proven.proof;
        add_to_element(changed, map.at(totals).begin, F(5));
        EXPECT_NE(verdict(proven.claim, changed), "accepted") << totals;
        add_to_element(changed, map.at(totals).begin + 16, -F(5));
        EXPECT_EQ(verdict(proven.claim, changed), "Constraints") << totals;
    }
}

/// Source: lambda_vm, pull request 344: the first sum referred to itself, so that the total was
/// free. Here the sum runs in a circle, each row takes its share of the total off, and totals that
/// do not cancel are refused whatever the columns say: a prover who adds the same to all sums of a
/// table changes nothing, one who adds to the total breaks the step of every row.
TEST(KnownBug, LambdaVmFirstSum) {
    const ProvenExecution& proven = small_proof();
    const ProofMap map(proven);
    const std::size_t totals = map.at("totals").size / 16;
    for (std::size_t t = 0; t + 1 < totals; ++t) {
        Bytes changed = proven.proof;
        add_to_element(changed, map.at("totals").begin + 16 * t, F(1));
        add_to_element(changed, map.at("totals").begin + 16 * (t + 1), -F(1));
        EXPECT_EQ(verdict(proven.claim, changed), "Constraints") << "table " << t << " of those";
    }
}

/// Source: SP1, GHSA-c873-wfhp-wx5m: the prover chose the order of the tables. Heights that are
/// moved from one table to another, or swapped, are another statement.
TEST(KnownBug, Sp1ChipOrdering) {
    const ProvenExecution& proven = small_proof();
    const std::size_t at = ProofMap(proven).at("heights").begin;
    for (std::size_t t = 0; t < kTableCount; ++t) {
        for (std::size_t u = 0; u < t; ++u) {
            Bytes changed = proven.proof;
            std::swap(changed[at + t], changed[at + u]);
            if (changed != proven.proof) {
                EXPECT_NE(verdict(proven.claim, changed), "accepted")
                    << kTables[t].name << ", " << kTables[u].name;
            }
        }
    }
}

/// Source: Pico, audit of n0zom1z0: `pv_stream` was not bound.
TEST(KnownBug, PicoPublicOutput) {
    const ProvenExecution& proven = small_proof();
    const auto said_of = [&](const std::function<void(Claim&)>& change) {
        Claim claim = proven.claim;
        change(claim);
        return verdict(claim, proven.proof);
    };
    EXPECT_EQ(said_of([](Claim&) {}), "accepted");
    // Each changes the challenges, so the first check that hangs on one fails.
    EXPECT_NE(said_of([](Claim& claim) { claim.public_output[0] ^= 2; }), "accepted");
    EXPECT_NE(said_of([](Claim& claim) { claim.public_output.push_back(0); }), "accepted");
    EXPECT_NE(said_of([](Claim& claim) { claim.public_output.pop_back(); }), "accepted");
    EXPECT_NE(said_of([](Claim& claim) { claim.public_output.clear(); }), "accepted");
    EXPECT_NE(said_of([](Claim& claim) { claim.public_input[3] ^= 1; }), "accepted");
    EXPECT_NE(said_of([](Claim& claim) { claim.public_input.push_back(0); }), "accepted");
    EXPECT_NE(said_of([](Claim& claim) { claim.exit_code ^= 1; }), "accepted");
}

/// Source: SP1, GHSA-6248-228x-mmvh; Pico, the same audit: the key was not bound.
TEST(KnownBug, PicoExpectedKey) {
    const ProvenExecution& proven = small_proof();
    Claim claim = proven.claim;
    claim.program.bytes[0] ^= 1;
    EXPECT_EQ(verdict(claim, proven.proof), "WrongProgram");
    ProvingBench other(Assembler().li(a0, 3).halt().program());
    claim.program = other.key().id();
    EXPECT_EQ(verdict(claim, proven.proof), "WrongProgram");
}

/// Source: argument.xyz, "lookup, part 2": a count that reaches the characteristic is 0. No heights
/// that a proof may have get there; those that might are refused by a check of the verifier.
TEST(KnownBug, LogUpMultiplicityOverflow) {
    std::uint64_t messages = 0;
    for (const TableInfo& table : kTables) {
        messages += std::uint64_t{table.shape.messages} << kLogRowsMax;
    }
    EXPECT_LT(messages, F::kModulus) << "refused as TooManyMessages: test that here";
    // Between segments a row of boundary sends and receives one token of each cell, so that tokens
    // of a cell are as many as there were: a message that p rows received would have to be sent by
    // p rows of one segment.
    EXPECT_LT(std::uint64_t{1} << kLogRowsMax, F::kModulus);
}

/// Source: nexus-zkvm 3.x: `PcsConfig::default()`, six proven bits, on both sides. Parameters for
/// tests are refused unless they are asked for.
TEST(KnownBug, NexusDefaultParameters) {
    const ProvenExecution& proven = small_proof();
    const auto refused = verify(proven.claim, proven.proof);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ProofError::Kind::UnknownProfile);
}

}  // namespace
}  // namespace nexus::zkvm
