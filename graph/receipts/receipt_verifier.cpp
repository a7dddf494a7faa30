#include "graph/receipts/receipt_verifier.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/result.hpp"
#include "graph/receipts/receipt_proof.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// Written apart from the tree on purpose, by the recursion of RFC 6962 instead of by levels: a
// mistake in one shows as a disagreement instead of hiding in shared code.

namespace nexus::graph {
namespace {

using Check = Result<void, ReceiptError>;

/// Puts the tree together from the receipts claimed and the siblings, from left to right.
class Rebuild {
public:
    Rebuild(std::span<const Bytes> receipts, const ReceiptProof& proof)
        : receipts_(receipts), proof_(proof) {}

    /// The root of the subtree over `size` receipts from `first` on. Pre: size > 0.
    Hash subtree(std::uint32_t first, std::uint32_t size) {
        const bool holds_claim =
            claims_ < receipts_.size() && proof_.positions[claims_] - first < size;
        if (!holds_claim) {
            return sibling();
        }
        if (size == 1) {
            return tagged_hash("nexus/receipt", receipts_[claims_++]);
        }
        const std::uint32_t half = std::bit_floor(size - 1);
        const Hash left = subtree(first, half);
        const Hash right = subtree(first + half, size - half);
        return sha256_node(0x01, left, right);
    }

    /// True if each sibling was needed, and each that was needed was there.
    [[nodiscard]] bool used_all() const { return siblings_ == proof_.siblings.size(); }

private:
    Hash sibling() {
        const std::size_t next = siblings_++;
        return next < proof_.siblings.size() ? proof_.siblings[next] : Hash{};
    }

    std::span<const Bytes> receipts_;
    const ReceiptProof& proof_;
    std::size_t claims_ = 0;    // receipts used so far
    std::size_t siblings_ = 0;  // siblings asked for so far
};

/// That the positions fit the receipts, the count and one another.
Check check_shape(std::size_t receipts, const ReceiptProof& proof) {
    if (receipts == 0) {
        return fail(ReceiptError::NothingClaimed);
    }
    if (proof.count > kReceiptsMax) {
        return fail(ReceiptError::CountTooLarge);
    }
    if (proof.positions.size() != receipts) {
        return fail(ReceiptError::PositionCount);
    }
    for (std::size_t i = 1; i < receipts; ++i) {
        if (proof.positions[i - 1] >= proof.positions[i]) {
            return fail(ReceiptError::PositionsNotRising);
        }
    }
    if (proof.positions.back() >= proof.count) {
        return fail(ReceiptError::PositionOutside);
    }
    return {};
}

}  // namespace

Check verify_receipts(const Hash& receipts_root, std::span<const Bytes> receipts,
                      const ReceiptProof& proof) {
    if (const Check shape = check_shape(receipts.size(), proof); !shape) {
        return shape;
    }
    Rebuild rebuild(receipts, proof);
    const Hash tree = rebuild.subtree(0, proof.count);
    if (!rebuild.used_all()) {
        return fail(ReceiptError::SiblingCount);
    }
    std::array<std::uint8_t, 36> top{};  // count ‖ root of the tree, big-endian
    for (unsigned i = 0; i < 4; ++i) {
        top[i] = static_cast<std::uint8_t>(proof.count >> (24 - 8 * i));
    }
    std::copy(tree.bytes.begin(), tree.bytes.end(), top.begin() + 4);
    return tagged_hash("nexus/receipts-root", top) == receipts_root
               ? Check{}
               : fail(ReceiptError::RootMismatch);
}

std::string_view to_string(ReceiptError error) {
    switch (error) {
        case ReceiptError::NothingClaimed:
            return "NothingClaimed";
        case ReceiptError::CountTooLarge:
            return "CountTooLarge";
        case ReceiptError::PositionCount:
            return "PositionCount";
        case ReceiptError::PositionsNotRising:
            return "PositionsNotRising";
        case ReceiptError::PositionOutside:
            return "PositionOutside";
        case ReceiptError::SiblingCount:
            return "SiblingCount";
        case ReceiptError::RootMismatch:
            return "RootMismatch";
    }
    return "?";
}

}  // namespace nexus::graph
