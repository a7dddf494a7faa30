#include "actors/roles/load_actor.hpp"

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/transaction/body.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/client_net.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nexus::actors::tests {
namespace {

using nexus::tests::id_of;

std::vector<SecretKey> keys(std::uint8_t count) {
    std::vector<SecretKey> made;
    for (std::uint8_t i = 0; i < count; ++i) {
        made.push_back(ClientNet::key(i));
    }
    return made;
}

/// When the finalized transfers were meant to start, in milliseconds, rising.
std::vector<std::int64_t> intended_ms(const ClientNet& net) {
    std::vector<std::int64_t> times;
    for (const auto& each : net.observer.finalized) {
        times.push_back((each.intended - Instant{}).milliseconds());
    }
    std::sort(times.begin(), times.end());
    return times;
}

using Times = std::vector<std::int64_t>;

TEST(LoadActor, SendsAtTheIntendedTimesUpToItsStop) {
    ClientNet net;
    net.start<LoadActor>(keys(2), LoadPlan{.paces = {{.at = {}, .interval = milliseconds(150)}},
                                           .stop = milliseconds(600),
                                           .mix = {}});
    net.run_for(seconds(2));
    EXPECT_EQ(intended_ms(net), (Times{0, 150, 300, 450})) << "nothing at the stop or later";
    EXPECT_EQ(net.observer.submitted.size(), 4U);
}

TEST(LoadActor, ChangesItsPaceAndPausesAtZero) {
    ClientNet net;
    net.start<LoadActor>(
        keys(2), LoadPlan{.paces = {{.at = milliseconds(100), .interval = milliseconds(50)},
                                    {.at = milliseconds(200), .interval = {}},
                                    {.at = milliseconds(500), .interval = milliseconds(300)}},
                          .stop = seconds(1),
                          .mix = {}});
    net.run_for(seconds(2));
    EXPECT_EQ(intended_ms(net), (Times{100, 150, 500, 800}));
}

TEST(LoadActor, APlanThatEndsInAPauseEnds) {
    ClientNet net;
    net.start<LoadActor>(keys(2), LoadPlan{.paces = {{.at = {}, .interval = milliseconds(100)},
                                                     {.at = milliseconds(150), .interval = {}}},
                                           .stop = seconds(9),
                                           .mix = {}});
    net.run_for(seconds(1));
    EXPECT_EQ(intended_ms(net), (Times{0, 100}));
}

TEST(LoadActor, ASlowChainDoesNotSlowItDown) {
    ClientNet net;
    net.kernel.at(Instant{} + milliseconds(50), [&net] {
        net.kernel.network().partition({{net.role}});  // nobody hears it for a second
    });
    net.kernel.at(Instant{} + milliseconds(1'050), [&net] { net.kernel.network().heal(); });
    net.start<LoadActor>(keys(2), LoadPlan{.paces = {{.at = {}, .interval = milliseconds(100)}},
                                           .stop = seconds(1),
                                           .mix = {}});
    net.run_for(milliseconds(1'000));
    EXPECT_EQ(net.observer.submitted.size(), 10U) << "each in its time, answered or not";
    net.run_for(seconds(6));
    ASSERT_EQ(net.observer.finalized.size(), 10U) << "and none is lost";
    for (const auto& each : net.observer.finalized) {
        if (each.intended >= Instant{} + milliseconds(100)) {
            EXPECT_GE(each.at, Instant{} + milliseconds(1'050)) << "latency counts the silence";
        }
    }
}

TEST(LoadActor, AccountsTakeTurnsAndPayOneAnother) {
    ClientNet net;
    net.start<LoadActor>(keys(3), LoadPlan{.paces = {{.at = {}, .interval = milliseconds(50)}},
                                           .stop = milliseconds(300),
                                           .mix = {}});
    net.run_for(seconds(2));
    for (std::size_t person = 0; person < 3; ++person) {
        const auto sent = net.did<graph::Transfer>(person);
        ASSERT_EQ(sent.size(), 2U) << "six transfers over three accounts";
        for (const graph::Transfer& each : sent) {
            EXPECT_EQ(each.to, id_of((person + 1) % 3));
        }
    }
    EXPECT_EQ(net.rejections(), 0U);
    EXPECT_TRUE(net.observer.alarms.empty());
}

TEST(LoadActor, WithoutAPlanItSendsNothing) {
    ClientNet net;
    net.start<LoadActor>(keys(2), LoadPlan{});
    net.run_for(seconds(1));
    EXPECT_TRUE(net.observer.submitted.empty());
}

}  // namespace
}  // namespace nexus::actors::tests
