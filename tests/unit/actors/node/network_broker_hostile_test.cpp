#include "tests/unit/actors/node/broker_net.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
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

TEST(NetworkBroker, BansWhomTheRoleDistrustsUntilTheBanEnds) {
    const auto all = members(3);
    constexpr Duration kBan = seconds(3);
    Node zero(0, all, {}, 0, [&](NetworkOptions& options) { options.ban_time = kBan; });
    Node one(1, all, {NodeId{0}}, 1);
    Node two(2, all, {NodeId{0}}, 2);
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 2; }));
    const Instant before = RealClock(0).now();
    zero.distrust(1, Misconduct::BadSignature);
    zero.distrust(1, Misconduct::WrongState);
    ASSERT_TRUE(eventually([&] { return zero.counters->bans == 1; }));
    ASSERT_TRUE(eventually([&] { return zero.counters->refused > 0; })) << "it dials, for nothing";
    zero.distrust(1, Misconduct::MalformedMessage);  // of what had come before
    const std::uint64_t lost = zero.counters->dropped_unreachable;
    zero.query(1, 5);
    ASSERT_TRUE(eventually([&] { return zero.counters->dropped_unreachable > lost; }))
        << "nothing goes to it either";
    two.query(0, 7);
    ASSERT_TRUE(zero.inbox.await(1)) << "and nobody else is touched";
    EXPECT_EQ(zero.counters->peers, 1U);

    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 2; })) << "a ban ends";
    EXPECT_GE(RealClock(0).now() - before, kBan);
    EXPECT_EQ(zero.counters->bans, 1U) << "one ban, however often it was caught meanwhile";
    one.query(0, 8);
    ASSERT_TRUE(zero.inbox.await(2));
    zero.distrust(1, Misconduct::BadSignature);
    EXPECT_TRUE(eventually([&] { return zero.counters->bans == 2; })) << "it has learnt nothing";
}

TEST(NetworkBroker, BansOneWhoHasGoneBeforeTheRoleSaw) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    await_listener(all[0]);
    zero.distrust(1, Misconduct::BadCertificate);
    ASSERT_TRUE(eventually([&] { return zero.counters->bans == 1; }));
    const Node one(1, all, {NodeId{0}}, 1);
    EXPECT_TRUE(eventually([&] { return zero.counters->refused > 0; }));
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

TEST(NetworkBroker, SaysGoodbyeWhenItEnds) {
    const auto all = members(2);
    auto zero = std::make_unique<Node>(0, all, std::vector<NodeId>{}, 0);
    RawPeer peer(all[0], key_of(1));
    peer.flush();
    ASSERT_TRUE(peer.read_until([&] { return peer.link().is_authenticated(); }));
    peer.flush();
    ASSERT_TRUE(eventually([&] { return zero->counters->peers == 1; }));
    zero.reset();
    EXPECT_FALSE(peer.read_until([] { return false; }));
    EXPECT_EQ(peer.link().end_of_stream(), LinkError::ClosedByPeer);
}

TEST(NetworkBroker, WhoeverLeavesTooMuchUnfinishedIsLetGo) {
    const auto all = members(4);
    Node zero(0, all, {}, 0, [](NetworkOptions& options) {
        options.unfinished_bytes_max = std::size_t{7} << 19U;  // 3.5 MiB
    });
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (std::uint8_t i = 1; i < 4; ++i) {
        peers.push_back(std::make_unique<RawPeer>(all[0], key_of(i)));
        RawPeer& peer = *peers.back();
        peer.flush();
        ASSERT_TRUE(peer.read_until([&] { return peer.link().is_authenticated(); }));
        peer.flush();
    }
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 3; }));
    const auto begin = [&](RawPeer& peer, std::size_t mebibytes) {
        const std::uint64_t before = zero.counters->bytes_received;
        ASSERT_TRUE(peer.link().send(Lane::Bulk, Bytes(std::size_t{4} << 20U, 1)));
        for (std::size_t i = 0; i < mebibytes; ++i) {
            peer.flush();
        }
        ASSERT_TRUE(eventually([&] {
            return zero.counters->bytes_received >= before + (mebibytes << 20U) ||
                   zero.counters->let_go > 0;
        }));
    };
    begin(*peers[0], 1);
    begin(*peers[2], 1);
    begin(*peers[1], 2);
    EXPECT_FALSE(peers[1]->read_until([] { return false; })) << "it has most";
    EXPECT_EQ(zero.counters->let_go, 1U);
    EXPECT_EQ(zero.counters->bans, 0U) << "it may have been unlucky";
    EXPECT_EQ(zero.counters->peers, 2U);
}

TEST(NetworkBroker, WhoeverDoesNotReadTakesNoMemoryFromOthers) {
    const auto all = members(3);
    constexpr std::size_t kQueued = std::size_t{4} << 20U;
    Node zero(0, all, {}, 0, [](NetworkOptions& options) { options.queued_bytes_max = kQueued; });
    RawPeer silent(all[0], key_of(1));
    silent.flush();
    ASSERT_TRUE(silent.read_until([&] { return silent.link().is_authenticated(); }));
    silent.flush();
    Node two(2, all, {NodeId{0}}, 2);
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 2; }));
    constexpr std::size_t kPacket = 40'000;
    std::uint32_t part = 0;
    const auto flood = [&](std::uint32_t packets) {
        for (std::uint32_t i = 0; i < packets; ++i) {
            zero.send(
                1, make_packet(StatePart{.block = {}, .part = ++part, .bytes = Bytes(kPacket, 7)}));
        }
    };
    flood(400);  // 16 MB, less than its lane may hold
    for (std::uint64_t id = 0; id < 50; ++id) {
        zero.query(2, id);
    }
    ASSERT_TRUE(two.inbox.await(50));
    EXPECT_GT(zero.counters->dropped_full, 0U);
    ASSERT_TRUE(eventually([&] {
        flood(10);  // sockets take a while until they are full
        return zero.counters->bytes_queued > kQueued / 2;
    }));
    EXPECT_LE(zero.counters->bytes_queued, kQueued + (std::size_t{512} << 10U));
    // What no socket ever took would be a leak of CAF's in the end.
    EXPECT_TRUE(
        silent.read_until([&] { return silent.messages() + 50 == zero.counters->packets_sent; }));
}

}  // namespace
}  // namespace nexus::actors::tests
