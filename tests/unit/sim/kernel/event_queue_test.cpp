#include "sim/kernel/event_queue.hpp"

#include "base/prng.hpp"
#include "sim/kernel/ring_buffer.hpp"
#include "sim/kernel/slab.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

TEST(EventQueue, PopsByTimeThenKeyWhateverTheOrderOfPushes) {
    Prng prng(1, "test");
    EventQueue queue;
    std::vector<QueueEntry> expected;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        const QueueEntry entry{static_cast<std::int64_t>(prng.below(100)), prng.next(), 0, i};
        expected.push_back(entry);
        queue.push(entry);
        if (prng.below(3) == 0) {  // interleave pops
            const auto least = std::min_element(
                expected.begin(), expected.end(),
                [](const QueueEntry& a, const QueueEntry& b) { return a.before(b); });
            ASSERT_EQ(queue.pop().slot, least->slot);
            expected.erase(least);
        }
    }
    std::sort(expected.begin(), expected.end(),
              [](const QueueEntry& a, const QueueEntry& b) { return a.before(b); });
    for (const QueueEntry& entry : expected) {
        ASSERT_EQ(queue.pop().slot, entry.slot);
    }
    EXPECT_TRUE(queue.empty());
    EXPECT_GT(queue.high_water(), 1000U);
}

TEST(EventQueue, PacksNodeAndKind) {
    const QueueEntry entry{0, 0, 12345U | (static_cast<std::uint32_t>(EntryKind::Wake) << 28U), 0};
    EXPECT_EQ(entry.node(), 12345U);
    EXPECT_EQ(entry.kind(), EntryKind::Wake);
}

TEST(RingBuffer, IsAQueueThatGrowsWhileItWraps) {
    Prng prng(2, "test");
    RingBuffer<int> ring;
    std::deque<int> model;
    for (int i = 0; i < 10'000; ++i) {
        if (model.empty() || prng.below(5) < 3) {
            ring.push(i);
            model.push_back(i);
        } else {
            ASSERT_EQ(ring.pop(), model.front());
            model.pop_front();
        }
        ASSERT_EQ(ring.size(), model.size());
    }
}

TEST(Slab, ReusesFreedPlaces) {
    Slab<std::string> slab;
    const auto a = slab.add("a");
    const auto b = slab.add("b");
    EXPECT_EQ(slab.take(a), "a");
    EXPECT_EQ(slab.add("c"), a);
    EXPECT_EQ(slab[b], "b");
    EXPECT_EQ(slab.used(), 2U);
    EXPECT_TRUE(slab.holds(b));
    EXPECT_FALSE(slab.holds(2));
}

}  // namespace
}  // namespace nexus::sim
