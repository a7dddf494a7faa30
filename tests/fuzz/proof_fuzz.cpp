#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "zkvm/stark/claim.hpp"
#include "zkvm/stark/proof_error.hpp"
#include "zkvm/stark/verifier.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

// Input: a program id, an exit code of one byte, the length of an input and of an output of at most
// 255 bytes each, both, and a proof. Whatever it is, the verifier answers; the profile of tests is
// let in, since no fuzzer does the work of the others.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus;  // NOLINT(google-build-using-namespace)
    constexpr std::size_t kHead = 32 + 3;
    if (size < kHead || size < kHead + data[33] + data[34]) {
        return 0;
    }
    zkvm::Claim claim;
    std::copy_n(data, claim.program.bytes.size(), claim.program.bytes.begin());
    claim.exit_code = data[32];
    const std::uint8_t* const input = data + kHead;
    const std::uint8_t* const output = input + data[33];
    const std::uint8_t* const proof = output + data[34];
    claim.public_input.assign(input, output);
    claim.public_output.assign(output, proof);
    const ByteView bytes(proof, static_cast<std::size_t>(data + size - proof));
    for (const bool accept_test_profile : {false, true}) {
        const auto verified = zkvm::verify(claim, bytes, {accept_test_profile});
        if (verified.has_value()) {
            NEXUS_ASSERT(accept_test_profile || verified->proven_bits >= 100);
            NEXUS_ASSERT(verified->segments > 0);
        } else {
            NEXUS_ASSERT(!zkvm::to_string(verified.error()).empty());
        }
    }
    return 0;
}
