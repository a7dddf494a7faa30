#pragma once

#include "actors/link/link.hpp"
#include "actors/node/network_broker.hpp"
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

/// Brokers that talk over the loopback interface, and a peer that says what it likes.
namespace nexus::actors::tests {

/// Waits only when something is broken.
inline constexpr auto kPatience = std::chrono::seconds(30);

inline SecretKey key_of(std::uint8_t node) {
    std::array<std::uint8_t, 32> seed{};
    seed[0] = node;
    return SecretKey(seed);
}

/// Stands for the number that a message of the protocol has not.
inline constexpr std::uint64_t kConsensus = 1'000'000'000;

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

inline std::uint16_t free_port() {
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
    void distrust(std::uint32_t peer, Misconduct misconduct) {
        outbox_->distrust(NodeId{peer}, misconduct);
    }

    Inbox inbox;
    Gate gate;
    std::shared_ptr<NetworkCounters> counters = std::make_shared<NetworkCounters>();
    std::shared_ptr<FaultRules> faults = std::make_shared<FaultRules>();

private:
    static caf::actor_system_config& with_io(caf::actor_system_config& config) {
        use_network(config);
        config.set("scheduler.max-threads", std::size_t{1});
        return config;
    }

    // What a listener never uses, and a role has.
    struct {
        nexus::tests::FakeClock clock;
        nexus::tests::FakeTransport transport;
        nexus::tests::FakeCompute compute;
        nexus::tests::FakeEntropy entropy;
    } world_;
    DirectVerifier verifier_;
    caf::actor_system_config config_;
    caf::actor_system system_;
    NodeHandle role_;
    std::shared_ptr<Outbox> outbox_ = std::make_shared<Outbox>();
    caf::actor broker_;
};

inline std::vector<NetworkMember> members(std::size_t count) {
    std::vector<NetworkMember> members;
    for (std::uint8_t i = 0; i < count; ++i) {
        members.push_back(
            {.key = key_of(i).public_key(), .host = "127.0.0.1", .port = free_port()});
    }
    return members;
}

/// True once `holds` does.
inline bool eventually(const std::function<bool()>& holds) {
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
    /// That it has received.
    [[nodiscard]] std::size_t messages() const { return messages_; }
    void flush(bool flip_last = false) {
        Bytes bytes = link_.take_output(1U << 20U);
        if (flip_last) {
            bytes.back() ^= 1U;
        }
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
            messages_ +=
                link_.receive({buffer.data(), static_cast<std::size_t>(size)}).messages.size();
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
    std::size_t messages_ = 0;
    int handle_ = -1;
};

/// Waits until the node accepts connections.
inline void await_listener(const NetworkMember& node) { close(RawPeer::connect_to(node.port)); }

}  // namespace nexus::actors::tests
