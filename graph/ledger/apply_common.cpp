#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/apply.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/record.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/transaction/ids.hpp"

#include <string>
#include <utility>

namespace nexus::graph {
namespace {

/// Pre: both are parts of the supply, which is itself an Amount.
Amount sum(Amount a, Amount b) {
    const auto total = a.plus(b);
    NEXUS_ASSERT(total.has_value());
    return *total;
}

}  // namespace

Account account_at(const Overlay& state, const AccountId& id) {
    return state.get(keys::account(id)).value_or(Account{});
}

Treasury treasury_at(const Overlay& state, SovereignId sovereign) {
    return state.get(keys::treasury(sovereign)).value_or(Treasury{});
}

Applied debit(Overlay& state, const AccountId& id, Amount amount) {
    Account account = account_at(state, id);
    const auto rest = account.balance.minus(amount);
    if (!rest) {
        return fail(Rejection::InsufficientBalance);
    }
    account.balance = *rest;
    state.put(keys::account(id), account);
    return {};
}

void credit(Overlay& state, const AccountId& id, Amount amount) {
    Account account = account_at(state, id);
    account.balance = sum(account.balance, amount);
    state.put(keys::account(id), account);
}

void credit(Overlay& state, SovereignId treasury, Amount amount) {
    const Treasury before = treasury_at(state, treasury);
    state.put(keys::treasury(treasury), Treasury{sum(before.balance, amount)});
}

Result<Sovereign, Rejection> controlled_sovereign(const Call& call, SovereignId id) {
    auto sovereign = call.state.get(keys::sovereign(id));
    if (!sovereign) {
        return fail(Rejection::UnknownSovereign);
    }
    if (sovereign->controller != call.sender) {
        return fail(Rejection::NotController);
    }
    return std::move(*sovereign);
}

Result<Contributor, Rejection> known_contributor(const Call& call, const AccountId& id) {
    auto contributor = call.state.get(keys::contributor(id));
    if (!contributor) {
        return fail(Rejection::UnknownContributor);
    }
    return std::move(*contributor);
}

Applied require_role(const Call& call, SovereignId sovereign, const AccountId& contributor,
                     const std::string& role) {
    const auto grant = call.state.get(keys::role(sovereign, contributor, role));
    if (!grant || !grant->is_active(call.block.height)) {
        return fail(Rejection::MissingRole);
    }
    return {};
}

Result<Schema, Rejection> known_schema(const Call& call, const Hash& schema, NodeKind kind) {
    auto known = call.state.get(keys::schema(schema));
    if (!known) {
        return fail(Rejection::UnknownSchema);
    }
    if (known->kind != kind) {
        return fail(Rejection::WrongSchemaKind);
    }
    return std::move(*known);
}

Applied require_conforming(const Call& call, const Hash& schema, NodeKind kind, const Record& core,
                           const Record& attributes) {
    const auto known = known_schema(call, schema, kind);
    if (!known) {
        return fail(known.error());
    }
    if (!conforms(*known, merge(core, attributes))) {
        return fail(Rejection::RecordDoesNotConform);
    }
    return {};
}

}  // namespace nexus::graph
