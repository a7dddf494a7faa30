#include "graph/state/overlay.hpp"

#include "base/bytes.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/state/state_tree.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace nexus::graph {

std::optional<ByteView> Overlay::find(TreeId tree, const std::string& key) const {
    const auto& writes = writes_[static_cast<std::size_t>(tree)];
    if (const auto written = writes.find(key); written != writes.end()) {
        return written->second ? std::optional<ByteView>(*written->second) : std::nullopt;
    }
    return base_.tree(tree).find(key);
}

void Overlay::write(TreeId tree, const std::string& key, Slot value) {
    auto& writes = writes_[static_cast<std::size_t>(tree)];
    const auto [slot, is_new] = writes.try_emplace(key, std::nullopt);
    undo_.push_back(
        {tree, key, is_new ? std::nullopt : std::optional<Slot>(std::move(slot->second))});
    slot->second = std::move(value);
}

void Overlay::roll_back() {
    for (; !undo_.empty(); undo_.pop_back()) {
        Undo& undo = undo_.back();
        auto& writes = writes_[static_cast<std::size_t>(undo.tree)];
        if (undo.before) {
            writes[undo.key] = std::move(*undo.before);
        } else {
            writes.erase(undo.key);
        }
    }
}

StateSnapshot Overlay::commit() && {
    StateWrites changes;
    for (std::size_t tree = 0; tree < kTreeCount; ++tree) {
        changes[tree].reserve(writes_[tree].size());
        for (auto& [key, value] : writes_[tree]) {
            changes[tree].push_back({key, std::move(value)});
        }
    }
    return base_.updated(std::move(changes));
}

}  // namespace nexus::graph
