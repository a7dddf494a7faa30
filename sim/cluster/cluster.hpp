#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "base/time.hpp"
#include "sim/cluster/recorder.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/society/society.hpp"
#include "sim/trace/event.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// Everybody of a scenario, alive in a kernel: validators with their Byzantine behaviours,
/// sovereigns, contributors, load sources; watched by a recorder with the invariant checkers.
class Cluster {
public:
    /// Builds and starts everybody. `matrix` holds the scenario's regions; `trace` may be null.
    /// Errors: InvalidArgument for a region or protocol that is not there.
    static absl::StatusOr<std::unique_ptr<Cluster>> make(const Scenario& scenario,
                                                         std::shared_ptr<const RegionMatrix> matrix,
                                                         EventSink* trace, bool reencode_packets);

    Cluster(const Cluster&) = delete;
    Cluster(Cluster&&) = delete;
    Cluster& operator=(const Cluster&) = delete;
    Cluster& operator=(Cluster&&) = delete;
    ~Cluster() = default;

    [[nodiscard]] Kernel& kernel() { return kernel_; }
    [[nodiscard]] Recorder& recorder() { return recorder_; }
    [[nodiscard]] const MemoVerifier& verifier() const { return verifier_; }
    [[nodiscard]] const Society& society() const { return society_; }
    [[nodiscard]] const Scenario& scenario() const { return society_.scenario(); }

    /// Nodes by what a fault calls them: a node's name, "region:NAME" for its validators, or
    /// "leader" for whoever leads now. Empty if nobody is called so.
    [[nodiscard]] std::vector<NodeId> resolve(std::string_view target) const;
    /// Kills a validator or a client. False if the node is down already, or a load source, whose
    /// times are fixed beforehand.
    bool crash(NodeId node);
    /// Takes the disk of a validator, whom that kills. False if the node is no validator.
    bool wipe(NodeId node);
    /// Brings somebody who crashed back: a validator from its journal, a client from what the chain
    /// says. False if there is nothing to bring back.
    bool restart(NodeId node);

private:
    Cluster(Society society, std::shared_ptr<const RegionMatrix> matrix, EventSink* trace,
            bool reencode_packets);

    void add_nodes();
    void add_checkers();
    void start_validators();
    void start_clients();
    void spawn_validator(const ValidatorPlace& place);
    void start_sovereign(std::size_t index, bool resumes);
    void start_contributor(std::size_t index, bool resumes);
    void start_load();

    [[nodiscard]] actors::World world(NodeId node);
    [[nodiscard]] actors::ClientSetup client_setup(NodeId client, Duration patience);

    Society society_;
    std::shared_ptr<const RegionMatrix> matrix_;
    bool reencode_packets_;
    MemoVerifier verifier_;
    Kernel kernel_;
    Recorder recorder_;
    std::shared_ptr<actors::ExecutionCache> cache_;

    std::map<std::string, NodeId, std::less<>> node_by_name_;
    std::map<NodeId, std::unique_ptr<actors::MemoryChainStore>> stores_;  // of validators
    std::vector<std::unique_ptr<actors::Transport>> transports_;  // wrappers, where there are any
    std::map<NodeId, actors::Transport*> wrapped_;
};

}  // namespace nexus::sim
