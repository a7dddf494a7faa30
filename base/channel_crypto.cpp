#include "base/channel_crypto.hpp"

#include "base/assert.hpp"

#include <sodium.h>

namespace nexus {

static_assert(crypto_scalarmult_BYTES == 32 && crypto_scalarmult_SCALARBYTES == 32);
static_assert(crypto_auth_hmacsha256_BYTES == 32);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == RecordCipher::kOverhead);
static_assert(crypto_aead_chacha20poly1305_ietf_NPUBBYTES == 12);

SecretBytes::~SecretBytes() { sodium_memzero(bytes_.data(), bytes_.size()); }

ExchangeKey::ExchangeKey(const std::array<std::uint8_t, 32>& seed) : secret_(seed) {
    NEXUS_ASSERT(sodium_init() >= 0);
    NEXUS_ASSERT(crypto_scalarmult_base(public_key_.data(), secret_.bytes().data()) == 0);
}

std::optional<SecretBytes> ExchangeKey::agree(const Public& peer) const {
    std::array<std::uint8_t, 32> shared{};
    if (crypto_scalarmult(shared.data(), secret_.bytes().data(), peer.data()) != 0) {
        return std::nullopt;
    }
    const SecretBytes secret(shared);
    sodium_memzero(shared.data(), shared.size());
    return secret;
}

SecretBytes derive_key(const SecretBytes& secret, const Hash& salt, std::string_view label) {
    const auto hmac = [](const std::array<std::uint8_t, 32>& key, ByteView message) {
        std::array<std::uint8_t, 32> out{};
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, key.data(), key.size());
        crypto_auth_hmacsha256_update(&state, message.data(), message.size());
        crypto_auth_hmacsha256_final(&state, out.data());
        return out;
    };
    const SecretBytes extracted(hmac(salt.bytes, secret.bytes()));
    Bytes info = to_bytes(as_bytes(label));
    info.push_back(1);
    return SecretBytes(hmac(extracted.bytes(), info));
}

std::array<std::uint8_t, 12> RecordCipher::next_nonce() {
    NEXUS_ASSERT(count_ != ~std::uint64_t{0});
    std::array<std::uint8_t, 12> nonce{};
    for (unsigned i = 0; i < 8; ++i) {
        nonce[4 + i] = static_cast<std::uint8_t>(count_ >> (8 * i));
    }
    ++count_;
    return nonce;
}

Bytes RecordCipher::seal(ByteView plain) {
    const auto nonce = next_nonce();
    Bytes sealed(plain.size() + kOverhead);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                              nullptr, 0, nullptr, nonce.data(),
                                              key_.bytes().data());
    return sealed;
}

std::optional<Bytes> RecordCipher::open(ByteView sealed) {
    if (sealed.size() < kOverhead) {
        return std::nullopt;
    }
    const auto nonce = next_nonce();
    Bytes plain(sealed.size() - kOverhead);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                  sealed.size(), nullptr, 0, nonce.data(),
                                                  key_.bytes().data()) != 0) {
        return std::nullopt;
    }
    return plain;
}

}  // namespace nexus
