#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/unit/sim/kernel/kernel_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using KernelOrder = KernelTest;

TEST_F(KernelOrder, HandlesTimersInTheOrderOfTheirTime) {
    make();
    const NodeId node = add_and_spawn({.on_start = [](ScriptActor& self) {
        self.tick_after(milliseconds(30), 3);
        self.tick_after(milliseconds(10), 1);
        self.tick_after(milliseconds(20), 2);
    }});
    kernel->run_until(ms(20));
    EXPECT_THAT(seen(node), ElementsAre("10ms tick 1", "20ms tick 2")) << "the end is included";
    EXPECT_EQ(kernel->now(), ms(20));
    kernel->run_until_idle();
    EXPECT_THAT(seen(node), ElementsAre("10ms tick 1", "20ms tick 2", "30ms tick 3"));
    EXPECT_EQ(kernel->now(), ms(30));
    EXPECT_TRUE(kernel->idle());
}

TEST_F(KernelOrder, FifoTieBreakKeepsTheOrderOfScheduling) {
    make();
    const NodeId node = add_and_spawn({.on_start = [](ScriptActor& self) {
        for (std::uint64_t i = 0; i < 5; ++i) {
            self.tick_after(milliseconds(1), i);
        }
    }});
    kernel->run_until_idle();
    EXPECT_THAT(seen(node),
                ElementsAre("1ms tick 0", "1ms tick 1", "1ms tick 2", "1ms tick 3", "1ms tick 4"));
}

std::string order_of_five(std::uint64_t seed) {
    Log log;
    Kernel kernel({.seed = seed});
    for (std::uint32_t i = 0; i < 5; ++i) {
        const NodeId node = kernel.add_node({.name = std::to_string(i)});
        kernel.spawn<ScriptActor>(node, kernel.world(node), std::ref(log), Script{});
        kernel.start(node);
    }
    kernel.run_until_idle();
    std::string order;
    for (const Seen& each : log) {
        order += std::to_string(each.node);
    }
    return order;
}

TEST_F(KernelOrder, SeededTieBreakIsAFunctionOfTheSeedAndExplores) {
    std::set<std::string> orders;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const std::string order = order_of_five(seed);
        EXPECT_EQ(order.size(), 5U);
        EXPECT_EQ(order, order_of_five(seed)) << "seed " << seed;
        orders.insert(order);
    }
    EXPECT_GT(orders.size(), 80U) << "of 120 possible orders";
}

TEST_F(KernelOrder, ControlEventsComeFirstAtTheirInstantInOrder) {
    KernelOptions options = default_options();
    options.tie_break = TieBreak::Seeded;
    for (options.seed = 0; options.seed < 20; ++options.seed) {
        make(options);
        log.clear();
        add_and_spawn({.on_start = [](ScriptActor& self) { self.tick_after(milliseconds(5), 0); }});
        kernel->run_until(ms(1));
        std::vector<int> calls;
        kernel->at(ms(5), [&] { calls.push_back(log.size() == 1 ? 1 : -1); });
        kernel->at(ms(5), [&] { calls.push_back(log.size() == 1 ? 2 : -2); });
        kernel->run_until_idle();
        EXPECT_THAT(calls, ElementsAre(1, 2)) << "seed " << options.seed;
        EXPECT_EQ(log.size(), 2U);
    }
}

TEST_F(KernelOrder, StopReturnsAfterTheEventAndRunningGoesOn) {
    make();
    const NodeId node = add_and_spawn({.on_start = [](ScriptActor& self) {
        self.tick_after(milliseconds(1), 1);
        self.tick_after(milliseconds(2), 2);
    }});
    kernel->set_observer([this](const Event& event, const actors::Packet*) {
        if (event.kind == EventKind::Timer && event.value == 1) {
            kernel->stop();
        }
    });
    kernel->run_until(ms(10));
    EXPECT_EQ(kernel->now(), ms(1));
    EXPECT_THAT(seen(node), ElementsAre("1ms tick 1"));
    kernel->run_until(ms(10));
    EXPECT_EQ(kernel->now(), ms(10));
    EXPECT_EQ(seen(node).size(), 2U);
}

TEST_F(KernelOrder, TheClockOfANodeCanRunAhead) {
    make();
    const NodeId node = add({.clock_offset = milliseconds(7)});
    spawn(node, {.on_start = [](ScriptActor& self) { self.tick_after(milliseconds(1), 1); }});
    kernel->run_until_idle();
    EXPECT_THAT(seen(node), ElementsAre("8ms tick 1"));
    kernel->set_clock_offset(node, Duration{});
    EXPECT_EQ(kernel->world(node).clock->now(), kernel->now());
}

TEST_F(KernelOrder, EntropyIsAStreamOfSeedAndName) {
    const auto draw = [](std::uint64_t seed, const std::string& name) {
        Kernel fresh({.seed = seed});
        return fresh.world(fresh.add_node({.name = name})).entropy->below(1U << 30U);
    };
    EXPECT_EQ(draw(1, "a"), draw(1, "a"));
    EXPECT_NE(draw(1, "a"), draw(2, "a"));
    EXPECT_NE(draw(1, "a"), draw(1, "b"));
}

using KernelOrderDeathTest = KernelTest;

TEST_F(KernelOrderDeathTest, RefusesThePast) {
    make();
    kernel->run_until(ms(5));
    EXPECT_DEATH(kernel->at(ms(4), [] {}), "when >= now");
}

TEST_F(KernelOrderDeathTest, RefusesTwoNodesOfOneName) {
    make();
    add({.name = "twin"});
    EXPECT_DEATH(add({.name = "twin"}), "name_is_new");
}

TEST_F(KernelOrderDeathTest, RefusesARoleThatUsesTheWorldOfAnotherNode) {
    make();
    const NodeId other = add();
    add_and_spawn({.on_start = [this, other](ScriptActor&) {
        kernel->world(other).transport->send(other, packet(1));
    }});
    EXPECT_DEATH(kernel->run_until_idle(), "current == &from");
}

}  // namespace
}  // namespace nexus::sim
