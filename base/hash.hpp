#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nexus {

/// SHA-256 over a stream of pieces. Source: FIPS 180-4, through OpenSSL (SHA-NI where there is).
class Sha256 {
public:
    Sha256();
    Sha256(const Sha256& other);
    Sha256& operator=(const Sha256& other);
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    Sha256& update(ByteView piece);

    /// The digest of all pieces so far; more pieces may follow.
    [[nodiscard]] Hash digest() const;

private:
    alignas(8) std::uint8_t state_[112];  // SHA256_CTX of OpenSSL; the size is asserted in hash.cpp
};

/// SHA-256 of one piece.
Hash sha256(ByteView bytes);

/// SHA-256(left ‖ right) behind one prefix byte: a node of a Merkle tree.
Hash sha256_node(std::uint8_t prefix, const Hash& left, const Hash& right);

/// SHA-256 with domain separation: SHA-256(len(domain) ‖ domain ‖ bytes), len being one byte.
/// Two uses with different domains never hash the same input.
Hash tagged_hash(std::string_view domain, ByteView bytes);

}  // namespace nexus
