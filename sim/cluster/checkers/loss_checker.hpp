#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

#include <utility>

namespace nexus::sim {

/// No lost transaction: what an honest validator took from a client up to `deadline` is committed,
/// with effect or with a rejection, before the run ends; or another of its account with its nonce
/// is, which a client that came back from a crash may have signed.
class LossChecker final : public Checker {
public:
    explicit LossChecker(Instant deadline);
    void on_accepted(const graph::TransactionPtr& transaction, Instant at) override;
    void on_commit(const CommitEvent& event) override;
    void on_end(Instant at) override;

private:
    Instant deadline_;
    Hash last_;
    /// The account's nonce that a transaction uses up.
    using Slot = std::pair<graph::AccountId, Nonce>;
    static Slot slot_of(const graph::SignedTransaction& transaction) {
        return {transaction.content().sender, transaction.content().nonce};
    }
    absl::btree_map<graph::TransactionId, Slot> accepted_;
    absl::btree_set<Slot> committed_;
};

}  // namespace nexus::sim
