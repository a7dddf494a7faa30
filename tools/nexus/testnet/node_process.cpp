#include "tools/nexus/testnet/node_process.hpp"

#include "actors/node/network_broker.hpp"
#include "actors/node/node_disk.hpp"
#include "actors/node/os_entropy.hpp"
#include "actors/node/real_clock.hpp"
#include "actors/roles/contributor_actor.hpp"
#include "actors/roles/load_actor.hpp"
#include "actors/roles/sovereign_actor.hpp"
#include "actors/roles/validator_actor.hpp"
#include "base/assert.hpp"
#include "base/concat.hpp"
#include "base/memo_verifier.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/write.hpp"
#include "tools/nexus/testnet/node_observer.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

constexpr auto kStatusInterval = std::chrono::milliseconds(500);

/// Hands packets to a broker that is known after the role was made.
class LateTransport final : public actors::Transport {
public:
    void bind(caf::actor broker) { broker_ = std::move(broker); }
    void send(NodeId to, const actors::PacketPtr& packet) override {
        caf::anon_send(broker_, actors::SendAtom::value, to, packet);
    }

private:
    caf::actor broker_;  // set before the role's first message
};

class NoCompute final : public actors::Compute {
public:
    void charge(actors::Work /*work*/, std::uint64_t /*count*/) override {}
};

/// One member of the network, alive in this process.
struct Hosted {
    NodeId node;
    std::string name;
    std::unique_ptr<actors::NodeDisk> disk;
    LateTransport transport;
    NoCompute compute;
    actors::OsEntropy entropy;
    MemoVerifier verifier{1U << 16U};
    NodeObserver observer;
    std::shared_ptr<actors::NetworkCounters> network = std::make_shared<actors::NetworkCounters>();
    std::shared_ptr<actors::FaultRules> faults = std::make_shared<actors::FaultRules>();
    actors::NodeHandle role;
    caf::actor broker;
};

class NodeProcess {
public:
    NodeProcess(const TestnetLayout& layout, std::string process, const NetworkFile& network,
                const sim::Society& society, caf::actor_system& system)
        : layout_(layout),
          process_(std::move(process)),
          network_(network),
          society_(society),
          system_(system),
          clock_(network.epoch_nanoseconds) {}

    absl::Status start() {
        const auto members = network_.hosts.find(process_);
        if (members == network_.hosts.end()) {
            return absl::NotFoundError(
                concat(layout_.network(), ": there is no process \"", process_, "\""));
        }
        for (const std::string& name : members->second) {
            if (const absl::Status status = add(name); !status.ok()) {
                return status;
            }
        }
        for (const auto& hosted : hosted_) {
            caf::anon_send(hosted->role, actors::StartAtom::value);
        }
        return absl::OkStatus();
    }

    /// What the file `blocked` says now.
    void obey() {
        const std::string text = read_text(layout_.blocked(process_)).value_or("");
        if (text == blocked_) {
            return;
        }
        blocked_ = text;
        std::set<NodeId> blocked;
        std::istringstream lines(text);
        for (std::string name; std::getline(lines, name);) {
            if (const auto node = find(name)) {
                blocked.insert(*node);
            }
        }
        for (const auto& hosted : hosted_) {
            hosted->faults->block(blocked);
        }
    }

    void write_status() {
        for (const auto& hosted : hosted_) {
            const std::string path = layout_.member(process_, hosted->name) + "/status.json";
            if (const auto status = sim::write_file_atomically(path, status_of(*hosted));
                !status.ok()) {
                std::fprintf(stderr, "error: %s\n", std::string(status.message()).c_str());
            }
        }
    }

    void stop() {
        for (const auto& hosted : hosted_) {
            caf::anon_send_exit(hosted->broker, caf::exit_reason::user_shutdown);
            caf::anon_send_exit(hosted->role, caf::exit_reason::user_shutdown);
        }
        system_.await_all_actors_done();
    }

private:
    [[nodiscard]] std::optional<NodeId> find(const std::string& name) const {
        for (std::uint32_t i = 0; i < society_.members().size(); ++i) {
            if (society_.members()[i].name == name) {
                return NodeId{i};
            }
        }
        return std::nullopt;
    }

    absl::Status add(const std::string& name) {
        const auto node = find(name);
        if (!node.has_value()) {
            return absl::InvalidArgumentError(
                concat(layout_.network(), ": the scenario has no member \"", name, "\""));
        }
        auto hosted = std::make_unique<Hosted>();
        hosted->node = *node;
        hosted->name = name;
        std::filesystem::create_directories(layout_.member(process_, name));
        actors::World world{.self = *node,
                            .clock = &clock_,
                            .transport = &hosted->transport,
                            .compute = &hosted->compute,
                            .entropy = &hosted->entropy,
                            .verifier = &hosted->verifier};
        if (const absl::Status status = spawn(*hosted, world); !status.ok()) {
            return status;
        }
        hosted->broker = actors::spawn_network(system_, network_of(*hosted), hosted->role,
                                               hosted->network, hosted->faults);
        hosted->transport.bind(hosted->broker);
        hosted_.push_back(std::move(hosted));
        return absl::OkStatus();
    }

    absl::Status spawn(Hosted& hosted, actors::World world) {
        for (const sim::ValidatorPlace& place : society_.validators()) {
            if (place.node == hosted.node) {
                return spawn_validator(hosted, world, place);
            }
        }
        const auto client = [&](Duration patience) {
            actors::ClientSetup setup = society_.client_setup(patience);
            setup.observer = &hosted.observer;
            return setup;
        };
        for (std::size_t i = 0; i < society_.sovereign_count(); ++i) {
            sim::Society::SovereignPlan plan = society_.sovereign(i);
            if (plan.node == hosted.node) {
                hosted.role = system_.spawn<actors::SovereignActor>(
                    world, client(plan.patience), std::move(plan.key), std::move(plan.rules));
                return absl::OkStatus();
            }
        }
        for (std::size_t i = 0; i < society_.contributor_count(); ++i) {
            sim::Society::ContributorPlan plan = society_.contributor(i);
            if (plan.node == hosted.node) {
                hosted.role = system_.spawn<actors::ContributorActor>(
                    world, client(plan.patience), std::move(plan.key), std::move(plan.profile));
                return absl::OkStatus();
            }
        }
        for (std::size_t i = 0; i < society_.load_source_count(); ++i) {
            sim::Society::LoadSourcePlan plan = society_.load_source(i);
            if (plan.node == hosted.node) {
                hosted.role = system_.spawn<actors::LoadActor>(
                    world, client(plan.patience), std::move(plan.keys), std::move(plan.plan));
                return absl::OkStatus();
            }
        }
        return absl::InternalError("a member without a role");
    }

    absl::Status spawn_validator(Hosted& hosted, actors::World world,
                                 const sim::ValidatorPlace& place) {
        auto disk = actors::NodeDisk::open(layout_.member(process_, hosted.name) + "/data",
                                           society_.engine(), {.fsync = network_.fsync});
        if (!disk.ok()) {
            return disk.status();
        }
        hosted.disk = *std::move(disk);
        world.journal = &hosted.disk->journal();
        actors::ValidatorSetup setup = society_.validator_setup(place);
        setup.store = &hosted.disk->chain();
        setup.cache = std::make_shared<actors::ExecutionCache>();
        setup.observer = &hosted.observer;
        hosted.role = system_.spawn<actors::ValidatorActor>(world, std::move(setup));
        hosted.disk->on_durable([role = hosted.role](actors::DurableToken token) {
            caf::anon_send(role, actors::DurableAtom::value, token);
        });
        return absl::OkStatus();
    }

    [[nodiscard]] actors::NetworkOptions network_of(const Hosted& hosted) const {
        actors::NetworkOptions options;
        options.self = hosted.node;
        options.key = std::make_shared<const SecretKey>(society_.key_of(hosted.name));
        options.network = society_.genesis()->id;
        options.engine = &society_.engine();
        options.listen_host = network_.host;
        for (std::uint32_t i = 0; i < society_.members().size(); ++i) {
            const std::string& name = society_.members()[i].name;
            const auto port = network_.ports.find(name);
            options.members.push_back(
                {.key = society_.key_of(name).public_key(),
                 .host = network_.host,
                 .port = port == network_.ports.end() ? std::uint16_t{0} : port->second});
            const bool is_validator = society_.members()[i].kind == "validator";
            if (is_validator && i < hosted.node.value && hosted.disk != nullptr) {
                options.keep.push_back(NodeId{i});
            }
        }
        options.listen_port = options.members[hosted.node.value].port;
        return options;
    }

    [[nodiscard]] std::string status_of(const Hosted& hosted) const {
        const NodeObserver::Counters& did = hosted.observer.counters();
        const actors::NetworkCounters& net = *hosted.network;
        sim::JsonWriter json(sim::JsonWriter::Style::Readable);
        json.open_object();
        json.member("name", hosted.name);
        json.member("kind", society_.members()[hosted.node.value].kind);
        json.member("now_ms", clock_.now().nanoseconds / 1'000'000);
        json.member("height", did.height.load());
        json.member("view", did.view.load());
        json.member("leader", did.leader.load());
        json.member("last_commit_ms", did.last_commit.load() / 1'000'000);
        json.member("committed", did.committed.load());
        json.member("rejected", did.rejected.load());
        json.member("accepted", did.accepted.load());
        json.member("submitted", did.submitted.load());
        json.member("finalized", did.finalized.load());
        json.member("latency_sum_ms", did.latency_sum.load() / 1'000'000);
        json.member("latency_max_ms", did.latency_max.load() / 1'000'000);
        json.member("evidence", did.evidence.load());
        json.member("alarms", did.alarms.load());
        json.member("lies", did.lies.load());
        json.member("peers", net.peers.load());
        json.member("strangers", net.strangers.load());
        json.member("packets_sent", net.packets_sent.load());
        json.member("packets_received", net.packets_received.load());
        json.member("bytes_sent", net.bytes_sent.load());
        json.member("bytes_received", net.bytes_received.load());
        json.member("dropped_unreachable", net.dropped_unreachable.load());
        json.member("dropped_full", net.dropped_full.load());
        json.member("dropped_malformed", net.dropped_malformed.load());
        json.member("links_lost", net.links_lost.load());
        json.member("handshakes_failed", net.handshakes_failed.load());
        json.member("bans", net.bans.load());
        json.member("refused", net.refused.load());
        if (hosted.disk != nullptr) {
            const actors::DiskCounters disk = hosted.disk->counters();
            json.member("journal_records", disk.records);
            json.member("journal_batches", disk.batches);
            json.member("blocks_stored", disk.blocks);
        }
        return json.close().take();
    }

    const TestnetLayout& layout_;
    std::string process_;
    const NetworkFile& network_;
    const sim::Society& society_;
    caf::actor_system& system_;
    actors::RealClock clock_;
    std::string blocked_;
    std::vector<std::unique_ptr<Hosted>> hosted_;
};

}  // namespace

absl::Status run_node_process(const TestnetLayout& layout, const std::string& process,
                              const NetworkFile& network, const sim::Society& society,
                              const std::atomic<bool>& stop) {
    caf::actor_system_config config;
    config.load<caf::io::middleman>();
    config.scheduler_max_threads = 2;
    caf::actor_system system(config);
    NodeProcess node(layout, process, network, society, system);
    if (absl::Status status = node.start(); !status.ok()) {
        node.stop();
        return status;
    }
    while (!stop) {
        node.obey();
        node.write_status();
        std::this_thread::sleep_for(kStatusInterval);
    }
    node.stop();
    return absl::OkStatus();
}

}  // namespace nexus::tools
