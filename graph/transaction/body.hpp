#pragma once

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/schema/record.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What a transaction can ask for. "Controller" is the account that registered the sovereign.
namespace nexus::graph {

// --- accounts and treasuries ---------------------------------------------------------------------

/// Moves units from the sender to an account, which need not exist before.
struct Transfer {
    AccountId to;
    Amount amount;

    static void describe(auto& codec, auto& self) { codec(self.to, self.amount); }
    friend bool operator==(const Transfer&, const Transfer&) = default;
};

/// Moves units from the sender into the treasury of a sovereign, the commons included.
struct TreasuryDeposit {
    SovereignId sovereign;
    Amount amount;

    static void describe(auto& codec, auto& self) { codec(self.sovereign, self.amount); }
    friend bool operator==(const TreasuryDeposit&, const TreasuryDeposit&) = default;
};

// --- sovereigns and schemas ----------------------------------------------------------------------

/// Registers a sovereign that the sender controls; the ledger numbers them in order.
struct SovereignRegister {
    Name name;  ///< Unique without regard to case; see `is_valid_name`.
    Governance governance;
    Geography geography;
    Stack stack;

    static void describe(auto& codec, auto& self) {
        codec(self.name, self.governance, self.geography, self.stack);
    }
    friend bool operator==(const SovereignRegister&, const SovereignRegister&) = default;
};

/// Replaces one part of a sovereign's entry. By its controller.
struct SovereignUpdate {
    SovereignId sovereign;
    std::variant<Governance, Geography, Stack> change;

    static void describe(auto& codec, auto& self) { codec(self.sovereign, self.change); }
    friend bool operator==(const SovereignUpdate&, const SovereignUpdate&) = default;
};

/// Publishes a schema that refines a known one. By the controller of `schema.sovereign`.
struct SchemaPublish {
    Schema schema;

    static void describe(auto& codec, auto& self) { codec(self.schema); }
    friend bool operator==(const SchemaPublish&, const SchemaPublish&) = default;
};

// --- contributors and roles ----------------------------------------------------------------------

/// Makes the sender a contributor: a person or an organization.
struct ContributorRegister {
    NodeKind kind = NodeKind::Person;
    Name handle;  ///< Unique without regard to case; see `is_valid_name`.
    ProfileDetails details;

    static void describe(auto& codec, auto& self) { codec(self.kind, self.handle, self.details); }
    friend bool operator==(const ContributorRegister&, const ContributorRegister&) = default;
};

/// Replaces the sender's profile details. Kind and handle stay.
struct ProfileUpdate {
    ProfileDetails details;

    static void describe(auto& codec, auto& self) { codec(self.details); }
    friend bool operator==(const ProfileUpdate&, const ProfileUpdate&) = default;
};

/// Gives a contributor a role in a sovereign, or changes until when. By its controller.
struct RoleAssign {
    SovereignId sovereign;
    AccountId contributor;
    Name role;                    ///< "member", "steward" ...
    std::optional<Height> until;  ///< The last height at which it counts; absent: no end.

    static void describe(auto& codec, auto& self) {
        codec(self.sovereign, self.contributor, self.role, self.until);
    }
    friend bool operator==(const RoleAssign&, const RoleAssign&) = default;
};

/// Takes a role back. By the controller of the sovereign.
struct RoleRevoke {
    SovereignId sovereign;
    AccountId contributor;
    Name role;

    static void describe(auto& codec, auto& self) {
        codec(self.sovereign, self.contributor, self.role);
    }
    friend bool operator==(const RoleRevoke&, const RoleRevoke&) = default;
};

// --- credentials ---------------------------------------------------------------------------------

/// Anchors a credential that stays with its holder: only its digest is on the chain. By the
/// controller of the issuer. An issuer anchors a digest once, revoked or not.
struct CredentialAnchor {
    SovereignId issuer;
    AccountId subject;
    Hash schema;  ///< Of kind Credential.
    Hash digest;
    std::optional<Instant> valid_until;

    static void describe(auto& codec, auto& self) {
        codec(self.issuer, self.subject, self.schema, self.digest, self.valid_until);
    }
    friend bool operator==(const CredentialAnchor&, const CredentialAnchor&) = default;
};

/// Revokes an anchored credential for good. By the controller of the issuer.
struct CredentialRevoke {
    SovereignId issuer;
    Hash digest;

    static void describe(auto& codec, auto& self) { codec(self.issuer, self.digest); }
    friend bool operator==(const CredentialRevoke&, const CredentialRevoke&) = default;
};

// --- missions ------------------------------------------------------------------------------------

/// Opens a mission of a sovereign, by its controller. Its id is `mission_id(sender, nonce)`.
struct MissionCreate {
    SovereignId sovereign;
    std::string title;
    Hash schema;        ///< Of kind Mission.
    Record attributes;  ///< Together with title, slots and deadline it fits `schema`.
    std::optional<Name> required_role;  ///< In the same sovereign, held when applying.
    std::optional<CredentialRequirement> required_credential;
    std::uint32_t slots = 1;
    Amount reward;     ///< To each who completes it.
    Instant deadline;  ///< From then on nobody may apply, be assigned or complete.

    static void describe(auto& codec, auto& self) {
        codec(self.sovereign);
        codec.limited(self.title, kTitleMax);
        codec(self.schema, self.attributes, self.required_role, self.required_credential,
              self.slots, self.reward, self.deadline);
    }
    friend bool operator==(const MissionCreate&, const MissionCreate&) = default;
};

/// The sender, a contributor, asks for a slot.
struct MissionApply {
    MissionId mission;
    std::optional<Hash> credential;  ///< Digest of the one shown, where the mission requires one.

    static void describe(auto& codec, auto& self) { codec(self.mission, self.credential); }
    friend bool operator==(const MissionApply&, const MissionApply&) = default;
};

/// Gives a slot to an applicant. By the controller of the mission's sovereign.
struct MissionAssign {
    MissionId mission;
    AccountId contributor;

    static void describe(auto& codec, auto& self) { codec(self.mission, self.contributor); }
    friend bool operator==(const MissionAssign&, const MissionAssign&) = default;
};

/// Accepts the work of an assigned contributor. By the controller of the mission's sovereign.
struct MissionComplete {
    MissionId mission;
    AccountId contributor;
    Hash evidence;  ///< Digest of what was delivered.

    static void describe(auto& codec, auto& self) {
        codec(self.mission, self.contributor, self.evidence);
    }
    friend bool operator==(const MissionComplete&, const MissionComplete&) = default;
};

/// Pays the reward from the treasury of the mission's sovereign to a contributor whose work was
/// accepted: once. By the controller or by that contributor.
struct MissionPayout {
    MissionId mission;
    AccountId contributor;

    static void describe(auto& codec, auto& self) { codec(self.mission, self.contributor); }
    friend bool operator==(const MissionPayout&, const MissionPayout&) = default;
};

// --- assets --------------------------------------------------------------------------------------

/// Registers an asset, owned by the sender or by a sovereign that the sender controls. Its id is
/// `asset_id(sender, nonce)`.
struct AssetRegister {
    SovereignId sovereign;  ///< In whose registry; 0 for the commons.
    AssetOwner owner;
    AssetClass asset_class = AssetClass::Other;
    TokenKind token = TokenKind::None;
    Hash schema;        ///< Of kind Asset.
    Record attributes;  ///< Together with class, token and metadata it fits `schema`.
    Hash metadata;      ///< Digest of the documents.

    static void describe(auto& codec, auto& self) {
        codec(self.sovereign, self.owner, self.asset_class, self.token, self.schema,
              self.attributes, self.metadata);
    }
    friend bool operator==(const AssetRegister&, const AssetRegister&) = default;
};

/// Gives an asset to another owner. By its owner, or by the controller of the sovereign that owns
/// it.
struct AssetTransfer {
    AssetId asset;
    AssetOwner to;

    static void describe(auto& codec, auto& self) { codec(self.asset, self.to); }
    friend bool operator==(const AssetTransfer&, const AssetTransfer&) = default;
};

// --- payments ------------------------------------------------------------------------------------

/// A transfer with words for its receiver, which the ledger does not read.
struct Payment {
    AccountId to;
    Amount amount;
    std::string memo;

    static void describe(auto& codec, auto& self) {
        codec(self.to, self.amount);
        codec.limited(self.memo, kMemoMax);
    }
    friend bool operator==(const Payment&, const Payment&) = default;
};

/// All bodies. The position is part of the encoding: append only.
using Body =
    std::variant<Transfer, TreasuryDeposit, SovereignRegister, SovereignUpdate, SchemaPublish,
                 ContributorRegister, ProfileUpdate, RoleAssign, RoleRevoke, CredentialAnchor,
                 CredentialRevoke, MissionCreate, MissionApply, MissionAssign, MissionComplete,
                 MissionPayout, AssetRegister, AssetTransfer, Payment>;

/// "transfer", "mission_create" ...: the name of a body's kind, for people and for metrics.
std::string_view kind_of(const Body& body);

/// 1 to kNameMax letters, digits, spaces and - _ . ' of ASCII; a letter or digit at both ends; no
/// two spaces in a row. Other letters would let two names look the same.
bool is_valid_name(std::string_view name);

/// The form in which names are compared: ASCII lower case.
std::string folded_name(std::string_view name);

}  // namespace nexus::graph
