#include "graph/transaction/transaction.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

/// Content and signature on the wire: the signature is the tail of fixed length.
struct Envelope {
    Transaction content;
    Signature signature;

    static void describe(auto& codec, auto& self) { codec(self.content, self.signature); }
};

TransactionId id_of_content(ByteView encoding) {
    return TransactionId{tagged_hash("nexus/transaction", encoding).bytes};
}

/// The frame of one transaction in a payload.
struct Frame {
    Bytes transaction;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.transaction, kTransactionBytesMax);
    }
};

std::size_t number_bytes(std::size_t value) {
    std::size_t bytes = 1;
    for (; value >= 0x80; value >>= 7U) {
        ++bytes;
    }
    return bytes;
}

}  // namespace

TransactionId transaction_id(const Transaction& transaction) {
    return id_of_content(codec::encode(transaction));
}

SignedTransaction::SignedTransaction(Transaction content, const Signature& signature,
                                     Bytes encoding)
    : content_(std::move(content)),
      signature_(signature),
      encoding_(std::move(encoding)),
      id_(id_of_content(ByteView(encoding_).first(encoding_.size() - Signature::kSize))) {}

TransactionPtr SignedTransaction::sign(Transaction content, const SecretKey& key) {
    const TransactionId id = transaction_id(content);
    return make(std::move(content), key.sign(id.view()));
}

TransactionPtr SignedTransaction::make(Transaction content, const Signature& signature) {
    Envelope envelope{std::move(content), signature};
    Bytes encoding = codec::encode(envelope);
    return TransactionPtr(
        new SignedTransaction(std::move(envelope.content), signature, std::move(encoding)));
}

codec::Result<TransactionPtr> SignedTransaction::decode(ByteView encoding) {
    if (encoding.size() > kTransactionBytesMax) {
        return fail(codec::Error::TooLong);
    }
    auto envelope = codec::decode<Envelope>(encoding);
    if (!envelope) {
        return fail(envelope.error());
    }
    return TransactionPtr(new SignedTransaction(std::move(envelope->content), envelope->signature,
                                                to_bytes(encoding)));
}

std::size_t payload_count_bytes(std::size_t count) { return number_bytes(count); }

std::size_t payload_frame_bytes(std::size_t transaction_size) {
    return number_bytes(transaction_size) + transaction_size;
}

Bytes encode_payload(std::span<const TransactionPtr> transactions) {
    NEXUS_ASSERT(transactions.size() <= kPayloadTransactionsMax);
    codec::Encoder encoder;
    encoder(std::uint64_t{transactions.size()});
    for (const TransactionPtr& transaction : transactions) {
        encoder(Frame{to_bytes(transaction->encoding())});
    }
    return encoder.take();
}

Result<std::vector<TransactionPtr>, PayloadFault> decode_payload(ByteView payload,
                                                                 std::size_t count_max) {
    codec::Decoder decoder(payload);
    std::uint64_t count = 0;
    decoder(count);
    if (decoder.ok() && (count > count_max || count > payload.size())) {
        decoder.set_error(codec::Error::TooLong);
    }
    std::vector<TransactionPtr> transactions;
    for (std::uint64_t i = 0; i < count && decoder.ok(); ++i) {
        Frame frame;
        decoder(frame);
        if (!decoder.ok()) {
            break;
        }
        auto transaction = SignedTransaction::decode(frame.transaction);
        if (!transaction) {
            return fail(PayloadFault{transactions.size(), transaction.error()});
        }
        transactions.push_back(std::move(*transaction));
    }
    if (const auto done = decoder.finish(); !done) {
        return fail(PayloadFault{transactions.size(), done.error()});
    }
    return transactions;
}

}  // namespace nexus::graph
