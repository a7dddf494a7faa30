#include "actors/wire/packets.hpp"

#include "actors/roles/ports.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "graph/transaction/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

/// What a validator checks before it looks at anything else: half a second, at 70 us each.
constexpr std::size_t kTransactionsMax = 8192;
constexpr std::size_t kBlocksMax = 4096;

/// Types that hold others by pointer travel as what they point to; the pointer is made on decoding.
void describe_transaction(codec::Encoder& encoder, const graph::TransactionPtr& transaction) {
    encoder(to_bytes(transaction->encoding()));
}

void describe_transaction(codec::Decoder& decoder, graph::TransactionPtr& transaction) {
    Bytes encoding;
    decoder.limited(encoding, graph::kTransactionBytesMax);
    if (!decoder.ok()) {
        return;
    }
    if (auto decoded = graph::SignedTransaction::decode(encoding)) {
        transaction = *std::move(decoded);
    } else {
        decoder.set_error(decoded.error());
    }
}

/// One element of a list of transactions.
struct TransactionItem {
    graph::TransactionPtr transaction;
    static void describe(auto& codec, auto& self) { describe_transaction(codec, self.transaction); }
};

/// A committed block in the form that travels.
struct BlockItem {
    consensus::BlockHeader header;
    Bytes payload;
    std::optional<consensus::Certificate> certificate;

    static void describe(auto& codec, auto& self) {
        codec(self.header, self.payload, self.certificate);
    }
};

std::optional<consensus::Certificate> copied(const consensus::CertificatePtr& certificate) {
    return certificate ? std::optional(*certificate) : std::nullopt;
}

consensus::CertificatePtr shared(const std::optional<consensus::Certificate>& certificate) {
    return certificate ? std::make_shared<const consensus::Certificate>(*certificate) : nullptr;
}

PacketPtr make_consensus_packet(consensus::MessagePtr message, ByteView encoding) {
    Sha256 hash;
    const auto type = static_cast<std::uint8_t>(PacketType::Consensus);
    hash.update({&type, 1}).update(encoding);
    return std::make_shared<const ConsensusPacket>(
        std::move(message), kFrameBytes + 1 + encoding.size(), hash.digest());
}

template <class Body>
Bytes encode_body(const Body& body) {
    codec::Encoder encoder;
    encoder(Body::kType, body);
    return encoder.take();
}

template <class Body>
PacketPtr wrap(Body body) {
    const Bytes encoding = encode_body(body);
    return std::make_shared<const BodyPacket<Body>>(std::move(body), kFrameBytes + encoding.size(),
                                                    sha256(encoding));
}

template <class Body>
PacketPtr decode_body(ByteView bytes) {
    codec::Decoder decoder(bytes);
    PacketType type{};
    Body body{};
    decoder(type, body);
    if (!decoder.finish() || type != Body::kType) {
        return nullptr;
    }
    return std::make_shared<const BodyPacket<Body>>(std::move(body), kFrameBytes + bytes.size(),
                                                    sha256(bytes));
}

}  // namespace

void Transactions::describe(auto& codec, auto& self) {
    using Codec = std::remove_cvref_t<decltype(codec)>;
    std::vector<TransactionItem> items;
    if constexpr (!Codec::kDecodes) {
        items.reserve(self.list.size());
        for (const graph::TransactionPtr& transaction : self.list) {
            items.push_back({transaction});
        }
        codec.limited(items, kTransactionsMax);
    } else {
        codec.limited(items, kTransactionsMax);
        self.list.clear();
        for (TransactionItem& item : items) {
            self.list.push_back(std::move(item.transaction));
        }
    }
}

void NoticeItem::describe(auto& codec, auto& self) {
    describe_transaction(codec, self.transaction);
    codec(self.rejection, self.sovereign);
}

void BlockResponse::describe(auto& codec, auto& self) {
    using Codec = std::remove_cvref_t<decltype(codec)>;
    std::vector<BlockItem> items;
    if constexpr (!Codec::kDecodes) {
        items.reserve(self.blocks.size());
        for (const consensus::CommittedBlock& committed : self.blocks) {
            items.push_back({.header = committed.block->header,
                             .payload = committed.block->payload->bytes,
                             .certificate = copied(committed.certificate)});
        }
        codec.limited(items, kBlocksMax);
    } else {
        codec.limited(items, kBlocksMax);
        self.blocks.clear();
        for (BlockItem& item : items) {
            consensus::PayloadPtr payload = consensus::make_payload(std::move(item.payload));
            if (payload->id != item.header.payload) {
                codec.set_error(codec::Error::OutOfRange);
                return;
            }
            self.blocks.push_back({.block = consensus::make_block(item.header, std::move(payload)),
                                   .certificate = shared(item.certificate)});
        }
    }
}

void StateOffer::describe(auto& codec, auto& self) {
    BlockResponse one;  // the block travels as it does in an answer of blocks
    if constexpr (!std::remove_cvref_t<decltype(codec)>::kDecodes) {
        one.blocks.push_back(self.block);
    }
    codec(one, self.parts);
    if constexpr (std::remove_cvref_t<decltype(codec)>::kDecodes) {
        if (!codec.ok()) {
            return;
        }
        if (one.blocks.size() != 1) {
            codec.set_error(codec::Error::OutOfRange);
            return;
        }
        self.block = std::move(one.blocks.front());
    }
}

PacketPtr make_packet(consensus::MessagePtr message) {
    NEXUS_ASSERT(message != nullptr);
    const Bytes encoding = message->encode();
    return make_consensus_packet(std::move(message), encoding);
}
PacketPtr make_packet(Transactions body) { return wrap(std::move(body)); }
PacketPtr make_packet(Refusal body) { return wrap(std::move(body)); }
PacketPtr make_packet(Subscribe body) { return wrap(std::move(body)); }
PacketPtr make_packet(Notice body) { return wrap(std::move(body)); }
PacketPtr make_packet(Query body) { return wrap(std::move(body)); }
PacketPtr make_packet(Answer body) { return wrap(std::move(body)); }
PacketPtr make_packet(BlockRequest body) { return wrap(body); }
PacketPtr make_packet(BlockResponse body) { return wrap(std::move(body)); }
PacketPtr make_packet(PartialRun body) { return wrap(std::move(body)); }
PacketPtr make_packet(Delivery body) { return wrap(body); }
PacketPtr make_packet(Taken body) { return wrap(std::move(body)); }
PacketPtr make_packet(StateOffer body) { return wrap(std::move(body)); }
PacketPtr make_packet(StateRequest body) { return wrap(body); }
PacketPtr make_packet(StatePart body) { return wrap(std::move(body)); }
PacketPtr make_packet(RecoveryRequest body) { return wrap(body); }
PacketPtr make_packet(RecoveryResponse body) { return wrap(std::move(body)); }

Bytes delivery_bytes(const graph::MissionId& mission, const Hash& evidence) {
    codec::Encoder encoder;
    encoder(std::string("nexus/delivery"), mission, evidence);
    return encoder.take();
}

consensus::FinalityProof finality_proof(const FinalityPart& part) {
    return {.headers = part.headers, .certificate = shared(part.certificate)};
}

FinalityPart finality_part(const consensus::FinalityProof& proof) {
    return {.headers = proof.headers, .certificate = copied(proof.certificate)};
}

Bytes encode_packet(const Packet& packet) {
    const auto& wire = static_cast<const WirePacket&>(packet);
    const auto body = [&wire]<class Body>(std::type_identity<Body>) {
        return encode_body(static_cast<const BodyPacket<Body>&>(wire).body);
    };
    switch (wire.type()) {
        case PacketType::Consensus: {
            Bytes bytes = {static_cast<std::uint8_t>(PacketType::Consensus)};
            const Bytes encoding = static_cast<const ConsensusPacket&>(wire).message->encode();
            bytes.insert(bytes.end(), encoding.begin(), encoding.end());
            return bytes;
        }
        case PacketType::Transactions:
            return body(std::type_identity<Transactions>{});
        case PacketType::Refusal:
            return body(std::type_identity<Refusal>{});
        case PacketType::Subscribe:
            return body(std::type_identity<Subscribe>{});
        case PacketType::Notice:
            return body(std::type_identity<Notice>{});
        case PacketType::Query:
            return body(std::type_identity<Query>{});
        case PacketType::Answer:
            return body(std::type_identity<Answer>{});
        case PacketType::BlockRequest:
            return body(std::type_identity<BlockRequest>{});
        case PacketType::BlockResponse:
            return body(std::type_identity<BlockResponse>{});
        case PacketType::Delivery:
            return body(std::type_identity<Delivery>{});
        case PacketType::Taken:
            return body(std::type_identity<Taken>{});
        case PacketType::StateOffer:
            return body(std::type_identity<StateOffer>{});
        case PacketType::StateRequest:
            return body(std::type_identity<StateRequest>{});
        case PacketType::StatePart:
            return body(std::type_identity<StatePart>{});
        case PacketType::RecoveryRequest:
            return body(std::type_identity<RecoveryRequest>{});
        case PacketType::RecoveryResponse:
            return body(std::type_identity<RecoveryResponse>{});
        case PacketType::PartialRun:
            return body(std::type_identity<PartialRun>{});
    }
    NEXUS_ASSERT(false);
    return {};
}

PacketPtr decode_packet(ByteView bytes, const consensus::Engine& engine) {
    if (bytes.empty() || bytes[0] > static_cast<std::uint8_t>(PacketType::Last)) {
        return nullptr;
    }
    switch (static_cast<PacketType>(bytes[0])) {
        case PacketType::Consensus: {
            consensus::MessagePtr message = engine.decode(bytes.subspan(1));
            return message ? make_consensus_packet(std::move(message), bytes.subspan(1)) : nullptr;
        }
        case PacketType::Transactions:
            return decode_body<Transactions>(bytes);
        case PacketType::Refusal:
            return decode_body<Refusal>(bytes);
        case PacketType::Subscribe:
            return decode_body<Subscribe>(bytes);
        case PacketType::Notice:
            return decode_body<Notice>(bytes);
        case PacketType::Query:
            return decode_body<Query>(bytes);
        case PacketType::Answer:
            return decode_body<Answer>(bytes);
        case PacketType::BlockRequest:
            return decode_body<BlockRequest>(bytes);
        case PacketType::BlockResponse:
            return decode_body<BlockResponse>(bytes);
        case PacketType::Delivery:
            return decode_body<Delivery>(bytes);
        case PacketType::Taken:
            return decode_body<Taken>(bytes);
        case PacketType::StateOffer:
            return decode_body<StateOffer>(bytes);
        case PacketType::StateRequest:
            return decode_body<StateRequest>(bytes);
        case PacketType::StatePart:
            return decode_body<StatePart>(bytes);
        case PacketType::RecoveryRequest:
            return decode_body<RecoveryRequest>(bytes);
        case PacketType::RecoveryResponse:
            return decode_body<RecoveryResponse>(bytes);
        case PacketType::PartialRun:
            return decode_body<PartialRun>(bytes);
    }
    return nullptr;
}

}  // namespace nexus::actors
