#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/cluster/network_faults.hpp"
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
/// What holds at any time follows from the faults in force then, not from the order in which they
/// began and ended: the greatest slow factor; a node is down while a crash of it is in force; for
/// faults of the network see NetworkFaults, which credits as this does.
class FaultDriver {
public:
    /// Schedules all faults. `cluster` outlives this.
    explicit FaultDriver(Cluster& cluster);
    FaultDriver(const FaultDriver&) = delete;
    FaultDriver(FaultDriver&&) = delete;
    FaultDriver& operator=(const FaultDriver&) = delete;
    FaultDriver& operator=(FaultDriver&&) = delete;
    ~FaultDriver() = default;

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
        std::vector<NodeId> targets;  ///< less those whom a restart or the like has freed
    };

    void begin(std::size_t fault);
    void end(std::size_t fault);
    /// Takes it out of force, whoever ends it.
    void close(std::size_t fault);

    [[nodiscard]] std::vector<NodeId> nodes_of(const std::vector<std::string>& names) const;

    void crash(std::size_t fault);
    void restart(std::size_t fault);
    void heal(std::size_t fault);
    void end_slowness(std::size_t fault);
    /// Frees the node of all faults of that kind in force; true if there was one.
    bool free(FaultKind kind, NodeId node);

    /// Faults of that kind in force, in the order of their beginning.
    [[nodiscard]] std::vector<std::size_t> in_force(FaultKind kind) const;
    /// Those that slow the node, each stronger than all before it: the last one is what holds.
    [[nodiscard]] std::vector<std::size_t> rising_slowness(NodeId node) const;
    void refresh_slowness(const std::vector<NodeId>& nodes);
    /// Brings back those who are in no other crash.
    void end_crash(const std::vector<NodeId>& nodes);
    [[nodiscard]] static bool hits(const Record& record, NodeId node);

    /// Credits what nodes have handled slowly since the last call. Before slow faults change.
    void credit_slowness();

    Cluster& cluster_;
    NetworkFaults network_;  // numbered as records_
    std::vector<Record> records_;
    std::vector<std::size_t> active_;    // in force, in the order of their beginning
    std::vector<std::uint64_t> slowed_;  // by node: slow events that are credited already
};

}  // namespace nexus::sim
