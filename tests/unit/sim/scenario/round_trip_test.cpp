#include "base/amount.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/registry/registry.hpp"
#include "sim/report/metrics.hpp"
#include "sim/scenario/expectation.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "tests/support/seed.hpp"
#include "tests/unit/sim/scenario/scenario_fixture.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::sim::tests {
namespace {

/// Draws scenarios that keep the parser's rules, with every kind of value somewhere.
class ScenarioDraw {
public:
    explicit ScenarioDraw(std::uint64_t seed) : random_(seed, "scenarios") {}

    Scenario draw() {
        scenario_ = Scenario();
        scenario_.name = "drawn " + text();
        scenario_.summary = text() + "\n" + text();
        scenario_.duration = duration(10'000, 100'000);
        scenario_.grace = duration(0, 9'000);
        scenario_.seed = random_.next();
        draw_network();
        draw_validators();
        draw_protocol();
        draw_machine();
        draw_chain();
        draw_people();
        draw_load();
        for (std::uint64_t i = random_.below(6); i > 0; --i) {
            scenario_.faults.push_back(fault());
        }
        draw_byzantine();
        draw_expectations();
        return scenario_;
    }

private:
    std::uint32_t whole(std::int64_t low, std::int64_t high) {
        return static_cast<std::uint32_t>(random_.between(low, high));
    }
    /// Odd nanoseconds included. Units of the bounds: milliseconds.
    Duration duration(std::int64_t low, std::int64_t high) {
        const Duration at_least = milliseconds(random_.between(low, high - 1));
        return random_.below(3) == 0 ? at_least + nanoseconds(random_.between(0, 999'999))
                                     : at_least;
    }
    Amount amount(std::uint64_t max) { return Amount(random_.below(max + 1)); }
    std::string text() {
        static const std::vector<std::string> kPieces = {
            "plain", "\"quoted\"", "back\\slash", "Próspera", "# no comment", "'", "日本", "{}"};
        return kPieces[random_.below(kPieces.size())] + " " +
               kPieces[random_.below(kPieces.size())];
    }
    std::string region() {
        static const std::vector<std::string> kRegions = {"eu-west-1", "eu-south-1", "us-east-1"};
        return kRegions[random_.below(kRegions.size())];
    }
    std::vector<std::string> names(const std::vector<std::string>& from) {
        std::vector<std::string> out;
        for (const std::string& name : from) {
            if (random_.below(2) == 0) {
                out.push_back(name);
            }
        }
        return out;
    }

    void draw_network() {
        NetworkSpec& network = scenario_.network;
        if (random_.below(2) == 0) {
            network.matrix = "uniform";
            network.uniform_delay = duration(0, 9'000);
        }
        network.jitter = whole(0, 1'000'000);
        network.loss = whole(0, 1'000'000);
        network.duplicate = whole(0, 1'000'000);
        network.reorder = whole(0, 1'000'000);
        network.bandwidth_bps = 1'000 + random_.below(1'000'000'000);
        network.seeded_ties = random_.below(2) == 0;
    }
    void draw_validators() {
        ValidatorSpec& validators = scenario_.validators;
        validators.count = whole(2, 60);
        for (std::uint64_t i = random_.below(5) + 1; i > 0; --i) {
            validators.regions.push_back(region());
        }
        for (std::uint32_t i = 0; i < validators.count; ++i) {
            validators.stakes.push_back(1 + random_.below(1U << 30U));
        }
        validators.cores = whole(1, 64);
        validators.fsync = duration(0, 100);
    }
    void draw_protocol() {
        const auto& engines = consensus::engines();
        const consensus::Engine& engine = *engines[random_.below(engines.size())];
        scenario_.protocol = std::string(engine.name());
        for (const consensus::ParameterSpec& spec : engine.parameters()) {
            scenario_.parameters[std::string(spec.name)] = random_.between(spec.min, spec.max);
        }
    }
    void draw_machine() {
        MachineSpec& machine = scenario_.machine;
        machine.costs.name = text();
        machine.shared_cores = whole(0, 64);
        if (random_.below(2) == 0) {
            machine.fsync = duration(0, 100);
        }
        for (WorkCost& work : machine.costs.works) {
            work.picoseconds = random_.between(0, 1'000'000'000);
        }
        machine.costs.works.front().parallel = random_.below(2) == 0;
        machine.costs.packet_picoseconds = random_.between(0, 1'000'000'000);
        machine.costs.packet_byte_picoseconds = random_.between(0, 1'000'000'000);
        machine.costs.event_picoseconds = random_.between(0, 1'000'000'000);
    }
    void draw_chain() {
        scenario_.chain.id = random_.next();
        scenario_.chain.fee = amount(100);
        scenario_.chain.account_balance = Amount(1'000'000'000'000'000'000);
        scenario_.blocks.bytes_max = whole(1'000, 64'000'000);
        scenario_.blocks.transactions_max = whole(1, 65'536);
        scenario_.blocks.interval = duration(0, 1'000);
    }
    void draw_people() {
        const std::vector<std::string> skills = {"law", "farming", "software", "a b.c'd"};
        for (std::uint64_t i = random_.below(12); i > 0; --i) {
            SovereignSpec sovereign;
            sovereign.name = "S" + std::to_string(i) + " " + text();
            sovereign.idea = text();
            sovereign.place = text();
            sovereign.region = region();
            if (random_.below(2) == 0) {
                sovereign.latitude_udeg =
                    static_cast<std::int32_t>(random_.between(-90'000'000, 90'000'000));
                sovereign.longitude_udeg =
                    static_cast<std::int32_t>(random_.between(-180'000'000, 180'000'000));
            }
            sovereign.skills = names(skills);
            sovereign.admits = sovereign.skills.empty() ? "none" : "skilled";
            sovereign.treasury = amount(1'000'000'000'000'000'000);
            sovereign.mission_interval = duration(1, 9'000);
            scenario_.sovereigns.push_back(sovereign);
        }
        std::vector<std::string> known;
        for (const SovereignSpec& sovereign : scenario_.sovereigns) {
            known.push_back(sovereign.name);
        }
        for (std::uint64_t i = known.empty() ? 0 : random_.below(4); i > 0; --i) {
            PopulationSpec population;
            population.name = "P" + std::to_string(i) + text();
            population.count = whole(1, 100'000);
            population.sovereigns = names(known);
            population.skills = names(skills);
            population.join_within = duration(0, 9'000);
            scenario_.populations.push_back(population);
        }
    }
    void draw_load() {
        scenario_.load.stop = duration(9'000, 10'000);
        Duration at;
        for (std::uint64_t i = random_.below(5); i > 0; --i) {
            scenario_.load.steps.push_back({at, whole(0, 1'000'000)});
            at += duration(1, 1'500);
        }
        for (const std::string& kind : load_kind_names()) {
            if (random_.below(3) == 0) {
                scenario_.load.mix.push_back({kind, whole(1, 1'000'000)});
            }
        }
        scenario_.load.transaction_bytes =
            random_.below(2) == 0 ? 0 : whole(kTransferBytesMin, kTransferBytesMax);
    }
    std::string node() {
        const std::vector<SovereignSpec>& sovereigns = scenario_.sovereigns;
        return sovereigns.empty() || random_.below(2) == 0
                   ? validator_node(whole(0, scenario_.validators.count - 1))
                   : sovereign_node(sovereigns[random_.below(sovereigns.size())].name);
    }
    FaultSpec fault() {
        FaultSpec out;
        do {
            out.kind = static_cast<FaultKind>(random_.below(static_cast<int>(FaultKind::Last) + 1));
        } while (out.kind == FaultKind::Restart || out.kind == FaultKind::Heal);
        const input::FaultRule rule = input::fault_rule(out.kind);
        const auto wants = [&](input::FaultKeys key) {
            return (rule.needs & key) != 0 || ((rule.may & key) != 0 && random_.below(2) == 0);
        };
        out.at = duration(0, 9'000);
        if (wants(input::kTargetsKey)) {
            out.targets = {validator_node(0),
                           out.kind == FaultKind::Crash ? "leader" : "validator-1"};
        }
        if (out.targets.empty() && wants(input::kFromKey)) {
            out.from = {validator_node(0), "leader"};
        }
        if (out.targets.empty() && wants(input::kToKey)) {
            out.to = {validator_node(1), node()};
            out.to.resize(out.to[0] == out.to[1] ? 1 : 2);
        }
        if (wants(input::kGroupsKey)) {
            out.groups = {{validator_node(1)}, {validator_node(0)}};
        }
        out.rate = wants(input::kRateKey) ? whole(0, 1'000'000) : 0;
        out.factor = wants(input::kFactorKey) ? whole(1, 100'000) : 1;
        out.delay = wants(input::kDelayKey) ? duration(0, 9'000) : Duration();
        out.bandwidth_bps = wants(input::kBandwidthKey) ? 1'000 + random_.below(1U << 30U) : 0;
        if (wants(input::kLastsKey)) {
            out.lasts = duration(1, 9'000);
        }
        if (out.kind == FaultKind::Delay && !out.targets.empty() && random_.below(2) == 0) {
            out.targets = {node()};
        }
        return out;
    }
    void draw_byzantine() {
        for (std::uint32_t i = whole(0, scenario_.validators.count - 1); i > 0; --i) {
            ByzantineSpec spec;
            spec.validators = {i};
            spec.behaviour =
                static_cast<Behaviour>(random_.below(static_cast<int>(Behaviour::Last) + 1));
            spec.delay = spec.behaviour == Behaviour::Delayer ? duration(1, 9'000) : Duration();
            scenario_.byzantine.push_back(spec);
        }
    }
    void draw_expectations() {
        for (const MetricSpec& metric : metrics()) {
            if (random_.below(4) == 0) {
                const auto comparison = static_cast<Comparison>(random_.below(6));
                const std::string number = std::to_string(random_.below(1'000'000)) + ".25";
                scenario_.expectations.push_back(
                    *input::parse_expectation(std::string(metric.name) + " " +
                                              std::string(to_string(comparison)) + " " + number));
            }
        }
        scenario_.expected_violations = names(invariant_names());
    }

    Prng random_;
    Scenario scenario_;
};

TEST(FormatScenario, IsReadBackAsItWas) {
    const std::uint64_t seed = nexus::tests::seed_from_environment(7);
    SCOPED_TRACE(nexus::tests::replay_line(seed, "FormatScenario"));
    ScenarioDraw draw(seed);
    for (int i = 0; i < 60; ++i) {
        const Scenario scenario = draw.draw();
        const std::string written = format_scenario(scenario);
        const absl::StatusOr<Scenario> read = parse(written);
        ASSERT_TRUE(read.ok()) << read.status().message() << "\n" << written;
        ASSERT_TRUE(without_places(*read) == scenario) << written;
        ASSERT_EQ(format_scenario(*read), written);
        EXPECT_FALSE(explain(*read).empty());
    }
}

TEST(FormatScenario, NamesEveryDefault) {
    const std::string written = format_scenario(*parse(""));
    for (const char* line : {"seed = 1\n", "jitter = \"5%\"\n", "stake = [100, 100, 100, 100]\n",
                             "mempool_transactions_max = 100000\n", "fee = 0\n", "steps = {}\n",
                             "violations = []\n", "name = \"simplex\"\n"}) {
        EXPECT_NE(written.find(line), std::string::npos) << line << written;
    }
    EXPECT_EQ(written.find("uniform_delay"), std::string::npos) << "means nothing with a matrix";
}

}  // namespace
}  // namespace nexus::sim::tests
