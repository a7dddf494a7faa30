#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/validator_actor.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/api/validator_set.hpp"
#include "graph/ledger/genesis.hpp"
#include "graph/state/state_snapshot.hpp"
#include "sim/cluster/recorder.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/scenario/scenario.hpp"
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

/// One running instance of a validator. A twin has two, under one index and one key.
struct ValidatorInstance {
    NodeId node;
    ValidatorIndex index;
    bool is_twin = false;  ///< The second instance of its index.
    std::unique_ptr<actors::MemoryChainStore> store;
};

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
    [[nodiscard]] const Scenario& scenario() const { return scenario_; }

    /// Nodes by what a fault calls them: a node's name, "region:NAME" for its validators, or
    /// "leader" for whoever leads now. Empty if nobody is called so.
    [[nodiscard]] std::vector<NodeId> resolve(std::string_view target) const;
    [[nodiscard]] const std::vector<ValidatorInstance>& validators() const { return validators_; }

    /// Kills a validator. False if the node is no validator, or is down already.
    bool crash(NodeId node);
    /// Brings a crashed validator back from its journal. False if there is nothing to bring back.
    bool restart(NodeId node);

    /// Kind, region and name of each node, by NodeId.
    struct NodeInfo {
        std::string name;
        std::string kind;
        std::string region;
        std::string behaviour;
        std::uint64_t stake = 0;
    };
    [[nodiscard]] const std::vector<NodeInfo>& nodes() const { return nodes_; }

private:
    Cluster(const Scenario& scenario, std::shared_ptr<const RegionMatrix> matrix, EventSink* trace,
            const consensus::Engine& engine, bool reencode_packets);

    NodeId add_node(NodeInfo info, RegionIndex region, bool is_server);
    void add_validators();
    void add_clients();
    void found();  // genesis: accounts, state, block
    void add_checkers();
    void start_validators();
    void start_clients();
    void spawn_validator(const ValidatorInstance& instance);
    void start_sovereigns();
    void start_contributors();
    void start_load();

    [[nodiscard]] SecretKey key_of(std::string_view name) const;
    [[nodiscard]] actors::World world(NodeId node);
    [[nodiscard]] const ByzantineSpec* byzantine(ValidatorIndex index) const;
    [[nodiscard]] bool has_twin(ValidatorIndex index) const;
    [[nodiscard]] std::vector<NodeId> committee_seen_by(const ValidatorInstance& observer) const;
    [[nodiscard]] bool faces_twin(const ValidatorInstance& observer, ValidatorIndex twin) const;
    [[nodiscard]] actors::ClientSetup client_setup(NodeId client, Duration patience);
    [[nodiscard]] RegionIndex region(std::string_view name) const;

    Scenario scenario_;
    std::shared_ptr<const RegionMatrix> matrix_;
    const consensus::Engine& engine_;
    bool reencode_packets_;
    MemoVerifier verifier_;
    Kernel kernel_;
    Recorder recorder_;
    std::shared_ptr<actors::ExecutionCache> cache_;

    std::vector<NodeInfo> nodes_;
    std::map<std::string, NodeId, std::less<>> node_by_name_;
    std::vector<ValidatorInstance> validators_;
    std::vector<std::shared_ptr<const SecretKey>> validator_keys_;  // by ValidatorIndex
    std::shared_ptr<const consensus::ValidatorSet> validator_set_;
    std::vector<NodeId> sovereigns_;
    struct ContributorPlace {
        NodeId node;
        std::size_t population = 0;
        std::size_t sovereign = 0;
    };
    std::vector<ContributorPlace> contributors_;
    std::vector<NodeId> load_sources_;
    std::vector<std::unique_ptr<actors::Transport>> transports_;  // wrappers, where there are any
    std::map<NodeId, actors::Transport*> wrapped_;

    graph::StateSnapshot genesis_state_;
    consensus::BlockPtr genesis_;
};

}  // namespace nexus::sim
