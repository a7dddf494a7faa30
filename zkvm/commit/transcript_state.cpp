#include "zkvm/commit/transcript_state.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_sha256.hpp"

#include <cstddef>
#include <cstdint>
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
bool TranscriptState<H>::check_grind(std::string_view label, unsigned bits, std::uint64_t nonce) {
    const bool holds = bits <= 32 && H::grind_holds(state_, bits, nonce);
    state_ = next_state<H>(state_, Kind::Grind, label, {}, nonce);
    return holds;
}

template class TranscriptState<Blake3>;
template class TranscriptState<MerkleSha256>;

}  // namespace nexus::zkvm
