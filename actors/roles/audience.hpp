#pragma once

#include "base/ids.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <optional>
#include <vector>

namespace nexus::actors {

/// Whom a transaction concerns: its sender and the accounts it names, and the sovereign in whose
/// realm it happens.
struct Audience {
    std::vector<graph::AccountId> accounts;  ///< The sender first; no account twice.
    std::optional<SovereignId> sovereign;
};

/// `state` is the one after the block that holds the transaction.
Audience audience_of(const graph::SignedTransaction& transaction, const graph::Receipt& receipt,
                     const graph::StateSnapshot& state);

}  // namespace nexus::actors
