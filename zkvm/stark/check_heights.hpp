#pragma once

#include "zkvm/components/tables.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/proof_error.hpp"
#include "zkvm/stark/verifying_key.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace nexus::zkvm {

/// Why a proof may not announce a segment of these heights; nothing if it may. The tables that
/// there must be are there, those of the program as tall as the key says; and the messages of a
/// segment are fewer than the characteristic of the field, so that no sum of multiplicities wraps
/// around to 0.
///
/// Errors: BadHeight, TooManyMessages.
[[nodiscard]] std::optional<ProofError> check_heights(
    const Heights& heights, const VerifyingKey& key, bool is_last, std::uint64_t characteristic,
    std::span<const TableInfo, kTableCount> tables = kTables);

}  // namespace nexus::zkvm
