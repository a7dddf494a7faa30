#pragma once

#include "base/assert.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::sim {

/// What a queue entry is about.
enum class EntryKind : std::uint8_t { Control, Packet, Timer, Local, Start, DiskSync, Wake };

/// One waiting event: when, its place among those of the same instant, and where its content lies.
struct QueueEntry {
    std::int64_t time = 0;
    std::uint64_t key = 0;        ///< unique; smaller first
    std::uint32_t node_kind = 0;  ///< node in the low 28 bits, EntryKind above
    std::uint32_t slot = 0;       ///< in the slab of the kind

    [[nodiscard]] EntryKind kind() const { return static_cast<EntryKind>(node_kind >> 28U); }
    [[nodiscard]] std::uint32_t node() const { return node_kind & ((1U << 28U) - 1); }

    [[nodiscard]] bool before(const QueueEntry& other) const {
        return time < other.time || (time == other.time && key < other.key);
    }
};
static_assert(sizeof(QueueEntry) == 24);

/// A heap of four children a parent: half the levels of a binary one, and the four lie together.
class EventQueue {
public:
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    [[nodiscard]] std::size_t high_water() const { return high_water_; }
    [[nodiscard]] const QueueEntry& top() const {
        NEXUS_ASSERT(!heap_.empty());
        return heap_.front();
    }

    void push(const QueueEntry& entry) {
        heap_.push_back(entry);
        high_water_ = std::max(high_water_, heap_.size());
        std::size_t hole = heap_.size() - 1;
        while (hole > 0) {
            const std::size_t parent = (hole - 1) / 4;
            if (!entry.before(heap_[parent])) {
                break;
            }
            heap_[hole] = heap_[parent];
            hole = parent;
        }
        heap_[hole] = entry;
    }

    QueueEntry pop() {
        const QueueEntry result = top();
        const QueueEntry last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty()) {
            sink(last);
        }
        return result;
    }

    void clear() { heap_.clear(); }

private:
    /// Moves the hole at the root down to where `entry` belongs.
    void sink(const QueueEntry& entry) {
        const std::size_t size = heap_.size();
        std::size_t hole = 0;
        for (std::size_t child = 1; child < size; child = 4 * hole + 1) {
            const std::size_t end = std::min(child + 4, size);
            std::size_t least = child;
            for (std::size_t other = child + 1; other < end; ++other) {
                if (heap_[other].before(heap_[least])) {
                    least = other;
                }
            }
            if (!heap_[least].before(entry)) {
                break;
            }
            heap_[hole] = heap_[least];
            hole = least;
        }
        heap_[hole] = entry;
    }

    std::vector<QueueEntry> heap_;
    std::size_t high_water_ = 0;
};

}  // namespace nexus::sim
