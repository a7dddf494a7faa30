#include "actors/roles/gateway.hpp"

#include "actors/roles/audience.hpp"
#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

/// Takes a client out of an index, and the entry with the last client: churn leaves nothing behind.
template <class Index, class Key>
void erase_client(Index& index, const Key& key, NodeId client) {
    if (const auto found = index.find(key); found != index.end()) {
        found->second.erase(client);
        if (found->second.empty()) {
            index.erase(found);
        }
    }
}

std::optional<graph::TreeId> find_tree(std::string_view name) {
    for (std::size_t i = 0; i < graph::kTreeCount; ++i) {
        const auto tree = static_cast<graph::TreeId>(i);
        if (graph::tree_name(tree) == name) {
            return tree;
        }
    }
    return std::nullopt;
}

}  // namespace

struct Gateway::Share {
    std::vector<NoticeItem> items;
    std::vector<std::uint32_t> positions;       // of the items in the block
    absl::btree_set<graph::AccountId> touched;  // of the accounts it asked for
};

void Gateway::unsubscribe(NodeId client) {
    const auto found = subscriptions_.find(client);
    if (found == subscriptions_.end()) {
        return;
    }
    for (const graph::AccountId& account : found->second.wish.accounts) {
        erase_client(by_account_, account, client);
    }
    for (const SovereignId sovereign : found->second.wish.sovereigns) {
        erase_client(by_sovereign_, sovereign, client);
    }
    subscriptions_.erase(found);
}

std::vector<Gateway::Delivery> Gateway::subscribe(NodeId client, const Subscribe& wish,
                                                  const ChainStore& store) {
    unsubscribe(client);
    const bool is_goodbye = wish.accounts.empty() && wish.sovereigns.empty();
    if (is_goodbye || subscriptions_.size() >= kClientsMax) {
        return {};
    }
    for (const graph::AccountId& account : wish.accounts) {
        by_account_[account].insert(client);
    }
    for (const SovereignId sovereign : wish.sovereigns) {
        by_sovereign_[sovereign].insert(client);
    }
    subscriptions_.emplace(client, Subscription{.wish = wish, .noticed = wish.after});
    std::vector<Delivery> deliveries;
    for (const auto& [height, executed] : recent_) {
        if (height <= wish.after || height < store.first()) {
            continue;
        }
        auto shares = share_out(*executed, client);
        const auto finality = shares.empty() ? std::nullopt : prove_finality(store, height);
        if (finality) {
            deliveries.push_back(notice(client, std::move(shares.begin()->second),
                                        finality_part(*finality), *executed));
        }
    }
    return deliveries;
}

ProvenValue Gateway::prove(std::string_view tree, ByteView key,
                           const graph::StateSnapshot& state) const {
    ProvenValue proven;
    proven.tree = tree;
    proven.key = to_bytes(key);
    const std::optional<graph::TreeId> id = find_tree(tree);
    if (!id) {
        return proven;  // an empty proof, which no verifier takes for anything
    }
    world_.compute->charge(Work::ServeProof, 1);
    const std::string_view text(reinterpret_cast<const char*>(key.data()), key.size());
    if (const auto value = state.tree(*id).find(text)) {
        proven.value = to_bytes(*value);
    }
    proven.proof = state.prove(*id, text);
    return proven;
}

absl::btree_map<NodeId, Gateway::Share> Gateway::share_out(const Executed& executed,
                                                           std::optional<NodeId> only) const {
    absl::btree_map<NodeId, Share> shares;
    for (std::size_t i = 0; i < executed.transactions.size(); ++i) {
        const graph::TransactionPtr& transaction = executed.transactions[i];
        const graph::Receipt& receipt = executed.receipts[i];
        const Audience audience = audience_of(*transaction, receipt, executed.state);
        absl::btree_set<NodeId> hearers;
        const auto hear = [&](const Clients& clients) {
            for (const NodeId client : clients) {
                if (!only || *only == client) {
                    hearers.insert(client);
                }
            }
        };
        for (const graph::AccountId& account : audience.accounts) {
            if (const auto found = by_account_.find(account); found != by_account_.end()) {
                hear(found->second);
                for (const NodeId client : found->second) {
                    if (!only || *only == client) {
                        shares[client].touched.insert(account);
                    }
                }
            }
        }
        if (audience.sovereign) {
            if (const auto found = by_sovereign_.find(*audience.sovereign);
                found != by_sovereign_.end()) {
                hear(found->second);
            }
        }
        for (const NodeId client : hearers) {
            Share& share = shares[client];
            share.items.push_back({.transaction = transaction,
                                   .rejection = receipt.rejection,
                                   .sovereign = receipt.sovereign});
            share.positions.push_back(static_cast<std::uint32_t>(i));
        }
    }
    return shares;
}

Gateway::Delivery Gateway::notice(NodeId client, Share share, const FinalityPart& finality,
                                  const Executed& executed) {
    Subscription& subscription = subscriptions_.at(client);
    Notice notice{.finality = finality,
                  .previous = subscription.noticed,
                  .items = std::move(share.items),
                  .items_proof = executed.receipt_tree.prove(std::move(share.positions)),
                  .accounts = {}};
    subscription.noticed = finality.headers.front().height;
    if (subscription.wish.prove_accounts) {
        for (const graph::AccountId& account : share.touched) {
            const auto key = graph::keys::account(account);
            notice.accounts.push_back(
                prove(graph::tree_name(key.tree), as_bytes(key.key), executed.state));
        }
    }
    return {.to = client, .packet = make_packet(std::move(notice))};
}

std::vector<Gateway::Delivery> Gateway::announce(const consensus::FinalityProof& finality,
                                                 ExecutedPtr executed) {
    std::vector<Delivery> deliveries;
    const FinalityPart part = finality_part(finality);
    for (auto& [client, share] : share_out(*executed, std::nullopt)) {
        deliveries.push_back(notice(client, std::move(share), part, *executed));
    }
    recent_transactions_ += executed->transactions.size();
    recent_.emplace_back(finality.headers.front().height, std::move(executed));
    while (recent_.size() > kBlocksKept || recent_transactions_ > kTransactionsKept) {
        recent_transactions_ -= recent_.front().second->transactions.size();
        recent_.pop_front();
    }
    return deliveries;
}

Answer Gateway::answer(const Query& query, const consensus::FinalityProof& finality,
                       const graph::StateSnapshot& state) const {
    return {.id = query.id,
            .finality = finality_part(finality),
            .value = prove(query.tree, query.key, state)};
}

}  // namespace nexus::actors
