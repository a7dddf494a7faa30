#include "actors/link/lanes.hpp"

#include "actors/link/frame_buffer.hpp"
#include "actors/link/token_bucket.hpp"

#include <gtest/gtest.h>

#include <map>

namespace nexus::actors {
namespace {

TEST(SendQueue, ServesUrgentFirst) {
    SendQueue queue;
    ASSERT_TRUE(queue.push(Lane::Bulk, {3}));
    ASSERT_TRUE(queue.push(Lane::Normal, {2}));
    ASSERT_TRUE(queue.push(Lane::Urgent, {1}));
    for (const std::uint8_t expected : Bytes{1, 2, 3}) {
        EXPECT_EQ(queue.pop()->bytes, Bytes{expected});
    }
    EXPECT_FALSE(queue.pop().has_value());
    EXPECT_TRUE(queue.empty());
}

TEST(SendQueue, NoLaneStarves) {
    SendQueue queue;
    std::map<Lane, int> served;
    for (int i = 0; i < 1000; ++i) {
        for (const Lane lane : {Lane::Urgent, Lane::Normal, Lane::Bulk}) {
            while (queue.bytes(lane) < 10) {
                ASSERT_TRUE(queue.push(lane, Bytes(10)));
            }
        }
        ++served[queue.pop()->lane];
    }
    EXPECT_GT(served[Lane::Urgent], 700);
    EXPECT_GT(served[Lane::Normal], 80);
    EXPECT_GT(served[Lane::Bulk], 80);
}

TEST(SendQueue, IsBounded) {
    SendQueue queue;
    int taken = 0;
    while (queue.push(Lane::Normal, Bytes(1'000'000))) {
        ++taken;
    }
    EXPECT_EQ(taken, 16);
    EXPECT_TRUE(queue.push(Lane::Urgent, Bytes(1))) << "each lane has its own limit";
    while (queue.pop()->lane != Lane::Normal) {
    }
    for (int i = 0; i < 15; ++i) {
        (void)queue.pop();
    }
    EXPECT_TRUE(queue.push(Lane::Normal, Bytes(1'000'000))) << "there is room again";
}

TEST(Assembler, InterleavesLanesAndBoundsThem) {
    Assembler assembler;
    EXPECT_FALSE(assembler.add({Lane::Bulk, false, {1}})->has_value());
    EXPECT_FALSE(assembler.add({Lane::Normal, false, {7}})->has_value());
    EXPECT_EQ((*assembler.add({Lane::Bulk, true, {2}}))->bytes, (Bytes{1, 2}));
    EXPECT_EQ((*assembler.add({Lane::Normal, true, {8}}))->bytes, (Bytes{7, 8}));
    EXPECT_EQ((*assembler.add({Lane::Normal, true, {}}))->bytes, Bytes{}) << "an empty message";
    EXPECT_EQ(assembler.add({Lane::Normal, false, {}}).error(), LinkError::Malformed);
    ASSERT_TRUE(assembler.add({Lane::Urgent, false, Bytes(kMessageBytesMax[0])}).has_value());
    EXPECT_EQ(assembler.add({Lane::Urgent, true, {1}}).error(), LinkError::MessageTooLong);
}

TEST(FrameBuffer, CutsAtAnyPlace) {
    Bytes stream;
    append_frame(stream, Bytes{1, 2, 3});
    append_frame(stream, Bytes{});
    append_frame(stream, Bytes(300, 4));
    for (std::size_t step = 1; step <= stream.size(); ++step) {
        FrameBuffer buffer(300);
        std::vector<Bytes> frames;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            buffer.feed(ByteView(stream).subspan(at, std::min(step, stream.size() - at)));
            while (auto frame = buffer.next()) {
                frames.push_back(*frame);
            }
        }
        EXPECT_EQ(frames, (std::vector<Bytes>{{1, 2, 3}, {}, Bytes(300, 4)})) << step;
        EXPECT_EQ(buffer.held(), 0U);
    }
    FrameBuffer small(299);
    small.feed(ByteView(stream).subspan(11, 4));
    EXPECT_TRUE(small.is_too_long());
    EXPECT_FALSE(small.next().has_value());
}

TEST(TokenBucket, LetsTheRateThroughAndRemembersDebt) {
    TokenBucket bucket(1000, 500);
    const Instant start{seconds(1'700'000'000).nanoseconds};
    EXPECT_TRUE(bucket.take(start, 500));
    EXPECT_FALSE(bucket.take(start, 100));
    EXPECT_EQ(bucket.debt(start).milliseconds(), 100);
    EXPECT_EQ(bucket.debt(start + milliseconds(200)).nanoseconds, 0);
    EXPECT_TRUE(bucket.take(start + milliseconds(200), 100));
    EXPECT_FALSE(bucket.take(start + milliseconds(200), 1));
    EXPECT_TRUE(bucket.take(start + seconds(100), 500)) << "no more than the burst is saved";
    EXPECT_FALSE(bucket.take(start + seconds(100), 1));
}

}  // namespace
}  // namespace nexus::actors
