#include "graph/state/state_tree.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "graph/state/proof.hpp"
#include "graph/state/state_hasher.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {

/// A subtree that is not empty.
struct StateNode {
    Hash hash;
    bool is_leaf = false;
    std::size_t leaves = 1;
};

namespace {

struct Inner final : StateNode {
    StateNodePtr left;  // null: empty
    StateNodePtr right;
};

struct Leaf final : StateNode {
    Hash path;
    std::string key;
    Bytes value;
};

const Inner& as_inner(const StateNode& node) { return static_cast<const Inner&>(node); }
const Leaf& as_leaf(const StateNode& node) { return static_cast<const Leaf&>(node); }

/// A write on its way down: the leaf to place, or null to erase the path.
struct Change {
    Hash path;
    StateNodePtr leaf;
};
using Changes = std::span<const Change>;

bool bit_at(const Hash& path, std::size_t depth) {
    return ((path.bytes[depth / 8] >> (7U - depth % 8)) & 1U) != 0;
}

Hash hash_of(const StateNodePtr& node) { return node ? node->hash : StateHasher::kEmpty; }

StateNodePtr make_leaf(const Hash& path, std::string key, Bytes value) {
    auto leaf = std::make_shared<Leaf>();
    leaf->hash = StateHasher::leaf(path, value);
    leaf->is_leaf = true;
    leaf->path = path;
    leaf->key = std::move(key);
    leaf->value = std::move(value);
    return leaf;
}

/// The subtree of two halves: a leaf that is alone rises.
StateNodePtr join(StateNodePtr left, StateNodePtr right) {
    if (!left && (!right || right->is_leaf)) {
        return right;
    }
    if (!right && left->is_leaf) {
        return left;
    }
    auto inner = std::make_shared<Inner>();
    inner->hash = StateHasher::inner(hash_of(left), hash_of(right));
    inner->leaves = (left ? left->leaves : 0) + (right ? right->leaves : 0);
    inner->left = std::move(left);
    inner->right = std::move(right);
    return inner;
}

/// The first change whose path goes right at this depth. Pre: sorted, and equal above.
std::size_t split(Changes changes, std::size_t depth) {
    const auto right =
        std::partition_point(changes.begin(), changes.end(),
                             [depth](const Change& change) { return !bit_at(change.path, depth); });
    return static_cast<std::size_t>(right - changes.begin());
}

StateNodePtr apply(const StateNodePtr& node, Changes changes, std::size_t depth);

/// The changes over a subtree that holds one leaf.
StateNodePtr apply_to_leaf(const StateNodePtr& node, Changes changes, std::size_t depth) {
    const Leaf& old = as_leaf(*node);
    const auto at =
        std::lower_bound(changes.begin(), changes.end(), old.path,
                         [](const Change& change, const Hash& path) { return change.path < path; });
    if (at != changes.end() && at->path == old.path) {
        const bool same = at->leaf && at->leaf->hash == old.hash;
        if (changes.size() == 1) {
            return same ? node : at->leaf;
        }
        return apply(nullptr, changes, depth);
    }
    std::vector<Change> with_old;
    with_old.reserve(changes.size() + 1);
    with_old.insert(with_old.end(), changes.begin(), at);
    with_old.push_back({old.path, node});
    with_old.insert(with_old.end(), at, changes.end());
    return apply(nullptr, with_old, depth);
}

/// The subtree at `depth` after the changes. Pre: they are sorted, without repetition, and all
/// belong below this subtree.
StateNodePtr apply(const StateNodePtr& node, Changes changes, std::size_t depth) {
    if (changes.empty()) {
        return node;
    }
    if (!node && changes.size() == 1) {
        return changes.front().leaf;
    }
    if (node && node->is_leaf) {
        return apply_to_leaf(node, changes, depth);
    }
    NEXUS_ASSERT(depth < kTreeDepthMax);  // two paths differ somewhere
    const std::size_t middle = split(changes, depth);
    const StateNodePtr none;
    const StateNodePtr& old_left = node ? as_inner(*node).left : none;
    const StateNodePtr& old_right = node ? as_inner(*node).right : none;
    StateNodePtr left = apply(old_left, changes.first(middle), depth + 1);
    StateNodePtr right = apply(old_right, changes.subspan(middle), depth + 1);
    if (node && left == old_left && right == old_right) {
        return node;
    }
    return join(std::move(left), std::move(right));
}

void walk(const StateNodePtr& node, const std::function<void(std::string_view, ByteView)>& visit) {
    if (!node) {
        return;
    }
    if (node->is_leaf) {
        visit(as_leaf(*node).key, as_leaf(*node).value);
        return;
    }
    walk(as_inner(*node).left, visit);
    walk(as_inner(*node).right, visit);
}

void collect(const StateNodePtr& node, std::vector<const Leaf*>& leaves) {
    if (!node) {
        return;
    }
    if (node->is_leaf) {
        leaves.push_back(&as_leaf(*node));
        return;
    }
    collect(as_inner(*node).left, leaves);
    collect(as_inner(*node).right, leaves);
}

/// Where at least one side is a leaf or empty: a leaf may stand at another depth than before.
void diff_leaves(const StateNodePtr& before, const StateNodePtr& after,
                 std::vector<StateWrite>& changes) {
    std::vector<const Leaf*> old_leaves;
    std::vector<const Leaf*> new_leaves;
    collect(before, old_leaves);
    collect(after, new_leaves);
    auto old = old_leaves.begin();
    for (const Leaf* leaf : new_leaves) {
        for (; old != old_leaves.end() && (*old)->path < leaf->path; ++old) {
            changes.push_back({(*old)->key, std::nullopt});
        }
        const bool was_there = old != old_leaves.end() && (*old)->path == leaf->path;
        if (!was_there || (*old)->hash != leaf->hash) {
            changes.push_back({leaf->key, leaf->value});
        }
        old += was_there ? 1 : 0;
    }
    for (; old != old_leaves.end(); ++old) {
        changes.push_back({(*old)->key, std::nullopt});
    }
}

void diff(const StateNodePtr& before, const StateNodePtr& after, std::vector<StateWrite>& changes) {
    if (before == after || (before && after && before->hash == after->hash)) {
        return;
    }
    if (!before || !after || before->is_leaf || after->is_leaf) {
        diff_leaves(before, after, changes);
        return;
    }
    diff(as_inner(*before).left, as_inner(*after).left, changes);
    diff(as_inner(*before).right, as_inner(*after).right, changes);
}

}  // namespace

Hash StateTree::root() const { return hash_of(root_); }

std::size_t StateTree::size() const { return root_ ? root_->leaves : 0; }

std::optional<ByteView> StateTree::find(std::string_view key) const {
    const Hash path = StateHasher::path(as_bytes(key));
    const StateNode* node = root_.get();
    for (std::size_t depth = 0; node != nullptr && !node->is_leaf; ++depth) {
        const Inner& inner = as_inner(*node);
        node = bit_at(path, depth) ? inner.right.get() : inner.left.get();
    }
    if (node == nullptr || as_leaf(*node).path != path) {
        return std::nullopt;
    }
    return ByteView(as_leaf(*node).value);
}

StateTree StateTree::updated(std::vector<StateWrite> writes) const {
    std::vector<Change> changes;
    changes.reserve(writes.size());
    for (StateWrite& write : writes) {
        const Hash path = StateHasher::path(as_bytes(write.key));
        StateNodePtr leaf =
            write.value ? make_leaf(path, std::move(write.key), std::move(*write.value)) : nullptr;
        changes.push_back({path, std::move(leaf)});
    }
    std::sort(changes.begin(), changes.end(),
              [](const Change& a, const Change& b) { return a.path < b.path; });
    for (std::size_t i = 1; i < changes.size(); ++i) {
        NEXUS_ASSERT(changes[i - 1].path != changes[i].path);
    }
    return StateTree(apply(root_, changes, 0));
}

std::vector<StateWrite> StateTree::changes_since(const StateTree& old) const {
    std::vector<StateWrite> changes;
    diff(old.root_, root_, changes);
    return changes;
}

TreeProof StateTree::prove(std::string_view key) const {
    const Hash path = StateHasher::path(as_bytes(key));
    TreeProof proof;
    const StateNode* node = root_.get();
    while (node != nullptr && !node->is_leaf) {
        const Inner& inner = as_inner(*node);
        const bool right = bit_at(path, proof.depth);
        const StateNodePtr& sibling = right ? inner.left : inner.right;
        if (proof.depth % 8 == 0) {
            proof.present.push_back(0);
        }
        if (sibling) {
            proof.present.back() =
                static_cast<std::uint8_t>(proof.present.back() | (0x80U >> (proof.depth % 8U)));
            proof.siblings.push_back(sibling->hash);
        }
        node = right ? inner.right.get() : inner.left.get();
        ++proof.depth;
    }
    if (node != nullptr && as_leaf(*node).path != path) {
        proof.neighbour = NeighbourLeaf{as_leaf(*node).path, sha256(as_leaf(*node).value)};
    }
    return proof;
}

void StateTree::for_each(const std::function<void(std::string_view, ByteView)>& visit) const {
    walk(root_, visit);
}

}  // namespace nexus::graph
