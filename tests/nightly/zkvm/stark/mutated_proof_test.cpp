// Every byte of a proof, flipped.
#include "tests/support/zkvm/small_proof.hpp"
#include "zkvm/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

TEST(MutatedProof, OfAnyByteIsRejected) {
    const ProvenExecution& proven = small_proof();
    std::atomic<std::size_t> accepted{0};
    std::atomic<std::size_t> example{0};
    parallel_for(0, proven.proof.size(), 64, [&](std::size_t begin, std::size_t end) {
        Bytes changed = proven.proof;
        for (std::size_t i = begin; i < end; ++i) {
            changed[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
            if (verdict(proven.claim, changed) == "accepted") {
                ++accepted;
                example = i;
            }
            changed[i] = proven.proof[i];
        }
    });
    EXPECT_EQ(accepted, 0U) << "for one, byte " << example;
}

TEST(MutatedProof, OfAnyLengthIsRejected) {
    const ProvenExecution& proven = small_proof();
    for (std::size_t size = 0; size < proven.proof.size(); size += 7) {
        EXPECT_EQ(verdict(proven.claim, ByteView(proven.proof).first(size)), "Truncated") << size;
    }
}

}  // namespace
}  // namespace nexus::zkvm
