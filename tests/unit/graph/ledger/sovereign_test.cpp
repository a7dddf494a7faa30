#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "tests/unit/graph/world.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace nexus::graph {
namespace {

using tests::add_field;
using tests::digest;
using tests::extension;
using tests::field_of;
using tests::id_of;
using tests::kFee;
using tests::kStart;
using tests::units;
using tests::World;

SovereignRegister registration(const std::string& name) {
    SovereignRegister body;
    body.name = {name};
    body.geography.place = "distributed";
    return body;
}

TEST(Transfer, MovesUnitsAndTheFee) {
    World world;
    world.succeed(0, Transfer{id_of(1), units(300)});
    EXPECT_EQ(world.balance_of(0), units(kStart - 300 - kFee));
    EXPECT_EQ(world.balance_of(1), units(kStart + 300));
    EXPECT_EQ(world.view().treasury(kCommons), units(500 + kFee));
    world.succeed(0, Transfer{id_of(20), units(1)});
    EXPECT_EQ(world.balance_of(20), units(1)) << "the account need not exist before";
}

TEST(Transfer, IsRejected) {
    World world;
    world.reject(0, Transfer{id_of(1), units(0)}, Rejection::ZeroAmount);
    world.reject(0, Transfer{id_of(0), units(1)}, Rejection::SelfTransfer);
    world.reject(0, Transfer{id_of(1), units(kStart)}, Rejection::InsufficientBalance);
    world.reject(0, Transfer{id_of(1), Amount(absl::Uint128Max())}, Rejection::InsufficientBalance);
}

TEST(Payment, IsATransferWithAMemo) {
    World world;
    world.succeed(0, Payment{id_of(1), units(300), std::string(kMemoMax, 'x')});
    EXPECT_EQ(world.balance_of(0), units(kStart - 300 - kFee));
    EXPECT_EQ(world.balance_of(1), units(kStart + 300));
    world.reject(0, Payment{id_of(1), units(0), "nothing"}, Rejection::ZeroAmount);
    world.reject(0, Payment{id_of(0), units(1), "to myself"}, Rejection::SelfTransfer);
    world.reject(0, Payment{id_of(1), units(kStart), "all"}, Rejection::InsufficientBalance);
}

TEST(TreasuryDeposit, MovesUnitsIntoATreasury) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.succeed(1, TreasuryDeposit{cabin, units(70)});
    world.succeed(2, TreasuryDeposit{cabin, units(5)});
    EXPECT_EQ(world.view().treasury(cabin), units(75));
    world.succeed(1, TreasuryDeposit{kCommons, units(9)});
    EXPECT_EQ(world.view().treasury(kCommons), units(500 + 4 * kFee + 9));
}

TEST(TreasuryDeposit, IsRejected) {
    World world;
    world.reject(0, TreasuryDeposit{SovereignId{1}, units(1)}, Rejection::UnknownSovereign);
    world.reject(0, TreasuryDeposit{kCommons, units(0)}, Rejection::ZeroAmount);
    world.reject(0, TreasuryDeposit{kCommons, units(kStart)}, Rejection::InsufficientBalance);
}

TEST(SovereignRegister, NumbersInOrder) {
    World world;
    EXPECT_EQ(world.view().sovereign_by_name("COMMONS")->id, kCommons);
    EXPECT_EQ(world.found_sovereign(0, "Cabin"), SovereignId{1});
    world.reject(1, registration("cabin"), Rejection::NameTaken);
    EXPECT_EQ(world.found_sovereign(1, "Praxis"), SovereignId{2}) << "a rejection uses no number";
    const auto cabin = world.view().sovereign_by_name("CABIN");
    ASSERT_TRUE(cabin);
    EXPECT_EQ(cabin->id, SovereignId{1});
    EXPECT_EQ(cabin->controller, id_of(0));
    EXPECT_EQ(cabin->name.value, "Cabin");
    EXPECT_EQ(cabin->registered, Height{1});
    EXPECT_EQ(world.view().sovereign_count(), 3U);
    EXPECT_FALSE(world.view().sovereign_by_name("Nowhere"));
}

TEST(SovereignRegister, IsRejected) {
    World world;
    world.reject(0, registration(""), Rejection::InvalidName);
    world.reject(0, registration("a/b"), Rejection::InvalidName);
    world.reject(0, registration("Commons"), Rejection::NameTaken);
    SovereignRegister body = registration("Cabin");
    body.governance.quorum_ppm = 1'000'001;
    world.reject(0, body, Rejection::InvalidQuorum);
    body = registration("Cabin");
    for (const GeoPoint point : {GeoPoint{90'000'001, 0}, GeoPoint{-90'000'001, 0},
                                 GeoPoint{0, 180'000'001}, GeoPoint{0, -180'000'001}}) {
        body.geography.point = point;
        world.reject(0, body, Rejection::InvalidGeography);
    }
    body.geography.point = GeoPoint{-90'000'000, 180'000'000};
    world.succeed(0, body);
}

TEST(SovereignUpdate, ReplacesOnePart) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.succeed(0, SovereignUpdate{cabin, Stack{{{"monetary"}}, {{"api", "https://x"}}}});
    world.succeed(0, SovereignUpdate{cabin, Geography{"Texas", GeoPoint{30, -98}, {}}});
    world.succeed(
        0, SovereignUpdate{cabin, Governance{GovernanceModel::Council, 1, AmendmentRule::Fixed}});
    const auto entry = world.view().sovereign(cabin);
    EXPECT_EQ(entry->stack.layers.at(0).value, "monetary");
    EXPECT_EQ(entry->geography.place, "Texas");
    EXPECT_EQ(entry->governance.model, GovernanceModel::Council);
    EXPECT_EQ(entry->registered, Height{1});
    EXPECT_EQ(entry->updated, Height{4});
}

TEST(SovereignUpdate, IsRejected) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.reject(0, SovereignUpdate{SovereignId{9}, Stack{}}, Rejection::UnknownSovereign);
    world.reject(1, SovereignUpdate{cabin, Stack{}}, Rejection::NotController);
    world.reject(0, SovereignUpdate{kCommons, Stack{}}, Rejection::NotController);
    world.reject(0, SovereignUpdate{cabin, Geography{"", GeoPoint{91'000'000, 0}, {}}},
                 Rejection::InvalidGeography);
    Governance governance;
    governance.quorum_ppm = 2'000'000;
    world.reject(0, SovereignUpdate{cabin, governance}, Rejection::InvalidQuorum);
    governance = {GovernanceModel::Founder, 0, AmendmentRule::Fixed};
    world.succeed(0, SovereignUpdate{cabin, governance});
    governance.amendment = AmendmentRule::Controller;
    world.reject(0, SovereignUpdate{cabin, governance}, Rejection::GovernanceFixed);
    world.succeed(0, SovereignUpdate{cabin, Stack{}});
}

TEST(SchemaPublish, TakesWhatRefinesItsBase) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    Schema local = extension(NodeKind::Mission, cabin);
    add_field(local, {"ext.1.trees", true, IntegerType{1, 1000}});
    world.succeed(0, SchemaPublish{local});
    EXPECT_EQ(world.view().schema(schema_hash(local)), local);
    Schema second = local;  // a refinement of a refinement
    second.base = schema_hash(local);
    second.version = 2;
    field_of(second, "ext.1.trees").type = IntegerType{1, 10};
    world.succeed(0, SchemaPublish{second});
}

TEST(SchemaPublish, LetsASovereignRefineAnothersSchema) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    const SovereignId praxis = world.found_sovereign(1, "Praxis");
    Schema local = extension(NodeKind::Mission, cabin);
    add_field(local, {"ext.1.trees", false, BoolType{}});
    world.succeed(0, SchemaPublish{local});
    Schema foreign = local;
    foreign.sovereign = praxis;
    foreign.base = schema_hash(local);
    add_field(foreign, {"ext.2.bushes", false, BoolType{}});
    world.succeed(1, SchemaPublish{foreign});
    add_field(foreign, {"ext.1.bushes", false, BoolType{}});
    world.reject(1, SchemaPublish{foreign}, Rejection::SchemaDoesNotRefine);
}

TEST(SchemaPublish, IsRejected) {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    const Schema good = extension(NodeKind::Mission, cabin);
    world.reject(1, SchemaPublish{good}, Rejection::NotController);
    world.reject(0, SchemaPublish{extension(NodeKind::Mission, SovereignId{9})},
                 Rejection::UnknownSovereign);
    world.reject(0, SchemaPublish{extension(NodeKind::Mission, kCommons)},
                 Rejection::NotController);
    Schema bad = good;
    bad.base = digest("nothing");
    world.reject(0, SchemaPublish{bad}, Rejection::UnknownBaseSchema);
    bad.base.reset();
    world.reject(0, SchemaPublish{bad}, Rejection::UnknownBaseSchema);
    bad = good;
    field_of(bad, "slots").type = IntegerType{0, 5};
    world.reject(0, SchemaPublish{bad}, Rejection::SchemaDoesNotRefine);
    bad = good;
    bad.fields.clear();
    world.reject(0, SchemaPublish{bad}, Rejection::SchemaDoesNotRefine);
    world.succeed(0, SchemaPublish{good});
    world.reject(0, SchemaPublish{good}, Rejection::SchemaExists);
}

}  // namespace
}  // namespace nexus::graph
