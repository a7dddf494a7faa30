#include "actors/link/handshake.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

#include <algorithm>
#include <nexus/v1/link.pb.h>
#include <span>
#include <string>
#include <string_view>

namespace nexus::actors {
namespace {

constexpr std::string_view kResponderDomain = "nexus link responder";
constexpr std::string_view kInitiatorDomain = "nexus link initiator";

template <class Message>
Bytes serialize(const Message& message) {
    return to_bytes(as_bytes(message.SerializeAsString()));
}

template <class Message>
bool parse(Message& message, ByteView bytes) {
    return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

/// A field of fixed size; false if it has another.
template <std::size_t N>
bool take(std::array<std::uint8_t, N>& out, const std::string& field) {
    if (field.size() != N) {
        return false;
    }
    std::copy(field.begin(), field.end(), out.begin());
    return true;
}

template <std::size_t N>
std::string text(const std::array<std::uint8_t, N>& bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Hash of pieces whose borders are part of it.
Hash transcript(std::initializer_list<ByteView> pieces) {
    Sha256 hash;
    for (const ByteView piece : pieces) {
        const Hash inner = sha256(piece);
        hash.update(inner.view());
    }
    return hash.digest();
}

/// What the responder signs: the hello as it came, and the fields of its reply, since protobuf may
/// write the same fields in two ways.
Hash responder_statement(ByteView hello, const v1::HelloReply& reply) {
    const std::array<std::uint8_t, 1> version{static_cast<std::uint8_t>(reply.version())};
    return tagged_hash(kResponderDomain, transcript({hello, version, as_bytes(reply.ephemeral()),
                                                     as_bytes(reply.identity())})
                                             .view());
}

/// What the initiator signs: all before, and both identities.
Hash initiator_statement(const Hash& greeted, const PublicKey& initiator,
                         const PublicKey& responder) {
    return tagged_hash(kInitiatorDomain,
                       transcript({greeted.view(), initiator.view(), responder.view()}).view());
}

/// The keys of both directions: of the initiator's messages, of the responder's.
std::pair<SecretBytes, SecretBytes> direction_keys(const SecretBytes& shared, const Hash& greeted,
                                                   ByteView authenticate) {
    const Hash salt = transcript({greeted.view(), authenticate});
    return {derive_key(shared, salt, "nexus link initiator sends"),
            derive_key(shared, salt, "nexus link responder sends")};
}

/// The highest version on both lists; 0 if there is none.
std::uint32_t common_version(std::span<const std::uint32_t> theirs) {
    std::uint32_t best = 0;
    for (const std::uint32_t version : kLinkVersions) {
        if (std::find(theirs.begin(), theirs.end(), version) != theirs.end()) {
            best = version;
        }
    }
    return best;
}

}  // namespace

std::string_view to_string(LinkError error) {
    constexpr std::array<std::string_view, 13> kNames{
        "FrameTooLong", "Malformed",    "NoCommonVersion", "OtherNetwork", "WrongPeer",
        "Self",         "BadKey",       "BadSignature",    "BadRecord",    "MessageTooLong",
        "Truncated",    "ClosedByPeer", "ClosedByUs"};
    static_assert(kNames.size() == static_cast<std::size_t>(LinkError::Last) + 1);
    return kNames[static_cast<std::size_t>(error)];
}

Initiator::Initiator(const LinkIdentity& identity, const std::array<std::uint8_t, 32>& entropy,
                     const PublicKey& expected)
    : identity_(identity), ephemeral_(entropy), expected_(expected) {
    v1::Hello hello;
    hello.mutable_versions()->Add(kLinkVersions.begin(), kLinkVersions.end());
    hello.set_network(text(identity.network.bytes));
    hello.set_ephemeral(text(ephemeral_.public_key()));
    hello_ = serialize(hello);
}

Result<Initiator::Finished, LinkError> Initiator::finish(ByteView bytes) const {
    v1::HelloReply reply;
    ExchangeKey::Public ephemeral{};
    PublicKey peer;
    Signature signature;
    if (!parse(reply, bytes) || !take(ephemeral, reply.ephemeral()) ||
        !take(peer.bytes, reply.identity()) || !take(signature.bytes, reply.signature())) {
        return fail(LinkError::Malformed);
    }
    if (std::find(kLinkVersions.begin(), kLinkVersions.end(), reply.version()) ==
        kLinkVersions.end()) {
        return fail(LinkError::NoCommonVersion);
    }
    if (peer == identity_.key->public_key()) {
        return fail(LinkError::Self);
    }
    if (peer != expected_) {
        return fail(LinkError::WrongPeer);
    }
    if (!verify_signature(peer, responder_statement(hello_, reply).view(), signature)) {
        return fail(LinkError::BadSignature);
    }
    const auto shared = ephemeral_.agree(ephemeral);
    if (!shared.has_value()) {
        return fail(LinkError::BadKey);
    }
    const Hash greeted = transcript({hello_, bytes});
    v1::Authenticate authenticate;
    const PublicKey& self = identity_.key->public_key();
    authenticate.set_identity(text(self.bytes));
    authenticate.set_signature(
        text(identity_.key->sign(initiator_statement(greeted, self, peer).view()).bytes));
    Finished finished{serialize(authenticate), {peer, reply.version(), {}, {}}};
    std::tie(finished.agreement.send_key, finished.agreement.receive_key) =
        direction_keys(*shared, greeted, finished.authenticate);
    return finished;
}

Result<Bytes, LinkError> Responder::reply(ByteView bytes) {
    v1::Hello hello;
    Hash network;
    ExchangeKey::Public ephemeral{};
    if (!parse(hello, bytes) || !take(network.bytes, hello.network()) ||
        !take(ephemeral, hello.ephemeral())) {
        return fail(LinkError::Malformed);
    }
    version_ = common_version(
        {hello.versions().data(), static_cast<std::size_t>(hello.versions().size())});
    if (version_ == 0) {
        return fail(LinkError::NoCommonVersion);
    }
    if (network != identity_.network) {
        return fail(LinkError::OtherNetwork);
    }
    shared_ = ephemeral_.agree(ephemeral);
    if (!shared_.has_value()) {
        return fail(LinkError::BadKey);
    }
    v1::HelloReply reply;
    reply.set_version(version_);
    reply.set_ephemeral(text(ephemeral_.public_key()));
    reply.set_identity(text(identity_.key->public_key().bytes));
    reply.set_signature(text(identity_.key->sign(responder_statement(bytes, reply).view()).bytes));
    Bytes out = serialize(reply);
    greeted_ = transcript({bytes, out});
    return out;
}

Result<Agreement, LinkError> Responder::finish(ByteView bytes) const {
    NEXUS_ASSERT(shared_.has_value());
    v1::Authenticate authenticate;
    Agreement agreement{{}, version_, {}, {}};
    Signature signature;
    if (!parse(authenticate, bytes) || !take(agreement.peer.bytes, authenticate.identity()) ||
        !take(signature.bytes, authenticate.signature())) {
        return fail(LinkError::Malformed);
    }
    const PublicKey& self = identity_.key->public_key();
    if (agreement.peer == self) {
        return fail(LinkError::Self);
    }
    const Hash statement = initiator_statement(greeted_, agreement.peer, self);
    if (!verify_signature(agreement.peer, statement.view(), signature)) {
        return fail(LinkError::BadSignature);
    }
    std::tie(agreement.receive_key, agreement.send_key) = direction_keys(*shared_, greeted_, bytes);
    return agreement;
}

}  // namespace nexus::actors
