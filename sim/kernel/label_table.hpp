#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace nexus::sim {

/// Numbers names in the order of their first use, from 1; 0 is the empty name.
///
/// Determinism: the number depends on the texts alone. Where a text lies only speeds up finding it;
///              the map is never iterated.
class LabelTable {
public:
    /// `added` tells whether the name is new.
    std::uint32_t intern(std::string_view name, bool& added) {
        added = false;
        if (name.empty()) {
            return 0;
        }
        Recent& recent =
            recent_[(reinterpret_cast<std::uintptr_t>(name.data()) >> 3U) % recent_.size()];
        if (recent.label != 0 && names_[recent.label - 1] == name) {
            return recent.label;
        }
        const auto found = numbers_.find(name);
        if (found != numbers_.end()) {
            recent.label = found->second;
            return found->second;
        }
        added = true;
        names_.emplace_back(name);
        recent.label = static_cast<std::uint32_t>(names_.size());
        numbers_.emplace(names_.back(), recent.label);
        return recent.label;
    }

    [[nodiscard]] std::string_view name(std::uint32_t label) const {
        return label == 0 || label > names_.size() ? std::string_view{} : names_[label - 1];
    }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

private:
    struct Recent {
        std::uint32_t label = 0;
    };
    std::array<Recent, 64> recent_{};
    std::deque<std::string> names_;  // grows without moving what the map points to
    absl::flat_hash_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace nexus::sim
