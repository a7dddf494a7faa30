#include "graph/ledger/ledger_view.hpp"

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/transaction/ids.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace nexus::graph {
namespace {

/// What every state since genesis has. Pre: `state` is no bare StateSnapshot.
template <class Value>
Value must_read(const StateSnapshot& state, const StateKey<Value>& at) {
    const auto value = read(state, at);
    NEXUS_ASSERT(value.has_value());
    return *value;
}

}  // namespace

ChainParameters LedgerView::parameters() const {
    return must_read(state_, keys::chain_parameters());
}
Amount LedgerView::genesis_supply() const { return must_read(state_, keys::genesis_supply()); }
std::uint64_t LedgerView::sovereign_count() const {
    return must_read(state_, keys::sovereign_count()).value;
}

Account LedgerView::account(const AccountId& id) const {
    return read(state_, keys::account(id)).value_or(Account{});
}
Amount LedgerView::treasury(SovereignId sovereign_id) const {
    return read(state_, keys::treasury(sovereign_id)).value_or(Treasury{}).balance;
}
std::optional<Sovereign> LedgerView::sovereign(SovereignId id) const {
    return read(state_, keys::sovereign(id));
}
std::optional<Sovereign> LedgerView::sovereign_by_name(std::string_view name) const {
    const auto id = read(state_, keys::sovereign_name(name));
    return id ? sovereign(*id) : std::nullopt;
}
std::optional<Contributor> LedgerView::contributor(const AccountId& id) const {
    return read(state_, keys::contributor(id));
}
std::optional<Contributor> LedgerView::contributor_by_handle(std::string_view handle) const {
    const auto id = read(state_, keys::handle(handle));
    return id ? contributor(*id) : std::nullopt;
}
std::optional<RoleGrant> LedgerView::role(SovereignId sovereign_id, const AccountId& holder,
                                          std::string_view name) const {
    return read(state_, keys::role(sovereign_id, holder, name));
}
std::optional<Schema> LedgerView::schema(const Hash& hash) const {
    return read(state_, keys::schema(hash));
}
std::optional<Credential> LedgerView::credential(SovereignId issuer, const Hash& digest) const {
    return read(state_, keys::credential(issuer, digest));
}
std::optional<Mission> LedgerView::mission(const MissionId& id) const {
    return read(state_, keys::mission(id));
}
std::optional<Participation> LedgerView::participation(const MissionId& mission_id,
                                                       const AccountId& participant) const {
    return read(state_, keys::participation(mission_id, participant));
}
std::optional<Asset> LedgerView::asset(const AssetId& id) const {
    return read(state_, keys::asset(id));
}

}  // namespace nexus::graph
