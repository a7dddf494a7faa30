// The search for smaller scenarios, with judges that decide by looking at the scenario alone.

#include "sim/shrink/shrink.hpp"

#include "base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/shrink/failure.hpp"
#include "sim/shrink/reductions.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Failure kFork{.violated = {"agreement"}, .missed = {}};
const Failure kNone{};

/// A bit of everything: ten faults, seven validators of different stakes, communities, load.
constexpr const char* kBig = R"(
[scenario]
name = "big"
duration = "60s"
[network]
latency = "aws"
loss = "1%"
duplicate = "1%"
[validators]
count = 7
regions = ["eu-west-1", "us-east-1", "ap-northeast-1"]
stake = [10, 11, 12, 13, 14, 15, 16]
[[sovereign]]
name = "Aldea"
[[sovereign]]
name = "Kift"
[[population]]
name = "settlers"
count = 40
sovereigns = ["Kift"]
[[population]]
name = "founders"
count = 7
[load]
steps = {0s = 100, 20s = 400, 40s = 50}
[[byzantine]]
validators = [2, 5]
behaviour = "twins"
[[fault]]
at = "5s"
kind = "crash"
targets = ["validator-1", "validator-6"]
[[fault]]
at = "9s"
kind = "restart"
targets = ["validator-1", "validator-6"]
[[fault]]
at = "11s"
kind = "loss"
rate = "5%"
lasts = "3s"
[[fault]]
at = "12s"
kind = "partition"
groups = [["validator-0", "validator-1"], ["validator-2", "Kift"], ["validator-3"]]
[[fault]]
at = "20s"
kind = "heal"
[[fault]]
at = "21s"
kind = "block"
targets = ["validator-3", "validator-4", "validator-5"]
lasts = "2s"
[[fault]]
at = "30s"
kind = "slow"
target = "validator-4"
factor = 9
[[fault]]
at = "31s"
kind = "delay"
target = "Aldea"
delay = "20ms"
[[fault]]
at = "32s"
kind = "crash"
target = "leader"
lasts = "1s"
[expect]
all = ["finalized_blocks >= 20", "latency_p99_ms < 9000"]
)";

class Nowhere final : public Resolver {
public:
    [[nodiscard]] absl::StatusOr<std::string> read(std::string_view path) const override {
        return absl::NotFoundError(std::string(path));
    }
    [[nodiscard]] absl::StatusOr<std::string> read_matrix(std::string_view file) const override {
        return absl::NotFoundError(std::string(file));
    }
};

Scenario big() {
    std::string text = kBig;
    // Regions of the real matrix are checked when the search reads its candidates again.
    const std::size_t aws = text.find("\"aws\"");
    text.replace(aws, 5, "\"uniform\"");
    auto scenario = parse_scenario(text, "big.toml", Nowhere());
    EXPECT_TRUE(scenario.ok()) << scenario.status().message();
    if (!scenario.ok()) {
        return {};
    }
    scenario->network.matrix = "aws";
    return *std::move(scenario);
}

using Fails = std::function<bool(const Scenario&)>;

struct Found {
    Shrunk shrunk;
    std::vector<std::string> tried;  ///< Texts of all candidates, in order.
};

/// Shrinks the big scenario, of which `fails` says whether it forks.
Found shrink_fork(const Fails& fails, std::uint64_t attempts = 2'000) {
    Found found;
    EXPECT_TRUE(fails(big())) << "the scenario to start from fails";
    const Judge judge = [&](const Scenario& scenario) -> absl::StatusOr<Failure> {
        found.tried.push_back(format_scenario(scenario));
        return fails(scenario) ? kFork : kNone;
    };
    found.shrunk = shrink(big(), kFork, judge, {.attempts_max = attempts, .progress = {}});
    EXPECT_EQ(found.shrunk.attempts, found.tried.size());
    EXPECT_TRUE(fails(found.shrunk.scenario)) << "the smaller one fails alike";
    return found;
}

std::vector<FaultKind> kinds(const Scenario& scenario) {
    std::vector<FaultKind> out;
    for (const FaultSpec& fault : scenario.faults) {
        out.push_back(fault.kind);
    }
    return out;
}

bool has_fault(const Scenario& scenario, FaultKind kind) {
    return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                       [kind](const FaultSpec& fault) { return fault.kind == kind; });
}

TEST(Shrink, AFailureWithoutAnyCauseLeavesNearlyNothing) {
    const Shrunk shrunk = shrink_fork([](const Scenario&) { return true; }).shrunk;
    EXPECT_TRUE(shrunk.is_complete);
    const ScenarioSize size = size_of(shrunk.scenario);
    EXPECT_EQ(size.faults, 0U);
    EXPECT_EQ(size.byzantine, 0U);
    EXPECT_EQ(size.validators, 1U);
    EXPECT_EQ(size.sovereigns, 0U);
    EXPECT_EQ(size.contributors, 0U);
    EXPECT_EQ(size.transactions, 0U);
    EXPECT_LE(size.seconds, 0.5);
    EXPECT_EQ(shrunk.scenario.network.loss, 0U);
    EXPECT_EQ(shrunk.scenario.network.matrix, "uniform");
    EXPECT_THAT(shrunk.scenario.expectations, IsEmpty());
    EXPECT_EQ(shrunk.scenario.seed, big().seed) << "a seed is no size";
}

TEST(Shrink, KeepsTheOneFaultThatMatters) {
    const Scenario scenario = shrink_fork([](const Scenario& candidate) {
                                  return has_fault(candidate, FaultKind::Slow);
                              }).shrunk.scenario;
    EXPECT_THAT(kinds(scenario), ElementsAre(FaultKind::Slow));
    EXPECT_EQ(scenario.validators.count, 1U);
    EXPECT_LT(scenario.faults[0].at, milliseconds(200)) << "it moved to the start";
    EXPECT_LE(scenario.duration, milliseconds(500));
}

TEST(Shrink, KeepsFaultsThatFailOnlyTogether) {
    const Scenario scenario = shrink_fork([](const Scenario& candidate) {
                                  return has_fault(candidate, FaultKind::Partition) &&
                                         has_fault(candidate, FaultKind::Delay);
                              }).shrunk.scenario;
    EXPECT_THAT(kinds(scenario), ElementsAre(FaultKind::Partition, FaultKind::Delay));
    EXPECT_EQ(scenario.faults[0].groups.size(), 2U);
    EXPECT_EQ(scenario.sovereigns.size(), 1U) << "Aldea is who is delayed";
}

TEST(Shrink, ARestartKeepsItsCrash) {
    const Scenario scenario = shrink_fork([](const Scenario& candidate) {
                                  return has_fault(candidate, FaultKind::Restart);
                              }).shrunk.scenario;
    EXPECT_THAT(kinds(scenario), ElementsAre(FaultKind::Crash, FaultKind::Restart));
    EXPECT_THAT(scenario.faults[0].targets, ElementsAre("validator-0"));
    EXPECT_THAT(scenario.faults[1].targets, ElementsAre("validator-0"));
}

TEST(Shrink, ValidatorsAreNumberedAnewAndKeepWhatTheyAre) {
    const auto is_culprit = [](const Scenario& candidate, std::uint64_t stake) {
        for (const ByzantineSpec& spec : candidate.byzantine) {
            for (const std::uint32_t validator : spec.validators) {
                if (candidate.validators.stakes[validator] == stake) {
                    return true;
                }
            }
        }
        return false;
    };
    const Scenario scenario =
        shrink_fork([&](const Scenario& candidate) {
            return is_culprit(candidate, 15) && candidate.validators.count >= 3;
        }).shrunk.scenario;
    EXPECT_EQ(scenario.validators.count, 3U);
    ASSERT_EQ(scenario.byzantine.size(), 1U);
    ASSERT_EQ(scenario.byzantine[0].validators.size(), 1U);
    const std::uint32_t culprit = scenario.byzantine[0].validators[0];
    EXPECT_EQ(scenario.validators.stakes[culprit], 15U);
    EXPECT_EQ(scenario.validators.regions[culprit], "ap-northeast-1") << "where it stood before";
}

TEST(Shrink, HalvesNumbersToTheLeastThatFails) {
    const Scenario scenario = shrink_fork([](const Scenario& candidate) {
                                  const auto& steps = candidate.load.steps;
                                  return !steps.empty() && steps.back().rate >= 37 &&
                                         candidate.duration >= milliseconds(7'300) &&
                                         size_of(candidate).contributors >= 5;
                              }).shrunk.scenario;
    ASSERT_EQ(scenario.load.steps.size(), 1U);
    EXPECT_EQ(scenario.load.steps[0].rate, 37U);
    EXPECT_EQ(scenario.duration, milliseconds(7'500)) << "in steps of half a second";
    EXPECT_EQ(size_of(scenario).contributors, 5U);
    EXPECT_EQ(scenario.load.sources, 1U);
    EXPECT_EQ(scenario.load.accounts, 2U);
}

TEST(Shrink, AnotherFailureIsNotTheSame) {
    // With one validator less it forks and loses funds as well: another story.
    const Judge judge = [](const Scenario& scenario) -> absl::StatusOr<Failure> {
        return scenario.validators.count < 7
                   ? Failure{.violated = {"agreement", "supply"}, .missed = {}}
                   : kFork;
    };
    const Shrunk shrunk = shrink(big(), kFork, judge, {.attempts_max = 2'000, .progress = {}});
    EXPECT_EQ(shrunk.scenario.validators.count, 7U);
    EXPECT_THAT(shrunk.scenario.faults, IsEmpty());
}

TEST(Shrink, EveryCandidatePassesTheChecker) {
    const Found found = shrink_fork([](const Scenario& candidate) {
        const absl::StatusOr<Scenario> again = recheck_scenario(candidate);
        EXPECT_TRUE(again.ok()) << again.status().message();
        return has_fault(candidate, FaultKind::Crash) || candidate.validators.count > 3;
    });
    EXPECT_GT(found.tried.size(), 20U);
}

TEST(Shrink, TriesNothingTwiceAndIsTheSameEveryTime) {
    const Fails fails = [](const Scenario& candidate) {
        return has_fault(candidate, FaultKind::Block) && candidate.network.loss > 0;
    };
    const Found first = shrink_fork(fails);
    const Found second = shrink_fork(fails);
    EXPECT_EQ(first.tried, second.tried);
    EXPECT_EQ(format_scenario(first.shrunk.scenario), format_scenario(second.shrunk.scenario));
    std::vector<std::string> sorted = first.tried;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end());
}

TEST(Shrink, StopsWhenAttemptsAreSpent) {
    const Fails fails = [](const Scenario& candidate) {
        return has_fault(candidate, FaultKind::Slow);
    };
    for (const std::uint64_t attempts : {1U, 2U, 7U, 23U}) {
        const Found found = shrink_fork(fails, attempts);
        EXPECT_EQ(found.tried.size(), attempts);
        EXPECT_FALSE(found.shrunk.is_complete);
    }
    EXPECT_TRUE(shrink_fork(fails).shrunk.is_complete);
}

TEST(Shrink, ACandidateThatCannotRunDoesNotFail) {
    const Judge judge = [](const Scenario& scenario) -> absl::StatusOr<Failure> {
        if (scenario.faults.empty()) {
            return absl::InternalError("no");
        }
        return kFork;
    };
    const Shrunk shrunk = shrink(big(), kFork, judge, {.attempts_max = 2'000, .progress = {}});
    EXPECT_EQ(shrunk.scenario.faults.size(), 1U);
}

TEST(Shrink, TellsItsProgress) {
    std::vector<std::uint64_t> told;
    ShrinkOptions options;
    options.attempts_max = 5;
    options.progress = [&](std::uint64_t attempts, const Scenario&) { told.push_back(attempts); };
    const Judge judge = [](const Scenario&) -> absl::StatusOr<Failure> { return kNone; };
    const Shrunk shrunk = shrink(big(), kFork, judge, options);
    EXPECT_THAT(told, ElementsAre(0, 1, 2, 3, 4));
    EXPECT_EQ(format_scenario(shrunk.scenario).find("finalized_blocks"), std::string::npos)
        << "expectations that have nothing to do with it are left out";
    EXPECT_EQ(shrunk.scenario.faults.size(), big().faults.size());
}

/// Blocks come one a second while fewer than two validators are down; five are expected.
Failure too_few_blocks(const Scenario& scenario) {
    const bool is_down = has_fault(scenario, FaultKind::Crash) &&
                         !has_fault(scenario, FaultKind::Restart) &&
                         scenario.faults.front().targets.size() >= 2;
    const Duration up = is_down ? scenario.faults.front().at : scenario.duration;
    return up < seconds(20) ? Failure{.violated = {}, .missed = {"finalized_blocks >= 20"}} : kNone;
}

TEST(Shrink, AnExpectationThatFaultsBreakIsNotBrokenByAShorterRun) {
    Scenario scenario = big();
    std::erase_if(scenario.faults,
                  [](const FaultSpec& fault) { return fault.kind == FaultKind::Restart; });
    const Failure kept = too_few_blocks(scenario);
    ASSERT_FALSE(kept.empty());
    const Judge judge = [](const Scenario& candidate) -> absl::StatusOr<Failure> {
        return too_few_blocks(candidate);
    };
    const Shrunk shrunk = shrink(scenario, kept, judge, {.attempts_max = 2'000, .progress = {}});
    EXPECT_THAT(kinds(shrunk.scenario), ElementsAre(FaultKind::Crash)) << "what broke it";
    EXPECT_EQ(shrunk.scenario.faults[0].targets.size(), 2U);
    EXPECT_EQ(shrunk.scenario.duration, seconds(20)) << "long enough to hold without the crash";
    ASSERT_EQ(shrunk.scenario.expectations.size(), 1U);
    EXPECT_EQ(shrunk.scenario.expectations[0].text, "finalized_blocks >= 20");
}

TEST(Shrink, ACrashThatIsBorneIsNotMadeUnbearable) {
    Scenario scenario = without_trouble(big());
    scenario.validators.stakes.assign(7, 100);
    FaultSpec crash;
    crash.kind = FaultKind::Crash;
    crash.at = seconds(1);
    crash.targets = {"validator-6"};
    scenario.faults = {crash};
    const Judge judge = [](const Scenario& candidate) -> absl::StatusOr<Failure> {
        return has_fault(candidate, FaultKind::Crash) ? kFork : kNone;
    };
    const Shrunk shrunk = shrink(scenario, kFork, judge, {.attempts_max = 2'000, .progress = {}});
    EXPECT_EQ(shrunk.scenario.validators.count, 4U);
    EXPECT_THAT(kinds(shrunk.scenario), ElementsAre(FaultKind::Crash));
}

// --- failures ------------------------------------------------------------------------------------

TEST(Failure, NamesWhatAReportSays) {
    RunReport report;
    report.invariants.resize(2);
    report.invariants[0].name = "agreement";
    report.invariants[0].violated = 2;
    report.invariants[1].name = "supply";
    report.expectations = {{.text = "a > 1", .held = false, .actual = 0},
                           {.text = "b > 1", .held = true, .actual = 2},
                           {.text = "c < 1", .held = false, .actual = std::nullopt}};
    report.expected_violations = {"agreement", "validity"};
    const Failure failure = failure_of(report);
    EXPECT_THAT(failure.violated, ElementsAre("agreement"));
    EXPECT_THAT(failure.missed, ElementsAre("a > 1", "no value: c < 1", "violated: validity"));
    EXPECT_EQ(describe(failure),
              "agreement violated; a > 1 did not hold; no value: c < 1 did not hold; "
              "violated: validity did not hold");
    EXPECT_THAT(essence(failure).missed, IsEmpty()) << "what follows from a broken invariant";
    EXPECT_EQ(essence({.violated = {}, .missed = {"a"}}).missed.size(), 1U);
    EXPECT_TRUE(failure_of(RunReport{}).empty());
}

TEST(Failure, IsAlikeIfTheSameInvariantsBreak) {
    const Failure both{.violated = {"agreement", "supply"}, .missed = {}};
    EXPECT_TRUE(fails_alike(kFork, {.violated = {"agreement"}, .missed = {"a > 1"}}));
    EXPECT_FALSE(fails_alike(kFork, both));
    EXPECT_FALSE(fails_alike(both, kFork));
    EXPECT_FALSE(fails_alike(kFork, kNone));
    const Failure slow{.violated = {}, .missed = {"a > 1"}};
    EXPECT_TRUE(fails_alike(slow, {.violated = {}, .missed = {"a > 1", "b > 1"}}));
    EXPECT_FALSE(fails_alike(slow, {.violated = {}, .missed = {"b > 1"}}));
    EXPECT_FALSE(fails_alike(slow, {.violated = {"agreement"}, .missed = {"a > 1"}}));
}

// --- steps ---------------------------------------------------------------------------------------

TEST(Reductions, ABlockWithoutItsSenderIsGone) {
    Scenario scenario = big();
    remove_validators(scenario, 3, 1);
    tidy(scenario);
    EXPECT_FALSE(has_fault(scenario, FaultKind::Block));
    EXPECT_TRUE(recheck_scenario(scenario).ok()) << recheck_scenario(scenario).status().message();
}

TEST(Reductions, TidyLeavesASoundScenarioAsItIs) {
    Scenario scenario = big();
    tidy(scenario);
    EXPECT_EQ(scenario, big());
}

TEST(Reductions, LessThanAThirdOfTheStakeIsBearable) {
    Scenario calm = without_trouble(big());
    EXPECT_TRUE(is_bearable(calm));
    EXPECT_FALSE(is_bearable(big())) << "two Byzantine and two crashed of seven";
    calm.validators.count = 4;
    calm.validators.stakes = {100, 100, 100, 100};
    FaultSpec fault;
    fault.kind = FaultKind::Crash;
    fault.targets = {"leader"};
    calm.faults = {fault};
    EXPECT_TRUE(is_bearable(calm)) << "one of four";
    calm.byzantine.emplace_back().validators = {2};
    EXPECT_FALSE(is_bearable(calm)) << "two of four";
    calm.byzantine.clear();
    calm.validators.stakes = {200, 100, 100, 100};
    EXPECT_FALSE(is_bearable(calm)) << "the leader may be the heaviest";
    calm.faults[0].kind = FaultKind::Partition;
    calm.faults[0].targets.clear();
    calm.faults[0].groups = {{}, {"validator-3"}};
    EXPECT_TRUE(is_bearable(calm));
    calm.faults[0].groups = {{"validator-3"}, {"validator-0", "validator-1", "validator-2"}};
    EXPECT_TRUE(is_bearable(calm)) << "whichever side is named first";
    calm.faults[0].groups = {{}, {"validator-0"}};
    EXPECT_FALSE(is_bearable(calm)) << "two fifths are cut off";
}

TEST(Reductions, WithoutTroubleNothingGoesWrong) {
    Scenario scenario = without_trouble(big());
    EXPECT_THAT(scenario.faults, IsEmpty());
    EXPECT_THAT(scenario.byzantine, IsEmpty());
    EXPECT_EQ(scenario.network.loss + scenario.network.duplicate + scenario.network.reorder, 0U);
    EXPECT_EQ(scenario.validators, big().validators);
}

TEST(Reductions, SizesAreCounted) {
    const ScenarioSize size = size_of(big());
    EXPECT_EQ(size.faults, 9U);
    EXPECT_EQ(size.byzantine, 2U);
    EXPECT_EQ(size.validators, 7U);
    EXPECT_EQ(size.sovereigns, 2U);
    EXPECT_EQ(size.contributors, 47U);
    EXPECT_EQ(size.transactions, 20U * 100 + 20U * 400 + 20U * 50);
    EXPECT_DOUBLE_EQ(size.seconds, 80);
}

}  // namespace
}  // namespace nexus::sim
