#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "graph/state/state_snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nexus::graph {

/// A part of a state takes about so many bytes; more only where a single entry does.
inline constexpr std::size_t kStatePartBytes = std::size_t{256} << 10U;

/// The state as byte strings that travel one by one: entries tree by tree, each in the order of the
/// hashed keys. At least one; the same parts for the same state everywhere.
std::vector<Bytes> split_state(const StateSnapshot& state);

enum class StatePartsError : std::uint8_t {
    Undecodable,  ///< a part is not in the one encoding of its entries
    RepeatedKey,  ///< a key of a tree stands there twice
    WrongRoot,    ///< entries were added, left out or changed
};

/// The name of the enumerator.
std::string_view to_string(StatePartsError error);

/// The state that was cut into these parts, which may come from anybody: it is believed because its
/// root is `root`. Errors: every StatePartsError.
Result<StateSnapshot, StatePartsError> join_state(std::span<const Bytes> parts, const Hash& root);

}  // namespace nexus::graph
