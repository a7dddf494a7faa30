#pragma once

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/ids.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::graph {

/// Typed reads of one state. A value: it shares the snapshot.
class LedgerView {
public:
    explicit LedgerView(StateSnapshot state) : state_(std::move(state)) {}

    [[nodiscard]] const StateSnapshot& state() const { return state_; }

    [[nodiscard]] ChainParameters parameters() const;
    /// What genesis handed out; nothing is minted or burnt after it.
    [[nodiscard]] Amount genesis_supply() const;
    /// How many sovereigns there are, the commons included.
    [[nodiscard]] std::uint64_t sovereign_count() const;

    /// Zeros for an account that was never touched.
    [[nodiscard]] Account account(const AccountId& id) const;
    /// Zero for a sovereign that is not there.
    [[nodiscard]] Amount treasury(SovereignId sovereign) const;
    [[nodiscard]] std::optional<Sovereign> sovereign(SovereignId id) const;
    [[nodiscard]] std::optional<Sovereign> sovereign_by_name(std::string_view name) const;
    [[nodiscard]] std::optional<Contributor> contributor(const AccountId& id) const;
    [[nodiscard]] std::optional<Contributor> contributor_by_handle(std::string_view handle) const;
    [[nodiscard]] std::optional<RoleGrant> role(SovereignId sovereign, const AccountId& contributor,
                                                std::string_view role) const;
    [[nodiscard]] std::optional<Schema> schema(const Hash& hash) const;
    [[nodiscard]] std::optional<Credential> credential(SovereignId issuer,
                                                       const Hash& digest) const;
    [[nodiscard]] std::optional<Mission> mission(const MissionId& id) const;
    [[nodiscard]] std::optional<Participation> participation(const MissionId& mission,
                                                             const AccountId& contributor) const;
    [[nodiscard]] std::optional<Asset> asset(const AssetId& id) const;

    /// All of a table, (logical key, value), in the order of the logical keys. Walks a whole tree:
    /// for checkers and reports, not for a hot path.
    template <class Value>
    [[nodiscard]] std::vector<std::pair<std::string, Value>> all(
        const keys::Table<Value>& table) const {
        std::vector<std::pair<std::string, Value>> rows;
        state_.tree(table.tree).for_each([&](std::string_view key, ByteView bytes) {
            if (key.starts_with(table.prefix)) {
                auto value = codec::decode<Value>(bytes);
                NEXUS_ASSERT(value.has_value());
                rows.emplace_back(std::string(key), std::move(*value));
            }
        });
        std::sort(rows.begin(), rows.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        return rows;
    }

private:
    StateSnapshot state_;
};

}  // namespace nexus::graph
