#include "actors/roles/execution.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"

#include <memory>
#include <utility>

namespace nexus::actors {
namespace {

/// Names what execution depends on. The parent's id commits to the whole chain below, hence to the
/// parent state; the roots that the block claims are left out: they are what gets checked.
Hash execution_key(const consensus::BlockHeader& header) {
    codec::Encoder encoder(96);
    encoder(header.parent, header.payload, header.height, header.time);
    return tagged_hash("nexus/execution", encoder.view());
}

}  // namespace

ExecutedPtr ExecutionCache::execute(const graph::StateSnapshot& parent,
                                    const consensus::Block& block, SignatureVerifier& verifier) {
    const Hash key = execution_key(block.header);
    if (const auto found = results_.find(key); found != results_.end()) {
        return found->second;
    }
    auto executed = std::make_shared<Executed>();
    if (auto transactions = graph::decode_payload(block.payload->bytes)) {
        executed->transactions = *std::move(transactions);
        const graph::BlockContext context{.height = block.header.height, .time = block.header.time};
        auto outcome = graph::execute(parent, context, executed->transactions, verifier);
        if (outcome) {
            executed->valid = true;
            executed->state = std::move(outcome->state);
            executed->receipts = std::move(outcome->receipts);
            executed->receipt_tree = std::move(outcome->receipt_tree);
        }
    }
    put(key, executed);
    return executed;
}

void ExecutionCache::remember(const consensus::BlockHeader& header, ExecutedPtr executed) {
    put(execution_key(header), std::move(executed));
}

void ExecutionCache::put(const Hash& key, ExecutedPtr executed) {
    if (!results_.emplace(key, std::move(executed)).second) {
        return;
    }
    order_.push_back(key);
    if (order_.size() > capacity_) {
        results_.erase(order_.front());
        order_.pop_front();
    }
}

}  // namespace nexus::actors
