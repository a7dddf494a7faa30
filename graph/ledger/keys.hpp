#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"

#include <string_view>

/// Where each thing stands in the state. A logical key is the name of its table, "/", and the raw
/// bytes of its parts (numbers big-endian, so that key order is number order). A client asks for a
/// proof with `state.prove(at.tree, at.key)` and checks it with the tree's name and the same key.
namespace nexus::graph::keys {

/// All keys of the table start with `prefix`.
template <class Value>
struct Table {
    TreeId tree;
    std::string_view prefix;
};

inline constexpr Table<Account> kAccounts{TreeId::Ledger, "account/"};
inline constexpr Table<Treasury> kTreasuries{TreeId::Ledger, "treasury/"};
inline constexpr Table<Sovereign> kSovereigns{TreeId::Graph, "sovereign/"};
inline constexpr Table<Contributor> kContributors{TreeId::Graph, "contributor/"};
inline constexpr Table<RoleGrant> kRoles{TreeId::Graph, "role/"};
inline constexpr Table<Schema> kSchemas{TreeId::Graph, "schema/"};
inline constexpr Table<Credential> kCredentials{TreeId::Graph, "credential/"};
inline constexpr Table<Mission> kMissions{TreeId::Graph, "mission/"};
inline constexpr Table<Participation> kParticipations{TreeId::Graph, "participation/"};
inline constexpr Table<Asset> kAssets{TreeId::Graph, "asset/"};
inline constexpr Table<SovereignId> kSovereignNames{TreeId::Graph, "sovereign-name/"};
inline constexpr Table<AccountId> kHandles{TreeId::Graph, "handle/"};

StateKey<ChainParameters> chain_parameters();
StateKey<Amount> genesis_supply();
/// How many sovereigns there are, the commons included: the next SovereignId.
StateKey<Counter> sovereign_count();

StateKey<Account> account(const AccountId& id);
StateKey<Treasury> treasury(SovereignId sovereign);
StateKey<Sovereign> sovereign(SovereignId id);
/// By name, in any case.
StateKey<SovereignId> sovereign_name(std::string_view name);
StateKey<Contributor> contributor(const AccountId& id);
/// By handle, in any case.
StateKey<AccountId> handle(std::string_view name);
StateKey<RoleGrant> role(SovereignId sovereign, const AccountId& contributor,
                         std::string_view role_name);
StateKey<Schema> schema(const Hash& hash);
StateKey<Credential> credential(SovereignId issuer, const Hash& digest);
StateKey<Mission> mission(const MissionId& id);
StateKey<Participation> participation(const MissionId& mission, const AccountId& contributor);
StateKey<Asset> asset(const AssetId& id);

}  // namespace nexus::graph::keys
