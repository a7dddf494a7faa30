#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <memory>

namespace nexus::consensus {

/// What a block carries, opaque here: the application reads it, consensus moves it.
/// Invariant: `id` is payload_id(bytes).
struct Payload {
    Bytes bytes;
    Hash id;
};
using PayloadPtr = std::shared_ptr<const Payload>;

/// The commitment to payload bytes that stands in the header.
Hash payload_id(ByteView bytes);

/// Wraps bytes with their id.
PayloadPtr make_payload(Bytes bytes);

/// What a certificate signs, through its hash. A light client holds headers only.
struct BlockHeader {
    ChainId chain;
    Height height;
    View view;        ///< In which it was proposed.
    Hash parent;      ///< Id of the block below; of the genesis: zero.
    Hash payload;     ///< payload_id of the payload.
    Hash state_root;  ///< The application's state after this block; opaque here.
    /// The application's account of what the payload's parts came to; opaque here. Of the genesis:
    /// zero.
    Hash receipts_root;
    Instant time;  ///< Proposer's clock; rises strictly along the chain.
    ValidatorIndex proposer;

    static void describe(auto& codec, auto& self) {
        codec(self.chain, self.height, self.view, self.parent, self.payload, self.state_root,
              self.receipts_root, self.time, self.proposer);
    }
    friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

/// The id of a block: the tagged hash of its header's encoding.
Hash block_id(const BlockHeader& header);

/// A header with its payload. Invariant: id == block_id(header), header.payload == payload->id.
struct Block {
    BlockHeader header;
    PayloadPtr payload;
    Hash id;
};
using BlockPtr = std::shared_ptr<const Block>;

/// Pre: header.payload == payload->id.
BlockPtr make_block(const BlockHeader& header, PayloadPtr payload);

/// The block of height 0 that all validators start from: empty payload, the given state.
BlockPtr make_genesis(ChainId chain, const Hash& state_root);

}  // namespace nexus::consensus
