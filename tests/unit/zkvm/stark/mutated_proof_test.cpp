// A proof with anything changed is refused. All bytes: tests/nightly/zkvm/stark.
#include "base/prng.hpp"
#include "tests/support/zkvm/proof_map.hpp"
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/stark/domain.hpp"
#include "zkvm/stark/proof_error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

void put_number(Bytes& proof, std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) {
        proof[at + i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
}

/// Proofs of all kinds: one segment, two of them, another field with nonces.
struct Sample {
    const char* name;
    const ProvenExecution& proven;
    int places;  ///< More places of a region that are changed, where verifying is cheap.
};

std::vector<Sample> samples() {
    return {{"one segment", small_proof(), 6},
            {"two segments", small_proof_of_two_segments(), 2},
            {"strong", strong_proof(), 1}};
}

/// Each region of the proof, changed at its first and last byte and at some others.
TEST(MutatedProof, OfOneByteIsRejected) {
    Prng prng(1, "mutated bytes");
    for (const auto& [name, proven, more] : samples()) {
        ASSERT_EQ(verdict(proven), "accepted") << name;
        const ProofMap map(proven);
        for (const ProofMap::Region& region : map.regions()) {
            std::vector<std::size_t> places{0, region.size - 1};
            for (int i = 0; i < more; ++i) {
                places.push_back(prng.below(region.size));
            }
            for (const std::size_t place : places) {
                Bytes changed = proven.proof;
                changed[region.begin + place] ^= static_cast<std::uint8_t>(1U << prng.below(8));
                EXPECT_NE(verdict(proven.claim, changed), "accepted")
                    << name << ", " << region.name << ", byte " << place;
            }
        }
    }
}

/// Every byte of the claim, and its length.
TEST(MutatedProof, OfAnotherClaimIsRejected) {
    for (const auto& [name, proven, places] : samples()) {
        const auto said_of = [&, &of = proven](const std::function<void(Claim&)>& change) {
            Claim claim = of.claim;
            change(claim);
            return verdict(claim, of.proof);
        };
        for (std::size_t i = 0; i < proven.claim.program.bytes.size(); ++i) {
            EXPECT_EQ(said_of([&](Claim& claim) { claim.program.bytes[i] ^= 1U; }), "WrongProgram")
                << name << ", byte " << i;
        }
        for (Bytes Claim::* const text : {&Claim::public_input, &Claim::public_output}) {
            ASSERT_EQ((proven.claim.*text).size(), 4U);
            for (std::size_t i = 0; i < 4; ++i) {
                EXPECT_NE(said_of([&](Claim& claim) { (claim.*text)[i] ^= 0x80U; }), "accepted")
                    << name << ", byte " << i;
            }
            EXPECT_NE(said_of([&](Claim& claim) { (claim.*text).push_back(0); }), "accepted")
                << name;
            EXPECT_NE(said_of([&](Claim& claim) { (claim.*text).pop_back(); }), "accepted") << name;
        }
        for (unsigned bit = 0; bit < 32; ++bit) {
            EXPECT_NE(said_of([&](Claim& claim) { claim.exit_code ^= 1U << bit; }), "accepted")
                << name << ", bit " << bit;
        }
    }
}

/// Another nonce that does is one in 2^10, so of three hardly two.
TEST(MutatedProof, WithoutWorkIsRejected) {
    const ProvenExecution& proven = strong_proof();
    const ProofMap map(proven);
    std::size_t nonces = 0;
    for (const ProofMap::Region& region : map.regions()) {
        if (region.name.starts_with("nonce")) {
            int refused = 0;
            for (const std::uint8_t mask : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{4}}) {
                Bytes changed = proven.proof;
                changed[region.begin + 5] ^= mask;
                const std::string said = verdict(proven.claim, changed);
                EXPECT_NE(said, "accepted") << region.name;
                refused += said == "ProofOfWork" ? 1 : 0;
            }
            EXPECT_GE(refused, 2) << region.name;
            ++nonces;
        }
    }
    EXPECT_GE(nonces, 10U);
}

TEST(MutatedProof, OfAnotherLengthIsRejected) {
    const ProvenExecution& proven = small_proof();
    Prng prng(2, "cut proofs");
    const ProofMap map(proven);
    for (const ProofMap::Region& region : map.regions()) {
        for (const std::size_t size :
             {region.begin, region.begin + 1, region.begin + prng.below(region.size)}) {
            const auto said = verify(proven.claim, ByteView(proven.proof).first(size),
                                     {.accept_test_profile = true});
            ASSERT_FALSE(said.has_value()) << size;
            EXPECT_EQ(said.error().kind, ProofError::Kind::Truncated) << size;
        }
    }
    for (const std::size_t more : {1U, 4U, 32U, 100'000U}) {
        Bytes longer = proven.proof;
        longer.resize(longer.size() + more);
        EXPECT_EQ(verdict(proven.claim, longer), "TrailingBytes");
    }
    EXPECT_EQ(verdict(proven.claim, {}), "Truncated");
}

TEST(MutatedProof, HeaderSaysWhatIsWrong) {
    const ProvenExecution& proven = small_proof();
    const ProofMap map(proven);
    const auto with = [&](const std::string& region, std::uint32_t number) {
        Bytes changed = proven.proof;
        put_number(changed, map.at(region).begin, number);
        return verdict(proven.claim, changed);
    };
    EXPECT_EQ(with("magic", 0), "BadMagic");
    EXPECT_EQ(with("version", 0), "UnknownVersion");
    EXPECT_EQ(with("version", 2), "UnknownVersion");
    for (const std::uint32_t profile : {0U, 4U, 254U, 0x1'00ffU}) {
        EXPECT_EQ(with("profile", profile), "UnknownProfile") << profile;
    }
    EXPECT_EQ(with("profile", 1), "ProofOfWork") << "fast asks for work before each challenge";
    EXPECT_EQ(with("profile", 2), "WrongProgram") << "compact has another code rate";
    EXPECT_EQ(with("profile", 3), "WrongProgram") << "strong has another code rate";
    EXPECT_EQ(with("zero knowledge", 2), "BadFlag");
    EXPECT_NE(with("zero knowledge", 0), "accepted");
    EXPECT_EQ(with("blowup", 2), "WrongProgram");
    EXPECT_EQ(with("blowup", 23), "BadHeight");
    EXPECT_EQ(with("extension", 5), "WrongProgram");
    EXPECT_EQ(with("program rows", 13), "WrongProgram");
    EXPECT_EQ(with("program rows", 1U << 31U), "BadHeight");
    EXPECT_EQ(with("image rows", 13), "WrongProgram");
    EXPECT_EQ(with("entry", 0x1'0004), "WrongProgram") << "another entry";
    EXPECT_EQ(with("fixed", 0), "WrongProgram");
    EXPECT_EQ(with("segments", 0), "TooManySegments");
    EXPECT_EQ(with("segments", 65536), "TooManySegments");
    EXPECT_EQ(with("segments", 0xffff'ffff), "TooManySegments");
    EXPECT_NE(with("segments", 2), "accepted");
}

/// Heights: which tables there are, and how tall they may be.
TEST(MutatedProof, HeightsAreBounded) {
    const ProvenExecution& proven = small_proof();
    const std::size_t at = ProofMap(proven).at("heights").begin;
    const auto with = [&](std::size_t table, std::uint8_t height) {
        Bytes changed = proven.proof;
        changed[at + table] = height;
        return verdict(proven.claim, changed);
    };
    for (std::size_t t = 0; t < kTableCount; ++t) {
        const std::uint8_t honest = proven.proof[at + t];
        for (unsigned height = 0; height < 256; ++height) {
            if (height == honest) {
                continue;
            }
            const std::string said = with(t, static_cast<std::uint8_t>(height));
            EXPECT_NE(said, "accepted") << kTables[t].name << ", " << height;
            const bool is_absent = height == 0;
            const bool is_odd = !is_absent && (height < kLogRowsMin || height > kLogRowsMax);
            const bool is_needed = kTables[t].is_boundary || is_preprocessed(t);
            if (is_odd || (is_absent && is_needed) || is_preprocessed(t)) {
                EXPECT_EQ(said, "BadHeight") << kTables[t].name << ", " << height;
            }
        }
    }
}

TEST(MutatedProof, NumbersThatAreNoElementsAreRejected) {
    const ProvenExecution& proven = small_proof();
    const ProofMap map(proven);
    for (const char* region :
         {"totals", "global totals", "opened", "final polynomial", "openings"}) {
        for (const std::uint32_t number : {F::kModulus, F::kModulus + 1, 0xffff'ffffU}) {
            Bytes changed = proven.proof;
            put_number(changed, map.at(region).begin, number);
            EXPECT_EQ(verdict(proven.claim, changed), "NotCanonical") << region;
        }
    }
}

TEST(MutatedProof, OfSwappedSegmentsIsRejected) {
    const ProvenExecution& proven = small_proof_of_two_segments();
    ASSERT_EQ(proven.segments, 2U);
    ASSERT_EQ(verdict(proven), "accepted");
    const std::vector<std::size_t> ends = segment_places(proven.claim, proven.proof).ends;
    ASSERT_EQ(ends.back(), proven.proof.size());
    const auto at = [&](std::size_t place) {
        return proven.proof.begin() + static_cast<std::ptrdiff_t>(place);
    };
    Bytes swapped(at(0), at(ends[0]));
    swapped.insert(swapped.end(), at(ends[1]), at(ends[2]));
    swapped.insert(swapped.end(), at(ends[0]), at(ends[1]));
    EXPECT_NE(verdict(proven.claim, swapped), "accepted");

    Bytes twice(at(0), at(ends[1]));
    twice.insert(twice.end(), at(ends[0]), at(ends[1]));
    EXPECT_NE(verdict(proven.claim, twice), "accepted");
    EXPECT_EQ(verdict(proven.claim, ByteView(proven.proof).first(ends[1])), "Truncated");
}

/// The same execution with another private input is another proof of the same claim: parts of the
/// two do not mix.
TEST(MutatedProof, OfTwoProofsOfOneClaimIsRejected) {
    const ProvenExecution& one = small_proof();
    const ProvenExecution other = ProvingBench(small_program()).prove(small_input(41));
    ASSERT_EQ(other.claim, one.claim);
    ASSERT_EQ(verdict(other), "accepted");
    const ProofMap map(one);
    for (const ProofMap::Region& region : map.regions()) {
        if (region.name == "openings") {
            continue;
        }
        Bytes mixed = one.proof;
        std::copy_n(other.proof.begin() + static_cast<std::ptrdiff_t>(region.begin), region.size,
                    mixed.begin() + static_cast<std::ptrdiff_t>(region.begin));
        if (mixed != one.proof) {
            EXPECT_NE(verdict(one.claim, mixed), "accepted") << region.name;
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
