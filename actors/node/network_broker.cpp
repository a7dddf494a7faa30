#include "actors/node/network_broker.hpp"

#include "actors/node/dialler.hpp"
#include "actors/node/fatal.hpp"
#include "actors/node/os_entropy.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <unistd.h>
#include <utility>

namespace nexus::actors {
namespace {

/// What a packet takes beside its bytes until the role has read it: objects, mailbox element.
constexpr std::size_t kPacketOverhead = 512;
/// Bytes that may lie between us and the socket: what an urgent packet waits for.
constexpr std::size_t kWritingMax = std::size_t{256} << 10U;
constexpr Duration kTick = seconds(1);
constexpr Duration kDialFirst = milliseconds(100);
constexpr unsigned kDialDoublingsMax = 4;
/// A member behind a cut is looked for this often: the end of the cut must not be missed for long.
constexpr Duration kCutInterval = milliseconds(250);
/// Addresses whose pace is remembered.
constexpr std::size_t kAddressesMax = 4096;

NetworkObserver& nobody() {
    static NetworkObserver nobody;
    return nobody;
}

}  // namespace

Lane NetworkBroker::lane_of(const Packet& packet) {
    switch (static_cast<const WirePacket&>(packet).type()) {
        case PacketType::Consensus:
            return Lane::Urgent;
        case PacketType::BlockResponse:
        case PacketType::PartialRun:
            return Lane::Bulk;
        default:
            return Lane::Normal;
    }
}

void FaultRules::block(std::set<NodeId> members) {
    std::atomic_store(&blocked_, std::shared_ptr<const std::set<NodeId>>(
                                     std::make_shared<std::set<NodeId>>(std::move(members))));
}

bool FaultRules::is_blocked(NodeId member) const {
    const auto blocked = std::atomic_load(&blocked_);
    return blocked->contains(member);
}

NetworkBroker::NetworkBroker(caf::actor_config& config, NetworkOptions options, NodeHandle role,
                             std::shared_ptr<Outbox> outbox,
                             std::shared_ptr<NetworkCounters> counters,
                             std::shared_ptr<FaultRules> faults,
                             std::shared_ptr<PacketShaper> shaper)
    : caf::io::broker(config),
      options_(std::move(options)),
      role_(std::move(role)),
      outbox_(std::move(outbox)),
      counters_(std::move(counters)),
      faults_(std::move(faults)),
      shaper_(std::move(shaper)),
      held_(options_.held_bytes_max) {
    if (options_.observer == nullptr) {
        options_.observer = &nobody();
    }
    for (std::uint32_t i = 0; i < options_.members.size(); ++i) {
        member_of_.emplace(options_.members[i].key, NodeId{i});
    }
}

caf::behavior NetworkBroker::make_behavior() {
    return {
        [this](StartAtom) { start(); },
        [this](FlushAtom) { send_all(); },
        [this](ReleaseAtom, std::int64_t at) {
            if (release_at_ == Instant{at}) {  // else an earlier one has taken its place
                release_at_.reset();
                release();
                write_touched();
            }
        },
        [this](ResumeAtom, caf::io::connection_handle handle) {
            if (const auto found = connections_.find(handle); found != connections_.end()) {
                resume_if_behind(handle, found->second);
            }
        },
        [this](ReadOnAtom, caf::io::connection_handle handle, std::int64_t again) {
            const auto found = connections_.find(handle);
            if (found != connections_.end() && !found->second.is_paused) {
                read_on(handle, Duration{again});
            }
        },
        [this](DialAtom, NodeId member) { dial_again(member); },
        [this](DialledAtom, NodeId member, int socket) { dialled(member, socket); },
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

void NetworkBroker::on_exit() {
    for (auto& [handle, connection] : connections_) {
        if (connection.peer.has_value()) {
            connection.link.close();
            write(handle, connection);
        }
    }
}

void NetworkBroker::start() {
    if (options_.listen_port != 0) {
        const auto doorman = add_tcp_doorman(options_.listen_port, options_.listen_host.c_str(),
                                             /*reuse_addr=*/true);
        if (!doorman) {
            // A server that cannot be reached is of no use; the process must say so and end.
            tell_fatal(concat("cannot listen on ", options_.listen_host, ":", options_.listen_port),
                       system().render(doorman.error()));
            std::_Exit(2);
        }
        observer().on_listening(options_.listen_host, options_.listen_port);
    }
    for (const NodeId member : options_.keep) {
        wanted_.insert(member);
        dial_again(member);
    }
    send_later(kTick, NetTickAtom::value);
}

void NetworkBroker::accept(Handle handle) {
    std::string address = remote_addr(handle);
    if (const std::string_view why = refusal(address); !why.empty()) {
        refuse(address, why);
        close(handle);
        return;
    }
    const Instant at = now();
    add(handle, Connection{.link = Link::accept(identity(), random_seed()),
                           .peer = {},
                           .dialled = {},
                           .address = std::move(address),
                           .opened = at,
                           .heard = at,
                           .received = {options_.receive_rate, options_.receive_rate}});
}

std::string_view NetworkBroker::refusal(const std::string& address) {
    if (accepted_.size() >= kAddressesMax) {
        accepted_.clear();  // a little patience for everybody, rather than memory for an attacker
    }
    TokenBucket& pace =
        accepted_.try_emplace(address, options_.accept_rate, options_.accept_burst).first->second;
    const Instant at = now();
    if (pace.debt(at).nanoseconds > 0) {
        return "TooFast";
    }
    (void)pace.take(at, 1);
    if (connections_.size() >= options_.connections_max) {
        return "TooMany";
    }
    if (counters_->strangers < options_.strangers_max) {
        return {};
    }
    // Full of those who do not say who they are: the oldest of the address with the most goes, so
    // that a crowd pushes itself out. An honest node is done long before it is the oldest.
    std::map<std::string, std::size_t> crowd;
    for (const auto& [handle, connection] : connections_) {
        if (!connection.peer.has_value() && !connection.dialled.has_value()) {
            ++crowd[connection.address];
        }
    }
    const auto most = std::max_element(
        crowd.begin(), crowd.end(),
        [](const auto& one, const auto& other) { return one.second < other.second; });
    std::optional<Handle> oldest;
    for (const auto& [handle, connection] : connections_) {
        if (!connection.peer.has_value() && !connection.dialled.has_value() &&
            connection.address == most->first &&
            (!oldest || connection.opened < connections_.at(*oldest).opened)) {
            oldest = handle;
        }
    }
    if (!oldest.has_value()) {
        return "TooManyStrangers";  // all are ours, on their way out
    }
    refuse(most->first, "TooManyStrangers");
    drop(*oldest);
    return {};
}

void NetworkBroker::refuse(std::string_view address, std::string_view why) {
    ++counters_->refused;
    observer().on_refused(address, why);
}

void NetworkBroker::add(Handle handle, Connection connection) {
    const auto [entry, is_new] = connections_.emplace(handle, std::move(connection));
    NEXUS_ASSERT(is_new);
    ++counters_->strangers;
    ack_writes(handle, true);
    configure_read(handle, caf::io::receive_policy::at_most(kReadBytesMax));
    write(handle, entry->second);
}

void NetworkBroker::dial(NodeId member) {
    const NetworkMember& there = options_.members.at(member.value);
    if (by_member_.contains(member) || dials_.contains(member) || there.port == 0) {
        return;
    }
    if (faults_->is_blocked(member) || is_banned(member)) {
        return;
    }
    const auto before = failures_.find(member);
    if (before != failures_.end() && now() < before->second.next) {
        return;
    }
    dials_.emplace(member, Dial{Link::dial(identity(), random_seed(), there.key)});
    const caf::actor dialler = system().spawn<Dialler, caf::detached>(
        Dialler::Goal{.member = member, .host = there.host, .port = there.port},
        caf::actor_cast<caf::actor>(this));
    caf::anon_send(dialler, StartAtom::value);
}

void NetworkBroker::dialled(NodeId member, int socket) {
    auto dial = dials_.extract(member);
    const bool has_come = dial.empty() || by_member_.contains(member);  // to us, meanwhile
    if (!dial.empty() && (socket < 0 || has_come)) {
        count_unsent(dial.mapped().link);
    }
    if (socket < 0) {
        observer().on_unreachable(member);
        failed(member);
        return;
    }
    if (has_come) {
        ::close(socket);
        return;
    }
    const Handle handle = add_scribe(caf::io::network::native_socket{socket});
    const Instant at = now();
    by_member_[member] = handle;
    add(handle, Connection{.link = std::move(dial.mapped().link),
                           .peer = {},
                           .dialled = member,
                           .address = options_.members.at(member.value).host,
                           .opened = at,
                           .heard = at,
                           .received = {options_.receive_rate, options_.receive_rate}});
}

/// A dial, or a connection to a member, came to an end: the next one waits longer than the last,
/// and a little more or less, so that nodes that lost one another do not meet in step for ever.
void NetworkBroker::failed(NodeId member) {
    Failures& failures = failures_[member];
    const Duration base =
        kDialFirst * (std::int64_t{1} << std::min(failures.count, kDialDoublingsMax));
    ++failures.count;
    const Duration delay = base + Duration{static_cast<std::int64_t>(OsEntropy().below(
                                      static_cast<std::uint64_t>(base.nanoseconds)))};
    failures.next = now() + delay;
    if (wanted_.contains(member)) {
        dial_later(member, delay);
    }
}

void NetworkBroker::dial_later(NodeId member, Duration delay) {
    if (to_dial_.insert(member).second) {
        send_later(delay, DialAtom::value, member);
    }
}

void NetworkBroker::dial_again(NodeId member) {
    to_dial_.erase(member);
    if (faults_->is_blocked(member) || is_banned(member)) {
        dial_later(member, kCutInterval);
        return;
    }
    failures_[member].next = now();
    dial(member);
}

bool NetworkBroker::is_banned(NodeId member) const {
    const auto found = banned_.find(member);
    return found != banned_.end() && now() < found->second;
}

void NetworkBroker::ban(NodeId member, std::string_view why) {
    ++counters_->bans;
    observer().on_ban(member, why, options_.ban_time);
    banned_[member] = now() + options_.ban_time;
}

/// The role goes on with what had come before the ban: that does not prolong it.
void NetworkBroker::distrust(NodeId member, std::string_view why) {
    if (is_banned(member)) {
        return;
    }
    if (const auto found = by_member_.find(member);
        found != by_member_.end() && connections_.at(found->second).peer.has_value()) {
        lost(found->second, LinkError::ClosedByUs, why);
    }
    ban(member, why);
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
        if (!deliver(handle, connection, message)) {
            lost(handle, LinkError::Malformed);
            return;
        }
    }
    write(handle, connection);
    if (events.ended.has_value()) {
        lost(handle, *events.ended);
    } else {
        (void)connection.received.take(connection.heard, bytes.size());
        pause_if_ahead(handle, connection);
        let_go_of_hoarder(connection.link);
    }
}

void NetworkBroker::authenticated(Handle handle, Connection& connection) {
    const auto member = member_of_.find(connection.link.peer());
    const bool is_known = member != member_of_.end();
    if (!is_known || is_banned(member->second) || faults_->is_blocked(member->second)) {
        refuse(connection.address, !is_known                   ? "NoMember"
                                   : is_banned(member->second) ? "Banned"
                                                               : "Cut");
        connection.link.close();
        write(handle, connection);
        drop(handle);
        return;
    }
    --counters_->strangers;
    ++counters_->peers;
    connection.peer = member->second;
    failures_.erase(member->second);
    if (const auto dial = dials_.extract(member->second); !dial.empty()) {
        count_unsent(dial.mapped().link);
    }
    const auto other = by_member_.find(member->second);
    if (other != by_member_.end() && other->second != handle) {
        // Two connections crossed: the one that the smaller node dialled stays, on both sides. But
        // whoever dials again has lost the one before, and one that has stood for long has crossed
        // nothing: the new one is the living one.
        const Connection& old = connections_.at(other->second);
        const bool has_crossed = old.dialled.has_value() != connection.dialled.has_value() &&
                                 now() - old.opened < options_.handshake_time;
        const bool ours_is_smaller = options_.self < member->second;
        const bool keeps_new = !has_crossed || connection.dialled.has_value() == ours_is_smaller;
        if (!keeps_new && old.peer.has_value()) {
            drop(handle);
            return;
        }
        if (old.peer.has_value()) {
            observer().on_peer_down(member->second, "Replaced");
        }
        drop(other->second);
    }
    by_member_[member->second] = handle;
    observer().on_peer_up(member->second, connection.address, connection.dialled.has_value());
}

bool NetworkBroker::deliver(Handle handle, const Connection& connection,
                            const Assembler::Message& message) {
    const NodeId from = *connection.peer;
    if (faults_->is_blocked(from)) {
        return true;
    }
    PacketPtr packet = decode_packet(message.bytes, *options_.engine);
    if (packet == nullptr) {
        ++counters_->dropped_malformed;
        return false;
    }
    // What a vote is for must not wait behind what there is to vote on later.
    const bool is_urgent = lane_of(*packet) == Lane::Urgent;
    packet = counted(handle, connection, std::move(packet), message.bytes.size() + kPacketOverhead);
    if (is_urgent) {
        caf::anon_send<caf::message_priority::high>(role_, from, packet);
    } else {
        caf::anon_send(role_, from, packet);
    }
    ++counters_->packets_received;  // once it cannot come later than what follows from that
    return true;
}

void NetworkBroker::send_all() {
    const Outgoing outgoing = outbox_->take();
    for (const auto& [peer, misconduct] : outgoing.distrusted) {
        distrust(peer, to_string(misconduct));
    }
    for (const auto& [to, packet] : outgoing.packets) {
        send(to, packet);
    }
    write_touched();
}

void NetworkBroker::write_touched() {
    for (const Handle& handle : std::exchange(touched_, {})) {
        if (const auto found = connections_.find(handle); found != connections_.end()) {
            write(handle, found->second);
        }
    }
}

void NetworkBroker::send(NodeId to, const PacketPtr& packet) {
    // What follows upon held packets must not overtake them.
    if (shaper_ != nullptr && (shaper_->is_active() || !held_.empty())) {
        shape(to, packet);
        return;
    }
    Link* const link = link_to(to);
    if (link == nullptr) {
        return;
    }
    if (packet != encoded_) {
        encoded_ = packet;
        encoded_bytes_ = encode_packet(*packet);
    }
    send_on(*link, to, lane_of(*packet), encoded_bytes_);
}

Link* NetworkBroker::link_to(NodeId member) {
    if (faults_->is_blocked(member)) {
        return nullptr;
    }
    if (!by_member_.contains(member)) {
        dial(member);
    }
    if (const auto found = by_member_.find(member); found != by_member_.end()) {
        return &connections_.at(found->second).link;
    }
    if (const auto waiting = dials_.find(member); waiting != dials_.end()) {
        return &waiting->second.link;
    }
    ++counters_->dropped_unreachable;
    return nullptr;
}

void NetworkBroker::send_on(Link& link, NodeId to, Lane lane, const Bytes& bytes) {
    if (bytes.size() > kMessageBytesMax[static_cast<std::size_t>(lane)]) {
        lane = Lane::Bulk;  // where the longest may go
    }
    if (bytes.size() > kMessageBytesMax[static_cast<std::size_t>(lane)]) {
        ++counters_->dropped_too_long;
        return;
    }
    if (!may_queue(link, bytes.size()) || !link.send(lane, bytes)) {
        ++counters_->dropped_full;
        return;
    }
    ++counters_->packets_sent;
    if (const auto found = by_member_.find(to); found != by_member_.end()) {
        touched_.insert(found->second);
    }
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
void NetworkBroker::lost(Handle handle, LinkError error) { lost(handle, error, to_string(error)); }

void NetworkBroker::lost(Handle handle, LinkError error, std::string_view why) {
    const auto found = connections_.find(handle);
    const std::optional<NodeId> peer = found->second.peer;
    const std::optional<NodeId> member = peer.has_value() ? peer : found->second.dialled;
    if (!peer.has_value()) {
        ++counters_->handshakes_failed;
        observer().on_handshake_failed(found->second.address, why);
    } else {
        ++counters_->links_lost;
        observer().on_peer_down(*peer, why);
        if (is_misbehaviour(error)) {
            ban(*peer, why);
        }
    }
    drop(handle);
    if (member.has_value() && !by_member_.contains(*member)) {
        failed(*member);
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
    count_unsent(found->second.link);
    connections_.erase(found);
    close(handle);
}

void NetworkBroker::tick() {
    const Instant at = now();
    std::vector<std::pair<Handle, std::string_view>> over;
    std::uint64_t queued = 0;
    for (auto& [handle, connection] : connections_) {
        queued += connection.writing + connection.link.queue().bytes();
        resume_if_behind(handle, connection);
        const bool is_stranger = !connection.peer.has_value();
        if (is_stranger && at - connection.opened > options_.handshake_time) {
            over.emplace_back(handle, "HandshakeTimeout");
        } else if (!connection.is_paused && at - connection.heard > options_.silence_time) {
            over.emplace_back(handle, "Silent");
        } else if (!is_stranger && faults_->is_blocked(*connection.peer)) {
            over.emplace_back(handle, "Cut");
        } else if (!is_stranger && at - connection.heard > options_.silence_time / 3) {
            connection.link.ping(static_cast<std::uint64_t>(at.nanoseconds));
            write(handle, connection);
        }
    }
    for (const auto& [handle, why] : over) {
        lost(handle, LinkError::Truncated, why);
    }
    counters_->outbox = outbox_->size();
    counters_->bytes_queued = queued;
    send_later(kTick, NetTickAtom::value);
}

caf::actor spawn_network(caf::actor_system& system, NetworkOptions options, NodeHandle role,
                         std::shared_ptr<Outbox> outbox, std::shared_ptr<NetworkCounters> counters,
                         std::shared_ptr<FaultRules> faults, std::shared_ptr<PacketShaper> shaper) {
    caf::actor_config config{&system.middleman().backend()};
    caf::actor broker = system.spawn_class<NetworkBroker, caf::no_spawn_options>(
        config, std::move(options), std::move(role), outbox, std::move(counters), std::move(faults),
        std::move(shaper));
    caf::anon_send(broker, StartAtom::value);
    outbox->bind(broker);
    return broker;
}

}  // namespace nexus::actors
