#include "actors/node/held_packets.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace nexus::actors {
namespace {

HeldPackets::Packet packet(std::uint32_t to, std::size_t size) {
    return {.to = NodeId{to},
            .lane = Lane::Normal,
            .bytes = std::make_shared<const Bytes>(size, std::uint8_t{7})};
}

TEST(HeldPackets, LeaveByTimeAndThenInTheirOrder) {
    HeldPackets held(10'000);
    ASSERT_TRUE(held.add(Instant{30}, packet(1, 10)));
    ASSERT_TRUE(held.add(Instant{20}, packet(2, 10)));
    ASSERT_TRUE(held.add(Instant{20}, packet(3, 10)));
    ASSERT_TRUE(held.add(Instant{10}, packet(4, 10)));
    EXPECT_EQ(held.next(), Instant{10});
    EXPECT_FALSE(held.take(Instant{9}).has_value()) << "none before its time";
    std::vector<std::uint32_t> order;
    while (const auto next = held.take(Instant{29})) {
        order.push_back(next->to.value);
    }
    EXPECT_EQ(order, (std::vector<std::uint32_t>{4, 2, 3}));
    EXPECT_EQ(held.next(), Instant{30});
    EXPECT_EQ(held.take(Instant{30})->to, NodeId{1});
    EXPECT_TRUE(held.empty());
    EXPECT_FALSE(held.next().has_value());
}

TEST(HeldPackets, TakeNoMoreBytesThanTheyMay) {
    constexpr std::size_t kEach = 1000 + HeldPackets::kOverhead;
    HeldPackets held(3 * kEach);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(held.has_room(1000));
        EXPECT_TRUE(held.add(Instant{1}, packet(0, 1000)));
    }
    EXPECT_EQ(held.bytes(), 3 * kEach);
    EXPECT_FALSE(held.add(Instant{0}, packet(9, 0))) << "an empty packet takes its place too";
    EXPECT_EQ(held.size(), 3U) << "and changes nothing";
    ASSERT_TRUE(held.take(Instant{1}).has_value());
    EXPECT_FALSE(held.has_room(1001));
    EXPECT_TRUE(held.add(Instant{1}, packet(0, 1000)));
    while (held.take(Instant{1})) {
    }
    EXPECT_EQ(held.bytes(), 0U);
}

TEST(HeldPackets, RefuseWhatIsLargerThanAll) {
    HeldPackets held(100);
    EXPECT_FALSE(held.has_room(0));
    EXPECT_FALSE(held.has_room(SIZE_MAX - HeldPackets::kOverhead));
    EXPECT_FALSE(held.add(Instant{}, packet(0, 1)));
}

}  // namespace
}  // namespace nexus::actors
