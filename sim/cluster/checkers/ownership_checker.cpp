#include "sim/cluster/checkers/ownership_checker.hpp"

#include "base/bytes.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/cluster/checkers/checker.hpp"

#include <cstddef>
#include <variant>

namespace nexus::sim {

OwnershipChecker::OwnershipChecker()
    : Checker("ownership", "every asset belongs to whom the transactions gave it") {}

void OwnershipChecker::on_base(const BaseEvent& event) {
    const graph::LedgerView ledger(*event.state);
    for (const auto& [key, asset] : ledger.all(graph::keys::kAssets)) {
        owners_.emplace(asset.id, asset.owner);
    }
    for (const auto& [key, sovereign] : ledger.all(graph::keys::kSovereigns)) {
        controllers_.emplace(sovereign.id, sovereign.controller);
    }
    last_ = *event.state;
    height_ = event.block->header.height;
}

bool OwnershipChecker::acts_for(const graph::AccountId& account,
                                const graph::AssetOwner& owner) const {
    if (const auto* sovereign = std::get_if<SovereignId>(&owner)) {
        const auto controller = controllers_.find(*sovereign);
        return controller != controllers_.end() && controller->second == account;
    }
    return std::get<graph::AccountId>(owner) == account;
}

void OwnershipChecker::follow(const graph::SignedTransaction& transaction,
                              const graph::Receipt& receipt, const CommitEvent& event) {
    const graph::Transaction& content = transaction.content();
    if (receipt.sovereign) {
        controllers_.emplace(*receipt.sovereign, content.sender);
    } else if (const auto* registered = std::get_if<graph::AssetRegister>(&content.body)) {
        count();
        const graph::AssetId id = graph::asset_id(content.sender, content.nonce);
        if (!acts_for(content.sender, registered->owner) ||
            !owners_.emplace(id, registered->owner).second) {
            violation(concat(time_text(event.at), ": asset ", short_hex(id.view()),
                             " was registered twice, or for somebody else"));
        }
    } else if (const auto* transfer = std::get_if<graph::AssetTransfer>(&content.body)) {
        count();
        const auto owner = owners_.find(transfer->asset);
        if (owner == owners_.end() || !acts_for(content.sender, owner->second)) {
            violation(concat(time_text(event.at), ": asset ", short_hex(transfer->asset.view()),
                             " was given away by one who does not own it"));
            return;
        }
        owner->second = transfer->to;
    }
}

void OwnershipChecker::on_commit(const CommitEvent& event) {
    if (!event.is_first) {
        return;
    }
    const actors::Executed& executed = *event.executed;
    for (std::size_t i = 0; i < executed.transactions.size(); ++i) {
        if (executed.receipts[i].succeeded()) {
            follow(*executed.transactions[i], executed.receipts[i], event);
        }
    }
    last_ = executed.state;
    height_ = event.block->header.height;
}

void OwnershipChecker::on_end(Instant at) {
    if (height_.value == 0) {
        return;
    }
    const auto assets = graph::LedgerView(last_).all(graph::keys::kAssets);
    count(assets.size());
    if (assets.size() != owners_.size()) {
        violation(concat(time_text(at), ": the state holds ", assets.size(),
                         " assets, the transactions made ", owners_.size()));
    }
    for (const auto& [key, asset] : assets) {
        const auto owner = owners_.find(asset.id);
        if (owner == owners_.end() || owner->second != asset.owner) {
            violation(concat(time_text(at), ": asset ", short_hex(asset.id.view()),
                             " has another owner than the transactions lead to"));
        }
    }
}

}  // namespace nexus::sim
