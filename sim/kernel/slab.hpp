#pragma once

#include "base/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nexus::sim {

/// Values named by small numbers, with reuse of freed places: what queue entries point to.
///
/// Determinism: the number of a place depends on the calls alone, and no order depends on it.
template <class T>
class Slab {
public:
    std::uint32_t add(T value) {
        if (free_.empty()) {
            items_.push_back(std::move(value));
            return static_cast<std::uint32_t>(items_.size() - 1);
        }
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        items_[slot] = std::move(value);
        return slot;
    }

    T& operator[](std::uint32_t slot) {
        NEXUS_ASSERT(slot < items_.size());
        return items_[slot];
    }

    [[nodiscard]] const T& at(std::uint32_t slot) const {
        NEXUS_ASSERT(slot < items_.size());
        return items_[slot];
    }
    /// True if the place was ever used: what lies in a freed one is a moved-from value.
    [[nodiscard]] bool holds(std::uint32_t slot) const { return slot < items_.size(); }

    /// Takes the value out and frees the place.
    T take(std::uint32_t slot) {
        T value = std::move((*this)[slot]);
        free_.push_back(slot);
        return value;
    }

    /// All places ever used, free ones as moved-from values: for tearing down.
    std::vector<T> drain() {
        free_.clear();
        return std::exchange(items_, {});
    }

    [[nodiscard]] std::size_t used() const { return items_.size() - free_.size(); }

private:
    std::vector<T> items_;
    std::vector<std::uint32_t> free_;
};

}  // namespace nexus::sim
