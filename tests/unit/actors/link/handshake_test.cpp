// What an attacker in the middle may try with the handshake alone. docs/adr/0012 has the threats.
#include "actors/link/handshake.hpp"

#include "tests/support/link_pair.hpp"

#include <gtest/gtest.h>

#include <nexus/v1/link.pb.h>
#include <string>

namespace nexus::actors {
namespace {

using tests::seed_of;

struct Keys {
    SecretKey alice{seed_of(1)}, bob{seed_of(2)}, mallory{seed_of(3)};
    Hash network{};
    [[nodiscard]] LinkIdentity of(const SecretKey& key) const { return {&key, network}; }
};

template <class Message>
Message parsed(ByteView bytes) {
    Message message;
    EXPECT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    return message;
}

template <class Message>
Bytes written(const Message& message) {
    return to_bytes(as_bytes(message.SerializeAsString()));
}

TEST(Handshake, BothComeToTheSameKeys) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    Responder bob(keys.of(keys.bob), seed_of(12));
    const auto reply = bob.reply(alice.hello());
    ASSERT_TRUE(reply.has_value());
    const auto finished = alice.finish(*reply);
    ASSERT_TRUE(finished.has_value());
    const auto agreed = bob.finish(finished->authenticate);
    ASSERT_TRUE(agreed.has_value());
    EXPECT_EQ(agreed->peer, keys.alice.public_key());
    EXPECT_EQ(agreed->send_key.bytes(), finished->agreement.receive_key.bytes());
    EXPECT_EQ(agreed->receive_key.bytes(), finished->agreement.send_key.bytes());
    EXPECT_NE(agreed->send_key.bytes(), agreed->receive_key.bytes());
    EXPECT_EQ(agreed->version, 1U);
}

TEST(Handshake, RefusesWhoWasNotDialled) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    Responder mallory(keys.of(keys.mallory), seed_of(12));
    EXPECT_EQ(alice.finish(*mallory.reply(alice.hello())).error(), LinkError::WrongPeer);
    // With Bob's name on it, but not his signature.
    auto reply = parsed<v1::HelloReply>(*Responder(mallory).reply(alice.hello()));
    const PublicKey& bob = keys.bob.public_key();
    reply.set_identity(std::string(bob.bytes.begin(), bob.bytes.end()));
    EXPECT_EQ(alice.finish(written(reply)).error(), LinkError::BadSignature);
}

/// A recorded conversation says nothing in another one, for either side.
TEST(Handshake, RefusesReplays) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    Responder bob(keys.of(keys.bob), seed_of(12));
    const Bytes old_reply = *bob.reply(alice.hello());
    const Bytes old_authenticate = alice.finish(old_reply)->authenticate;

    const Initiator later(keys.of(keys.alice), seed_of(21), keys.bob.public_key());
    EXPECT_EQ(later.finish(old_reply).error(), LinkError::BadSignature);
    Responder bob_later(keys.of(keys.bob), seed_of(22));
    ASSERT_TRUE(bob_later.reply(alice.hello()).has_value()) << "the replayed hello itself";
    EXPECT_EQ(bob_later.finish(old_authenticate).error(), LinkError::BadSignature);
}

/// A node's own messages, sent back to it on a second connection.
TEST(Handshake, RefusesReflection) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    Responder alice_dialled(keys.of(keys.alice), seed_of(12));
    const Bytes reply = *alice_dialled.reply(alice.hello());
    EXPECT_EQ(alice.finish(reply).error(), LinkError::Self);
    // Bob's signature as responder is none of an initiator.
    Responder bob(keys.of(keys.bob), seed_of(13));
    const auto bobs = parsed<v1::HelloReply>(*bob.reply(alice.hello()));
    v1::Authenticate reflected;
    reflected.set_identity(bobs.identity());
    reflected.set_signature(bobs.signature());
    EXPECT_EQ(alice_dialled.finish(written(reflected)).error(), LinkError::BadSignature);
    reflected.set_identity(parsed<v1::HelloReply>(reply).identity());
    EXPECT_EQ(alice_dialled.finish(written(reflected)).error(), LinkError::Self);
}

/// Mallory relays Alice's words to Bob under her own name: Bob would think that Mallory speaks, and
/// Alice that she speaks to Bob. Her signature is over other words, and the keys differ.
TEST(Handshake, RefusesMisbinding) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    Responder bob(keys.of(keys.bob), seed_of(12));
    const Bytes reply = *bob.reply(alice.hello());
    const auto finished = alice.finish(reply);
    auto stolen = parsed<v1::Authenticate>(finished->authenticate);
    const PublicKey& mallory = keys.mallory.public_key();
    stolen.set_identity(std::string(mallory.bytes.begin(), mallory.bytes.end()));
    EXPECT_EQ(bob.finish(written(stolen)).error(), LinkError::BadSignature);
}

TEST(Handshake, RefusesDowngrades) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    auto hello = parsed<v1::Hello>(alice.hello());
    hello.clear_versions();
    EXPECT_EQ(Responder(keys.of(keys.bob), seed_of(12)).reply(written(hello)).error(),
              LinkError::NoCommonVersion);
    hello.add_versions(1);
    hello.add_versions(99);  // somebody in the middle changed the list
    const auto reply = Responder(keys.of(keys.bob), seed_of(12)).reply(written(hello));
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(alice.finish(*reply).error(), LinkError::BadSignature);
    auto other = parsed<v1::HelloReply>(*reply);
    other.set_version(0);
    EXPECT_EQ(alice.finish(written(other)).error(), LinkError::NoCommonVersion);
}

TEST(Handshake, RefusesOtherNetworks) {
    Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    keys.network.bytes[5] = 1;
    EXPECT_EQ(Responder(keys.of(keys.bob), seed_of(12)).reply(alice.hello()).error(),
              LinkError::OtherNetwork);
}

TEST(Handshake, RefusesKeysOfLowOrder) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    for (const char order : {'\0', '\1'}) {
        auto hello = parsed<v1::Hello>(alice.hello());
        std::string key(32, '\0');
        key[0] = order;
        hello.set_ephemeral(key);
        EXPECT_EQ(Responder(keys.of(keys.bob), seed_of(12)).reply(written(hello)).error(),
                  LinkError::BadKey);
    }
}

TEST(Handshake, RefusesFieldsOfOtherSizes) {
    const Keys keys;
    const Initiator alice(keys.of(keys.alice), seed_of(11), keys.bob.public_key());
    Responder bob(keys.of(keys.bob), seed_of(12));
    const Bytes reply = *bob.reply(alice.hello());
    for (int field = 0; field < 3; ++field) {
        auto cut = parsed<v1::HelloReply>(reply);
        std::string* const value = field == 0   ? cut.mutable_ephemeral()
                                   : field == 1 ? cut.mutable_identity()
                                                : cut.mutable_signature();
        value->pop_back();
        EXPECT_EQ(alice.finish(written(cut)).error(), LinkError::Malformed) << field;
    }
    EXPECT_EQ(bob.finish({}).error(), LinkError::Malformed);
    EXPECT_EQ(alice.finish({}).error(), LinkError::Malformed);
}

}  // namespace
}  // namespace nexus::actors
