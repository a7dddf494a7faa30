#pragma once

#include "base/bytes.hpp"
#include "graph/receipts/receipt_proof.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::graph {

/// The Merkle tree over the receipts of one block in the order of its transactions. Takes encoded
/// receipts, so that it knows no ledger.
/// Source: the shape of RFC 6962, 2.1.
class ReceiptTree {
public:
    /// Of a block without transactions.
    ReceiptTree() = default;

    /// Pre: at most kReceiptsMax.
    explicit ReceiptTree(std::span<const Bytes> receipts);

    [[nodiscard]] std::size_t count() const { return levels_.empty() ? 0 : levels_.front().size(); }

    /// What the header says: commits to every receipt, their order and their number.
    [[nodiscard]] Hash root() const;

    /// Pre: at least one position; they rise strictly and are below count().
    [[nodiscard]] ReceiptProof prove(std::vector<std::uint32_t> positions) const;

private:
    /// Appends what a proof needs of one node of a level. Pre: all of the positions are below it.
    void collect(std::size_t level, std::size_t index, std::span<const std::uint32_t> positions,
                 std::vector<Hash>& siblings) const;

    std::vector<std::vector<Hash>> levels_;  // leaves first; a node without a partner moves up
};

}  // namespace nexus::graph
