// Random small scenarios with faults that a protocol bears: every invariant holds, whatever goes
// wrong, and the same scenario is the same run.

#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/cluster/simulation.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/support/seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::uint64_t kCases = 8;

/// Draws a scenario in which at most f of 3f+1 validators are Byzantine, crash or are cut off, and
/// everything that is wrong ends in time to finish what clients were promised.
class BearableScenario {
public:
    explicit BearableScenario(std::uint64_t seed) : random_(seed, "bearable") {
        scenario_.name = "random";
        scenario_.seed = random_.next();
        scenario_.duration = seconds(6);
        scenario_.grace = seconds(20);
    }

    Scenario draw() {
        draw_network();
        draw_people();
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < scenario_.validators.count; ++i) {
            order.push_back(i);
        }
        random_.shuffle(order);
        const std::uint32_t bearable = (scenario_.validators.count - 1) / 3;
        for (std::uint32_t i = 0; i < bearable; ++i) {
            trouble(order[i]);
        }
        for (std::uint64_t i = random_.below(3); i > 0; --i) {
            noise();
        }
        return scenario_;
    }

private:
    Duration ms(std::int64_t low, std::int64_t high) {
        return milliseconds(random_.between(low, high));
    }
    Ppm share(std::int64_t percent_max) {
        return static_cast<Ppm>(random_.between(0, percent_max * 10'000));
    }

    void draw_network() {
        NetworkSpec& network = scenario_.network;
        network.matrix = "uniform";
        network.uniform_delay = ms(1, 60);
        network.jitter = share(100);
        network.loss = random_.below(2) == 0 ? 0 : share(3);
        network.duplicate = random_.below(2) == 0 ? 0 : share(10);
        network.reorder = random_.below(2) == 0 ? 0 : share(10);
        network.seeded_ties = random_.below(4) != 0;
        ValidatorSpec& validators = scenario_.validators;
        validators.count = static_cast<std::uint32_t>(random_.between(4, 7));
        validators.regions = {"uniform"};
        validators.stakes.assign(validators.count, 100);
        validators.fsync = ms(0, 5);
        scenario_.parameters = {{"view_timeout_ms", random_.between(300, 900)},
                                {"view_timeout_max_ms", 2'000},
                                {"resend_ms", random_.between(200, 600)}};
    }
    void draw_people() {
        LoadSpec& load = scenario_.load;
        load.steps = {{.at = {}, .rate = static_cast<std::uint32_t>(random_.between(1, 12))}};
        load.sources = static_cast<std::uint32_t>(random_.between(1, 3));
        load.accounts = 4;
        load.stop = seconds(5);
        if (random_.below(2) == 0) {
            return;
        }
        SovereignSpec& sovereign = scenario_.sovereigns.emplace_back();
        sovereign.name = "Aldea";
        sovereign.place = "distributed";
        sovereign.region = "uniform";
        sovereign.missions = 2;
        sovereign.mission_interval = seconds(1);
        PopulationSpec& settlers = scenario_.populations.emplace_back();
        settlers.name = "settlers";
        settlers.count = static_cast<std::uint32_t>(random_.between(1, 4));
        settlers.join_within = seconds(2);
        settlers.think = milliseconds(300);
        settlers.work = milliseconds(500);
        settlers.patience = seconds(2);
    }

    FaultSpec& fault(FaultKind kind) {
        FaultSpec& made = scenario_.faults.emplace_back();
        made.kind = kind;
        made.at = ms(0, 3'000);
        made.lasts = ms(100, 2'500);
        return made;
    }
    /// Something bad that is one validator's alone.
    void trouble(std::uint32_t victim) {
        const std::string name = validator_node(victim);
        switch (random_.below(7)) {
            case 0:
                fault(random_.below(2) == 0 ? FaultKind::Crash : FaultKind::Wipe).targets = {name};
                break;
            case 1:
                fault(FaultKind::Partition).groups = {{}, {name}};
                break;
            case 2: {
                FaultSpec& deaf = fault(FaultKind::Loss);
                deaf.rate = share(100);
                (random_.below(2) == 0 ? deaf.from : deaf.to) = {name};
                break;
            }
            case 3: {
                FaultSpec& slow = fault(FaultKind::Slow);
                slow.targets = {name};
                slow.factor = static_cast<std::uint32_t>(random_.between(2, 200));
                break;
            }
            default: {
                ByzantineSpec& byzantine = scenario_.byzantine.emplace_back();
                byzantine.validators = {victim};
                byzantine.behaviour = static_cast<Behaviour>(
                    random_.below(static_cast<std::uint64_t>(Behaviour::Last) + 1));
                if (byzantine.behaviour == Behaviour::Delayer) {
                    byzantine.delay = ms(1, 400);
                }
            }
        }
    }
    /// Something bad that hits anybody and stops nobody.
    void noise() {
        switch (random_.below(3)) {
            case 0:
                fault(FaultKind::Loss).rate = share(20);
                break;
            case 1: {
                FaultSpec& more = fault(FaultKind::Reorder);
                more.rate = share(50);
                more.targets = {validator_node(0)};
                break;
            }
            default: {
                FaultSpec& late = fault(FaultKind::Delay);
                late.targets = {validator_node(1)};
                late.delay = ms(1, 200);
            }
        }
    }

    Prng random_;
    Scenario scenario_;
};

RunReport run(const Scenario& scenario, bool reencode) {
    RunOptions options;
    options.reencode_packets = reencode;
    auto report = simulate(scenario, options);
    EXPECT_TRUE(report.ok()) << report.status().message();
    return report.ok() ? *std::move(report) : RunReport{};
}

TEST(RandomScenario, InvariantsHoldAndRunsRepeat) {
    const std::uint64_t first = tests::seed_from_environment(1);
    for (std::uint64_t seed = first; seed < first + tests::case_count(kCases); ++seed) {
        SCOPED_TRACE(tests::replay_line(seed, "RandomScenario"));
        const auto scenario = recheck_scenario(BearableScenario(seed).draw());
        ASSERT_TRUE(scenario.ok()) << scenario.status().message();
        SCOPED_TRACE(format_scenario(*scenario));
        const RunReport report = run(*scenario, false);
        for (const InvariantSummary& invariant : report.invariants) {
            EXPECT_EQ(invariant.violated, 0U)
                << invariant.name << ": " << testing::PrintToString(invariant.examples);
        }
        EXPECT_GE(report.blocks_finalized, 5U) << "what holds of a chain that stands still?";
        EXPECT_EQ(run(*scenario, true).digest, report.digest)
            << "again, with every packet encoded and decoded";
    }
}

}  // namespace
}  // namespace nexus::sim
