#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "consensus/simplex/engine.hpp"

#include <cstddef>
#include <cstdint>

// Bytes as a packet: what decodes must encode to the very input, and its size and digest must be
// those of the input, since they name it on the wire and in traces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus;  // NOLINT(google-build-using-namespace)
    const ByteView input(data, size);
    if (const auto packet = actors::decode_packet(input, consensus::simplex::engine())) {
        NEXUS_ASSERT(actors::encode_packet(*packet) == to_bytes(input));
        NEXUS_ASSERT(packet->size() == size + actors::kFrameBytes);
        NEXUS_ASSERT(packet->digest() == sha256(input));
        NEXUS_ASSERT(!packet->kind().empty());
    }
    return 0;
}
