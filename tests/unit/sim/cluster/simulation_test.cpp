// Whole runs of tiny scenarios: every fault and behaviour does what it is called, and the same
// scenario is the same run.

#include "sim/cluster/simulation.hpp"

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/unit/sim/scenario/scenario_fixture.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

/// Four validators 10 ms apart, three seconds of five transfers a second; `more` is added.
Scenario tiny(const std::string& more = {}) {
    const std::string text = R"(
[scenario]
name = "tiny"
duration = "3s"
grace = "2s"
[network]
latency = "uniform"
uniform_delay = "10ms"
[validators]
count = 4
[protocol]
view_timeout_ms = 400
[load]
steps = {0s = 5}
sources = 1
accounts = 4
)" + more;
    auto scenario = tests::parse(text);
    EXPECT_TRUE(scenario.ok()) << scenario.status().message();
    return scenario.ok() ? *std::move(scenario) : Scenario{};
}

RunReport run(const Scenario& scenario, RunOptions options = {}) {
    auto report = simulate(scenario, std::move(options));
    EXPECT_TRUE(report.ok()) << report.status().message();
    return report.ok() ? *std::move(report) : RunReport{};
}

void expect_sound(const RunReport& report) {
    for (const InvariantSummary& invariant : report.invariants) {
        EXPECT_EQ(invariant.violated, 0U)
            << invariant.name << ": " << testing::PrintToString(invariant.examples);
    }
    EXPECT_GT(report.blocks_finalized, 3U);
}

/// The one fault of a run.
const FaultSummary& fault_of(const RunReport& report, std::string_view kind) {
    const auto found = std::find_if(report.faults.begin(), report.faults.end(),
                                    [kind](const FaultSummary& each) { return each.kind == kind; });
    static const FaultSummary kNone{};
    EXPECT_NE(found, report.faults.end()) << "no fault of kind " << kind;
    return found == report.faults.end() ? kNone : *found;
}

std::uint64_t dropped(const RunReport& report) {
    std::uint64_t sum = 0;
    for (const auto& [cause, count] : report.packets_dropped) {
        sum += count;
    }
    return sum;
}

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

// --- faults --------------------------------------------------------------------------------------

struct FaultCase {
    const char* name;
    const char* kind;
    const char* body;
};

/// Every kind that `lasts`, for one second from 1 s on.
class LastingFault : public testing::TestWithParam<FaultCase> {};

TEST_P(LastingFault, FiresEndsAndLeavesTheChainSound) {
    const RunReport report =
        run(tiny(std::string("[[fault]]\nat = \"1s\"\nlasts = \"1s\"\nkind = \"") +
                 GetParam().kind + "\"\n" + GetParam().body));
    expect_sound(report);
    EXPECT_EQ(report.finalized, report.submitted);
    EXPECT_EQ(report.faults_fired.count(GetParam().kind), 1U);
    const FaultSummary& fault = fault_of(report, GetParam().kind);
    EXPECT_GT(fault.affected, 0U) << "a fault that touched nothing proves nothing";
    EXPECT_DOUBLE_EQ(fault.at_s, 1);
    ASSERT_TRUE(fault.until_s.has_value());
    EXPECT_DOUBLE_EQ(*fault.until_s, 2);
    EXPECT_TRUE(fault.recovery_ms.has_value());
    EXPECT_NE(report.digest, run(tiny()).digest) << "and it made a difference";
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, LastingFault,
    testing::Values(FaultCase{"Crash", "crash", "targets = [\"validator-1\"]\n"},
                    FaultCase{"LeaderCrash", "crash", "targets = [\"leader\"]\n"},
                    FaultCase{"Partition", "partition", "groups = [[], [\"validator-1\"]]\n"},
                    FaultCase{"Block", "block", "targets = [\"validator-0\", \"validator-1\"]\n"},
                    FaultCase{"Slow", "slow", "targets = [\"validator-2\"]\nfactor = 50\n"},
                    FaultCase{"Loss", "loss", "rate = \"20%\"\n"},
                    FaultCase{"LossOfTargets", "loss",
                              "rate = \"30%\"\ntargets = [\"leader\", \"validator-0\"]\n"},
                    FaultCase{"LossOneWay", "loss", "rate = \"60%\"\nto = [\"validator-2\"]\n"},
                    FaultCase{"LossOfALink", "loss",
                              "rate = \"100%\"\nfrom = [\"validator-1\"]\n"
                              "to = [\"validator-2\", \"validator-3\"]\n"},
                    FaultCase{"DuplicateOfTargets", "duplicate",
                              "rate = \"50%\"\ntarget = \"region:uniform\"\n"},
                    FaultCase{"ReorderOneWay", "reorder",
                              "rate = \"50%\"\nfrom = [\"validator-1\"]\n"},
                    FaultCase{"Duplicate", "duplicate", "rate = \"30%\"\n"},
                    FaultCase{"Reorder", "reorder", "rate = \"30%\"\n"},
                    FaultCase{"Delay", "delay", "targets = [\"validator-3\"]\ndelay = \"80ms\"\n"},
                    FaultCase{"Bandwidth", "bandwidth",
                              "targets = [\"validator-3\"]\nbandwidth = \"100kbps\"\n"}),
    [](const testing::TestParamInfo<FaultCase>& param) { return std::string(param.param.name); });

TEST(FaultDriver, LossOnSomeLinksLeavesTheOthersAlone) {
    // Who is deaf is behind, whoever speaks; who is dumb is not.
    const auto heights = [](const std::string& side) {
        const RunReport report =
            run(tiny("[[fault]]\nat = \"500ms\"\nkind = \"loss\"\n"
                     "rate = \"100%\"\n" +
                     side + " = [\"validator-3\"]\n[expect]\n"));
        return std::pair(report.faults.at(0).affected, dropped(report));
    };
    const auto [deaf, deaf_dropped] = heights("to");
    const auto [both, both_dropped] = heights("targets");
    EXPECT_GT(deaf, 20U);
    EXPECT_GT(both, deaf) << "both ways is more than one";
    EXPECT_EQ(deaf_dropped, deaf);
    EXPECT_EQ(both_dropped, both);
}

TEST(FaultDriver, FaultsOfLinksOverlapAndEndOneByOne) {
    const auto lost = [](const std::string& second) {
        return dropped(
            run(tiny("[[fault]]\nat = \"500ms\"\nkind = \"loss\"\nrate = \"100%\"\n"
                     "from = [\"validator-3\"]\nlasts = \"2s\"\n" +
                     second)));
    };
    const std::uint64_t alone = lost("");
    const std::uint64_t within = lost(
        "[[fault]]\nat = \"600ms\"\nkind = \"loss\"\nrate = \"1ppm\"\n"
        "targets = [\"validator-3\"]\nlasts = \"100ms\"\n");
    EXPECT_GT(alone, 20U);
    EXPECT_NEAR(static_cast<double>(within), static_cast<double>(alone),
                static_cast<double>(alone) / 2)
        << "the end of the second is not that of the first";
}

TEST(FaultDriver, RestartBringsACrashedValidatorBack) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "1s"
kind = "crash"
targets = ["validator-1"]
[[fault]]
at = "2s"
kind = "restart"
targets = ["validator-1"]
)"));
    expect_sound(report);
    EXPECT_EQ(report.faults_fired.at("crash"), 1U);
    EXPECT_EQ(report.faults_fired.at("restart"), 1U);
    EXPECT_FALSE(report.nodes.at(1).down);
    EXPECT_GE(report.nodes.at(1).height + 3, report.height) << "it has caught up";
}

TEST(FaultDriver, ACrashWithoutEndStaysDownToTheEnd) {
    const RunReport report =
        run(tiny("[[fault]]\nat = \"1s\"\nkind = \"crash\"\ntargets = [\"validator-1\"]\n"));
    expect_sound(report);
    EXPECT_TRUE(report.nodes.at(1).down);
    EXPECT_FALSE(fault_of(report, "crash").until_s.has_value());
}

TEST(FaultDriver, HealEndsPartitionsAndBlocks) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "500ms"
kind = "partition"
groups = [["validator-0", "validator-1"], ["validator-2", "validator-3"]]
[[fault]]
at = "600ms"
kind = "block"
targets = ["validator-0", "validator-1"]
[[fault]]
at = "1500ms"
kind = "heal"
)"));
    expect_sound(report);
    EXPECT_DOUBLE_EQ(fault_of(report, "partition").until_s.value_or(0), 1.5);
    EXPECT_DOUBLE_EQ(fault_of(report, "block").until_s.value_or(0), 1.5);
    EXPECT_EQ(report.faults_fired.at("heal"), 1U);
    EXPECT_GE(report.longest_commit_gap_ms, 900) << "two of four are no quorum";
    EXPECT_LT(report.longest_commit_gap_ms, 3000) << "and after the healing they are four again";
}

TEST(FaultDriver, WhatNobodyEndsEndsWithTheDuration) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "1s"
kind = "partition"
groups = [["validator-0", "validator-1"], ["validator-2", "validator-3"]]
[[fault]]
at = "1s"
kind = "loss"
rate = "50%"
)"));
    expect_sound(report);
    EXPECT_DOUBLE_EQ(fault_of(report, "partition").until_s.value_or(0), 3);
    EXPECT_DOUBLE_EQ(fault_of(report, "loss").until_s.value_or(0), 3);
    EXPECT_EQ(report.finalized, report.submitted) << "the grace is for what is under way";
}

TEST(FaultDriver, AFaultEndsOnceThoughItWasMeantToLastLonger) {
    Scenario scenario = tiny(R"(
[[fault]]
at = "1s"
kind = "partition"
groups = [["validator-0", "validator-1"], ["validator-2", "validator-3"]]
lasts = "1800ms"
[[fault]]
at = "1500ms"
kind = "heal"
[[fault]]
at = "2s"
kind = "slow"
targets = ["validator-2"]
factor = 50
lasts = "900ms"
)");
    scenario.faults.back().lasts = seconds(2);  // half of it behind the end of all faults
    const RunReport report = run(scenario);
    expect_sound(report);
    EXPECT_DOUBLE_EQ(fault_of(report, "partition").until_s.value_or(0), 1.5);
    EXPECT_DOUBLE_EQ(fault_of(report, "slow").until_s.value_or(0), 3);
}

TEST(FaultDriver, TheEndOfOneCutLeavesTheOtherInForce) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "500ms"
kind = "partition"
groups = [["validator-0", "validator-1"], ["validator-2", "validator-3"]]
lasts = "2s"
[[fault]]
at = "600ms"
kind = "block"
targets = ["validator-0", "validator-1"]
lasts = "300ms"
)"));
    EXPECT_GE(report.longest_commit_gap_ms, 1800) << "the partition outlives the block";
}

TEST(FaultDriver, ACrashOfOneWhoIsDownCountsForNothing) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "1s"
kind = "crash"
targets = ["validator-1"]
[[fault]]
at = "2s"
kind = "crash"
targets = ["validator-1"]
)"));
    EXPECT_EQ(report.faults_fired.at("crash"), 1U);
}

// --- Byzantine behaviour -------------------------------------------------------------------------

TEST(Behaviour, ASilentValidatorSendsNothing) {
    const RunReport report = run(tiny("[[byzantine]]\nvalidators = [2]\nbehaviour = \"silent\"\n"));
    expect_sound(report);
    EXPECT_EQ(report.nodes.at(2).packets_sent, 0U);
    EXPECT_EQ(report.nodes.at(2).behaviour, "silent");
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
