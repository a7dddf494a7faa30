#include "actors/roles/contributor_actor.hpp"

#include "actors/wire/packets.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/client_net.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::actors::tests {
namespace {

using nexus::tests::id_of;
using nexus::tests::units;

constexpr std::uint8_t kSelf = 0;  // the person whose key the contributor has
constexpr std::size_t kChief = 3;  // who controls its home
constexpr SovereignId kAldea{1};   // the first to register

/// A contributor that thinks for 100 ms and works for 200; its home is run by a person.
class ContributorActorTest : public testing::Test {
protected:
    ContributorActorTest() : agent(net.kernel.add_node({.name = "agent"})) {
        net.puppet(agent, {});
        profile.handle = "ana";
        profile.home = "Aldea";
        profile.home_node = agent;
        profile.skill = "carpentry";
        profile.appears = milliseconds(200);
        profile.think = milliseconds(100);
        profile.work = milliseconds(200);
        net.start<ContributorActor>(ClientNet::key(kSelf), profile);
    }

    void found_home() {
        graph::SovereignRegister body;
        body.name = {"Aldea"};
        body.governance.quorum_ppm = 500'000;
        net.submit(kChief, body);
        net.submit(kChief, graph::TreasuryDeposit{.sovereign = kAldea, .amount = units(10'000)});
    }
    void admit() {
        net.submit(kChief, graph::RoleAssign{.sovereign = kAldea,
                                             .contributor = id_of(kSelf),
                                             .role = {"member"},
                                             .until = std::nullopt});
    }
    graph::MissionId open_mission(std::uint32_t slots = 1) {
        const Nonce nonce = net.submit(
            kChief,
            graph::MissionCreate{.sovereign = kAldea,
                                 .title = "a mission",
                                 .schema = graph::core_schema_hash(graph::NodeKind::Mission),
                                 .attributes = {},
                                 .required_role = graph::Name{"member"},
                                 .required_credential = std::nullopt,
                                 .slots = slots,
                                 .reward = units(100),
                                 .deadline = Instant{} + seconds(3'600)});
        return graph::mission_id(id_of(kChief), nonce);
    }
    void assign(const graph::MissionId& mission) {
        net.submit(kChief, graph::MissionAssign{.mission = mission, .contributor = id_of(kSelf)});
    }
    /// Accepts the work and pays for it.
    void accept(const graph::MissionId& mission) {
        const auto handed = deliveries();
        ASSERT_FALSE(handed.empty());
        net.submit(kChief, graph::MissionComplete{.mission = mission,
                                                  .contributor = id_of(kSelf),
                                                  .evidence = handed.back().evidence});
        net.submit(kChief, graph::MissionPayout{.mission = mission, .contributor = id_of(kSelf)});
    }
    /// At home and admitted, with these missions to choose from.
    void settle() {
        found_home();
        net.run_for(seconds(1));
        admit();
        net.run_for(milliseconds(600));
    }

    [[nodiscard]] std::vector<graph::MissionId> applications() const {
        std::vector<graph::MissionId> found;
        for (const graph::MissionApply& each : net.did<graph::MissionApply>(kSelf)) {
            found.push_back(each.mission);
        }
        return found;
    }
    [[nodiscard]] std::vector<Delivery> deliveries() const { return net.got<Delivery>(); }

    /// It dies and comes back.
    void restart() {
        net.crash();
        net.run_for(milliseconds(300));
        net.resume<ContributorActor>(ClientNet::key(kSelf), profile);
    }

    ClientNet net;
    NodeId agent;
    ContributorProfile profile;
};

using Missions = std::vector<graph::MissionId>;

TEST_F(ContributorActorTest, RegistersOnceItsHomeIsProvenToExist) {
    net.run_for(seconds(2));
    EXPECT_TRUE(net.observer.submitted.empty()) << "there is nothing to join yet";
    EXPECT_GT(net.observer.proofs_valid, 0) << "and that was proven to it";
    found_home();
    net.run_for(seconds(2));
    const auto registered = net.did<graph::ContributorRegister>(kSelf);
    ASSERT_EQ(registered.size(), 1U);
    EXPECT_EQ(registered[0].handle.value, "ana");
    EXPECT_EQ(registered[0].details.home, kAldea);
    ASSERT_EQ(registered[0].details.skills.size(), 1U);
    EXPECT_EQ(registered[0].details.skills[0].value, "carpentry");
    EXPECT_TRUE(registered[0].details.attribute_commitment.has_value());
    EXPECT_EQ(net.observer.proofs_wrong, 0);
}

TEST_F(ContributorActorTest, AppliesOnlyAsAMember) {
    found_home();
    net.run_for(seconds(1));
    const graph::MissionId mission = open_mission();
    net.run_for(seconds(1));
    EXPECT_TRUE(applications().empty());
    admit();
    net.run_for(seconds(1));
    EXPECT_EQ(applications(), Missions{mission});
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(ContributorActorTest, WorksOnOneMissionAtATime) {
    settle();
    const graph::MissionId first = open_mission();
    net.run_for(seconds(1));
    ASSERT_EQ(applications(), Missions{first});
    assign(first);
    const graph::MissionId second = open_mission();
    net.run_for(seconds(1));
    EXPECT_EQ(applications(), Missions{first}) << "it is at work";
    accept(first);
    net.run_for(seconds(1));
    EXPECT_EQ(applications(), (Missions{first, second}));
}

TEST_F(ContributorActorTest, HandsInSignedWorkAgainAndAgainUntilItIsAccepted) {
    settle();
    const graph::MissionId mission = open_mission();
    net.run_for(seconds(1));
    EXPECT_TRUE(deliveries().empty()) << "nobody has given it the work";
    assign(mission);
    net.run_for(seconds(1));
    ASSERT_EQ(deliveries().size(), 1U);
    const Delivery work = deliveries()[0];
    EXPECT_EQ(work.mission, mission);
    EXPECT_TRUE(graph::tests::verifier().verify(
        work.key, delivery_bytes(work.mission, work.evidence), work.signature));
    EXPECT_EQ(graph::account_of(work.key), id_of(kSelf));
    net.run_for(seconds(10));
    const std::size_t handed = deliveries().size();
    EXPECT_GE(handed, 3U) << "every four seconds";
    EXPECT_LE(handed, 4U);
    EXPECT_EQ(deliveries().back().evidence, work.evidence) << "the same work";
    accept(mission);
    net.run_for(seconds(10));
    EXPECT_EQ(deliveries().size(), handed);
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(ContributorActorTest, GivesBackAfterEachSecondPay) {
    settle();
    for (const std::size_t gifts : {0U, 1U, 1U, 2U}) {
        const graph::MissionId mission = open_mission();
        net.run_for(seconds(1));
        ASSERT_EQ(applications().back(), mission);
        assign(mission);
        net.run_for(seconds(1));
        accept(mission);
        net.run_for(seconds(1));
        const auto given = net.did<graph::TreasuryDeposit>(kSelf);
        ASSERT_EQ(given.size(), gifts);
        for (const graph::TreasuryDeposit& each : given) {
            EXPECT_EQ(each.sovereign, kAldea);
            EXPECT_EQ(each.amount, units(10));
        }
    }
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(ContributorActorTest, OneThatComesBackGoesOnWithItsWork) {
    settle();
    const graph::MissionId first = open_mission();
    net.run_for(seconds(1));
    assign(first);
    net.run_for(milliseconds(200));
    restart();
    net.run_for(seconds(2));
    ASSERT_FALSE(deliveries().empty()) << "it knows what it was assigned";
    EXPECT_EQ(deliveries().back().mission, first);
    accept(first);
    const graph::MissionId second = open_mission();
    net.run_for(seconds(1));
    EXPECT_EQ(applications(), (Missions{first, second})) << "each once";
    assign(second);
    net.run_for(seconds(1));
    accept(second);
    net.run_for(seconds(1));
    ASSERT_EQ(net.did<graph::TreasuryDeposit>(kSelf).size(), 1U);
    restart();
    const graph::MissionId third = open_mission();
    net.run_for(seconds(3));
    EXPECT_EQ(applications(), (Missions{first, second, third}));
    EXPECT_EQ(net.did<graph::TreasuryDeposit>(kSelf).size(), 1U) << "a gift is given once";
    EXPECT_EQ(net.did<graph::ContributorRegister>(kSelf).size(), 1U);
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(ContributorActorTest, OneThatComesBackBeforeItWasAdmittedWaitsOn) {
    found_home();
    net.run_for(seconds(1));
    ASSERT_EQ(net.did<graph::ContributorRegister>(kSelf).size(), 1U);
    restart();
    const graph::MissionId mission = open_mission();
    net.run_for(seconds(1));
    EXPECT_TRUE(applications().empty());
    admit();
    net.run_for(seconds(1));
    EXPECT_EQ(applications(), Missions{mission});
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(ContributorActorTest, TriesAnotherMissionIfNobodyAnswers) {
    settle();
    const graph::MissionId first = open_mission(2);
    net.run_for(seconds(1));
    ASSERT_EQ(applications(), Missions{first});
    const graph::MissionId second = open_mission(2);
    net.run_for(seconds(5));
    EXPECT_EQ(applications(), Missions{first}) << "it waits";
    net.run_for(seconds(5));
    EXPECT_EQ(applications(), (Missions{first, second}));
    net.run_for(seconds(20));
    EXPECT_EQ(applications().size(), 2U) << "none is tried twice";
}

TEST_F(ContributorActorTest, PassesOverMissionsThatAreFull) {
    found_home();
    net.run_for(seconds(1));
    // Another member takes the one slot of the first mission.
    graph::ContributorRegister other;
    other.handle = {"ben"};
    other.details.home = kAldea;
    other.details.schema = graph::core_schema_hash(graph::NodeKind::Person);
    net.submit(1, other);
    net.run_for(milliseconds(300));
    net.submit(kChief, graph::RoleAssign{.sovereign = kAldea,
                                         .contributor = id_of(1),
                                         .role = {"member"},
                                         .until = std::nullopt});
    const graph::MissionId full = open_mission();
    const graph::MissionId open = open_mission();
    net.run_for(milliseconds(400));
    net.submit(1, graph::MissionApply{.mission = full, .credential = std::nullopt});
    net.run_for(milliseconds(400));
    net.submit(kChief, graph::MissionAssign{.mission = full, .contributor = id_of(1)});
    net.run_for(milliseconds(400));
    admit();
    net.run_for(seconds(1));
    EXPECT_EQ(applications(), Missions{open});
    EXPECT_EQ(net.rejections(), 0U);
}

}  // namespace
}  // namespace nexus::actors::tests
