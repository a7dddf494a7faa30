#pragma once

#include "actors/link/link_error.hpp"
#include "base/bytes.hpp"
#include "base/channel_crypto.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace nexus::actors {

/// The versions of the link protocol that this code speaks, ascending.
inline constexpr std::array<std::uint32_t, 1> kLinkVersions{1};

/// Who a node is on a network. The key outlives what is made from this.
struct LinkIdentity {
    const SecretKey* key = nullptr;
    Hash network;  ///< Names the chain; nodes of two networks do not talk.
};

/// What a handshake ends with: who is there, and a key for each direction.
struct Agreement {
    PublicKey peer;
    std::uint32_t version = 0;
    SecretBytes send_key, receive_key;
};

/// The side that dials. Source: SIGMA-I without encrypted identities (H. Krawczyk, "SIGMA", 2003),
/// where the keys, derived from all three messages, take the place of the MACs.
class Initiator {
public:
    /// `entropy`: fresh and secret. `expected`: who was dialled.
    Initiator(const LinkIdentity& identity, const std::array<std::uint8_t, 32>& entropy,
              const PublicKey& expected);

    [[nodiscard]] const Bytes& hello() const { return hello_; }

    struct Finished {
        Bytes authenticate;  ///< To be sent.
        Agreement agreement;
    };
    /// Errors: Malformed, NoCommonVersion, WrongPeer, Self, BadSignature, BadKey.
    [[nodiscard]] Result<Finished, LinkError> finish(ByteView reply) const;

private:
    LinkIdentity identity_;
    ExchangeKey ephemeral_;
    PublicKey expected_;
    Bytes hello_;
};

/// The side that is dialled.
class Responder {
public:
    Responder(const LinkIdentity& identity, const std::array<std::uint8_t, 32>& entropy)
        : identity_(identity), ephemeral_(entropy) {}

    /// The reply to a hello. Pre: called once. Errors: Malformed, NoCommonVersion, OtherNetwork,
    /// BadKey.
    [[nodiscard]] Result<Bytes, LinkError> reply(ByteView hello);

    /// Pre: reply gave a reply. Errors: Malformed, Self, BadSignature.
    [[nodiscard]] Result<Agreement, LinkError> finish(ByteView authenticate) const;

private:
    LinkIdentity identity_;
    ExchangeKey ephemeral_;
    std::uint32_t version_ = 0;
    std::optional<SecretBytes> shared_;
    Hash greeted_;  // hello and reply
};

}  // namespace nexus::actors
