#pragma once

#include "actors/roles/execution.hpp"
#include "actors/roles/observer.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/protocol.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"
#include "sim/report/histogram.hpp"
#include "sim/report/run_report.hpp"

#include <absl/container/btree_map.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// What the recorder must know of a node.
struct RecordedNode {
    std::string name;
    bool is_honest = true;
};

/// Hears everything that roles do: counts it for the report and passes it to the checkers. What
/// Byzantine nodes claim reaches neither.
class Recorder final : public actors::Observer {
public:
    explicit Recorder(std::function<Instant()> now) : now_(std::move(now)) {}

    /// Nodes by rising NodeId, before the run.
    void add_node(RecordedNode node) { nodes_.push_back(std::move(node)); }
    void add_checker(std::unique_ptr<Checker> checker) { checkers_.push_back(std::move(checker)); }
    /// The disk of a validator is lost.
    void on_wipe(NodeId validator);
    /// Tells the checkers that the run is over.
    void finish();

    // --- actors::Observer ---
    void on_commit(NodeId validator, const consensus::BlockPtr& block,
                   const consensus::CertificatePtr& certificate, const actors::Executed& executed,
                   Instant at) override;
    void on_checkpoint(NodeId validator, const consensus::BlockPtr& block, Instant at) override;
    void on_accepted(NodeId validator, const graph::TransactionPtr& transaction) override;
    void on_evidence(NodeId reporter, const consensus::Evidence& evidence) override;
    void on_status(NodeId validator, const consensus::Status& status) override;
    void on_probe(NodeId node, std::string_view name, std::uint64_t value) override;
    void on_alarm(NodeId node, std::string_view what) override;
    void on_submitted(NodeId client, const graph::TransactionPtr& transaction,
                      Instant intended) override;
    void on_signed_again(NodeId client, const graph::TransactionPtr& transaction) override;
    void on_finalized(NodeId client, const graph::TransactionPtr& transaction,
                      std::string_view rejection, Instant intended, Instant at) override;
    void on_believed(NodeId client, const consensus::BlockHeader& header,
                     const graph::Receipt& receipt) override;
    void on_proof_checked(NodeId client, bool valid) override;
    void on_lie(NodeId client, NodeId gateway, std::string_view what) override;

    // --- results ---
    /// The validator that leads the newest view that an honest validator is in.
    [[nodiscard]] ValidatorIndex leader() const { return newest_.leader; }
    /// Where a validator stands; zeros if it never said.
    [[nodiscard]] consensus::Status status(NodeId validator) const;
    /// The first honest commit at or after a time, or nothing.
    [[nodiscard]] std::optional<Instant> commit_after(Instant at) const;
    /// The state after the highest block committed by an honest validator; empty before the first.
    [[nodiscard]] const graph::StateSnapshot& last_state() const { return last_state_; }
    /// Fills in what this heard: blocks, transactions, latencies, timeline, probes, invariants.
    void fill(RunReport& report, Instant end) const;

private:
    struct BlockTimes {
        BlockSummary summary;
        Instant header_time;
        Instant first;
        Instant last;
    };

    [[nodiscard]] bool is_honest(NodeId node) const { return nodes_.at(node.value).is_honest; }
    SecondSummary& second(Instant at);
    void fill_blocks(RunReport& report, Instant end) const;

    std::function<Instant()> now_;
    std::vector<RecordedNode> nodes_;
    std::vector<std::unique_ptr<Checker>> checkers_;
    std::vector<BlockTimes> blocks_;  // by height, from 1
    absl::btree_map<NodeId, consensus::Status> statuses_;
    consensus::Status newest_{};
    graph::StateSnapshot last_state_;
    std::vector<SecondSummary> timeline_;
    Histogram latency_;
    Histogram consensus_latency_;
    std::map<std::string, std::uint64_t, std::less<>> probes_;
    std::map<std::string, std::uint64_t> rejections_;
    std::map<std::string, std::uint64_t> kinds_;
    std::map<std::string, std::uint64_t> rejected_kinds_;
    std::uint64_t submitted_ = 0;
    std::uint64_t finalized_ = 0;
    std::uint64_t rejected_ = 0;
    std::uint64_t proofs_valid_ = 0;
};

}  // namespace nexus::sim
