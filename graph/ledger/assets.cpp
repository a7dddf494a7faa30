#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/core_records.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <variant>

namespace nexus::graph {
namespace {

/// That the sender acts for the owner. Errors: NotOwner, UnknownSovereign, NotController.
Applied require_owner(const Call& call, const AssetOwner& owner) {
    if (const auto* account = std::get_if<AccountId>(&owner)) {
        return *account == call.sender ? Applied() : fail(Rejection::NotOwner);
    }
    const auto sovereign = controlled_sovereign(call, std::get<SovereignId>(owner));
    return sovereign ? Applied() : fail(sovereign.error());
}

}  // namespace

Applied apply(Call& call, const AssetRegister& body) {
    const auto registry = call.state.get(keys::sovereign(body.sovereign));
    if (!registry) {
        return fail(Rejection::UnknownSovereign);
    }
    // The commons registers for everyone, a sovereign for its controller.
    if (body.sovereign != kCommons && registry->controller != call.sender) {
        return fail(Rejection::NotController);
    }
    if (const Applied acts = require_owner(call, body.owner); !acts) {
        return acts;
    }
    const Asset asset{.id = asset_id(call.sender, call.nonce),
                      .sovereign = body.sovereign,
                      .owner = body.owner,
                      .asset_class = body.asset_class,
                      .token = body.token,
                      .schema = body.schema,
                      .attributes = body.attributes,
                      .metadata = body.metadata,
                      .registered = call.block.height,
                      .transferred = call.block.height};
    const Applied fits =
        require_conforming(call, body.schema, NodeKind::Asset, core_record(asset), body.attributes);
    if (!fits) {
        return fits;
    }
    const auto place = keys::asset(asset.id);
    NEXUS_ASSERT(!call.state.contains(place));  // a nonce is used once
    call.state.put(place, asset);
    return {};
}

Applied apply(Call& call, const AssetTransfer& body) {
    auto asset = call.state.get(keys::asset(body.asset));
    if (!asset) {
        return fail(Rejection::UnknownAsset);
    }
    if (!require_owner(call, asset->owner)) {
        return fail(Rejection::NotOwner);
    }
    if (const auto* to = std::get_if<SovereignId>(&body.to);
        to != nullptr && !call.state.contains(keys::sovereign(*to))) {
        return fail(Rejection::UnknownSovereign);
    }
    if (body.to == asset->owner) {
        return fail(Rejection::AlreadyOwner);
    }
    asset->owner = body.to;
    asset->transferred = call.block.height;
    call.state.put(keys::asset(body.asset), *asset);
    return {};
}

}  // namespace nexus::graph
