#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "tests/support/guest.hpp"
#include "zkvm/guests/sdk/machine.hpp"
#include "zkvm/vm/execution.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::put_u32;
using tests::run_guest;

Hash filled(std::uint8_t byte) {
    Hash hash;
    hash.bytes.fill(byte);
    return hash;
}

void append(Bytes& bytes, const Hash& hash) {
    bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
}

/// A credential in a tree of issuers' commitments: what issuer, holder and verifier compute, by the
/// README of the guest.
struct Presentation {
    Hash salt = filled(0x55);
    std::uint32_t age = 18;
    std::uint32_t level = 3;
    std::uint32_t index = 5;
    std::uint32_t depth = 4;
    std::uint32_t level_min = 3;
    Hash nonce = filled(0x77);

    [[nodiscard]] Hash commitment() const {
        Bytes bytes = {2};
        append(bytes, salt);
        put_u32(put_u32(bytes, age), level);
        return sha256(bytes);
    }

    /// The leaves of the tree: ours at `index`, those of others elsewhere.
    [[nodiscard]] std::vector<Hash> leaves() const {
        std::vector<Hash> all;
        for (std::uint32_t i = 0; i < 1U << depth; ++i) {
            all.push_back(i == index ? commitment() : filled(static_cast<std::uint8_t>(i)));
        }
        return all;
    }

    /// The siblings from the leaf up, and the root behind them.
    [[nodiscard]] std::vector<Hash> path() const {
        std::vector<Hash> siblings;
        std::vector<Hash> level_hashes = leaves();
        for (std::uint32_t at = index; level_hashes.size() > 1; at /= 2) {
            siblings.push_back(level_hashes[at ^ 1U]);
            std::vector<Hash> above;
            for (std::size_t i = 0; i < level_hashes.size(); i += 2) {
                above.push_back(sha256_node(1, level_hashes[i], level_hashes[i + 1]));
            }
            level_hashes = above;
        }
        siblings.push_back(level_hashes.front());
        return siblings;
    }

    [[nodiscard]] ExecutionInput input() const {
        const std::vector<Hash> hashes = path();
        ExecutionInput input;
        append(input.public_input, hashes.back());
        append(input.public_input, nonce);
        put_u32(input.public_input, level_min);
        append(input.private_input, salt);
        for (const std::uint32_t number : {age, level, index, depth}) {
            put_u32(input.private_input, number);
        }
        for (std::size_t i = 0; i + 1 < hashes.size(); ++i) {
            append(input.private_input, hashes[i]);
        }
        return input;
    }

    [[nodiscard]] Hash tag() const {
        Bytes bytes = {3};
        append(bytes, salt);
        append(bytes, nonce);
        return sha256(bytes);
    }
};

class CredentialGuest : public testing::TestWithParam<const char*> {
protected:
    static std::uint32_t exit_code(const ExecutionInput& input) {
        const ExecutionResult result = run_guest(GetParam(), input);
        EXPECT_EQ(result.output.empty(), result.exit_code != guest::kExitDone);
        return result.exit_code;
    }
};

TEST_P(CredentialGuest, AcceptsAMemberWithTheAttributes) {
    for (const std::uint32_t depth : {0U, 1U, 4U, 7U}) {
        Presentation presentation;
        presentation.depth = depth;
        presentation.index = (1U << depth) - 1;
        const ExecutionResult result = run_guest(GetParam(), presentation.input());
        EXPECT_EQ(result.exit_code, guest::kExitDone) << depth;
        EXPECT_EQ(result.output, to_bytes(presentation.tag().view()));
    }
}

TEST_P(CredentialGuest, BindsItsTagToTheNonce) {
    Presentation presentation;
    const Bytes first = run_guest(GetParam(), presentation.input()).output;
    EXPECT_EQ(run_guest(GetParam(), presentation.input()).output, first);
    presentation.nonce = filled(0x78);
    EXPECT_NE(run_guest(GetParam(), presentation.input()).output, first);
}

TEST_P(CredentialGuest, RejectsTheYoungAndTheLow) {
    Presentation young;
    young.age = 17;
    EXPECT_EQ(exit_code(young.input()), guest::kExitFalse);
    Presentation low;
    low.level = 2;
    EXPECT_EQ(exit_code(low.input()), guest::kExitFalse);
    Presentation huge;
    huge.age = 0xffff'ffff;
    huge.level = 0x8000'0000;
    EXPECT_EQ(exit_code(huge.input()), guest::kExitDone) << "attributes have no sign";
}

TEST_P(CredentialGuest, RejectsAttributesThatWereNotCommittedTo) {
    const Presentation honest;
    for (const std::size_t at : {0U, 31U, 32U, 36U}) {  // salt, age, level
        ExecutionInput input = honest.input();
        input.private_input[at] ^= 0x20U;
        EXPECT_EQ(exit_code(input), guest::kExitFalse) << "byte " << at;
    }
}

TEST_P(CredentialGuest, RejectsAPathThatDoesNotLeadToTheRoot) {
    const Presentation honest;
    ExecutionInput input = honest.input();
    input.private_input[40] ^= 1U;  // the index
    EXPECT_EQ(exit_code(input), guest::kExitFalse);
    input = honest.input();
    input.private_input.back() ^= 1U;
    EXPECT_EQ(exit_code(input), guest::kExitFalse);
    input = honest.input();
    input.public_input[0] ^= 1U;
    EXPECT_EQ(exit_code(input), guest::kExitFalse);
}

TEST_P(CredentialGuest, DoesNotTakeANodeForALeaf) {
    // A path of the parent of our leaf, one level shorter: hashes of nodes and leaves differ.
    const Presentation honest;
    ExecutionInput input = honest.input();
    input.private_input[44] = 3;  // depth
    input.private_input[40] = 2;  // index
    input.private_input.erase(input.private_input.begin() + 48, input.private_input.begin() + 80);
    EXPECT_EQ(exit_code(input), guest::kExitFalse);
}

TEST_P(CredentialGuest, RefusesInputsOfAnotherForm) {
    const Presentation honest;
    ExecutionInput input = honest.input();
    input.public_input.push_back(0);
    EXPECT_EQ(exit_code(input), guest::kExitMalformed);
    input = honest.input();
    input.private_input.push_back(0);
    EXPECT_EQ(exit_code(input), guest::kExitMalformed);
    input = honest.input();
    input.private_input.resize(47);
    EXPECT_EQ(exit_code(input), guest::kExitMalformed);
    input = honest.input();
    input.private_input[44] = 33;  // depth
    EXPECT_EQ(exit_code(input), guest::kExitMalformed);
    input = honest.input();
    input.private_input[40] = 16;  // index of a tree of 16
    EXPECT_EQ(exit_code(input), guest::kExitMalformed) << "else one leaf had many indexes";
    EXPECT_EQ(exit_code({}), guest::kExitMalformed);
}

INSTANTIATE_TEST_SUITE_P(Variants, CredentialGuest,
                         testing::Values("credential", "credential_precompile"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace nexus::zkvm
