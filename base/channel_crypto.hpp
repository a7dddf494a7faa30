#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nexus {

/// 32 secret bytes, wiped when they go.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(const std::array<std::uint8_t, 32>& bytes) : bytes_(bytes) {}
    SecretBytes(const SecretBytes&) = default;
    SecretBytes& operator=(const SecretBytes&) = default;
    ~SecretBytes();

    [[nodiscard]] const std::array<std::uint8_t, 32>& bytes() const { return bytes_; }

private:
    std::array<std::uint8_t, 32> bytes_{};
};

/// An ephemeral key of X25519 (RFC 7748), for one exchange. The caller brings the entropy.
class ExchangeKey {
public:
    using Public = std::array<std::uint8_t, 32>;

    explicit ExchangeKey(const std::array<std::uint8_t, 32>& seed);

    [[nodiscard]] const Public& public_key() const { return public_key_; }
    /// What both sides come to; nothing if the peer's key is of low order.
    [[nodiscard]] std::optional<SecretBytes> agree(const Public& peer) const;

private:
    SecretBytes secret_;
    Public public_key_{};
};

/// A key of its own for each label. Source: HKDF (RFC 5869) with SHA-256.
SecretBytes derive_key(const SecretBytes& secret, const Hash& salt, std::string_view label);

/// One direction of a channel: ChaCha20-Poly1305 (RFC 8439) with a counter as nonce, so that a
/// record that is lost, repeated, moved or changed does not open.
class RecordCipher {
public:
    static constexpr std::size_t kOverhead = 16;

    explicit RecordCipher(const SecretBytes& key) : key_(key) {}

    [[nodiscard]] Bytes seal(ByteView plain);
    /// Nothing if it is not the next record of the other side.
    [[nodiscard]] std::optional<Bytes> open(ByteView sealed);

private:
    [[nodiscard]] std::array<std::uint8_t, 12> next_nonce();

    SecretBytes key_;
    std::uint64_t count_ = 0;
};

}  // namespace nexus
