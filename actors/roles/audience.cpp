#include "actors/roles/audience.hpp"

#include "base/ids.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <algorithm>
#include <optional>
#include <variant>

namespace nexus::actors {
namespace {

/// Fills an audience from each kind of body.
class Collector {
public:
    Collector(const graph::StateSnapshot& state, const graph::Receipt& receipt, Audience& audience)
        : state_(state), receipt_(receipt), audience_(audience) {}

    void operator()(const graph::Transfer& body) { account(body.to); }
    void operator()(const graph::Payment& body) { account(body.to); }
    void operator()(const graph::TreasuryDeposit& body) { realm(body.sovereign); }
    void operator()(const graph::SovereignRegister& /*body*/) {
        audience_.sovereign = receipt_.sovereign;
    }
    void operator()(const graph::SovereignUpdate& body) { realm(body.sovereign); }
    void operator()(const graph::SchemaPublish& body) { realm(body.schema.sovereign); }
    void operator()(const graph::ContributorRegister& body) { realm(body.details.home); }
    void operator()(const graph::ProfileUpdate& body) { realm(body.details.home); }
    void operator()(const graph::RoleAssign& body) {
        realm(body.sovereign);
        account(body.contributor);
    }
    void operator()(const graph::RoleRevoke& body) {
        realm(body.sovereign);
        account(body.contributor);
    }
    void operator()(const graph::CredentialAnchor& body) {
        realm(body.issuer);
        account(body.subject);
    }
    void operator()(const graph::CredentialRevoke& body) {
        realm(body.issuer);
        const auto credential = graph::LedgerView(state_).credential(body.issuer, body.digest);
        if (credential) {
            account(credential->subject);
        }
    }
    void operator()(const graph::MissionCreate& body) { realm(body.sovereign); }
    void operator()(const graph::MissionApply& body) { mission(body.mission); }
    void operator()(const graph::MissionAssign& body) {
        mission(body.mission);
        account(body.contributor);
    }
    void operator()(const graph::MissionComplete& body) {
        mission(body.mission);
        account(body.contributor);
    }
    void operator()(const graph::MissionPayout& body) {
        mission(body.mission);
        account(body.contributor);
    }
    void operator()(const graph::AssetRegister& body) {
        realm(body.sovereign);
        owner(body.owner);
    }
    void operator()(const graph::AssetTransfer& body) {
        if (const auto asset = graph::LedgerView(state_).asset(body.asset)) {
            realm(asset->sovereign);
        }
        owner(body.to);
    }

    void account(const graph::AccountId& id) {
        auto& accounts = audience_.accounts;
        if (std::find(accounts.begin(), accounts.end(), id) == accounts.end()) {
            accounts.push_back(id);
        }
    }

private:
    void realm(SovereignId sovereign) { audience_.sovereign = sovereign; }
    void owner(const graph::AssetOwner& owner) {
        if (const auto* id = std::get_if<graph::AccountId>(&owner)) {
            account(*id);
        }
    }
    void mission(const graph::MissionId& id) {
        if (const auto found = graph::LedgerView(state_).mission(id)) {
            realm(found->sovereign);
        }
    }

    const graph::StateSnapshot& state_;
    const graph::Receipt& receipt_;
    Audience& audience_;
};

}  // namespace

Audience audience_of(const graph::SignedTransaction& transaction, const graph::Receipt& receipt,
                     const graph::StateSnapshot& state) {
    Audience audience;
    audience.accounts.reserve(2);  // a sender and who it is about
    Collector collector(state, receipt, audience);
    collector.account(transaction.content().sender);
    std::visit(collector, transaction.content().body);
    return audience;
}

}  // namespace nexus::actors
