#pragma once

#include "base/result.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/hash/digest.hpp"

#include <cstdint>
#include <vector>

namespace nexus::zkvm {

/// Whether the tree of this root and shape (MerkleTree) has these rows at these indices of its
/// tallest group. Everything may come from a stranger: no input aborts or throws, and memory and
/// time are in proportion to the sizes of `indices` and `opening`.
///
/// Errors: all of MerkleError. An opening with a word more or less than it needs is refused.
/// Instantiated for the fields and hashes of MerkleTree.
template <class F, class H>
[[nodiscard]] Result<void, MerkleError> verify_opening(const Digest& root, const MerkleShape& shape,
                                                       const std::vector<std::uint64_t>& indices,
                                                       const MerkleOpening<F>& opening);

}  // namespace nexus::zkvm
