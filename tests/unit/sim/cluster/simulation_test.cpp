// Whole runs of tiny scenarios: every behaviour does what it is called, and the same scenario is
// the same run.

#include "sim/cluster/simulation.hpp"

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/unit/sim/cluster/simulation_fixture.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

using testing::HasSubstr;
using tests::dropped;
using tests::expect_sound;
using tests::run;
using tests::tiny;

TEST(Simulation, AQuietRunFinalizesEverythingAndEveryCheckerLooks) {
    const RunReport report = run(tiny());
    expect_sound(report);
    EXPECT_EQ(report.submitted, 15U);
    EXPECT_EQ(report.finalized, 15U);
    EXPECT_EQ(report.latency.count(), 15U) << "each client heard of each of its own";
    EXPECT_EQ(dropped(report), 0U);
    EXPECT_TRUE(report.passed);
    for (const InvariantSummary& invariant : report.invariants) {
        if (invariant.name != "ownership") {  // there are no assets without communities
            EXPECT_GT(invariant.checked, 0U) << invariant.name;
        }
    }
}

TEST(Simulation, TheSameScenarioIsTheSameRun) {
    const RunReport first = run(tiny());
    const RunReport second = run(tiny());
    EXPECT_EQ(first.digest, second.digest);
    EXPECT_EQ(first.events, second.events);
    ASSERT_FALSE(first.blocks.empty());
    EXPECT_EQ(first.blocks.back().id, second.blocks.back().id);
    EXPECT_NE(first.digest, Hash{});
}

TEST(Simulation, AnotherSeedIsAnotherRun) {
    Scenario other = tiny();
    other.seed = 2;
    EXPECT_NE(run(tiny()).digest, run(other).digest);
}

TEST(Simulation, WatchingChangesNothing) {
    RunOptions options;
    double wall = 0;
    int steps = 0;
    options.wall_clock = [&wall] { return wall += 2; };
    options.progress = [&steps](Duration, Duration) { ++steps; };
    const RunReport watched = run(tiny(), std::move(options));
    EXPECT_EQ(watched.digest, run(tiny()).digest);
    EXPECT_GT(steps, 10);
    EXPECT_DOUBLE_EQ(watched.wall_seconds, 2);
}

TEST(Simulation, EncodingEveryPacketChangesNothing) {
    Scenario scenario = tiny();
    scenario.duration = seconds(6);
    SovereignSpec& sovereign = scenario.sovereigns.emplace_back();
    sovereign.name = "Aldea";
    sovereign.region = scenario.validators.regions.at(0);
    sovereign.missions = 1;
    sovereign.mission_interval = seconds(1);
    sovereign.mission_reward = Amount(5);
    PopulationSpec& settlers = scenario.populations.emplace_back();
    settlers.name = "settlers";
    settlers.count = 2;
    settlers.join_within = seconds(1);
    settlers.think = milliseconds(300);
    settlers.work = milliseconds(300);
    RunOptions reencoding;
    reencoding.reencode_packets = true;
    const RunReport plain = run(scenario);
    expect_sound(plain);
    ASSERT_EQ(plain.sovereigns.size(), 1U);
    EXPECT_NE(plain.sovereigns[0].id, 0U) << "the community is registered";
    EXPECT_EQ(plain.sovereigns[0].members, 2U);
    EXPECT_GT(plain.proofs_verified, 0U);
    EXPECT_EQ(run(scenario, std::move(reencoding)).digest, plain.digest);
}

TEST(Simulation, AnUnknownProtocolRegionOrMatrixIsAnErrorThatNamesIt) {
    Scenario protocol = tiny();
    protocol.protocol = "tendermint";
    Scenario region = tiny();
    region.network.matrix = "aws";
    region.validators.regions = {"atlantis"};
    Scenario matrix = tiny();
    matrix.network.matrix = "moon";
    Scenario home = region;
    home.validators.regions = {"eu-west-1"};
    home.sovereigns.emplace_back().name = "Aldea";
    home.sovereigns.back().region = "lemuria";
    const std::vector<std::pair<Scenario, std::string>> cases = {
        {protocol, "tendermint"}, {region, "atlantis"}, {matrix, "moon"}, {home, "lemuria"}};
    for (const auto& [scenario, name] : cases) {
        const auto report = simulate(scenario, {});
        ASSERT_FALSE(report.ok()) << name;
        EXPECT_EQ(report.status().code(), absl::StatusCode::kInvalidArgument);
        EXPECT_THAT(std::string(report.status().message()), HasSubstr(name));
        EXPECT_THAT(std::string(report.status().message()), HasSubstr("s.toml"));
    }
}

TEST(Simulation, ATraceThatCannotBeWrittenIsAnError) {
    RunOptions options;
    options.trace_file = "/dev/null/trace.nxt";
    EXPECT_FALSE(simulate(tiny(), options).ok());
}

TEST(Simulation, AnExpectationThatDoesNotHoldFailsTheRun) {
    const RunReport report =
        run(tiny("[expect]\nall = [\"finalized_blocks >= 5000\", \"finalized_blocks > 1\"]\n"));
    EXPECT_FALSE(report.passed);
    ASSERT_EQ(report.expectations.size(), 2U);
    EXPECT_FALSE(report.expectations[0].held);
    EXPECT_TRUE(report.expectations[1].held);
    EXPECT_EQ(report.expectations[0].actual, static_cast<double>(report.blocks_finalized));
}

TEST(Simulation, ARunThatFinalizesNothingFailsUnlessThatIsExpected) {
    const std::string crash =
        "[[fault]]\nat = \"0s\"\nkind = \"crash\"\n"
        "targets = [\"validator-0\", \"validator-1\"]\n";
    Scenario scenario = tiny(crash);
    scenario.load.steps.clear();
    const RunReport report = run(scenario);
    EXPECT_EQ(report.blocks_finalized, 0U);
    EXPECT_FALSE(report.passed) << "nothing was checked";
    EXPECT_THAT(report.unchecked, testing::ElementsAre("agreement", "validity"));
    for (const char* expected : {"finalized_blocks == 0", "height < 1", "height <= 0.5"}) {
        Scenario wanted = tiny(crash + "[expect]\nall = [\"" + expected + "\"]\n");
        wanted.load.steps.clear();
        EXPECT_TRUE(run(wanted).passed) << expected;
    }
    Scenario more = tiny(crash + "[expect]\nall = [\"finalized_blocks >= 0\"]\n");
    EXPECT_FALSE(run(more).passed) << "that says nothing";
}

TEST(Simulation, AnInvariantThatIsToBreakAndHoldsFailsTheRun) {
    const RunReport report = run(tiny("[expect]\nviolations = [\"agreement\"]\n"));
    EXPECT_FALSE(report.passed) << "a chain that was to fork and did not";
    for (const InvariantSummary& invariant : report.invariants) {
        EXPECT_EQ(invariant.violated, 0U) << invariant.name;
    }
}

TEST(Simulation, AnExpectationOfWhatWasNotMeasuredDoesNotHold) {
    Scenario scenario = tiny("[expect]\nall = [\"latency_p99_ms < 9000\"]\n");
    scenario.load.steps.clear();
    const RunReport report = run(scenario);
    EXPECT_FALSE(report.passed);
    ASSERT_EQ(report.expectations.size(), 1U);
    EXPECT_EQ(report.expectations[0].actual, std::nullopt);
}

// --- Byzantine behaviour -------------------------------------------------------------------------

TEST(Behaviour, ASilentValidatorSendsNothing) {
    const RunReport report = run(tiny("[[byzantine]]\nvalidators = [2]\nbehaviour = \"silent\"\n"));
    expect_sound(report);
    EXPECT_EQ(report.nodes.at(2).packets_sent, 0U);
    EXPECT_EQ(report.nodes.at(2).behaviour, "silent");
    EXPECT_TRUE(report.nodes.at(2).byzantine);
    EXPECT_FALSE(report.nodes.at(1).byzantine);
    EXPECT_GT(report.nodes.at(1).packets_sent, 0U);
    EXPECT_GT(report.longest_commit_gap_ms, run(tiny()).longest_commit_gap_ms)
        << "its turns are timeouts";
}

TEST(Behaviour, ADelayerSlowsTheChainAndBreaksNothing) {
    const RunReport report =
        run(tiny("[[byzantine]]\nvalidators = [2]\nbehaviour = \"delayer\"\ndelay = \"300ms\"\n"));
    expect_sound(report);
    EXPECT_EQ(report.nodes.at(2).behaviour, "delayer");
    EXPECT_LT(report.blocks_finalized, run(tiny()).blocks_finalized);
}

TEST(Behaviour, TwinsWithinTheBoundAreBorne) {
    const RunReport report = run(tiny("[[byzantine]]\nvalidators = [2]\nbehaviour = \"twins\"\n"));
    expect_sound(report);
    std::size_t twins = 0;
    for (const NodeSummary& node : report.nodes) {
        twins += node.behaviour == "twins" ? 1U : 0U;
    }
    EXPECT_EQ(twins, 2U) << "both instances are in the report";
}

std::uint64_t probes_like(const RunReport& report, std::string_view prefix) {
    std::uint64_t sum = 0;
    for (const auto& [name, count] : report.probes) {
        sum += name.starts_with(prefix) ? count : 0U;
    }
    return sum;
}

TEST(Behaviour, WhatALyingGatewaySaysIsRefusedAndAllBecomesFinal) {
    const std::string liars = "[[byzantine]]\nvalidators = [0]\nbehaviour = \"lying_gateway\"\n";
    std::uint64_t caught = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {  // twelve clients, six ways to lie
        Scenario scenario = tiny(liars);
        scenario.seed = seed;
        scenario.grace = seconds(14);  // two patiences: what is left out shows when they are over
        const RunReport report = run(scenario);
        expect_sound(report);
        EXPECT_EQ(report.nodes.at(0).behaviour, "lying_gateway");
        EXPECT_EQ(report.finalized, report.submitted);
        EXPECT_EQ(report.latency.count(), report.submitted)
            << "the client heard of each from somebody, seed " << seed;
        caught += probes_like(report, "lie: ");
    }
    EXPECT_GE(caught, 6U) << "most ways to lie show at the first notice";
    EXPECT_EQ(probes_like(run(tiny()), "lie: "), 0U);
}

TEST(Behaviour, EncodingWhatLiarsSayChangesNothing) {
    Scenario scenario = tiny("[[byzantine]]\nvalidators = [0]\nbehaviour = \"lying_gateway\"\n");
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        scenario.seed = seed;
        RunOptions reencoding;
        reencoding.reencode_packets = true;
        EXPECT_EQ(run(scenario, std::move(reencoding)).digest, run(scenario).digest);
    }
}

TEST(Behaviour, HonestValidatorsLeaveNoEvidence) {
    for (const auto& [name, count] : run(tiny()).probes) {
        EXPECT_THAT(name, testing::Not(HasSubstr("evidence")));
    }
}

}  // namespace
}  // namespace nexus::sim
