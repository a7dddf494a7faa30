#pragma once

#include <compare>
#include <cstdint>
#include <utility>

namespace nexus {

/// A whole number with a meaning: numbers of different tags neither mix, convert nor add.
template <class Tag, class Representation = std::uint64_t>
struct Tagged {
    Representation value = 0;

    friend constexpr auto operator<=>(Tagged, Tagged) = default;

    /// The number that follows this one.
    [[nodiscard]] constexpr Tagged next() const {
        return Tagged{static_cast<Representation>(value + 1)};
    }

    template <class H>
    friend H AbslHashValue(H state, Tagged number) {
        return H::combine(std::move(state), number.value);
    }
};

using Height = Tagged<struct HeightTag>;  ///< Blocks on the chain; genesis has height 0.
using View = Tagged<struct ViewTag>;      ///< Attempts to agree; view 0 is the genesis.
using Nonce = Tagged<struct NonceTag>;    ///< Transactions an account has had executed.

/// Position of a validator in the validator set, from 0.
using ValidatorIndex = Tagged<struct ValidatorIndexTag, std::uint32_t>;

/// A machine that takes part in the network: validator, sovereign, contributor or load source.
using NodeId = Tagged<struct NodeIdTag, std::uint32_t>;

/// A sovereign community; 0 is the commons.
using SovereignId = Tagged<struct SovereignIdTag, std::uint32_t>;

/// Separates networks: a signature made for one chain is worth nothing on another.
using ChainId = Tagged<struct ChainIdTag>;

}  // namespace nexus
