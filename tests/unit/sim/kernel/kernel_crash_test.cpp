#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/network_model.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/unit/sim/kernel/kernel_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class KernelCrash : public KernelTest {
protected:
    void SetUp() override {
        make();
        a = add({.name = "a", .bandwidth_up = 800'000});  // 100 bytes: 1 ms
        b = add({.name = "b"});
    }
    NodeId a;
    NodeId b;
};

TEST_F(KernelCrash, WhatHasLeftArrivesAndWhatHasNotIsGone) {
    spawn(a, {.on_start = [this](ScriptActor& self) {
              for (std::uint64_t i = 1; i <= 5; ++i) {
                  self.send_packet(b, i);  // leaves at i ms
              }
          }});
    spawn(b);
    kernel->at(ms(3), [this] { kernel->crash(a); });
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("11ms packet 1 from 0", "12ms packet 2 from 0",
                                     "13ms packet 3 from 0"));
    EXPECT_EQ(kernel->counters().dropped(DropCause::SenderCrashed), 2U);
    EXPECT_EQ(kernel->faults().not_departed, 2U);
    EXPECT_EQ(kernel->faults().crashes, 1U);
}

TEST_F(KernelCrash, TimersAndStateDieWithTheActor) {
    const auto script = Script{.on_start = [](ScriptActor& self) {
        self.tick_after(milliseconds(5), 1);
        self.tick_after(milliseconds(50), 2);
    }};
    spawn(a, script);
    kernel->at(ms(10), [this] { kernel->crash(a); });
    kernel->at(ms(20), [this] { spawn(a); });
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), ElementsAre("5ms tick 1"));
    EXPECT_EQ(kernel->counters().timers_dropped, 1U);
    EXPECT_EQ(kernel->incarnation(a), 2U);
    EXPECT_TRUE(kernel->alive(a));
}

TEST_F(KernelCrash, PacketsToADeadNodeAreDroppedAndCounted) {
    spawn(a);
    spawn(b, {.on_start =
                  [this](ScriptActor& self) {
                      self.send_packet(a, 1);
                      self.tick_after(milliseconds(20), 2);
                  },
              .on_tick = [this](ScriptActor& self,
                                std::uint64_t number) { self.send_packet(a, number); }});
    kernel->at(ms(5), [this] { kernel->crash(a); });
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), IsEmpty());
    EXPECT_FALSE(kernel->alive(a));
    EXPECT_EQ(kernel->counters().dropped(DropCause::ReceiverDown), 2U);
}

TEST_F(KernelCrash, PacketsToAFormerIncarnationNeverReachTheNext) {
    spawn(a);
    spawn(b, {.on_start = [this](ScriptActor& self) { self.send_packet(a, 1); }, .on_tick = {}});
    kernel->at(ms(4), [this] { kernel->crash(a); });
    kernel->at(ms(6), [this] { spawn(a); });
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), IsEmpty());
    EXPECT_EQ(kernel->counters().dropped(DropCause::ReceiverReborn), 1U);
}

TEST_F(KernelCrash, TheJournalKeepsExactlyWhatWasDurable) {
    std::vector<Bytes> found;
    kernel->set_fsync_latency(a, milliseconds(10));
    spawn(a,
          {.on_start =
               [](ScriptActor& self) {
                   EXPECT_EQ(self.world.journal->append({1}), 1U);
                   EXPECT_EQ(self.world.journal->append({2}), 2U);
                   EXPECT_THAT(self.world.journal->records(), IsEmpty());
                   self.tick_after(milliseconds(5), 0);
               },
           .on_tick = [](ScriptActor& self, std::uint64_t) { self.world.journal->append({3}); }});
    kernel->at(ms(19), [this] { kernel->crash(a); });
    kernel->at(ms(30), [&] {
        spawn(a, {.on_start = [&](ScriptActor& self) { found = self.world.journal->records(); }});
    });
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), ElementsAre("5ms tick 0", "10ms durable 1", "10ms durable 2"))
        << "the third needs an fsync of its own, until 20 ms";
    EXPECT_THAT(found, ElementsAre(Bytes{1}, Bytes{2}));
    EXPECT_EQ(kernel->faults().appends_lost, 1U);
}

TEST_F(KernelCrash, DurableTokensComeInTheOrderOfTheAppends) {
    KernelOptions options = default_options();
    options.tie_break = TieBreak::Seeded;
    make(options);
    const NodeId node = add();
    spawn(node, {.on_start =
                     [](ScriptActor& self) {
                         for (int i = 0; i < 5; ++i) {
                             self.world.journal->append({0});
                         }
                     },
                 .on_durable =
                     [](ScriptActor& self, actors::DurableToken token) {
                         if (token < 4) {
                             self.world.journal->append({1});
                         }
                     }});
    kernel->run_until_idle();
    EXPECT_THAT(seen(node),
                ElementsAre("1ms durable 1", "1ms durable 2", "1ms durable 3", "1ms durable 4",
                            "1ms durable 5", "2ms durable 6", "2ms durable 7", "2ms durable 8"));
}

TEST_F(KernelCrash, EventsThatWaitForTheCpuDieToo) {
    KernelOptions options = default_options();
    options.calibration.set(actors::Work::Sign, 1'000'000'000);  // 1 ms
    make(options);
    a = add();
    b = add();
    spawn(a, {.on_start = [](ScriptActor& self) {
              self.world.compute->charge(actors::Work::Sign, 100);
              self.tick_after(milliseconds(1), 1);
              self.tick_now(2);
          }});
    spawn(b, {.on_start = [this](ScriptActor& self) { self.send_packet(a, 3); }});
    kernel->at(ms(50), [this] { kernel->crash(a); });
    kernel->at(ms(60), [this] { spawn(a); });
    kernel->run_until_idle();
    EXPECT_THAT(seen(a), IsEmpty());
    EXPECT_EQ(kernel->counters().dropped(DropCause::ReceiverDown), 1U);
    EXPECT_EQ(kernel->counters().timers_dropped, 1U);
}

/// A helper actor that ticks for ever; shows whether the crash of its node ends it.
class Ticker final : public caf::event_based_actor {
public:
    Ticker(caf::actor_config& config, int& ticks) : event_based_actor(config), ticks_(&ticks) {}
    caf::behavior make_behavior() override {
        again();
        return {[this](actors::TickAtom) {
            ++*ticks_;
            again();
        }};
    }

private:
    void again() { delayed_send(this, std::chrono::milliseconds(1), actors::TickAtom::value); }
    int* ticks_;
};

TEST_F(KernelCrash, HelperActorsDieWithTheirNode) {
    int ticks = 0;
    spawn(a, {.on_start = [&](ScriptActor& self) {
              self.spawn<Ticker>(std::ref(ticks));
              self.spawn<Ticker, caf::lazy_init>(std::ref(ticks));
          }});
    kernel->run_until(ms(10));
    EXPECT_EQ(ticks, 10) << "the lazy one got no message";
    kernel->crash(a);
    kernel->run_until(ms(20));
    EXPECT_EQ(ticks, 10);
    EXPECT_TRUE(kernel->idle());
}

TEST_F(KernelCrash, AnExceptionEndsTheActorAndIsCounted) {
    spawn(a, {.on_start = [this](ScriptActor& self) {
              self.send_packet(b, 1);
              throw std::runtime_error("role bug");
          }});
    spawn(b);
    kernel->run_until_idle();
    EXPECT_FALSE(kernel->alive(a));
    EXPECT_EQ(kernel->counters().actors_failed, 1U);
    EXPECT_EQ(kernel->faults().crashes, 0U);
    EXPECT_EQ(seen(b).size(), 1U) << "what it had sent leaves";
    spawn(a);
    kernel->run_until_idle();
    EXPECT_TRUE(kernel->alive(a));
}

TEST_F(KernelCrash, CrashIsVisibleToObserversAndInTheDigest) {
    spawn(a);
    kernel->run_until_idle();
    const Hash before = kernel->digest();
    kernel->crash(a);
    EXPECT_NE(kernel->digest(), before);
    EXPECT_EQ(kernel->counters().events_by_kind[static_cast<std::size_t>(EventKind::Crash)], 1U);
}

using KernelCrashDeathTest = KernelCrash;

TEST_F(KernelCrashDeathTest, RefusesToSpawnALiveNodeOrCrashADeadOne) {
    spawn(a);
    EXPECT_DEATH(spawn(a), "!born.alive");
    EXPECT_DEATH(kernel->crash(b), "victim.alive");
}

}  // namespace
}  // namespace nexus::sim
