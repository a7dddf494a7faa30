#include "actors/node/network_broker.hpp"

#include "actors/link/link.hpp"
#include "actors/node/os_entropy.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/wire/packets.hpp"
#include "consensus/registry/registry.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/sample_packets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

/// Waits only when something is broken.
constexpr auto kPatience = std::chrono::seconds(30);

SecretKey key_of(std::uint8_t node) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = node;
    return SecretKey(seed);
}

/// Stands for the number that a message of the protocol has not.
constexpr std::uint64_t kConsensus = 1'000'000'000;

struct Received {
    NodeId from;
    std::uint64_t id = 0;  // of the query
    Instant at;            // by the clock of the broker
};

/// What a role heard, for the test's thread.
class Inbox {
public:
    void push(Received received) {
        const std::lock_guard lock(mutex_);
        all_.push_back(received);
        wake_.notify_all();
    }
    /// True once it holds `count` queries.
    bool await(std::size_t count) {
        std::unique_lock lock(mutex_);
        return wake_.wait_for(lock, kPatience, [&] { return all_.size() >= count; });
    }
    std::vector<Received> all() {
        const std::lock_guard lock(mutex_);
        return all_;
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Received> all_;
};

/// Holds a role in the middle of a packet until it is opened.
class Gate {
public:
    void close() {
        const std::lock_guard lock(mutex_);
        is_open_ = false;
    }
    void open() {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        wake_.notify_all();
    }
    void pass() {
        std::unique_lock lock(mutex_);
        (void)wake_.wait_for(lock, kPatience, [&] { return is_open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool is_open_ = true;
};

class Listener final : public RoleActor {
public:
    Listener(caf::actor_config& config, const World& world, Inbox* inbox, Gate* gate)
        : RoleActor(config, world), inbox_(inbox), gate_(gate) {}

protected:
    void on_start() override {}
    void on_packet(NodeId from, const WirePacket& packet) override {
        gate_->pass();
        if (packet.type() == PacketType::Query) {
            inbox_->push(
                {from, static_cast<const QueryPacket&>(packet).body.id, RealClock(0).now()});
        } else if (packet.type() == PacketType::Consensus) {
            inbox_->push({from, kConsensus, RealClock(0).now()});
        }
    }
    void on_tick(std::uint64_t /*tick*/) override {}

private:
    Inbox* inbox_;
    Gate* gate_;
};

std::uint16_t free_port() {
    const int handle = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(handle, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size), 0);
    close(handle);
    return ntohs(address.sin_port);
}

/// One node with an actor system of its own, as a process has.
class Node {
public:
    Node(std::uint32_t self, std::vector<NetworkMember> members, std::vector<NodeId> keep,
         std::uint8_t key, const std::function<void(NetworkOptions&)>& adjust = {},
         std::shared_ptr<PacketShaper> shaper = nullptr)
        : system_(with_io(config_)) {
        NetworkOptions options;
        options.self = NodeId{self};
        options.key = std::make_shared<const SecretKey>(key_of(key));
        options.listen_port = members[self].port;
        options.members = std::move(members);
        options.keep = std::move(keep);
        options.engine = consensus::find_engine("simplex");
        if (adjust) {
            adjust(options);
        }
        role_ = system_.spawn<Listener>(World{.self = NodeId{self},
                                              .clock = &world_.clock,
                                              .transport = &world_.transport,
                                              .compute = &world_.compute,
                                              .entropy = &world_.entropy,
                                              .verifier = &verifier_,
                                              .journal = nullptr},
                                        &inbox, &gate);
        broker_ = spawn_network(system_, std::move(options), role_, outbox_, counters, faults,
                                std::move(shaper));
    }
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node() {
        gate.open();
        caf::anon_send_exit(broker_, caf::exit_reason::user_shutdown);
        caf::anon_send_exit(role_, caf::exit_reason::user_shutdown);
        system_.await_all_actors_done();
    }

    void query(std::uint32_t to, std::uint64_t id) {
        send(to, make_packet(Query{.id = id, .tree = "accounts", .key = Bytes(4, 1)}));
    }
    void send(std::uint32_t to, const PacketPtr& packet) { outbox_->send(NodeId{to}, packet); }

    Inbox inbox;
    Gate gate;
    std::shared_ptr<NetworkCounters> counters = std::make_shared<NetworkCounters>();
    std::shared_ptr<FaultRules> faults = std::make_shared<FaultRules>();

private:
    static caf::actor_system_config& with_io(caf::actor_system_config& config) {
        config.load<caf::io::middleman>();
        config.set("scheduler.max-threads", std::size_t{1});
        return config;
    }

    // What a listener never uses, and a role has.
    struct {
        tests::FakeClock clock;
        tests::FakeTransport transport;
        tests::FakeCompute compute;
        tests::FakeEntropy entropy;
    } world_;
    DirectVerifier verifier_;
    caf::actor_system_config config_;
    caf::actor_system system_;
    NodeHandle role_;
    std::shared_ptr<Outbox> outbox_ = std::make_shared<Outbox>();
    caf::actor broker_;
};

std::vector<NetworkMember> members(std::size_t count) {
    std::vector<NetworkMember> members;
    for (std::uint8_t i = 0; i < count; ++i) {
        members.push_back(
            {.key = key_of(i).public_key(), .host = "127.0.0.1", .port = free_port()});
    }
    return members;
}

/// True once `holds` does.
bool eventually(const std::function<bool()>& holds) {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    for (int i = 0; i < 3000; ++i) {
        if (holds()) {
            return true;
        }
        never.wait_for(lock, std::chrono::milliseconds(10));
    }
    return false;
}

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
    Node one(1, all, {}, 1);
    for (std::uint64_t id = 0; id < 10; ++id) {
        one.query(0, id);
    }
    ASSERT_TRUE(zero.inbox.await(10)) << "packets before the connection stands wait for it";
    EXPECT_EQ(one.counters->dropped_unreachable, 0U);
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

/// A peer that speaks the link's language over a plain socket, and then says what it likes.
class RawPeer {
public:
    RawPeer(const NetworkMember& there, const SecretKey& key)
        : key_(key), link_(Link::dial({&key_, Hash{}}, random_seed(), there.key)) {
        handle_ = connect_to(there.port);
    }
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;
    ~RawPeer() { close(handle_); }

    Link& link() { return link_; }
    void flush() {
        const Bytes bytes = link_.take_output(1U << 20U);
        (void)::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    /// Reads until `holds` or the end of the stream; false at the end.
    bool read_until(const std::function<bool()>& holds) {
        std::vector<std::uint8_t> buffer(65'536);
        while (!holds()) {
            const ssize_t size = recv(handle_, buffer.data(), buffer.size(), 0);
            if (size <= 0) {
                return false;
            }
            (void)link_.receive({buffer.data(), static_cast<std::size_t>(size)});
        }
        return true;
    }

    static int connect_to(std::uint16_t port) {
        const int handle = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        EXPECT_TRUE(eventually([&] {
            return connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        })) << "it does not listen";
        return handle;
    }

private:
    SecretKey key_;
    Link link_;
    int handle_ = -1;
};

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
}  // namespace nexus::actors
