#include "graph/ledger/keys.hpp"

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace nexus::graph::keys {
namespace {

template <class Tag, std::size_t Size>
void append(std::string& key, const TaggedBytes<Tag, Size>& bytes) {
    // Not by iterators of another type: they go through a temporary string.
    key.append(reinterpret_cast<const char*>(bytes.bytes.data()), Size);
}

void append(std::string& key, SovereignId id) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        key.push_back(static_cast<char>(id.value >> static_cast<unsigned>(shift)));
    }
}

void append(std::string& key, std::string_view text) { key.append(text); }

template <class Tag, std::size_t Size>
constexpr std::size_t size_of(const TaggedBytes<Tag, Size>& /*bytes*/) {
    return Size;
}
constexpr std::size_t size_of(SovereignId /*id*/) { return sizeof(SovereignId::value); }
constexpr std::size_t size_of(std::string_view text) { return text.size(); }

template <class Value, class... Part>
StateKey<Value> make(const Table<Value>& table, const Part&... parts) {
    StateKey<Value> at{.tree = table.tree, .key = {}};
    at.key.reserve(table.prefix.size() + (std::size_t{0} + ... + size_of(parts)));
    at.key.append(table.prefix);
    (append(at.key, parts), ...);
    return at;
}

}  // namespace

StateKey<ChainParameters> chain_parameters() { return {TreeId::Ledger, "chain-parameters"}; }
StateKey<Amount> genesis_supply() { return {TreeId::Ledger, "genesis-supply"}; }
StateKey<Counter> sovereign_count() { return {TreeId::Graph, "sovereign-count"}; }

StateKey<Account> account(const AccountId& id) { return make(kAccounts, id); }
StateKey<Treasury> treasury(SovereignId owner) { return make(kTreasuries, owner); }
StateKey<Sovereign> sovereign(SovereignId id) { return make(kSovereigns, id); }
StateKey<SovereignId> sovereign_name(std::string_view name) {
    return make(kSovereignNames, folded_name(name));
}
StateKey<Contributor> contributor(const AccountId& id) { return make(kContributors, id); }
StateKey<AccountId> handle(std::string_view name) { return make(kHandles, folded_name(name)); }
StateKey<RoleGrant> role(SovereignId sovereign, const AccountId& contributor,
                         std::string_view role_name) {
    return make(kRoles, sovereign, contributor, role_name);
}
StateKey<Schema> schema(const Hash& hash) { return make(kSchemas, hash); }
StateKey<Credential> credential(SovereignId issuer, const Hash& digest) {
    return make(kCredentials, issuer, digest);
}
StateKey<Mission> mission(const MissionId& id) { return make(kMissions, id); }
StateKey<Participation> participation(const MissionId& mission, const AccountId& contributor) {
    return make(kParticipations, mission, contributor);
}
StateKey<Asset> asset(const AssetId& id) { return make(kAssets, id); }

}  // namespace nexus::graph::keys
