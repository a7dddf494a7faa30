#pragma once

#include "actors/roles/observer.hpp"
#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "base/time.hpp"
#include "graph/ledger/receipt.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The ports of a role as test doubles: no kernel, no network, no time that passes by itself.
namespace nexus::tests {

/// Stands still until a test moves it.
class FakeClock final : public actors::Clock {
public:
    [[nodiscard]] Instant now() const override { return time; }
    Instant time;
};

/// Keeps what was sent.
class FakeTransport final : public actors::Transport {
public:
    struct Sent {
        NodeId to;
        actors::PacketPtr packet;
    };

    void send(NodeId to, const actors::PacketPtr& packet) override { sent.push_back({to, packet}); }
    void distrust(NodeId peer, actors::Misconduct misconduct) override {
        distrusted.emplace_back(peer, misconduct);
    }

    /// The bodies of one kind that went to `to` (to anybody if absent) since the last `clear`.
    template <class Body>
    [[nodiscard]] std::vector<Body> bodies(std::optional<NodeId> to = std::nullopt) const {
        std::vector<Body> found;
        for (const Sent& each : sent) {
            const auto& packet = static_cast<const actors::WirePacket&>(*each.packet);
            if (packet.type() == Body::kType && (!to || *to == each.to)) {
                found.push_back(static_cast<const actors::BodyPacket<Body>&>(packet).body);
            }
        }
        return found;
    }

    std::vector<Sent> sent;
    std::vector<std::pair<NodeId, actors::Misconduct>> distrusted;
};

/// Counts work.
class FakeCompute final : public actors::Compute {
public:
    void charge(actors::Work work, std::uint64_t count) override { charged[work] += count; }
    std::map<actors::Work, std::uint64_t> charged;
};

/// Draws nothing but zeros and means.
class FakeEntropy final : public actors::Entropy {
public:
    std::uint64_t below(std::uint64_t /*bound*/) override { return 0; }
    Duration exponential(Duration mean) override { return mean; }
};

/// Writes down what it hears.
class FakeObserver final : public actors::Observer {
public:
    struct Finalized {
        graph::TransactionId id;
        std::string rejection;
        Instant intended;
        Instant at;
    };
    struct Commit {
        NodeId validator;
        consensus::BlockPtr block;
        Instant at;
    };

    void on_commit(NodeId validator, const consensus::BlockPtr& block,
                   const consensus::CertificatePtr& /*certificate*/,
                   const actors::Executed& /*executed*/, Instant at) override {
        commits.push_back({validator, block, at});
    }
    void on_checkpoint(NodeId validator, const consensus::BlockPtr& block, Instant at) override {
        checkpoints.push_back({validator, block, at});
    }
    void on_accepted(NodeId validator, const graph::TransactionPtr& transaction) override {
        accepted.emplace_back(validator, transaction->id());
    }
    void on_evidence(NodeId /*reporter*/, const consensus::Evidence& evidence) override {
        evidences.push_back(evidence.offence);
    }
    void on_status(NodeId /*validator*/, const consensus::Status& /*status*/) override {}
    void on_probe(NodeId /*node*/, std::string_view name, std::uint64_t /*value*/) override {
        ++probes[std::string(name)];
    }
    void on_alarm(NodeId /*node*/, std::string_view what) override { alarms.emplace_back(what); }
    void on_offered(NodeId /*client*/, Instant intended) override { offered.push_back(intended); }
    void on_submitted(NodeId /*client*/, const graph::TransactionPtr& transaction,
                      Instant /*intended*/) override {
        submitted.push_back(transaction->id());
    }
    void on_finalized(NodeId /*client*/, const graph::TransactionPtr& transaction,
                      std::string_view rejection, Instant intended, Instant at) override {
        finalized.push_back({transaction->id(), std::string(rejection), intended, at});
    }
    void on_believed(NodeId /*client*/, const consensus::BlockHeader& header,
                     const graph::Receipt& receipt) override {
        believed.emplace_back(header.height, receipt);
    }
    void on_proof_checked(NodeId /*client*/, bool valid) override {
        ++(valid ? proofs_valid : proofs_wrong);
    }
    void on_lie(NodeId /*client*/, NodeId gateway, std::string_view what) override {
        lies.emplace_back(gateway, std::string(what));
    }

    std::vector<Commit> commits;
    std::vector<std::pair<NodeId, graph::TransactionId>> accepted;
    std::vector<Instant> offered;
    std::vector<graph::TransactionId> submitted;
    std::vector<Finalized> finalized;
    std::vector<std::string> evidences;
    std::vector<std::string> alarms;
    std::vector<std::pair<Height, graph::Receipt>> believed;
    std::vector<std::pair<NodeId, std::string>> lies;
    std::vector<Commit> checkpoints;
    std::map<std::string, int> probes;
    int proofs_valid = 0;
    int proofs_wrong = 0;
};

/// All ports of one node.
struct FakeWorld {
    FakeClock clock;
    FakeTransport transport;
    FakeCompute compute;
    FakeEntropy entropy;
    MemoVerifier verifier;
    FakeObserver observer;

    [[nodiscard]] actors::World world(NodeId self) {
        return {.self = self,
                .clock = &clock,
                .transport = &transport,
                .compute = &compute,
                .entropy = &entropy,
                .verifier = &verifier};
    }
};

}  // namespace nexus::tests
