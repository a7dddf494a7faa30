#pragma once

#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/input.hpp"
#include "graph/mempool/mempool.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"

#include <absl/container/btree_map.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace nexus::actors {

/// How a validator fills blocks.
struct BlockLimits {
    std::size_t transactions_max = 2'000;
    std::size_t bytes_max = 1'000'000;
    Duration interval = milliseconds(250);  ///< A leader waits no longer for a fuller block.
    Duration gossip_interval =
        milliseconds(100);  ///< Client transactions are passed on this often.
    graph::MempoolLimits pool;
};

/// The application under consensus: holds the pool, executes proposals, checks those of others,
/// applies what is final. Owned by one validator; no CAF, no protocol.
///
/// Invariant: the state after every block between the last committed one and each block that was
///            validated or built is at hand.
class ChainHost {
public:
    /// Starts from a genesis block and its state.
    ChainHost(consensus::BlockPtr genesis, graph::StateSnapshot state, const BlockLimits& limits,
              const World& world, std::shared_ptr<ExecutionCache> cache);

    /// Takes a client's transaction. Errors: PoolFault; on error nothing changes.
    Result<void, graph::PoolFault> add(const graph::TransactionPtr& transaction);
    [[nodiscard]] bool knows(const graph::TransactionId& id) const { return pool_.contains(id); }

    /// True if a block on top of `parent` should be proposed at once: it would be full, or the
    /// interval since the parent is over.
    [[nodiscard]] bool is_due(const consensus::Block& parent, Instant now) const;

    /// Builds a payload on top of `parent`. Nothing if the parent's state is unknown.
    std::optional<consensus::PayloadReady> build(View view, const consensus::BlockPtr& parent,
                                                 Instant now);

    /// True if every transaction of the block is admissible and its state root and receipts root
    /// are right. False too when the parent's state is unknown.
    bool validate(const consensus::Block& block);

    /// Makes `block` the last committed one. Null if it is invalid: then a quorum has finalized a
    /// block that no correct validator accepts, and this node must halt.
    /// Pre: its parent is the last committed block.
    ExecutedPtr commit(const consensus::BlockPtr& block);

    /// Goes on from a block whose state came from elsewhere: what was executed since is forgotten,
    /// the pool stays as far as the state admits it. Pre: the state's root is the header's.
    void restart_at(consensus::BlockPtr block, graph::StateSnapshot state);

    [[nodiscard]] const consensus::BlockPtr& committed() const { return committed_; }
    [[nodiscard]] const graph::StateSnapshot& committed_state() const { return committed_state_; }
    [[nodiscard]] const graph::Mempool& pool() const { return pool_; }

private:
    /// The state after the block with this id, or null.
    [[nodiscard]] const graph::StateSnapshot* state_after(const Hash& block) const;
    /// Executes on top of the parent's state and remembers; null if that is unknown or the block
    /// is invalid. Charges the virtual CPU.
    ExecutedPtr execute(const consensus::Block& block);

    /// A block above the committed one.
    struct Pending {
        Height height;
        ExecutedPtr executed;
    };

    BlockLimits limits_;
    World world_;
    std::shared_ptr<ExecutionCache> cache_;
    consensus::BlockPtr committed_;
    graph::StateSnapshot committed_state_;
    absl::btree_map<Hash, Pending> pending_;
    graph::Mempool pool_;
};

}  // namespace nexus::actors
