#include "tools/nexus/testnet/network_emulator.hpp"

#include "sim/cluster/network_faults.hpp"
#include "sim/scenario/parser.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/fault_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr NodeId kOther{1};

sim::Scenario scenario_of(std::string_view more) {
    const tests::TemporaryFolder folder;
    const std::string path = folder / "s.toml";
    std::ofstream(path) << "[scenario]\nname = \"s\"\nduration = \"60s\"\n[network]\n"
                           "latency = \"uniform\"\nuniform_delay = \"40ms\"\njitter = \"0%\"\n"
                           "bandwidth = \"8Mbps\"\n[validators]\ncount = 4\n[load]\n"
                           "steps = {0s = 3}\nsources = 1\naccounts = 2\n"
                        << more;
    auto scenario = sim::load_scenario(path);
    EXPECT_TRUE(scenario.ok()) << scenario.status().message();
    return scenario.ok() ? *std::move(scenario) : sim::Scenario{};
}

/// The network as process validator-0 has it.
struct Network {
    explicit Network(bool shapes)
        : society(*sim::Society::make(scenario_of(""))),
          emulator(*NetworkEmulator::make(society, shapes)),
          shaper(emulator->add_shaper(NodeId{0})) {}

    /// When a packet of 1000 bytes that is ready at `ready` leaves; nothing if it is lost.
    std::vector<Instant> leaves(Instant ready, NodeId to = kOther) {
        const auto fate = shaper->shape(ready, to, 1000);
        return {fate.leaves.begin(), fate.leaves.begin() + fate.copies};
    }

    sim::Society society;
    std::unique_ptr<NetworkEmulator> emulator;
    std::shared_ptr<actors::PacketShaper> shaper;
};

sim::NumberedFault fault(std::uint64_t number, sim::FaultKind kind) {
    sim::NumberedFault fault;
    fault.number = number;
    fault.spec.kind = kind;
    return fault;
}

TEST(NetworkEmulator, ShapesAsTheScenarioSays) {
    Network network(true);
    EXPECT_TRUE(network.shaper->is_active());
    EXPECT_EQ(network.leaves(Instant{}), std::vector{Instant{} + milliseconds(41)})
        << "1000 bytes at 8 Mbps, and the way";
    EXPECT_EQ(network.leaves(Instant{}), std::vector{Instant{} + milliseconds(42)})
        << "the card sends one after the other";
}

TEST(NetworkEmulator, IsNotAskedWhileTheNetworkIsPerfect) {
    Network network(false);
    EXPECT_FALSE(network.shaper->is_active());
    sim::NumberedFault late = fault(0, sim::FaultKind::Delay);
    late.spec.from = {"validator-0"};
    late.spec.delay = milliseconds(7);
    ASSERT_TRUE(network.emulator->set_faults({late}).ok());
    EXPECT_TRUE(network.shaper->is_active());
    EXPECT_EQ(network.leaves(Instant{}), std::vector{Instant{} + milliseconds(7)});
    EXPECT_TRUE(network.emulator->add_shaper(NodeId{2})->is_active()) << "whoever comes later too";
    ASSERT_TRUE(network.emulator->set_faults({}).ok());
    EXPECT_FALSE(network.shaper->is_active());
    EXPECT_EQ(network.leaves(Instant{1}), std::vector{Instant{} + milliseconds(7) + nanoseconds(1)})
        << "behind what is on its way";
    EXPECT_EQ(network.emulator->touched(), (std::map<std::uint64_t, std::uint64_t>{{0, 1}}))
        << "what has ended keeps its count";
}

TEST(NetworkEmulator, CountsWhatEachFaultTouched) {
    Network network(false);
    sim::NumberedFault lossy = fault(3, sim::FaultKind::Loss);
    lossy.spec.from = {"validator-0"};
    lossy.spec.to = {"validator-1"};
    lossy.spec.rate = 1'000'000;
    sim::NumberedFault twice = fault(5, sim::FaultKind::Duplicate);
    twice.spec.rate = 1'000'000;
    sim::NumberedFault elsewhere = fault(6, sim::FaultKind::Loss);
    elsewhere.spec.from = {"validator-3"};
    elsewhere.spec.rate = 1'000'000;
    ASSERT_TRUE(network.emulator->set_faults({lossy, twice, elsewhere}).ok());
    EXPECT_THAT(network.leaves(Instant{}), IsEmpty());
    EXPECT_EQ(network.leaves(Instant{}, NodeId{2}).size(), 2U);
    ASSERT_TRUE(network.emulator->set_faults({lossy}).ok());
    EXPECT_THAT(network.leaves(Instant{}), IsEmpty());
    EXPECT_EQ(network.leaves(Instant{}, NodeId{2}).size(), 1U) << "the other has ended";
    EXPECT_EQ(network.emulator->touched(),
              (std::map<std::uint64_t, std::uint64_t>{{3, 2}, {5, 1}, {6, 0}}));
}

TEST(NetworkEmulator, APartitionCutsWhatIsUnderWayToo) {
    Network network(true);
    sim::NumberedFault cut = fault(0, sim::FaultKind::Partition);
    cut.spec.groups = {{}, {"validator-1", "validator-2"}};
    EXPECT_THAT(network.emulator->parted_from(NodeId{0}), IsEmpty());
    EXPECT_TRUE(network.shaper->passes(kOther));
    ASSERT_TRUE(network.emulator->set_faults({cut}).ok());
    EXPECT_THAT(network.emulator->parted_from(NodeId{0}), UnorderedElementsAre(kOther, NodeId{2}));
    EXPECT_THAT(network.leaves(Instant{}), IsEmpty());
    EXPECT_EQ(network.leaves(Instant{}, NodeId{3}).size(), 1U);
    EXPECT_FALSE(network.shaper->passes(kOther));
    EXPECT_TRUE(network.shaper->passes(NodeId{3}));
    EXPECT_EQ(network.emulator->touched().at(0), 2U);
    ASSERT_TRUE(network.emulator->set_faults({}).ok());
    EXPECT_TRUE(network.shaper->passes(kOther));
}

TEST(NetworkEmulator, RefusesFaultsThatItCannotMakeAndChangesNothing) {
    Network network(false);
    sim::NumberedFault lossy = fault(0, sim::FaultKind::Loss);
    lossy.spec.rate = 1'000'000;
    const auto crash = network.emulator->set_faults({lossy, fault(1, sim::FaultKind::Crash)});
    EXPECT_THAT(std::string(crash.message()), HasSubstr("fault 1: expected one that happens to"));
    sim::NumberedFault unknown = fault(1, sim::FaultKind::Delay);
    unknown.spec.to = {"nobody"};
    const auto nobody = network.emulator->set_faults({lossy, unknown});
    EXPECT_THAT(std::string(nobody.message()), HasSubstr("got \"nobody\""));
    EXPECT_FALSE(network.shaper->is_active());
    EXPECT_EQ(network.leaves(Instant{}).size(), 1U);
}

TEST(CheckFaults, TakesAllThatHappensToProcessesAndPackets) {
    for (const std::string_view body :
         {"kind = \"crash\"\ntarget = \"leader\"",
          "kind = \"partition\"\ngroups = [[], [\"validator-1\"]]",
          "kind = \"block\"\ntargets = [\"validator-0\", \"validator-1\"]",
          "kind = \"loss\"\nrate = \"1%\"", "kind = \"duplicate\"\nrate = \"1%\"",
          "kind = \"reorder\"\nrate = \"1%\"", "kind = \"delay\"\ndelay = \"1ms\"",
          "kind = \"bandwidth\"\nbandwidth = \"1Mbps\""}) {
        const auto scenario = scenario_of("[[fault]]\nat = \"1s\"\n" + std::string(body) + "\n");
        EXPECT_TRUE(check_faults(scenario).ok()) << body;
    }
}

TEST(CheckFaults, RefusesWhatOnlyASimulationCanMakeWithItsLine) {
    const auto scenario = scenario_of(
        "[[fault]]\nat = \"1s\"\nkind = \"slow\"\ntarget = \"validator-1\"\nfactor = 1001\n");
    const absl::Status status = check_faults(scenario);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("s.toml:15:1: error: "));
    EXPECT_THAT(std::string(status.message()), HasSubstr("at most 1000 for processes, got 1001"));
}

}  // namespace
}  // namespace nexus::tools
