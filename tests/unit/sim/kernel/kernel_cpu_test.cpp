#include "actors/roles/ports.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/calibration.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/unit/sim/kernel/kernel_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace nexus::sim {
namespace {

using actors::Work;
using testing::ElementsAre;

class KernelCpu : public KernelTest {
protected:
    static KernelOptions costly() {
        KernelOptions options = default_options();
        options.calibration.set(Work::Sign, 1'000'000'000);                   // 1 ms
        options.calibration.set(Work::VerifySignature, 4'000'000'000, true);  // 4 ms on one core
        return options;
    }
    /// Signs once a packet, then answers.
    Script answering() {
        return {.on_packet = [](ScriptActor& self, NodeId from, std::uint64_t number) {
            self.world.compute->charge(Work::Sign, 1);
            self.send_packet(from, number);
        }};
    }
};

TEST_F(KernelCpu, APacketLeavesWhenTheWorkBeforeItIsDone) {
    make(costly());
    const NodeId b{1};
    const NodeId a = add_and_spawn({.on_start = [b](ScriptActor& self) {
        self.send_packet(b, 1);
        self.world.compute->charge(Work::Sign, 3);
        self.send_packet(b, 2);
        EXPECT_EQ(self.world.clock->now(), ms(0)) << "constant while one message is handled";
    }});
    add_and_spawn();
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("10ms packet 1 from 0", "13ms packet 2 from 0"));
    EXPECT_EQ(kernel->counters(a).busy, milliseconds(3));
}

TEST_F(KernelCpu, ABusyNodeQueuesFirstComeFirstServed) {
    make(costly());
    const NodeId a = add();
    const NodeId b = add();
    spawn(a, {.on_start = [b](ScriptActor& self) {
              for (std::uint64_t i = 1; i <= 3; ++i) {
                  self.send_packet(b, i);
              }
          }});
    spawn(b, answering());
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("10ms packet 1 from 0", "11ms packet 2 from 0",
                                     "12ms packet 3 from 0"));
    EXPECT_THAT(seen(a), ElementsAre("21ms packet 1 from 1", "22ms packet 2 from 1",
                                     "23ms packet 3 from 1"));
    EXPECT_EQ(kernel->counters().inbox_high_water, 2U);
}

TEST_F(KernelCpu, TimersWaitForTheCpuAndOthersDoNot) {
    make(costly());
    const Script script{.on_start = [](ScriptActor& self) {
        self.tick_after(milliseconds(2), 1);
        if (self.world.self.value == 0) {
            self.world.compute->charge(Work::Sign, 5);
        }
    }};
    const NodeId a = add_and_spawn(script);
    const NodeId b = add_and_spawn(script);
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), ElementsAre("5ms tick 1"));
    EXPECT_THAT(seen(b), ElementsAre("2ms tick 1"));
}

TEST_F(KernelCpu, CoresDivideParallelWorkOnly) {
    make(costly());
    const Script script{.on_start = [](ScriptActor& self) {
        self.world.compute->charge(Work::VerifySignature, 2);
        self.world.compute->charge(Work::Sign, 1);
    }};
    const NodeId one = add_and_spawn(script, {.cores = 1});
    const NodeId four = add_and_spawn(script, {.cores = 4});
    kernel->run_until_idle();
    EXPECT_EQ(kernel->counters(one).busy, milliseconds(9));
    EXPECT_EQ(kernel->counters(four).busy, milliseconds(3));
}

TEST_F(KernelCpu, SpeedScalesAndASlowNodeIsCounted) {
    make(costly());
    const Script script{
        .on_start = [](ScriptActor& self) { self.world.compute->charge(Work::Sign, 1); }};
    const NodeId half = add_and_spawn(script, {.cpu_ppm = 500'000});
    const NodeId slowed = add_and_spawn(script);
    kernel->set_cpu_ppm(slowed, 100'000);
    kernel->run_until_idle();
    EXPECT_EQ(kernel->counters(half).busy, milliseconds(2));
    EXPECT_EQ(kernel->counters(slowed).busy, milliseconds(10));
    EXPECT_EQ(kernel->faults().slowed, 1U);
}

TEST_F(KernelCpu, ReceivingCosts) {
    KernelOptions options = default_options();
    options.calibration.packet_picoseconds = 2'000'000'000;    // 2 ms
    options.calibration.packet_byte_picoseconds = 10'000'000;  // 10 us a byte: 1 ms a packet
    options.calibration.event_picoseconds = 500'000'000;
    make(options);
    const NodeId b{1};
    add_and_spawn({.on_start = [b](ScriptActor& self) { self.send_packet(b, 1); }});
    add_and_spawn();
    kernel->run_until_idle();
    EXPECT_EQ(kernel->counters(b).busy, microseconds(3500)) << "one packet, one start";
}

TEST_F(KernelCpu, AnAppendIsMadeWhenTheWorkBeforeItIsDone) {
    make(costly());
    const NodeId node = add_and_spawn({.on_start = [](ScriptActor& self) {
        self.world.journal->append({1});
        self.world.compute->charge(Work::Sign, 20);
        self.world.journal->append({2});
    }});
    kernel->run_until(ms(15));
    EXPECT_EQ(kernel->disk(node).durable_count(), 1U) << "the second is appended at 20 ms";
    kernel->run_until_idle();
    EXPECT_THAT(seen(node), ElementsAre("20ms durable 1", "21ms durable 2"));
}

TEST_F(KernelCpu, SubNanosecondCostsAddUpExactly) {
    KernelOptions options = default_options();
    options.calibration.set(Work::HashByte, 600);
    make(options);
    const NodeId node = add_and_spawn({.on_start = [](ScriptActor& self) {
        for (int i = 0; i < 1000; ++i) {
            self.world.compute->charge(Work::HashByte, 1);
        }
    }});
    kernel->run_until_idle();
    EXPECT_EQ(kernel->counters(node).busy, nanoseconds(600));
}

TEST_F(KernelCpu, NodesThatShareACoreTakeTurns) {
    KernelOptions options = costly();
    options.shared_cores = 1;
    make(options);
    const NodeId a = add();
    const NodeId b = add();
    const NodeId c = add();
    spawn(a, {.on_start = [b, c](ScriptActor& self) {
              self.send_packet(b, 1);
              self.send_packet(c, 2);
          }});
    spawn(b, answering());
    spawn(c, answering());
    kernel->run_until_idle();
    // Both get their packet at 10 ms. One signs for a millisecond, then the other.
    EXPECT_THAT(seen(a), testing::UnorderedElementsAre(testing::StartsWith("21ms packet"),
                                                       testing::StartsWith("22ms packet")));
}

TEST_F(KernelCpu, WithACoreForEachNobodyWaits) {
    KernelOptions options = costly();
    options.shared_cores = 2;
    make(options);
    const NodeId a = add();
    const NodeId b = add();
    const NodeId c = add();
    spawn(a, {.on_start = [b, c](ScriptActor& self) {
              self.send_packet(b, 1);
              self.send_packet(c, 2);
          }});
    spawn(b, answering());
    spawn(c, answering());
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), testing::Each(testing::StartsWith("21ms packet")));
}

TEST_F(KernelCpu, ManyNodesOnFewCoresGetThemAll) {
    KernelOptions options = costly();
    options.shared_cores = 2;
    make(options);
    const NodeId a = add();
    constexpr std::uint32_t kOthers = 7;
    for (std::uint32_t i = 1; i <= kOthers; ++i) {
        spawn(add(), answering());
    }
    spawn(a, {.on_start = [](ScriptActor& self) {
              for (std::uint32_t i = 1; i <= kOthers; ++i) {
                  self.send_packet(NodeId{i}, i);
              }
          }});
    kernel->run_until_idle();
    Duration busy;
    for (std::uint32_t i = 0; i <= kOthers; ++i) {
        busy = busy + kernel->counters(NodeId{i}).busy;
    }
    EXPECT_EQ(busy, milliseconds(kOthers));
    // Seven milliseconds of work on two cores: the last answer leaves after four.
    EXPECT_THAT(seen(a).back(), testing::StartsWith("24ms packet"));
}

}  // namespace
}  // namespace nexus::sim
