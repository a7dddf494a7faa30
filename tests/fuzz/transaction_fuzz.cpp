#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "graph/transaction/transaction.hpp"

#include <cstddef>
#include <cstdint>

// The first byte picks the decoder; what it accepts must encode to the very input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus;  // NOLINT(google-build-using-namespace)
    if (size == 0) {
        return 0;
    }
    const ByteView input(data + 1, size - 1);
    if (data[0] % 2 == 0) {
        if (const auto transaction = graph::SignedTransaction::decode(input)) {
            const auto& content = (*transaction)->content();
            const auto again = graph::SignedTransaction::make(content, (*transaction)->signature());
            NEXUS_ASSERT(to_bytes(again->encoding()) == to_bytes(input));
            NEXUS_ASSERT(again->id() == (*transaction)->id());
        }
    } else if (const auto payload = graph::decode_payload(input)) {
        NEXUS_ASSERT(graph::encode_payload(*payload) == to_bytes(input));
    }
    return 0;
}
