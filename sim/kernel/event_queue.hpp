#pragma once

#include "base/assert.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
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
class EventHeap {
public:
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] const QueueEntry& top() const {
        NEXUS_ASSERT(!heap_.empty());
        return heap_.front();
    }

    void push(const QueueEntry& entry) {
        heap_.push_back(entry);
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
};

/// All waiting events, the earliest first.
///
/// Time is cut into slices of 131 us. The events of the present slice are in order; those of the
/// next quarter of a second, which is where packets are, lie unsorted in a wheel of one list a
/// slice; later ones, which is where timers are, wait in a heap. So a packet costs an append and
/// its share of sorting one slice, however many are on their way.
///
/// Determinism: an entry is where its time alone says; its key is unique, so there is one order.
class EventQueue {
public:
    EventQueue() : heads_(kSlots, kNone) {}

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t high_water() const { return high_water_; }

    /// Pre: not empty.
    [[nodiscard]] const QueueEntry& top() {
        NEXUS_ASSERT(size_ > 0);
        if (next_ == present_.size() && late_.empty()) {
            advance();
        }
        return takes_late() ? late_.top() : present_[next_];
    }

    void push(const QueueEntry& entry) {
        ++size_;
        high_water_ = std::max(high_water_, size_);
        const std::int64_t slice = slice_of(entry);
        if (slice <= slice_) {
            late_.push(entry);
        } else if (slice - slice_ < kSlots) {
            push_to_wheel(entry, slice);
        } else {
            far_.push(entry);
        }
    }

    QueueEntry pop() {
        const QueueEntry result = top();
        if (takes_late()) {
            late_.pop();
        } else {
            ++next_;
        }
        --size_;
        return result;
    }

    void clear() { *this = EventQueue(); }

private:
    static constexpr unsigned kSliceBits = 17;    // of nanoseconds
    static constexpr std::int64_t kSlots = 2048;  // a power of two
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    /// A piece of a slot's list.
    struct Chunk {
        std::array<QueueEntry, 10> entries;
        std::uint32_t used = 0;
        std::uint32_t next = kNone;
    };

    static std::int64_t slice_of(const QueueEntry& entry) { return entry.time >> kSliceBits; }
    static std::size_t slot_of(std::int64_t slice) {
        return static_cast<std::size_t>(slice) & (kSlots - 1);
    }

    /// Pre: top() has been called since the last pop.
    [[nodiscard]] bool takes_late() const {
        return !late_.empty() && (next_ == present_.size() || late_.top().before(present_[next_]));
    }

    void push_to_wheel(const QueueEntry& entry, std::int64_t slice) {
        const std::size_t slot = slot_of(slice);
        std::uint32_t head = heads_[slot];
        if (head == kNone || chunks_[head].used == chunks_[head].entries.size()) {
            const std::uint32_t fresh = take_chunk();
            chunks_[fresh].next = head;
            heads_[slot] = head = fresh;
            occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
        }
        Chunk& chunk = chunks_[head];
        chunk.entries[chunk.used++] = entry;
    }

    std::uint32_t take_chunk() {
        if (free_ == kNone) {
            chunks_.emplace_back();
            return static_cast<std::uint32_t>(chunks_.size() - 1);
        }
        const std::uint32_t taken = free_;
        free_ = chunks_[taken].next;
        return taken;
    }

    /// Goes on to the next slice that has events. Pre: there are some, none in the present slice.
    void advance() {
        std::int64_t slice = next_in_wheel();
        if (!far_.empty()) {
            slice = std::min(slice, slice_of(far_.top()));
        }
        slice_ = slice;
        present_.clear();
        next_ = 0;
        const std::size_t slot = slot_of(slice);
        for (std::uint32_t head = heads_[slot]; head != kNone;) {
            Chunk& chunk = chunks_[head];
            present_.insert(present_.end(), chunk.entries.begin(),
                            chunk.entries.begin() + chunk.used);
            chunk.used = 0;
            const std::uint32_t next = std::exchange(chunk.next, free_);
            free_ = std::exchange(head, next);
        }
        heads_[slot] = kNone;
        occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
        while (!far_.empty() && slice_of(far_.top()) == slice) {
            present_.push_back(far_.pop());
        }
        std::sort(present_.begin(), present_.end(),
                  [](const QueueEntry& a, const QueueEntry& b) { return a.before(b); });
    }

    /// The first slice after the present one that has a list, or the end of time.
    [[nodiscard]] std::int64_t next_in_wheel() const {
        const std::size_t start = slot_of(slice_ + 1);
        for (std::size_t i = 0; i <= kSlots / 64; ++i) {  // the first word is looked at twice
            const std::size_t word = (start / 64 + i) % (kSlots / 64);
            std::uint64_t bits = occupied_[word];
            if (i == 0) {
                bits &= ~std::uint64_t{0} << (start % 64);
            }
            if (bits != 0) {
                const std::size_t slot =
                    word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
                return slice_ + 1 + static_cast<std::int64_t>((slot - start) & (kSlots - 1));
            }
        }
        return std::numeric_limits<std::int64_t>::max();
    }

    std::int64_t slice_ = 0;           // the present one: everything up to its end is in order
    std::vector<QueueEntry> present_;  // of the present slice, sorted; done up to `next_`
    std::size_t next_ = 0;
    EventHeap late_;                    // came when their slice was present or over
    std::vector<std::uint32_t> heads_;  // by slot: the first chunk of its list
    std::array<std::uint64_t, kSlots / 64> occupied_{};  // a bit for each slot with a list
    std::vector<Chunk> chunks_;
    std::uint32_t free_ = kNone;  // list of chunks without entries
    EventHeap far_;               // beyond the wheel when they came
    std::size_t size_ = 0;
    std::size_t high_water_ = 0;
};

}  // namespace nexus::sim
