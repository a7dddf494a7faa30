#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "graph/transaction/ids.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <absl/container/btree_set.h>

namespace nexus::sim {

/// No lost transaction: what an honest validator took from a client up to `deadline` is committed,
/// with effect or with a rejection, before the run ends.
class LossChecker final : public Checker {
public:
    explicit LossChecker(Instant deadline);
    void on_accepted(const graph::TransactionPtr& transaction, Instant at) override;
    void on_commit(const CommitEvent& event) override;
    void on_end(Instant at) override;

private:
    Instant deadline_;
    Hash last_;
    absl::btree_set<graph::TransactionId> accepted_;
    absl::btree_set<graph::TransactionId> committed_;
};

}  // namespace nexus::sim
