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

#include <cstdint>
#include <optional>

namespace nexus::graph {
namespace {

using tests::add_field;
using tests::digest;
using tests::extension;
using tests::id_of;
using tests::World;

TEST(ContributorRegister, MakesPersonsAndOrganizations) {
    World world;
    ContributorRegister body = World::contributor("Ada");
    body.details.skills = {{"carpentry"}};
    body.details.attribute_commitment = digest("salted");
    world.succeed(0, body);
    const auto ada = world.view().contributor_by_handle("ADA");
    ASSERT_TRUE(ada);
    EXPECT_EQ(ada->id, id_of(0));
    EXPECT_EQ(ada->details, body.details);
    body = World::contributor("Acme");
    body.kind = NodeKind::Organization;
    body.details.schema = core_schema_hash(NodeKind::Organization);
    body.details.attributes = {{{"type", Symbol{"coop"}}}};
    world.succeed(1, body);
    EXPECT_EQ(world.view().contributor(id_of(1))->kind, NodeKind::Organization);
}

TEST(ContributorRegister, IsRejected) {
    World world;
    world.join(0, "Ada");
    world.reject(0, World::contributor("Other"), Rejection::AlreadyContributor);
    world.reject(1, World::contributor("aDA"), Rejection::NameTaken);
    world.reject(1, World::contributor("no/way"), Rejection::InvalidName);
    for (const NodeKind kind : {NodeKind::Asset, NodeKind::Mission, NodeKind::Credential}) {
        ContributorRegister body = World::contributor("bob");
        body.kind = kind;
        world.reject(1, body, Rejection::InvalidKind);
    }
    ContributorRegister body = World::contributor("bob");
    body.details.home = SovereignId{4};
    world.reject(1, body, Rejection::UnknownSovereign);
    body = World::contributor("bob");
    body.details.schema = digest("none");
    world.reject(1, body, Rejection::UnknownSchema);
    body.details.schema = core_schema_hash(NodeKind::Organization);
    world.reject(1, body, Rejection::WrongSchemaKind);
    body = World::contributor("bob");
    body.details.attributes = {{{"shoe_size", std::int64_t{42}}}};
    world.reject(1, body, Rejection::RecordDoesNotConform);
    body.details.attributes = {{{"handle", Text{"mallory"}}}};
    world.reject(1, body, Rejection::RecordDoesNotConform);
}

TEST(ContributorRegister, ObeysALocalSchema) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    Schema local = extension(NodeKind::Person, cabin);
    add_field(local, {"ext.1.badge", true, IntegerType{1, 99}});
    tests::field_of(local, "home").type = IntegerType{1, 1};
    world.succeed(0, SchemaPublish{local});
    ContributorRegister body = World::contributor("ada");
    body.details.schema = schema_hash(local);
    body.details.home = cabin;
    world.reject(1, body, Rejection::RecordDoesNotConform);
    body.details.attributes = {{{"ext.1.badge", std::int64_t{100}}}};
    world.reject(1, body, Rejection::RecordDoesNotConform);
    body.details.attributes = {{{"ext.1.badge", std::int64_t{7}}}};
    body.details.home = kCommons;
    world.reject(1, body, Rejection::RecordDoesNotConform);
    body.details.home = cabin;
    world.succeed(1, body);
}

TEST(ProfileUpdate, ReplacesTheDetails) {
    World world;
    world.join(0, "ada");
    ProfileDetails details;
    details.schema = core_schema_hash(NodeKind::Person);
    details.skills = {{"welding"}};
    world.succeed(0, ProfileUpdate{details});
    const auto ada = world.view().contributor(id_of(0));
    EXPECT_EQ(ada->details, details);
    EXPECT_EQ(ada->handle.value, "ada");
    EXPECT_EQ(ada->registered, Height{1});
    EXPECT_EQ(ada->updated, Height{2});
}

TEST(ProfileUpdate, IsRejected) {
    World world;
    ProfileDetails details;
    details.schema = core_schema_hash(NodeKind::Person);
    world.reject(0, ProfileUpdate{details}, Rejection::UnknownContributor);
    world.join(0, "ada");
    details.home = SovereignId{4};
    world.reject(0, ProfileUpdate{details}, Rejection::UnknownSovereign);
    details.home = kCommons;
    details.schema = core_schema_hash(NodeKind::Organization);
    world.reject(0, ProfileUpdate{details}, Rejection::WrongSchemaKind);
    details.schema = core_schema_hash(NodeKind::Person);
    details.attributes = {{{"type", Symbol{"coop"}}}};
    world.reject(0, ProfileUpdate{details}, Rejection::RecordDoesNotConform);
}

TEST(RoleAssign, GivesAndProlongsARole) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.join(1, "ada");
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, Height{6}});
    auto grant = world.view().role(cabin, id_of(1), "member");
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->since, Height{3});
    EXPECT_TRUE(grant->is_active(Height{6})) << "the last height counts";
    EXPECT_FALSE(grant->is_active(Height{7}));
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, std::nullopt});
    grant = world.view().role(cabin, id_of(1), "member");
    EXPECT_EQ(grant->since, Height{3}) << "prolonged, not begun anew";
    EXPECT_TRUE(grant->is_active(Height{1'000'000}));
    EXPECT_FALSE(world.view().role(cabin, id_of(1), "steward"));
}

TEST(RoleAssign, BeginsAnewAfterAGap) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.join(1, "ada");
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, Height{4}});
    world.skip_blocks(10);
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, std::nullopt});
    EXPECT_EQ(world.view().role(cabin, id_of(1), "member")->since, Height{14});
}

TEST(RoleAssign, IsRejected) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.join(1, "ada");
    world.reject(1, RoleAssign{cabin, id_of(1), {"member"}, {}}, Rejection::NotController);
    world.reject(0, RoleAssign{SovereignId{9}, id_of(1), {"member"}, {}},
                 Rejection::UnknownSovereign);
    world.reject(0, RoleAssign{cabin, id_of(2), {"member"}, {}}, Rejection::UnknownContributor);
    world.reject(0, RoleAssign{cabin, id_of(1), {""}, {}}, Rejection::InvalidName);
    world.reject(0, RoleAssign{cabin, id_of(1), {"member"}, Height{3}}, Rejection::RoleExpired);
    const Height now = world.next_block().height;
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, now});
}

TEST(RoleRevoke, TakesARoleBack) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.join(1, "ada");
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, {}});
    world.reject(1, RoleRevoke{cabin, id_of(1), {"member"}}, Rejection::NotController);
    world.reject(0, RoleRevoke{SovereignId{9}, id_of(1), {"member"}}, Rejection::UnknownSovereign);
    world.reject(0, RoleRevoke{cabin, id_of(1), {"steward"}}, Rejection::RoleUnknown);
    world.succeed(0, RoleRevoke{cabin, id_of(1), {"member"}});
    EXPECT_FALSE(world.view().role(cabin, id_of(1), "member"));
    world.reject(0, RoleRevoke{cabin, id_of(1), {"member"}}, Rejection::RoleUnknown);
}

class Credentials : public testing::Test {
protected:
    Credentials() : cabin(world.found_sovereign(0, "Cabin")) { world.join(1, "ada"); }

    [[nodiscard]] CredentialAnchor anchor() const {
        return {cabin, id_of(1), core_schema_hash(NodeKind::Credential), digest("diploma"), {}};
    }

    World world;
    SovereignId cabin;
};

TEST_F(Credentials, AreAnchoredAndRevoked) {
    world.succeed(0, anchor());
    auto credential = world.view().credential(cabin, digest("diploma"));
    ASSERT_TRUE(credential);
    EXPECT_EQ(credential->subject, id_of(1));
    EXPECT_FALSE(credential->revoked);
    world.succeed(0, CredentialRevoke{cabin, digest("diploma")});
    credential = world.view().credential(cabin, digest("diploma"));
    EXPECT_EQ(credential->revoked, Height{4});
}

TEST_F(Credentials, AreAnchoredOnceByEachIssuer) {
    world.succeed(0, anchor());
    world.reject(0, anchor(), Rejection::CredentialExists);
    world.succeed(0, CredentialRevoke{cabin, digest("diploma")});
    world.reject(0, anchor(), Rejection::CredentialExists);
    const SovereignId praxis = world.found_sovereign(2, "Praxis");
    CredentialAnchor other = anchor();
    other.issuer = praxis;
    world.succeed(2, other);
}

TEST_F(Credentials, AreRejected) {
    world.reject(1, anchor(), Rejection::NotController);
    CredentialAnchor body = anchor();
    body.issuer = SovereignId{9};
    world.reject(0, body, Rejection::UnknownSovereign);
    body = anchor();
    body.subject = id_of(5);
    world.reject(0, body, Rejection::UnknownContributor);
    body = anchor();
    body.schema = digest("none");
    world.reject(0, body, Rejection::UnknownSchema);
    body.schema = core_schema_hash(NodeKind::Person);
    world.reject(0, body, Rejection::WrongSchemaKind);
    body = anchor();
    body.valid_until = world.next_block().time;
    world.reject(0, body, Rejection::CredentialExpired);
    body.valid_until = world.next_block().time + nanoseconds(1);
    world.succeed(0, body);
}

TEST_F(Credentials, RevocationIsRejected) {
    world.reject(0, CredentialRevoke{cabin, digest("diploma")}, Rejection::UnknownCredential);
    world.succeed(0, anchor());
    world.reject(1, CredentialRevoke{cabin, digest("diploma")}, Rejection::NotController);
    world.reject(0, CredentialRevoke{SovereignId{9}, digest("diploma")},
                 Rejection::UnknownSovereign);
    world.succeed(0, CredentialRevoke{cabin, digest("diploma")});
    world.reject(0, CredentialRevoke{cabin, digest("diploma")}, Rejection::CredentialRevoked);
}

}  // namespace
}  // namespace nexus::graph
