#pragma once

#include <cstdint>
#include <string_view>

namespace nexus::graph {

/// Why a transaction may not stand in a block at this place. A block with such a one is invalid: a
/// correct proposer never includes it, and it costs its sender nothing.
enum class Inadmissible : std::uint8_t {
    TooLarge,      ///< longer than the chain allows
    WrongChain,    ///< signed for another chain
    WrongKey,      ///< the account is not the hash of the key
    NonceTooLow,   ///< executed already, or replaced by another with this nonce
    NonceTooHigh,  ///< an earlier one of the sender is missing
    CannotPayFee,
    BadSignature,
    BlockCountFull,  ///< one more than the chain allows in a block
    BlockBytesFull,  ///< the payload would be longer than the chain allows
    Last = BlockBytesFull,
};

/// Why an admissible transaction has no effect but its fee and its nonce. Part of the receipt.
enum class Rejection : std::uint8_t {
    InsufficientBalance,
    ZeroAmount,
    SelfTransfer,
    InvalidName,
    NameTaken,
    InvalidQuorum,
    InvalidGeography,
    UnknownSovereign,
    NotController,
    GovernanceFixed,
    UnknownSchema,
    UnknownBaseSchema,
    SchemaExists,
    SchemaDoesNotRefine,
    WrongSchemaKind,
    RecordDoesNotConform,
    InvalidKind,
    AlreadyContributor,
    UnknownContributor,
    RoleUnknown,
    RoleExpired,
    CredentialExists,
    UnknownCredential,
    CredentialRevoked,
    CredentialExpired,
    CredentialMismatch,
    MissingCredential,
    MissingRole,
    UnknownMission,
    DeadlinePassed,
    AlreadyApplied,
    NotApplied,
    AlreadyAssigned,
    NotAssigned,
    SlotsFull,
    AlreadyCompleted,
    NotCompleted,
    AlreadyPaid,
    NotPayee,
    InsufficientTreasury,
    UnknownAsset,
    NotOwner,
    AlreadyOwner,
    Last = AlreadyOwner,
};

/// The name of the enumerator.
std::string_view to_string(Inadmissible reason);
std::string_view to_string(Rejection reason);

}  // namespace nexus::graph
