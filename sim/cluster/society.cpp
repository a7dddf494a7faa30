// The clients' half of Cluster: who they are, what they own at genesis, how they behave.

#include "actors/roles/chain_client.hpp"
#include "actors/roles/contributor_actor.hpp"
#include "actors/roles/load_actor.hpp"
#include "actors/roles/sovereign_actor.hpp"
#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/genesis.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/cluster/transports.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr Duration kSovereignPatience = seconds(6);
constexpr Duration kLoadPatience = seconds(6);

std::string load_key_name(std::size_t source, std::uint32_t account) {
    return concat("load-", source, "/", account);
}

/// The name on the chain: that of the scenario without accents and other letters that could make
/// two names look the same.
std::string chain_name(const std::string& name) {
    return graph::is_valid_name(name) ? name : slug(name);
}

graph::Governance governance_of(const std::string& word) {
    graph::Governance governance;
    governance.quorum_ppm = 500'000;
    if (word == "council") {
        governance.model = graph::GovernanceModel::Council;
    } else if (word == "direct") {
        governance.model = graph::GovernanceModel::OnePersonOneVote;
    } else if (word == "liquid") {
        governance.model = graph::GovernanceModel::Delegated;
    } else {
        governance.model = graph::GovernanceModel::Founder;
    }
    return governance;
}

std::vector<graph::Name> rising_names(std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::vector<graph::Name> names;
    names.reserve(words.size());
    for (std::string& word : words) {
        names.push_back({std::move(word)});
    }
    return names;
}

actors::SovereignRules rules_of(const SovereignSpec& spec, Duration run) {
    actors::SovereignRules rules;
    rules.name = chain_name(spec.name);
    rules.governance = governance_of(spec.governance);
    rules.geography.place = spec.place;
    if (spec.latitude_udeg && spec.longitude_udeg) {
        rules.geography.point =
            graph::GeoPoint{.latitude = *spec.latitude_udeg, .longitude = *spec.longitude_udeg};
    }
    rules.geography.region_claims = {graph::Name{spec.region}};
    rules.stack.layers = rising_names(spec.stack);
    rules.admission = spec.admits == "all"       ? actors::Admission::All
                      : spec.admits == "skilled" ? actors::Admission::Skilled
                                                 : actors::Admission::None;
    rules.skills = spec.skills;
    rules.treasury = spec.treasury;
    rules.missions = spec.missions;
    rules.mission_interval = spec.mission_interval;
    rules.mission_slots = spec.mission_slots;
    rules.mission_reward = spec.mission_reward;
    rules.mission_duration = run;
    return rules;
}

}  // namespace

void Cluster::found() {
    graph::Genesis genesis;
    genesis.parameters.chain = ChainId{scenario_.chain.id};
    genesis.parameters.fee = scenario_.chain.fee;
    genesis.parameters.block_transactions_max = scenario_.blocks.transactions_max;
    genesis.parameters.block_bytes_max = scenario_.blocks.bytes_max;
    const auto endow = [&](std::string_view name, Amount balance) {
        genesis.accounts.push_back(
            {.id = graph::account_of(key_of(name).public_key()), .balance = balance});
    };
    const Amount balance = scenario_.chain.account_balance;
    for (std::size_t i = 0; i < sovereigns_.size(); ++i) {
        const auto with_treasury = balance.plus(scenario_.sovereigns[i].treasury);
        NEXUS_ASSERT(with_treasury.has_value());
        endow(nodes_[sovereigns_[i].value].name, *with_treasury);
    }
    for (const ContributorPlace& place : contributors_) {
        endow(nodes_[place.node.value].name, balance);
    }
    for (std::size_t source = 0; source < load_sources_.size(); ++source) {
        for (std::uint32_t i = 0; i < scenario_.load.accounts; ++i) {
            endow(load_key_name(source, i), balance);
        }
    }
    auto state = graph::genesis_state(genesis);
    NEXUS_ASSERT(state.has_value());  // the scenario's amounts were checked
    genesis_state_ = *std::move(state);
    genesis_ = consensus::make_genesis(ChainId{scenario_.chain.id}, genesis_state_.root());
}

actors::ClientSetup Cluster::client_setup(NodeId client, Duration patience) {
    actors::ClientSetup setup;
    setup.chain = ChainId{scenario_.chain.id};
    setup.validators = validator_set_;
    setup.finality_statement = engine_.finality_statement();
    for (std::uint32_t i = 0; i < scenario_.validators.count; ++i) {
        setup.gateways.push_back(validators_[i].node);
    }
    std::stable_sort(setup.gateways.begin(), setup.gateways.end(), [&](NodeId a, NodeId b) {
        return kernel_.network().base_delay(client, a) < kernel_.network().base_delay(client, b);
    });
    setup.patience = patience;
    setup.observer = &recorder_;
    return setup;
}

void Cluster::start_clients() {
    if (reencode_packets_) {
        for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
            if (nodes_[node].kind != "validator") {
                transports_.push_back(std::make_unique<ReencodingTransport>(
                    *kernel_.world(NodeId{node}).transport, engine_));
                wrapped_[NodeId{node}] = transports_.back().get();
            }
        }
    }
    start_sovereigns();
    start_contributors();
    start_load();
}

void Cluster::start_sovereigns() {
    for (std::size_t i = 0; i < sovereigns_.size(); ++i) {
        const NodeId node = sovereigns_[i];
        kernel_.spawn<actors::SovereignActor>(
            node, world(node), client_setup(node, kSovereignPatience),
            key_of(nodes_[node.value].name),
            rules_of(scenario_.sovereigns[i], scenario_.duration + scenario_.grace));
        kernel_.start(node);
    }
}

void Cluster::start_contributors() {
    for (const ContributorPlace& place : contributors_) {
        const PopulationSpec& population = scenario_.populations[place.population];
        const std::string& name = nodes_[place.node.value].name;
        Prng prng(scenario_.seed, concat("profile/", name));
        actors::ContributorProfile profile;
        profile.handle = name;
        profile.kind = population.kind == "organization" ? graph::NodeKind::Organization
                                                         : graph::NodeKind::Person;
        profile.home = chain_name(scenario_.sovereigns[place.sovereign].name);
        profile.home_node = sovereigns_[place.sovereign];
        if (!population.skills.empty()) {
            profile.skill = population.skills[prng.below(population.skills.size())];
        }
        profile.appears = Duration{prng.between(0, population.join_within.nanoseconds)};
        profile.think = population.think;
        profile.work = population.work;
        kernel_.spawn<actors::ContributorActor>(place.node, world(place.node),
                                                client_setup(place.node, population.patience),
                                                key_of(name), std::move(profile));
        kernel_.start(place.node);
    }
}

void Cluster::start_load() {
    for (std::size_t source = 0; source < load_sources_.size(); ++source) {
        std::vector<SecretKey> keys;
        for (std::uint32_t i = 0; i < scenario_.load.accounts; ++i) {
            keys.push_back(key_of(load_key_name(source, i)));
        }
        actors::LoadPlan plan;
        plan.stop = scenario_.load.stop;
        const auto sources = static_cast<std::int64_t>(load_sources_.size());
        for (const LoadStep& step : scenario_.load.steps) {
            plan.paces.push_back(
                {.at = step.at,
                 .interval =
                     step.rate == 0 ? Duration{} : seconds(1) * sources / std::int64_t{step.rate}});
        }
        const NodeId node = load_sources_[source];
        kernel_.spawn<actors::LoadActor>(node, world(node), client_setup(node, kLoadPatience),
                                         std::move(keys), std::move(plan));
        kernel_.start(node);
    }
}

}  // namespace nexus::sim
