#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "tests/unit/base/kitchen_sink.hpp"

#include <cstddef>
#include <cstdint>

// Any bytes: either they are refused, or they are the one encoding of what was read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const nexus::ByteView input(data, size);
    const auto decoded = nexus::codec::decode<nexus::tests::KitchenSink>(input);
    if (decoded) {
        const bool is_same = nexus::codec::encode(*decoded) == nexus::to_bytes(input);
        NEXUS_ASSERT(is_same);
    }
    return 0;
}
