#pragma once

#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/validator_actor.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/simplex/engine.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::actors::tests {

/// What validators signed and sent, over all their incarnations.
struct VoteLog {
    /// Signer, view, "proposal" or the kind of vote; and the blocks it was about.
    std::map<std::tuple<std::uint32_t, std::uint64_t, std::string>, std::set<Hash>> votes;
    std::uint64_t sent = 0;  ///< consensus packets
    std::uint64_t sent_before_durable = 0;
    /// Who was told to be at fault, by whom, and of what.
    std::vector<std::tuple<ValidatorIndex, NodeId, Misconduct>> distrusted;

    void add(ValidatorIndex self, const consensus::Message& message) {
        namespace simplex = consensus::simplex;
        const auto& known = static_cast<const simplex::SimplexMessage&>(message);
        if (known.type() == simplex::MessageType::Vote) {
            const auto& vote = static_cast<const simplex::Vote&>(known);
            votes[{vote.signer().value, vote.view().value,
                   std::string(consensus::simplex::to_string(vote.vote()))}]
                .insert(vote.block());
        } else if (known.type() == simplex::MessageType::Proposal) {
            const auto& header = static_cast<const simplex::Proposal&>(known).block()->header;
            if (header.proposer == self) {
                votes[{self.value, header.view.value, "proposal"}].insert(
                    consensus::block_id(header));
            }
        }
    }

    /// Pairs that no honest validator signs, in words.
    [[nodiscard]] std::vector<std::string> conflicts() const {
        std::vector<std::string> found;
        for (const auto& [key, blocks] : votes) {
            const auto& [signer, view, kind] = key;
            if (blocks.size() > 1) {
                found.push_back(concat(signer, " signed two of ", kind, " in view ", view));
            }
            if (kind == "nullify" && votes.contains({signer, view, "finalize"})) {
                found.push_back(concat(signer, " signed nullify and finalize in view ", view));
            }
        }
        return found;
    }
};

/// Passes appends on and knows how many are not durable yet. With `naive` a journal that was lost
/// claims to be the first: the mistake that amnesia is there against.
class WatchedJournal final : public Journal {
public:
    WatchedJournal(Journal& below, const sim::SimulatedDisk& disk, bool naive)
        : below_(below), disk_(disk), naive_(naive) {}

    void reborn() { expected_ = disk_.durable_count(); }
    [[nodiscard]] bool is_durable() const { return disk_.durable_count() == expected_; }

    DurableToken append(Bytes record) override {
        ++expected_;
        return below_.append(std::move(record));
    }
    void forget(std::size_t count) override {
        expected_ -= count;
        below_.forget(count);
    }
    [[nodiscard]] std::vector<Bytes> records() const override { return below_.records(); }
    [[nodiscard]] bool is_original() const override { return naive_ || below_.is_original(); }

private:
    Journal& below_;
    const sim::SimulatedDisk& disk_;
    bool naive_;
    std::size_t expected_ = 0;  // records, once all appends are durable
};

/// Writes down the consensus messages that pass.
class WatchedTransport final : public Transport {
public:
    WatchedTransport(Transport& below, const WatchedJournal& journal, ValidatorIndex self,
                     VoteLog& log)
        : below_(below), journal_(journal), self_(self), log_(log) {}

    void send(NodeId to, const PacketPtr& packet) override {
        const auto& wire = static_cast<const WirePacket&>(*packet);
        if (wire.type() == PacketType::Consensus) {
            ++log_.sent;
            log_.sent_before_durable += journal_.is_durable() ? 0 : 1;
            log_.add(self_, *static_cast<const ConsensusPacket&>(wire).message);
        }
        below_.send(to, packet);
    }
    void distrust(NodeId peer, Misconduct misconduct) override {
        log_.distrusted.emplace_back(self_, peer, misconduct);
        below_.distrust(peer, misconduct);
    }

private:
    Transport& below_;
    const WatchedJournal& journal_;
    ValidatorIndex self_;
    VoteLog& log_;
};

/// Sends at its start what it is given, and keeps what it gets.
class PuppetActor final : public RoleActor {
public:
    using Letters = std::vector<std::pair<NodeId, PacketPtr>>;
    PuppetActor(caf::actor_config& config, const World& world, Letters letters,
                std::vector<std::pair<NodeId, PacketPtr>>* received)
        : RoleActor(config, world), letters_(std::move(letters)), received_(received) {}

protected:
    void on_start() override {
        for (const auto& [to, packet] : letters_) {
            world().transport->send(to, packet);
        }
    }
    void on_packet(NodeId from, const WirePacket& packet) override {
        received_->emplace_back(from,
                                decode_packet(encode_packet(packet), consensus::simplex::engine()));
    }
    void on_tick(std::uint64_t /*tick*/) override {}

private:
    Letters letters_;
    std::vector<std::pair<NodeId, PacketPtr>>* received_;
};

/// Four validators in a kernel, 10 ms apart, and one more node for a client.
class ValidatorNet {
public:
    static constexpr std::uint32_t kCount = 4;
    static constexpr NodeId kClient{kCount};

    struct Options {
        Duration fsync = milliseconds(1);
        bool naive = false;  ///< A wiped validator believes that it is new.
        std::uint64_t seed = 1;
        Retention retention = {};
        std::size_t sync_bytes_max = ValidatorSetup().sync_bytes_max;
    };

    explicit ValidatorNet(const Options& options)
        : kernel(kernel_options(options)),
          retention_(options.retention),
          sync_bytes_max_(options.sync_bytes_max) {
        for (std::uint32_t i = 0; i < kCount; ++i) {
            const NodeId node = kernel.add_node({.name = concat("validator-", i)});
            const World ports = kernel.world(node);
            journals_.push_back(
                std::make_unique<WatchedJournal>(*ports.journal, kernel.disk(node), options.naive));
            transports_.push_back(std::make_unique<WatchedTransport>(
                *ports.transport, *journals_.back(), ValidatorIndex{i}, log));
            stores.push_back(std::make_unique<MemoryChainStore>());
        }
        kernel.add_node({.name = "client"});
    }

    void spawn(std::uint32_t index) {
        const NodeId node{index};
        ValidatorSetup setup;
        setup.engine = &consensus::simplex::engine();
        setup.protocol.chain = nexus::tests::kChain;
        setup.protocol.validators = chain.validators();
        setup.protocol.self = ValidatorIndex{index};
        setup.protocol.genesis = chain.genesis();
        for (const consensus::ParameterSpec& spec : setup.engine->parameters()) {
            setup.protocol.parameters.emplace(spec.name, spec.fallback);
        }
        setup.protocol.parameters["view_timeout_ms"] = 300;
        setup.key = chain.key(index);
        setup.genesis_state = chain.genesis_state();
        setup.limits.interval = milliseconds(40);
        setup.limits.gossip_interval = milliseconds(20);
        setup.retention = retention_;
        setup.sync_bytes_max = sync_bytes_max_;
        for (std::uint32_t i = 0; i < kCount; ++i) {
            setup.validators.push_back(NodeId{i});
        }
        setup.store = stores[index].get();
        setup.cache = cache_;
        setup.observer = &observer;
        World ports = kernel.world(node);
        ports.journal = journals_[index].get();
        ports.transport = transports_[index].get();
        journals_[index]->reborn();
        kernel.spawn<ValidatorActor>(node, ports, std::move(setup));
        kernel.start(node);
    }
    void spawn_all() {
        for (std::uint32_t i = 0; i < kCount; ++i) {
            spawn(i);
        }
    }
    /// A crash that takes the disk along.
    void wipe(std::uint32_t index) {
        kernel.crash(NodeId{index});
        kernel.wipe_disk(NodeId{index});
        stores[index] = std::make_unique<MemoryChainStore>();
    }
    /// Lets `node` say these things now, without more wit than that.
    void puppet(NodeId node, PuppetActor::Letters letters) {
        kernel.spawn<PuppetActor>(node, kernel.world(node), std::move(letters), &received);
        kernel.start(node);
    }
    void run_until(std::int64_t ms) { kernel.run_until(Instant{} + milliseconds(ms)); }

    /// The bodies of one kind that a puppet got.
    template <class Body>
    [[nodiscard]] std::vector<Body> got() const {
        std::vector<Body> found;
        for (const auto& [from, packet] : received) {
            const auto& wire = static_cast<const WirePacket&>(*packet);
            if (wire.type() == Body::kType) {
                found.push_back(static_cast<const BodyPacket<Body>&>(wire).body);
            }
        }
        return found;
    }
    /// Height of the block on this validator's chain that holds the transaction; 0: none.
    [[nodiscard]] std::uint64_t height_of(std::uint32_t index,
                                          const graph::TransactionId& id) const {
        const MemoryChainStore& store = *stores[index];
        for (Height height = store.first(); height <= store.height(); height = height.next()) {
            const auto list =
                graph::decode_payload(store.block(height).block->payload->bytes).value();
            for (const auto& transaction : list) {
                if (transaction->id() == id) {
                    return height.value;
                }
            }
        }
        return 0;
    }

    nexus::tests::ToyChain chain;
    nexus::tests::FakeObserver observer;
    VoteLog log;
    std::vector<std::unique_ptr<MemoryChainStore>> stores;
    std::vector<std::pair<NodeId, PacketPtr>> received;
    sim::Kernel kernel;

private:
    static sim::KernelOptions kernel_options(const Options& options) {
        sim::KernelOptions made;
        made.seed = options.seed;
        made.network.default_rtt = milliseconds(20);
        made.disk.fsync_latency = options.fsync;
        made.verifier = &graph::tests::verifier();
        return made;
    }

    Retention retention_;
    std::size_t sync_bytes_max_;
    std::shared_ptr<ExecutionCache> cache_ = std::make_shared<ExecutionCache>();
    std::vector<std::unique_ptr<WatchedJournal>> journals_;
    std::vector<std::unique_ptr<WatchedTransport>> transports_;
};

}  // namespace nexus::actors::tests
