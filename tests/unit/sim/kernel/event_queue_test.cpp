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

/// Pushes and pops at random and compares with a plain list. `span`: how far ahead entries lie, at
/// most; those that lie behind the last one popped are part of the game.
void expect_order(std::uint64_t span) {
    SCOPED_TRACE("span " + std::to_string(span));
    Prng prng(1, "test");
    EventQueue queue;
    std::vector<QueueEntry> expected;
    std::int64_t now = 0;
    const auto earlier = [](const QueueEntry& a, const QueueEntry& b) { return a.before(b); };
    for (std::uint32_t i = 0; i < 5000; ++i) {
        // Short and long delays alike, as packets and timers have them.
        const std::uint64_t reach = span >> prng.below(12);
        const QueueEntry entry{now + static_cast<std::int64_t>(prng.below(reach + 1)), prng.next(),
                               0, i};
        expected.push_back(entry);
        queue.push(entry);
        while (prng.below(5) < 2 && !expected.empty()) {  // interleave pops
            const auto least = std::min_element(expected.begin(), expected.end(), earlier);
            ASSERT_EQ(queue.top().slot, least->slot);
            ASSERT_EQ(queue.pop().slot, least->slot);
            now = prng.below(2) == 0 ? least->time : now;
            expected.erase(least);
        }
    }
    EXPECT_GT(queue.high_water(), 1000U);
    std::sort(expected.begin(), expected.end(), earlier);
    for (const QueueEntry& entry : expected) {
        ASSERT_EQ(queue.pop().slot, entry.slot);
    }
    EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, PopsByTimeThenKeyWhateverTheOrderOfPushes) {
    expect_order(100);
    expect_order(1'000'000);
    expect_order(200'000'000);
    expect_order(2'000'000'000);
    expect_order(10'000'000'000'000);
}

TEST(EventQueue, ForgetsAllAndStartsAnew) {
    EventQueue queue;
    for (std::int64_t time = 1; time < 10'000'000'000'000; time *= 3) {
        queue.push({time, 1, 0, 0});
    }
    queue.pop();
    queue.clear();
    EXPECT_TRUE(queue.empty());
    queue.push({7, 1, 0, 42});
    EXPECT_EQ(queue.pop().slot, 42U);
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
