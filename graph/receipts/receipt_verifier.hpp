#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "graph/receipts/receipt_proof.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace nexus::graph {

/// Why a proof of receipts proves nothing.
enum class ReceiptError : std::uint8_t {
    NothingClaimed,      ///< no receipt
    CountTooLarge,       ///< more receipts than a block may have
    PositionCount,       ///< not one position for each receipt
    PositionsNotRising,  ///< a position twice, or out of order
    PositionOutside,     ///< a position at or above the count
    SiblingCount,        ///< a hash too few or too many
    RootMismatch,        ///< the hashes lead to another root
};

/// The name of the enumerator.
std::string_view to_string(ReceiptError error);

/// What a light client runs: nothing if the block whose certified header says `receipts_root` has
/// exactly `proof.count` receipts, and the encoded ones given at `proof.positions` among them. Says
/// nothing of the receipts between. Any proof is safe here: the work grows with what it holds, and
/// nothing is asserted on it.
/// Errors: ReceiptError.
Result<void, ReceiptError> verify_receipts(const Hash& receipts_root,
                                           std::span<const Bytes> receipts,
                                           const ReceiptProof& proof);

}  // namespace nexus::graph
