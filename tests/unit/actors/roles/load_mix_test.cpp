#include "actors/roles/load_mix.hpp"

#include "actors/roles/load_actor.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/transaction.hpp"
#include "sim/scenario/names.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/client_net.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors::tests {
namespace {

using nexus::tests::id_of;

/// A stream of a seed, as a simulation has.
class SeededEntropy final : public Entropy {
public:
    explicit SeededEntropy(std::uint64_t seed) : prng_(seed, "load") {}
    std::uint64_t below(std::uint64_t bound) override { return prng_.below(bound); }
    Duration exponential(Duration mean) override { return mean; }

private:
    Prng prng_;
};

std::vector<SecretKey> keys(std::uint8_t count) {
    std::vector<SecretKey> made;
    for (std::uint8_t i = 0; i < count; ++i) {
        made.push_back(ClientNet::key(i));
    }
    return made;
}

/// Twenty transactions, one every 50 ms, over three accounts.
LoadPlan plan(LoadMix mix) {
    return {.paces = {{.at = {}, .interval = milliseconds(50)}},
            .stop = seconds(1),
            .mix = std::move(mix)};
}

/// How many transactions of each kind are final with effect.
std::map<std::string, std::size_t> effects(const ClientNet& net) {
    std::map<std::string, std::size_t> counts;
    for (const auto& each : net.ledger().done) {
        if (each.receipt.succeeded()) {
            ++counts[std::string(graph::kind_of(each.transaction->content().body))];
        }
    }
    return counts;
}

TEST(LoadMix, TheScenarioKnowsTheKinds) {
    const std::vector<std::string> known(load_kinds().begin(), load_kinds().end());
    EXPECT_EQ(known, sim::load_kind_names());
    EXPECT_EQ(kLoadBytesMin, sim::kTransferBytesMin);
    EXPECT_EQ(kLoadBytesMax, sim::kTransferBytesMax);
}

TEST(LoadMix, EachKindHasEffectOnTheChain) {
    for (const std::string_view kind : load_kinds()) {
        SCOPED_TRACE(kind);
        ClientNet net;
        net.start<LoadActor>(keys(3), plan({.shares = {{.kind = std::string(kind)}}}));
        net.run_for(seconds(5));
        EXPECT_EQ(net.rejections(), 0U);
        const auto counts = effects(net);
        // Who has applied for all missions opens one: three applications for each.
        const std::size_t missions =
            counts.contains("mission_create") ? counts.at("mission_create") : 0;
        if (kind == "mission_apply") {
            EXPECT_GE(missions, 1U);
            EXPECT_EQ(missions - 1 + counts.at("mission_apply"), 20U);
            EXPECT_GE(counts.at("mission_apply"), 10U);
        } else {
            ASSERT_TRUE(counts.contains(std::string(kind)));
            EXPECT_EQ(counts.at(std::string(kind)), 20U);
        }
        EXPECT_EQ(net.observer.finalized.size(), net.observer.submitted.size());
    }
}

TEST(LoadMix, WhatIsThereIsNotSetUpAgain) {
    ClientNet net;
    const LoadMix mix{.shares = {{.kind = "mission_apply"}, {.kind = "credential_anchor"}}};
    net.start<LoadActor>(keys(2), plan(mix));
    net.run_for(seconds(5));
    const auto before = effects(net);
    net.crash();
    LoadPlan again = plan(mix);
    again.asks_nonces = true;
    net.start<LoadActor>(keys(2), again);
    net.run_for(seconds(5));
    const auto after = effects(net);
    EXPECT_EQ(after.at("sovereign_register"), 2U);
    EXPECT_EQ(after.at("contributor_register"), 2U);
    EXPECT_EQ(before.at("sovereign_register"), 2U);
    EXPECT_GT(after.at("mission_create"), before.at("mission_create"))
        << "it knows the missions of this run only";
    EXPECT_GT(after.at("mission_apply"), before.at("mission_apply"));
    EXPECT_EQ(net.rejections(), 0U);
}

TEST(LoadMix, TimesCountFromWhenAllIsSetUp) {
    ClientNet net;
    net.start<LoadActor>(keys(2), plan({.shares = {{.kind = "treasury_deposit"}}}));
    net.run_for(seconds(5));
    ASSERT_EQ(net.observer.finalized.size(), 22U);
    EXPECT_EQ(net.observer.probes["load_prepares"], 1);
    EXPECT_EQ(net.observer.probes["load_begun"], 1);
    const Instant first = net.observer.finalized[2].intended;
    EXPECT_GT(first, net.observer.finalized[1].intended);
    EXPECT_EQ(net.observer.finalized[21].intended - first, milliseconds(950));
}

TEST(LoadMix, DrawsByWeightAndFromNothingButTheStream) {
    const LoadMix mix{.shares = {{.kind = "transfer", .weight = 70},
                                 {.kind = "asset_register", .weight = 29},
                                 {.kind = "profile_update", .weight = 1}}};
    const auto draw = [&mix](std::uint64_t seed) {
        LoadMaker maker(mix, {id_of(0), id_of(1)});
        SeededEntropy entropy(seed);
        std::vector<std::string> kinds;
        for (std::uint64_t i = 0; i < 10'000; ++i) {
            kinds.emplace_back(graph::kind_of(maker.make(i % 2, Nonce{i}, Instant{}, entropy)));
        }
        return kinds;
    };
    const std::vector<std::string> once = draw(7);
    EXPECT_EQ(once, draw(7));
    EXPECT_NE(once, draw(8));
    std::map<std::string, int> counts;
    for (const std::string& kind : once) {
        ++counts[kind];
    }
    EXPECT_NEAR(counts["transfer"], 7'000, 200);
    EXPECT_NEAR(counts["asset_register"], 2'900, 200);
    EXPECT_NEAR(counts["profile_update"], 100, 50);
}

TEST(LoadMix, AMemoMakesTransfersAsLongAsAsked) {
    for (const std::uint32_t bytes : {kLoadBytesMin, 256U, kLoadBytesMax}) {
        LoadMaker maker({.shares = {}, .transaction_bytes = bytes}, {id_of(0), id_of(1)});
        SeededEntropy entropy(1);
        const auto transaction =
            nexus::tests::signed_by(0, Nonce{5}, maker.make(0, Nonce{5}, Instant{}, entropy));
        EXPECT_EQ(transaction->size(), bytes);
    }
    for (std::uint32_t bytes = kLoadBytesMin; bytes <= kLoadBytesMax; ++bytes) {
        LoadMaker maker({.shares = {}, .transaction_bytes = bytes}, {id_of(0), id_of(1)});
        SeededEntropy entropy(1);
        const graph::Body body = maker.make(0, Nonce{5}, Instant{}, entropy);
        const std::size_t size = nexus::tests::signed_by(0, Nonce{5}, body)->size();
        EXPECT_LE(size, bytes);
        EXPECT_GE(size + 1, bytes) << "the length of a memo can take a byte more";
    }
    ClientNet net;
    net.start<LoadActor>(keys(2), plan({.shares = {}, .transaction_bytes = 256}));
    net.run_for(seconds(3));
    EXPECT_EQ(effects(net), (std::map<std::string, std::size_t>{{"payment", 20}}));
    for (const auto& each : net.ledger().done) {
        EXPECT_EQ(each.transaction->size(), 256U);
    }
}

}  // namespace
}  // namespace nexus::actors::tests
