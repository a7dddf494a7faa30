#include "sim/cluster/cluster.hpp"

#include "actors/roles/chain_client.hpp"
#include "actors/roles/contributor_actor.hpp"
#include "actors/roles/load_actor.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/sovereign_actor.hpp"
#include "actors/roles/validator_actor.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/api/validator_set.hpp"
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
#include "sim/cluster/scenario_network.hpp"
#include "sim/cluster/transports.hpp"
#include "sim/env/calibration.hpp"
#include "sim/env/region_matrix.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/society/society.hpp"
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
    options.network = network_config(scenario, std::move(matrix));
    options.calibration = scenario.machine.costs;
    options.shared_cores = scenario.machine.shared_cores;
    options.disk.fsync_latency = scenario.machine.fsync.value_or(scenario.validators.fsync);
    options.trace = trace;
    options.verifier = verifier;
    return options;
}

}  // namespace

Cluster::Cluster(Society society, std::shared_ptr<const RegionMatrix> matrix, EventSink* trace,
                 bool reencode_packets)
    : society_(std::move(society)),
      matrix_(std::move(matrix)),
      reencode_packets_(reencode_packets),
      kernel_(kernel_options(society_.scenario(), matrix_, trace, &verifier_)),
      recorder_([this] { return kernel_.now(); }),
      cache_(std::make_shared<actors::ExecutionCache>()) {}

absl::StatusOr<std::unique_ptr<Cluster>> Cluster::make(const Scenario& scenario,
                                                       std::shared_ptr<const RegionMatrix> matrix,
                                                       EventSink* trace, bool reencode_packets) {
    absl::StatusOr<Society> society = Society::make(scenario);
    if (!society.ok()) {
        return society.status();
    }
    if (absl::Status status = check_regions(scenario, *matrix); !status.ok()) {
        return status;
    }
    std::unique_ptr<Cluster> cluster(
        new Cluster(*std::move(society), std::move(matrix), trace, reencode_packets));
    cluster->add_nodes();
    cluster->add_checkers();
    cluster->start_validators();
    cluster->start_clients();
    return cluster;
}

void Cluster::add_nodes() {
    for (const Member& member : society_.members()) {
        const bool is_validator = member.kind == "validator";
        NodeSpec spec;
        spec.name = member.name;
        spec.kind = member.kind;
        spec.region = *matrix_->find(member.region);
        spec.cores = is_validator ? scenario().validators.cores : 1;
        spec.bandwidth_up = bandwidth_up(scenario(), member);
        const NodeId node = kernel_.add_node(spec);
        recorder_.add_node({.name = member.name, .is_honest = member.behaviour == "honest"});
        node_by_name_.emplace(member.name, node);
    }
    for (const ValidatorPlace& place : society_.validators()) {
        stores_.emplace(place.node, std::make_unique<actors::MemoryChainStore>());
    }
}

void Cluster::add_checkers() {
    const ChainId chain{scenario().chain.id};
    recorder_.add_checker(std::make_unique<AgreementChecker>(society_.genesis()->id));
    recorder_.add_checker(std::make_unique<ValidityChecker>(*society_.genesis(),
                                                            society_.genesis_state(), verifier_));
    recorder_.add_checker(std::make_unique<SupplyChecker>());
    recorder_.add_checker(std::make_unique<OwnershipChecker>());
    recorder_.add_checker(std::make_unique<LossChecker>(Instant{} + scenario().duration));
    recorder_.add_checker(std::make_unique<CertificateChecker>(
        chain, std::string(society_.engine().finality_statement()), society_.validator_set(),
        verifier_));
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

void Cluster::spawn_validator(const ValidatorPlace& place) {
    actors::ValidatorSetup setup = society_.validator_setup(place);
    setup.store = stores_.at(place.node).get();
    setup.cache = cache_;
    setup.observer = &recorder_;
    kernel_.spawn<actors::ValidatorActor>(place.node, world(place.node), std::move(setup));
    kernel_.start(place.node);
}

void Cluster::start_validators() {
    for (const ValidatorPlace& instance : society_.validators()) {
        const ByzantineSpec* spec = society_.byzantine(instance.index);
        if (spec != nullptr && spec->behaviour == Behaviour::Silent) {
            transports_.push_back(std::make_unique<SilentTransport>());
            wrapped_[instance.node] = transports_.back().get();
        } else if (reencode_packets_) {
            transports_.push_back(std::make_unique<ReencodingTransport>(
                *kernel_.world(instance.node).transport, society_.engine()));
            wrapped_[instance.node] = transports_.back().get();
        }
        if (spec != nullptr && spec->behaviour == Behaviour::LyingGateway) {
            transports_.push_back(std::make_unique<LyingTransport>(
                *world(instance.node).transport,
                Prng(scenario().seed, concat("lies/", instance.index.value))));
            wrapped_[instance.node] = transports_.back().get();
        }
        if (spec != nullptr && spec->behaviour == Behaviour::Delayer) {
            for (std::uint32_t to = 0; to < society_.members().size(); ++to) {
                if (to != instance.node.value) {
                    kernel_.network().set_extra_delay(instance.node, NodeId{to}, spec->delay);
                }
            }
        }
        spawn_validator(instance);
    }
}

actors::ClientSetup Cluster::client_setup(NodeId client, Duration patience) {
    actors::ClientSetup setup = society_.client_setup(patience);
    sort_by_distance(setup.gateways, client, kernel_.network());
    setup.observer = &recorder_;
    return setup;
}

void Cluster::start_clients() {
    if (reencode_packets_) {
        for (std::uint32_t node = 0; node < society_.members().size(); ++node) {
            if (society_.members()[node].kind != "validator") {
                transports_.push_back(std::make_unique<ReencodingTransport>(
                    *kernel_.world(NodeId{node}).transport, society_.engine()));
                wrapped_[NodeId{node}] = transports_.back().get();
            }
        }
    }
    for (std::size_t i = 0; i < society_.sovereign_count(); ++i) {
        start_sovereign(i, /*resumes=*/false);
    }
    for (std::size_t i = 0; i < society_.contributor_count(); ++i) {
        start_contributor(i, /*resumes=*/false);
    }
    start_load();
}

void Cluster::start_sovereign(std::size_t index, bool resumes) {
    Society::SovereignPlan plan = society_.sovereign(index);
    actors::ClientSetup setup = client_setup(plan.node, plan.patience);
    setup.resumes = resumes;
    kernel_.spawn<actors::SovereignActor>(plan.node, world(plan.node), std::move(setup),
                                          std::move(plan.key), std::move(plan.rules));
    kernel_.start(plan.node);
}

void Cluster::start_contributor(std::size_t index, bool resumes) {
    Society::ContributorPlan plan = society_.contributor(index);
    actors::ClientSetup setup = client_setup(plan.node, plan.patience);
    setup.resumes = resumes;
    kernel_.spawn<actors::ContributorActor>(plan.node, world(plan.node), std::move(setup),
                                            std::move(plan.key), std::move(plan.profile));
    kernel_.start(plan.node);
}

void Cluster::start_load() {
    for (std::size_t i = 0; i < society_.load_source_count(); ++i) {
        Society::LoadSourcePlan plan = society_.load_source(i);
        kernel_.spawn<actors::LoadActor>(plan.node, world(plan.node),
                                         client_setup(plan.node, plan.patience),
                                         std::move(plan.keys), std::move(plan.plan));
        kernel_.start(plan.node);
    }
}

std::vector<NodeId> Cluster::resolve(std::string_view target) const {
    std::vector<NodeId> nodes;
    if (target == kLeaderTarget) {
        nodes.push_back(society_.validators().at(recorder_.leader().value).node);
    } else if (target.starts_with(kRegionPrefix)) {
        for (const ValidatorPlace& instance : society_.validators()) {
            if (society_.members()[instance.node.value].region ==
                target.substr(kRegionPrefix.size())) {
                nodes.push_back(instance.node);
            }
        }
    } else if (const auto found = node_by_name_.find(target); found != node_by_name_.end()) {
        nodes.push_back(found->second);
        for (const ValidatorPlace& instance : society_.validators()) {  // a twin shares the fate
            if (instance.is_twin &&
                society_.members()[instance.node.value].name == concat(target, "-twin")) {
                nodes.push_back(instance.node);
            }
        }
    }
    return nodes;
}

bool Cluster::crash(NodeId node) {
    if (society_.members().at(node.value).kind == "load" || !kernel_.alive(node)) {
        return false;
    }
    kernel_.crash(node);
    return true;
}

bool Cluster::wipe(NodeId node) {
    if (society_.members().at(node.value).kind != "validator") {
        return false;
    }
    (void)crash(node);
    kernel_.wipe_disk(node);
    stores_.at(node) = std::make_unique<actors::MemoryChainStore>();
    recorder_.on_wipe(node);
    return true;
}

bool Cluster::restart(NodeId node) {
    if (kernel_.alive(node)) {
        return false;
    }
    for (const ValidatorPlace& instance : society_.validators()) {
        if (instance.node == node) {
            spawn_validator(instance);
            return true;
        }
    }
    for (std::size_t i = 0; i < society_.sovereign_count(); ++i) {
        if (society_.sovereign(i).node == node) {
            start_sovereign(i, /*resumes=*/true);
            return true;
        }
    }
    for (std::size_t i = 0; i < society_.contributor_count(); ++i) {
        if (society_.contributor(i).node == node) {
            start_contributor(i, /*resumes=*/true);
            return true;
        }
    }
    return false;
}

}  // namespace nexus::sim
