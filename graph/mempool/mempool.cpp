#include "graph/mempool/mempool.hpp"

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

Result<void, PoolFault> refuse(PoolRefusal refusal) { return fail(PoolFault{refusal, {}}); }

Result<void, PoolFault> refuse(Inadmissible reason) {
    return fail(PoolFault{PoolRefusal::Inadmissible, reason});
}

}  // namespace

std::string_view to_string(PoolRefusal refusal) {
    switch (refusal) {
        case PoolRefusal::Inadmissible:
            return "Inadmissible";
        case PoolRefusal::Duplicate:
            return "Duplicate";
        case PoolRefusal::NonceTaken:
            return "NonceTaken";
        case PoolRefusal::NonceTooFar:
            return "NonceTooFar";
        case PoolRefusal::AccountFull:
            return "AccountFull";
        case PoolRefusal::CountFull:
            return "CountFull";
        case PoolRefusal::BytesFull:
            return "BytesFull";
    }
    return "?";
}

std::string_view to_string(DropReason reason) {
    switch (reason) {
        case DropReason::Included:
            return "Included";
        case DropReason::Superseded:
            return "Superseded";
        case DropReason::Unpayable:
            return "Unpayable";
    }
    return "?";
}

Result<void, PoolFault> Mempool::check_room(const SignedTransaction& transaction,
                                            Nonce account_nonce) const {
    const Transaction& content = transaction.content();
    if (content.nonce.value - account_nonce.value > limits_.nonce_ahead_max) {
        return refuse(PoolRefusal::NonceTooFar);
    }
    if (const auto held = by_account_.find(content.sender); held != by_account_.end()) {
        if (held->second.contains(content.nonce)) {
            return refuse(PoolRefusal::NonceTaken);
        }
        if (held->second.size() >= limits_.per_account_max) {
            return refuse(PoolRefusal::AccountFull);
        }
    }
    if (size() >= limits_.transactions_max) {
        return refuse(PoolRefusal::CountFull);
    }
    if (bytes_ + transaction.size() > limits_.bytes_max) {
        return refuse(PoolRefusal::BytesFull);
    }
    return {};
}

Result<void, PoolFault> Mempool::add(TransactionPtr transaction, const StateSnapshot& committed,
                                     SignatureVerifier& verifier) {
    NEXUS_ASSERT(transaction != nullptr);
    if (by_id_.contains(transaction->id())) {
        return refuse(PoolRefusal::Duplicate);
    }
    const auto account = check_unsigned(committed, *transaction);
    if (!account) {
        return refuse(account.error());
    }
    const AccountId sender = transaction->content().sender;
    if (const auto room = check_room(*transaction, account->nonce); !room) {
        return room;
    }
    if (!transaction->is_signed(verifier)) {
        return refuse(Inadmissible::BadSignature);
    }
    const Arrival arrival = next_arrival_++;
    by_account_[sender].emplace(transaction->content().nonce, arrival);
    by_id_.emplace(transaction->id(), arrival);
    bytes_ += transaction->size();
    by_arrival_.emplace(arrival, std::move(transaction));
    return {};
}

std::vector<TransactionPtr> Mempool::candidates(const StateSnapshot& parent,
                                                std::size_t count_max) const {
    const LedgerView view(parent);
    std::vector<TransactionPtr> chosen;
    absl::btree_map<AccountId, Nonce> next;  // of the accounts seen so far
    for (const auto& [arrival, transaction] : by_arrival_) {
        if (chosen.size() >= count_max) {
            break;
        }
        const Transaction& content = transaction->content();
        const auto [at, is_new] = next.try_emplace(content.sender, Nonce{});
        if (is_new) {
            at->second = view.account(content.sender).nonce;
        }
        if (content.nonce != at->second) {
            continue;  // executed already, or it waits for an earlier nonce
        }
        const auto& held = by_account_.at(content.sender);
        // This one, and those that came before it but had to wait for it.
        for (auto row = held.find(at->second); row != held.end() && row->first == at->second &&
                                               row->second <= arrival && chosen.size() < count_max;
             ++row) {
            chosen.push_back(by_arrival_.at(row->second));
            at->second = at->second.next();
        }
    }
    return chosen;
}

std::vector<Dropped> Mempool::on_committed(std::span<const TransactionPtr> block,
                                           const StateSnapshot& committed) {
    const LedgerView view(committed);
    const Amount fee = view.parameters().fee;
    absl::flat_hash_set<TransactionId> included;  // asked, never iterated
    for (const TransactionPtr& transaction : block) {
        included.insert(transaction->id());
    }
    absl::btree_map<Arrival, DropReason> leaving;
    for (const auto& [sender, held] : by_account_) {
        const Account account = view.account(sender);
        for (const auto& [nonce, arrival] : held) {
            if (included.contains(by_arrival_.at(arrival)->id())) {
                leaving.emplace(arrival, DropReason::Included);
            } else if (nonce < account.nonce) {
                leaving.emplace(arrival, DropReason::Superseded);
            } else if (account.balance < fee) {
                leaving.emplace(arrival, DropReason::Unpayable);
            }
        }
    }
    std::vector<Dropped> dropped;
    dropped.reserve(leaving.size());
    for (const auto& [arrival, reason] : leaving) {
        dropped.push_back({by_arrival_.at(arrival), reason});
        remove(arrival);
    }
    return dropped;
}

void Mempool::remove(Arrival arrival) {
    const auto at = by_arrival_.find(arrival);
    NEXUS_ASSERT(at != by_arrival_.end());
    const SignedTransaction& transaction = *at->second;
    const auto account = by_account_.find(transaction.content().sender);
    account->second.erase(transaction.content().nonce);
    if (account->second.empty()) {
        by_account_.erase(account);
    }
    by_id_.erase(transaction.id());
    bytes_ -= transaction.size();
    by_arrival_.erase(at);
}

}  // namespace nexus::graph
