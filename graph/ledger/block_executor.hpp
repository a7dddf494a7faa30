#pragma once

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/block_context.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/ledger/records.hpp"
#include "graph/receipts/receipt_tree.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::graph {

/// The state after a block; `receipts[i]` belongs to the i-th transaction.
struct BlockOutcome {
    StateSnapshot state;
    Hash root;  ///< state.root(): what the header must say.
    std::vector<Receipt> receipts;
    ReceiptTree receipt_tree;  ///< Over the receipts; the header must say its root.
};

/// Why a block is invalid: its first inadmissible transaction.
struct BlockFault {
    std::size_t index = 0;
    Inadmissible reason = Inadmissible::TooLarge;

    friend bool operator==(const BlockFault&, const BlockFault&) = default;
};

/// Limits of one block of the proposer's own; those of the chain apply as well.
struct BuildLimits {
    std::size_t transactions_max = kPayloadTransactionsMax;
    std::size_t bytes_max = ~std::size_t{0};  ///< Of the encoded payload.
};

/// Executes the transactions of one block one by one over the parent's state.
///
/// Determinism: a function of parent, context and transactions; the verifier only answers a
///              mathematical question.
/// Errors:      Inadmissible; on error nothing changes, so that a proposer may go on with the next.
class BlockExecutor {
public:
    /// Pre: `parent` comes from genesis_state or from a block.
    BlockExecutor(const StateSnapshot& parent, const BlockContext& context,
                  SignatureVerifier& verifier, const BuildLimits& limits = {});

    /// Takes up one transaction, or says why it may not stand here. A rejection is no error: its
    /// reason is in the receipt.
    Result<Receipt, Inadmissible> apply(const SignedTransaction& transaction);

    [[nodiscard]] std::size_t count() const { return receipts_.size(); }

    /// What the transactions taken up so far led to.
    [[nodiscard]] BlockOutcome finish() &&;

private:
    [[nodiscard]] Result<Account, Inadmissible> admit(const SignedTransaction& transaction) const;

    BlockContext context_;
    SignatureVerifier& verifier_;
    Overlay overlay_;
    ChainParameters parameters_;
    Amount fees_;
    BuildLimits limits_;     // the chain's are worked in
    std::size_t bytes_ = 0;  // of the payload but for its count
    std::vector<Receipt> receipts_;
};

/// Executes a block that someone proposed. Errors: BlockFault; then the block is invalid.
Result<BlockOutcome, BlockFault> execute(const StateSnapshot& parent, const BlockContext& context,
                                         std::span<const TransactionPtr> transactions,
                                         SignatureVerifier& verifier);

/// A candidate that was passed over, by its position among the candidates.
struct SkippedTransaction {
    std::size_t index = 0;
    Inadmissible reason = Inadmissible::TooLarge;

    friend bool operator==(const SkippedTransaction&, const SkippedTransaction&) = default;
};

/// A block to propose.
struct BuiltBlock {
    std::vector<TransactionPtr> transactions;
    BlockOutcome outcome;
    std::vector<SkippedTransaction>
        skipped;  ///< In order; candidates after a full block are not in.
};

/// Takes the candidates in order, executes each that is admissible where it stands, and stops when
/// the block is full by count. One that is too long for the bytes left is passed over.
BuiltBlock build_block(const StateSnapshot& parent, const BlockContext& context,
                       std::span<const TransactionPtr> candidates, const BuildLimits& limits,
                       SignatureVerifier& verifier);

/// check_admissible but for the signature, which costs most and comes last. Gives the sender's
/// account, which it had to look at. Errors: Inadmissible.
Result<Account, Inadmissible> check_unsigned(const StateSnapshot& state,
                                             const SignedTransaction& transaction);

/// What a mempool asks: could this be included later, as far as the state can tell now? A nonce
/// ahead of the account's is admissible. Errors: Inadmissible.
Result<void, Inadmissible> check_admissible(const StateSnapshot& state,
                                            const SignedTransaction& transaction,
                                            SignatureVerifier& verifier);

}  // namespace nexus::graph
