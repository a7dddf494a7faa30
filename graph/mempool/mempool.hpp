#pragma once

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/error.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nexus::graph {

/// Bounds of a pool: memory, and what one account may take of it.
struct MempoolLimits {
    std::size_t transactions_max = 16'384;
    std::size_t bytes_max = 16UL * 1024 * 1024;
    std::size_t per_account_max = 64;
    std::uint64_t nonce_ahead_max = 64;  ///< Nonce of a transaction less that of its account.
};

/// Why the pool did not take a transaction.
enum class PoolRefusal : std::uint8_t {
    Inadmissible,  ///< see `reason`
    Duplicate,     ///< it is in the pool already
    NonceTaken,    ///< another of the sender with this nonce came first; nothing is replaced
    NonceTooFar,
    AccountFull,
    CountFull,
    BytesFull,
};

/// The name of the enumerator.
std::string_view to_string(PoolRefusal refusal);

/// A refusal with what the ledger says, where it was the ledger.
struct PoolFault {
    PoolRefusal refusal = PoolRefusal::Inadmissible;
    std::optional<Inadmissible> reason;

    friend bool operator==(const PoolFault&, const PoolFault&) = default;
};

/// Why a transaction that had been taken left the pool.
enum class DropReason : std::uint8_t {
    Included,    ///< it stands in the committed block
    Superseded,  ///< another of the sender with its nonce was committed
    Unpayable,   ///< the sender has less than the fee
};

/// The name of the enumerator.
std::string_view to_string(DropReason reason);

/// One transaction that left.
struct Dropped {
    TransactionPtr transaction;
    DropReason reason = DropReason::Included;
};

/// The transactions that one validator holds for coming blocks.
///
/// Invariant:   what was added stays until `on_committed` returns it: a full pool refuses newcomers
///              and evicts nobody.
/// Determinism: a function of the calls; order is that of arrival, never that of a hash table.
class Mempool {
public:
    explicit Mempool(const MempoolLimits& limits = {}) : limits_(limits) {}

    /// Takes one transaction, judged against the committed state. Errors: PoolFault; on error
    /// nothing changes. The signature is checked last: what a limit refuses costs no check.
    Result<void, PoolFault> add(TransactionPtr transaction, const StateSnapshot& committed,
                                SignatureVerifier& verifier);

    /// At most `count_max` transactions that can follow on `parent` in this order: arrival order,
    /// but of one account by nonce without a gap, so that an early arrival with a late nonce comes
    /// right after the one that it waited for. `parent` may be ahead of the committed state.
    [[nodiscard]] std::vector<TransactionPtr> candidates(const StateSnapshot& parent,
                                                         std::size_t count_max) const;

    /// After each commit: takes out what can never be included any more and says why, in the order
    /// of arrival.
    std::vector<Dropped> on_committed(std::span<const TransactionPtr> block,
                                      const StateSnapshot& committed);

    /// The one in the pool; null if there is none.
    [[nodiscard]] TransactionPtr find(const TransactionId& id) const {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : by_arrival_.at(found->second);
    }
    [[nodiscard]] bool contains(const TransactionId& id) const { return by_id_.contains(id); }
    [[nodiscard]] std::size_t size() const { return by_arrival_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    using Arrival = std::uint64_t;

    [[nodiscard]] Result<void, PoolFault> check_room(const SignedTransaction& transaction,
                                                     Nonce account_nonce) const;
    void remove(Arrival arrival);

    MempoolLimits limits_;
    Arrival next_arrival_ = 0;
    std::size_t bytes_ = 0;
    absl::btree_map<Arrival, TransactionPtr> by_arrival_;
    absl::btree_map<AccountId, absl::btree_map<Nonce, Arrival>> by_account_;
    absl::flat_hash_map<TransactionId, Arrival> by_id_;
};

}  // namespace nexus::graph
