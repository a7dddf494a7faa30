#pragma once

#include "base/assert.hpp"

#include <cstddef>
#include <vector>

namespace nexus::sim {

/// A first-in-first-out queue in one block of memory that only grows.
template <class T>
class RingBuffer {
public:
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

    void push(const T& value) {
        if (size_ == items_.size()) {
            grow();
        }
        items_[(head_ + size_) & (items_.size() - 1)] = value;
        ++size_;
    }

    T pop() {
        NEXUS_ASSERT(size_ > 0);
        const T value = items_[head_];
        head_ = (head_ + 1) & (items_.size() - 1);
        --size_;
        return value;
    }

private:
    void grow() {
        std::vector<T> bigger(items_.empty() ? 8 : items_.size() * 2);
        for (std::size_t i = 0; i < size_; ++i) {
            bigger[i] = items_[(head_ + i) & (items_.size() - 1)];
        }
        items_.swap(bigger);
        head_ = 0;
    }

    std::vector<T> items_;  // a power of two
    std::size_t head_ = 0;
    std::size_t size_ = 0;
};

}  // namespace nexus::sim
