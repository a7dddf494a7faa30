#pragma once

#include "base/bytes.hpp"
#include "graph/state/proof.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::graph {

struct StateNode;  // state_tree.cpp
using StateNodePtr = std::shared_ptr<const StateNode>;

/// One change: a value to put, or nothing to erase the key.
struct StateWrite {
    std::string key;  ///< Logical key; arbitrary bytes.
    std::optional<Bytes> value;
};

/// A binary compact sparse Merkle tree as a value: a copy is one pointer, an update shares every
/// node that it does not change. A leaf stands at the least depth at which it is alone.
///
/// Source:      ICS-23 `smtSpec` hashing (state_hasher.hpp).
/// Invariant:   the tree, and so its root, depends on the set of (key, value) only, not on history.
/// Determinism: every walk goes in the order of the hashed keys.
class StateTree {
public:
    StateTree() = default;

    /// 32 zero bytes when empty.
    [[nodiscard]] Hash root() const;
    /// Keys that have a value.
    [[nodiscard]] std::size_t size() const;

    /// The value of a key, or nothing. The view lives as long as this tree or a copy of it.
    [[nodiscard]] std::optional<ByteView> find(std::string_view key) const;

    /// This tree with all the writes, applied in one pass; each new node is hashed once.
    /// Pre: no key twice. Erasing what is not there changes nothing.
    [[nodiscard]] StateTree updated(std::vector<StateWrite> writes) const;

    /// The writes that make `old` this tree, in the order of the hashed keys. Time in proportion to
    /// their number where both share nodes, as the versions of one state do.
    [[nodiscard]] std::vector<StateWrite> changes_since(const StateTree& old) const;

    /// A proof that the key has its value, or that it has none.
    [[nodiscard]] TreeProof prove(std::string_view key) const;

    /// Calls `visit(key, value)` for each key, in the order of the hashed keys.
    void for_each(const std::function<void(std::string_view, ByteView)>& visit) const;

private:
    explicit StateTree(StateNodePtr root) : root_(std::move(root)) {}

    StateNodePtr root_;  // null: empty
};

}  // namespace nexus::graph
