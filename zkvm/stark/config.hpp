#pragma once

#include "zkvm/field/koala_bear.hpp"
#include "zkvm/hash/blake3.hpp"

namespace nexus::zkvm {

/// What a proof system is made of: the field of the columns, the field of the challenges, the hash
/// of trees and transcript. Everything in stark/ is a template over one of these.
template <class BaseField, class ExtensionField, class MerkleHashFunction>
struct StarkConfig {
    using F = BaseField;
    using E = ExtensionField;
    using H = MerkleHashFunction;
    static constexpr std::size_t kDegree = E::kDegree;
};

/// Profiles `fast`, `compact` and `test`.
using Koala4 = StarkConfig<KoalaBear, Extension<KoalaBear, 4>, Blake3>;
/// Profile `strong`.
using Koala5 = StarkConfig<KoalaBear, Extension<KoalaBear, 5>, Blake3>;

}  // namespace nexus::zkvm
