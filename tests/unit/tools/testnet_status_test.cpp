#include "sim/scenario/parser.hpp"
#include "sim/society/society.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace nexus::tools {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

sim::Society society_of(const std::string& validators) {
    const tests::TemporaryFolder folder;
    const std::string path = folder / "s.toml";
    std::ofstream(path) << "[scenario]\nname = \"s\"\nduration = \"60s\"\n[validators]\n"
                        << validators << "[load]\nsteps = {0s = 3}\nsources = 1\naccounts = 2\n";
    const auto scenario = sim::load_scenario(path);
    EXPECT_TRUE(scenario.ok()) << scenario.status().message();
    return *sim::Society::make(*scenario);
}

sim::NumberedFault cut(std::uint64_t number, std::vector<std::vector<std::string>> groups) {
    sim::NumberedFault fault;
    fault.number = number;
    fault.spec.kind = sim::FaultKind::Partition;
    fault.spec.groups = std::move(groups);
    return fault;
}

const std::set<std::string> kAllRun{"validator-0", "validator-1", "validator-2", "validator-3"};

TEST(Reach, NobodyIsCutOffWithoutACut) {
    const Reach reach = reach_of(society_of("count = 4\n"), {}, kAllRun);
    EXPECT_THAT(reach.cut_off, IsEmpty());
    EXPECT_TRUE(reach.has_quorum);
    EXPECT_EQ(reach.power_meets, reach.power);
}

TEST(Reach, TheSideWithAQuorumIsNotCutOff) {
    const Reach reach =
        reach_of(society_of("count = 4\n"), {cut(0, {{}, {"validator-3", "load-0"}})}, kAllRun);
    EXPECT_THAT(reach.cut_off, UnorderedElementsAre("validator-3", "load-0"));
    EXPECT_TRUE(reach.has_quorum);
}

TEST(Reach, SeveralCutsAddUp) {
    const Reach reach =
        reach_of(society_of("count = 4\n"),
                 {cut(0, {{}, {"validator-3"}}), cut(1, {{}, {"validator-2"}})}, kAllRun);
    EXPECT_EQ(reach.cut_off.size(), 5U) << "each cut alone leaves three, both leave two";
    EXPECT_FALSE(reach.has_quorum);
    EXPECT_EQ(reach.power_meets * 2, reach.power);
}

TEST(Reach, IsOfStakeAndNotOfHeads) {
    const Reach reach = reach_of(society_of("count = 4\nstake = [1, 1, 1, 7]\n"),
                                 {cut(0, {{}, {"validator-3"}})}, kAllRun);
    EXPECT_THAT(reach.cut_off,
                UnorderedElementsAre("validator-0", "validator-1", "validator-2", "load-0"));
    EXPECT_TRUE(reach.has_quorum) << "one validator alone has it";
}

TEST(Reach, WhoDoesNotRunIsInNoQuorum) {
    const Reach reach = reach_of(society_of("count = 4\n"), {}, {"validator-0", "validator-1"});
    EXPECT_FALSE(reach.has_quorum);
    EXPECT_EQ(reach.power_meets * 2, reach.power);
    EXPECT_THAT(reach.cut_off, IsEmpty()) << "no cut is to blame";
}

}  // namespace
}  // namespace nexus::tools
