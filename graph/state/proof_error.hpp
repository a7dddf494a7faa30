#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <string_view>
#include <variant>

namespace nexus::graph {

/// Why a proof proves nothing. `expected` and `got` of the fault are numbers unless said otherwise.
enum class ProofError : std::uint8_t {
    UnknownVersion,
    DepthTooLarge,
    BitmapLength,         ///< bytes of `present`
    BitmapSpareBits,      ///< a bit beyond `depth` is set
    SiblingCount,         ///< siblings against bits set
    EmptySibling,         ///< a sibling said to be not empty is zero; got: its position
    UnexpectedNeighbour,  ///< a proof of presence names another leaf
    NeighbourIsKey,       ///< a proof of absence names the very key it denies (hashes)
    NeighbourElsewhere,   ///< the other leaf does not stand on the way of the key; got: common bits
    RootPathShape,        ///< index, count and length do not fit one another
    RootMismatch,         ///< the hashes lead to another state root (hashes)
};

/// The name of the enumerator.
std::string_view to_string(ProofError error);

/// A number or a hash of a fault.
using ProofMeasure = std::variant<std::uint64_t, Hash>;

/// What is wrong with a proof, with what was expected and what was there.
struct ProofFault {
    ProofError error = ProofError::UnknownVersion;
    ProofMeasure expected;
    ProofMeasure got;

    friend bool operator==(const ProofFault&, const ProofFault&) = default;
};

}  // namespace nexus::graph
