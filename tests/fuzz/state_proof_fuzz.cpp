#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "graph/state/proof.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/state/state_snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace nexus::graph {
namespace {

const StateSnapshot& state() {
    static const StateSnapshot built = [] {
        StateWrites writes;
        for (std::uint8_t i = 0; i < 40; ++i) {
            writes[0].push_back({"key " + std::to_string(i), Bytes{i}});
        }
        return StateSnapshot().updated(std::move(writes));
    }();
    return built;
}

}  // namespace
}  // namespace nexus::graph

// Input: which key (the first 40 are there), the value claimed, and the encoding of a proof.
// Presence is accepted for the true value only, absence for an absent key only.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus;  // NOLINT(google-build-using-namespace)
    if (size < 2) {
        return 0;
    }
    const auto proof = codec::decode<graph::StateProof>(ByteView(data + 2, size - 2));
    if (!proof) {
        return 0;
    }
    const unsigned number = data[0] % 64U;
    const std::string key = "key " + std::to_string(number);
    const Hash& root = graph::state().root();
    const ByteView value(data + 1, 1);
    if (graph::verify_present(root, "graph", as_bytes(key), value, *proof)) {
        NEXUS_ASSERT(number < 40);
        NEXUS_ASSERT(data[1] == number);
    }
    if (graph::verify_absent(root, "graph", as_bytes(key), *proof)) {
        NEXUS_ASSERT(number >= 40);
    }
    return 0;
}
