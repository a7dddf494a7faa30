#include "sim/cluster/checkers/validity_checker.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <string>
#include <utility>

namespace nexus::sim {

ValidityChecker::ValidityChecker(const consensus::Block& genesis, graph::StateSnapshot state,
                                 SignatureVerifier& verifier)
    : Checker("validity", "committed transactions were sent, signed, in order; roots are right"),
      chain_(genesis.header.chain),
      state_(std::move(state)),
      verifier_(verifier),
      last_(genesis.id),
      before_(state_) {}

void ValidityChecker::on_base(const BaseEvent& event) {
    count();
    height_ = event.block->header.height;
    last_ = consensus::block_id(event.block->header);
    state_ = *event.state;
    before_ = graph::LedgerView(state_);
    if (state_.root() != event.block->header.state_root) {
        violation(concat(time_text(event.block->header.time), ": height ", height_.value,
                         ": the state is not the one in the header"));
    }
}

void ValidityChecker::on_submitted(const graph::TransactionPtr& transaction) {
    submitted_.insert(transaction->id());
}

void ValidityChecker::check_transaction(const graph::SignedTransaction& transaction,
                                        const CommitEvent& event) {
    count();
    const graph::Transaction& content = transaction.content();
    const auto object = [&](std::string_view what) {
        violation(concat(time_text(event.at), ": height ", event.block->header.height.value,
                         ", transaction ", short_hex(transaction.id().view()), ": ", what));
    };
    if (!submitted_.contains(transaction.id())) {
        object("no client sent it");
    }
    if (content.chain != chain_) {
        object("is for another chain");
    }
    if (content.sender != graph::account_of(content.key)) {
        object("its sender is not the hash of its key");
    }
    if (!verifier_.verify(content.key, transaction.id().view(), transaction.signature())) {
        object("is not signed by its key");
    }
    Nonce& expected =
        nonces_.try_emplace(content.sender, before_.account(content.sender).nonce).first->second;
    if (content.nonce != expected) {
        object(concat("nonce ", content.nonce.value, " where ", expected.value, " is next"));
    }
    expected = content.nonce.next();
}

void ValidityChecker::on_commit(const CommitEvent& event) {
    const consensus::Block& block = *event.block;
    if (block.header.height != height_.next() || block.header.parent != last_) {
        return;  // seen already, or on another branch: agreement is another checker's matter
    }
    height_ = block.header.height;
    last_ = consensus::block_id(block.header);
    const auto transactions = graph::decode_payload(block.payload->bytes);
    if (!transactions || consensus::payload_id(block.payload->bytes) != block.header.payload) {
        violation(concat(time_text(event.at), ": height ", height_.value,
                         ": the payload does not decode, or is not the header's"));
        return;
    }
    for (const graph::TransactionPtr& transaction : *transactions) {
        check_transaction(*transaction, event);
    }
    count();
    auto outcome = graph::execute(state_, {.height = height_, .time = block.header.time},
                                  *transactions, verifier_);
    if (!outcome || outcome->root != block.header.state_root) {
        violation(concat(time_text(event.at), ": height ", height_.value,
                         ": executing it gives another state root"));
        return;
    }
    if (outcome->receipt_tree.root() != block.header.receipts_root) {
        violation(concat(time_text(event.at), ": height ", height_.value,
                         ": executing it gives other receipts"));
    }
    state_ = std::move(outcome->state);
}

}  // namespace nexus::sim
