#include "actors/node/network_broker.hpp"

#include "actors/node/os_entropy.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace nexus::actors {
namespace {

/// Bytes that may lie between us and the socket: what an urgent packet waits for.
constexpr std::size_t kWritingMax = std::size_t{256} << 10U;
constexpr Duration kTick = seconds(1);
constexpr Duration kDialFirst = milliseconds(100);
constexpr unsigned kDialDoublingsMax = 6;

Lane lane_of(const WirePacket& packet) {
    switch (packet.type()) {
        case PacketType::Consensus:
            return Lane::Urgent;
        case PacketType::BlockResponse:
            return Lane::Bulk;
        default:
            return Lane::Normal;
    }
}

std::chrono::nanoseconds chrono_of(Duration duration) {
    return std::chrono::nanoseconds(duration.nanoseconds);
}

}  // namespace

void FaultRules::block(std::set<NodeId> members) {
    std::atomic_store(&blocked_, std::shared_ptr<const std::set<NodeId>>(
                                     std::make_shared<std::set<NodeId>>(std::move(members))));
}

bool FaultRules::is_blocked(NodeId member) const {
    const auto blocked = std::atomic_load(&blocked_);
    return blocked->contains(member);
}

NetworkBroker::NetworkBroker(caf::actor_config& config, NetworkOptions options, NodeHandle role,
                             std::shared_ptr<NetworkCounters> counters,
                             std::shared_ptr<FaultRules> faults)
    : caf::io::broker(config),
      options_(std::move(options)),
      role_(std::move(role)),
      counters_(std::move(counters)),
      faults_(std::move(faults)) {
    for (std::uint32_t i = 0; i < options_.members.size(); ++i) {
        member_of_.emplace(options_.members[i].key, NodeId{i});
    }
}

caf::behavior NetworkBroker::make_behavior() {
    return {
        [this](StartAtom) { start(); },
        [this](SendAtom, NodeId to, const PacketPtr& packet) { send(to, packet); },
        [this](DialAtom, NodeId member) { dial(member); },
        [this](NetTickAtom) { tick(); },
        [this](const caf::io::new_connection_msg& message) { accept(message.handle); },
        [this](const caf::io::new_data_msg& message) { receive(message.handle, message.buf); },
        [this](const caf::io::data_transferred_msg& message) {
            const auto found = connections_.find(message.handle);
            if (found != connections_.end()) {
                found->second.writing = message.remaining;
                write(found->first, found->second);
            }
        },
        [this](const caf::io::connection_closed_msg& message) {
            const auto found = connections_.find(message.handle);
            if (found != connections_.end()) {
                lost(message.handle, found->second.link.end_of_stream());
            }
        },
    };
}

void NetworkBroker::start() {
    if (options_.listen_port != 0) {
        const auto doorman = add_tcp_doorman(options_.listen_port, options_.listen_host.c_str(),
                                             /*reuse_addr=*/true);
        if (!doorman) {
            // A server that cannot be reached is of no use; the process must say so and end.
            std::fprintf(stderr, "fatal: cannot listen on %s:%u: %s\n",
                         options_.listen_host.c_str(), unsigned{options_.listen_port},
                         system().render(doorman.error()).c_str());
            std::abort();
        }
    }
    for (const NodeId member : options_.keep) {
        wanted_.insert(member);
        dial(member);
    }
    delayed_send(this, chrono_of(kTick), NetTickAtom::value);
}

void NetworkBroker::accept(Handle handle) {
    const auto strangers = static_cast<std::size_t>(
        std::count_if(connections_.begin(), connections_.end(),
                      [](const auto& entry) { return !entry.second.peer.has_value(); }));
    if (strangers >= options_.strangers_max || connections_.size() >= options_.connections_max) {
        ++counters_->refused;
        close(handle);
        return;
    }
    const Instant at = now();
    connections_.emplace(handle,
                         Connection{.link = Link::accept(identity(), random_seed()),
                                    .peer = {},
                                    .dialled = {},
                                    .address = remote_addr(handle),
                                    .opened = at,
                                    .heard = at,
                                    .received = {options_.receive_rate, options_.receive_rate}});
    ++counters_->strangers;
    ack_writes(handle, true);
    configure_read(handle, caf::io::receive_policy::at_most(65'536));
}

void NetworkBroker::dial(NodeId member) {
    const NetworkMember& there = options_.members.at(member.value);
    if (by_member_.contains(member) || there.port == 0 || faults_->is_blocked(member)) {
        if (faults_->is_blocked(member)) {
            dial_later(member);
        }
        return;
    }
    const auto handle = add_tcp_scribe(there.host, there.port);
    if (!handle) {
        dial_later(member);
        return;
    }
    const Instant at = now();
    const auto [entry, is_new] = connections_.emplace(
        *handle, Connection{.link = Link::dial(identity(), random_seed(), there.key),
                            .peer = {},
                            .dialled = member,
                            .address = there.host,
                            .opened = at,
                            .heard = at,
                            .received = {options_.receive_rate, options_.receive_rate}});
    NEXUS_ASSERT(is_new);
    by_member_[member] = *handle;
    ++counters_->strangers;
    ack_writes(*handle, true);
    configure_read(*handle, caf::io::receive_policy::at_most(65'536));
    write(*handle, entry->second);
}

void NetworkBroker::dial_later(NodeId member) {
    const unsigned failures = std::min(failures_[member]++, kDialDoublingsMax);
    // A little off, so that nodes that lost one another do not meet in step for ever.
    const Duration base = kDialFirst * (std::int64_t{1} << failures);
    const Duration delay = base + Duration{static_cast<std::int64_t>(OsEntropy().below(
                                      static_cast<std::uint64_t>(base.nanoseconds)))};
    delayed_send(this, chrono_of(delay), DialAtom::value, member);
}

void NetworkBroker::receive(Handle handle, const std::vector<char>& bytes) {
    const auto found = connections_.find(handle);
    if (found == connections_.end()) {
        return;
    }
    Connection& connection = found->second;
    counters_->bytes_received += bytes.size();
    connection.heard = now();
    const LinkEvents events = connection.link.receive(
        {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    if (events.authenticated) {
        authenticated(handle, connection);
        if (!connections_.contains(handle)) {
            return;
        }
    }
    for (const Assembler::Message& message : events.messages) {
        deliver(connection, message);
    }
    write(handle, connection);
    if (events.ended.has_value()) {
        lost(handle, *events.ended);
    } else if (!connection.received.take(connection.heard, bytes.size()) && !connection.is_paused) {
        connection.is_paused = true;
        trigger(handle, 0);  // read no more until the tick finds the debt paid
    }
}

void NetworkBroker::authenticated(Handle handle, Connection& connection) {
    const auto member = member_of_.find(connection.link.peer());
    const bool is_known = member != member_of_.end();
    const bool is_banned =
        is_known && banned_.contains(member->second) && now() < banned_.at(member->second);
    if (!is_known || is_banned || faults_->is_blocked(member->second)) {
        ++counters_->refused;
        connection.link.close();
        write(handle, connection);
        drop(handle);
        return;
    }
    --counters_->strangers;
    ++counters_->peers;
    connection.peer = member->second;
    failures_.erase(member->second);
    const auto other = by_member_.find(member->second);
    if (other != by_member_.end() && other->second != handle) {
        // Two connections crossed. The one that the smaller node dialled stays, on both sides.
        const bool ours_is_smaller = options_.self < member->second;
        const bool keeps_new = connection.dialled.has_value() == ours_is_smaller;
        if (!keeps_new && connections_.at(other->second).peer.has_value()) {
            drop(handle);
            return;
        }
        drop(other->second);
    }
    by_member_[member->second] = handle;
}

void NetworkBroker::deliver(const Connection& connection, const Assembler::Message& message) {
    const NodeId from = *connection.peer;
    if (faults_->is_blocked(from)) {
        return;
    }
    const PacketPtr packet = decode_packet(message.bytes, *options_.engine);
    if (packet == nullptr) {
        ++counters_->dropped_malformed;
        return;
    }
    ++counters_->packets_received;
    caf::anon_send(role_, from, packet);
}

void NetworkBroker::send(NodeId to, const PacketPtr& packet) {
    if (faults_->is_blocked(to)) {
        return;
    }
    auto found = by_member_.find(to);
    if (found == by_member_.end()) {
        dial(to);
        found = by_member_.find(to);
    }
    if (found == by_member_.end()) {
        ++counters_->dropped_unreachable;
        return;
    }
    Connection& connection = connections_.at(found->second);
    if (!connection.link.send(lane_of(static_cast<const WirePacket&>(*packet)),
                              encode_packet(*packet))) {
        ++counters_->dropped_full;
        return;
    }
    ++counters_->packets_sent;
    write(found->second, connection);
}

void NetworkBroker::write(Handle handle, Connection& connection) {
    if (connection.writing >= kWritingMax) {
        return;
    }
    const Bytes bytes = connection.link.take_output(kWritingMax - connection.writing);
    if (bytes.empty()) {
        return;
    }
    connection.writing += bytes.size();
    counters_->bytes_sent += bytes.size();
    caf::io::broker::write(handle, bytes.size(), bytes.data());
    flush(handle);
}

/// Forgets a connection. A member that misbehaved is banned for a while; one that we want is
/// dialled again.
void NetworkBroker::lost(Handle handle, LinkError why) {
    const auto found = connections_.find(handle);
    const std::optional<NodeId> member =
        found->second.peer.has_value() ? found->second.peer : found->second.dialled;
    if (!found->second.peer.has_value()) {
        ++counters_->handshakes_failed;
    } else {
        ++counters_->links_lost;
        if (is_misbehaviour(why)) {
            ++counters_->bans;
            banned_[*found->second.peer] = now() + options_.ban_time;
        }
    }
    drop(handle);
    if (member.has_value() && wanted_.contains(*member) && !by_member_.contains(*member)) {
        dial_later(*member);
    }
}

void NetworkBroker::drop(Handle handle) {
    const auto found = connections_.find(handle);
    if (found == connections_.end()) {
        return;
    }
    --(found->second.peer.has_value() ? counters_->peers : counters_->strangers);
    for (auto entry = by_member_.begin(); entry != by_member_.end();) {
        entry = entry->second == handle ? by_member_.erase(entry) : std::next(entry);
    }
    connections_.erase(found);
    close(handle);
}

void NetworkBroker::tick() {
    const Instant at = now();
    std::vector<std::pair<Handle, LinkError>> over;
    for (auto& [handle, connection] : connections_) {
        if (connection.is_paused && connection.received.debt(at).nanoseconds == 0) {
            connection.is_paused = false;
            trigger(handle);
        }
        const bool is_stranger = !connection.peer.has_value();
        if (is_stranger && at - connection.opened > options_.handshake_time) {
            over.emplace_back(handle, LinkError::Truncated);
        } else if (!connection.is_paused && at - connection.heard > options_.silence_time) {
            over.emplace_back(handle, LinkError::Truncated);
        } else if (!is_stranger && faults_->is_blocked(*connection.peer)) {
            over.emplace_back(handle, LinkError::Truncated);
        } else if (!is_stranger && at - connection.heard > options_.silence_time / 3) {
            connection.link.ping(static_cast<std::uint64_t>(at.nanoseconds));
            write(handle, connection);
        }
    }
    for (const auto& [handle, why] : over) {
        lost(handle, why);
    }
    delayed_send(this, chrono_of(kTick), NetTickAtom::value);
}

caf::actor spawn_network(caf::actor_system& system, NetworkOptions options, NodeHandle role,
                         std::shared_ptr<NetworkCounters> counters,
                         std::shared_ptr<FaultRules> faults) {
    caf::actor_config config{&system.middleman().backend()};
    caf::actor broker = system.spawn_class<NetworkBroker, caf::no_spawn_options>(
        config, std::move(options), std::move(role), std::move(counters), std::move(faults));
    caf::anon_send(broker, StartAtom::value);
    return broker;
}

}  // namespace nexus::actors
