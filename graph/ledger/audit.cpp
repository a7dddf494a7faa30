#include "graph/ledger/audit.hpp"

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "graph/ledger/core_records.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/record.hpp"
#include "graph/schema/refinement.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <absl/container/btree_map.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::graph {
namespace {

/// The participations of one mission by how far they came.
struct StageCounts {
    std::uint64_t assigned = 0;
    std::uint64_t completed = 0;
    std::uint64_t paid = 0;
};

/// Looks at every value of one state and remembers what is wrong.
class StateAuditor {
public:
    explicit StateAuditor(const StateSnapshot& state) : view_(state) {}

    std::vector<std::string> run() {
        check_supply();
        check_sovereigns();
        check_contributors();
        check_roles();
        check_schemas();
        check_credentials();
        check_participations();
        check_missions();
        check_assets();
        return std::move(violations_);
    }

private:
    void require(bool holds, std::string_view what, std::string_view key = {}) {
        if (!holds) {
            violations_.push_back(std::string(what) + (key.empty() ? "" : ": ") +
                                  to_hex(as_bytes(key)));
        }
    }

    /// The rows of a table, each checked to stand where its own fields say.
    template <class Value, class Place>
    std::vector<std::pair<std::string, Value>> rows(const keys::Table<Value>& table, Place place) {
        auto all = view_.all(table);
        for (const auto& [key, value] : all) {
            require(place(value).key == key, "a value stands under a key that it does not name",
                    key);
        }
        return all;
    }

    [[nodiscard]] bool is_sovereign(SovereignId id) const {
        return view_.sovereign(id).has_value();
    }
    [[nodiscard]] bool is_contributor(const AccountId& id) const {
        return view_.contributor(id).has_value();
    }

    void check_record(const Hash& hash, NodeKind kind, const Record& core, const Record& attributes,
                      std::string_view key) {
        const auto schema = view_.schema(hash);
        require(schema && schema->kind == kind, "a node names no schema of its kind", key);
        require(schema && conforms(*schema, merge(core, attributes)),
                "a node does not conform to its schema", key);
    }

    void check_supply() {
        require(audit_supply(view_.state()).holds(),
                "accounts and treasuries do not add up to the genesis supply");
        for (const auto& [key, treasury] : view_.all(keys::kTreasuries)) {
            require(key.size() == keys::kTreasuries.prefix.size() + 4, "a malformed key", key);
        }
    }

    void check_sovereigns() {
        const auto all =
            rows(keys::kSovereigns, [](const Sovereign& s) { return keys::sovereign(s.id); });
        require(all.size() == view_.sovereign_count(), "the sovereign count is wrong");
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto& [key, sovereign] = all[i];
            require(sovereign.id.value == i, "the numbers of the sovereigns have a gap", key);
            const auto named = read(view_.state(), keys::sovereign_name(sovereign.name.value));
            require(named == sovereign.id, "the name of a sovereign leads elsewhere", key);
            require(sovereign.governance.quorum_ppm <= kPpmMax, "a quorum above one", key);
        }
        require(view_.all(keys::kSovereignNames).size() == all.size(), "a name without sovereign");
    }

    void check_contributors() {
        const auto all =
            rows(keys::kContributors, [](const Contributor& c) { return keys::contributor(c.id); });
        for (const auto& [key, contributor] : all) {
            const auto owner = read(view_.state(), keys::handle(contributor.handle.value));
            require(owner == contributor.id, "a handle leads elsewhere", key);
            require(is_sovereign(contributor.details.home), "an unknown home", key);
            check_record(contributor.details.schema, contributor.kind, core_record(contributor),
                         contributor.details.attributes, key);
        }
        require(view_.all(keys::kHandles).size() == all.size(), "a handle without contributor");
    }

    void check_roles() {
        const auto place = [](const RoleGrant& grant) {
            return keys::role(grant.sovereign, grant.contributor, grant.role.value);
        };
        for (const auto& [key, grant] : rows(keys::kRoles, place)) {
            require(is_sovereign(grant.sovereign), "a role in an unknown sovereign", key);
            require(is_contributor(grant.contributor), "a role of an unknown contributor", key);
            require(!grant.until || grant.since <= *grant.until, "a role that ends first", key);
        }
    }

    void check_schemas() {
        const auto place = [](const Schema& schema) { return keys::schema(schema_hash(schema)); };
        for (const auto& [key, schema] : rows(keys::kSchemas, place)) {
            if (!schema.base) {
                require(schema == core_schema(schema.kind), "a schema without base", key);
                continue;
            }
            const auto base = view_.schema(*schema.base);
            require(base && check_refines(*base, schema), "a schema does not refine its base", key);
            require(is_sovereign(schema.sovereign), "a schema of an unknown sovereign", key);
        }
    }

    void check_credentials() {
        const auto place = [](const Credential& credential) {
            return keys::credential(credential.issuer, credential.digest);
        };
        for (const auto& [key, credential] : rows(keys::kCredentials, place)) {
            require(is_sovereign(credential.issuer), "an unknown issuer", key);
            require(is_contributor(credential.subject), "an unknown subject", key);
            const auto schema = view_.schema(credential.schema);
            require(schema && schema->kind == NodeKind::Credential, "no credential schema", key);
            require(!credential.revoked || credential.anchored <= *credential.revoked,
                    "revoked before it was anchored", key);
        }
    }

    void check_participations() {
        const auto place = [](const Participation& p) {
            return keys::participation(p.mission, p.contributor);
        };
        for (const auto& [key, part] : rows(keys::kParticipations, place)) {
            require(view_.mission(part.mission).has_value(), "a part in an unknown mission", key);
            require(is_contributor(part.contributor), "a part of an unknown contributor", key);
            require(part.evidence.has_value() == (part.stage >= MissionStage::Completed),
                    "evidence and stage disagree", key);
            StageCounts& counts = counts_[part.mission];
            counts.assigned += part.stage >= MissionStage::Assigned ? 1 : 0;
            counts.completed += part.stage >= MissionStage::Completed ? 1 : 0;
            counts.paid += part.stage == MissionStage::Paid ? 1 : 0;
        }
    }

    void check_missions() {
        for (const auto& [key, mission] :
             rows(keys::kMissions, [](const Mission& m) { return keys::mission(m.id); })) {
            const StageCounts counts = counts_[mission.id];
            require(mission.assigned == counts.assigned, "assigned slots are miscounted", key);
            require(mission.completed == counts.completed, "completions are miscounted", key);
            require(mission.paid == counts.paid, "payouts are miscounted", key);
            require(mission.assigned <= mission.slots, "more assigned than slots", key);
            require(is_sovereign(mission.sovereign), "a mission of an unknown sovereign", key);
            check_record(mission.schema, NodeKind::Mission, core_record(mission),
                         mission.attributes, key);
        }
    }

    void check_assets() {
        for (const auto& [key, asset] :
             rows(keys::kAssets, [](const Asset& a) { return keys::asset(a.id); })) {
            require(is_sovereign(asset.sovereign), "an asset in an unknown registry", key);
            const auto* owner = std::get_if<SovereignId>(&asset.owner);
            require(owner == nullptr || is_sovereign(*owner), "an unknown owner", key);
            check_record(asset.schema, NodeKind::Asset, core_record(asset), asset.attributes, key);
        }
    }

    LedgerView view_;
    absl::btree_map<MissionId, StageCounts> counts_;
    std::vector<std::string> violations_;
};

/// Adds, and says so when it does not fit.
void add(Amount& sum, Amount more, bool& overflow) {
    const auto total = sum.plus(more);
    overflow = overflow || !total;
    sum = total.value_or(sum);
}

}  // namespace

bool SupplyAudit::holds() const {
    const auto total = accounts.plus(treasuries);
    return !overflow && total && *total == genesis;
}

SupplyAudit audit_supply(const StateSnapshot& state) {
    const LedgerView view(state);
    SupplyAudit audit;
    audit.genesis = view.genesis_supply();
    for (const auto& [key, account] : view.all(keys::kAccounts)) {
        add(audit.accounts, account.balance, audit.overflow);
    }
    for (const auto& [key, treasury] : view.all(keys::kTreasuries)) {
        add(audit.treasuries, treasury.balance, audit.overflow);
    }
    return audit;
}

std::vector<std::string> audit_state(const StateSnapshot& state) {
    return StateAuditor(state).run();
}

}  // namespace nexus::graph
