#include "tests/unit/actors/node/broker_net.hpp"

#include <gtest/gtest.h>

#include <unistd.h>
#include <vector>

namespace nexus::actors::tests {
namespace {

TEST(NetworkBroker, BansAMemberThatSendsNoPacket) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    {
        RawPeer peer(all[0], key_of(1));
        peer.flush();
        ASSERT_TRUE(peer.read_until([&] { return peer.link().is_authenticated(); }));
        ASSERT_TRUE(peer.link().send(Lane::Normal, Bytes(100, 0xEE)));
        peer.flush();
        EXPECT_FALSE(peer.read_until([] { return false; })) << "it must end the connection";
    }
    EXPECT_EQ(zero.counters->bans, 1U);
    EXPECT_EQ(zero.counters->dropped_malformed, 1U);
    EXPECT_TRUE(zero.inbox.all().empty());
    RawPeer again(all[0], key_of(1));
    again.flush();
    (void)again.read_until([&] { return again.link().is_authenticated(); });
    again.flush();
    EXPECT_FALSE(again.read_until([] { return false; })) << "a ban holds for its key";
    EXPECT_EQ(zero.counters->peers, 0U);
}

TEST(NetworkBroker, WhoeverChangesBytesOnTheWireHasNobodyBanned) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    {
        RawPeer peer(all[0], key_of(1));
        peer.flush();
        ASSERT_TRUE(peer.read_until([&] { return peer.link().is_authenticated(); }));
        ASSERT_TRUE(peer.link().send(
            Lane::Normal, encode_packet(*make_packet(Query{.id = 1, .tree = "t", .key = {}}))));
        peer.flush(/*flip_last=*/true);
        EXPECT_FALSE(peer.read_until([] { return false; })) << "the link ends";
    }
    EXPECT_EQ(zero.counters->bans, 0U);
    EXPECT_TRUE(zero.inbox.all().empty());
    Node one(1, all, {NodeId{0}}, 1);
    one.query(0, 2);
    EXPECT_TRUE(zero.inbox.await(1)) << "and the honest member comes back at once";
}

TEST(NetworkBroker, AMemberThatDialsAgainHasLostItsOldConnection) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    RawPeer old(all[0], key_of(1));
    old.flush();
    ASSERT_TRUE(old.read_until([&] { return old.link().is_authenticated(); }));
    old.flush();
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 1; }));
    // Its machine died without a word: nobody has closed the old connection.
    RawPeer again(all[0], key_of(1));
    again.flush();
    ASSERT_TRUE(again.read_until([&] { return again.link().is_authenticated(); }));
    ASSERT_TRUE(again.link().send(
        Lane::Normal, encode_packet(*make_packet(Query{.id = 7, .tree = "t", .key = {}}))));
    again.flush();
    ASSERT_TRUE(zero.inbox.await(1));
    EXPECT_EQ(zero.inbox.all().front().id, 7U);
    EXPECT_FALSE(old.read_until([] { return false; })) << "the dead one is closed";
    EXPECT_EQ(zero.counters->peers, 1U);
}

TEST(NetworkBroker, StrangersPushOneAnotherOutButNotAMember) {
    const auto all = members(2);
    Node zero(0, all, {}, 0, [](NetworkOptions& options) { options.strangers_max = 4; });
    std::vector<int> sockets;
    for (int i = 0; i < 20; ++i) {
        sockets.push_back(RawPeer::connect_to(all[0].port));
    }
    ASSERT_TRUE(eventually([&] { return zero.counters->refused >= 16; }));
    EXPECT_LE(zero.counters->strangers, 4U);
    Node one(1, all, {NodeId{0}}, 1);
    EXPECT_TRUE(eventually([&] { return zero.counters->peers == 1; }));
    for (const int handle : sockets) {
        close(handle);
    }
}

}  // namespace
}  // namespace nexus::actors::tests
