#include "actors/roles/chain_host.hpp"

#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/input.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/mempool/mempool.hpp"
#include "graph/receipts/receipt_proof.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace nexus::actors {
namespace {

/// What is hashed for the receipts root of so many transactions.
std::uint64_t receipt_bytes(std::size_t transactions) {
    return std::uint64_t{transactions} * graph::kReceiptHashBytes;
}

}  // namespace

ChainHost::ChainHost(consensus::BlockPtr genesis, graph::StateSnapshot state,
                     const BlockLimits& limits, const World& world,
                     std::shared_ptr<ExecutionCache> cache)
    : limits_(limits),
      world_(world),
      cache_(std::move(cache)),
      committed_(std::move(genesis)),
      committed_state_(std::move(state)),
      pool_(limits.pool) {
    NEXUS_ASSERT(committed_->header.state_root == committed_state_.root());
}

Result<void, graph::PoolFault> ChainHost::add(const graph::TransactionPtr& transaction) {
    if (!pool_.contains(transaction->id())) {
        world_.compute->charge(Work::VerifySignature, 1);
    }
    return pool_.add(transaction, committed_state_, *world_.verifier);
}

bool ChainHost::is_due(const consensus::Block& parent, Instant now) const {
    return now - parent.header.time >= limits_.interval ||
           pool_.size() >= limits_.transactions_max || pool_.bytes() >= limits_.bytes_max;
}

const graph::StateSnapshot* ChainHost::state_after(const Hash& block) const {
    if (block == committed_->id) {
        return &committed_state_;
    }
    const auto found = pending_.find(block);
    return found == pending_.end() ? nullptr : &found->second.executed->state;
}

std::optional<consensus::PayloadReady> ChainHost::build(View view,
                                                        const consensus::BlockPtr& parent,
                                                        Instant now) {
    if (state_after(parent->id) == nullptr && !validate(*parent)) {
        return std::nullopt;
    }
    const graph::StateSnapshot state = *state_after(parent->id);
    // The same rule by which the protocol dates the header: the state may depend on the time.
    const Instant time = std::max(now, parent->header.time + milliseconds(1));
    const graph::BlockContext context{.height = parent->header.height.next(), .time = time};
    const auto candidates = pool_.candidates(state, limits_.transactions_max);
    graph::BuiltBlock built = graph::build_block(
        state, context, candidates,
        {.transactions_max = limits_.transactions_max, .bytes_max = limits_.bytes_max},
        *world_.verifier);
    world_.compute->charge(Work::ExecuteTransaction, built.transactions.size());
    consensus::PayloadPtr payload =
        consensus::make_payload(graph::encode_payload(built.transactions));
    world_.compute->charge(Work::HashByte,
                           payload->bytes.size() + receipt_bytes(built.transactions.size()));

    consensus::PayloadReady ready{.view = view,
                                  .parent = parent->id,
                                  .payload = payload,
                                  .state_root = built.outcome.root,
                                  .receipts_root = built.outcome.receipt_tree.root()};
    auto executed = std::make_shared<Executed>();
    executed->valid = true;
    executed->state = std::move(built.outcome.state);
    executed->transactions = std::move(built.transactions);
    executed->receipts = std::move(built.outcome.receipts);
    executed->receipt_tree = std::move(built.outcome.receipt_tree);
    consensus::BlockHeader header;
    header.parent = parent->id;
    header.payload = payload->id;
    header.height = context.height;
    header.time = time;
    cache_->remember(header, std::move(executed));
    return ready;
}

ExecutedPtr ChainHost::execute(const consensus::Block& block) {
    if (const auto found = pending_.find(block.id); found != pending_.end()) {
        return found->second.executed;
    }
    const graph::StateSnapshot* parent = state_after(block.header.parent);
    if (parent == nullptr) {
        return nullptr;
    }
    ExecutedPtr executed = cache_->execute(*parent, block, *world_.verifier);
    const auto unknown = std::count_if(
        executed->transactions.begin(), executed->transactions.end(),
        [this](const auto& transaction) { return !pool_.contains(transaction->id()); });
    world_.compute->charge(
        Work::HashByte, block.payload->bytes.size() + receipt_bytes(executed->transactions.size()));
    world_.compute->charge(Work::VerifySignature, static_cast<std::uint64_t>(unknown));
    world_.compute->charge(Work::ExecuteTransaction, executed->transactions.size());
    if (!executed->valid || executed->state.root() != block.header.state_root ||
        executed->receipt_tree.root() != block.header.receipts_root) {
        return nullptr;
    }
    pending_.emplace(block.id, Pending{.height = block.header.height, .executed = executed});
    return executed;
}

bool ChainHost::validate(const consensus::Block& block) { return execute(block) != nullptr; }

ExecutedPtr ChainHost::commit(const consensus::BlockPtr& block) {
    NEXUS_ASSERT(block->header.parent == committed_->id);
    ExecutedPtr executed = execute(*block);
    if (executed == nullptr) {
        return nullptr;
    }
    committed_ = block;
    committed_state_ = executed->state;
    absl::erase_if(pending_, [&block](const auto& entry) {
        return entry.second.height <= block->header.height;
    });
    (void)pool_.on_committed(executed->transactions, committed_state_);
    return executed;
}

void ChainHost::restart_at(consensus::BlockPtr block, graph::StateSnapshot state) {
    NEXUS_ASSERT(block->header.state_root == state.root());
    committed_ = std::move(block);
    committed_state_ = std::move(state);
    pending_.clear();
    (void)pool_.on_committed({}, committed_state_);
}

}  // namespace nexus::actors
