#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/receipt.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <absl/container/btree_map.h>

#include <string>
#include <vector>

namespace nexus::sim {

/// What clients believe is what honest validators committed, on any branch; and no client has to
/// refuse what an honest gateway says. What Byzantine gateways try is a check that was passed.
class LightClientChecker final : public Checker {
public:
    LightClientChecker();
    void on_commit(const CommitEvent& event) override;
    void on_believed(const BeliefEvent& event) override;
    void on_proof_checked() override { count(); }
    void on_lie(const LieEvent& event) override;
    void on_end(Instant at) override;

private:
    /// What a client believed of a block that no honest validator has committed yet.
    struct Belief {
        std::string client;
        Height height;
        graph::Receipt receipt;
        Instant at;
    };
    void judge(const Belief& belief, const std::vector<graph::Receipt>& truth);

    absl::btree_map<Hash, std::vector<graph::Receipt>> receipts_;  // by block, then transaction
    absl::btree_map<Hash, std::vector<Belief>> open_;              // by block
    Height committed_;                                             // the highest
    consensus::BlockHeader last_header_;  // of the belief before: most come in runs
    Hash last_id_ = consensus::block_id(last_header_);
};

}  // namespace nexus::sim
