#pragma once

#include "actors/link/link.hpp"
#include "actors/link/token_bucket.hpp"
#include "actors/node/held_packets.hpp"
#include "actors/node/network_observer.hpp"
#include "actors/node/outbox.hpp"
#include "actors/node/packet_shaper.hpp"
#include "actors/node/real_clock.hpp"
#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::actors {

/// Prepares an actor system for brokers. CAF reads a socket several times before its broker gets to
/// say that it wants no more: few times at once, so that a pause holds, and nobody's flood keeps
/// the broker from its other peers.
void use_network(caf::actor_system_config& config);

/// Somebody on the network, and where.
struct NetworkMember {
    PublicKey key;
    std::string host;        ///< Of servers.
    std::uint16_t port = 0;  ///< 0: nobody dials it.
};

struct NetworkOptions {
    NodeId self;
    std::shared_ptr<const SecretKey> key;
    Hash network;                        ///< Names the chain.
    std::vector<NetworkMember> members;  ///< By NodeId.
    std::string listen_host = "127.0.0.1";
    std::uint16_t listen_port = 0;  ///< 0: does not listen.
    std::vector<NodeId> keep;       ///< Dialled at the start, and again when lost.
    const consensus::Engine* engine = nullptr;
    NetworkObserver* observer = nullptr;  ///< Outlives the broker; null: nobody watches.

    std::size_t strangers_max = 64;  ///< Connections that have not authenticated.
    std::size_t connections_max = 4096;
    Duration handshake_time = seconds(5);
    Duration silence_time = seconds(20);  ///< Without a byte, pings included.
    Duration ban_time = seconds(60);
    /// Connections that one address may open a second, and at once.
    std::uint64_t accept_rate = 100, accept_burst = 400;
    std::uint64_t receive_rate = std::uint64_t{64} << 20U;  ///< Bytes a second of one peer.
    /// Bytes of one peer's packets that may wait for the role. No more is read until few do.
    /// Votes of that peer wait meanwhile: a tenth of a second, at 70 us a transaction, unless one
    /// message alone is longer.
    std::size_t backlog_max = std::size_t{256} << 10U;
    /// Of messages that peers have begun and not ended, of all peers together. Beyond it the peer
    /// who has most is let go.
    std::size_t unfinished_bytes_max = std::size_t{64} << 20U;
    /// What waits for sockets, of all peers together. Beyond it a peer for whom more waits than its
    /// share gets nothing more.
    std::size_t queued_bytes_max = std::size_t{128} << 20U;
    /// What a shaper may hold back, of all peers together: a little more than a gigabit a second
    /// brings on the way around the world. More is dropped.
    std::size_t held_bytes_max = std::size_t{64} << 20U;
};

/// What the network of a node has seen; read by any thread.
struct NetworkCounters {
    std::atomic<std::uint64_t> peers{0}, strangers{0};
    std::atomic<std::uint64_t> packets_sent{0}, packets_received{0};
    std::atomic<std::uint64_t> bytes_sent{0}, bytes_received{0};
    std::atomic<std::uint64_t> dropped_unreachable{0}, dropped_full{0}, dropped_malformed{0};
    std::atomic<std::uint64_t> dropped_too_long{0};
    std::atomic<std::uint64_t> let_go{0};  ///< Peers that held too much of our memory.
    /// Of packets_sent: waited for a connection that never came, or in one that ended.
    std::atomic<std::uint64_t> dropped_unsent{0};
    /// Times that a peer was not read, for it sent too fast.
    std::atomic<std::uint64_t> pauses{0};
    std::atomic<std::uint64_t> links_lost{0}, handshakes_failed{0}, bans{0}, refused{0};
    /// Asked of the shaper; of these lost by it; dropped since too much was held back already.
    std::atomic<std::uint64_t> packets_shaped{0}, dropped_shaped{0}, dropped_held{0};
    std::atomic<std::uint64_t> bytes_held{0};    ///< Now.
    std::atomic<std::uint64_t> outbox{0};        ///< Packets that wait for the broker.
    std::atomic<std::uint64_t> bytes_queued{0};  ///< For sockets that do not take them yet.
};

/// Which members this node does not hear and does not reach: links to them end, as when a cable is
/// pulled. Set by any thread, read by the broker.
class FaultRules {
public:
    /// Nothing passes to and from these.
    void block(std::set<NodeId> members);
    [[nodiscard]] bool is_blocked(NodeId member) const;

private:
    std::shared_ptr<const std::set<NodeId>> blocked_ = std::make_shared<std::set<NodeId>>();
};

using ResumeAtom = caf::atom_constant<caf::atom("netresume")>;
using ReadOnAtom = caf::atom_constant<caf::atom("netreadon")>;
using DialAtom = caf::atom_constant<caf::atom("netdial")>;
using ReleaseAtom = caf::atom_constant<caf::atom("netrelease")>;
using NetTickAtom = caf::atom_constant<caf::atom("nettick")>;

/// What of one peer waits for the role. Shared with the packets, which count themselves out.
struct Backlog {
    std::atomic<std::size_t> bytes{0};
    std::atomic<bool> is_paused{false};  ///< Whoever makes it small then tells the broker.
};

/// Moves the bytes of one node's links over TCP. See README.md for who dials whom.
///
/// Failure: whatever a peer sends ends at most its own connection.
class NetworkBroker final : public caf::io::broker {
public:
    /// `role` gets packets, `outbox` has those to send. Shared parts outlive the broker. `shaper`
    /// may be null.
    NetworkBroker(caf::actor_config& config, NetworkOptions options, NodeHandle role,
                  std::shared_ptr<Outbox> outbox, std::shared_ptr<NetworkCounters> counters,
                  std::shared_ptr<FaultRules> faults, std::shared_ptr<PacketShaper> shaper);
    const char* name() const override { return "network"; }

protected:
    caf::behavior make_behavior() override;
    /// Says goodbye, so that peers need not wonder whether the stream was cut.
    void on_exit() override;

private:
    using Handle = caf::io::connection_handle;
    static constexpr std::size_t kReadBytesMax = 65'536;

    struct Connection {
        Link link;
        std::optional<NodeId> peer;  // once authenticated
        std::optional<NodeId> dialled;
        std::string address;
        Instant opened, heard;
        TokenBucket received;
        std::size_t writing = 0;  // bytes handed to the socket, not yet taken
        bool is_paused = false;
        std::shared_ptr<Backlog> backlog = std::make_shared<Backlog>();
    };

    /// A dial that is under way: what is to be sent waits in the link.
    struct Dial {
        Link link;
    };
    /// Dials that came to nothing, in a row.
    struct Failures {
        unsigned count = 0;
        Instant next;  // not dialled before
    };

    void start();
    void accept(Handle handle);
    /// Makes room for a stranger from this address if need be; why there is none, or empty.
    std::string_view refusal(const std::string& address);
    void refuse(std::string_view address, std::string_view why);
    void dial(NodeId member);
    void dialled(NodeId member, int socket);
    void dial_later(NodeId member, Duration delay);
    void dial_again(NodeId member);
    void failed(NodeId member);
    void add(Handle handle, Connection connection);
    void receive(Handle handle, const std::vector<char>& bytes);
    void authenticated(Handle handle, Connection& connection);
    /// False if no honest node sends this.
    [[nodiscard]] bool deliver(Handle handle, const Connection& connection,
                               const Assembler::Message& message);
    void ban(NodeId member, std::string_view why);
    [[nodiscard]] bool is_banned(NodeId member) const;
    /// The role has proof against a member: its connection ends, and it is banned.
    void distrust(NodeId member, std::string_view why);
    /// Sends what the outbox holds.
    void send_all();
    /// Puts a packet into the member's link, or lets the shaper decide when.
    void send(NodeId to, const PacketPtr& packet);
    void shape(NodeId to, const PacketPtr& packet);
    [[nodiscard]] static Lane lane_of(const Packet& packet);
    /// Sends what was held back until now.
    void release();
    /// The link to a member, or one on its way; null, and counted, if there is none.
    [[nodiscard]] Link* link_to(NodeId member);
    /// Nothing reaches the socket before the next write_touched.
    void send_on(Link& link, NodeId to, Lane lane, const Bytes& bytes);
    void write_touched();
    void write(Handle handle, Connection& connection);
    /// Reads no more from a peer that is ahead of its rate or of the role.
    void pause_if_ahead(Handle handle, Connection& connection);
    void resume_if_behind(Handle handle, Connection& connection);
    /// Reads, and makes sure of it after `again`, ten times that, and so on.
    void read_on(Handle handle, Duration again);
    /// Lets the peer go whose unfinished messages are the longest, if those of all are too long.
    void let_go_of_hoarder(const Link& grown);
    /// True if `bytes` more may wait in this link.
    [[nodiscard]] bool may_queue(const Link& link, std::size_t bytes) const;
    [[nodiscard]] PacketPtr counted(Handle handle, const Connection& connection, PacketPtr packet,
                                    std::size_t size) const;
    void lost(Handle handle, LinkError error);
    void lost(Handle handle, LinkError error, std::string_view why);
    void drop(Handle handle);
    /// Counts what goes down with a link.
    void count_unsent(const Link& link) { counters_->dropped_unsent += link.queue().messages(); }
    void tick();
    /// To this broker, after a while. Without a sender: what waits in an actor's own mailbox must
    /// not keep that actor.
    template <class... Content>
    void send_later(Duration delay, Content&&... content) {
        caf::delayed_anon_send(caf::actor_cast<caf::actor>(this),
                               std::chrono::nanoseconds(delay.nanoseconds),
                               std::forward<Content>(content)...);
    }
    [[nodiscard]] NetworkObserver& observer() const { return *options_.observer; }
    [[nodiscard]] Instant now() const { return clock_.now(); }
    [[nodiscard]] LinkIdentity identity() const { return {options_.key.get(), options_.network}; }

    NetworkOptions options_;
    NodeHandle role_;
    std::shared_ptr<Outbox> outbox_;
    std::shared_ptr<NetworkCounters> counters_;
    std::shared_ptr<FaultRules> faults_;
    std::shared_ptr<PacketShaper> shaper_;  // null: there is none
    RealClock clock_{0};
    std::map<Handle, Connection> connections_;
    std::map<NodeId, Handle> by_member_;  // connected to by us, or authenticated
    std::map<PublicKey, NodeId> member_of_;
    std::map<NodeId, Dial> dials_;
    std::map<NodeId, Failures> failures_;
    std::set<NodeId> to_dial_;  // a timer runs for each
    std::set<NodeId> wanted_;   // to be dialled again when lost
    std::map<NodeId, Instant> banned_;
    std::map<std::string, TokenBucket> accepted_;  // by address
    PacketPtr encoded_;                            // a broadcast sends one packet to many
    Bytes encoded_bytes_;                          // of `encoded_`
    std::set<Handle> touched_;                     // have output that is not written
    HeldPackets held_;
    PacketPtr shaped_;  // as `encoded_`, of what is held back
    std::shared_ptr<const Bytes> shaped_bytes_;
    std::optional<Instant> release_at_;  // a timer runs for it
};

/// Starts the broker of a node and binds `outbox` to it. `shaper` may be null.
caf::actor spawn_network(caf::actor_system& system, NetworkOptions options, NodeHandle role,
                         std::shared_ptr<Outbox> outbox, std::shared_ptr<NetworkCounters> counters,
                         std::shared_ptr<FaultRules> faults,
                         std::shared_ptr<PacketShaper> shaper = nullptr);

}  // namespace nexus::actors
