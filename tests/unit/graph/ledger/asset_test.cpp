#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/transaction/body.hpp"
#include "tests/unit/graph/world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

namespace nexus::graph {
namespace {

using tests::digest;
using tests::id_of;
using tests::World;

class Assets : public testing::Test {
protected:
    Assets()
        : cabin(world.found_sovereign(0, "Cabin")), praxis(world.found_sovereign(1, "Praxis")) {}

    static AssetRegister registration(SovereignId registry, AssetOwner owner) {
        AssetRegister body;
        body.sovereign = registry;
        body.owner = owner;
        body.asset_class = AssetClass::Energy;
        body.token = TokenKind::Unique;
        body.schema = core_schema_hash(NodeKind::Asset);
        body.metadata = digest("deed");
        return body;
    }

    AssetId add(std::size_t person, const AssetRegister& body) {
        const AssetId id = asset_id(id_of(person), world.nonce_of(person));
        world.succeed(person, body);
        return id;
    }

    World world;
    SovereignId cabin;
    SovereignId praxis;
};

TEST_F(Assets, AreRegisteredAndTransferred) {
    const AssetId id = add(2, registration(kCommons, id_of(2)));
    EXPECT_EQ(world.view().asset(id)->owner, AssetOwner(id_of(2)));
    world.succeed(2, AssetTransfer{id, cabin});
    EXPECT_EQ(world.view().asset(id)->owner, AssetOwner(cabin));
    world.succeed(0, AssetTransfer{id, praxis});
    world.succeed(1, AssetTransfer{id, id_of(3)});
    const auto asset = world.view().asset(id);
    EXPECT_EQ(asset->owner, AssetOwner(id_of(3)));
    EXPECT_EQ(asset->registered, Height{3});
    EXPECT_EQ(asset->transferred, Height{6});
    EXPECT_EQ(asset->sovereign, kCommons);
}

TEST_F(Assets, OfASovereignAreRegisteredByItsController) {
    const AssetId id = add(0, registration(cabin, cabin));
    EXPECT_EQ(world.view().asset(id)->owner, AssetOwner(cabin));
    (void)add(0, registration(cabin, id_of(0)));
    (void)add(0, registration(kCommons, cabin));
}

TEST_F(Assets, RegistrationIsRejected) {
    world.reject(2, registration(SovereignId{9}, id_of(2)), Rejection::UnknownSovereign);
    world.reject(2, registration(cabin, id_of(2)), Rejection::NotController);
    world.reject(2, registration(kCommons, id_of(3)), Rejection::NotOwner);
    world.reject(2, registration(kCommons, cabin), Rejection::NotController);
    world.reject(2, registration(kCommons, SovereignId{9}), Rejection::UnknownSovereign);
    AssetRegister body = registration(kCommons, id_of(2));
    body.schema = digest("none");
    world.reject(2, body, Rejection::UnknownSchema);
    body.schema = core_schema_hash(NodeKind::Mission);
    world.reject(2, body, Rejection::WrongSchemaKind);
    body = registration(kCommons, id_of(2));
    body.attributes = {{{"capacity", std::int64_t{-1}}}};
    world.reject(2, body, Rejection::RecordDoesNotConform);
}

TEST_F(Assets, TransferIsRejected) {
    world.reject(2, AssetTransfer{asset_id(id_of(2), Nonce{50}), cabin}, Rejection::UnknownAsset);
    const AssetId id = add(2, registration(kCommons, id_of(2)));
    world.reject(3, AssetTransfer{id, id_of(3)}, Rejection::NotOwner);
    world.reject(2, AssetTransfer{id, SovereignId{9}}, Rejection::UnknownSovereign);
    world.reject(2, AssetTransfer{id, id_of(2)}, Rejection::AlreadyOwner);
    world.succeed(2, AssetTransfer{id, cabin});
    world.reject(2, AssetTransfer{id, id_of(2)}, Rejection::NotOwner);
    world.reject(1, AssetTransfer{id, id_of(1)}, Rejection::NotOwner);
}

}  // namespace
}  // namespace nexus::graph
