#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/contributor_actor.hpp"
#include "actors/roles/load_actor.hpp"
#include "actors/roles/sovereign_actor.hpp"
#include "actors/roles/validator_actor.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/api/validator_set.hpp"
#include "graph/state/state_snapshot.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// Somebody on the network. Its NodeId is its index.
struct Member {
    std::string name;
    std::string kind;  ///< "validator", "sovereign", "contributor" or "load"
    std::string region;
    std::string behaviour;    ///< "honest", or what a Byzantine validator does
    std::uint64_t stake = 0;  ///< Of validators; a twin has none of its own.
};

/// One running instance of a validator. A twin has two, under one index and one key.
struct ValidatorPlace {
    NodeId node;
    ValidatorIndex index;
    bool is_twin = false;  ///< The second instance of its index.
};

/// Keys by the names of Society::key_names.
struct KeyBook {
    std::map<std::string, PublicKey, std::less<>> public_keys;  ///< Of everybody.
    std::map<std::string, SecretKey, std::less<>> secret_keys;  ///< Of those who are hosted here.
};

/// Everybody of a scenario, and what each is set up with. See README.md.
class Society {
public:
    /// With the keys of a book; without one, with keys that follow from the scenario's seed.
    /// Errors: InvalidArgument for a protocol that is not there, and for a public key that is not
    /// in the book.
    static absl::StatusOr<Society> make(const Scenario& scenario,
                                        std::shared_ptr<const KeyBook> keys = nullptr);

    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const consensus::Engine& engine() const { return *engine_; }
    [[nodiscard]] const std::vector<Member>& members() const { return members_; }
    [[nodiscard]] const std::vector<ValidatorPlace>& validators() const { return validators_; }
    [[nodiscard]] const std::shared_ptr<const consensus::ValidatorSet>& validator_set() const {
        return validator_set_;
    }
    [[nodiscard]] const graph::StateSnapshot& genesis_state() const { return genesis_state_; }
    [[nodiscard]] const consensus::BlockPtr& genesis() const { return genesis_; }

    /// What a Byzantine validator does; null for an honest one.
    [[nodiscard]] const ByzantineSpec* byzantine(ValidatorIndex index) const;

    /// Every name that has a key: members, but twins, and the accounts of load sources.
    [[nodiscard]] std::vector<std::string> key_names() const;
    /// The key that a member or an account signs with. Pre: it is hosted here, if there is a book.
    [[nodiscard]] SecretKey key_of(std::string_view name) const;
    [[nodiscard]] PublicKey public_key_of(std::string_view name) const;
    /// The name of an account of a load source.
    static std::string load_account(std::size_t source, std::uint32_t account);

    /// A validator but for what its world brings: store, cache and observer.
    [[nodiscard]] actors::ValidatorSetup validator_setup(const ValidatorPlace& place) const;

    /// What the constructor of a client takes beside its world and its client setup.
    struct SovereignPlan {
        NodeId node;
        Duration patience;
        SecretKey key;
        actors::SovereignRules rules;
    };
    struct ContributorPlan {
        NodeId node;
        Duration patience;
        SecretKey key;
        actors::ContributorProfile profile;
    };
    struct LoadSourcePlan {
        NodeId node;
        Duration patience;
        std::vector<SecretKey> keys;
        actors::LoadPlan plan;
    };
    [[nodiscard]] std::size_t sovereign_count() const { return sovereigns_.size(); }
    [[nodiscard]] std::size_t contributor_count() const { return contributors_.size(); }
    [[nodiscard]] std::size_t load_source_count() const { return load_sources_.size(); }
    // Pre, if there is a book: the member is hosted here.
    [[nodiscard]] SovereignPlan sovereign(std::size_t index) const;
    [[nodiscard]] ContributorPlan contributor(std::size_t index) const;
    [[nodiscard]] LoadSourcePlan load_source(std::size_t index) const;

    /// What each load source sends, when all together send these steps.
    /// Of the load's spec, `sources` and `accounts` are those of the scenario.
    [[nodiscard]] actors::LoadPlan load_plan(const LoadSpec& load) const;

    /// A client but for its observer; gateways are all validators, in the order of their index.
    [[nodiscard]] actors::ClientSetup client_setup(Duration patience) const;

private:
    Society(const Scenario& scenario, const consensus::Engine& engine,
            std::shared_ptr<const KeyBook> keys);

    NodeId add(Member member);
    void add_validators();
    void add_clients();
    void found();
    [[nodiscard]] bool has_twin(ValidatorIndex index) const;
    [[nodiscard]] std::vector<NodeId> committee_seen_by(const ValidatorPlace& observer) const;
    [[nodiscard]] bool faces_twin(const ValidatorPlace& observer, ValidatorIndex twin) const;

    struct ContributorPlace {
        NodeId node;
        std::size_t population = 0;
        std::size_t sovereign = 0;
    };

    Scenario scenario_;
    const consensus::Engine* engine_;
    std::shared_ptr<const KeyBook> keys_;  // null: they follow from the seed
    std::vector<Member> members_;
    std::vector<ValidatorPlace> validators_;
    // By ValidatorIndex; shared, since a simulation hosts them all. Null: hosted elsewhere.
    std::vector<std::shared_ptr<const SecretKey>> validator_keys_;
    std::shared_ptr<const consensus::ValidatorSet> validator_set_;
    std::vector<NodeId> sovereigns_;
    std::vector<ContributorPlace> contributors_;
    std::vector<NodeId> load_sources_;
    graph::StateSnapshot genesis_state_;
    consensus::BlockPtr genesis_;
};

}  // namespace nexus::sim
