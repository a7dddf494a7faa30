#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

namespace nexus::sim {

/// Validity: every committed transaction was sent by a client, is signed by the key whose hash its
/// sender is, comes once and in nonce order; and executing the chain anew gives every state root.
class ValidityChecker final : public Checker {
public:
    ValidityChecker(const consensus::Block& genesis, graph::StateSnapshot state,
                    SignatureVerifier& verifier);
    void on_base(const BaseEvent& event) override;
    void on_commit(const CommitEvent& event) override;
    void on_submitted(const graph::TransactionPtr& transaction) override;

private:
    void check_transaction(const graph::SignedTransaction& transaction, const CommitEvent& event);

    ChainId chain_;
    graph::StateSnapshot state_;
    SignatureVerifier& verifier_;
    Height height_;
    Hash last_;  // the block that state_ belongs to: one branch is followed, should there be two
    absl::btree_set<graph::TransactionId> submitted_;
    graph::LedgerView before_;  // where the watch began: the nonces of those not seen yet
    absl::btree_map<graph::AccountId, Nonce> nonces_;
};

}  // namespace nexus::sim
