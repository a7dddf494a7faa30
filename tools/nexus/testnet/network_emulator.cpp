#include "tools/nexus/testnet/network_emulator.hpp"

#include "base/concat.hpp"
#include "sim/cluster/scenario_network.hpp"
#include "sim/scenario/names.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace nexus::tools {

/// One member's view of the model.
class NetworkEmulator::Shaper final : public actors::PacketShaper {
public:
    Shaper(NetworkEmulator& network, NodeId self) : network_(network), self_(self) {}

    Fate shape(Instant now, NodeId to, std::size_t size) override {
        const std::lock_guard lock(network_.mutex_);
        const sim::Route route = network_.model_.route(self_, to, size, now);
        return {.leaves = route.arrivals, .copies = route.copies};
    }

    bool passes(NodeId to) override {
        const std::lock_guard lock(network_.mutex_);
        sim::DropCause cause{};
        return !network_.model_.may_cut() || !network_.model_.cut(self_, to, cause);
    }

    using PacketShaper::set_active;

private:
    NetworkEmulator& network_;
    const NodeId self_;
};

absl::StatusOr<std::unique_ptr<NetworkEmulator>> NetworkEmulator::make(const sim::Society& society,
                                                                       bool shapes) {
    sim::NetworkConfig config;
    if (shapes) {
        auto matrix = sim::latency_matrix(society.scenario());
        if (!matrix.ok()) {
            return matrix.status();
        }
        if (absl::Status status = sim::check_regions(society.scenario(), **matrix); !status.ok()) {
            return status;
        }
        config = sim::network_config(society.scenario(), *std::move(matrix));
    }
    return std::unique_ptr<NetworkEmulator>(
        new NetworkEmulator(society, std::move(config), shapes));
}

NetworkEmulator::NetworkEmulator(const sim::Society& society, sim::NetworkConfig config,
                                 bool shapes)
    : society_(society), shapes_(shapes), model_(config, society.scenario().seed) {
    for (const sim::Member& member : society.members()) {
        model_.add_node(member.name, shapes ? *config.regions->find(member.region) : 0,
                        shapes ? sim::bandwidth_up(society.scenario(), member) : 0, 0);
    }
    faults_ = std::make_unique<sim::NetworkFaults>(model_);
}

std::shared_ptr<actors::PacketShaper> NetworkEmulator::add_shaper(NodeId self) {
    const std::lock_guard lock(mutex_);
    shapers_.push_back(std::make_shared<Shaper>(*this, self));
    shapers_.back()->set_active(shapes_ || !faults_->in_force().empty());
    return shapers_.back();
}

std::vector<NodeId> NetworkEmulator::resolve(const std::string& name) const {
    std::vector<NodeId> nodes;
    for (std::uint32_t i = 0; i < society_.members().size(); ++i) {
        if (society_.members()[i].name == name) {
            nodes.push_back(NodeId{i});
        }
    }
    return nodes;
}

absl::Status NetworkEmulator::check(const sim::NumberedFault& fault) const {
    if (!sim::NetworkFaults::covers(fault.spec.kind)) {
        return absl::InvalidArgumentError(concat("fault ", fault.number,
                                                 ": expected one that happens to packets, got ",
                                                 to_string(fault.spec.kind)));
    }
    std::vector<std::string> names = fault.spec.targets;
    names.insert(names.end(), fault.spec.from.begin(), fault.spec.from.end());
    names.insert(names.end(), fault.spec.to.begin(), fault.spec.to.end());
    for (const std::vector<std::string>& group : fault.spec.groups) {
        names.insert(names.end(), group.begin(), group.end());
    }
    for (const std::string& name : names) {
        if (resolve(name).empty()) {
            return absl::InvalidArgumentError(concat(
                "fault ", fault.number, ": expected members of the network, got \"", name, "\""));
        }
    }
    return absl::OkStatus();
}

absl::Status NetworkEmulator::set_faults(const std::vector<sim::NumberedFault>& faults) {
    for (const sim::NumberedFault& fault : faults) {
        if (absl::Status status = check(fault); !status.ok()) {
            return status;
        }
    }
    const std::lock_guard lock(mutex_);
    const std::vector<std::uint64_t> before = faults_->in_force();
    for (const std::uint64_t number : before) {
        if (std::none_of(faults.begin(), faults.end(), [number](const sim::NumberedFault& fault) {
                return fault.number == number;
            })) {
            faults_->end(number);
        }
    }
    for (const sim::NumberedFault& fault : faults) {
        if (std::find(before.begin(), before.end(), fault.number) == before.end()) {
            faults_->begin(fault.number, fault.spec,
                           [this](const std::string& name) { return resolve(name); });
        }
    }
    for (const std::shared_ptr<Shaper>& shaper : shapers_) {
        shaper->set_active(shapes_ || !faults.empty());
    }
    return absl::OkStatus();
}

std::set<NodeId> NetworkEmulator::parted_from(NodeId node) const {
    const std::lock_guard lock(mutex_);
    std::set<NodeId> parted;
    for (std::uint32_t other = 0; other < model_.size(); ++other) {
        if (model_.is_parted(node, NodeId{other})) {
            parted.insert(NodeId{other});
        }
    }
    return parted;
}

std::map<std::uint64_t, std::uint64_t> NetworkEmulator::touched() const {
    const std::lock_guard lock(mutex_);
    return faults_->touched();
}

void NetworkEmulator::sort_by_distance(std::vector<NodeId>& gateways, NodeId client) const {
    const std::lock_guard lock(mutex_);
    sim::sort_by_distance(gateways, client, model_);
}

}  // namespace nexus::tools
