#include "zkvm/stark/proof_stream.hpp"

#include "zkvm/stark/statement.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = Koala4::F;
using E = Koala4::E;

Transcript<F, E, Koala4::H> transcript() {
    return Transcript<F, E, Koala4::H>("proof stream test");
}

/// One of each thing that can be said.
struct Story {
    Bytes known{1, 2, 3};
    std::uint64_t known_number = 4;
    Bytes bytes{5, 6, 7, 8};
    std::uint32_t number = 9;
    Digest digest;
    std::vector<E> elements{E(F(10)), E(F(11))};
};

/// The challenge after the story, and its bytes.
std::pair<E, Bytes> written(const Story& story) {
    ProofWriter<Koala4> proof(transcript());
    proof.know("known", story.known);
    proof.know("known number", story.known_number);
    proof.bytes("bytes", story.bytes);
    proof.number("number", story.number);
    proof.digest("digest", story.digest);
    proof.elements("elements", std::span<const E>(story.elements));
    const E challenge = proof.challenge("challenge", 0);
    return {challenge, proof.take()};
}

/// The challenge of a reader who knows what the story says is known.
E read(const Story& story, const Bytes& bytes) {
    ProofReader<Koala4> proof(transcript(), bytes);
    proof.know("known", story.known);
    proof.know("known number", story.known_number);
    proof.bytes("bytes", story.bytes.size());
    proof.number("number");
    proof.digest("digest");
    proof.elements<E>("elements", story.elements.size());
    const E challenge = proof.challenge("challenge", 0);
    EXPECT_FALSE(proof.error().has_value());
    EXPECT_TRUE(proof.rest().empty());
    return challenge;
}

/// Both ends forgetting the same thing would pass every proof: each thing is changed alone.
TEST(ProofStream, ChallengesHangOnAllThatWasSaid) {
    const E honest = written({}).first;
    EXPECT_EQ(read({}, written({}).second), honest);
    const std::vector<std::pair<const char*, std::function<void(Story&)>>> changes{
        {"known", [](Story& story) { story.known[2] ^= 1U; }},
        {"known, longer", [](Story& story) { story.known.push_back(0); }},
        {"known number", [](Story& story) { ++story.known_number; }},
        {"known number, high", [](Story& story) { story.known_number += 1ULL << 40U; }},
        {"bytes", [](Story& story) { story.bytes[3] ^= 128U; }},
        {"number", [](Story& story) { story.number += 1U << 31U; }},
        {"digest", [](Story& story) { story.digest.bytes[31] = 1; }},
        {"elements", [](Story& story) { story.elements[1][3] += F(1); }},
    };
    for (const auto& [name, change] : changes) {
        Story story;
        change(story);
        const auto [challenge, bytes] = written(story);
        EXPECT_NE(challenge, honest) << name;
        EXPECT_EQ(read(story, bytes), challenge) << name;
    }
}

/// Says so of the first nonce that does not do, by the number of its challenge.
TEST(ProofStream, RefusesANonceWithoutWork) {
    constexpr int kBits = 12;
    ProofWriter<Koala4> proof(transcript());
    const E first = proof.challenge("first", kBits);
    const std::vector<std::uint64_t> indices = proof.indices("second", kBits, 20, 4);
    const Bytes honest = proof.take();
    ASSERT_EQ(honest.size(), 16U) << "two nonces";
    for (std::size_t i = 0; i <= honest.size(); ++i) {
        Bytes bytes = honest;
        if (i < honest.size()) {
            bytes[i] ^= 4U;
        }
        ProofReader<Koala4> reader(transcript(), bytes);
        EXPECT_EQ(reader.challenge("first", kBits) == first, i >= 8) << i;
        EXPECT_EQ(reader.indices("second", kBits, 20, 4) == indices, i == honest.size()) << i;
        if (i == honest.size()) {
            EXPECT_FALSE(reader.error().has_value());
            continue;
        }
        ASSERT_TRUE(reader.error().has_value()) << i;
        EXPECT_EQ(*reader.error(), (ProofError{ProofError::Kind::ProofOfWork, kBits,
                                               i < 8 ? 1U : 2U, i < 8 ? "first" : "second"}));
    }
}

struct Head {
    SecurityProfile profile = kFastProfile;
    bool zero_knowledge = true;
    Claim claim{.program = {}, .public_input = {1, 2}, .public_output = {3, 4}, .exit_code = 5};
    VerifyingKey key;
};

const std::vector<std::pair<const char*, std::function<void(Head&)>>>& changes_of_the_claim() {
    static const std::vector<std::pair<const char*, std::function<void(Head&)>>> kChanges{
        {"program", [](Head& head) { head.claim.program.bytes[31] ^= 1U; }},
        {"public input", [](Head& head) { head.claim.public_input[1] ^= 1U; }},
        {"public input, longer", [](Head& head) { head.claim.public_input.push_back(0); }},
        {"public output", [](Head& head) { head.claim.public_output[0] ^= 1U; }},
        {"public output, none", [](Head& head) { head.claim.public_output.clear(); }},
        {"exit code", [](Head& head) { head.claim.exit_code += 1U << 31U; }},
        {"input and output",
         [](Head& head) { std::swap(head.claim.public_input, head.claim.public_output); }},
    };
    return kChanges;
}

E challenge_of_prover(const Head& head) {
    ProofWriter<Koala4> proof(transcript());
    write_header(proof, head.profile, head.zero_knowledge, head.claim, head.key);
    return proof.challenge("challenge", 0);
}

/// No field of the statement is left out of what the coins hang on: a proof made for one could be
/// bent until it fits another.
TEST(Statement, ChallengesHangOnTheWholeHead) {
    auto changes = changes_of_the_claim();
    changes.insert(changes.end(),
                   {{"profile", [](Head& head) { head.profile.id = 2; }},
                    {"zero knowledge", [](Head& head) { head.zero_knowledge = false; }},
                    {"blowup", [](Head& head) { head.key.log_blowup = 2; }},
                    {"extension", [](Head& head) { head.key.extension_degree = 5; }},
                    {"program rows", [](Head& head) { ++head.key.program_log_rows; }},
                    {"image rows", [](Head& head) { ++head.key.image_log_rows; }},
                    {"entry", [](Head& head) { head.key.entry += 4; }},
                    {"root", [](Head& head) { head.key.root.bytes[0] ^= 1U; }}});
    for (const auto& [name, change] : changes) {
        Head head;
        change(head);
        EXPECT_NE(challenge_of_prover(head), challenge_of_prover({})) << name;
    }
}

TEST(Statement, ChallengesOfTheVerifierHangOnTheClaim) {
    const auto challenge = [](const Head& head) {
        ProofReader<Koala4> proof(transcript(), {});
        know_claim(proof, head.claim);
        return proof.challenge("challenge", 0);
    };
    for (const auto& [name, change] : changes_of_the_claim()) {
        Head head;
        change(head);
        EXPECT_NE(challenge(head), challenge({})) << name;
    }
}

}  // namespace
}  // namespace nexus::zkvm
