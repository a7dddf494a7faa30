#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "tests/unit/graph/world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::graph {
namespace {

using tests::digest;
using tests::id_of;
using tests::kFee;
using tests::kStart;
using tests::units;
using tests::World;

/// Person 0 controls Cabin; 1 to 4 are contributors; 5 is nobody.
class Missions : public testing::Test {
protected:
    Missions() : cabin(world.found_sovereign(0, "Cabin")) {
        for (std::size_t i = 1; i <= 4; ++i) {
            world.join(i, "person " + std::to_string(i));
        }
    }

    /// Opens a mission and brings this person to the stage.
    MissionId bring_to(MissionStage stage, std::size_t person = 1) {
        const MissionId id = world.open(0, world.mission(cabin));
        world.succeed(person, MissionApply{id, {}});
        if (stage >= MissionStage::Assigned) {
            world.succeed(0, MissionAssign{id, id_of(person)});
        }
        if (stage >= MissionStage::Completed) {
            world.succeed(0, MissionComplete{id, id_of(person), digest("work")});
        }
        return id;
    }

    World world;
    SovereignId cabin;
};

TEST_F(Missions, RunFromCreationToPayout) {
    const MissionId id = bring_to(MissionStage::Completed);
    world.succeed(3, TreasuryDeposit{cabin, units(150)});
    world.succeed(1, MissionPayout{id, id_of(1)});
    const auto mission = world.view().mission(id);
    ASSERT_TRUE(mission);
    EXPECT_EQ(mission->assigned, 1U);
    EXPECT_EQ(mission->completed, 1U);
    EXPECT_EQ(mission->paid, 1U);
    const auto part = world.view().participation(id, id_of(1));
    EXPECT_EQ(part->stage, MissionStage::Paid);
    EXPECT_EQ(part->evidence, digest("work"));
    EXPECT_EQ(world.view().treasury(cabin), units(50));
    EXPECT_EQ(world.balance_of(1), units(kStart - 3 * kFee + 100));
}

TEST_F(Missions, CreationIsRejected) {
    world.reject(1, world.mission(cabin), Rejection::NotController);
    world.reject(0, world.mission(SovereignId{9}), Rejection::UnknownSovereign);
    MissionCreate body = world.mission(cabin);
    body.deadline = world.next_block().time;
    world.reject(0, body, Rejection::DeadlinePassed);
    body = world.mission(cabin);
    body.title = "";
    world.reject(0, body, Rejection::RecordDoesNotConform);
    body = world.mission(cabin);
    body.slots = 0;
    world.reject(0, body, Rejection::RecordDoesNotConform);
    body = world.mission(cabin);
    body.attributes = {{{"type", Symbol{"war"}}}};
    world.reject(0, body, Rejection::RecordDoesNotConform);
    body = world.mission(cabin);
    body.schema = digest("none");
    world.reject(0, body, Rejection::UnknownSchema);
    body.schema = core_schema_hash(NodeKind::Asset);
    world.reject(0, body, Rejection::WrongSchemaKind);
    body = world.mission(cabin);
    body.required_role = Name{"a/b"};
    world.reject(0, body, Rejection::InvalidName);
    body = world.mission(cabin);
    body.required_credential = {SovereignId{9}, core_schema_hash(NodeKind::Credential)};
    world.reject(0, body, Rejection::UnknownSovereign);
    body.required_credential = {cabin, digest("none")};
    world.reject(0, body, Rejection::UnknownSchema);
    body.required_credential = {cabin, core_schema_hash(NodeKind::Person)};
    world.reject(0, body, Rejection::WrongSchemaKind);
}

TEST_F(Missions, ObeyALocalSchema) {
    Schema local = tests::extension(NodeKind::Mission, cabin);
    tests::field_of(local, "slots").type = IntegerType{1, 2};
    tests::add_field(local, {"ext.1.trees", true, IntegerType{1, 1000}});
    world.succeed(0, SchemaPublish{local});
    MissionCreate body = world.mission(cabin);
    body.schema = schema_hash(local);
    world.reject(0, body, Rejection::RecordDoesNotConform);
    body.attributes = {{{"ext.1.trees", std::int64_t{5}}}};
    world.succeed(0, body);
    body.slots = 3;
    world.reject(0, body, Rejection::RecordDoesNotConform);
}

TEST_F(Missions, ApplicationIsRejected) {
    world.reject(1, MissionApply{mission_id(id_of(0), Nonce{99}), {}}, Rejection::UnknownMission);
    const MissionId id = world.open(0, world.mission(cabin));
    world.reject(5, MissionApply{id, {}}, Rejection::UnknownContributor);
    world.reject(1, MissionApply{id, digest("unasked")}, Rejection::CredentialMismatch);
    world.succeed(1, MissionApply{id, {}});
    world.reject(1, MissionApply{id, {}}, Rejection::AlreadyApplied);
    world.skip_blocks(2000);
    world.reject(2, MissionApply{id, {}}, Rejection::DeadlinePassed);
}

TEST_F(Missions, HaveAsManySlotsAsTheySay) {
    const MissionId id = world.open(0, world.mission(cabin));
    for (const std::size_t person : {1U, 2U, 3U}) {
        world.succeed(person, MissionApply{id, {}});
    }
    world.succeed(0, MissionAssign{id, id_of(1)});
    world.succeed(0, MissionAssign{id, id_of(2)});
    world.reject(0, MissionAssign{id, id_of(3)}, Rejection::SlotsFull);
    world.reject(4, MissionApply{id, {}}, Rejection::SlotsFull);
    world.succeed(0, MissionComplete{id, id_of(1), digest("work")});
    world.reject(0, MissionAssign{id, id_of(3)}, Rejection::SlotsFull);
}

TEST_F(Missions, AssignmentIsRejected) {
    world.reject(0, MissionAssign{mission_id(id_of(0), Nonce{99}), id_of(1)},
                 Rejection::UnknownMission);
    const MissionId id = bring_to(MissionStage::Applied);
    world.reject(1, MissionAssign{id, id_of(1)}, Rejection::NotController);
    world.reject(0, MissionAssign{id, id_of(2)}, Rejection::NotApplied);
    world.succeed(0, MissionAssign{id, id_of(1)});
    world.reject(0, MissionAssign{id, id_of(1)}, Rejection::AlreadyAssigned);
    world.succeed(2, MissionApply{id, {}});
    world.skip_blocks(2000);
    world.reject(0, MissionAssign{id, id_of(2)}, Rejection::DeadlinePassed);
}

TEST_F(Missions, CompletionIsRejected) {
    world.reject(0, MissionComplete{mission_id(id_of(0), Nonce{99}), id_of(1), {}},
                 Rejection::UnknownMission);
    const MissionId id = bring_to(MissionStage::Applied);
    world.reject(0, MissionComplete{id, id_of(1), {}}, Rejection::NotAssigned);
    world.reject(0, MissionComplete{id, id_of(2), {}}, Rejection::NotAssigned);
    world.succeed(0, MissionAssign{id, id_of(1)});
    world.reject(1, MissionComplete{id, id_of(1), {}}, Rejection::NotController);
    world.succeed(0, MissionComplete{id, id_of(1), {}});
    world.reject(0, MissionComplete{id, id_of(1), {}}, Rejection::AlreadyCompleted);
    const MissionId late = bring_to(MissionStage::Assigned);
    world.skip_blocks(2000);
    world.reject(0, MissionComplete{late, id_of(1), {}}, Rejection::DeadlinePassed);
}

TEST_F(Missions, PayoutIsRejected) {
    world.reject(1, MissionPayout{mission_id(id_of(0), Nonce{99}), id_of(1)},
                 Rejection::UnknownMission);
    const MissionId id = bring_to(MissionStage::Assigned);
    world.reject(1, MissionPayout{id, id_of(1)}, Rejection::NotCompleted);
    world.reject(2, MissionPayout{id, id_of(2)}, Rejection::NotCompleted);
    world.succeed(0, MissionComplete{id, id_of(1), digest("work")});
    world.reject(2, MissionPayout{id, id_of(1)}, Rejection::NotPayee);
    world.succeed(3, TreasuryDeposit{cabin, units(99)});
    world.reject(1, MissionPayout{id, id_of(1)}, Rejection::InsufficientTreasury);
    world.succeed(3, TreasuryDeposit{cabin, units(101)});
    world.skip_blocks(5000);
    world.succeed(0, MissionPayout{id, id_of(1)});  // by the controller, and after the deadline
    world.reject(1, MissionPayout{id, id_of(1)}, Rejection::AlreadyPaid);
    EXPECT_EQ(world.view().treasury(cabin), units(100));
}

TEST_F(Missions, ARoleIsAskedForTwice) {
    MissionCreate body = world.mission(cabin);
    body.required_role = Name{"member"};
    const MissionId id = world.open(0, body);
    world.reject(1, MissionApply{id, {}}, Rejection::MissingRole);
    world.succeed(0, RoleAssign{cabin, id_of(1), {"steward"}, {}});
    world.reject(1, MissionApply{id, {}}, Rejection::MissingRole);
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, {}});
    world.succeed(1, MissionApply{id, {}});
    world.succeed(0, RoleRevoke{cabin, id_of(1), {"member"}});
    world.reject(0, MissionAssign{id, id_of(1)}, Rejection::MissingRole);
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, world.next_block().height.next()});
    world.skip_blocks(5);
    world.reject(0, MissionAssign{id, id_of(1)}, Rejection::MissingRole);
}

TEST_F(Missions, ACredentialIsAskedForTwice) {
    const SovereignId praxis = world.found_sovereign(5, "Praxis");
    const Hash schema = core_schema_hash(NodeKind::Credential);
    MissionCreate body = world.mission(cabin);
    body.required_credential = {praxis, schema};
    const MissionId id = world.open(0, body);
    const Instant soon = world.next_block().time + seconds(20);
    world.succeed(5, CredentialAnchor{praxis, id_of(1), schema, digest("one"), {}});
    world.succeed(5, CredentialAnchor{praxis, id_of(2), schema, digest("two"), soon});
    world.succeed(0, CredentialAnchor{cabin, id_of(3), schema, digest("three"), {}});
    world.reject(1, MissionApply{id, {}}, Rejection::MissingCredential);
    world.reject(1, MissionApply{id, digest("none")}, Rejection::UnknownCredential);
    world.reject(3, MissionApply{id, digest("three")}, Rejection::UnknownCredential);
    world.reject(1, MissionApply{id, digest("two")}, Rejection::CredentialMismatch);
    world.succeed(1, MissionApply{id, digest("one")});
    world.succeed(2, MissionApply{id, digest("two")});
    world.succeed(5, CredentialRevoke{praxis, digest("one")});
    world.reject(0, MissionAssign{id, id_of(1)}, Rejection::CredentialRevoked);
    world.skip_blocks(30);
    world.reject(0, MissionAssign{id, id_of(2)}, Rejection::CredentialExpired);
    Schema local = tests::extension(NodeKind::Credential, praxis);
    world.succeed(5, SchemaPublish{local});
    world.succeed(5, CredentialAnchor{praxis, id_of(4), schema_hash(local), digest("four"), {}});
    world.reject(4, MissionApply{id, digest("four")}, Rejection::CredentialMismatch);
}

}  // namespace
}  // namespace nexus::graph
