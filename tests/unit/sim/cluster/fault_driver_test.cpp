// Whole runs of tiny scenarios with faults: each does what it is called, ends when it should and is
// credited with what it did, however many meet.

#include "sim/cluster/fault_driver.hpp"

#include "base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/unit/sim/cluster/simulation_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::sim {
namespace {

using tests::dropped;
using tests::expect_sound;
using tests::run;
using tests::tiny;

/// The one fault of a run.
const FaultSummary& fault_of(const RunReport& report, std::string_view kind) {
    const auto found = std::find_if(report.faults.begin(), report.faults.end(),
                                    [kind](const FaultSummary& each) { return each.kind == kind; });
    static const FaultSummary kNone{};
    EXPECT_NE(found, report.faults.end()) << "no fault of kind " << kind;
    return found == report.faults.end() ? kNone : *found;
}

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
    if (fault.kind == "loss") {
        EXPECT_EQ(fault.affected, report.packets_dropped.at("loss"));
    }
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
                    FaultCase{"Wipe", "wipe", "targets = [\"validator-1\"]\n"},
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
                    FaultCase{"DelayOneWay", "delay",
                              "from = [\"validator-3\"]\nto = [\"validator-0\"]\n"
                              "delay = \"80ms\"\n"},
                    FaultCase{"DelayOfAllLinks", "delay", "delay = \"40ms\"\n"},
                    FaultCase{"Bandwidth", "bandwidth",
                              "targets = [\"validator-3\"]\nbandwidth = \"100kbps\"\n"},
                    FaultCase{"BandwidthOfLinks", "bandwidth",
                              "to = [\"validator-1\"]\nbandwidth = \"100kbps\"\n"}),
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

TEST(FaultDriver, AWipedValidatorBeginsAgainAndVotesOnlyWhenItMay) {
    const RunReport report =
        run(tiny("[[fault]]\nat = \"1s\"\nlasts = \"1ms\"\nkind = \"wipe\"\n"
                 "targets = [\"validator-1\"]\n"));
    expect_sound(report);
    EXPECT_EQ(report.faults_fired.at("wipe"), 1U);
    EXPECT_EQ(report.probes.at("amnesia"), 1U) << "it knows that it has forgotten";
    EXPECT_EQ(report.probes.at("vote_floor"), 1U) << "and was told where it may vote";
    EXPECT_EQ(report.probes.count("evidence: double notarize"), 0U);
    EXPECT_EQ(report.probes.count("evidence: nullify and finalize"), 0U);
    EXPECT_GE(report.nodes.at(1).height + 3, report.height) << "it has caught up";
    const RunReport crash =
        run(tiny("[[fault]]\nat = \"1s\"\nlasts = \"1ms\"\nkind = \"crash\"\n"
                 "targets = [\"validator-1\"]\n"));
    EXPECT_EQ(crash.probes.count("amnesia"), 0U) << "a crash alone is not forgetting";
}

TEST(FaultDriver, TheDiskOfWhoIsDownCanBeLostToo) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "1s"
lasts = "500ms"
kind = "crash"
targets = ["validator-1"]
[[fault]]
at = "1200ms"
kind = "wipe"
targets = ["validator-1"]
[[fault]]
at = "2s"
kind = "restart"
targets = ["validator-1"]
)"));
    expect_sound(report);
    EXPECT_EQ(report.faults_fired.at("wipe"), 1U);
    EXPECT_EQ(report.faults_fired.at("restart"), 1U) << "the end of the crash was not its own";
    EXPECT_EQ(report.probes.at("amnesia"), 1U);
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

/// Faults that are configured and do nothing.
class IdleFault : public testing::TestWithParam<FaultCase> {};

TEST_P(IdleFault, TouchesNothingAndDoesNotFire) {
    const RunReport report = run(tiny(std::string("[[fault]]\nat = \"1003ms\"\nkind = \"") +
                                      GetParam().kind + "\"\n" + GetParam().body));
    EXPECT_EQ(fault_of(report, GetParam().kind).affected, 0U);
    EXPECT_FALSE(report.faults_fired.contains(GetParam().kind));
    EXPECT_EQ(report.digest, run(tiny()).digest) << "and it made no difference";
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, IdleFault,
    testing::Values(FaultCase{"NoLoss", "loss", "rate = \"0%\"\n"},
                    FaultCase{"ShortLoss", "loss", "rate = \"100%\"\nlasts = \"1us\"\n"},
                    FaultCase{"ShortDuplicate", "duplicate", "rate = \"100%\"\nlasts = \"1us\"\n"},
                    FaultCase{"ShortReorder", "reorder", "rate = \"100%\"\nlasts = \"1us\"\n"},
                    FaultCase{"ShortPartition", "partition",
                              "groups = [[], [\"validator-1\"]]\nlasts = \"1us\"\n"},
                    FaultCase{"ShortBlock", "block",
                              "targets = [\"validator-0\", \"validator-1\"]\nlasts = \"1us\"\n"},
                    FaultCase{"FullSpeed", "slow", "targets = [\"validator-2\"]\nfactor = 1\n"},
                    FaultCase{"NoDelay", "delay", "targets = [\"validator-2\"]\ndelay = \"0s\"\n"},
                    FaultCase{"MoreBandwidth", "bandwidth",
                              "targets = [\"validator-3\"]\nbandwidth = \"100Gbps\"\n"}),
    [](const testing::TestParamInfo<FaultCase>& param) { return std::string(param.param.name); });

struct MeetingFaults {
    const char* name;
    const char* kind;
    const char* strong;
    const char* weak;
};

/// A weaker fault within the time of a stronger one.
class MeetingFault : public testing::TestWithParam<MeetingFaults> {};

TEST_P(MeetingFault, TheWeakerOneNeitherAddsNorEndsAnything) {
    const std::string kind = std::string("kind = \"") + GetParam().kind + "\"\n";
    const std::string strong =
        "[[fault]]\nat = \"1s\"\nlasts = \"1s\"\n" + kind + GetParam().strong;
    const std::string weak =
        "[[fault]]\nat = \"1200ms\"\nlasts = \"300ms\"\n" + kind + GetParam().weak;
    const RunReport alone = run(tiny(strong));
    const RunReport both = run(tiny(strong + weak));
    EXPECT_EQ(both.digest, alone.digest);
    EXPECT_GT(alone.faults.at(0).affected, 0U);
    EXPECT_EQ(both.faults.at(0).affected, alone.faults.at(0).affected);
    EXPECT_EQ(both.faults.at(1).affected, 0U);
    EXPECT_EQ(both.faults_fired.at(GetParam().kind), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, MeetingFault,
    testing::Values(MeetingFaults{"Loss", "loss", "rate = \"50%\"\n", "rate = \"10%\"\n"},
                    MeetingFaults{"LossOfLinks", "loss", "rate = \"50%\"\n",
                                  "rate = \"10%\"\ntargets = [\"validator-1\"]\n"},
                    MeetingFaults{"Duplicate", "duplicate", "rate = \"50%\"\n", "rate = \"10%\"\n"},
                    MeetingFaults{"Reorder", "reorder", "rate = \"50%\"\n", "rate = \"10%\"\n"},
                    MeetingFaults{"Slow", "slow", "targets = [\"validator-2\"]\nfactor = 50\n",
                                  "targets = [\"validator-2\"]\nfactor = 2\n"},
                    MeetingFaults{"Delay", "delay",
                                  "targets = [\"validator-2\"]\ndelay = \"80ms\"\n",
                                  "targets = [\"validator-2\"]\ndelay = \"9ms\"\n"},
                    MeetingFaults{"Bandwidth", "bandwidth",
                                  "targets = [\"validator-2\"]\nbandwidth = \"100kbps\"\n",
                                  "targets = [\"validator-2\"]\nbandwidth = \"200kbps\"\n"},
                    MeetingFaults{"Partition", "partition",
                                  "groups = [[\"validator-0\", \"validator-1\"], "
                                  "[\"validator-2\", \"validator-3\"]]\n",
                                  "groups = [[], [\"validator-2\", \"validator-3\"]]\n"},
                    MeetingFaults{"Crash", "crash", "targets = [\"validator-1\"]\n",
                                  "targets = [\"validator-1\"]\n"}),
    [](const testing::TestParamInfo<MeetingFaults>& param) {
        return std::string(param.param.name);
    });

TEST(FaultDriver, AStrongerFaultWithinAWeakerOneIsCreditedWithWhatItAdds) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "1s"
kind = "delay"
targets = ["validator-2"]
delay = "20ms"
lasts = "1s"
[[fault]]
at = "1400ms"
kind = "delay"
targets = ["validator-2"]
delay = "60ms"
lasts = "300ms"
)"));
    EXPECT_GT(report.faults.at(1).affected, 0U);
    EXPECT_GT(report.faults.at(0).affected, report.faults.at(1).affected)
        << "before, meanwhile and after";
}

TEST(FaultDriver, WhatTheNetworkLosesAnywayIsNoFaultsDoing) {
    Scenario scenario = tiny("[[fault]]\nat = \"1s\"\nkind = \"loss\"\nrate = \"30%\"\n");
    scenario.network.loss = 200'000;
    const RunReport more = run(scenario);
    EXPECT_GT(more.faults.at(0).affected, 0U);
    EXPECT_LT(more.faults.at(0).affected, more.packets_dropped.at("loss") / 2);
    scenario.faults.at(0).rate = 200'000;
    const RunReport same = run(scenario);
    EXPECT_GT(same.packets_dropped.at("loss"), 20U);
    EXPECT_EQ(same.faults.at(0).affected, 0U);
    EXPECT_TRUE(same.faults_fired.empty());
}

TEST(FaultDriver, ATwofoldCrashEndsWithTheLastOfThem) {
    const std::string lasting = "kind = \"crash\"\ntargets = [\"validator-1\"]\n";
    const std::string for_good = "[[fault]]\nat = \"1500ms\"\n" + lasting;
    for (const char* at : {"1s", "1600ms"}) {
        const RunReport report = run(tiny("[[fault]]\nat = \"" + std::string(at) +
                                          "\"\nlasts = \"800ms\"\n" + lasting + for_good));
        expect_sound(report);
        EXPECT_TRUE(report.nodes.at(1).down) << "the one without an end is in force";
        EXPECT_EQ(report.faults_fired.at("crash"), 1U);
    }
}

TEST(FaultDriver, PartitionsThatMeetCutTogether) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "500ms"
kind = "partition"
groups = [["validator-0", "validator-1"], ["validator-2", "validator-3"]]
lasts = "2s"
[[fault]]
at = "600ms"
kind = "partition"
groups = [[], ["validator-3"]]
lasts = "1s"
)"));
    EXPECT_GE(report.longest_commit_gap_ms, 1800) << "three of four never meet";
    EXPECT_GT(report.faults.at(1).affected, 0U) << "it parts two that were together";
    EXPECT_LT(report.faults.at(1).affected, report.faults.at(0).affected);
}

TEST(FaultDriver, AFactorOfOneEndsSlowness) {
    const RunReport report = run(tiny(R"(
[[fault]]
at = "1s"
kind = "slow"
targets = ["validator-1", "validator-2"]
factor = 50
[[fault]]
at = "1500ms"
kind = "slow"
targets = ["validator-1"]
factor = 1
[[fault]]
at = "2s"
kind = "slow"
targets = ["validator-2"]
factor = 1
)"));
    EXPECT_DOUBLE_EQ(report.faults.at(0).until_s.value_or(0), 2);
    EXPECT_EQ(report.faults.at(1).affected, 1U);
    EXPECT_EQ(report.faults_fired.at("slow"), 3U);
}

}  // namespace
}  // namespace nexus::sim
