#include "graph/ledger/audit.hpp"

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/state/state_snapshot.hpp"
#include "tests/unit/graph/world.hpp"

#include <absl/numeric/int128.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

using tests::digest;
using tests::id_of;
using tests::kPeople;
using tests::kStart;
using tests::units;
using tests::World;

/// A world with one of everything.
World full_world() {
    World world;
    const SovereignId cabin = world.found_sovereign(0, "Cabin");
    world.join(1, "ada");
    world.succeed(0, RoleAssign{cabin, id_of(1), {"member"}, {}});
    world.succeed(0, SchemaPublish{tests::extension(NodeKind::Person, cabin)});
    world.succeed(
        0, CredentialAnchor{
               cabin, id_of(1), core_schema_hash(NodeKind::Credential), digest("diploma"), {}});
    const MissionId mission = world.open(0, world.mission(cabin));
    world.succeed(1, MissionApply{mission, {}});
    world.succeed(0, MissionAssign{mission, id_of(1)});
    world.succeed(0, MissionComplete{mission, id_of(1), digest("work")});
    AssetRegister asset;
    asset.owner = id_of(1);
    asset.schema = core_schema_hash(NodeKind::Asset);
    world.succeed(1, asset);
    return world;
}

/// How many violations the audit finds when the value at this place is changed so.
template <class Value, class Change>
std::size_t violations_after(const World& world, const StateKey<Value>& at, Change change) {
    Overlay overlay(world.state());
    Value value = overlay.get(at).value_or(Value{});
    change(value);
    overlay.put(at, value);
    return audit_state(std::move(overlay).commit()).size();
}

TEST(AuditSupply, AddsUpEveryLeaf) {
    const World world = full_world();
    const SupplyAudit audit = audit_supply(world.state());
    EXPECT_TRUE(audit.holds());
    EXPECT_EQ(audit.genesis, units(kPeople * kStart + 500));
    EXPECT_EQ(audit.accounts.plus(audit.treasuries), audit.genesis);
    EXPECT_EQ(
        violations_after(world, keys::account(id_of(3)), [](Account& a) { a.balance = units(1); }),
        1U);
    EXPECT_EQ(violations_after(world, keys::treasury(kCommons),
                               [](Treasury& t) { t.balance = Amount(absl::Uint128Max()); }),
              1U);
}

// The checker itself is checked: each kind of damage is seen.
TEST(AuditState, SeesDamage) {
    const World world = full_world();
    const SovereignId cabin{1};
    const MissionId mission = world.view().all(keys::kMissions).at(0).second.id;
    const AssetId asset = world.view().all(keys::kAssets).at(0).second.id;
    EXPECT_EQ(audit_state(world.state()), std::vector<std::string>{});
    const auto seen = [&world](const auto& at, auto change) {
        return violations_after(world, at, change) > 0;
    };
    EXPECT_TRUE(seen(keys::sovereign_count(), [](Counter& c) { ++c.value; }));
    EXPECT_TRUE(seen(keys::sovereign(cabin), [](Sovereign& s) { s.name = {"Other"}; }));
    EXPECT_TRUE(seen(keys::sovereign(cabin), [](Sovereign& s) { s.id = SovereignId{5}; }));
    EXPECT_TRUE(
        seen(keys::sovereign(cabin), [](Sovereign& s) { s.governance.quorum_ppm = 1U << 30U; }));
    EXPECT_TRUE(seen(keys::sovereign_name("ghost"), [](SovereignId& id) { id = SovereignId{1}; }));
    EXPECT_TRUE(seen(keys::handle("ada"), [](AccountId& id) { id = id_of(2); }));
    EXPECT_TRUE(
        seen(keys::contributor(id_of(1)), [](Contributor& c) { c.details.home = SovereignId{9}; }));
    EXPECT_TRUE(
        seen(keys::contributor(id_of(1)), [](Contributor& c) { c.kind = NodeKind::Organization; }));
    EXPECT_TRUE(
        seen(keys::role(cabin, id_of(1), "member"), [](RoleGrant& r) { r.until = Height{0}; }));
    EXPECT_TRUE(
        seen(keys::role(cabin, id_of(1), "member"), [](RoleGrant& r) { r.role = {"king"}; }));
    EXPECT_TRUE(
        seen(keys::schema(core_schema_hash(NodeKind::Asset)), [](Schema& s) { s.fields.clear(); }));
    EXPECT_TRUE(seen(keys::credential(cabin, digest("diploma")),
                     [](Credential& c) { c.subject = id_of(7); }));
    EXPECT_TRUE(seen(keys::credential(cabin, digest("diploma")),
                     [](Credential& c) { c.revoked = Height{0}; }));
    EXPECT_TRUE(seen(keys::mission(mission), [](Mission& m) { m.assigned = 2; }));
    EXPECT_TRUE(seen(keys::mission(mission), [](Mission& m) { m.paid = 1; }));
    EXPECT_TRUE(seen(keys::mission(mission), [](Mission& m) { m.slots = 0; }));
    EXPECT_TRUE(
        seen(keys::participation(mission, id_of(1)), [](Participation& p) { p.evidence.reset(); }));
    EXPECT_TRUE(seen(keys::participation(mission, id_of(1)),
                     [](Participation& p) { p.stage = MissionStage::Paid; }));
    EXPECT_TRUE(seen(keys::asset(asset), [](Asset& a) { a.owner = SovereignId{9}; }));
    EXPECT_TRUE(seen(keys::asset(asset), [](Asset& a) { a.sovereign = SovereignId{9}; }));
}

// What a light client does: a header's root, a key, a value, a proof, and no state.
TEST(LedgerView, EveryValueCanBeProven) {
    const World world = full_world();
    std::size_t proven = 0;
    for (const TreeId tree : {TreeId::Graph, TreeId::Ledger}) {
        world.state().tree(tree).for_each([&](std::string_view key, ByteView value) {
            const StateProof proof = world.state().prove(tree, key);
            EXPECT_TRUE(
                verify_present(world.state().root(), tree_name(tree), as_bytes(key), value, proof));
            ++proven;
        });
    }
    EXPECT_GT(proven, 25U);
    const auto nobody = keys::contributor(id_of(6));
    EXPECT_TRUE(verify_absent(world.state().root(), tree_name(nobody.tree), as_bytes(nobody.key),
                              world.state().prove(nobody.tree, nobody.key)));
}

TEST(LedgerView, ListsTablesInTheOrderOfTheirKeys) {
    World world;
    for (std::size_t i = 0; i < 5; ++i) {
        (void)world.found_sovereign(0, "Sovereign " + std::to_string(i));
    }
    const auto rows = world.view().all(keys::kSovereigns);
    ASSERT_EQ(rows.size(), 6U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].second.id.value, i);
    }
    EXPECT_EQ(world.view().all(keys::kSovereignNames).size(), 6U) << "one table per prefix";
}

TEST(LedgerView, ReadsNothingWhereNothingIs) {
    const World world;
    const LedgerView view = world.view();
    EXPECT_EQ(view.account(id_of(30)), Account{});
    EXPECT_TRUE(view.treasury(SovereignId{8}).is_zero());
    EXPECT_FALSE(view.sovereign(SovereignId{8}));
    EXPECT_FALSE(view.contributor_by_handle("nobody"));
    EXPECT_FALSE(view.mission(MissionId{}));
    EXPECT_FALSE(view.asset(AssetId{}));
    EXPECT_EQ(view.parameters().chain, tests::kChain);
}

TEST(Overlay, RollsBackToTheMark) {
    const World world;
    Overlay overlay(world.state());
    const auto at = keys::account(id_of(0));
    const auto fresh = keys::account(id_of(30));
    overlay.put(at, Account{units(1), Nonce{1}});
    overlay.mark();
    overlay.put(at, Account{units(2), Nonce{2}});
    overlay.put(at, Account{units(3), Nonce{3}});
    overlay.erase(at);
    overlay.put(fresh, Account{units(9), Nonce{}});
    EXPECT_FALSE(overlay.contains(at));
    overlay.roll_back();
    EXPECT_EQ(overlay.get(at), (Account{units(1), Nonce{1}}));
    EXPECT_FALSE(overlay.contains(fresh));
    overlay.erase(at);
    overlay.roll_back();
    const StateSnapshot after = std::move(overlay).commit();
    EXPECT_EQ(read(after, at), (Account{units(1), Nonce{1}}));
}

}  // namespace
}  // namespace nexus::graph
