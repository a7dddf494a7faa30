#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {

/// Makes a scenario's faults happen at their times and keeps a record of what each really hit: a
/// fault that was configured and touched nothing proves nothing.
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
    /// One fault as it went.
    struct Record {
        Instant at;
        std::optional<Instant> until;
        FaultKind kind = FaultKind::Crash;
        std::string text;
        std::uint64_t targets_hit = 0;  ///< Nodes or links that it was applied to.
        std::uint64_t packets_before = 0;
        std::optional<std::uint64_t> packets_after;
    };

    void begin(std::size_t fault);
    void end(std::size_t fault);
    /// Applies one fault, or its reverse; returns the nodes or links it was applied to.
    std::uint64_t apply(const FaultSpec& fault, const std::vector<NodeId>& targets);
    void reverse(const FaultSpec& fault, const std::vector<NodeId>& targets);
    std::uint64_t partition(const FaultSpec& fault);
    /// Loss, duplication or reordering on some links only.
    [[nodiscard]] static bool is_of_links(const FaultSpec& fault);
    /// Those in force, and no other: several may meet on one link.
    void restore_rates();
    [[nodiscard]] std::vector<std::pair<NodeId, NodeId>> links_of(const FaultSpec& fault) const;
    void restore_links();
    [[nodiscard]] std::vector<NodeId> nodes_of(const std::vector<std::string>& names) const;
    /// Packets that faults of this kind have touched so far.
    [[nodiscard]] std::uint64_t packets_touched(FaultKind kind) const;

    Cluster& cluster_;
    std::vector<FaultSpec> faults_;
    std::vector<std::vector<NodeId>> resolved_;  // targets as they were when the fault began
    std::vector<Record> records_;
    std::vector<std::size_t> active_cuts_;  // partitions and blocks in force
    /// Faults of some links in force, and the links: as they were when the fault began.
    std::map<std::size_t, std::vector<std::pair<NodeId, NodeId>>> active_rates_;
};

}  // namespace nexus::sim
