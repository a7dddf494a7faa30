#include "graph/ledger/block_executor.hpp"

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/block_context.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/ledger/records.hpp"
#include "graph/receipts/receipt_tree.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::graph {
namespace {

using Check = Result<void, Inadmissible>;

ChainParameters parameters_of(const StateSnapshot& state) {
    const auto parameters = read(state, keys::chain_parameters());
    NEXUS_ASSERT(parameters.has_value());
    return *parameters;
}

/// What can be said without an account.
Check check_static(const ChainParameters& parameters, const SignedTransaction& transaction) {
    const Transaction& content = transaction.content();
    if (transaction.size() > parameters.transaction_bytes_max) {
        return fail(Inadmissible::TooLarge);
    }
    if (content.chain != parameters.chain) {
        return fail(Inadmissible::WrongChain);
    }
    if (content.sender != account_of(content.key)) {
        return fail(Inadmissible::WrongKey);
    }
    return {};
}

}  // namespace

BlockExecutor::BlockExecutor(const StateSnapshot& parent, const BlockContext& context,
                             SignatureVerifier& verifier, const BuildLimits& limits)
    : context_(context),
      verifier_(verifier),
      overlay_(parent),
      parameters_(parameters_of(parent)),
      limits_(limits) {
    limits_.transactions_max =
        std::min<std::size_t>(limits.transactions_max, parameters_.block_transactions_max);
    limits_.bytes_max = std::min<std::size_t>(limits.bytes_max, parameters_.block_bytes_max);
}

Result<Account, Inadmissible> BlockExecutor::admit(const SignedTransaction& transaction) const {
    if (const Check fits = check_static(parameters_, transaction); !fits) {
        return fail(fits.error());
    }
    if (count() >= limits_.transactions_max) {
        return fail(Inadmissible::BlockCountFull);
    }
    const std::size_t payload =
        payload_count_bytes(count() + 1) + bytes_ + payload_frame_bytes(transaction.size());
    if (payload > limits_.bytes_max) {
        return fail(Inadmissible::BlockBytesFull);
    }
    Account account = account_at(overlay_, transaction.content().sender);
    if (transaction.content().nonce < account.nonce) {
        return fail(Inadmissible::NonceTooLow);
    }
    if (transaction.content().nonce > account.nonce) {
        return fail(Inadmissible::NonceTooHigh);
    }
    const auto rest = account.balance.minus(parameters_.fee);
    if (!rest) {
        return fail(Inadmissible::CannotPayFee);
    }
    if (!transaction.is_signed(verifier_)) {
        return fail(Inadmissible::BadSignature);
    }
    account.balance = *rest;
    account.nonce = account.nonce.next();
    return account;
}

Result<Receipt, Inadmissible> BlockExecutor::apply(const SignedTransaction& transaction) {
    const auto account = admit(transaction);
    if (!account) {
        return fail(account.error());
    }
    const Transaction& content = transaction.content();
    overlay_.put(keys::account(content.sender), *account);
    const auto fees = fees_.plus(parameters_.fee);
    NEXUS_ASSERT(fees.has_value());  // part of the supply
    fees_ = *fees;
    bytes_ += payload_frame_bytes(transaction.size());

    overlay_.mark();
    Call call{.state = overlay_,
              .block = context_,
              .sender = content.sender,
              .nonce = content.nonce,
              .new_sovereign = {}};
    const Applied applied =
        std::visit([&call](const auto& body) { return graph::apply(call, body); }, content.body);
    Receipt receipt{.transaction = transaction.id(), .rejection = {}, .sovereign = {}};
    if (applied) {
        receipt.sovereign = call.new_sovereign;
    } else {
        overlay_.roll_back();
        receipt.rejection = applied.error();
    }
    receipts_.push_back(receipt);
    return receipt;
}

BlockOutcome BlockExecutor::finish() && {
    if (!fees_.is_zero()) {
        credit(overlay_, kCommons, fees_);
    }
    BlockOutcome outcome;
    outcome.state = std::move(overlay_).commit();
    outcome.root = outcome.state.root();
    outcome.receipts = std::move(receipts_);
    std::vector<Bytes> leaves;
    leaves.reserve(outcome.receipts.size());
    for (const Receipt& receipt : outcome.receipts) {
        leaves.push_back(codec::encode(receipt));
    }
    outcome.receipt_tree = ReceiptTree(leaves);
    return outcome;
}

Result<BlockOutcome, BlockFault> execute(const StateSnapshot& parent, const BlockContext& context,
                                         std::span<const TransactionPtr> transactions,
                                         SignatureVerifier& verifier) {
    BlockExecutor executor(parent, context, verifier);
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        if (const auto receipt = executor.apply(*transactions[i]); !receipt) {
            return fail(BlockFault{i, receipt.error()});
        }
    }
    return std::move(executor).finish();
}

BuiltBlock build_block(const StateSnapshot& parent, const BlockContext& context,
                       std::span<const TransactionPtr> candidates, const BuildLimits& limits,
                       SignatureVerifier& verifier) {
    BlockExecutor executor(parent, context, verifier, limits);
    BuiltBlock built;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto receipt = executor.apply(*candidates[i]);
        if (receipt) {
            built.transactions.push_back(candidates[i]);
        } else if (receipt.error() == Inadmissible::BlockCountFull) {
            break;
        } else {
            built.skipped.push_back({i, receipt.error()});
        }
    }
    built.outcome = std::move(executor).finish();
    return built;
}

Result<Account, Inadmissible> check_unsigned(const StateSnapshot& state,
                                             const SignedTransaction& transaction) {
    const ChainParameters parameters = parameters_of(state);
    if (const Check fits = check_static(parameters, transaction); !fits) {
        return fail(fits.error());
    }
    const Account account =
        read(state, keys::account(transaction.content().sender)).value_or(Account{});
    if (transaction.content().nonce < account.nonce) {
        return fail(Inadmissible::NonceTooLow);
    }
    if (account.balance < parameters.fee) {
        return fail(Inadmissible::CannotPayFee);
    }
    return account;
}

Result<void, Inadmissible> check_admissible(const StateSnapshot& state,
                                            const SignedTransaction& transaction,
                                            SignatureVerifier& verifier) {
    const auto fits = check_unsigned(state, transaction);
    if (!fits) {
        return fail(fits.error());
    }
    if (!transaction.is_signed(verifier)) {
        return fail(Inadmissible::BadSignature);
    }
    return {};
}

}  // namespace nexus::graph
