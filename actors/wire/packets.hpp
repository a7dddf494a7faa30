#pragma once

#include "actors/roles/ports.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/receipts/receipt_proof.hpp"
#include "graph/state/proof.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Everything that nodes say to one another. A packet's canonical encoding is the type byte and the
/// body; its digest is the hash of that, and it travels as that plus a frame header.
namespace nexus::actors {

enum class PacketType : std::uint8_t {
    Consensus,         ///< validator to validator: a message of the protocol
    Transactions,      ///< client to validator, and validator to validator
    Refusal,           ///< validator to client: a transaction that was not taken
    Subscribe,         ///< client to validator: what to hear of
    Notice,            ///< validator to client: what a finalized block did
    Query,             ///< client to validator: a key of the state
    Answer,            ///< validator to client: the value, or its absence, with a proof
    BlockRequest,      ///< validator to validator: finalized blocks above a height
    BlockResponse,     ///< validator to validator
    Delivery,          ///< contributor to sovereign, off the chain: work on a mission is done
    Taken,             ///< validator to client: transactions are in the pool
    StateOffer,        ///< validator to validator: instead of blocks that are dropped, a checkpoint
    StateRequest,      ///< validator to validator: a part of the checkpoint's state
    StatePart,         ///< validator to validator
    RecoveryRequest,   ///< validator to validator: how far can the life I forgot have gone?
    RecoveryResponse,  ///< validator to validator: so far have I come
    PartialRun,        ///< validator to validator: blocks, where a BlockResponse is too long
    Last = PartialRun,
};

/// A packet whose type says which class it is.
class WirePacket : public Packet {
public:
    WirePacket(PacketType type, std::size_t size, const Hash& digest)
        : Packet(size, digest), type_(type) {}
    [[nodiscard]] PacketType type() const { return type_; }

private:
    PacketType type_;
};

/// The bytes in front of each packet on a stream: length and type.
inline constexpr std::size_t kFrameBytes = 8;

/// A message of the consensus protocol.
class ConsensusPacket final : public WirePacket {
public:
    ConsensusPacket(consensus::MessagePtr content, std::size_t size, const Hash& digest)
        : WirePacket(PacketType::Consensus, size, digest), message(std::move(content)) {}
    [[nodiscard]] std::string_view kind() const override { return message->kind(); }
    const consensus::MessagePtr message;
};

/// A packet that holds nothing but a body which describes itself to the codec.
template <class Body>
class BodyPacket final : public WirePacket {
public:
    BodyPacket(Body content, std::size_t size, const Hash& digest)
        : WirePacket(Body::kType, size, digest), body(std::move(content)) {}
    [[nodiscard]] std::string_view kind() const override { return Body::kKind; }
    const Body body;
};

/// Signed transactions, each as its own encoding.
struct Transactions {
    static constexpr PacketType kType = PacketType::Transactions;
    static constexpr std::string_view kKind = "transactions";
    std::vector<graph::TransactionPtr> list;

    static void describe(auto& codec, auto& self);
};

/// A transaction that a validator did not take, and why.
struct Refusal {
    static constexpr PacketType kType = PacketType::Refusal;
    static constexpr std::string_view kKind = "refusal";
    graph::TransactionId transaction;
    std::string reason;  ///< Name of the mempool's or ledger's enumerator.

    static void describe(auto& codec, auto& self) {
        codec(self.transaction);
        codec.limited(self.reason, 64);
    }
};

/// Transactions that a validator holds in its pool: a client that hears nothing tries another.
struct Taken {
    static constexpr PacketType kType = PacketType::Taken;
    static constexpr std::string_view kKind = "taken";
    std::vector<graph::TransactionId> transactions;

    static void describe(auto& codec, auto& self) { codec.limited(self.transactions, 65'536); }
};

/// What a client wants to hear of. Replaces what it asked before; an empty wish ends the
/// subscription.
struct Subscribe {
    static constexpr PacketType kType = PacketType::Subscribe;
    static constexpr std::string_view kKind = "subscribe";
    std::vector<graph::AccountId> accounts;
    std::vector<SovereignId> sovereigns;  ///< Everything that happens in these.
    bool prove_accounts = false;          ///< With a proof of each account that changed.
    Height after;                         ///< Blocks up to this one need not be told again.

    static void describe(auto& codec, auto& self) {
        codec.limited(self.accounts, 4096);
        codec.limited(self.sovereigns, 4096);
        codec(self.prove_accounts, self.after);
    }
};

/// A key of the state with its value, or its absence, and the proof of either.
struct ProvenValue {
    std::string tree;
    Bytes key;
    std::optional<Bytes> value;
    graph::StateProof proof;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.tree, 64);
        codec.limited(self.key, 1024);
        codec(self.value, self.proof);
    }
};

/// A finality proof in the form that travels.
struct FinalityPart {
    std::vector<consensus::BlockHeader> headers;
    std::optional<consensus::Certificate> certificate;

    static void describe(auto& codec, auto& self) {
        codec.limited(self.headers, 4096);
        codec(self.certificate);
    }
};

/// A transaction of a finalized block and how it ended. Of its signature nothing is proven.
struct NoticeItem {
    graph::TransactionPtr transaction;
    std::optional<graph::Rejection> rejection;  ///< Absent: it took effect.
    std::optional<SovereignId> sovereign;       ///< The number of a newly registered sovereign.

    [[nodiscard]] graph::Receipt receipt() const {
        return {.transaction = transaction->id(), .rejection = rejection, .sovereign = sovereign};
    }
    static void describe(auto& codec, auto& self);
};

/// What one finalized block did, as far as a client asked for.
struct Notice {
    static constexpr PacketType kType = PacketType::Notice;
    static constexpr std::string_view kKind = "notice";
    FinalityPart finality;
    Height previous;  ///< Of the notice before this one: a client sees when one is missing.
    std::vector<NoticeItem> items;      ///< In the order of the block.
    graph::ReceiptProof items_proof;    ///< Of the receipts of all items.
    std::vector<ProvenValue> accounts;  ///< Those asked for that the block touched.

    static void describe(auto& codec, auto& self) {
        codec(self.finality, self.previous);
        codec.limited(self.items, graph::kReceiptsMax);
        codec(self.items_proof);
        codec.limited(self.accounts, 4096);
    }
};

/// Asks for one key of the newest finalized state.
struct Query {
    static constexpr PacketType kType = PacketType::Query;
    static constexpr std::string_view kKind = "query";
    std::uint64_t id = 0;
    std::string tree;
    Bytes key;

    static void describe(auto& codec, auto& self) {
        codec(self.id);
        codec.limited(self.tree, 64);
        codec.limited(self.key, 1024);
    }
};

/// Answers a Query with the same id.
struct Answer {
    static constexpr PacketType kType = PacketType::Answer;
    static constexpr std::string_view kKind = "answer";
    std::uint64_t id = 0;
    FinalityPart finality;
    ProvenValue value;

    static void describe(auto& codec, auto& self) { codec(self.id, self.finality, self.value); }
};

/// Asks for finalized blocks above a height.
struct BlockRequest {
    static constexpr PacketType kType = PacketType::BlockRequest;
    static constexpr std::string_view kKind = "block_request";
    Height after;

    static void describe(auto& codec, auto& self) { codec(self.after); }
};

/// Consecutive finalized blocks.
struct BlockResponse {
    static constexpr PacketType kType = PacketType::BlockResponse;
    static constexpr std::string_view kKind = "block_response";
    std::vector<consensus::CommittedBlock> blocks;

    static void describe(auto& codec, auto& self);
};

/// Answers a BlockRequest where the blocks up to the next certificate are more than a message may
/// hold: the first of them, and the proof that the last of these is final.
struct PartialRun {
    static constexpr PacketType kType = PacketType::PartialRun;
    static constexpr std::string_view kKind = "partial_run";
    BlockResponse part;
    FinalityPart finality;

    static void describe(auto& codec, auto& self) { codec(self.part, self.finality); }
};

/// Answers a BlockRequest for blocks that are dropped: a finalized block whose state can be had.
struct StateOffer {
    static constexpr PacketType kType = PacketType::StateOffer;
    static constexpr std::string_view kKind = "state_offer";
    consensus::CommittedBlock block;
    std::uint32_t parts = 0;

    static void describe(auto& codec, auto& self);
};

/// Asks for one part of the state after an offered block.
struct StateRequest {
    static constexpr PacketType kType = PacketType::StateRequest;
    static constexpr std::string_view kKind = "state_request";
    Hash block;
    std::uint32_t part = 0;

    static void describe(auto& codec, auto& self) { codec(self.block, self.part); }
};

/// One part of a state (graph/state/state_parts.hpp).
struct StatePart {
    static constexpr PacketType kType = PacketType::StatePart;
    static constexpr std::string_view kKind = "state_part";
    Hash block;
    std::uint32_t part = 0;
    Bytes bytes;

    static void describe(auto& codec, auto& self) { codec(self.block, self.part, self.bytes); }
};

/// A validator that has lost its journal asks how far the network has come.
struct RecoveryRequest {
    static constexpr PacketType kType = PacketType::RecoveryRequest;
    static constexpr std::string_view kKind = "recovery_request";
    std::uint64_t nonce = 0;  ///< Fresh: an answer to an earlier life must not count.

    static void describe(auto& codec, auto& self) { codec(self.nonce); }
};

/// Answers a RecoveryRequest with the same nonce: consensus::Protocol::prove_position.
struct RecoveryResponse {
    static constexpr PacketType kType = PacketType::RecoveryResponse;
    static constexpr std::string_view kKind = "recovery_response";
    std::uint64_t nonce = 0;
    std::optional<consensus::Certificate> certificate;

    static void describe(auto& codec, auto& self) { codec(self.nonce, self.certificate); }
};

/// A contributor hands in its work; what it delivers is named by its digest.
struct Delivery {
    static constexpr PacketType kType = PacketType::Delivery;
    static constexpr std::string_view kKind = "delivery";
    graph::MissionId mission;
    PublicKey key;  ///< Of the contributor.
    Hash evidence;
    Signature signature;  ///< Over delivery_bytes.

    static void describe(auto& codec, auto& self) {
        codec(self.mission, self.key, self.evidence, self.signature);
    }
};

/// What a contributor signs in a Delivery.
Bytes delivery_bytes(const graph::MissionId& mission, const Hash& evidence);

using TransactionsPacket = BodyPacket<Transactions>;
using RefusalPacket = BodyPacket<Refusal>;
using SubscribePacket = BodyPacket<Subscribe>;
using NoticePacket = BodyPacket<Notice>;
using QueryPacket = BodyPacket<Query>;
using AnswerPacket = BodyPacket<Answer>;
using BlockRequestPacket = BodyPacket<BlockRequest>;
using BlockResponsePacket = BodyPacket<BlockResponse>;
using PartialRunPacket = BodyPacket<PartialRun>;
using DeliveryPacket = BodyPacket<Delivery>;
using TakenPacket = BodyPacket<Taken>;
using StateOfferPacket = BodyPacket<StateOffer>;
using StateRequestPacket = BodyPacket<StateRequest>;
using StatePartPacket = BodyPacket<StatePart>;
using RecoveryRequestPacket = BodyPacket<RecoveryRequest>;
using RecoveryResponsePacket = BodyPacket<RecoveryResponse>;

/// Wraps a body or a message, with its size on the wire and its digest.
PacketPtr make_packet(consensus::MessagePtr message);
PacketPtr make_packet(Transactions body);
PacketPtr make_packet(Refusal body);
PacketPtr make_packet(Subscribe body);
PacketPtr make_packet(Notice body);
PacketPtr make_packet(Query body);
PacketPtr make_packet(Answer body);
PacketPtr make_packet(BlockRequest body);
PacketPtr make_packet(BlockResponse body);
PacketPtr make_packet(PartialRun body);
PacketPtr make_packet(Delivery body);
PacketPtr make_packet(Taken body);
PacketPtr make_packet(StateOffer body);
PacketPtr make_packet(StateRequest body);
PacketPtr make_packet(StatePart body);
PacketPtr make_packet(RecoveryRequest body);
PacketPtr make_packet(RecoveryResponse body);

/// The finality proof in a packet, as the light client takes it, and back.
consensus::FinalityProof finality_proof(const FinalityPart& part);
FinalityPart finality_part(const consensus::FinalityProof& proof);

/// The canonical encoding: type byte and body. Pre: the packet is a WirePacket.
Bytes encode_packet(const Packet& packet);

/// The packet whose encoding is exactly `bytes`, or null: bytes of peers may be anything.
PacketPtr decode_packet(ByteView bytes, const consensus::Engine& engine);

}  // namespace nexus::actors
