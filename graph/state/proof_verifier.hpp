#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "graph/state/proof.hpp"
#include "graph/state/proof_error.hpp"

#include <string_view>

namespace nexus::graph {

/// What a light client runs: no tree, no state, only hashes. `state_root` is what a certified
/// header says; `tree` is the name of the tree ("graph", "ledger"); `key` is the logical key. Any
/// proof bytes are safe here: nothing is allocated and nothing asserted on them.

/// Nothing if the state with this root holds exactly `value` under `key`. Errors: ProofFault.
Result<void, ProofFault> verify_present(const Hash& state_root, std::string_view tree, ByteView key,
                                        ByteView value, const StateProof& proof);

/// Nothing if the state with this root holds no value under `key`. Errors: ProofFault.
Result<void, ProofFault> verify_absent(const Hash& state_root, std::string_view tree, ByteView key,
                                       const StateProof& proof);

}  // namespace nexus::graph
