#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::graph {

/// No list holds more receipts: one for each transaction of a payload.
inline constexpr std::uint32_t kReceiptsMax = 1U << 16U;
/// What is hashed for one receipt of a list: its leaf and one inner node, about. Units: bytes.
inline constexpr std::size_t kReceiptHashBytes = 128;

/// The way from some receipts of a block to the root of all of them: one proof for all, in which no
/// hash stands that the others lead to.
/// Invariant: positions rise strictly and are below `count`; `siblings` are the roots of the
/// greatest subtrees without a position, from the first receipt to the last.
struct ReceiptProof {
    std::uint32_t count = 0;               ///< Receipts of the whole block.
    std::vector<std::uint32_t> positions;  ///< Of the receipts that are proven.
    std::vector<Hash> siblings;

    static void describe(auto& codec, auto& self) {
        codec(self.count);
        codec.ordered(
            self.positions, [](std::uint32_t position) { return position; }, kReceiptsMax);
        codec.limited(self.siblings, kReceiptsMax);
    }
    friend bool operator==(const ReceiptProof&, const ReceiptProof&) = default;
};

}  // namespace nexus::graph
