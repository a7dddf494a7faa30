#include "tools/nexus/testnet/node_process.hpp"

#include "actors/node/fatal.hpp"
#include "actors/node/mailbox_meter.hpp"
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
#include "sim/report/write.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/testnet/alarm_log.hpp"
#include "tools/nexus/testnet/link_faults.hpp"
#include "tools/nexus/testnet/measurements.hpp"
#include "tools/nexus/testnet/member_log.hpp"
#include "tools/nexus/testnet/member_status.hpp"
#include "tools/nexus/testnet/metrics_server.hpp"
#include "tools/nexus/testnet/network_emulator.hpp"
#include "tools/nexus/testnet/node_observer.hpp"
#include "tools/nexus/testnet/process_output.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

/// A fault begins and ends no later than this after its time.
constexpr auto kObeyInterval = std::chrono::milliseconds(50);
/// Status is written twice a second.
constexpr int kObeyedPerStatus = 10;
/// The log is told what is new once a second.
constexpr int kObeyedPerLog = 20;
/// Blocks that are proposed and not final yet, and some more: each holds its transactions.
constexpr std::size_t kExecutionsKept = 32;
/// A load source wakes no more often than this; latency counts from the intended time all the same.
constexpr Duration kLoadGather = milliseconds(4);
/// Roles of one process are few, and most of their time goes into waiting.
constexpr std::size_t kSchedulerThreads = 2;

/// On a real node the time has passed already.
class NoCompute final : public actors::Compute {
public:
    void charge(actors::Work /*work*/, std::uint64_t /*count*/) override {}
};

/// One member of the network, alive in this process.
struct Hosted {
    Hosted(const actors::Clock& clock, ProcessLog& process_log, const MemberNames& names,
           NodeId self)
        : node(self),
          name(names.members.at(self.value)),
          log(process_log, names, name),
          observer(clock, &log) {}

    NodeId node;
    std::string name;
    MemberLog log;
    std::unique_ptr<actors::NodeDisk> disk;
    std::shared_ptr<actors::Outbox> outbox = std::make_shared<actors::Outbox>();
    NoCompute compute;
    actors::OsEntropy entropy;
    MemoVerifier verifier{1U << 16U};
    NodeObserver observer;
    MemberSample earlier;  // of the lives before this one
    actors::MailboxMeter meter;
    std::shared_ptr<actors::NetworkCounters> network = std::make_shared<actors::NetworkCounters>();
    std::shared_ptr<actors::FaultRules> faults = std::make_shared<actors::FaultRules>();
    actors::NodeHandle role;
    caf::actor broker;
};

class NodeProcess {
public:
    NodeProcess(const TestnetLayout& layout, const NetworkFile& network,
                const sim::Society& society, const NodeOptions& options, ProcessLog& log,
                caf::actor_system& system)
        : layout_(layout),
          network_(network),
          society_(society),
          options_(options),
          log_(log),
          names_(names_of(society)),
          system_(system),
          clock_(network.epoch_nanoseconds),
          touched_before_(read_touched(layout, options.process)),
          touched_written_(touched_before_) {}

    absl::Status start() {
        const auto processes = network_.processes();
        const auto members = processes.find(options_.process);
        if (members == processes.end()) {
            return absl::NotFoundError(
                concat(layout_.network(), ": there is no process \"", options_.process, "\""));
        }
        auto alarms = AlarmLog::open(layout_.alarms(options_.process));
        if (!alarms.ok()) {
            return alarms.status();
        }
        alarms_ = *std::move(alarms);
        auto emulator = NetworkEmulator::make(society_, network_.shapes);
        if (!emulator.ok()) {
            return emulator.status();
        }
        emulator_ = *std::move(emulator);
        for (const std::string& name : members->second) {
            if (absl::Status status = add(name); !status.ok()) {
                return status;
            }
        }
        obey();
        for (const auto& hosted : hosted_) {
            caf::anon_send(hosted->role, actors::StartAtom::value);
        }
        const auto metrics = network_.metrics.find(options_.process);
        if (metrics != network_.metrics.end() && metrics->second != 0) {
            metrics_ = spawn_metrics(
                system_, metrics->second, [this] { return metrics_text(); },
                [this, port = metrics->second] {
                    log_.write(LogLevel::Error, options_.process, "metrics_failed",
                               {{"port", port}});
                });
        }
        return absl::OkStatus();
    }

    /// Makes those faults of the network happen that are in force now.
    void obey() {
        const std::string text = read_text(layout_.faults()).value_or("");
        if (text == faults_text_) {
            return;
        }
        faults_text_ = text;
        const auto list = sim::parse_fault_list(text, layout_.faults());
        const absl::Status status = list.ok() ? emulator_->set_faults(list->faults) : list.status();
        if (!status.ok()) {
            warn("faults_refused",
                 absl::InvalidArgumentError(concat(std::string(status.message()),
                                                   "; the faults before it stay in force")));
        } else {
            tell_faults(list->faults);
        }
        for (const auto& hosted : hosted_) {
            hosted->faults->block(emulator_->parted_from(hosted->node));
        }
    }

    /// Writes what members say of themselves and what they have measured.
    void write_files(bool is_last = false) {
        absl::Status result;  // the first error: the others are likely the same
        for (const auto& hosted : hosted_) {
            const std::string folder = layout_.member(options_.process, hosted->name);
            result.Update(
                sim::write_file_atomically(folder + "/status.json", to_json(status_of(*hosted))));
            result.Update(append_commits(folder, hosted->observer.take_commits()));
            result.Update(append_finalized(folder, hosted->observer.take_finalized()));
            // Every time, so that a client which waits for a chain that stands still says so.
            result.Update(write_member_sample(folder, sample_of(*hosted, is_last)));
        }
        result.Update(alarms_->flush());
        warn("write_failed", result);
        TouchCounts touched = touched_before_;
        for (const auto& [number, count] : emulator_->touched()) {
            if (count > 0) {
                touched[number] += count;
            }
        }
        if (touched != touched_written_) {
            warn("write_failed", write_touched(layout_, options_.process, touched));
            touched_written_ = std::move(touched);
        }
    }

    /// Tells the log how far the chain has come.
    void write_log() {
        for (const auto& hosted : hosted_) {
            if (hosted->disk == nullptr) {
                continue;
            }
            const NodeObserver::Counters& did = hosted->observer.counters();
            const actors::DiskCounters disk = hosted->disk->counters();
            hosted->log.progress({.height = did.height,
                                  .view = did.view,
                                  .transactions = did.committed,
                                  .rejected = did.rejected,
                                  .checkpoint_height = disk.checkpoint_height,
                                  .checkpoint_bytes = disk.checkpoint_bytes});
        }
        log_.tick();
        rotate_own_output(layout_.output(options_.process));
    }

    [[nodiscard]] ProcessProgress progress() const {
        ProcessProgress progress;
        for (const auto& hosted : hosted_) {
            const NodeObserver::Counters& did = hosted->observer.counters();
            progress.offered += did.offered;
            progress.submitted += did.submitted;
            progress.finalized += did.finalized;
            progress.in_time += did.in_time;
            if (did.first_intended != 0) {
                const Instant first{did.first_intended};
                progress.begun = std::min(progress.begun.value_or(first), first);
            }
        }
        return progress;
    }

    void stop() {
        if (metrics_) {
            caf::anon_send_exit(metrics_, caf::exit_reason::user_shutdown);
            metrics_ = nullptr;
        }
        for (const auto& hosted : hosted_) {
            caf::anon_send_exit(hosted->broker, caf::exit_reason::user_shutdown);
            caf::anon_send_exit(hosted->role, caf::exit_reason::user_shutdown);
        }
        system_.await_all_actors_done();
    }

private:
    void warn(std::string_view event, const absl::Status& status) {
        if (!status.ok()) {
            log_.write(LogLevel::Error, options_.process, event,
                       {{"why", std::string(status.message())}});
        }
    }

    void tell_faults(const std::vector<sim::NumberedFault>& faults) {
        std::string kinds;
        for (const sim::NumberedFault& fault : faults) {
            kinds += concat(kinds.empty() ? "" : ",", std::string(to_string(fault.spec.kind)));
        }
        log_.write(LogLevel::Info, options_.process, "faults_changed",
                   {{"in_force", faults.size()}, {"kinds", kinds}});
    }

    [[nodiscard]] MemberStatus status_of(const Hosted& hosted) const {
        MemberStatus status{.name = hosted.name,
                            .kind = society_.members()[hosted.node.value].kind,
                            .now_ms = clock_.now().nanoseconds / 1'000'000,
                            .metrics = {},
                            .histograms = {},
                            .probes = {}};
        read_numbers({.observer = hosted.observer,
                      .network = *hosted.network,
                      .role = hosted.meter,
                      .disk = hosted.disk.get()},
                     status);
        return status;
    }

    /// What a member has measured in all its lives.
    [[nodiscard]] MemberSample sample_of(const Hosted& hosted, bool is_last) const {
        MemberSample sample = hosted.earlier;
        sample.add(is_last && options_.load.has_value() ? hosted.observer.sample_in_the_end()
                                                        : hosted.observer.sample());
        MemberSample of_network;
        of_network.counts = counts_of(*hosted.network);
        sample.add(of_network);
        return sample;
    }

    [[nodiscard]] std::string metrics_text() const {
        std::vector<MemberStatus> statuses;
        for (const auto& hosted : hosted_) {
            statuses.push_back(status_of(*hosted));
        }
        return to_prometheus(statuses);
    }

    [[nodiscard]] std::optional<NodeId> find(const std::string& name) const {
        for (std::uint32_t i = 0; i < society_.members().size(); ++i) {
            if (society_.members()[i].name == name) {
                return NodeId{i};
            }
        }
        return std::nullopt;
    }

    /// How many of its kind come before a member.
    [[nodiscard]] std::size_t index_in_kind(NodeId node) const {
        const std::string& kind = society_.members()[node.value].kind;
        const auto begin = society_.members().begin();
        return static_cast<std::size_t>(
            std::count_if(begin, begin + node.value,
                          [&](const sim::Member& member) { return member.kind == kind; }));
    }

    absl::Status add(const std::string& name) {
        const auto node = find(name);
        if (!node.has_value()) {
            return absl::InvalidArgumentError(
                concat(layout_.network(), ": the scenario has no member \"", name, "\""));
        }
        auto hosted = std::make_unique<Hosted>(clock_, log_, names_, *node);
        hosted->observer.keep_alarms(*alarms_, name);
        const std::string folder = layout_.member(options_.process, name);
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (error) {
            return absl::PermissionDeniedError(concat(folder, ": ", error.message()));
        }
        auto earlier = read_member_sample(folder);
        if (!earlier.ok()) {
            return earlier.status();
        }
        hosted->earlier = *std::move(earlier);
        const actors::World world{.self = *node,
                                  .clock = &clock_,
                                  .transport = hosted->outbox.get(),
                                  .compute = &hosted->compute,
                                  .entropy = &hosted->entropy,
                                  .verifier = &hosted->verifier,
                                  .meter = &hosted->meter};
        if (absl::Status status = spawn(*hosted, world); !status.ok()) {
            return status;
        }
        hosted->broker =
            actors::spawn_network(system_, network_of(*hosted), hosted->role, hosted->outbox,
                                  hosted->network, hosted->faults, emulator_->add_shaper(*node));
        hosted_.push_back(std::move(hosted));
        return absl::OkStatus();
    }

    absl::Status spawn(Hosted& hosted, const actors::World& world) {
        const std::string& kind = society_.members()[hosted.node.value].kind;
        const std::size_t index = index_in_kind(hosted.node);
        const auto client = [&](Duration patience) {
            actors::ClientSetup setup = society_.client_setup(patience);
            setup.observer = &hosted.observer;
            emulator_->sort_by_distance(setup.gateways, hosted.node);
            setup.resumes = true;  // whoever started it, it may have lived before
            return setup;
        };
        if (kind == "validator") {
            return spawn_validator(hosted, world, society_.validators().at(index));
        }
        if (kind == "sovereign") {
            sim::Society::SovereignPlan plan = society_.sovereign(index);
            hosted.role = system_.spawn<actors::SovereignActor>(
                world, client(plan.patience), std::move(plan.key), std::move(plan.rules));
        } else if (kind == "contributor") {
            sim::Society::ContributorPlan plan = society_.contributor(index);
            hosted.role = system_.spawn<actors::ContributorActor>(
                world, client(plan.patience), std::move(plan.key), std::move(plan.profile));
        } else {
            sim::Society::LoadSourcePlan plan = society_.load_source(index);
            if (options_.load.has_value()) {
                plan.plan = society_.load_plan(*options_.load);
                hosted.observer.measure_load(options_.load->stop);
            }
            plan.plan.asks_nonces = true;
            plan.plan.gather = kLoadGather;
            hosted.role = system_.spawn<actors::LoadActor>(
                world, client(plan.patience), std::move(plan.keys), std::move(plan.plan));
        }
        return absl::OkStatus();
    }

    absl::Status spawn_validator(Hosted& hosted, actors::World world,
                                 const sim::ValidatorPlace& place) {
        const Instant begin = clock_.now();
        auto disk = actors::NodeDisk::open(
            layout_.member(options_.process, hosted.name) + "/data", society_.engine(),
            {.owner = disk_owner(society_, hosted.name),
             .is_first =
                 std::filesystem::exists(layout_.first_start(options_.process, hosted.name)),
             .fsync = network_.fsync});
        if (!disk.ok()) {
            return disk.status();
        }
        // The disk knows it now. Were it lost later, the next one must not be told the same.
        if (absl::Status status = end_first_start(layout_, options_.process, hosted.name);
            !status.ok()) {
            return status;
        }
        hosted.disk = *std::move(disk);
        const actors::DiskCounters found = hosted.disk->counters();
        hosted.log.recovered({.height = hosted.disk->chain().height().value,
                              .checkpoint_height = found.checkpoint_height,
                              .blocks = found.blocks,
                              .records = hosted.disk->journal().records().size(),
                              .took = clock_.now() - begin});
        world.journal = &hosted.disk->journal();
        actors::ValidatorSetup setup = society_.validator_setup(place);
        setup.store = &hosted.disk->chain();
        setup.cache = std::make_shared<actors::ExecutionCache>(kExecutionsKept);
        setup.observer = &hosted.observer;
        hosted.role = system_.spawn<actors::ValidatorActor>(world, std::move(setup));
        hosted.disk->on_durable([role = hosted.role](actors::DurableToken token) {
            caf::anon_send<caf::message_priority::high>(role, actors::DurableAtom::value, token);
        });
        return absl::OkStatus();
    }

    [[nodiscard]] actors::NetworkOptions network_of(Hosted& hosted) const {
        actors::NetworkOptions options;
        options.self = hosted.node;
        options.observer = &hosted.log;
        options.key = std::make_shared<const SecretKey>(society_.key_of(hosted.name));
        options.network = society_.genesis()->id;
        options.engine = &society_.engine();
        for (std::uint32_t i = 0; i < society_.members().size(); ++i) {
            const std::string& name = society_.members()[i].name;
            const auto place = network_.members.find(name);
            const bool is_placed = place != network_.members.end();
            options.members.push_back({.key = society_.public_key_of(name),
                                       .host = is_placed ? place->second.host : std::string(),
                                       .port = is_placed ? place->second.port : std::uint16_t{0}});
            const bool is_validator = society_.members()[i].kind == "validator";
            if (is_validator && i < hosted.node.value && hosted.disk != nullptr) {
                options.keep.push_back(NodeId{i});
            }
        }
        options.listen_host =
            options_.listen.empty() ? options.members[hosted.node.value].host : options_.listen;
        options.listen_port = options.members[hosted.node.value].port;
        return options;
    }

    const TestnetLayout& layout_;
    const NetworkFile& network_;
    const sim::Society& society_;
    const NodeOptions& options_;
    ProcessLog& log_;
    const MemberNames names_;
    caf::actor_system& system_;
    actors::RealClock clock_;
    std::unique_ptr<AlarmLog> alarms_;           // outlives the roles
    std::unique_ptr<NetworkEmulator> emulator_;  // outlives the brokers
    std::string faults_text_;                    // that is obeyed
    TouchCounts touched_before_;                 // by this process, before it was started again
    TouchCounts touched_written_;
    std::vector<std::unique_ptr<Hosted>> hosted_;
    caf::actor metrics_;
};

void tell_start(ProcessLog& log, const TestnetLayout& layout, const NetworkFile& network,
                const NodeOptions& options) {
    const auto processes = network.processes();
    const auto members = processes.find(options.process);
    const auto metrics = network.metrics.find(options.process);
    log.write_always(
        LogLevel::Info, options.process, "start",
        {{"version", build_commit()},
         {"build", build_name()},
         {"pid", getpid()},
         {"members", members == processes.end() ? 0 : members->second.size()},
         {"config", layout.config(options.process)},
         {"fsync", network.fsync},
         {"shapes", network.shapes},
         {"metrics_port", metrics == network.metrics.end() ? std::uint16_t{0} : metrics->second},
         {"log_level", to_string(options.log.level)}});
    if (options.load.has_value()) {
        const sim::LoadSpec& load = *options.load;
        log.write_always(LogLevel::Info, options.process, "load_replaced",
                         {{"rate", load.steps.empty() ? 0U : load.steps.front().rate},
                          {"steps", load.steps.size()},
                          {"length_ms", load.stop.milliseconds()},
                          {"transaction_bytes", load.transaction_bytes}});
    }
}

absl::Status run_members(const TestnetLayout& layout, const NetworkFile& network,
                         const sim::Society& society, const NodeOptions& options, ProcessLog& log,
                         const std::atomic<bool>& stop) {
    caf::actor_system_config config;
    actors::use_network(config);
    config.set("scheduler.max-threads", kSchedulerThreads);
    // Threads sleep until there is work; those that steal it wake up often to look for some.
    config.set("scheduler.policy", caf::atom("sharing"));
    caf::actor_system system(config);
    NodeProcess node(layout, network, society, options, log, system);
    if (absl::Status status = node.start(); !status.ok()) {
        node.stop();
        return status;
    }
    for (int round = 0; !stop; ++round) {
        node.obey();
        if (round % kObeyedPerLog == 0) {
            node.write_log();
        }
        if (round % kObeyedPerStatus == 0) {
            node.write_files();
            if (options.is_done && options.is_done(node.progress())) {
                break;
            }
        }
        std::this_thread::sleep_for(kObeyInterval);
    }
    node.stop();
    node.write_files(/*is_last=*/true);
    node.write_log();
    return absl::OkStatus();
}

}  // namespace

std::string disk_owner(const sim::Society& society, const std::string& validator) {
    return concat(validator, " of network ", to_hex(society.genesis()->id.view()));
}

absl::Status run_node_process(const TestnetLayout& layout, const NetworkFile& network,
                              const sim::Society& society, const NodeOptions& options,
                              const std::atomic<bool>& stop) {
    const actors::RealClock clock(0);
    const auto opened = ProcessLog::open(options.log, clock);
    if (!opened.ok()) {
        return opened.status();
    }
    ProcessLog& log = **opened;
    tell_start(log, layout, network, options);
    actors::on_fatal([&](std::string_view what, std::string_view why) {
        log.write(LogLevel::Error, options.process, "fatal", {{"what", what}, {"why", why}});
    });
    absl::Status done = run_members(layout, network, society, options, log, stop);
    actors::on_fatal({});
    log.write_always(done.ok() ? LogLevel::Info : LogLevel::Error, options.process, "stop",
                     {{"exit_code", static_cast<int>(exit_code(done))},
                      {"why", !done.ok() ? std::string(done.message())
                              : stop     ? "signal"
                                         : "done"}});
    return done;
}

}  // namespace nexus::tools
