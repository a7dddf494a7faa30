// The prover's side of a proof of work; the verifier checks one nonce.
#include "base/assert.hpp"
#include "zkvm/commit/transcript_state.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/parallel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nexus::zkvm {
namespace {

constexpr std::uint64_t kGrindGrain = 1U << 12U;  // nonces that one task tries
constexpr std::size_t kGrindTasks = 16;           // tasks between two looks at what was found

}  // namespace

template <class H>
std::uint64_t TranscriptState<H>::grind(std::string_view label, unsigned bits) {
    NEXUS_ASSERT(bits <= 32);
    std::optional<std::uint64_t> nonce;
    for (std::uint64_t begin = 0; !nonce; begin += kGrindGrain * kGrindTasks) {
        std::array<std::optional<std::uint64_t>, kGrindTasks> found;
        parallel_for(0, kGrindTasks, 1, [&](std::size_t first, std::size_t /*last*/) {
            found[first] = H::grind(state_, bits, begin + first * kGrindGrain, kGrindGrain);
        });
        for (std::size_t i = kGrindTasks; i-- > 0;) {
            nonce = found[i] ? found[i] : nonce;
        }
    }
    const bool holds = check_grind(label, bits, *nonce);
    NEXUS_ASSERT(holds);
    return *nonce;
}

template std::uint64_t TranscriptState<Blake3>::grind(std::string_view, unsigned);
template std::uint64_t TranscriptState<MerkleSha256>::grind(std::string_view, unsigned);

}  // namespace nexus::zkvm
