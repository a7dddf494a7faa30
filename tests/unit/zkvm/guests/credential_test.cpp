#include "base/bytes.hpp"
#include "tests/support/guest.hpp"
#include "tests/support/zkvm/presentation.hpp"
#include "zkvm/guests/sdk/machine.hpp"
#include "zkvm/vm/execution.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace nexus::zkvm {
namespace {

using tests::filled;
using tests::Presentation;
using tests::run_guest;

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
