// Plain CAF on the kernel: sends, requests, timeouts, spawns, exits, teardown.
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/unit/sim/kernel/kernel_fixture.hpp"

#include <caf/all.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

using testing::ElementsAre;
using KernelCaf = KernelTest;

using AskAtom = caf::atom_constant<caf::atom("ask")>;
using MuteAtom = caf::atom_constant<caf::atom("mute")>;

TEST_F(KernelCaf, PlainSendsAreEventsInOrder) {
    make();
    const NodeId node = add_and_spawn({.on_start = [](ScriptActor& self) {
        self.tick_now(1);
        self.tick_now(2);
        self.tick_now(3);
    }});
    EXPECT_EQ(kernel->run_until_idle(), 4U);
    EXPECT_THAT(seen(node), ElementsAre("0ms tick 1", "0ms tick 2", "0ms tick 3"));
    EXPECT_EQ(kernel->counters().events_by_kind[static_cast<std::size_t>(EventKind::Local)], 3U);
}

TEST_F(KernelCaf, PacketsAndPlainMessagesShareTheInboxInOrder) {
    KernelOptions options = default_options();
    options.calibration.event_picoseconds = 4'000'000'000;  // 4 ms each
    make(options);
    const NodeId b{1};
    add_and_spawn({.on_start = [b](ScriptActor& self) { self.send_packet(b, 7); }});
    add_and_spawn({.on_start = [](ScriptActor& self) {
        for (std::uint64_t i = 1; i <= 4; ++i) {
            self.tick_now(i);  // all wait in the mailbox
        }
    }});
    kernel->run_until_idle();
    EXPECT_THAT(seen(b), ElementsAre("4ms tick 1", "8ms tick 2", "12ms tick 3", "16ms tick 4",
                                     "20ms packet 7 from 0"))
        << "the packet comes at 14 ms, behind the tick that waits since 12 ms";
}

/// Answers `ask` by the double, and never answers `mute`.
class Answerer final : public caf::event_based_actor {
public:
    using event_based_actor::event_based_actor;
    caf::behavior make_behavior() override {
        set_default_handler(caf::skip);  // MuteAtom waits in the mailbox for ever
        return {[](AskAtom, int number) { return number * 2; }};
    }
};

class Asker final : public caf::event_based_actor {
public:
    Asker(caf::actor_config& config, caf::actor other, std::vector<std::string>& log)
        : event_based_actor(config), other_(std::move(other)), log_(&log) {}
    caf::behavior make_behavior() override {
        request(other_, std::chrono::seconds(1), AskAtom::value, 21).then([this](int answer) {
            log_->push_back("answer " + std::to_string(answer));
        });
        request(other_, std::chrono::seconds(2), MuteAtom::value)
            .then([](int) {},
                  [this](const caf::error& error) {
                      log_->push_back(error == caf::sec::request_timeout ? "timeout" : "other");
                  });
        other_ = nullptr;  // the other holds a promise to this actor: no cycle
        return {[](actors::TickAtom) {}};
    }

private:
    caf::actor other_;
    std::vector<std::string>* log_;
};

TEST_F(KernelCaf, RequestsAndTheirTimeoutsRunInVirtualTime) {
    make();
    std::vector<std::string> answers;
    const auto answerer = kernel->system().spawn<Answerer>();
    kernel->system().spawn<Asker>(answerer, std::ref(answers));
    kernel->run_until(Instant{} + milliseconds(1999));
    EXPECT_THAT(answers, ElementsAre("answer 42"));
    kernel->run_until(Instant{} + milliseconds(2000));
    EXPECT_THAT(answers, ElementsAre("answer 42", "timeout"));
}

/// Counts the silences of one second.
class Idler final : public caf::event_based_actor {
public:
    Idler(caf::actor_config& config, std::vector<Instant>& silences, Kernel& kernel)
        : event_based_actor(config), silences_(&silences), kernel_(&kernel) {}
    caf::behavior make_behavior() override {
        return {[](actors::TickAtom) {}, caf::after(std::chrono::seconds(1)) >>
                                             [this] {
                                                 silences_->push_back(kernel_->now());
                                                 if (silences_->size() == 3) {
                                                     quit();
                                                 }
                                             }};
    }

private:
    std::vector<Instant>* silences_;
    Kernel* kernel_;
};

TEST_F(KernelCaf, ReceiveTimeoutsRunInVirtualTime) {
    make();
    std::vector<Instant> silences;
    {
        const auto idler = kernel->system().spawn<Idler>(std::ref(silences), std::ref(*kernel));
        kernel->at(ms(500), [idler] { caf::anon_send(idler, actors::TickAtom::value); });
    }
    kernel->run_until_idle();
    EXPECT_THAT(silences, ElementsAre(ms(1500), ms(2500), ms(3500)))
        << "a message sets the timeout again";
}

TEST_F(KernelCaf, ChildrenLiveOnTheNodeOfTheirParentAndShareItsCpu) {
    KernelOptions options = default_options();
    options.calibration.event_picoseconds = 1'000'000'000;  // 1 ms an event
    make(options);
    class Child final : public caf::event_based_actor {
    public:
        using event_based_actor::event_based_actor;
        caf::behavior make_behavior() override {
            return {[](actors::TickAtom) {}};
        }
    };
    const NodeId node = add_and_spawn({.on_start = [](ScriptActor& self) {
        const auto child = self.spawn<Child>();
        self.anon_send(child, actors::TickAtom::value);
        self.tick_now(1);
    }});
    kernel->run_until_idle();
    EXPECT_EQ(kernel->counters(node).busy, milliseconds(3)) << "start, the child's, tick";
    EXPECT_EQ(kernel->counters(node).events, 3U);
}

TEST_F(KernelCaf, NoThreadIsEverStarted) {
    make();
    add_and_spawn();
    kernel->run_until_idle();
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    EXPECT_EQ(std::distance(begin(tasks), end(tasks)), 1);
}

TEST_F(KernelCaf, DestructionWithEverythingPendingReturns) {
    for (const bool run : {false, true}) {
        make();
        const NodeId b{1};
        const Script script{
            .on_start =
                [b](ScriptActor& self) {
                    for (std::uint64_t i = 0; i < 10; ++i) {
                        self.send_packet(b, i);
                        self.tick_after(seconds(1), i);
                        self.tick_now(i);
                        self.world.journal->append({1});
                    }
                    self.spawn<Answerer>();
                    self.spawn<Answerer, caf::lazy_init>();
                },
            .on_packet = {},
            .on_tick = [](ScriptActor& self, std::uint64_t number) { self.tick_now(number); },
            .on_durable = {}};
        add_and_spawn(script);
        const auto handle = spawn(add(), script);
        kernel->system().spawn<Answerer>();
        std::vector<std::string> ignored;
        kernel->system().spawn<Asker>(kernel->system().spawn<Answerer>(), std::ref(ignored));
        kernel->at(ms(500), [handle] { caf::anon_send(handle, actors::StartAtom::value); });
        for (int i = 0; run && i < 30; ++i) {
            kernel->step();
        }
        kernel.reset();  // the handle outlives it
    }
    SUCCEED();
}

TEST_F(KernelCaf, LinkedActorsOfANodeEndTogetherWithoutHanging) {
    make();
    const NodeId node = add();
    spawn(node, {.on_start = [](ScriptActor& self) {
              const auto child = self.spawn<Answerer, caf::linked>();
              caf::anon_send_exit(child,
                                  caf::exit_reason::user_shutdown);  // not self: that unlinks
          }});
    kernel->run_until_idle();
    EXPECT_FALSE(kernel->alive(node)) << "the link takes the main actor along";
    EXPECT_EQ(kernel->counters().actors_failed, 1U);
}

TEST_F(KernelCaf, KernelsAreIndependent) {
    make();
    Kernel other({.seed = 9});
    const NodeId node = other.add_node({.name = "x"});
    Log other_log;
    other.spawn<ScriptActor>(node, other.world(node), std::ref(other_log), Script{});
    other.start(node);
    add_and_spawn();
    kernel->run_until_idle();
    EXPECT_EQ(log.size(), 1U);
    EXPECT_EQ(other_log.size(), 0U);
    other.run_until_idle();
    EXPECT_EQ(other_log.size(), 1U);
}

}  // namespace
}  // namespace nexus::sim
