#pragma once

#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/env/region_matrix.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {

/// Why a packet never reached its node.
enum class DropCause : std::uint8_t {
    Loss,            ///< drawn by loss_ppm
    Partition,       ///< between two groups of a partition
    Block,           ///< on a blocked direction
    ReceiverDown,    ///< the receiver was crashed, or had ended, when it was sent or arrived
    ReceiverReborn,  ///< sent to a former incarnation: its connection died with it
    SenderCrashed,   ///< the sender crashed before the packet had left
    Last = SenderCrashed,
};
inline constexpr std::size_t kDropCauses = static_cast<std::size_t>(DropCause::Last) + 1;

/// The name of the enumerator.
std::string_view to_string(DropCause cause);

/// How the network treats packets, as far as it is the same for all nodes.
struct NetworkConfig {
    /// Null: every pair of nodes is `default_rtt` apart.
    std::shared_ptr<const RegionMatrix> regions{};
    Duration default_rtt{};
    /// Exponential jitter on top of the one-way delay. Its mean is the sum of both.
    std::uint32_t jitter_ppm = 0;  ///< of the one-way delay
    Duration jitter_mean{};
    std::uint32_t loss_ppm = 0;
    std::uint32_t duplicate_ppm = 0;
    /// A packet so drawn leaves the FIFO order of its link and comes later by an exponential delay.
    std::uint32_t reorder_ppm = 0;
    Duration reorder_delay_mean = milliseconds(10);
};

/// How often each fault really touched a packet: a fault that was configured and never fired proves
/// nothing.
struct FaultCounts {
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t reordered = 0;      ///< left the order of its link
    std::uint64_t partitioned = 0;    ///< dropped between two groups
    std::uint64_t blocked = 0;        ///< dropped on a blocked direction
    std::uint64_t delayed = 0;        ///< got extra delay
    std::uint64_t slowed = 0;         ///< events handled by a node under a slow factor
    std::uint64_t not_departed = 0;   ///< dropped since the sender crashed first
    std::uint64_t receiver_down = 0;  ///< dropped at a dead or reborn receiver
    std::uint64_t appends_lost = 0;   ///< journal records that a crash took
    std::uint64_t crashes = 0;
};

/// One packet that a fault touched, told as it happens: the model knows what was done, and whoever
/// set the faults knows which of them did it.
struct Touch {
    enum class Kind : std::uint8_t {
        Lost,
        Duplicated,
        Reordered,
        Partitioned,
        Blocked,
        Delayed,   ///< by the extra delay of a node or of raise_link_faults
        Narrowed,  ///< sent with less bandwidth than the sender began with
    };

    Kind kind = Kind::Lost;
    NodeId from;
    NodeId to;
    /// Lost, duplicated, reordered: what was drawn, less than the rate in parts per million. Any
    /// greater rate would have touched the packet alone.
    std::uint32_t draw = 0;
};

/// What happens to the packets of one link, where that is more than on all links.
struct LinkFaults {
    std::uint32_t loss_ppm = 0;
    std::uint32_t duplicate_ppm = 0;
    std::uint32_t reorder_ppm = 0;
    Duration delay{};             ///< More than without.
    std::uint64_t bandwidth = 0;  ///< Bits a second; 0: no limit of its own.
};

/// What becomes of one packet: `copies` arrivals (0 when dropped, 2 when duplicated).
struct Route {
    Instant departed;  ///< the last bit has left the sender
    std::array<Instant, 2> arrivals{};
    std::uint8_t copies = 0;
    DropCause cause = DropCause::Loss;  ///< meaningful if copies == 0
};

/// The network between the nodes as a pure function of its calls: bandwidth, delay, jitter, loss,
/// duplication, reordering, partitions.
///
/// Model:       departed = max(ready, egress free) + 8 * size / bandwidth;
///              arrival = departed + RTT/2 + jitter + extra delay, and no earlier than one
///              nanosecond after the packet before it on the same link (from, to), as TCP has it.
/// Determinism: each sender draws from its own stream "network/<name>".
class NetworkModel {
public:
    NetworkModel(NetworkConfig config, std::uint64_t seed);

    // --- nodes ---

    /// Nodes are numbered in the order of this call. `bandwidth_up`, `bandwidth_down`: bits a
    /// second, 0 for no limit. Pre: region exists in the matrix, if there is one.
    NodeId add_node(std::string_view name, RegionIndex region, std::uint64_t bandwidth_up,
                    std::uint64_t bandwidth_down);

    // --- faults: each takes effect on packets sent from now on; cuts also on packets in flight ---

    /// Packets pass inside a group only. Nodes that no group names form one more group together.
    /// Replaces a former partition; blocked directions stay.
    void partition(const std::vector<std::vector<NodeId>>& groups);
    /// Drops what `from` sends to `to`; the other direction is not touched.
    void block(NodeId from, NodeId to);
    void unblock(NodeId from, NodeId to);
    /// Ends the partition and all blocks.
    void heal();
    void set_loss_ppm(std::uint32_t ppm) { config_.loss_ppm = ppm; }
    void set_duplicate_ppm(std::uint32_t ppm) { config_.duplicate_ppm = ppm; }
    void set_reorder_ppm(std::uint32_t ppm) { config_.reorder_ppm = ppm; }
    /// From `from` to `to` the greatest rate and delay and the smallest bandwidth given here hold;
    /// for rates also those of all links.
    void raise_link_faults(NodeId from, NodeId to, const LinkFaults& faults);
    /// Ends what raise_link_faults did, on all links.
    void clear_link_faults();
    void set_reorder_delay_mean(Duration mean) { config_.reorder_delay_mean = mean; }
    void set_jitter(std::uint32_t ppm, Duration mean);
    /// Delays all that `from` sends to `to` by `extra`; zero ends it.
    void set_extra_delay(NodeId from, NodeId to, Duration extra);
    /// Delays all that `node` sends and all that is sent to it by `extra`; zero ends it.
    void set_extra_delay(NodeId node, Duration extra);
    /// Bits a second, 0 for no limit; what is being sent keeps its departure.
    void set_bandwidth_up(NodeId node, std::uint64_t bits_per_second);
    void set_bandwidth_down(NodeId node, std::uint64_t bits_per_second);

    /// Hears of every touched packet; an empty function ends it. It must not call this model.
    void set_touch_listener(std::function<void(const Touch&)> listener) {
        touch_listener_ = std::move(listener);
    }

    // --- the path of a packet ---

    /// Decides what becomes of a packet of `size` bytes that `from` has ready at `ready`.
    Route route(NodeId from, NodeId to, std::size_t size, Instant ready);

    /// False while neither a partition nor a block is set: `cut` would say no.
    [[nodiscard]] bool may_cut() const { return may_cut_; }
    /// False while no node has a limited ingress: `received` would return `now`.
    [[nodiscard]] bool limits_ingress() const { return limits_ingress_; }

    /// True, and counted, if a partition or block stands between the two now.
    bool cut(NodeId from, NodeId to, DropCause& cause);
    /// True if a partition stands between the two now.
    [[nodiscard]] bool is_parted(NodeId from, NodeId to) const;

    /// When the last bit of a packet that arrives at `now` is in: the ingress link is shared too.
    Instant received(NodeId node, std::size_t size, Instant now);

    /// A crash: what the node has queued for sending is gone, its network card is idle.
    void reset_node(NodeId node);

    [[nodiscard]] const NetworkConfig& config() const { return config_; }
    [[nodiscard]] const FaultCounts& faults() const { return faults_; }
    [[nodiscard]] FaultCounts& faults() { return faults_; }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    /// One-way delay without jitter and faults.
    [[nodiscard]] Duration base_delay(NodeId from, NodeId to) const;
    /// Of the link up before any fault.
    [[nodiscard]] std::uint64_t base_bandwidth_up(NodeId node) const {
        return nodes_.at(node.value).bandwidth_up_first;
    }

private:
    struct Node {
        Prng prng;
        RegionIndex region = 0;
        std::uint32_t group = 0;
        std::uint64_t bandwidth_up = 0;
        std::uint64_t bandwidth_down = 0;
        std::uint64_t bandwidth_up_first = 0;  // before any fault
        Instant egress_free;
        Instant ingress_free;
        Duration extra_delay;
        std::vector<std::int64_t> last_arrival;  // by receiver: the FIFO order of the link
        std::vector<std::int64_t> link_extra;    // by receiver; empty until a fault sets one
        std::vector<bool> blocked;               // by receiver; empty until a fault sets one
        std::vector<LinkFaults> link_faults;     // by receiver; empty until a fault sets one
        std::vector<Instant> link_free;          // by receiver; of links with a bandwidth
    };

    Instant arrive(Node& sender, NodeId from, NodeId to, Instant departed,
                   std::uint32_t reorder_ppm);
    /// Of sender, receiver and link together; counts if there is any.
    Duration extra_delay(const Node& sender, NodeId from, NodeId to);
    /// When the last bit has passed the card and, if it has a bandwidth of its own, the link.
    Instant depart(Node& sender, NodeId from, NodeId to, std::size_t size, Instant ready);
    /// Draws whether a packet is touched; counts and tells it if so. No draw at a rate of 0.
    bool drawn(Node& sender, std::uint32_t ppm, Touch touch, std::uint64_t& count);
    void tell(const Touch& touch) const;
    /// No earlier than one nanosecond after the packet before it on the link.
    Instant behind_the_last(Node& sender, NodeId to, Instant arrival);
    Node& node(NodeId id);
    /// Those of all links and of this one together.
    [[nodiscard]] LinkFaults link_faults(const Node& sender, NodeId to) const;

    NetworkConfig config_;
    std::uint64_t seed_;
    std::vector<Node> nodes_;
    std::vector<Duration> delays_;  // one-way, region by region
    std::size_t regions_ = 0;
    bool partitioned_ = false;
    // What no node has needs no look at a node: its state is seldom in the cache.
    bool may_cut_ = false;
    bool limits_ingress_ = false;
    bool delays_extra_ = false;
    bool faults_by_link_ = false;
    FaultCounts faults_;
    std::function<void(const Touch&)> touch_listener_;
};

}  // namespace nexus::sim
