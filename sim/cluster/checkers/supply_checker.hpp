#pragma once

#include "graph/state/state_snapshot.hpp"
#include "sim/cluster/checkers/checker.hpp"

namespace nexus::sim {

/// Supply: all balances and treasuries sum up to what genesis handed out, summed leaf by leaf; and
/// the state is consistent in itself (graph/ledger/audit.hpp). Every 16th height, and at the end.
class SupplyChecker final : public Checker {
public:
    SupplyChecker();
    void on_base(const BaseEvent& event) override;
    void on_commit(const CommitEvent& event) override;
    void on_end(Instant at) override;

private:
    void check(const graph::StateSnapshot& state, Instant at);

    graph::StateSnapshot last_;
    Height height_;
};

}  // namespace nexus::sim
