#pragma once

#include "base/bytes.hpp"
#include "graph/state/proof.hpp"
#include "graph/state/state_tree.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nexus::graph {

/// The trees of the state, in the order of their names.
enum class TreeId : std::uint8_t { Graph, Ledger, Last = Ledger };
inline constexpr std::size_t kTreeCount = static_cast<std::size_t>(TreeId::Last) + 1;

/// "graph" or "ledger".
std::string_view tree_name(TreeId tree);

/// Changes to each tree, by TreeId.
using StateWrites = std::array<std::vector<StateWrite>, kTreeCount>;

/// The whole state after some block: a cheap value that shares its nodes with its neighbours in
/// time. Invariant: root() is the hash over all named tree roots and the version. Threading: any
/// number of threads may read one snapshot.
class StateSnapshot {
public:
    /// The empty state.
    StateSnapshot();

    /// What a block header commits to.
    [[nodiscard]] const Hash& root() const { return root_; }
    [[nodiscard]] const StateTree& tree(TreeId id) const {
        return trees_[static_cast<std::size_t>(id)];
    }

    /// Pre: within one tree no key twice.
    [[nodiscard]] StateSnapshot updated(StateWrites writes) const;

    /// A proof for `verify_present` or `verify_absent`, whichever is true.
    [[nodiscard]] StateProof prove(TreeId tree, std::string_view key) const;

    friend bool operator==(const StateSnapshot& a, const StateSnapshot& b) {
        return a.root_ == b.root_;
    }

private:
    std::array<StateTree, kTreeCount> trees_;
    Hash root_;
};

}  // namespace nexus::graph
