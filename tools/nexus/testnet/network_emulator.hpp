#pragma once

#include "actors/node/packet_shaper.hpp"
#include "base/ids.hpp"
#include "sim/cluster/network_faults.hpp"
#include "sim/env/network_model.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/society/society.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace nexus::tools {

/// The simulator's network between the members of one process and their sockets: every process has
/// a whole model of the network and asks it about the packets that it sends itself. So a fault
/// means the same in both worlds.
///
/// Determinism: as NetworkModel: a sender draws the same whatever the others do, but what it sends
///              and when is up to the machine.
/// Threading:   any thread.
class NetworkEmulator {
public:
    /// The network as the scenario has it, or, unless it `shapes`, one that is perfect until a
    /// fault begins. `society` outlives this.
    /// Errors: those of the scenario's latency matrix and regions.
    static absl::StatusOr<std::unique_ptr<NetworkEmulator>> make(const sim::Society& society,
                                                                 bool shapes);
    NetworkEmulator(const NetworkEmulator&) = delete;
    NetworkEmulator& operator=(const NetworkEmulator&) = delete;
    ~NetworkEmulator() = default;

    /// For the packets of one member. It does not outlive this.
    std::shared_ptr<actors::PacketShaper> add_shaper(NodeId self);

    /// These are in force from now on, and no others.
    /// Errors: InvalidArgument for a fault that does not happen to packets, and for a member that
    /// is not there; then nothing changes.
    absl::Status set_faults(const std::vector<sim::NumberedFault>& faults);

    /// Those whom a partition keeps from `node` now.
    [[nodiscard]] std::set<NodeId> parted_from(NodeId node) const;
    /// Packets of this process that each fault has touched, by its number.
    [[nodiscard]] std::map<std::uint64_t, std::uint64_t> touched() const;
    /// Clients turn to near gateways first.
    void sort_by_distance(std::vector<NodeId>& gateways, NodeId client) const;

private:
    class Shaper;

    NetworkEmulator(const sim::Society& society, sim::NetworkConfig config, bool shapes);
    [[nodiscard]] std::vector<NodeId> resolve(const std::string& name) const;
    [[nodiscard]] absl::Status check(const sim::NumberedFault& fault) const;

    const sim::Society& society_;
    const bool shapes_;
    mutable std::mutex mutex_;  // guards what stands below
    sim::NetworkModel model_;
    std::unique_ptr<sim::NetworkFaults> faults_;  // made when the model has all its nodes
    std::vector<std::shared_ptr<Shaper>> shapers_;
};

}  // namespace nexus::tools
