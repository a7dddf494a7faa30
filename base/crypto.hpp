#pragma once

#include "base/bytes.hpp"

#include <absl/container/inlined_vector.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace nexus {

/// An Ed25519 key pair. Source: RFC 8032, through libsodium. Signing is deterministic.
class SecretKey {
public:
    /// The key pair of a 32-byte seed; the caller brings the entropy.
    explicit SecretKey(const std::array<std::uint8_t, 32>& seed);
    SecretKey(const SecretKey&) = default;
    SecretKey(SecretKey&&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    SecretKey& operator=(SecretKey&&) = default;
    ~SecretKey();  // wipes the key

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] Signature sign(ByteView message) const;

private:
    std::array<std::uint8_t, 64> secret_{};  // libsodium's form: seed ‖ public key
    PublicKey public_key_;
};

/// One signature to check.
struct SignatureCheck {
    PublicKey key;
    std::shared_ptr<const Bytes> message;  ///< Shared by all signatures of a certificate.
    Signature signature;
};
/// Most messages carry one signature: it takes no allocation.
using SignatureChecks = absl::InlinedVector<SignatureCheck, 1>;

/// Checks Ed25519 signatures. Implementations differ in cost only, never in the answer.
class SignatureVerifier {
public:
    SignatureVerifier() = default;
    SignatureVerifier(const SignatureVerifier&) = delete;
    SignatureVerifier(SignatureVerifier&&) = delete;
    SignatureVerifier& operator=(const SignatureVerifier&) = delete;
    SignatureVerifier& operator=(SignatureVerifier&&) = delete;
    virtual ~SignatureVerifier() = default;

    [[nodiscard]] virtual bool verify(const PublicKey& key, ByteView message,
                                      const Signature& signature) = 0;
};

/// True if `signature` is a valid Ed25519 signature of `message` under `key`.
bool verify_signature(const PublicKey& key, ByteView message, const Signature& signature);

/// Checks each signature anew.
class DirectVerifier final : public SignatureVerifier {
public:
    bool verify(const PublicKey& key, ByteView message, const Signature& signature) override {
        return verify_signature(key, message, signature);
    }
};

}  // namespace nexus
