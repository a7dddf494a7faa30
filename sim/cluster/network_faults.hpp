#pragma once

#include "base/ids.hpp"
#include "sim/env/network_model.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace nexus::sim {

/// The faults of a network that are in force: makes a NetworkModel behave as all of them together
/// say, and counts for each the packets that it touched. The same for a simulation and for a
/// process of a testnet, whose model sees its own packets only.
///
/// What holds follows from the faults in force and from the model as it was before, not from the
/// order in which they began and ended: the greatest rate and delay, the smallest bandwidth, every
/// cut. What happens is credited to the fault without which it would not have: where several meet,
/// to the earliest that would have done it alone, and to a later one only for what it adds.
class NetworkFaults {
public:
    /// Nodes by what a fault calls them, at the moment when it begins.
    using Resolve = std::function<std::vector<NodeId>(const std::string& name)>;

    /// `network` has no fault and all its nodes, and outlives this. Nobody else changes its faults,
    /// but for the extra delay of links.
    explicit NetworkFaults(NetworkModel& network);
    NetworkFaults(const NetworkFaults&) = delete;
    NetworkFaults(NetworkFaults&&) = delete;
    NetworkFaults& operator=(const NetworkFaults&) = delete;
    NetworkFaults& operator=(NetworkFaults&&) = delete;
    ~NetworkFaults();

    /// True for the kinds that begin and end here: those that happen to packets.
    static bool covers(FaultKind kind);

    /// Pre: it covers the kind; the number is not in force.
    void begin(std::uint64_t number, const FaultSpec& spec, const Resolve& resolve);
    /// Nothing happens if the number is not in force.
    void end(std::uint64_t number);

    /// Numbers in force, in the order of their beginning.
    [[nodiscard]] std::vector<std::uint64_t> in_force() const;
    /// Packets that each fault has touched, by number; of those that have ended too.
    [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& touched() const { return touched_; }

private:
    /// One fault with everybody it names.
    struct Fault {
        std::uint64_t number = 0;
        FaultSpec spec;
        std::vector<NodeId> targets{};
        std::vector<bool> from{};         // of links, by node: whose packets
        std::vector<bool> to{};           // of links, by node: packets to whom
        std::vector<std::size_t> side{};  // of a partition, by node: its group
    };
    using Faults = std::vector<const Fault*>;

    [[nodiscard]] static bool hits(const Fault& fault, NodeId node);
    [[nodiscard]] static bool hits_link(const Fault& fault, NodeId from, NodeId to);
    [[nodiscard]] std::vector<bool> set_of(const std::vector<std::string>& names,
                                           const Resolve& resolve) const;

    /// Makes the model follow from the faults in force.
    void refresh(const Fault& changed);
    void refresh_nodes(const Fault& changed);
    void refresh_links();
    void refresh_cuts();

    /// Of that kind, in the order of their beginning.
    [[nodiscard]] Faults of(FaultKind kind) const;
    /// Those that hit all links of the node, each stronger than all before it and than none at all:
    /// the last one is what holds.
    [[nodiscard]] Faults rising(FaultKind kind, NodeId node) const;
    /// The same for those of single links.
    [[nodiscard]] Faults rising(FaultKind kind, NodeId from, NodeId to) const;

    void on_touch(const Touch& touch);
    void credit_draw(FaultKind kind, Ppm normal, const Touch& touch);
    /// Each once, of faults that delay or narrow.
    void credit_strength(FaultKind kind, const Touch& touch);

    NetworkModel& network_;
    LinkFaults normal_;          // rates of all links without faults
    std::vector<Fault> active_;  // in force, in the order of their beginning
    std::map<std::uint64_t, std::uint64_t> touched_;
};

}  // namespace nexus::sim
