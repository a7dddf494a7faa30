#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/core_records.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <optional>
#include <utility>

namespace nexus::graph {
namespace {

Applied check_requirement(const Call& call, const CredentialRequirement& requirement) {
    if (!call.state.contains(keys::sovereign(requirement.issuer))) {
        return fail(Rejection::UnknownSovereign);
    }
    const auto schema = known_schema(call, requirement.schema, NodeKind::Credential);
    if (!schema) {
        return fail(schema.error());
    }
    return {};
}

/// That the credential shown is the one asked for, is about the contributor, and counts now.
Applied check_credential(const Call& call, const std::optional<CredentialRequirement>& required,
                         const std::optional<Hash>& shown, const AccountId& contributor) {
    if (!required) {
        return shown ? Applied(fail(Rejection::CredentialMismatch)) : Applied();
    }
    if (!shown) {
        return fail(Rejection::MissingCredential);
    }
    const auto credential = call.state.get(keys::credential(required->issuer, *shown));
    if (!credential) {
        return fail(Rejection::UnknownCredential);
    }
    if (credential->subject != contributor || credential->schema != required->schema) {
        return fail(Rejection::CredentialMismatch);
    }
    if (credential->revoked) {
        return fail(Rejection::CredentialRevoked);
    }
    if (credential->valid_until && *credential->valid_until <= call.block.time) {
        return fail(Rejection::CredentialExpired);
    }
    return {};
}

/// Asked when someone applies and again when the slot is given: a role may end in between.
Applied check_eligible(const Call& call, const Mission& mission, const AccountId& contributor,
                       const std::optional<Hash>& shown) {
    if (mission.required_role) {
        const Applied held =
            require_role(call, mission.sovereign, contributor, mission.required_role->value);
        if (!held) {
            return held;
        }
    }
    return check_credential(call, mission.required_credential, shown, contributor);
}

/// The mission, if it is still open. Errors: UnknownMission, DeadlinePassed.
Result<Mission, Rejection> open_mission(const Call& call, const MissionId& id) {
    auto mission = call.state.get(keys::mission(id));
    if (!mission) {
        return fail(Rejection::UnknownMission);
    }
    if (mission->deadline <= call.block.time) {
        return fail(Rejection::DeadlinePassed);
    }
    return std::move(*mission);
}

/// open_mission, for the controller of its sovereign. Errors: as well NotController.
Result<Mission, Rejection> own_mission(const Call& call, const MissionId& id) {
    auto mission = open_mission(call, id);
    if (!mission) {
        return mission;
    }
    if (const auto sovereign = controlled_sovereign(call, mission->sovereign); !sovereign) {
        return fail(sovereign.error());
    }
    return mission;
}

}  // namespace

Applied apply(Call& call, const MissionCreate& body) {
    if (const auto sovereign = controlled_sovereign(call, body.sovereign); !sovereign) {
        return fail(sovereign.error());
    }
    if (body.deadline <= call.block.time) {
        return fail(Rejection::DeadlinePassed);
    }
    if (body.required_role && !is_valid_name(body.required_role->value)) {
        return fail(Rejection::InvalidName);
    }
    if (body.required_credential) {
        const Applied known = check_requirement(call, *body.required_credential);
        if (!known) {
            return known;
        }
    }
    const Mission mission{.id = mission_id(call.sender, call.nonce),
                          .sovereign = body.sovereign,
                          .title = body.title,
                          .schema = body.schema,
                          .attributes = body.attributes,
                          .required_role = body.required_role,
                          .required_credential = body.required_credential,
                          .slots = body.slots,
                          .assigned = 0,
                          .completed = 0,
                          .paid = 0,
                          .reward = body.reward,
                          .deadline = body.deadline,
                          .created = call.block.height};
    const Applied fits = require_conforming(call, body.schema, NodeKind::Mission,
                                            core_record(mission), body.attributes);
    if (!fits) {
        return fits;
    }
    const auto place = keys::mission(mission.id);
    NEXUS_ASSERT(!call.state.contains(place));  // a nonce is used once
    call.state.put(place, mission);
    return {};
}

Applied apply(Call& call, const MissionApply& body) {
    const auto mission = open_mission(call, body.mission);
    if (!mission) {
        return fail(mission.error());
    }
    if (const auto contributor = known_contributor(call, call.sender); !contributor) {
        return fail(contributor.error());
    }
    const auto place = keys::participation(body.mission, call.sender);
    if (call.state.contains(place)) {
        return fail(Rejection::AlreadyApplied);
    }
    if (mission->assigned == mission->slots) {
        return fail(Rejection::SlotsFull);
    }
    const Applied eligible = check_eligible(call, *mission, call.sender, body.credential);
    if (!eligible) {
        return eligible;
    }
    call.state.put(place, Participation{.mission = body.mission,
                                        .contributor = call.sender,
                                        .stage = MissionStage::Applied,
                                        .credential = body.credential,
                                        .evidence = {},
                                        .updated = call.block.height});
    return {};
}

Applied apply(Call& call, const MissionAssign& body) {
    auto mission = own_mission(call, body.mission);
    if (!mission) {
        return fail(mission.error());
    }
    const auto place = keys::participation(body.mission, body.contributor);
    auto participation = call.state.get(place);
    if (!participation) {
        return fail(Rejection::NotApplied);
    }
    if (participation->stage != MissionStage::Applied) {
        return fail(Rejection::AlreadyAssigned);
    }
    if (mission->assigned == mission->slots) {
        return fail(Rejection::SlotsFull);
    }
    const Applied eligible =
        check_eligible(call, *mission, body.contributor, participation->credential);
    if (!eligible) {
        return eligible;
    }
    participation->stage = MissionStage::Assigned;
    participation->updated = call.block.height;
    call.state.put(place, *participation);
    ++mission->assigned;
    call.state.put(keys::mission(body.mission), *mission);
    return {};
}

Applied apply(Call& call, const MissionComplete& body) {
    auto mission = own_mission(call, body.mission);
    if (!mission) {
        return fail(mission.error());
    }
    const auto place = keys::participation(body.mission, body.contributor);
    auto participation = call.state.get(place);
    if (!participation || participation->stage == MissionStage::Applied) {
        return fail(Rejection::NotAssigned);
    }
    if (participation->stage != MissionStage::Assigned) {
        return fail(Rejection::AlreadyCompleted);
    }
    participation->stage = MissionStage::Completed;
    participation->evidence = body.evidence;
    participation->updated = call.block.height;
    call.state.put(place, *participation);
    ++mission->completed;
    call.state.put(keys::mission(body.mission), *mission);
    return {};
}

}  // namespace nexus::graph
