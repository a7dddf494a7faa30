#include "sim/cluster/transports.hpp"

#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/ids.hpp"

namespace nexus::sim {

void SilentTransport::send(NodeId /*to*/, const actors::PacketPtr& /*packet*/) {}

void ReencodingTransport::send(NodeId to, const actors::PacketPtr& packet) {
    const actors::PacketPtr again = actors::decode_packet(actors::encode_packet(*packet), engine_);
    NEXUS_ASSERT(again != nullptr);
    NEXUS_ASSERT(again->digest() == packet->digest());
    NEXUS_ASSERT(again->size() == packet->size());
    below_.send(to, again);
}

}  // namespace nexus::sim
