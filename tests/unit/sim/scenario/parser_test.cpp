#include "base/amount.hpp"
#include "base/time.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/registry/registry.hpp"
#include "sim/scenario/format.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/unit/sim/scenario/scenario_fixture.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim::tests {
namespace {

using Names = std::vector<std::string>;

/// Pre: the text is a scenario.
Scenario sound(std::string_view text) {
    const absl::StatusOr<Scenario> parsed = parse(text);
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    return parsed.ok() ? *parsed : Scenario();
}

TEST(ParseScenario, GivesEveryDefaultOfAnEmptyFile) {
    const Scenario s = sound("");
    EXPECT_EQ(s.name, "s") << "of the file s.toml";
    EXPECT_EQ(s.seed, 1U);
    EXPECT_EQ(s.duration, seconds(60));
    EXPECT_EQ(s.network, NetworkSpec());
    EXPECT_EQ(s.blocks, BlockSpec());
    EXPECT_EQ(s.validators.regions, (Names{"eu-west-1", "eu-south-1", "us-east-1"}));
    EXPECT_EQ(s.validators.stakes, (std::vector<std::uint64_t>{100, 100, 100, 100}));
    EXPECT_EQ(s.load.stop, s.duration);
    EXPECT_TRUE(s.sovereigns.empty());
    const consensus::Engine* engine = consensus::find_engine(s.protocol);
    ASSERT_NE(engine, nullptr);
    ASSERT_EQ(s.parameters.size(), engine->parameters().size());
    for (const consensus::ParameterSpec& parameter : engine->parameters()) {
        EXPECT_EQ(s.parameters.at(std::string(parameter.name)), parameter.fallback);
    }
}

TEST(ParseScenario, ReadsValuesInTheirUnits) {
    const Scenario s = sound(
        "[scenario]\nseed = \"18446744073709551615\"\nduration = \"2m\"\n"
        "[network]\nlatency = \"uniform\"\nuniform_delay = \"1.5ms\"\nloss = \"0.1%\"\n"
        "bandwidth = \"10Mbps\"\nties = \"fifo\"\n"
        "[validators]\ncount = 3\nstake = [5, 6, 7]\n"
        "[blocks]\nbytes_max = \"64KiB\"\n"
        "[chain]\nfee = 2\naccount_balance = \"1000000000000000000\"\n"
        "[load]\nsteps = {0s = 10, \"2.5s\" = 20, 10s = 0}\n"
        "[expect]\nall = [\" height>=1e3 \"]\nviolations = [\"supply\"]\n");
    EXPECT_EQ(s.seed, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(s.duration, seconds(120));
    EXPECT_EQ(s.network.uniform_delay, microseconds(1'500));
    EXPECT_EQ(s.network.loss, 1'000U);
    EXPECT_EQ(s.network.bandwidth_bps, 10'000'000U);
    EXPECT_FALSE(s.network.seeded_ties);
    EXPECT_EQ(s.validators.regions, Names{"uniform"});
    EXPECT_EQ(s.validators.stakes, (std::vector<std::uint64_t>{5, 6, 7}));
    EXPECT_EQ(s.blocks.bytes_max, 65'536U);
    EXPECT_EQ(s.chain.fee, Amount(2));
    EXPECT_EQ(s.chain.account_balance, Amount(1'000'000'000'000'000'000));
    EXPECT_EQ(s.load.steps, (std::vector<LoadStep>{
                                {seconds(0), 10}, {milliseconds(2'500), 20}, {seconds(10), 0}}));
    ASSERT_EQ(s.expectations.size(), 1U);
    EXPECT_EQ(s.expectations[0].metric, "height");
    EXPECT_EQ(s.expectations[0].comparison, Comparison::GreaterEqual);
    EXPECT_EQ(s.expectations[0].value, 1'000.0);
    EXPECT_EQ(s.expectations[0].line, 21U);
    EXPECT_EQ(s.expected_violations, Names{"supply"});
}

TEST(ParseScenario, JoinsTheFileOfCommunitiesWithWhatTheScenarioSays) {
    const Scenario s = sound(
        "[sovereigns]\nfrom = \"societies.csv\"\ntake = 2\nmissions = 7\nstack = "
        "[\"convergence\"]\n"
        "[[sovereign]]\nname = \"Próspera\"\nmissions = 1\nlatitude = 16\n"
        "[[sovereign]]\nname = \"Jur\"\n");
    ASSERT_EQ(s.sovereigns.size(), 3U);
    EXPECT_EQ(s.sovereigns[0].name, "Cabin");
    EXPECT_EQ(s.sovereigns[0].place, "Texas, United States");
    EXPECT_EQ(s.sovereigns[0].missions, 7U);
    EXPECT_EQ(s.sovereigns[1].name, "Próspera");
    EXPECT_EQ(s.sovereigns[1].missions, 1U);
    EXPECT_EQ(s.sovereigns[1].latitude_udeg, 16'000'000);
    EXPECT_EQ(s.sovereigns[1].longitude_udeg, -86'520'000);
    EXPECT_EQ(s.sovereigns[2].name, "Jur");
    EXPECT_EQ(s.sovereigns[2].place, "distributed");
    EXPECT_EQ(s.sovereigns[2].region, "us-east-1") << "the third of the validators' regions";
    EXPECT_EQ(s.sovereigns[2].stack, Names{"convergence"});
}

TEST(ParseScenario, DealsRegionsToCommunitiesInTurn) {
    const Scenario s = sound(
        "[network]\nlatency = \"cities\"\n"
        "[sovereigns]\nfrom = \"societies.csv\"\nregions = [\"Tokyo\", \"Melbourne\"]\n");
    ASSERT_EQ(s.sovereigns.size(), 3U);
    EXPECT_EQ(s.sovereigns[0].region, "Tokyo");
    EXPECT_EQ(s.sovereigns[1].region, "Melbourne");
    EXPECT_EQ(s.sovereigns[2].region, "Tokyo");
}

TEST(ParseScenario, FindsNodesByEveryName) {
    const Scenario s = sound(
        "[validators]\ncount = 5\n[sovereigns]\nfrom = \"societies.csv\"\n"
        "[[fault]]\nat = \"1s\"\nkind = \"crash\"\n"
        "targets = [\"leader\", \"region:eu-west-1\", \"validator-0\"]\n"
        "[[fault]]\nat = \"2s\"\nkind = \"partition\"\nlasts = \"500ms\"\n"
        "groups = [[], [\"Próspera\", \"region:us-east-1\"], [\"sovereign-w3st\"]]\n"
        "[[fault]]\nat = \"3s\"\nkind = \"restart\"\ntarget = \"validator-3\"\n"
        "[[fault]]\nat = \"3s\"\nkind = \"loss\"\nrate = \"50%\"\n");
    ASSERT_EQ(s.faults.size(), 4U);
    EXPECT_EQ(s.faults[0].targets, (Names{"leader", "validator-0", "validator-3"}));
    EXPECT_EQ(s.faults[0].line, 5U);
    EXPECT_EQ(s.faults[0].lasts, std::nullopt);
    EXPECT_EQ(s.faults[1].groups,
              (std::vector<Names>{{}, {"sovereign-prospera", "validator-2"}, {"sovereign-w3st"}}));
    EXPECT_EQ(s.faults[1].lasts, milliseconds(500));
    EXPECT_EQ(s.faults[3].rate, 500'000U);
    EXPECT_TRUE(s.faults[3].targets.empty());
}

TEST(ParseScenario, KeepsTheOrderOfTheFile) {
    const Scenario s = sound(
        "[[byzantine]]\nvalidators = [3]\nbehaviour = \"delayer\"\ndelay = \"80ms\"\n"
        "[[byzantine]]\nvalidators = [0, 1]\nbehaviour = \"double_voter\"\n");
    ASSERT_EQ(s.byzantine.size(), 2U);
    EXPECT_EQ(s.byzantine[0].behaviour, Behaviour::Delayer);
    EXPECT_EQ(s.byzantine[0].delay, milliseconds(80));
    EXPECT_EQ(s.byzantine[1].validators, (std::vector<std::uint32_t>{0, 1}));
    EXPECT_EQ(s.byzantine[1].behaviour, Behaviour::DoubleVoter);
}

TEST(ParseScenario, SaysWhichMatrixIsMissing) {
    const MemoryResolver nothing;
    const auto parsed = parse_scenario("", "s.toml", nothing);
    EXPECT_EQ(
        std::string(parsed.status().message()),
        "s.toml:1:1: error: the matrix cannot be read, expected \"wan-rtt-aws.csv\", got: no file "
        "wan-rtt-aws.csv");
}

TEST(LoadScenario, SaysThatThereIsNoSuchFile) {
    EXPECT_EQ(load_scenario("no/such.toml").status().code(), absl::StatusCode::kNotFound);
}

TEST(Names, MakeNodesOfCommunities) {
    EXPECT_EQ(slug("Próspera"), "prospera");
    EXPECT_EQ(slug("RNS.ID"), "rns-id");
    EXPECT_EQ(slug("build_republic"), "build-republic");
    EXPECT_EQ(slug("City of Telosa"), "city-of-telosa");
    EXPECT_EQ(slug("  --!  "), "");
    EXPECT_EQ(slug("日本 2"), "2");
    EXPECT_EQ(ledger_name("Próspera"), "Prospera");
    EXPECT_EQ(ledger_name("build_republic"), "build_republic");
    EXPECT_EQ(ledger_name("Proof of Humanity"), "Proof of Humanity");
    EXPECT_EQ(ledger_name("(a) & b"), "a b");
    EXPECT_EQ(sovereign_node("Game B"), "sovereign-game-b");
    EXPECT_EQ(validator_node(12), "validator-12");
}

TEST(Names, HaveOneForEveryEnumerator) {
    EXPECT_EQ(fault_kind_names().size(), static_cast<std::size_t>(FaultKind::Last) + 1);
    EXPECT_EQ(behaviour_names().size(), static_cast<std::size_t>(Behaviour::Last) + 1);
    for (int i = 0; i <= static_cast<int>(FaultKind::Last); ++i) {
        FaultSpec fault;
        fault.kind = static_cast<FaultKind>(i);
        fault.targets = {"a", "b"};
        fault.groups = {{}, {"c"}};
        EXPECT_FALSE(describe(fault).empty());
    }
}

TEST(Suggestions, ComeOnlyWhenTheyAreNear) {
    const Names keys = {"jitter", "loss", "latency", "ties"};
    EXPECT_EQ(input::nearest("jiter", keys), "jitter");
    EXPECT_EQ(input::nearest("Jitter", keys), "jitter");
    EXPECT_EQ(input::nearest("alency", keys), "latency");
    EXPECT_EQ(input::nearest("tise", keys), "ties") << "neighbours swapped count once";
    EXPECT_EQ(input::nearest("bandwidth", keys), "");
    EXPECT_EQ(input::nearest("", keys), "");
    EXPECT_EQ(input::nearest(std::string(1'000, 'x'), keys), "");
}

TEST(Explain, TellsWhoDoesWhatWhen) {
    const std::string text = explain(
        sound("[sovereigns]\nfrom = \"societies.csv\"\n[load]\nsteps = {0s = 10, 20s = 40}\nstop = "
              "\"30s\"\n"
              "[[population]]\nname = \"settlers\"\ncount = 8\n"
              "[[fault]]\nat = \"5s\"\nkind = \"crash\"\ntarget = \"leader\"\nlasts = \"10s\"\n"
              "[[byzantine]]\nvalidators = [1, 2]\nbehaviour = \"double_voter\"\n"
              "[expect]\nall = [\"height >= 3\"]\nviolations = [\"agreement\"]\n"));
    for (const char* part :
         {"Byzantine stake 200: TOO MUCH",
          "validator-1    eu-south-1       stake 100      double_voter", "sovereign-prospera",
          "settlers: 8 of kind person, to every sovereign", "5s  fault: crash of leader for 10s",
          "15s  ends: crash of leader", "load stops, after about 600 transfers", "height >= 3",
          "violated, and found so: agreement; no other invariant"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
}

TEST(Load, IsDescribedByAllThatItOffers) {
    LoadSpec load;
    EXPECT_EQ(describe(load), "none");
    load.steps = {{.at = {}, .rate = 100}, {.at = milliseconds(1500), .rate = 0}};
    EXPECT_EQ(describe(load), "0s=100,1500ms=0 transfer");
    load.mix = {{.kind = "transfer", .weight = 7}};
    EXPECT_EQ(describe(load), "0s=100,1500ms=0 transfer") << "the same load, said otherwise";
    load.mix.push_back({.kind = "profile_update", .weight = 3});
    load.transaction_bytes = 256;
    EXPECT_EQ(describe(load),
              "0s=100,1500ms=0 transfer=7,profile_update=3, transfers of 256 bytes");
}

}  // namespace
}  // namespace nexus::sim::tests
