#pragma once

#include "zkvm/guests/sdk/nexus_guest.hpp"

#include <stddef.h>
#include <stdint.h>

namespace nexus::guest {

using Digest = Array<uint8_t, 32>;

#ifdef NEXUS_GUEST_PRECOMPILES
inline constexpr bool kHasPrecompiles = true;
#else
inline constexpr bool kHasPrecompiles = false;
#endif

namespace sha256_detail {

/// Source: FIPS 180-4, 4.2.2.
inline constexpr uint32_t kRoundConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// Source: FIPS 180-4, 5.3.3.
inline constexpr uint32_t kInitialState[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr uint32_t rotate(uint32_t value, unsigned amount) {
    return value >> amount | value << (32 - amount);
}

constexpr uint32_t swap_bytes(uint32_t value) { return __builtin_bswap32(value); }

/// Source: FIPS 180-4, 6.2.2. The message schedule w overwrites the block: sixteen words are alive
/// at a time.
inline void compress(uint32_t (&state)[8], uint32_t (&w)[16]) {
    uint32_t a = state[0];
    uint32_t b = state[1];
    uint32_t c = state[2];
    uint32_t d = state[3];
    uint32_t e = state[4];
    uint32_t f = state[5];
    uint32_t g = state[6];
    uint32_t h = state[7];
    for (uint32_t t = 0; t < 64; ++t) {
        if (t >= 16) {
            const uint32_t w15 = w[(t + 1) % 16];
            const uint32_t w2 = w[(t + 14) % 16];
            const uint32_t sigma0 = rotate(w15, 7) ^ rotate(w15, 18) ^ w15 >> 3U;
            const uint32_t sigma1 = rotate(w2, 17) ^ rotate(w2, 19) ^ w2 >> 10U;
            w[t % 16] += sigma0 + w[(t + 9) % 16] + sigma1;
        }
        const uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        const uint32_t t1 = h + sum1 + (g ^ (e & (f ^ g))) + kRoundConstants[t] + w[t % 16];
        const uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        const uint32_t t2 = sum0 + ((a & b) | (c & (a | b)));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const uint32_t added[8] = {a, b, c, d, e, f, g, h};
    for (uint32_t i = 0; i < 8; ++i) {
        state[i] += added[i];
    }
}

}  // namespace sha256_detail

/// SHA-256 over a stream of pieces. Source: FIPS 180-4. Blocks are compressed by the precompile
/// where the guest was built for it; what then counts is how bytes become words, so pieces that
/// are aligned are read word by word, wherever in a block they come to stand.
class Sha256 {
public:
    void update(Bytes piece) {
        const uint8_t* from = piece.data();
        uint32_t left = piece.size();
        if (reinterpret_cast<uintptr_t>(from) % 4 == 0) {
            const uint32_t words = left / 4;
            update_words(from, words);
            from += 4 * words;
            left %= 4;
        }
        for (; left != 0; --left) {
            update(*from++);
        }
    }

    void update(uint8_t byte) {
        uint32_t& word = block_[length_ / 4 % 16];
        word = word << 8U | byte;
        ++length_;
        if (length_ % 64 == 0) {
            compress();
        }
    }

    /// The digest of all pieces. Nothing may be added behind it.
    Digest digest() {
        const uint32_t bytes = length_;
        update(0x80);
        while (length_ % 4 != 0) {
            update(0);
        }
        uint32_t at = length_ / 4 % 16;
        if (at > 14) {
            block_[15] = 0;
            compress();
            at = 0;
        }
        for (; at < 14; ++at) {
            block_[at] = 0;
        }
        block_[14] = bytes >> 29U;
        block_[15] = bytes << 3U;
        compress();
        Digest result;
        for (uint32_t i = 0; i < 8; ++i) {
            const uint32_t word = sha256_detail::swap_bytes(state_[i]);
            __builtin_memcpy(result.values + 4 * i, &word, 4);
        }
        return result;
    }

private:
    static uint32_t load(const uint8_t* aligned) {
        uint32_t word;
        __builtin_memcpy(&word, __builtin_assume_aligned(aligned, 4), 4);
        return sha256_detail::swap_bytes(word);
    }

    /// `from` is aligned.
    void update_words(const uint8_t* from, uint32_t count) {
        const uint32_t bits = length_ % 4 * 8;  // of the word that is begun
        uint32_t at = length_ / 4 % 16;
        length_ += 4 * count;
        while (bits == 0 && at == 0 && count >= 16) {
            for (uint32_t i = 0; i < 16; ++i) {
                block_[i] = load(from + 4 * i);
            }
            from += 64;
            count -= 16;
            compress();
        }
        uint32_t begun = block_[at];
        for (; count != 0; --count) {
            const uint32_t word = load(from);
            from += 4;
            block_[at] = bits == 0 ? word : begun << (32 - bits) | word >> bits;
            if (++at == 16) {
                at = 0;
                compress();
            }
            begun = word;  // its low bits begin the next word, the others are shifted out
        }
        block_[at] = begun;
    }

    void compress() {
        if constexpr (kHasPrecompiles) {
            ecall(kEcallSha256, static_cast<uint32_t>(reinterpret_cast<uintptr_t>(state_)),
                  static_cast<uint32_t>(reinterpret_cast<uintptr_t>(block_)), 0);
        } else {
            sha256_detail::compress(state_, block_);
        }
    }

    uint32_t state_[8] = {
        sha256_detail::kInitialState[0], sha256_detail::kInitialState[1],
        sha256_detail::kInitialState[2], sha256_detail::kInitialState[3],
        sha256_detail::kInitialState[4], sha256_detail::kInitialState[5],
        sha256_detail::kInitialState[6], sha256_detail::kInitialState[7],
    };
    uint32_t block_[16] = {};  ///< Numbers; the word that is begun holds its bytes in its low bits.
    uint32_t length_ = 0;
};

}  // namespace nexus::guest
