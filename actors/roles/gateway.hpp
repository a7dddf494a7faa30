#pragma once

#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::actors {

/// The side of a validator that clients see: who wants to hear of what, and the notices for each
/// finalized block. Makes packets; the validator sends them. Pure but for its ports.
class Gateway {
public:
    explicit Gateway(const World& world) : world_(world) {}

    /// A packet and whom it is for.
    struct Delivery {
        NodeId to;
        PacketPtr packet;
    };

    /// Replaces what `client` wants, and repeats the notices of the blocks above `wish.after` that
    /// are among the latest kBlocksKept with kTransactionsKept at most. Beyond kClientsMax further
    /// clients are not taken; one whose wish is empty is forgotten.
    std::vector<Delivery> subscribe(NodeId client, const Subscribe& wish, const ChainStore& store);

    /// One notice for each client that a finalized block concerns, by rising NodeId.
    /// Pre: blocks come in order of height.
    std::vector<Delivery> announce(const consensus::FinalityProof& finality, ExecutedPtr executed);

    /// The answer to a query over the state under the header that `finality` proves.
    [[nodiscard]] Answer answer(const Query& query, const consensus::FinalityProof& finality,
                                const graph::StateSnapshot& state) const;

    [[nodiscard]] std::size_t clients() const { return subscriptions_.size(); }

    static constexpr std::size_t kClientsMax = 65'536;
    static constexpr std::size_t kBlocksKept = 1024;
    static constexpr std::size_t kTransactionsKept = 32'768;

private:
    using Clients = absl::btree_set<NodeId>;
    /// A client, what it wants, and the height of the last notice for it.
    struct Subscription {
        Subscribe wish;
        Height noticed;
    };
    /// What one client gets of one block.
    struct Share;
    void unsubscribe(NodeId client);
    /// The shares of the clients that the block concerns; of `only` alone if that is given.
    [[nodiscard]] absl::btree_map<NodeId, Share> share_out(const Executed& executed,
                                                           std::optional<NodeId> only) const;
    Delivery notice(NodeId client, Share share, const FinalityPart& finality,
                    const Executed& executed);
    [[nodiscard]] ProvenValue prove(std::string_view tree, ByteView key,
                                    const graph::StateSnapshot& state) const;

    World world_;
    absl::btree_map<NodeId, Subscription> subscriptions_;
    absl::btree_map<graph::AccountId, Clients> by_account_;
    absl::btree_map<SovereignId, Clients> by_sovereign_;
    std::deque<std::pair<Height, ExecutedPtr>> recent_;  // the latest blocks, for latecomers
    std::size_t recent_transactions_ = 0;                // in them
};

}  // namespace nexus::actors
