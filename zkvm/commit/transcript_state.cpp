#include "zkvm/commit/transcript_state.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/parallel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nexus::zkvm {
namespace {

enum class Kind : std::uint8_t { Bytes, Number, Sample, Grind, Last = Grind };

/// What replaces the state is the digest of this.
struct Step {
    Digest state;
    Kind kind;
    std::string label;
    Bytes payload;
    std::uint64_t number = 0;
    static void describe(auto& codec, auto& self) {
        codec(self.state, self.kind, self.label, self.payload, self.number);
    }
};

template <class H>
Digest next_state(const Digest& state, Kind kind, std::string_view label, ByteView payload,
                  std::uint64_t number) {
    const Step step{state, kind, std::string(label), to_bytes(payload), number};
    return H::message(codec::encode(step));
}

constexpr std::uint64_t kGrindGrain = 1U << 12U;  // nonces that one task tries
constexpr std::size_t kGrindTasks = 16;           // tasks between two looks at what was found

}  // namespace

template <class H>
void TranscriptState<H>::absorb(std::string_view label, ByteView bytes) {
    state_ = next_state<H>(state_, Kind::Bytes, label, bytes, 0);
}

template <class H>
void TranscriptState<H>::absorb_number(std::string_view label, std::uint64_t number) {
    state_ = next_state<H>(state_, Kind::Number, label, {}, number);
}

template <class H>
std::uint32_t TranscriptState<H>::next_word(std::string_view label) {
    if (words_count_ == 0) {
        state_ = next_state<H>(state_, Kind::Sample, label, {}, 0);
        words_ = words_of(state_);
        words_count_ = words_.size();
    }
    return words_[words_.size() - words_count_--];
}

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

template <class H>
bool TranscriptState<H>::check_grind(std::string_view label, unsigned bits, std::uint64_t nonce) {
    const bool holds = bits <= 32 && H::grind_holds(state_, bits, nonce);
    state_ = next_state<H>(state_, Kind::Grind, label, {}, nonce);
    return holds;
}

template class TranscriptState<Blake3>;
template class TranscriptState<MerkleSha256>;

}  // namespace nexus::zkvm
