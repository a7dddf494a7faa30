#include "sim/env/simulated_disk.hpp"

#include "base/bytes.hpp"
#include "base/time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

namespace nexus::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Bytes record(std::uint8_t tag) { return {tag}; }
Instant at_ms(std::int64_t ms) { return Instant{} + milliseconds(ms); }

class SimulatedDiskTest : public testing::Test {
protected:
    SimulatedDisk disk{DiskConfig{.fsync_latency = milliseconds(10)}};
};

TEST_F(SimulatedDiskTest, IsDurableWhenTheFsyncEndsAndNotBefore) {
    EXPECT_EQ(disk.append(record(1), at_ms(5)), at_ms(15));
    EXPECT_EQ(disk.last_token(), 1U);
    EXPECT_THAT(disk.records(), IsEmpty());
    const auto done = disk.complete(at_ms(15));
    EXPECT_EQ(done.first, 1U);
    EXPECT_EQ(done.count, 1U);
    EXPECT_EQ(done.next_end, std::nullopt);
    EXPECT_THAT(disk.records(), ElementsAre(record(1)));
}

TEST_F(SimulatedDiskTest, AppendsDuringAnFsyncShareTheNextOne) {
    EXPECT_EQ(disk.append(record(1), at_ms(0)), at_ms(10));
    EXPECT_EQ(disk.append(record(2), at_ms(3)), std::nullopt);
    EXPECT_EQ(disk.append(record(3), at_ms(4)), std::nullopt);
    const auto first = disk.complete(at_ms(10));
    EXPECT_EQ(first.count, 1U);
    EXPECT_EQ(first.next_end, at_ms(20));
    const auto second = disk.complete(at_ms(20));
    EXPECT_EQ(second.first, 2U);
    EXPECT_EQ(second.count, 2U) << "two appends, one fsync";
    EXPECT_THAT(disk.records(), ElementsAre(record(1), record(2), record(3)));
}

TEST_F(SimulatedDiskTest, AppendsAtTheInstantOfTheStartBelongToIt) {
    EXPECT_EQ(disk.append(record(1), at_ms(0)), at_ms(10));
    EXPECT_EQ(disk.append(record(2), at_ms(0)), std::nullopt);
    EXPECT_EQ(disk.complete(at_ms(10)).count, 2U);
}

TEST_F(SimulatedDiskTest, AnAppendOfTheFutureIsNotDurableBeforeItsTime) {
    disk.append(record(1), at_ms(0));
    disk.append(record(2), at_ms(50));  // a handler whose virtual time ran ahead
    const auto first = disk.complete(at_ms(10));
    EXPECT_EQ(first.count, 1U);
    EXPECT_EQ(first.next_end, at_ms(60)) << "its fsync starts when it is appended";
    EXPECT_THAT(disk.records(), ElementsAre(record(1)));
}

TEST_F(SimulatedDiskTest, CrashKeepsTheDurablePrefixAndNeverReusesATokens) {
    disk.append(record(1), at_ms(0));
    disk.complete(at_ms(10));
    disk.append(record(2), at_ms(11));
    disk.append(record(3), at_ms(12));
    EXPECT_EQ(disk.crash(), 2U) << "one in the running fsync, one waiting";
    EXPECT_THAT(disk.records(), ElementsAre(record(1)));
    EXPECT_EQ(disk.append(record(4), at_ms(30)), at_ms(40));
    EXPECT_EQ(disk.last_token(), 4U);
    const auto done = disk.complete(at_ms(40));
    EXPECT_EQ(done.first, 4U);
    EXPECT_THAT(disk.records(), ElementsAre(record(1), record(4)));
}

TEST_F(SimulatedDiskTest, ForgetsTheOldest) {
    disk.append(record(1), at_ms(0));
    disk.append(record(2), at_ms(0));
    disk.complete(at_ms(10));
    disk.forget(1);
    EXPECT_THAT(disk.records(), ElementsAre(record(2)));
}

TEST(SimulatedDiskDeathTest, ForgettingMoreThanThereIsIsAProgrammerError) {
    SimulatedDisk disk{DiskConfig{}};
    EXPECT_DEATH(disk.forget(1), "count <= durable_.size");
}

}  // namespace
}  // namespace nexus::sim
