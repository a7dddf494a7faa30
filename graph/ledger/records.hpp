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

/// What the state holds: the value types of the tables in keys.hpp.
namespace nexus::graph {

/// What a chain is: fixed at genesis, part of the state, so provable.
struct ChainParameters {
    ChainId chain;
    Amount fee;  ///< Flat, for each included transaction; to the treasury of the commons.
    std::uint32_t transaction_bytes_max = 16 * 1024;
    std::uint32_t block_transactions_max = 4096;
    std::uint32_t block_bytes_max = 1024 * 1024;  ///< Of the encoded payload.

    static void describe(auto& codec, auto& self) {
        codec(self.chain, self.fee, self.transaction_bytes_max, self.block_transactions_max,
              self.block_bytes_max);
    }
    friend bool operator==(const ChainParameters&, const ChainParameters&) = default;
};

/// What an account has. An account that was never touched reads as all zeros.
struct Account {
    Amount balance;
    Nonce nonce;  ///< The nonce that its next transaction must have.

    static void describe(auto& codec, auto& self) { codec(self.balance, self.nonce); }
    friend bool operator==(const Account&, const Account&) = default;
};

/// The money of a sovereign.
struct Treasury {
    Amount balance;

    static void describe(auto& codec, auto& self) { codec(self.balance); }
    friend bool operator==(const Treasury&, const Treasury&) = default;
};

/// An entry of the sovereign registry.
struct Sovereign {
    SovereignId id;
    Name name;
    AccountId controller;  ///< Of the commons: zero, which is no account's id.
    Governance governance;
    Geography geography;
    Stack stack;
    Height registered;
    Height updated;

    static void describe(auto& codec, auto& self) {
        codec(self.id, self.name, self.controller, self.governance, self.geography, self.stack,
              self.registered, self.updated);
    }
    friend bool operator==(const Sovereign&, const Sovereign&) = default;
};

/// A person or an organization.
struct Contributor {
    AccountId id;
    NodeKind kind = NodeKind::Person;
    Name handle;
    ProfileDetails details;
    Height registered;
    Height updated;

    static void describe(auto& codec, auto& self) {
        codec(self.id, self.kind, self.handle, self.details, self.registered, self.updated);
    }
    friend bool operator==(const Contributor&, const Contributor&) = default;
};

/// A role that a contributor holds in a sovereign.
struct RoleGrant {
    SovereignId sovereign;
    AccountId contributor;
    Name role;
    Height since;
    std::optional<Height> until;  ///< The last height at which it counts.

    [[nodiscard]] bool is_active(Height at) const { return !until || at <= *until; }

    static void describe(auto& codec, auto& self) {
        codec(self.sovereign, self.contributor, self.role, self.since, self.until);
    }
    friend bool operator==(const RoleGrant&, const RoleGrant&) = default;
};

/// The public trace of a credential.
struct Credential {
    SovereignId issuer;
    Hash digest;
    AccountId subject;
    Hash schema;
    std::optional<Instant> valid_until;
    Height anchored;
    std::optional<Height> revoked;

    static void describe(auto& codec, auto& self) {
        codec(self.issuer, self.digest, self.subject, self.schema, self.valid_until, self.anchored,
              self.revoked);
    }
    friend bool operator==(const Credential&, const Credential&) = default;
};

/// A mission. Invariant: completed <= assigned <= slots, paid <= completed.
struct Mission {
    MissionId id;
    SovereignId sovereign;
    std::string title;
    Hash schema;
    Record attributes;
    std::optional<Name> required_role;
    std::optional<CredentialRequirement> required_credential;
    std::uint32_t slots = 0;
    std::uint32_t assigned = 0;  ///< Slots given, completed ones included.
    std::uint32_t completed = 0;
    std::uint32_t paid = 0;
    Amount reward;
    Instant deadline;
    Height created;

    static void describe(auto& codec, auto& self) {
        codec(self.id, self.sovereign);
        codec.limited(self.title, kTitleMax);
        codec(self.schema, self.attributes, self.required_role, self.required_credential,
              self.slots, self.assigned, self.completed, self.paid, self.reward, self.deadline,
              self.created);
    }
    friend bool operator==(const Mission&, const Mission&) = default;
};

/// How far a contributor is with a mission; only ever moves to the next stage.
enum class MissionStage : std::uint8_t { Applied, Assigned, Completed, Paid, Last = Paid };

/// One contributor in one mission. Invariant: evidence is there from Completed on.
struct Participation {
    MissionId mission;
    AccountId contributor;
    MissionStage stage = MissionStage::Applied;
    std::optional<Hash> credential;  ///< Digest of the one shown.
    std::optional<Hash> evidence;
    Height updated;

    static void describe(auto& codec, auto& self) {
        codec(self.mission, self.contributor, self.stage, self.credential, self.evidence,
              self.updated);
    }
    friend bool operator==(const Participation&, const Participation&) = default;
};

/// An asset and who owns it.
struct Asset {
    AssetId id;
    SovereignId sovereign;
    AssetOwner owner;
    AssetClass asset_class = AssetClass::Other;
    TokenKind token = TokenKind::None;
    Hash schema;
    Record attributes;
    Hash metadata;
    Height registered;
    Height transferred;  ///< Since when the owner owns it.

    static void describe(auto& codec, auto& self) {
        codec(self.id, self.sovereign, self.owner, self.asset_class, self.token, self.schema,
              self.attributes, self.metadata, self.registered, self.transferred);
    }
    friend bool operator==(const Asset&, const Asset&) = default;
};

/// A bare number of the state: a counter.
struct Counter {
    std::uint64_t value = 0;

    static void describe(auto& codec, auto& self) { codec(self.value); }
    friend bool operator==(const Counter&, const Counter&) = default;
};

}  // namespace nexus::graph
