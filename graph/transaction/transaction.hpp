#pragma once

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace nexus::graph {

/// No transaction is longer, whatever a chain allows. Units: bytes.
inline constexpr std::size_t kTransactionBytesMax = std::size_t{64} * 1024;
/// No payload holds more transactions, whatever a chain allows.
inline constexpr std::size_t kPayloadTransactionsMax = std::size_t{1} << 16U;

/// What a sender signs. Every field counts: the chain against replay elsewhere, the nonce against
/// replay here, the key because the account is only its hash.
struct Transaction {
    ChainId chain;
    AccountId sender;  ///< account_of(key).
    PublicKey key;
    Nonce nonce;  ///< How many transactions of the sender came before.
    Body body;

    static void describe(auto& codec, auto& self) {
        codec(self.chain, self.sender, self.key, self.nonce, self.body);
    }
    friend bool operator==(const Transaction&, const Transaction&) = default;
};

/// The tagged hash of the content; the message that the sender signs is its 32 bytes.
TransactionId transaction_id(const Transaction& transaction);

/// A transaction with its signature, its encoding and its id, each computed once. Immutable and
/// shared. The signature is not checked here: a ledger checks it through a SignatureVerifier.
/// Invariant: encoding() is the one encoding of (content, signature); id() is
/// transaction_id(content).
class SignedTransaction {
public:
    /// Signs. Pre: every text and list keeps its limit (the encoder asserts it).
    static std::shared_ptr<const SignedTransaction> sign(Transaction content, const SecretKey& key);

    /// Wraps a signature made elsewhere. Pre: as for `sign`.
    static std::shared_ptr<const SignedTransaction> make(Transaction content,
                                                         const Signature& signature);

    /// Reads one transaction; only the one canonical encoding is accepted. Errors: codec::Error;
    /// TooLong also when it is above kTransactionBytesMax.
    static codec::Result<std::shared_ptr<const SignedTransaction>> decode(ByteView encoding);

    [[nodiscard]] const Transaction& content() const { return content_; }
    [[nodiscard]] const Signature& signature() const { return signature_; }
    [[nodiscard]] const TransactionId& id() const { return id_; }
    [[nodiscard]] ByteView encoding() const { return encoding_; }
    [[nodiscard]] std::size_t size() const { return encoding_.size(); }

    /// True if the signature is the key's. Says nothing of whose key it is.
    [[nodiscard]] bool is_signed(SignatureVerifier& verifier) const {
        return verifier.verify(content_.key, id_.view(), signature_);
    }

private:
    SignedTransaction(Transaction content, const Signature& signature, Bytes encoding);

    Transaction content_;
    Signature signature_;
    Bytes encoding_;
    TransactionId id_;
};

using TransactionPtr = std::shared_ptr<const SignedTransaction>;

/// What a block carries: the count, then the length and the encoding of each transaction.
/// Pre: at most kPayloadTransactionsMax, each of at most kTransactionBytesMax bytes.
Bytes encode_payload(std::span<const TransactionPtr> transactions);

/// The bytes of a payload: those of its count and, for each transaction, those of its frame.
std::size_t payload_count_bytes(std::size_t count);
std::size_t payload_frame_bytes(std::size_t transaction_size);

/// Why bytes are no payload.
struct PayloadFault {
    /// Of the transaction that is wrong; how many there are, when the frame around them is.
    std::size_t index = 0;
    codec::Error error = codec::Error::Truncated;

    friend bool operator==(const PayloadFault&, const PayloadFault&) = default;
};

/// The inverse of encode_payload. `count_max` bounds the work and memory; what is read grows with
/// what is really there. Errors: PayloadFault.
Result<std::vector<TransactionPtr>, PayloadFault> decode_payload(
    ByteView payload, std::size_t count_max = kPayloadTransactionsMax);

}  // namespace nexus::graph
