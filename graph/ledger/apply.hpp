#pragma once

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "graph/ledger/block_context.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/record.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <optional>
#include <string>

/// The effect of each body on the state: internal to the ledger, one file a family. The caller
/// rolls back on a rejection, so that a rejected body changes nothing even where it fails midway.
namespace nexus::graph {

using Applied = Result<void, Rejection>;

/// An admissible transaction at work.
struct Call {
    Overlay& state;
    const BlockContext& block;
    AccountId sender;
    Nonce nonce;
    std::optional<SovereignId> new_sovereign;
};

// accounts.cpp
Applied apply(Call& call, const Transfer& body);
Applied apply(Call& call, const Payment& body);

// treasury.cpp
Applied apply(Call& call, const TreasuryDeposit& body);
Applied apply(Call& call, const MissionPayout& body);

// sovereigns.cpp
Applied apply(Call& call, const SovereignRegister& body);
Applied apply(Call& call, const SovereignUpdate& body);
Applied apply(Call& call, const SchemaPublish& body);

// contributors.cpp
Applied apply(Call& call, const ContributorRegister& body);
Applied apply(Call& call, const ProfileUpdate& body);
Applied apply(Call& call, const RoleAssign& body);
Applied apply(Call& call, const RoleRevoke& body);

// credentials.cpp
Applied apply(Call& call, const CredentialAnchor& body);
Applied apply(Call& call, const CredentialRevoke& body);

// missions.cpp
Applied apply(Call& call, const MissionCreate& body);
Applied apply(Call& call, const MissionApply& body);
Applied apply(Call& call, const MissionAssign& body);
Applied apply(Call& call, const MissionComplete& body);

// assets.cpp
Applied apply(Call& call, const AssetRegister& body);
Applied apply(Call& call, const AssetTransfer& body);

// --- what the families share (apply_common.cpp) --------------------------------------------------

/// Zeros for an account that was never touched.
Account account_at(const Overlay& state, const AccountId& id);
Treasury treasury_at(const Overlay& state, SovereignId sovereign);

/// Errors: InsufficientBalance.
Applied debit(Overlay& state, const AccountId& id, Amount amount);
/// Pre: the amount was taken from somewhere, so that no sum overflows.
void credit(Overlay& state, const AccountId& id, Amount amount);
void credit(Overlay& state, SovereignId treasury, Amount amount);

/// The sovereign, if the sender controls it. Errors: UnknownSovereign, NotController.
Result<Sovereign, Rejection> controlled_sovereign(const Call& call, SovereignId id);

/// The contributor. Errors: UnknownContributor.
Result<Contributor, Rejection> known_contributor(const Call& call, const AccountId& id);

/// The role of this name, if it is held and counts now. Errors: MissingRole.
Applied require_role(const Call& call, SovereignId sovereign, const AccountId& contributor,
                     const std::string& role);

/// That `core`, the fields that the body has anyway, and the attributes together conform to a
/// published schema of this kind. Errors: UnknownSchema, WrongSchemaKind, RecordDoesNotConform.
Applied require_conforming(const Call& call, const Hash& schema, NodeKind kind, const Record& core,
                           const Record& attributes);

/// Errors: UnknownSchema, WrongSchemaKind.
Result<Schema, Rejection> known_schema(const Call& call, const Hash& schema, NodeKind kind);

}  // namespace nexus::graph
