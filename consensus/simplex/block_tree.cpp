#include "consensus/simplex/block_tree.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

/// One height up, in a later view: what makes a block able to be another's child.
bool fits(const Block& child, const Block& parent) {
    return child.header.parent == parent.id && child.header.height == parent.header.height.next() &&
           child.header.view > parent.header.view;
}

}  // namespace

BlockTree::BlockTree(BlockPtr root) : root_(std::move(root)) { NEXUS_ASSERT(root_ != nullptr); }

BlockPtr BlockTree::find(const Hash& id) const {
    if (id == root_->id) {
        return root_;
    }
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : found->second.block;
}

void BlockTree::insert(const BlockPtr& block) {
    const bool above_root =
        block->header.height > root_->header.height && block->header.view > root_->header.view;
    if (!above_root || !nodes_.try_emplace(block->id, Node{.block = block}).second) {
        return;
    }
    connect_all();
    evict_detached();
}

Standing BlockTree::standing(const Hash& id) const {
    const auto found = nodes_.find(id);
    NEXUS_ASSERT(found != nodes_.end());
    return found->second.standing;
}

bool BlockTree::is_connected(const Hash& id) const {
    if (id == root_->id) {
        return true;
    }
    const auto found = nodes_.find(id);
    if (found == nodes_.end() || found->second.standing == Standing::Detached) {
        return false;
    }
    // An Invalid block is connected if it fits: a finalization outvotes our application.
    const BlockPtr parent = find(found->second.block->header.parent);
    return parent != nullptr && fits(*found->second.block, *parent);
}

bool BlockTree::is_extendable(const Hash& id) const {
    const auto found = nodes_.find(id);
    return id == root_->id || (found != nodes_.end() && found->second.standing == Standing::Valid);
}

std::vector<BlockPtr> BlockTree::path_to(const Hash& id) const {
    NEXUS_ASSERT(is_connected(id));
    std::vector<BlockPtr> path;
    for (BlockPtr block = find(id); block->id != root_->id; block = find(block->header.parent)) {
        path.push_back(block);
        NEXUS_ASSERT(path.size() <= nodes_.size());
    }
    std::ranges::reverse(path);
    return path;
}

std::optional<Hash> BlockTree::missing_for(const Hash& id) const {
    Hash wanted = id;
    while (wanted != root_->id) {
        const auto found = nodes_.find(wanted);
        if (found == nodes_.end()) {
            return wanted;
        }
        const BlockHeader& header = found->second.block->header;
        if (found->second.standing != Standing::Detached ||
            header.height <= root_->header.height.next()) {
            return std::nullopt;  // connected, or beside the root for ever
        }
        wanted = header.parent;
    }
    return std::nullopt;
}

std::vector<BlockPtr> BlockTree::take_ready() {
    std::vector<BlockPtr> ready;
    for (auto& [id, node] : nodes_) {
        if (node.standing == Standing::Waiting && is_extendable(node.block->header.parent)) {
            node.standing = Standing::Asked;
            ready.push_back(node.block);
        }
    }
    std::ranges::sort(ready, [](const BlockPtr& a, const BlockPtr& b) {
        return std::pair(a->header.view, a->id) < std::pair(b->header.view, b->id);
    });
    return ready;
}

void BlockTree::set_validated(const Hash& id, bool valid) {
    const auto found = nodes_.find(id);
    if (found != nodes_.end() && found->second.standing == Standing::Asked) {
        found->second.standing = valid ? Standing::Valid : Standing::Invalid;
    }
}

void BlockTree::reroot(BlockPtr root) {
    NEXUS_ASSERT(root != nullptr);
    root_ = std::move(root);
    std::erase_if(nodes_, [this](const auto& entry) {
        const BlockHeader& header = entry.second.block->header;
        return header.height <= root_->header.height || header.view <= root_->header.view;
    });
    // What hangs on a dropped branch loses its parent, then its children lose theirs.
    const auto is_orphan = [this](const auto& entry) {
        const Node& node = entry.second;
        const BlockHeader& header = node.block->header;
        const bool beside_root =
            header.height == root_->header.height.next() && header.parent != root_->id;
        const bool was_connected = node.standing != Standing::Detached;
        return beside_root || (was_connected && find(header.parent) == nullptr);
    };
    while (std::erase_if(nodes_, is_orphan) > 0) {
    }
    connect_all();
}

void BlockTree::connect_all() {
    for (bool changed = true; changed;) {
        changed = false;
        for (auto& [id, node] : nodes_) {
            const Hash& parent_id = node.block->header.parent;
            if (node.standing != Standing::Detached || !is_connected(parent_id)) {
                continue;
            }
            node.standing =
                fits(*node.block, *find(parent_id)) ? Standing::Waiting : Standing::Invalid;
            changed = true;
        }
    }
}

void BlockTree::evict_detached() {
    std::size_t detached = 0;
    auto lowest = nodes_.end();
    for (auto node = nodes_.begin(); node != nodes_.end(); ++node) {
        if (node->second.standing != Standing::Detached) {
            continue;
        }
        ++detached;
        if (lowest == nodes_.end() ||
            node->second.block->header.view < lowest->second.block->header.view) {
            lowest = node;
        }
    }
    if (detached > kDetachedMax) {
        nodes_.erase(lowest);
    }
}

Height BlockTree::height_max() const {
    Height max = root_->header.height;
    for (const auto& [id, node] : nodes_) {
        max = std::max(max, node.block->header.height);
    }
    return max;
}

void BlockTree::digest(Bytes& out) const {
    out.insert(out.end(), root_->id.bytes.begin(), root_->id.bytes.end());
    for (const auto& [id, node] : nodes_) {
        out.insert(out.end(), id.bytes.begin(), id.bytes.end());
        out.push_back(static_cast<std::uint8_t>(node.standing));
    }
}

}  // namespace nexus::consensus::simplex
