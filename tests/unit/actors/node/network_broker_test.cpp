#include "tests/unit/actors/node/broker_net.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

/// A socket with bytes to write, or one that is not read, outlives CAF's loop when that ends: its
/// scribe holds itself. No process starts a second loop.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:caf::io::network::default_multiplexer::new_scribe\n";
}

namespace nexus::actors::tests {
namespace {

TEST(NetworkBroker, CarriesPacketsBothWaysInOrder) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 1 && one.counters->peers == 1; }));
    for (std::uint64_t id = 0; id < 200; ++id) {
        one.query(0, id);
        zero.query(1, 1000 + id);
    }
    ASSERT_TRUE(zero.inbox.await(200));
    ASSERT_TRUE(one.inbox.await(200));
    for (std::uint64_t id = 0; id < 200; ++id) {
        EXPECT_EQ(zero.inbox.all()[id].id, id);
        EXPECT_EQ(zero.inbox.all()[id].from, NodeId{1});
        EXPECT_EQ(one.inbox.all()[id].id, 1000 + id);
    }
}

TEST(NetworkBroker, DialsWhomItSendsToAndKeepsWhatWaits) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    await_listener(all[0]);  // what a failed dial would have carried is lost
    Node one(1, all, {}, 1);
    for (std::uint64_t id = 0; id < 10; ++id) {
        one.query(0, id);
    }
    ASSERT_TRUE(zero.inbox.await(10)) << "packets before the connection stands wait for it";
    EXPECT_EQ(one.counters->dropped_unreachable, 0U);
}

TEST(NetworkBroker, CountsWhatADialThatFailsLeavesBehind) {
    const auto all = members(2);
    Node one(1, all, {}, 1);
    for (std::uint64_t id = 0; id < 10; ++id) {
        one.query(0, id);
    }
    const auto dropped = [&] {
        return one.counters->dropped_unsent + one.counters->dropped_unreachable;
    };
    ASSERT_TRUE(eventually([&] { return dropped() == 10; })) << "nobody listens: all are lost";
    EXPECT_GT(one.counters->dropped_unsent, 0U) << "the first has waited for the dial";
    EXPECT_EQ(one.counters->dropped_unsent, one.counters->packets_sent);
}

TEST(NetworkBroker, CountsWhatGoesDownWithALink) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(eventually([&] { return one.counters->peers == 1; }));
    zero.gate.close();  // so that its broker reads no more, and packets wait here
    const auto long_one = make_packet(StatePart{.block = {}, .part = 1, .bytes = Bytes(1U << 20U)});
    for (int i = 0; i < 15; ++i) {
        one.send(0, long_one);
    }
    ASSERT_TRUE(eventually([&] { return one.counters->packets_sent == 15; }));
    EXPECT_EQ(one.counters->dropped_unsent, 0U);
    one.faults->block({NodeId{0}});
    EXPECT_TRUE(eventually([&] { return one.counters->dropped_unsent > 0; }));
    zero.gate.open();  // what the socket has is read, else nobody can end
}

TEST(NetworkBroker, FindsAWantedPeerThatComesLater) {
    const auto all = members(2);
    Node one(1, all, {NodeId{0}}, 1);
    one.query(0, 1);
    {
        Node zero(0, all, {}, 0);
        ASSERT_TRUE(eventually([&] { return one.counters->peers == 1; }));
        one.query(0, 2);
        EXPECT_TRUE(zero.inbox.await(1));
    }
    ASSERT_TRUE(eventually([&] { return one.counters->peers == 0; }));
    Node again(0, all, {}, 0);
    ASSERT_TRUE(eventually([&] { return one.counters->peers == 1; }));
    one.query(0, 3);
    EXPECT_TRUE(again.inbox.await(1));
}

TEST(NetworkBroker, TurnsAwayWhoIsNotAMember) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    Node impostor(1, all, {NodeId{0}}, 77);  // says that it is node 1, without its key
    ASSERT_TRUE(eventually([&] { return zero.counters->refused > 0; }));
    EXPECT_EQ(zero.counters->peers, 0U);
    impostor.query(0, 1);
    EXPECT_TRUE(zero.inbox.all().empty());
}

TEST(NetworkBroker, ObeysACutAndItsEnd) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 1 && one.counters->peers == 1; }));
    zero.faults->block({NodeId{1}});
    one.faults->block({NodeId{0}});
    one.query(0, 1);
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 0 && one.counters->peers == 0; }));
    zero.faults->block({});
    one.faults->block({});
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 1 && one.counters->peers == 1; }));
    one.query(0, 2);
    ASSERT_TRUE(zero.inbox.await(1));
    EXPECT_EQ(zero.inbox.all().front().id, 2U) << "what was sent into the cut is lost";
}

TEST(NetworkBroker, OneConnectionStaysWhenTwoCross) {
    const auto all = members(2);
    Node zero(0, all, {NodeId{1}}, 0);
    Node one(1, all, {NodeId{0}}, 1);
    std::uint64_t id = 0;
    ASSERT_TRUE(eventually([&] {
        one.query(0, ++id);
        zero.query(1, id);
        return zero.counters->peers == 1 && one.counters->peers == 1 &&
               zero.counters->strangers == 0 && one.counters->strangers == 0 &&
               !zero.inbox.all().empty() && !one.inbox.all().empty();
    }));
}

/// Does to all packets what the test says.
class ScriptedShaper final : public PacketShaper {
public:
    using Script = std::function<Fate(Instant now, std::uint64_t count)>;
    explicit ScriptedShaper(Script script) : script_(std::move(script)) { set_active(true); }

    Fate shape(Instant now, NodeId /*to*/, std::size_t size) override {
        EXPECT_GT(size, 0U);
        return script_(now, count_++);
    }
    bool passes(NodeId /*to*/) override { return !cut; }

    void end() { set_active(false); }
    std::atomic<bool> cut = false;

private:
    Script script_;
    std::uint64_t count_ = 0;
};

PacketShaper::Fate at(Instant leaves) { return {.leaves = {leaves, {}}, .copies = 1}; }

TEST(NetworkBroker, HoldsPacketsBackUntilTheirTime) {
    const auto all = members(2);
    std::atomic<std::int64_t> last_leaves = 0;
    const auto shaper = std::make_shared<ScriptedShaper>([&](Instant now, std::uint64_t count) {
        // The later it is asked for, the earlier it leaves; the last two at one time.
        const Instant leaves =
            now + milliseconds(300) -
            milliseconds(50) * std::min<std::int64_t>(static_cast<std::int64_t>(count), 3);
        if (count == 4) {
            return at(Instant{last_leaves});
        }
        last_leaves = leaves.nanoseconds;
        return at(leaves);
    });
    Node zero(0, all, {}, 0);
    Node one(1, all, {NodeId{0}}, 1, {}, shaper);
    ASSERT_TRUE(eventually([&] { return one.counters->peers == 1; }));
    const Instant sent = RealClock(0).now();
    for (std::uint64_t id = 0; id < 5; ++id) {
        one.query(0, id);
    }
    ASSERT_TRUE(zero.inbox.await(5));
    std::vector<std::uint64_t> order;
    for (const Received& received : zero.inbox.all()) {
        order.push_back(received.id);
    }
    EXPECT_EQ(order, (std::vector<std::uint64_t>{3, 4, 2, 1, 0})) << "by time, then as sent";
    // Two clocks that read the system's time are not the same to the nanosecond.
    EXPECT_GE(zero.inbox.all().back().at - sent, milliseconds(295)) << "not before its time";
    EXPECT_EQ(one.counters->packets_shaped, 5U);
    EXPECT_EQ(one.counters->packets_sent, 5U);
    EXPECT_EQ(one.counters->bytes_held, 0U);
}

TEST(NetworkBroker, LosesAndDoublesAsTheShaperSays) {
    const auto all = members(2);
    const auto shaper = std::make_shared<ScriptedShaper>([](Instant now, std::uint64_t count) {
        return count < 20 ? PacketShaper::Fate{}
                          : PacketShaper::Fate{.leaves = {now, now}, .copies = 2};
    });
    Node zero(0, all, {}, 0);
    await_listener(all[0]);  // what a failed dial would have carried is lost
    Node one(1, all, {NodeId{0}}, 1, {}, shaper);
    for (std::uint64_t id = 0; id < 21; ++id) {
        one.query(0, id);
    }
    ASSERT_TRUE(zero.inbox.await(2));
    EXPECT_EQ(zero.inbox.all()[0].id, 20U) << "a loss of everything lets nothing through";
    EXPECT_EQ(zero.inbox.all()[1].id, 20U);
    EXPECT_EQ(one.counters->dropped_shaped, 20U);
}

TEST(NetworkBroker, NothingOvertakesWhatIsHeldWhenShapingEnds) {
    const auto all = members(2);
    Instant last;
    const auto shaper = std::make_shared<ScriptedShaper>([&](Instant now, std::uint64_t count) {
        last = std::max(now, last) + (count == 0 ? milliseconds(200) : nanoseconds(1));
        return at(last);
    });
    Node zero(0, all, {}, 0);
    await_listener(all[0]);  // what a failed dial would have carried is lost
    Node one(1, all, {NodeId{0}}, 1, {}, shaper);
    one.query(0, 0);
    ASSERT_TRUE(eventually([&] { return one.counters->bytes_held > 0; }));
    shaper->end();
    one.query(0, 1);
    ASSERT_TRUE(zero.inbox.await(2));
    EXPECT_EQ(zero.inbox.all()[0].id, 0U);
    one.query(0, 2);
    ASSERT_TRUE(zero.inbox.await(3));
    EXPECT_EQ(one.counters->packets_shaped, 2U) << "then nobody asks any more";
}

TEST(NetworkBroker, DropsWhatIsHeldWhenTheLineIsCut) {
    const auto all = members(2);
    const auto shaper = std::make_shared<ScriptedShaper>([](Instant now, std::uint64_t count) {
        return at(count == 0 ? now + milliseconds(100) : now + milliseconds(200));
    });
    Node zero(0, all, {}, 0);
    await_listener(all[0]);  // what a failed dial would have carried is lost
    Node one(1, all, {NodeId{0}}, 1, {}, shaper);
    shaper->cut = true;
    one.query(0, 0);
    ASSERT_TRUE(eventually([&] { return one.counters->dropped_shaped == 1; }));
    shaper->cut = false;
    one.query(0, 1);
    ASSERT_TRUE(zero.inbox.await(1));
    EXPECT_EQ(zero.inbox.all()[0].id, 1U);
}

TEST(NetworkBroker, AFloodOfHeldPacketsHasABound) {
    const auto all = members(2);
    constexpr std::size_t kBytes = 10'000;
    std::atomic<bool> in_a_year = true;
    const auto shaper = std::make_shared<ScriptedShaper>([&](Instant now, std::uint64_t) {
        return at(in_a_year ? now + seconds(365 * 86'400) : now);
    });
    Node one(
        1, all, {}, 1, [](NetworkOptions& options) { options.held_bytes_max = kBytes; }, shaper);
    for (std::uint64_t id = 0; id < 1'000; ++id) {
        one.query(0, id);
    }
    ASSERT_TRUE(eventually([&] { return one.counters->packets_shaped == 1'000; }));
    EXPECT_LE(one.counters->bytes_held, kBytes);
    EXPECT_GT(one.counters->bytes_held, kBytes / 2);
    EXPECT_GT(one.counters->dropped_held, 900U);
}

/// A packet that fills much of a backlog, and of which nobody takes notice.
PacketPtr long_packet(std::uint32_t part) {
    return make_packet(StatePart{.block = {}, .part = part, .bytes = Bytes(40'000, 7)});
}

TEST(NetworkBroker, ReadsNoMoreThanTheRoleCanBear) {
    const auto all = members(2);
    constexpr std::size_t kBacklog = 200'000;
    Node zero(0, all, {}, 0, [](NetworkOptions& options) { options.backlog_max = kBacklog; });
    Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 1 && one.counters->peers == 1; }));
    zero.gate.close();
    constexpr std::uint32_t kPackets = 300;  // 12 MB, less than the sender's queue
    for (std::uint32_t i = 0; i < kPackets; ++i) {
        one.send(0, long_packet(i));
    }
    one.query(0, 5);
    ASSERT_TRUE(eventually([&] { return zero.counters->pauses == 1; }));
    // A pause begins after the reads that are under way.
    EXPECT_LT(zero.counters->packets_received * 40'000, kBacklog + (1U << 20U));
    zero.gate.open();
    ASSERT_TRUE(zero.inbox.await(1)) << "it reads on, and nothing is lost";
    EXPECT_EQ(zero.counters->packets_received, kPackets + 1U);
    EXPECT_EQ(one.counters->dropped_full, 0U);
}

TEST(NetworkBroker, PausesThatEndAtOnceLoseNothing) {
    const auto all = members(2);
    Node zero(0, all, {}, 0, [](NetworkOptions& options) { options.backlog_max = 100; });
    Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(eventually([&] { return one.counters->peers == 1; }));
    for (std::uint64_t id = 0; id < 2'000;) {
        for (int i = 0; i < 10; ++i) {
            one.query(0, id++);
        }
        ASSERT_TRUE(zero.inbox.await(id)) << "not read any more";
    }
    EXPECT_GT(zero.counters->pauses, 50U);
}

TEST(NetworkBroker, MessagesOfTheProtocolGoPastWhatWaitsForTheRole) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    Node one(1, all, {NodeId{0}}, 1);
    ASSERT_TRUE(eventually([&] { return zero.counters->peers == 1 && one.counters->peers == 1; }));
    zero.gate.close();
    for (std::uint64_t id = 0; id < 100; ++id) {
        one.query(0, id);
    }
    ASSERT_TRUE(eventually([&] { return zero.counters->packets_received == 100; }));
    for (const PacketPtr& packet : nexus::tests::sample_packets()) {
        if (static_cast<const WirePacket&>(*packet).type() == PacketType::Consensus) {
            one.send(0, packet);
            break;
        }
    }
    ASSERT_TRUE(eventually([&] { return zero.counters->packets_received == 101; }));
    zero.gate.open();
    ASSERT_TRUE(zero.inbox.await(101));
    const auto heard = zero.inbox.all();
    const auto at = std::find_if(heard.begin(), heard.end(),
                                 [](const Received& each) { return each.id == kConsensus; });
    EXPECT_LT(at - heard.begin(), 50) << "of 100 that came before it";
}

TEST(NetworkBroker, AMessageTooLongForEveryLaneIsDroppedAndCounted) {
    const auto all = members(2);
    Node zero(0, all, {}, 0);
    await_listener(all[0]);  // what a failed dial would have carried is lost
    Node one(1, all, {NodeId{0}}, 1);
    const auto of_size = [](std::size_t size) {
        return make_packet(StatePart{.block = {}, .part = 1, .bytes = Bytes(size, 7)});
    };
    one.send(0, of_size(std::size_t{9} << 20U));
    one.send(0, of_size(std::size_t{6} << 20U));  // too long for its own lane only
    one.query(0, 1);
    ASSERT_TRUE(eventually([&] { return zero.counters->packets_received == 2; }));
    EXPECT_EQ(one.counters->dropped_too_long, 1U);
}

}  // namespace
}  // namespace nexus::actors::tests
