#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/network_model.hpp"
#include "sim/env/region_matrix.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/unit/sim/kernel/kernel_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class KernelNetwork : public KernelTest {
protected:
    /// Two nodes; the first sends `count` packets at the start.
    void pair(std::uint64_t count, NodeSpec first = {}) {
        a = add(first);
        b = add();
        spawn(a, {.on_start = [this, count](ScriptActor& self) {
                  for (std::uint64_t i = 0; i < count; ++i) {
                      self.send_packet(b, i);
                  }
              }});
        spawn(b);
    }
    NodeId a;
    NodeId b;
};

TEST_F(KernelNetwork, DeliversAfterHalfTheRoundTripWithTheSender) {
    make();
    pair(1);
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("10ms packet 0 from 0"));
    const Counters& counters = kernel->counters();
    EXPECT_EQ(counters.packets_sent, 1U);
    EXPECT_EQ(counters.packets_delivered, 1U);
    EXPECT_EQ(counters.bytes_delivered, 100U);
    ASSERT_EQ(counters.packet_kinds.size(), 1U);
    EXPECT_EQ(counters.packet_kinds[0].name, "test/packet");
    EXPECT_EQ(counters.packet_kinds[0].bytes, 100U);
    EXPECT_EQ(kernel->counters(a).bytes_sent, 100U);
    EXPECT_EQ(kernel->counters(b).packets_delivered, 1U);
}

TEST_F(KernelNetwork, EachPairHasTheDelayOfItsRegions) {
    KernelOptions options = default_options();
    const auto matrix =
        RegionMatrix::parse(",X,Y,Z\nX,2,100,200.5\nY,80,4,60\nZ,150,70,6\n", "test");
    ASSERT_TRUE(matrix.ok());
    options.network.regions = std::make_shared<RegionMatrix>(*matrix);
    make(options);
    for (RegionIndex region = 0; region < 3; ++region) {
        add({.region = region});
    }
    for (std::uint32_t from = 0; from < 3; ++from) {
        spawn(NodeId{from}, {.on_start = [](ScriptActor& self) {
                  for (std::uint32_t to = 0; to < 3; ++to) {
                      self.send_packet(NodeId{to}, 0);
                  }
              }});
    }
    kernel->run_until_idle();
    EXPECT_THAT(seen(NodeId{0}),
                ElementsAre("0ms packet 0 from 0", "40ms packet 0 from 1", "75ms packet 0 from 2"));
    EXPECT_THAT(seen(NodeId{2}), ElementsAre("0ms packet 0 from 2", "30ms packet 0 from 1",
                                             "100250000ns packet 0 from 0"));
}

TEST_F(KernelNetwork, ALinkKeepsItsOrderUnderASeededTieBreak) {
    KernelOptions options = default_options();
    options.tie_break = TieBreak::Seeded;
    make(options);
    pair(50);
    kernel->run_until_idle();
    ASSERT_EQ(seen(b).size(), 50U);
    for (std::uint64_t i = 0; i < 50; ++i) {
        EXPECT_THAT(seen(b)[i], testing::HasSubstr("packet " + std::to_string(i) + " from"));
    }
}

TEST_F(KernelNetwork, BandwidthSpacesPackets) {
    make();
    pair(3, {.bandwidth_up = 800'000});  // 100 bytes: 1 ms
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("11ms packet 0 from 0", "12ms packet 1 from 0",
                                     "13ms packet 2 from 0"));
}

TEST_F(KernelNetwork, BandwidthCanChange) {
    make();
    pair(1, {.bandwidth_up = 800'000});
    kernel->network().set_bandwidth_up(a, 8'000'000);
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("10100000ns packet 0 from 0"));
}

TEST_F(KernelNetwork, IngressBandwidthDelaysTheHandling) {
    make();
    a = add();
    b = add({.bandwidth_down = 800'000});
    std::vector<Instant> done;
    spawn(a, {.on_start = [this](ScriptActor& self) {
              self.send_packet(b, 0);
              self.send_packet(b, 1);
          }});
    spawn(b, {.on_packet = [this](ScriptActor& self, NodeId, std::uint64_t number) {
              self.send_packet(a, number);
          }});
    kernel->run_until_idle();
    EXPECT_EQ(kernel->counters(b).busy, milliseconds(2)) << "1 ms a packet on the line";
    EXPECT_THAT(seen(a), ElementsAre("21ms packet 0 from 1", "22ms packet 1 from 1"));
}

TEST_F(KernelNetwork, LossAndDuplicationShowInTheCounters) {
    KernelOptions options = default_options();
    options.network.loss_ppm = 200'000;
    options.network.duplicate_ppm = 100'000;
    make(options);
    pair(2000);
    kernel->run_until_idle();
    const Counters& counters = kernel->counters();
    EXPECT_EQ(counters.dropped(DropCause::Loss), kernel->faults().lost);
    EXPECT_NEAR(static_cast<double>(kernel->faults().lost), 400, 80);
    EXPECT_NEAR(static_cast<double>(kernel->faults().duplicated), 160, 60);
    EXPECT_EQ(counters.packets_delivered,
              counters.packets_sent - kernel->faults().lost + kernel->faults().duplicated);
    EXPECT_EQ(seen(b).size(), counters.packets_delivered);
}

TEST_F(KernelNetwork, APartitionAlsoTakesWhatIsInFlight) {
    make();
    pair(3);
    kernel->at(ms(5), [this] { kernel->network().partition({{a}, {b}}); });
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), IsEmpty());
    EXPECT_EQ(kernel->counters().dropped(DropCause::Partition), 3U);
    EXPECT_EQ(kernel->faults().partitioned, 3U);
}

TEST_F(KernelNetwork, HealingLetsLaterPacketsPass) {
    make();
    a = add();
    b = add();
    spawn(a, {.on_start =
                  [](ScriptActor& self) {
                      self.tick_after(milliseconds(1), 1);
                      self.tick_after(milliseconds(20), 2);
                  },
              .on_tick = [this](ScriptActor& self,
                                std::uint64_t number) { self.send_packet(b, number); }});
    spawn(b);
    kernel->network().partition({{a}});
    kernel->at(ms(10), [this] { kernel->network().heal(); });
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("30ms packet 2 from 0"));
    EXPECT_EQ(kernel->faults().partitioned, 1U);
}

TEST_F(KernelNetwork, ABlockIsOneWay) {
    make();
    a = add();
    b = add();
    for (const NodeId node : {a, b}) {
        spawn(node, {.on_start = [this, node](ScriptActor& self) {
                  self.send_packet(node == a ? b : a, 1);
              }});
    }
    kernel->network().block(a, b);
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), ElementsAre("10ms packet 1 from 1"));
    EXPECT_THAT(seen(b), IsEmpty());
    EXPECT_EQ(kernel->counters().dropped(DropCause::Block), 1U);
}

TEST_F(KernelNetwork, ReorderingLetsPacketsOvertake) {
    KernelOptions options = default_options();
    options.network.reorder_ppm = 300'000;
    make(options);
    pair(100);
    kernel->run_until_idle();
    const std::vector<std::string> lines = seen(b);
    ASSERT_EQ(lines.size(), 100U);
    EXPECT_GT(kernel->faults().reordered, 10U);
    EXPECT_THAT(lines.back(), testing::Not(testing::HasSubstr("packet 99 ")))
        << "a reordered one comes last";
}

}  // namespace
}  // namespace nexus::sim
