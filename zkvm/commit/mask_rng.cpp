#include "zkvm/commit/mask_rng.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace nexus::zkvm {

static_assert(std::endian::native == std::endian::little, "words are taken as they lie in memory");

namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kBlockWords = 16;

/// What the key of a named stream is derived from.
struct StreamName {
    Hash parent;
    std::string name;
    std::uint64_t index = 0;
    static void describe(auto& codec, auto& self) { codec(self.parent, self.name, self.index); }
};

}  // namespace

MaskRng::~MaskRng() {
    sodium_memzero(key_.data(), key_.size());
    sodium_memzero(ready_.data(), sizeof ready_);
}

MaskRng MaskRng::stream(std::string_view name, std::uint64_t index) const {
    const StreamName full{{key_}, std::string(name), index};
    return MaskRng(tagged_hash("nexus.zkvm.mask", codec::encode(full)).bytes);
}

void MaskRng::generate(std::uint8_t* bytes, std::size_t blocks) {
    const std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
    if (blocks == 0) {
        return;
    }
    std::memset(bytes, 0, blocks * kBlockBytes);
    crypto_stream_chacha20_xor_ic(bytes, bytes, blocks * kBlockBytes, nonce.data(), block_,
                                  key_.data());
    block_ += blocks;
}

void MaskRng::fill_words(std::span<std::uint32_t> words) {
    const std::size_t left = std::min(ready_count_, words.size());
    std::copy_n(ready_.end() - static_cast<std::ptrdiff_t>(ready_count_), left, words.begin());
    ready_count_ -= left;
    words = words.subspan(left);
    const std::size_t blocks = words.size() / kBlockWords;
    generate(reinterpret_cast<std::uint8_t*>(words.data()), blocks);
    words = words.subspan(blocks * kBlockWords);
    if (!words.empty()) {
        generate(reinterpret_cast<std::uint8_t*>(ready_.data()), 1);
        ready_count_ = kBlockWords;
        fill_words(words);
    }
}

template <class F>
void MaskRng::fill(std::span<F> elements) {
    std::array<std::uint32_t, 1024> words;
    std::size_t done = 0;
    while (done < elements.size()) {
        // Never more words than elements are missing, so none that is accepted gets lost.
        const std::size_t count = std::min(words.size(), elements.size() - done);
        fill_words(std::span(words).first(count));
        for (std::size_t i = 0; i < count; ++i) {
            // A uniform Montgomery word is the word of a uniform element.
            const std::uint32_t word = words[i] & 0x7fff'ffffU;
            if (word < F::kModulus) {
                elements[done++] = F::from_word(word);
            }
        }
    }
    sodium_memzero(words.data(), sizeof words);
}

template void MaskRng::fill(std::span<KoalaBear>);
template void MaskRng::fill(std::span<BabyBear>);

}  // namespace nexus::zkvm
