#include "actors/roles/sovereign_actor.hpp"

#include "actors/wire/packets.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/client_net.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors::tests {
namespace {

using nexus::tests::id_of;
using nexus::tests::key_of;
using nexus::tests::units;

constexpr std::uint8_t kAgent = 0;  // the person whose key the sovereign has
constexpr SovereignId kAldea{1};    // the first to register

SovereignRules rules() {
    SovereignRules made;
    made.name = "Aldea";
    made.governance.quorum_ppm = 500'000;
    made.treasury = units(5'000);
    made.mission_interval = milliseconds(400);
    made.mission_reward = units(100);
    return made;
}

class SovereignActorTest : public testing::Test {
protected:
    void found(const SovereignRules& its_rules) {
        net.start<SovereignActor>(ClientNet::key(kAgent), its_rules);
        net.run_for(milliseconds(1'200));
        ASSERT_TRUE(net.view().sovereign_by_name("Aldea").has_value());
    }
    /// A person registers with a home and a skill.
    void settle(std::size_t person, const std::string& skill = {}, SovereignId home = kAldea) {
        graph::ProfileDetails details;
        details.home = home;
        details.schema = graph::core_schema_hash(graph::NodeKind::Person);
        if (!skill.empty()) {
            details.skills = {graph::Name{skill}};
        }
        net.submit(person, graph::ContributorRegister{.kind = graph::NodeKind::Person,
                                                      .handle = {"person" + std::to_string(person)},
                                                      .details = std::move(details)});
    }
    [[nodiscard]] bool is_member(std::size_t person) const {
        return net.view().role(kAldea, id_of(person), "member").has_value();
    }
    /// The missions on the chain, in order of their making.
    [[nodiscard]] std::vector<graph::MissionId> missions() const {
        std::vector<graph::MissionId> found;
        for (const auto& each : net.ledger().done) {
            const graph::Transaction& content = each.transaction->content();
            if (std::holds_alternative<graph::MissionCreate>(content.body) &&
                each.receipt.succeeded()) {
                found.push_back(graph::mission_id(content.sender, content.nonce));
            }
        }
        return found;
    }
    void apply(std::size_t person, const graph::MissionId& mission) {
        net.submit(person, graph::MissionApply{.mission = mission, .credential = std::nullopt});
    }
    /// Work for a mission, signed by `signer`, said to be that of `person`.
    void deliver(std::size_t person, const graph::MissionId& mission, std::size_t signer) {
        const Hash evidence = graph::tests::digest("work of " + std::to_string(person));
        net.say(net.role, make_packet(Delivery{.mission = mission,
                                               .key = key_of(person).public_key(),
                                               .evidence = evidence,
                                               .signature = key_of(signer).sign(
                                                   delivery_bytes(mission, evidence))}));
    }
    /// From application to credential. Pre: the person is a member, the mission has a slot.
    void complete(std::size_t person, const graph::MissionId& mission) {
        apply(person, mission);
        net.run_for(milliseconds(600));
        deliver(person, mission, person);
        net.run_for(milliseconds(900));
    }

    /// Founds a sovereign that opens three missions, with person 1 as a member, and kills it when
    /// the first is open.
    void die_with_one_mission_open() {
        its.missions = 3;
        its.mission_slots = 2;
        its.mission_interval = seconds(2);
        net.start<SovereignActor>(ClientNet::key(kAgent), its);
        net.run_for(seconds(1));
        settle(1);
        net.run_for(milliseconds(1'800));
        ASSERT_EQ(missions().size(), 1U);
        ASSERT_TRUE(is_member(1));
        net.crash();
    }
    void resume() { net.resume<SovereignActor>(ClientNet::key(kAgent), its); }
    /// The nonce that the agent's next transaction must have.
    [[nodiscard]] Nonce agent_nonce() const { return net.view().account(id_of(kAgent)).nonce; }

    SovereignRules its = rules();
    ClientNet net;
};

TEST_F(SovereignActorTest, RegistersFundsAndEquipsItselfOnce) {
    found(rules());
    net.run_for(seconds(2));
    EXPECT_EQ(net.did<graph::SovereignRegister>(kAgent).size(), 1U);
    const auto deposits = net.did<graph::TreasuryDeposit>(kAgent);
    ASSERT_EQ(deposits.size(), 1U);
    EXPECT_EQ(deposits[0].sovereign, kAldea);
    EXPECT_EQ(net.view().treasury(kAldea), units(5'000));
    EXPECT_EQ(net.did<graph::SchemaPublish>(kAgent).size(), 1U);
    const auto charters = net.did<graph::AssetRegister>(kAgent);
    ASSERT_EQ(charters.size(), 1U);
    EXPECT_EQ(charters[0].owner, graph::AssetOwner(kAldea));
    EXPECT_TRUE(net.did<graph::MissionCreate>(kAgent).empty()) << "its rules open none";
    EXPECT_EQ(net.rejections(), 0U);
    EXPECT_GT(net.observer.proofs_valid, 0) << "it believes a proof that it is registered";
    EXPECT_EQ(net.observer.proofs_wrong, 0);
}

TEST_F(SovereignActorTest, OpensAsManyMissionsAsItsRulesSayOneAfterAnother) {
    SovereignRules three = rules();
    three.missions = 3;
    three.mission_slots = 2;
    found(three);
    net.run_for(seconds(4));
    const auto created = net.did<graph::MissionCreate>(kAgent);
    ASSERT_EQ(created.size(), 3U);
    for (std::size_t i = 0; i < created.size(); ++i) {
        EXPECT_EQ(created[i].title, "Aldea mission " + std::to_string(i + 1));
        EXPECT_EQ(created[i].slots, 2U);
        EXPECT_EQ(created[i].reward, units(100));
        ASSERT_TRUE(created[i].required_role.has_value());
        EXPECT_EQ(created[i].required_role->value, "member");
    }
    EXPECT_GE(created[2].deadline - created[1].deadline, milliseconds(400));
}

TEST_F(SovereignActorTest, AdmitsAllWhoNameItAsTheirHome) {
    found(rules());
    settle(1);
    settle(2, "", SovereignId{});
    net.run_for(seconds(1));
    EXPECT_TRUE(is_member(1));
    EXPECT_FALSE(is_member(2)) << "that one lives elsewhere";
    EXPECT_EQ(net.did<graph::RoleAssign>(kAgent).size(), 1U);
}

TEST_F(SovereignActorTest, AdmitsTheSkilledOnlyIfItsRulesSaySo) {
    SovereignRules picky = rules();
    picky.admission = Admission::Skilled;
    picky.skills = {"farming", "carpentry"};
    found(picky);
    settle(1, "carpentry");
    settle(2, "law");
    settle(3);
    net.run_for(seconds(1));
    EXPECT_TRUE(is_member(1));
    EXPECT_FALSE(is_member(2));
    EXPECT_FALSE(is_member(3));
}

TEST_F(SovereignActorTest, AdmitsNobodyIfItsRulesSaySo) {
    SovereignRules closed = rules();
    closed.admission = Admission::None;
    found(closed);
    settle(1, "carpentry");
    net.run_for(seconds(1));
    EXPECT_FALSE(is_member(1));
}

TEST_F(SovereignActorTest, AMissionGoesFromApplicationToPayAndCredential) {
    SovereignRules one = rules();
    one.missions = 1;
    found(one);
    settle(1);
    settle(2);
    net.run_for(seconds(1));
    ASSERT_EQ(missions().size(), 1U);
    const graph::MissionId mission = missions()[0];
    apply(1, mission);
    net.run_for(milliseconds(500));
    apply(2, mission);
    net.run_for(milliseconds(500));
    const auto assigned = net.did<graph::MissionAssign>(kAgent);
    ASSERT_EQ(assigned.size(), 1U) << "one slot, one assignment";
    EXPECT_EQ(assigned[0].contributor, id_of(1));

    deliver(1, mission, 2);  // signed by another
    deliver(2, mission, 2);  // not assigned
    net.run_for(milliseconds(600));
    EXPECT_TRUE(net.did<graph::MissionComplete>(kAgent).empty());

    const Amount before = net.view().account(id_of(1)).balance;
    deliver(1, mission, 1);
    deliver(1, mission, 1);  // handed in again
    net.run_for(seconds(1));
    EXPECT_EQ(net.did<graph::MissionComplete>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::MissionPayout>(kAgent).size(), 1U);
    EXPECT_EQ(net.view().account(id_of(1)).balance, *before.plus(units(100)));
    const auto credentials = net.did<graph::CredentialAnchor>(kAgent);
    ASSERT_EQ(credentials.size(), 1U);
    EXPECT_EQ(credentials[0].subject, id_of(1));
    EXPECT_TRUE(net.did<graph::CredentialRevoke>(kAgent).empty());
    EXPECT_EQ(net.rejections(), 1U) << "the application for a mission that was full";
}

TEST_F(SovereignActorTest, ANewCredentialRevokesTheOldAndTheBusiestIsSteward) {
    SovereignRules busy = rules();
    busy.missions = 3;
    busy.mission_slots = 2;
    found(busy);
    settle(1);
    settle(2);
    net.run_for(seconds(2));
    const std::vector<graph::MissionId> open = missions();
    ASSERT_EQ(open.size(), 3U);
    const auto is_steward = [this](std::size_t person) {
        return net.view().role(kAldea, id_of(person), "steward").has_value();
    };
    complete(1, open[0]);
    EXPECT_TRUE(is_steward(1)) << "the first to complete anything";
    ASSERT_EQ(net.did<graph::AssetTransfer>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::AssetTransfer>(kAgent)[0].to, graph::AssetOwner(id_of(1)));

    complete(2, open[0]);
    EXPECT_TRUE(is_steward(1)) << "as much is not more";
    complete(2, open[1]);
    EXPECT_FALSE(is_steward(1));
    EXPECT_TRUE(is_steward(2));
    const auto credentials = net.did<graph::CredentialAnchor>(kAgent);
    const auto revoked = net.did<graph::CredentialRevoke>(kAgent);
    ASSERT_EQ(credentials.size(), 3U);
    ASSERT_EQ(revoked.size(), 1U) << "one at most is in force";
    EXPECT_EQ(revoked[0].digest, credentials[1].digest) << "the first of person 2";
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(SovereignActorTest, OneThatComesBackTakesUpWhatItHas) {
    die_with_one_mission_open();
    const graph::MissionId first = missions()[0];
    settle(2);  // while it is away
    apply(1, first);
    net.run_for(seconds(1));
    EXPECT_FALSE(is_member(2));
    resume();
    net.run_for(seconds(1));
    EXPECT_TRUE(is_member(2)) << "it hears who came meanwhile";
    const auto assigned = net.did<graph::MissionAssign>(kAgent);
    ASSERT_EQ(assigned.size(), 1U) << "and who applied";
    EXPECT_EQ(assigned[0].mission, first);
    deliver(1, first, 1);
    apply(2, first);
    net.run_for(milliseconds(600));
    deliver(2, first, 2);
    net.run_for(seconds(6));
    EXPECT_EQ(net.did<graph::MissionPayout>(kAgent).size(), 2U);
    EXPECT_EQ(net.did<graph::CredentialAnchor>(kAgent).size(), 2U);

    const auto created = net.did<graph::MissionCreate>(kAgent);
    ASSERT_EQ(created.size(), 3U) << "as many as its rules say, over both lives";
    EXPECT_EQ(created[2].title, "Aldea mission 3");
    EXPECT_EQ(net.did<graph::SovereignRegister>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::TreasuryDeposit>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::SchemaPublish>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::AssetRegister>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::RoleAssign>(kAgent).size(), 3U) << "two members and a steward";
    EXPECT_EQ(net.rejections(), 0U);
    EXPECT_TRUE(net.observer.lies.empty());
}

TEST_F(SovereignActorTest, OneThatComesBackPaysAndCertifiesWhatItHadAccepted) {
    die_with_one_mission_open();
    const graph::MissionId first = missions()[0];
    apply(1, first);
    net.run_for(milliseconds(500));
    // Its last words: the work is accepted, and then nothing.
    const Nonce nonce = agent_nonce();
    net.leave_behind(kAgent, nonce,
                     graph::MissionAssign{.mission = first, .contributor = id_of(1)});
    net.leave_behind(
        kAgent, nonce.next(),
        graph::MissionComplete{
            .mission = first, .contributor = id_of(1), .evidence = graph::tests::digest("work")});
    net.run_for(seconds(1));
    ASSERT_EQ(net.did<graph::MissionComplete>(kAgent).size(), 1U);
    resume();
    net.run_for(seconds(1));
    EXPECT_EQ(net.did<graph::MissionPayout>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::CredentialAnchor>(kAgent).size(), 1U);
    EXPECT_TRUE(net.view().role(kAldea, id_of(1), "steward").has_value());
    net.crash();
    net.run_for(milliseconds(300));
    resume();
    net.run_for(seconds(1));
    EXPECT_EQ(net.did<graph::MissionPayout>(kAgent).size(), 1U) << "once";
    EXPECT_EQ(net.did<graph::CredentialAnchor>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::AssetTransfer>(kAgent).size(), 1U);
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(SovereignActorTest, OneThatComesBackFoundsWhatItHadNotComeTo) {
    its.missions = 1;
    net.leave_behind(
        kAgent, Nonce{0},
        graph::SovereignRegister{
            .name = {"Aldea"}, .governance = rules().governance, .geography = {}, .stack = {}});
    net.run_for(milliseconds(600));
    ASSERT_TRUE(net.view().sovereign_by_name("Aldea").has_value());
    resume();
    net.run_for(seconds(2));
    EXPECT_EQ(net.did<graph::TreasuryDeposit>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::SchemaPublish>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::AssetRegister>(kAgent).size(), 1U);
    EXPECT_EQ(net.did<graph::MissionCreate>(kAgent).size(), 1U);
    EXPECT_EQ(net.rejections(), 0U);
}

TEST_F(SovereignActorTest, OneThatResumesForTheFirstTimeIsFounded) {
    resume();
    net.run_for(milliseconds(3'500));
    EXPECT_TRUE(net.view().sovereign_by_name("Aldea").has_value());
    EXPECT_EQ(net.view().treasury(kAldea), units(5'000));
}

TEST_F(SovereignActorTest, ANameThatIsTakenIsNoFounding) {
    net.submit(
        3, graph::SovereignRegister{
               .name = {"Aldea"}, .governance = rules().governance, .geography = {}, .stack = {}});
    net.run_for(milliseconds(400));
    net.start<SovereignActor>(ClientNet::key(kAgent), rules());
    net.run_for(seconds(2));
    EXPECT_EQ(net.view().sovereign_by_name("Aldea")->controller, id_of(3));
    EXPECT_EQ(net.rejections(), 1U);
    EXPECT_TRUE(net.did<graph::TreasuryDeposit>(kAgent).empty())
        << "it does not pay into somebody else's treasury";
    net.crash();
    resume();
    net.run_for(seconds(2));
    EXPECT_EQ(agent_nonce(), Nonce{1}) << "nor after it came back";
}

}  // namespace
}  // namespace nexus::actors::tests
