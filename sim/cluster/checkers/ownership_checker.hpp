#pragma once

#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <absl/container/btree_map.h>

namespace nexus::sim {

/// Ownership: every asset has the owner that the accepted transactions lead to, in a model kept
/// beside the ledger: registered once, transferred by its owner or by who controls the owner.
class OwnershipChecker final : public Checker {
public:
    OwnershipChecker();
    void on_base(const BaseEvent& event) override;
    void on_commit(const CommitEvent& event) override;
    void on_end(Instant at) override;

private:
    /// Follows one accepted transaction.
    void follow(const graph::SignedTransaction& transaction, const graph::Receipt& receipt,
                const CommitEvent& event);
    [[nodiscard]] bool acts_for(const graph::AccountId& account,
                                const graph::AssetOwner& owner) const;

    absl::btree_map<graph::AssetId, graph::AssetOwner> owners_;
    absl::btree_map<SovereignId, graph::AccountId> controllers_;
    graph::StateSnapshot last_;
    Height height_;
};

}  // namespace nexus::sim
