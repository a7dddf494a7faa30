#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/core_records.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"

namespace nexus::graph {
namespace {

/// What must hold of every contributor's details.
Applied check_details(const Call& call, const Contributor& contributor) {
    if (!call.state.contains(keys::sovereign(contributor.details.home))) {
        return fail(Rejection::UnknownSovereign);
    }
    return require_conforming(call, contributor.details.schema, contributor.kind,
                              core_record(contributor), contributor.details.attributes);
}

}  // namespace

Applied apply(Call& call, const ContributorRegister& body) {
    if (body.kind != NodeKind::Person && body.kind != NodeKind::Organization) {
        return fail(Rejection::InvalidKind);
    }
    if (!is_valid_name(body.handle.value)) {
        return fail(Rejection::InvalidName);
    }
    const auto place = keys::contributor(call.sender);
    if (call.state.contains(place)) {
        return fail(Rejection::AlreadyContributor);
    }
    const auto handle = keys::handle(body.handle.value);
    if (call.state.contains(handle)) {
        return fail(Rejection::NameTaken);
    }
    const Contributor contributor{.id = call.sender,
                                  .kind = body.kind,
                                  .handle = body.handle,
                                  .details = body.details,
                                  .registered = call.block.height,
                                  .updated = call.block.height};
    if (const Applied valid = check_details(call, contributor); !valid) {
        return valid;
    }
    call.state.put(place, contributor);
    call.state.put(handle, call.sender);
    return {};
}

Applied apply(Call& call, const ProfileUpdate& body) {
    auto contributor = known_contributor(call, call.sender);
    if (!contributor) {
        return fail(contributor.error());
    }
    contributor->details = body.details;
    contributor->updated = call.block.height;
    if (const Applied valid = check_details(call, *contributor); !valid) {
        return valid;
    }
    call.state.put(keys::contributor(call.sender), *contributor);
    return {};
}

Applied apply(Call& call, const RoleAssign& body) {
    if (const auto sovereign = controlled_sovereign(call, body.sovereign); !sovereign) {
        return fail(sovereign.error());
    }
    if (const auto contributor = known_contributor(call, body.contributor); !contributor) {
        return fail(contributor.error());
    }
    if (!is_valid_name(body.role.value)) {
        return fail(Rejection::InvalidName);
    }
    if (body.until && *body.until < call.block.height) {
        return fail(Rejection::RoleExpired);
    }
    const auto place = keys::role(body.sovereign, body.contributor, body.role.value);
    const auto before = call.state.get(place);
    const bool continues = before && before->is_active(call.block.height);
    call.state.put(place, RoleGrant{.sovereign = body.sovereign,
                                    .contributor = body.contributor,
                                    .role = body.role,
                                    .since = continues ? before->since : call.block.height,
                                    .until = body.until});
    return {};
}

Applied apply(Call& call, const RoleRevoke& body) {
    if (const auto sovereign = controlled_sovereign(call, body.sovereign); !sovereign) {
        return fail(sovereign.error());
    }
    const auto place = keys::role(body.sovereign, body.contributor, body.role.value);
    if (!call.state.contains(place)) {
        return fail(Rejection::RoleUnknown);
    }
    call.state.erase(place);
    return {};
}

}  // namespace nexus::graph
