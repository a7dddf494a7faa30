#include "consensus/api/block.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"

#include <memory>
#include <utility>

namespace nexus::consensus {

Hash payload_id(ByteView bytes) { return tagged_hash("nexus/payload", bytes); }

PayloadPtr make_payload(Bytes bytes) {
    const Hash id = payload_id(bytes);
    return std::make_shared<const Payload>(Payload{.bytes = std::move(bytes), .id = id});
}

Hash block_id(const BlockHeader& header) {
    codec::Encoder encoder(192);
    encoder(header);
    return tagged_hash("nexus/block", encoder.view());
}

BlockPtr make_block(const BlockHeader& header, PayloadPtr payload) {
    NEXUS_ASSERT(payload != nullptr);
    NEXUS_ASSERT(header.payload == payload->id);
    return std::make_shared<const Block>(
        Block{.header = header, .payload = std::move(payload), .id = block_id(header)});
}

BlockPtr make_genesis(ChainId chain, const Hash& state_root) {
    PayloadPtr payload = make_payload({});
    BlockHeader header;
    header.chain = chain;
    header.payload = payload->id;
    header.state_root = state_root;
    return make_block(header, std::move(payload));
}

}  // namespace nexus::consensus
