#include "sim/cluster/cluster.hpp"

#include "actors/roles/ports.hpp"
#include "actors/roles/validator_actor.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/api/validator_set.hpp"
#include "consensus/registry/registry.hpp"
#include "sim/cluster/checkers/agreement_checker.hpp"
#include "sim/cluster/checkers/certificate_checker.hpp"
#include "sim/cluster/checkers/halt_checker.hpp"
#include "sim/cluster/checkers/light_client_checker.hpp"
#include "sim/cluster/checkers/loss_checker.hpp"
#include "sim/cluster/checkers/ownership_checker.hpp"
#include "sim/cluster/checkers/supply_checker.hpp"
#include "sim/cluster/checkers/validity_checker.hpp"
#include "sim/cluster/lying_transport.hpp"
#include "sim/cluster/recorder.hpp"
#include "sim/cluster/transports.hpp"
#include "sim/env/calibration.hpp"
#include "sim/env/region_matrix.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/trace/event.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

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

KernelOptions kernel_options(const Scenario& scenario, std::shared_ptr<const RegionMatrix> matrix,
                             EventSink* trace, SignatureVerifier* verifier) {
    KernelOptions options;
    options.seed = scenario.seed;
    options.tie_break = scenario.network.seeded_ties ? TieBreak::Seeded : TieBreak::Fifo;
    options.network.regions = std::move(matrix);
    options.network.jitter_ppm = scenario.network.jitter;
    options.network.loss_ppm = scenario.network.loss;
    options.network.duplicate_ppm = scenario.network.duplicate;
    options.network.reorder_ppm = scenario.network.reorder;
    options.calibration = Calibration::reference();
    options.disk.fsync_latency = scenario.validators.fsync;
    options.trace = trace;
    options.verifier = verifier;
    return options;
}

}  // namespace

Cluster::Cluster(const Scenario& scenario, std::shared_ptr<const RegionMatrix> matrix,
                 EventSink* trace, const consensus::Engine& engine, bool reencode_packets)
    : scenario_(scenario),
      matrix_(std::move(matrix)),
      engine_(engine),
      reencode_packets_(reencode_packets),
      kernel_(kernel_options(scenario_, matrix_, trace, &verifier_)),
      recorder_([this] { return kernel_.now(); }),
      cache_(std::make_shared<actors::ExecutionCache>()) {}

absl::StatusOr<std::unique_ptr<Cluster>> Cluster::make(const Scenario& scenario,
                                                       std::shared_ptr<const RegionMatrix> matrix,
                                                       EventSink* trace, bool reencode_packets) {
    const consensus::Engine* engine = consensus::find_engine(scenario.protocol);
    if (engine == nullptr) {
        return absl::InvalidArgumentError(
            concat(scenario.file, ": there is no protocol \"", scenario.protocol, "\""));
    }
    std::vector<std::string> regions = scenario.validators.regions;
    for (const SovereignSpec& sovereign : scenario.sovereigns) {
        regions.push_back(sovereign.region);
    }
    for (const std::string& name : regions) {
        if (!matrix->find(name)) {
            return absl::InvalidArgumentError(concat(scenario.file, ": region \"", name,
                                                     "\" is not in the latency matrix \"",
                                                     scenario.network.matrix, "\""));
        }
    }
    std::unique_ptr<Cluster> cluster(
        new Cluster(scenario, std::move(matrix), trace, *engine, reencode_packets));
    cluster->add_validators();
    cluster->add_clients();
    cluster->found();
    cluster->add_checkers();
    cluster->start_validators();
    cluster->start_clients();
    return cluster;
}

SecretKey Cluster::key_of(std::string_view name) const {
    return SecretKey(Prng(scenario_.seed, concat("key/", name)).bytes32());
}

RegionIndex Cluster::region(std::string_view name) const {
    const auto found = matrix_->find(name);
    NEXUS_ASSERT(found.has_value());
    return *found;
}

NodeId Cluster::add_node(NodeInfo info, RegionIndex region, bool is_server) {
    NodeSpec spec;
    spec.name = info.name;
    spec.kind = info.kind;
    spec.region = region;
    spec.cores = is_server ? scenario_.validators.cores : 1;
    spec.bandwidth_up = is_server ? scenario_.network.bandwidth_bps : 0;
    const NodeId node = kernel_.add_node(spec);
    recorder_.add_node({.name = info.name, .is_honest = info.behaviour == "honest"});
    node_by_name_.emplace(info.name, node);
    nodes_.push_back(std::move(info));
    return node;
}

const ByzantineSpec* Cluster::byzantine(ValidatorIndex index) const {
    for (const ByzantineSpec& spec : scenario_.byzantine) {
        if (std::find(spec.validators.begin(), spec.validators.end(), index.value) !=
            spec.validators.end()) {
            return &spec;
        }
    }
    return nullptr;
}

bool Cluster::has_twin(ValidatorIndex index) const {
    const ByzantineSpec* spec = byzantine(index);
    return spec != nullptr && sim::has_twin(spec->behaviour);
}

void Cluster::add_validators() {
    std::vector<consensus::Validator> members;
    for (const bool is_twin : {false, true}) {
        for (std::uint32_t i = 0; i < scenario_.validators.count; ++i) {
            const ValidatorIndex index{i};
            if (is_twin && !has_twin(index)) {
                continue;
            }
            const ByzantineSpec* spec = byzantine(index);
            const std::string& region_name =
                scenario_.validators.regions[i % scenario_.validators.regions.size()];
            const NodeId node = add_node(
                {.name = is_twin ? twin_node(i) : validator_node(i),
                 .kind = "validator",
                 .region = region_name,
                 .behaviour = spec == nullptr ? "honest" : std::string(to_string(spec->behaviour)),
                 .stake = is_twin ? 0 : scenario_.validators.stakes[i]},
                region(region_name), true);
            validators_.push_back({.node = node,
                                   .index = index,
                                   .is_twin = is_twin,
                                   .store = std::make_unique<actors::MemoryChainStore>()});
            if (!is_twin) {
                validator_keys_.push_back(
                    std::make_shared<const SecretKey>(key_of(validator_node(i))));
                members.push_back({.key = validator_keys_.back()->public_key(),
                                   .power = {scenario_.validators.stakes[i]}});
            }
        }
    }
    validator_set_ = std::make_shared<const consensus::ValidatorSet>(std::move(members));
}

void Cluster::add_clients() {
    for (const SovereignSpec& sovereign : scenario_.sovereigns) {
        sovereigns_.push_back(add_node({.name = sovereign_node(sovereign.name),
                                        .kind = "sovereign",
                                        .region = sovereign.region,
                                        .behaviour = "honest"},
                                       region(sovereign.region), false));
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
            const NodeId node = add_node({.name = member_node(population.name, i),
                                          .kind = "contributor",
                                          .region = region_name,
                                          .behaviour = "honest"},
                                         region(region_name), false);
            contributors_.push_back({.node = node, .population = p, .sovereign = home});
        }
    }
    for (std::uint32_t i = 0; i < scenario_.load.sources && !scenario_.load.steps.empty(); ++i) {
        const std::string& region_name =
            scenario_.validators.regions[i % scenario_.validators.regions.size()];
        load_sources_.push_back(add_node(
            {.name = load_node(i), .kind = "load", .region = region_name, .behaviour = "honest"},
            region(region_name), false));
    }
}

void Cluster::add_checkers() {
    const ChainId chain{scenario_.chain.id};
    recorder_.add_checker(std::make_unique<AgreementChecker>(genesis_->id));
    recorder_.add_checker(std::make_unique<ValidityChecker>(*genesis_, genesis_state_, verifier_));
    recorder_.add_checker(std::make_unique<SupplyChecker>());
    recorder_.add_checker(std::make_unique<OwnershipChecker>());
    recorder_.add_checker(std::make_unique<LossChecker>(Instant{} + scenario_.duration));
    recorder_.add_checker(std::make_unique<CertificateChecker>(
        chain, std::string(engine_.finality_statement()), validator_set_, verifier_));
    recorder_.add_checker(std::make_unique<LightClientChecker>());
    recorder_.add_checker(std::make_unique<HaltChecker>());
}

actors::World Cluster::world(NodeId node) {
    actors::World world = kernel_.world(node);
    if (const auto found = wrapped_.find(node); found != wrapped_.end()) {
        world.transport = found->second;
    }
    return world;
}

/// True if `observer` talks to the second instance of `twin`. Colluding double voters split the
/// honest validators into two halves, the same for all of them; plain twins each split at random.
bool Cluster::faces_twin(const ValidatorInstance& observer, ValidatorIndex twin) const {
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

std::vector<NodeId> Cluster::committee_seen_by(const ValidatorInstance& observer) const {
    std::vector<NodeId> nodes(scenario_.validators.count);
    for (const ValidatorInstance& other : validators_) {
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

void Cluster::spawn_validator(const ValidatorInstance& instance) {
    actors::ValidatorSetup setup;
    setup.engine = &engine_;
    setup.protocol.chain = ChainId{scenario_.chain.id};
    setup.protocol.validators = validator_set_;
    setup.protocol.self = instance.index;
    setup.protocol.genesis = genesis_;
    setup.protocol.parameters = scenario_.parameters;
    setup.key = validator_keys_[instance.index.value];
    setup.genesis_state = genesis_state_;
    setup.limits.transactions_max = scenario_.blocks.transactions_max;
    setup.limits.bytes_max = scenario_.blocks.bytes_max;
    setup.limits.interval = scenario_.blocks.interval;
    setup.limits.gossip_interval = scenario_.blocks.gossip_interval;
    setup.limits.pool.transactions_max = scenario_.blocks.mempool_transactions_max;
    setup.retention = {.checkpoint_blocks = scenario_.blocks.checkpoint_blocks,
                       .blocks_kept = scenario_.blocks.blocks_kept};
    setup.validators = committee_seen_by(instance);
    setup.store = instance.store.get();
    setup.cache = cache_;
    setup.observer = &recorder_;
    kernel_.spawn<actors::ValidatorActor>(instance.node, world(instance.node), std::move(setup));
    kernel_.start(instance.node);
}

void Cluster::start_validators() {
    for (const ValidatorInstance& instance : validators_) {
        const ByzantineSpec* spec = byzantine(instance.index);
        if (spec != nullptr && spec->behaviour == Behaviour::Silent) {
            transports_.push_back(std::make_unique<SilentTransport>());
            wrapped_[instance.node] = transports_.back().get();
        } else if (reencode_packets_) {
            transports_.push_back(std::make_unique<ReencodingTransport>(
                *kernel_.world(instance.node).transport, engine_));
            wrapped_[instance.node] = transports_.back().get();
        }
        if (spec != nullptr && spec->behaviour == Behaviour::LyingGateway) {
            transports_.push_back(std::make_unique<LyingTransport>(
                *world(instance.node).transport,
                Prng(scenario_.seed, concat("lies/", instance.index.value))));
            wrapped_[instance.node] = transports_.back().get();
        }
        if (spec != nullptr && spec->behaviour == Behaviour::Delayer) {
            for (std::uint32_t to = 0; to < nodes_.size(); ++to) {
                if (to != instance.node.value) {
                    kernel_.network().set_extra_delay(instance.node, NodeId{to}, spec->delay);
                }
            }
        }
        spawn_validator(instance);
    }
}

std::vector<NodeId> Cluster::resolve(std::string_view target) const {
    std::vector<NodeId> nodes;
    if (target == kLeaderTarget) {
        nodes.push_back(validators_.at(recorder_.leader().value).node);
    } else if (target.starts_with(kRegionPrefix)) {
        for (const ValidatorInstance& instance : validators_) {
            if (nodes_[instance.node.value].region == target.substr(kRegionPrefix.size())) {
                nodes.push_back(instance.node);
            }
        }
    } else if (const auto found = node_by_name_.find(target); found != node_by_name_.end()) {
        nodes.push_back(found->second);
        for (const ValidatorInstance& instance : validators_) {  // a twin shares the fate
            if (instance.is_twin && nodes_[instance.node.value].name == concat(target, "-twin")) {
                nodes.push_back(instance.node);
            }
        }
    }
    return nodes;
}

bool Cluster::crash(NodeId node) {
    if (nodes_.at(node.value).kind != "validator" || !kernel_.alive(node)) {
        return false;
    }
    kernel_.crash(node);
    return true;
}

bool Cluster::restart(NodeId node) {
    const auto found =
        std::find_if(validators_.begin(), validators_.end(),
                     [node](const ValidatorInstance& instance) { return instance.node == node; });
    if (found == validators_.end() || kernel_.alive(node)) {
        return false;
    }
    spawn_validator(*found);
    return true;
}

}  // namespace nexus::sim
