#include "sim/cluster/checkers/loss_checker.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/time.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"

namespace nexus::sim {

LossChecker::LossChecker(Instant deadline)
    : Checker("no_lost_transaction", "what a validator took from a client gets committed"),
      deadline_(deadline) {}

void LossChecker::on_accepted(const graph::TransactionPtr& transaction, Instant at) {
    if (at <= deadline_) {
        accepted_.emplace(transaction->id(), slot_of(*transaction));
    }
}

void LossChecker::on_commit(const CommitEvent& event) {
    // Of every validator, not of the first alone: after a fork each branch counts. The last block
    // spares most of the look-ups.
    if (event.block->id == last_) {
        return;
    }
    last_ = event.block->id;
    for (const graph::TransactionPtr& transaction : event.executed->transactions) {
        committed_.insert(slot_of(*transaction));
    }
}

void LossChecker::on_end(Instant at) {
    count(accepted_.size());
    for (const auto& [id, slot] : accepted_) {
        if (!committed_.contains(slot)) {
            violation(concat(time_text(at), ": transaction ", short_hex(id.view()),
                             " was taken by a validator and is not committed"));
        }
    }
}

}  // namespace nexus::sim
