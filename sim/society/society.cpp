#include "sim/society/society.hpp"

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/prng.hpp"
#include "consensus/registry/registry.hpp"
#include "graph/ledger/genesis.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"
#include "sim/scenario/names.hpp"

#include <absl/status/status.h>

#include <algorithm>
#include <string>
#include <utility>

namespace nexus::sim {
namespace {

constexpr Duration kSovereignPatience = seconds(6);
constexpr Duration kLoadPatience = seconds(6);

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

Society::Society(const Scenario& scenario, const consensus::Engine& engine,
                 std::shared_ptr<const KeyBook> keys)
    : scenario_(scenario), engine_(&engine), keys_(std::move(keys)) {
    add_validators();
    add_clients();
}

absl::StatusOr<Society> Society::make(const Scenario& scenario,
                                      std::shared_ptr<const KeyBook> keys) {
    const consensus::Engine* engine = consensus::find_engine(scenario.protocol);
    if (engine == nullptr) {
        return absl::InvalidArgumentError(
            concat(scenario.file, ": there is no protocol \"", scenario.protocol, "\""));
    }
    Society society(scenario, *engine, std::move(keys));
    if (society.keys_ != nullptr) {
        for (const std::string& name : society.key_names()) {
            if (!society.keys_->public_keys.contains(name)) {
                return absl::InvalidArgumentError(
                    concat(scenario.file, ": there is no public key of \"", name, "\""));
            }
        }
    }
    society.found();
    return society;
}

std::string Society::load_account(std::size_t source, std::uint32_t account) {
    return concat("load-", source, "/", account);
}

std::vector<std::string> Society::key_names() const {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < scenario_.validators.count; ++i) {
        names.push_back(validator_node(i));
    }
    for (const Member& member : members_) {
        if (member.kind != "validator") {
            names.push_back(member.name);
        }
    }
    for (std::size_t source = 0; source < load_sources_.size(); ++source) {
        for (std::uint32_t i = 0; i < scenario_.load.accounts; ++i) {
            names.push_back(load_account(source, i));
        }
    }
    return names;
}

NodeId Society::add(Member member) {
    members_.push_back(std::move(member));
    return NodeId{static_cast<std::uint32_t>(members_.size() - 1)};
}

SecretKey Society::key_of(std::string_view name) const {
    if (keys_ == nullptr) {
        return SecretKey(Prng(scenario_.seed, concat("key/", name)).bytes32());
    }
    const auto found = keys_->secret_keys.find(name);
    NEXUS_ASSERT(found != keys_->secret_keys.end());
    return found->second;
}

PublicKey Society::public_key_of(std::string_view name) const {
    if (keys_ == nullptr) {
        return key_of(name).public_key();
    }
    const auto found = keys_->public_keys.find(name);
    NEXUS_ASSERT(found != keys_->public_keys.end());
    return found->second;
}

const ByzantineSpec* Society::byzantine(ValidatorIndex index) const {
    for (const ByzantineSpec& spec : scenario_.byzantine) {
        if (std::find(spec.validators.begin(), spec.validators.end(), index.value) !=
            spec.validators.end()) {
            return &spec;
        }
    }
    return nullptr;
}

bool Society::has_twin(ValidatorIndex index) const {
    const ByzantineSpec* spec = byzantine(index);
    return spec != nullptr && sim::has_twin(spec->behaviour);
}

void Society::add_validators() {
    for (const bool is_twin : {false, true}) {
        for (std::uint32_t i = 0; i < scenario_.validators.count; ++i) {
            const ValidatorIndex index{i};
            if (is_twin && !has_twin(index)) {
                continue;
            }
            const ByzantineSpec* spec = byzantine(index);
            const std::string& region_name =
                scenario_.validators.regions[i % scenario_.validators.regions.size()];
            const NodeId node = add(
                {.name = is_twin ? twin_node(i) : validator_node(i),
                 .kind = "validator",
                 .region = region_name,
                 .behaviour = spec == nullptr ? "honest" : std::string(to_string(spec->behaviour)),
                 .stake = is_twin ? 0 : scenario_.validators.stakes[i]});
            validators_.push_back({.node = node, .index = index, .is_twin = is_twin});
            if (!is_twin) {
                const bool is_here =
                    keys_ == nullptr || keys_->secret_keys.contains(validator_node(i));
                validator_keys_.push_back(
                    is_here ? std::make_shared<const SecretKey>(key_of(validator_node(i)))
                            : nullptr);
            }
        }
    }
}

void Society::add_clients() {
    for (const SovereignSpec& sovereign : scenario_.sovereigns) {
        sovereigns_.push_back(add({.name = sovereign_node(sovereign.name),
                                   .kind = "sovereign",
                                   .region = sovereign.region,
                                   .behaviour = "honest"}));
    }
    for (std::size_t p = 0; p < scenario_.populations.size(); ++p) {
        const PopulationSpec& population = scenario_.populations[p];
        std::vector<std::size_t> homes;
        for (std::size_t s = 0; s < scenario_.sovereigns.size(); ++s) {
            if (population.sovereigns.empty() ||
                std::find(population.sovereigns.begin(), population.sovereigns.end(),
                          scenario_.sovereigns[s].name) != population.sovereigns.end()) {
                homes.push_back(s);
            }
        }
        for (std::uint32_t i = 0; i < population.count && !homes.empty(); ++i) {
            const std::size_t home = homes[i % homes.size()];
            const std::string& region_name = scenario_.sovereigns[home].region;
            const NodeId node = add({.name = member_node(population.name, i),
                                     .kind = "contributor",
                                     .region = region_name,
                                     .behaviour = "honest"});
            contributors_.push_back({.node = node, .population = p, .sovereign = home});
        }
    }
    for (std::uint32_t i = 0; i < scenario_.load.sources && !scenario_.load.steps.empty(); ++i) {
        const std::string& region_name =
            scenario_.validators.regions[i % scenario_.validators.regions.size()];
        load_sources_.push_back(add(
            {.name = load_node(i), .kind = "load", .region = region_name, .behaviour = "honest"}));
    }
}

void Society::found() {
    std::vector<consensus::Validator> validators;
    for (std::uint32_t i = 0; i < scenario_.validators.count; ++i) {
        validators.push_back(
            {.key = public_key_of(validator_node(i)), .power = {scenario_.validators.stakes[i]}});
    }
    validator_set_ = std::make_shared<const consensus::ValidatorSet>(std::move(validators));
    graph::Genesis genesis;
    genesis.parameters.chain = ChainId{scenario_.chain.id};
    genesis.parameters.fee = scenario_.chain.fee;
    genesis.parameters.block_transactions_max = scenario_.blocks.transactions_max;
    genesis.parameters.block_bytes_max = scenario_.blocks.bytes_max;
    const auto endow = [&](std::string_view name, Amount balance) {
        genesis.accounts.push_back(
            {.id = graph::account_of(public_key_of(name)), .balance = balance});
    };
    const Amount balance = scenario_.chain.account_balance;
    for (std::size_t i = 0; i < sovereigns_.size(); ++i) {
        const auto with_treasury = balance.plus(scenario_.sovereigns[i].treasury);
        NEXUS_ASSERT(with_treasury.has_value());
        endow(members_[sovereigns_[i].value].name, *with_treasury);
    }
    for (const ContributorPlace& place : contributors_) {
        endow(members_[place.node.value].name, balance);
    }
    for (std::size_t source = 0; source < load_sources_.size(); ++source) {
        for (std::uint32_t i = 0; i < scenario_.load.accounts; ++i) {
            endow(load_account(source, i), balance);
        }
    }
    auto state = graph::genesis_state(genesis);
    NEXUS_ASSERT(state.has_value());  // the scenario's amounts were checked
    genesis_state_ = *std::move(state);
    genesis_ = consensus::make_genesis(ChainId{scenario_.chain.id}, genesis_state_.root());
}

/// True if `observer` talks to the second instance of `twin`. Colluding double voters split the
/// honest validators into two halves, the same for all of them; plain twins each split at random.
bool Society::faces_twin(const ValidatorPlace& observer, ValidatorIndex twin) const {
    if (has_twin(observer.index)) {
        return observer.is_twin;
    }
    if (byzantine(twin)->behaviour == Behaviour::DoubleVoter) {
        std::uint32_t honest_before = 0;
        for (std::uint32_t i = 0; i < observer.index.value; ++i) {
            honest_before += byzantine(ValidatorIndex{i}) == nullptr ? 1 : 0;
        }
        return honest_before % 2 == 1;
    }
    Prng prng(scenario_.seed, concat("twins/", twin.value, "/", observer.index.value));
    return prng.below(2) == 1;
}

std::vector<NodeId> Society::committee_seen_by(const ValidatorPlace& observer) const {
    std::vector<NodeId> nodes(scenario_.validators.count);
    for (const ValidatorPlace& other : validators_) {
        const bool chosen =
            other.index == observer.index
                ? other.is_twin == observer.is_twin
                : !has_twin(other.index) || other.is_twin == faces_twin(observer, other.index);
        if (chosen) {
            nodes[other.index.value] = other.node;
        }
    }
    return nodes;
}

actors::ValidatorSetup Society::validator_setup(const ValidatorPlace& place) const {
    actors::ValidatorSetup setup;
    setup.engine = engine_;
    setup.protocol.chain = ChainId{scenario_.chain.id};
    setup.protocol.validators = validator_set_;
    setup.protocol.self = place.index;
    setup.protocol.genesis = genesis_;
    setup.protocol.parameters = scenario_.parameters;
    setup.key = validator_keys_[place.index.value];
    NEXUS_ASSERT(setup.key != nullptr);
    setup.genesis_state = genesis_state_;
    setup.limits.transactions_max = scenario_.blocks.transactions_max;
    setup.limits.bytes_max = scenario_.blocks.bytes_max;
    setup.limits.interval = scenario_.blocks.interval;
    setup.limits.gossip_interval = scenario_.blocks.gossip_interval;
    setup.limits.pool.transactions_max = scenario_.blocks.mempool_transactions_max;
    setup.retention = {.checkpoint_blocks = scenario_.blocks.checkpoint_blocks,
                       .blocks_kept = scenario_.blocks.blocks_kept};
    setup.validators = committee_seen_by(place);
    return setup;
}

actors::ClientSetup Society::client_setup(Duration patience) const {
    actors::ClientSetup setup;
    setup.chain = ChainId{scenario_.chain.id};
    setup.validators = validator_set_;
    setup.finality_statement = engine_->finality_statement();
    for (std::uint32_t i = 0; i < scenario_.validators.count; ++i) {
        setup.gateways.push_back(validators_[i].node);
    }
    setup.patience = patience;
    return setup;
}

Society::SovereignPlan Society::sovereign(std::size_t index) const {
    const NodeId node = sovereigns_.at(index);
    return {.node = node,
            .patience = kSovereignPatience,
            .key = key_of(members_[node.value].name),
            .rules = rules_of(scenario_.sovereigns[index], scenario_.duration + scenario_.grace)};
}

Society::ContributorPlan Society::contributor(std::size_t index) const {
    const ContributorPlace& place = contributors_.at(index);
    const PopulationSpec& population = scenario_.populations[place.population];
    const std::string& name = members_[place.node.value].name;
    Prng prng(scenario_.seed, concat("profile/", name));
    actors::ContributorProfile profile;
    profile.handle = name;
    profile.kind =
        population.kind == "organization" ? graph::NodeKind::Organization : graph::NodeKind::Person;
    profile.home = chain_name(scenario_.sovereigns[place.sovereign].name);
    profile.home_node = sovereigns_[place.sovereign];
    if (!population.skills.empty()) {
        profile.skill = population.skills[prng.below(population.skills.size())];
    }
    profile.appears = Duration{prng.between(0, population.join_within.nanoseconds)};
    profile.think = population.think;
    profile.work = population.work;
    return {.node = place.node,
            .patience = population.patience,
            .key = key_of(name),
            .profile = std::move(profile)};
}

Society::LoadSourcePlan Society::load_source(std::size_t index) const {
    LoadSourcePlan source{
        .node = load_sources_.at(index), .patience = kLoadPatience, .keys = {}, .plan = {}};
    for (std::uint32_t i = 0; i < scenario_.load.accounts; ++i) {
        source.keys.push_back(key_of(load_account(index, i)));
    }
    source.plan = load_plan(scenario_.load);
    return source;
}

actors::LoadPlan Society::load_plan(const LoadSpec& load) const {
    actors::LoadPlan plan;
    plan.stop = load.stop;
    plan.mix.transaction_bytes = load.transaction_bytes;
    for (const LoadShare& share : load.mix) {
        plan.mix.shares.push_back({.kind = share.kind, .weight = share.weight});
    }
    const auto sources = static_cast<std::int64_t>(load_sources_.size());
    for (const LoadStep& step : load.steps) {
        plan.paces.push_back({.at = step.at,
                              .interval = step.rate == 0
                                              ? Duration{}
                                              : seconds(1) * sources / std::int64_t{step.rate}});
    }
    return plan;
}

}  // namespace nexus::sim
