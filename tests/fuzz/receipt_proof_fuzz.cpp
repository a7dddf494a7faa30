#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "graph/receipts/receipt_proof.hpp"
#include "graph/receipts/receipt_tree.hpp"
#include "graph/receipts/receipt_verifier.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::graph {
namespace {

constexpr std::uint8_t kReceipts = 21;

const ReceiptTree& tree() {
    static const ReceiptTree built = [] {
        std::vector<Bytes> receipts;
        for (std::uint8_t i = 0; i < kReceipts; ++i) {
            receipts.push_back({i});
        }
        return ReceiptTree(receipts);
    }();
    return built;
}

}  // namespace
}  // namespace nexus::graph

// Input: how many receipts are claimed, one byte for each, and the encoding of a proof. The i-th
// receipt of the block is the byte i, so what is accepted must claim its own positions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nexus;  // NOLINT(google-build-using-namespace)
    const std::size_t claims = size == 0 ? 0 : data[0] % 32U;
    if (size < 1 + claims) {
        return 0;
    }
    std::vector<Bytes> claimed;
    for (std::size_t i = 0; i < claims; ++i) {
        claimed.push_back({data[1 + i]});
    }
    const ByteView rest(data + 1 + claims, size - 1 - claims);
    const auto proof = codec::decode<graph::ReceiptProof>(rest);
    if (!proof) {
        return 0;
    }
    NEXUS_ASSERT(codec::encode(*proof) == to_bytes(rest));
    if (graph::verify_receipts(graph::tree().root(), claimed, *proof)) {
        NEXUS_ASSERT(proof->count == graph::kReceipts);
        for (std::size_t i = 0; i < claims; ++i) {
            NEXUS_ASSERT(claimed[i][0] == proof->positions[i]);
        }
        NEXUS_ASSERT(*proof == graph::tree().prove(proof->positions));
    }
    return 0;
}
