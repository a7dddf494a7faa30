#pragma once

#include "actors/roles/execution.hpp"
#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"
#include "tools/nexus/testnet/node_observer.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace nexus::tools {

/// What a client saw finalized stays finalized. The simulator's checker of this name hears clients
/// and validators while they run; this one reads what clients have written down.
class FinalizedChecker final : public sim::Checker {
public:
    FinalizedChecker()
        : Checker("no_lost_transaction", "what a client saw finalized is in a block") {}

    void on_base(const sim::BaseEvent& event) override { base_ = event.block->header.height; }
    void on_commit(const sim::CommitEvent& event) override {
        for (const graph::TransactionPtr& transaction : event.executed->transactions) {
            in_blocks_.insert(to_hex(transaction->id().view()));
        }
    }
    /// After all commits.
    void on_seen(const std::string& client, const FinalizedSample& seen) {
        const bool is_found = in_blocks_.contains(seen.id);
        if (!is_found && base_ > Height{0} && seen.height.value_or(base_) <= base_) {
            ++unknown_;
            return;
        }
        count();
        if (!is_found) {
            violation(concat(client, " saw ", seen.id, " finalized",
                             seen.height ? concat(" at height ", seen.height->value) : "",
                             "; it is in no block"));
        }
    }
    /// How many were seen whose blocks, up to the base, or perhaps up to it, were dropped.
    [[nodiscard]] std::uint64_t unknown() const { return unknown_; }

private:
    std::set<std::string> in_blocks_;
    Height base_;  // blocks up to here were dropped
    std::uint64_t unknown_ = 0;
};

}  // namespace nexus::tools
