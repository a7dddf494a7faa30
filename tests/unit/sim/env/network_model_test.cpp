#include "sim/env/network_model.hpp"

#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/region_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

constexpr NodeId kA{0};
constexpr NodeId kB{1};
constexpr NodeId kC{2};
constexpr int kDraws = 20'000;

NetworkConfig uniform_config() {
    NetworkConfig config;
    config.default_rtt = milliseconds(20);
    return config;
}

NetworkModel three_nodes(const NetworkConfig& config, std::uint64_t bandwidth_up = 0) {
    NetworkModel network(config, 1);
    for (const char* name : {"a", "b", "c"}) {
        network.add_node(name, 0, bandwidth_up, 0);
    }
    return network;
}

TEST(NetworkModel, DelaysByHalfTheDirectedRoundTrip) {
    const auto matrix = RegionMatrix::parse(",X,Y\nX,1,302.56\nY,283.19,2\n", "test");
    ASSERT_TRUE(matrix.ok());
    NetworkConfig config;
    config.regions = std::make_shared<RegionMatrix>(*matrix);
    NetworkModel network(config, 1);
    network.add_node("a", 0, 0, 0);
    network.add_node("b", 1, 0, 0);
    EXPECT_EQ(network.route(kA, kB, 100, Instant{5}).arrivals[0].nanoseconds, 151'280'005);
    EXPECT_EQ(network.route(kB, kA, 100, Instant{0}).arrivals[0].nanoseconds, 141'595'000);
}

TEST(NetworkModel, ALinkIsFifoUnderJitter) {
    NetworkConfig config = uniform_config();
    config.jitter_ppm = 1'000'000;
    NetworkModel network = three_nodes(config);
    Instant last{-1};
    std::int64_t bumped = 0;
    for (int i = 0; i < kDraws; ++i) {
        const Route route = network.route(kA, kB, 100, Instant{i});
        ASSERT_EQ(route.copies, 1U);
        ASSERT_GT(route.arrivals[0], last);
        bumped += route.arrivals[0] == last + nanoseconds(1) ? 1 : 0;
        last = route.arrivals[0];
    }
    EXPECT_GT(bumped, kDraws / 2) << "most packets must have had to wait for the one before";
}

TEST(NetworkModel, JitterHasItsMeanAndIsNeverNegative) {
    NetworkConfig config = uniform_config();
    config.jitter_ppm = 100'000;  // 1 ms of the 10 ms
    config.jitter_mean = milliseconds(1);
    NetworkModel network = three_nodes(config);
    std::int64_t sum = 0;
    for (int i = 0; i < kDraws; ++i) {
        const Instant sent = Instant{} + seconds(i);  // far apart: no FIFO bump
        const Duration jitter =
            network.route(kA, kB, 100, sent).arrivals[0] - sent - milliseconds(10);
        ASSERT_GE(jitter, Duration{});
        ASSERT_LE(jitter, milliseconds(2) * 32);
        sum += jitter.nanoseconds;
    }
    EXPECT_NEAR(static_cast<double>(sum) / kDraws, 2e6, 5e4);
}

TEST(NetworkModel, BandwidthSerialisesAllThatANodeSends) {
    NetworkModel network = three_nodes(uniform_config(), 8'000'000);  // 1 byte a microsecond
    const Route first = network.route(kA, kB, 1000, Instant{0});
    const Route second = network.route(kA, kC, 500, Instant{0});
    const Route third = network.route(kA, kB, 1000, Instant{} + milliseconds(100));
    EXPECT_EQ(first.departed, Instant{} + milliseconds(1));
    EXPECT_EQ(second.departed, Instant{} + microseconds(1500)) << "another receiver, the same card";
    EXPECT_EQ(third.departed, Instant{} + milliseconds(101)) << "the card was idle by then";
    EXPECT_EQ(first.arrivals[0], Instant{} + milliseconds(11));
    EXPECT_EQ(network.route(kB, kC, 1000, Instant{0}).departed, Instant{} + milliseconds(1));
}

TEST(NetworkModel, DelaysOverlapOnALink) {
    NetworkModel network = three_nodes(uniform_config());
    const Instant first = network.route(kA, kB, 100, Instant{0}).arrivals[0];
    const Instant second = network.route(kA, kB, 100, Instant{10}).arrivals[0];
    EXPECT_EQ(second - first, nanoseconds(10)) << "a link holds many packets at a time";
}

TEST(NetworkModel, RoundsSerialisationUp) {
    NetworkModel network = three_nodes(uniform_config(), 3);
    EXPECT_EQ(network.route(kA, kB, 1, Instant{0}).departed.nanoseconds, 2'666'666'667);
}

TEST(NetworkModel, IngressIsSharedByAllSenders) {
    NetworkModel network(uniform_config(), 1);
    network.add_node("a", 0, 0, 8'000'000);
    EXPECT_EQ(network.received(kA, 1000, Instant{0}), Instant{} + milliseconds(1));
    EXPECT_EQ(network.received(kA, 1000, Instant{0}), Instant{} + milliseconds(2));
}

TEST(NetworkModel, LosesDuplicatesAndReordersAtTheirRates) {
    NetworkConfig config = uniform_config();
    config.loss_ppm = 100'000;
    config.duplicate_ppm = 50'000;
    config.reorder_ppm = 20'000;
    NetworkModel network = three_nodes(config);
    int lost = 0;
    int twice = 0;
    for (int i = 0; i < kDraws; ++i) {
        const Route route = network.route(kA, kB, 100, Instant{} + seconds(i));
        lost += route.copies == 0 ? 1 : 0;
        twice += route.copies == 2 ? 1 : 0;
    }
    EXPECT_NEAR(lost, kDraws / 10, 200);
    EXPECT_NEAR(twice, kDraws * 9 / 10 / 20, 150);
    EXPECT_NEAR(static_cast<double>(network.faults().reordered), kDraws * 0.945 / 50, 100);
    EXPECT_EQ(network.faults().lost, static_cast<std::uint64_t>(lost));
    EXPECT_EQ(network.faults().duplicated, static_cast<std::uint64_t>(twice));
}

TEST(NetworkModel, AReorderedPacketIsOvertaken) {
    NetworkModel network = three_nodes(uniform_config());
    network.set_reorder_ppm(1'000'000);
    network.set_reorder_delay_mean(milliseconds(50));
    const Instant late = network.route(kA, kB, 100, Instant{0}).arrivals[0];
    network.set_reorder_ppm(0);
    const Instant early = network.route(kA, kB, 100, Instant{1}).arrivals[0];
    EXPECT_LT(early, late);
}

TEST(NetworkModel, PartitionCutsBetweenGroupsAndHealEndsIt) {
    NetworkModel network = three_nodes(uniform_config());
    network.partition({{kA}, {kB}});
    EXPECT_EQ(network.route(kA, kB, 1, Instant{}).copies, 0U);
    EXPECT_EQ(network.route(kB, kA, 1, Instant{}).cause, DropCause::Partition);
    EXPECT_EQ(network.route(kA, kC, 1, Instant{}).copies, 0U) << "unnamed nodes are a group";
    EXPECT_EQ(network.faults().partitioned, 3U);
    network.partition({{kA, kC}});
    EXPECT_EQ(network.route(kA, kC, 1, Instant{}).copies, 1U);
    EXPECT_EQ(network.route(kA, kB, 1, Instant{}).copies, 0U);
    network.heal();
    EXPECT_EQ(network.route(kA, kB, 1, Instant{}).copies, 1U);
}

TEST(NetworkModel, ABlockCutsOneDirection) {
    NetworkModel network = three_nodes(uniform_config());
    network.block(kA, kB);
    EXPECT_EQ(network.route(kA, kB, 1, Instant{}).cause, DropCause::Block);
    EXPECT_EQ(network.route(kB, kA, 1, Instant{}).copies, 1U);
    EXPECT_EQ(network.route(kA, kC, 1, Instant{}).copies, 1U);
    EXPECT_EQ(network.faults().blocked, 1U);
    network.unblock(kA, kB);
    EXPECT_EQ(network.route(kA, kB, 1, Instant{}).copies, 1U);
    network.block(kA, kB);
    network.heal();
    EXPECT_EQ(network.route(kA, kB, 1, Instant{}).copies, 1U);
}

TEST(NetworkModel, ExtraDelayAddsUpAndCounts) {
    NetworkModel network = three_nodes(uniform_config());
    network.set_extra_delay(kA, milliseconds(1));
    network.set_extra_delay(kB, milliseconds(2));
    network.set_extra_delay(kA, kB, milliseconds(4));
    EXPECT_EQ(network.route(kA, kB, 1, Instant{}).arrivals[0], Instant{} + milliseconds(17));
    EXPECT_EQ(network.route(kB, kA, 1, Instant{}).arrivals[0], Instant{} + milliseconds(13));
    EXPECT_EQ(network.route(kC, kA, 1, Instant{}).arrivals[0], Instant{} + milliseconds(11));
    EXPECT_EQ(network.faults().delayed, 3U);
    network.set_extra_delay(kA, Duration{});
    network.set_extra_delay(kB, Duration{});
    network.set_extra_delay(kA, kB, Duration{});
    EXPECT_EQ(network.route(kC, kA, 1, Instant{1}).arrivals[0],
              Instant{} + milliseconds(11) + nanoseconds(1))
        << "FIFO behind the delayed one";
    EXPECT_EQ(network.faults().delayed, 3U);
}

TEST(NetworkModel, RatesOfALinkHoldOnThatLinkInThatDirection) {
    NetworkModel network = three_nodes(uniform_config());
    network.raise_link_faults(kA, kB, {.loss_ppm = 1'000'000});
    EXPECT_EQ(network.route(kA, kB, 100, Instant{}).copies, 0U);
    EXPECT_EQ(network.route(kB, kA, 100, Instant{}).copies, 1U);
    EXPECT_EQ(network.route(kA, kC, 100, Instant{}).copies, 1U);
    network.raise_link_faults(kA, kC, {.duplicate_ppm = 1'000'000});
    EXPECT_EQ(network.route(kA, kC, 100, Instant{}).copies, 2U);
    network.raise_link_faults(kC, kA, {.reorder_ppm = 1'000'000});
    EXPECT_EQ(network.faults().reordered, 0U);
    (void)network.route(kC, kA, 100, Instant{});
    EXPECT_EQ(network.faults().reordered, 1U);
    network.clear_link_faults();
    EXPECT_EQ(network.route(kA, kB, 100, Instant{}).copies, 1U);
    EXPECT_EQ(network.route(kA, kC, 100, Instant{}).copies, 1U);
}

TEST(NetworkModel, TheGreatestRateOfALinkHolds) {
    NetworkConfig config = uniform_config();
    config.loss_ppm = 500'000;
    NetworkModel network = three_nodes(config);
    network.raise_link_faults(kA, kB, {.loss_ppm = 1'000'000});
    network.raise_link_faults(kA, kB, {.loss_ppm = 1'000, .duplicate_ppm = 1'000'000});
    network.raise_link_faults(kA, kC, {.loss_ppm = 1});
    int lost = 0;
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_EQ(network.route(kA, kB, 100, Instant{} + seconds(i)).copies, 0U);
        lost += network.route(kA, kC, 100, Instant{} + seconds(i)).copies == 0 ? 1 : 0;
    }
    EXPECT_NEAR(lost, 500, 100) << "that of all links is a floor";
}

TEST(NetworkModel, ALinkMayBeSlowAndNarrowByItself) {
    NetworkModel network = three_nodes(uniform_config());
    network.raise_link_faults(kA, kB, {.delay = milliseconds(5)});
    network.raise_link_faults(kA, kB, {.delay = milliseconds(3), .bandwidth = 16'000});
    network.raise_link_faults(kA, kB, {.bandwidth = 8'000});
    network.raise_link_faults(kA, kB, {.bandwidth = 12'000});
    EXPECT_EQ(network.route(kA, kB, 1000, Instant{}).arrivals[0],
              Instant{} + seconds(1) + milliseconds(15))
        << "the smallest bandwidth and the greatest delay";
    EXPECT_EQ(network.route(kA, kC, 1000, Instant{}).arrivals[0], Instant{} + milliseconds(10))
        << "another link of the same card does not wait";
    EXPECT_EQ(network.route(kB, kA, 1000, Instant{}).arrivals[0], Instant{} + milliseconds(10));
    EXPECT_EQ(network.route(kA, kB, 1000, Instant{}).arrivals[0],
              Instant{} + seconds(2) + milliseconds(15))
        << "one after the other";
    network.clear_link_faults();
    EXPECT_EQ(network.route(kA, kB, 1000, Instant{} + seconds(3)).arrivals[0],
              Instant{} + seconds(3) + milliseconds(10));
}

TEST(NetworkModel, LoopbackHasNoDelayLossOrCard) {
    NetworkConfig config = uniform_config();
    config.loss_ppm = 1'000'000;
    NetworkModel network = three_nodes(config, 1);
    const Route route = network.route(kA, kA, 1000, Instant{7});
    EXPECT_EQ(route.copies, 1U);
    EXPECT_EQ(route.arrivals[0], Instant{7});
    EXPECT_EQ(network.route(kA, kA, 1000, Instant{7}).arrivals[0], Instant{8}) << "FIFO here too";
}

TEST(NetworkModel, ASendersDrawsDoNotDependOnOthers) {
    NetworkConfig config = uniform_config();
    config.jitter_ppm = 500'000;
    NetworkModel quiet = three_nodes(config);
    NetworkModel busy = three_nodes(config);
    for (int i = 0; i < 10; ++i) {
        busy.route(kC, kB, 1, Instant{i});
    }
    EXPECT_EQ(quiet.route(kA, kB, 1, Instant{}).arrivals[0],
              busy.route(kA, kB, 1, Instant{}).arrivals[0]);
}

}  // namespace
}  // namespace nexus::sim
