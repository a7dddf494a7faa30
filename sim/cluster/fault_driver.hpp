#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/env/network_model.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::sim {

/// Makes a scenario's faults happen at their times and keeps a record of what each really did: a
/// fault that was configured and touched nothing proves nothing.
///
/// What holds at any time follows from the faults in force then and from the scenario's network,
/// not from the order in which they began and ended: the greatest rate, delay and factor, the
/// smallest bandwidth, every cut; a node is down while a crash of it is in force.
///
/// What happens is credited to the fault without which it would not have: where several meet, to
/// the earliest that would have done it alone, and to a later one only for what it adds.
class FaultDriver {
public:
    /// Schedules all faults. `cluster` outlives this.
    explicit FaultDriver(Cluster& cluster);
    FaultDriver(const FaultDriver&) = delete;
    FaultDriver(FaultDriver&&) = delete;
    FaultDriver& operator=(const FaultDriver&) = delete;
    FaultDriver& operator=(FaultDriver&&) = delete;
    ~FaultDriver();

    /// Ends every fault but crashes: the network is whole, every node at full speed.
    void heal_all();

    /// What happened, for the report; recovery times need the recorder's commits.
    void fill(RunReport& report) const;

private:
    /// One fault as it went. Names are resolved when it begins.
    struct Record {
        FaultSpec spec;
        Instant at;
        std::optional<Instant> until;
        std::uint64_t affected = 0;
        std::vector<NodeId> targets;    ///< less those whom a restart or the like has freed
        std::vector<bool> from;         ///< rates, by node: whose packets
        std::vector<bool> to;           ///< rates, by node: packets to whom
        std::vector<std::size_t> side;  ///< partition, by node: its group
    };

    void begin(std::size_t fault);
    void end(std::size_t fault);
    /// Takes it out of force, whoever ends it.
    void close(std::size_t fault);

    [[nodiscard]] std::vector<NodeId> nodes_of(const std::vector<std::string>& names) const;
    [[nodiscard]] std::vector<bool> set_of(const std::vector<std::string>& names) const;
    [[nodiscard]] std::vector<std::size_t> sides_of(const FaultSpec& fault) const;

    void crash(std::size_t fault);
    void restart(std::size_t fault);
    void heal(std::size_t fault);
    void end_slowness(std::size_t fault);
    /// Frees the node of all faults of that kind in force; true if there was one.
    bool free(FaultKind kind, NodeId node);

    /// Makes what holds follow from the faults in force, for this kind and these nodes.
    void refresh(FaultKind kind, const std::vector<NodeId>& nodes);
    void refresh_rates();
    void refresh_cuts();

    /// Faults of that kind in force, in the order of their beginning.
    [[nodiscard]] std::vector<std::size_t> in_force(FaultKind kind) const;
    /// Those that hit the node, each stronger than all before it and than none at all: the last one
    /// is what holds.
    [[nodiscard]] std::vector<std::size_t> rising(FaultKind kind, NodeId node) const;
    [[nodiscard]] std::uint64_t strength(const FaultSpec& fault) const;
    [[nodiscard]] std::uint64_t strength_of_none(FaultKind kind, NodeId node) const;
    [[nodiscard]] static bool hits(const Record& record, NodeId node);
    [[nodiscard]] static bool hits_link(const Record& record, NodeId from, NodeId to);

    void on_touch(const Touch& touch);
    void credit_draw(FaultKind kind, Ppm normal, const Touch& touch);
    void credit_delay(const Touch& touch);
    /// Credits what nodes have handled slowly since the last call. Before slow faults change.
    void credit_slowness();

    Cluster& cluster_;
    std::vector<Record> records_;
    std::vector<std::size_t> active_;    // in force, in the order of their beginning
    std::vector<std::uint64_t> slowed_;  // by node: slow events that are credited already
};

}  // namespace nexus::sim
