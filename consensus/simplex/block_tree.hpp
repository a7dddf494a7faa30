#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace nexus::consensus::simplex {

/// How far a block of the tree has come.
enum class Standing : std::uint8_t {
    Detached,  ///< some ancestor above the root is missing
    Waiting,   ///< connected to the root; its parent is not validated yet
    Asked,     ///< the application is checking it
    Valid,     ///< the application accepts it
    Invalid,   ///< the application refuses it, or it does not fit its parent
};

/// The blocks above the last committed one, the root.
///
/// Invariant: a block above Detached has a parent in the tree, one height below, of a lower view;
///            a Valid block's parent is Valid or the root.
/// Shape:     at most kDetachedMax detached blocks; the caller inserts at most two connected ones
///            for each view (the leader's first, and the certified one).
class BlockTree {
public:
    static constexpr std::size_t kDetachedMax = 64;

    explicit BlockTree(BlockPtr root);

    [[nodiscard]] const BlockPtr& root() const { return root_; }

    /// The block, the root included, or null.
    [[nodiscard]] BlockPtr find(const Hash& id) const;

    /// Adds a block; does nothing if it is there or not above the root. At the limit, the detached
    /// block of the lowest view goes.
    void insert(const BlockPtr& block);

    /// Pre: the block is in the tree and not the root.
    [[nodiscard]] Standing standing(const Hash& id) const;

    /// True for the root, and for a block all of whose ancestors down to the root are here and fit.
    [[nodiscard]] bool is_connected(const Hash& id) const;

    /// True for the root and for Valid blocks: a payload may be built and validated on top.
    [[nodiscard]] bool is_extendable(const Hash& id) const;

    /// The blocks above the root up to `id`, lowest first. Pre: is_connected(id).
    [[nodiscard]] std::vector<BlockPtr> path_to(const Hash& id) const;

    /// What must be fetched next to connect `id`: itself or an ancestor; nothing if it is
    /// connected or can never be.
    [[nodiscard]] std::optional<Hash> missing_for(const Hash& id) const;

    /// Waiting blocks whose turn has come, by view; they are Asked from now on.
    std::vector<BlockPtr> take_ready();

    /// The application's answer; ignored unless the block is Asked.
    void set_validated(const Hash& id, bool valid);

    /// Makes a block the root and drops whatever cannot descend from it.
    void reroot(BlockPtr root);

    /// The greatest height of any block here.
    [[nodiscard]] Height height_max() const;
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }

    /// Appends all that distinguishes this tree from others.
    void digest(Bytes& out) const;

private:
    struct Node {
        BlockPtr block;
        Standing standing = Standing::Detached;
    };

    void connect_all();
    void evict_detached();

    BlockPtr root_;
    std::map<Hash, Node> nodes_;  // the root is not among them
};

}  // namespace nexus::consensus::simplex
