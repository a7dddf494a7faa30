#include "actors/node/network_broker.hpp"
#include "actors/node/os_entropy.hpp"
#include "actors/node/real_clock.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/prng.hpp"
#include "consensus/registry/registry.hpp"
#include "graph/transaction/body.hpp"
#include "tools/nexus/calibration/costs.hpp"
#include "tools/nexus/calibration/rounds.hpp"
#include "tools/nexus/testnet/free_port.hpp"

#include <absl/status/status.h>
#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

using actors::PacketPtr;

constexpr std::uint64_t kRoundTrips = 200;
constexpr std::uint64_t kTimers = 200;
constexpr auto kPatience = std::chrono::seconds(20);

/// Counts what has come back.
class Tally {
public:
    void add() {
        const std::lock_guard lock(mutex_);
        ++count_;
        wake_.notify_one();
    }
    /// False if it is not there in time.
    bool await(std::uint64_t count) {
        std::unique_lock lock(mutex_);
        return wake_.wait_for(lock, kPatience, [&] { return count_ >= count; });
    }
    std::uint64_t count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::uint64_t count_ = 0;
};

/// Sends every packet back. The one that began tallies instead, and begins again until it has done
/// its round trips. A tick begins a chain of timers.
class Echo final : public actors::RoleActor {
public:
    Echo(caf::actor_config& config, const actors::World& world, Tally* tally)
        : RoleActor(config, world), tally_(tally) {}

protected:
    void on_start() override {}
    void on_packet(NodeId from, const actors::WirePacket& packet) override {
        if (from == NodeId{0} || left_-- > 1) {
            world().transport->send(from, again(packet));
        }
        if (from != NodeId{0}) {
            tally_->add();
        }
    }
    void on_tick(std::uint64_t tick) override {
        if (tick > 0) {
            tick_after(microseconds(100), tick - 1);
            tally_->add();
        } else {
            left_ = kRoundTrips;
        }
    }

private:
    /// As a role does it: a packet of its own, encoded anew.
    static PacketPtr again(const actors::WirePacket& packet) {
        if (packet.type() == actors::PacketType::Query) {
            return make_packet(static_cast<const actors::QueryPacket&>(packet).body);
        }
        return make_packet(static_cast<const actors::TransactionsPacket&>(packet).body);
    }

    Tally* tally_;
    std::uint64_t left_ = 0;
};

SecretKey key_of(std::uint32_t node) { return SecretKey(Prng(node, "calibration/node").bytes32()); }

class NoCompute final : public actors::Compute {
public:
    void charge(actors::Work /*work*/, std::uint64_t /*count*/) override {}
};

/// One node as a process has it.
struct Node {
    Node(caf::actor_system& system, std::uint32_t self, std::vector<actors::NetworkMember> members,
         actors::Clock& clock, Tally* tally) {
        actors::NetworkOptions options;
        options.self = NodeId{self};
        options.key = std::make_shared<const SecretKey>(key_of(self));
        options.listen_port = members[self].port;
        options.members = std::move(members);
        options.keep = self == 0 ? std::vector<NodeId>{} : std::vector{NodeId{0}};
        options.engine = consensus::engines().front();
        role = system.spawn<Echo>(actors::World{.self = NodeId{self},
                                                .clock = &clock,
                                                .transport = outbox.get(),
                                                .compute = &compute,
                                                .entropy = &entropy,
                                                .verifier = &verifier,
                                                .journal = nullptr},
                                  tally);
        broker = actors::spawn_network(system, std::move(options), role, outbox, counters,
                                       std::make_shared<actors::FaultRules>());
    }
    void stop() const {
        caf::anon_send_exit(broker, caf::exit_reason::user_shutdown);
        caf::anon_send_exit(role, caf::exit_reason::user_shutdown);
    }

    std::shared_ptr<actors::Outbox> outbox = std::make_shared<actors::Outbox>();
    std::shared_ptr<actors::NetworkCounters> counters = std::make_shared<actors::NetworkCounters>();
    NoCompute compute;
    actors::OsEntropy entropy;
    DirectVerifier verifier;
    actors::NodeHandle role;
    caf::actor broker;
};

PacketPtr transfers() {
    actors::Wallet wallet(ChainId{1}, key_of(9));
    actors::Transactions body;
    for (int i = 0; i < 128; ++i) {
        body.list.push_back(wallet.sign(graph::Transfer{.to = {}, .amount = Amount(1)}));
    }
    return make_packet(std::move(body));
}

/// Both nodes, and what they do when asked.
class Pair {
public:
    Pair(caf::actor_system& system, const std::vector<actors::NetworkMember>& members)
        : zero_(system, 0, members, clock_, &tally_), one_(system, 1, members, clock_, &tally_) {}
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    ~Pair() {
        zero_.stop();
        one_.stop();
    }

    /// False if they do not reach one another.
    [[nodiscard]] bool await_connection() const {
        const std::int64_t begin = wall_time();
        while (zero_.counters->peers != 1 || one_.counters->peers != 1) {
            if (wall_time() - begin > std::chrono::nanoseconds(kPatience).count()) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    }
    /// Processor time of one packet, sent and received: of round trips one after the other.
    std::int64_t packet(const PacketPtr& packet) {
        return per_unit(process_time, 2 * kRoundTrips, [&] {
            const std::uint64_t goal = tally_.count() + kRoundTrips;
            caf::anon_send(zero_.role, actors::TickAtom::value, std::uint64_t{0});
            zero_.outbox->send(NodeId{1}, packet);
            is_sound_ = is_sound_ && tally_.await(goal);
        });
    }
    std::int64_t event() {
        return per_unit(process_time, kTimers, [&] {
            const std::uint64_t goal = tally_.count() + kTimers;
            caf::anon_send(zero_.role, actors::TickAtom::value, kTimers);
            is_sound_ = is_sound_ && tally_.await(goal);
        });
    }
    [[nodiscard]] bool is_sound() const { return is_sound_; }

private:
    Tally tally_;
    actors::RealClock clock_{0};
    Node zero_, one_;
    bool is_sound_ = true;
};

}  // namespace

absl::Status measure_network(MeasuredCosts& costs) {
    std::vector<actors::NetworkMember> members;
    std::vector<FreePort> taken;
    for (const std::uint32_t node : {0U, 1U}) {
        auto port = FreePort::find();
        if (!port) {
            return absl::UnavailableError("no free port on the loopback interface");
        }
        members.push_back(
            {.key = key_of(node).public_key(), .host = "127.0.0.1", .port = port->number()});
        taken.push_back(*std::move(port));
    }
    taken.clear();
    caf::actor_system_config config;
    actors::use_network(config);
    config.set("scheduler.max-threads", std::size_t{2});
    config.set("scheduler.policy", caf::atom("sharing"));
    caf::actor_system system(config);
    bool is_sound = false;
    {
        Pair pair(system, members);
        const PacketPtr small =
            make_packet(actors::Query{.id = 1, .tree = "accounts", .key = Bytes(32, 1)});
        const PacketPtr large = transfers();
        if (!pair.await_connection()) {
            return absl::UnavailableError(
                "two nodes on the loopback interface: expected a connection within 20 s, got none");
        }
        const std::int64_t small_cost = pair.packet(small);
        const std::int64_t large_cost = pair.packet(large);
        const auto bytes = static_cast<std::int64_t>(large->size() - small->size());
        costs.packet_byte = std::max<std::int64_t>(large_cost - small_cost, 0) / bytes;
        costs.packet = std::max<std::int64_t>(
            small_cost - costs.packet_byte * static_cast<std::int64_t>(small->size()), 0);
        costs.event = pair.event();
        is_sound = pair.is_sound();
    }
    system.await_all_actors_done();
    return is_sound ? absl::OkStatus()
                    : absl::UnavailableError(
                          "two nodes on the loopback interface: expected an "
                          "answer within 20 s, got none");
}

}  // namespace nexus::tools
