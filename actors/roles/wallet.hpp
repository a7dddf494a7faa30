#pragma once

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <utility>

namespace nexus::actors {

/// A key, its account, and the nonce of its next transaction. One wallet, one owner: two would hand
/// out the same nonce.
class Wallet {
public:
    Wallet(ChainId chain, SecretKey key)
        : chain_(chain), key_(std::move(key)), account_(graph::account_of(key_.public_key())) {}

    [[nodiscard]] const graph::AccountId& account() const { return account_; }
    [[nodiscard]] const SecretKey& key() const { return key_; }
    [[nodiscard]] Nonce nonce() const { return nonce_; }

    /// The chain has seen this account's transactions below `nonce`.
    void resume_at(Nonce nonce) { nonce_ = nonce; }

    /// Signs the next transaction.
    graph::TransactionPtr sign(graph::Body body) {
        graph::Transaction content{.chain = chain_,
                                   .sender = account_,
                                   .key = key_.public_key(),
                                   .nonce = nonce_,
                                   .body = std::move(body)};
        nonce_ = nonce_.next();
        return graph::SignedTransaction::sign(std::move(content), key_);
    }

private:
    ChainId chain_;
    SecretKey key_;
    graph::AccountId account_;
    Nonce nonce_;
};

}  // namespace nexus::actors
