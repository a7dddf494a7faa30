#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/transaction/body.hpp"

namespace nexus::graph {

Applied apply(Call& call, const TreasuryDeposit& body) {
    if (body.amount.is_zero()) {
        return fail(Rejection::ZeroAmount);
    }
    if (!call.state.contains(keys::sovereign(body.sovereign))) {
        return fail(Rejection::UnknownSovereign);
    }
    if (const Applied paid = debit(call.state, call.sender, body.amount); !paid) {
        return paid;
    }
    credit(call.state, body.sovereign, body.amount);
    return {};
}

Applied apply(Call& call, const MissionPayout& body) {
    auto mission = call.state.get(keys::mission(body.mission));
    if (!mission) {
        return fail(Rejection::UnknownMission);
    }
    const bool is_payee = call.sender == body.contributor;
    if (!is_payee && !controlled_sovereign(call, mission->sovereign)) {
        return fail(Rejection::NotPayee);
    }
    const auto place = keys::participation(body.mission, body.contributor);
    auto participation = call.state.get(place);
    if (!participation || participation->stage < MissionStage::Completed) {
        return fail(Rejection::NotCompleted);
    }
    if (participation->stage == MissionStage::Paid) {
        return fail(Rejection::AlreadyPaid);
    }
    const Treasury treasury = treasury_at(call.state, mission->sovereign);
    const auto rest = treasury.balance.minus(mission->reward);
    if (!rest) {
        return fail(Rejection::InsufficientTreasury);
    }
    call.state.put(keys::treasury(mission->sovereign), Treasury{*rest});
    credit(call.state, body.contributor, mission->reward);
    participation->stage = MissionStage::Paid;
    participation->updated = call.block.height;
    call.state.put(place, *participation);
    ++mission->paid;
    call.state.put(keys::mission(body.mission), *mission);
    return {};
}

}  // namespace nexus::graph
