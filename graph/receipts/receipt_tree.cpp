#include "graph/receipts/receipt_tree.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "graph/receipts/receipt_proof.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

// A leaf's input starts with the length of its tag, which is not the prefix of an inner node: no
// inner node passes for a receipt.
constexpr std::uint8_t kInnerPrefix = 0x01;

Hash leaf(ByteView receipt) { return tagged_hash("nexus/receipt", receipt); }

}  // namespace

ReceiptTree::ReceiptTree(std::span<const Bytes> receipts) {
    NEXUS_ASSERT(receipts.size() <= kReceiptsMax);
    if (receipts.empty()) {
        return;
    }
    std::vector<Hash>& leaves = levels_.emplace_back();
    leaves.reserve(receipts.size());
    for (const Bytes& receipt : receipts) {
        leaves.push_back(leaf(receipt));
    }
    while (levels_.back().size() > 1) {
        const std::vector<Hash>& below = levels_.back();
        std::vector<Hash> level;
        level.reserve((below.size() + 1) / 2);
        for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
            level.push_back(sha256_node(kInnerPrefix, below[i], below[i + 1]));
        }
        if (below.size() % 2 == 1) {
            level.push_back(below.back());
        }
        levels_.push_back(std::move(level));
    }
}

Hash ReceiptTree::root() const {
    const auto number = static_cast<std::uint32_t>(count());
    std::array<std::uint8_t, 36> top{};  // count ‖ root of the tree, big-endian
    for (unsigned i = 0; i < 4; ++i) {
        top[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    }
    if (!levels_.empty()) {
        const Hash& tree = levels_.back().front();
        std::copy(tree.bytes.begin(), tree.bytes.end(), top.begin() + 4);
    }
    return tagged_hash("nexus/receipts-root", top);
}

void ReceiptTree::collect(std::size_t level, std::size_t index,
                          std::span<const std::uint32_t> positions,
                          std::vector<Hash>& siblings) const {
    if (positions.empty()) {
        siblings.push_back(levels_[level][index]);
        return;
    }
    if (level == 0) {
        return;
    }
    const std::size_t left = 2 * index;
    if (left + 1 == levels_[level - 1].size()) {  // moved up as it is
        collect(level - 1, left, positions, siblings);
        return;
    }
    const std::size_t middle = (left + 1) << (level - 1);
    const auto split = std::lower_bound(positions.begin(), positions.end(), middle);
    collect(level - 1, left, {positions.begin(), split}, siblings);
    collect(level - 1, left + 1, {split, positions.end()}, siblings);
}

ReceiptProof ReceiptTree::prove(std::vector<std::uint32_t> positions) const {
    NEXUS_ASSERT(!positions.empty());
    NEXUS_ASSERT(positions.back() < count());
    for (std::size_t i = 1; i < positions.size(); ++i) {
        NEXUS_ASSERT(positions[i - 1] < positions[i]);
    }
    ReceiptProof proof;
    proof.count = static_cast<std::uint32_t>(count());
    collect(levels_.size() - 1, 0, positions, proof.siblings);
    proof.positions = std::move(positions);
    return proof;
}

}  // namespace nexus::graph
