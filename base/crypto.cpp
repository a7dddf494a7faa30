#include "base/crypto.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <sodium.h>

#include <array>
#include <cstdint>

namespace nexus {

static_assert(crypto_sign_SECRETKEYBYTES == 64);
static_assert(crypto_sign_PUBLICKEYBYTES == PublicKey::kSize);
static_assert(crypto_sign_BYTES == Signature::kSize);

SecretKey::SecretKey(const std::array<std::uint8_t, 32>& seed) {
    // Safe to call again and from any thread; it picks the fastest implementation.
    NEXUS_ASSERT(sodium_init() >= 0);
    crypto_sign_seed_keypair(public_key_.bytes.data(), secret_.data(), seed.data());
}

SecretKey::~SecretKey() { sodium_memzero(secret_.data(), secret_.size()); }

Signature SecretKey::sign(ByteView message) const {
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                         secret_.data());
    return signature;
}

bool verify_signature(const PublicKey& key, ByteView message, const Signature& signature) {
    return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                       key.bytes.data()) == 0;
}

}  // namespace nexus
