#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/receipts/receipt_tree.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace nexus::actors {

/// What executing one block came to.
struct Executed {
    bool valid = false;  ///< The payload decodes, and every transaction was admissible.
    graph::StateSnapshot state;
    std::vector<graph::TransactionPtr> transactions;
    std::vector<graph::Receipt> receipts;
    graph::ReceiptTree receipt_tree;  ///< Over the receipts.
};
using ExecutedPtr = std::shared_ptr<const Executed>;

/// Executes blocks and remembers the latest results. Execution is a pure function of the parent
/// state and the block, so that all nodes of one simulation share one cache and the first pays;
/// each is charged the virtual time all the same. A real node has one for itself.
///
/// A validator that restarts executes the blocks above its checkpoint, oldest first. Where these
/// are more than the capacity, all results are pushed out before they are asked for.
///
/// Determinism: an entry kept or dropped changes no result; the table is never iterated.
class ExecutionCache {
public:
    explicit ExecutionCache(std::size_t capacity = 4096) : capacity_(capacity) {}

    /// The result of `block` on top of `parent`, the state after the block `block.header.parent`.
    ExecutedPtr execute(const graph::StateSnapshot& parent, const consensus::Block& block,
                        SignatureVerifier& verifier);

    /// Remembers the result that a proposer has at hand, for the block with this header.
    void remember(const consensus::BlockHeader& header, ExecutedPtr executed);

private:
    void put(const Hash& key, ExecutedPtr executed);

    absl::flat_hash_map<Hash, ExecutedPtr> results_;
    std::deque<Hash> order_;  // of insertion: the oldest goes first
    std::size_t capacity_;
};

}  // namespace nexus::actors
