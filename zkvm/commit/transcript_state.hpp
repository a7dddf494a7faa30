#pragma once

#include "base/bytes.hpp"
#include "zkvm/hash/digest.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nexus::zkvm {

/// The half of Transcript that knows no field: bytes in, words out.
/// Instantiated for Blake3 and MerkleSha256.
template <class H>
class TranscriptState {
public:
    void absorb(std::string_view label, ByteView bytes);
    void absorb_number(std::string_view label, std::uint64_t number);

    /// Drops what the sample before left over.
    void begin_sample() { words_count_ = 0; }
    /// 32 uniform bits of the sample at hand.
    std::uint32_t next_word(std::string_view label);

    std::uint64_t grind(std::string_view label, unsigned bits);
    bool check_grind(std::string_view label, unsigned bits, std::uint64_t nonce);

    [[nodiscard]] const Digest& digest() const { return state_; }

private:
    Digest state_;
    DigestWords words_{};
    std::size_t words_count_ = 0;  // of words_, from its end, that the sample has not used
};

}  // namespace nexus::zkvm
