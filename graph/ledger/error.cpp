#include "graph/ledger/error.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace nexus::graph {
namespace {

struct NamedRejection {
    Rejection reason;
    std::string_view name;
};

constexpr std::array<NamedRejection, static_cast<std::size_t>(Rejection::Last) + 1> kRejections = {{
    {Rejection::InsufficientBalance, "InsufficientBalance"},
    {Rejection::ZeroAmount, "ZeroAmount"},
    {Rejection::SelfTransfer, "SelfTransfer"},
    {Rejection::InvalidName, "InvalidName"},
    {Rejection::NameTaken, "NameTaken"},
    {Rejection::InvalidQuorum, "InvalidQuorum"},
    {Rejection::InvalidGeography, "InvalidGeography"},
    {Rejection::UnknownSovereign, "UnknownSovereign"},
    {Rejection::NotController, "NotController"},
    {Rejection::GovernanceFixed, "GovernanceFixed"},
    {Rejection::UnknownSchema, "UnknownSchema"},
    {Rejection::UnknownBaseSchema, "UnknownBaseSchema"},
    {Rejection::SchemaExists, "SchemaExists"},
    {Rejection::SchemaDoesNotRefine, "SchemaDoesNotRefine"},
    {Rejection::WrongSchemaKind, "WrongSchemaKind"},
    {Rejection::RecordDoesNotConform, "RecordDoesNotConform"},
    {Rejection::InvalidKind, "InvalidKind"},
    {Rejection::AlreadyContributor, "AlreadyContributor"},
    {Rejection::UnknownContributor, "UnknownContributor"},
    {Rejection::RoleUnknown, "RoleUnknown"},
    {Rejection::RoleExpired, "RoleExpired"},
    {Rejection::CredentialExists, "CredentialExists"},
    {Rejection::UnknownCredential, "UnknownCredential"},
    {Rejection::CredentialRevoked, "CredentialRevoked"},
    {Rejection::CredentialExpired, "CredentialExpired"},
    {Rejection::CredentialMismatch, "CredentialMismatch"},
    {Rejection::MissingCredential, "MissingCredential"},
    {Rejection::MissingRole, "MissingRole"},
    {Rejection::UnknownMission, "UnknownMission"},
    {Rejection::DeadlinePassed, "DeadlinePassed"},
    {Rejection::AlreadyApplied, "AlreadyApplied"},
    {Rejection::NotApplied, "NotApplied"},
    {Rejection::AlreadyAssigned, "AlreadyAssigned"},
    {Rejection::NotAssigned, "NotAssigned"},
    {Rejection::SlotsFull, "SlotsFull"},
    {Rejection::AlreadyCompleted, "AlreadyCompleted"},
    {Rejection::NotCompleted, "NotCompleted"},
    {Rejection::AlreadyPaid, "AlreadyPaid"},
    {Rejection::NotPayee, "NotPayee"},
    {Rejection::InsufficientTreasury, "InsufficientTreasury"},
    {Rejection::UnknownAsset, "UnknownAsset"},
    {Rejection::NotOwner, "NotOwner"},
    {Rejection::AlreadyOwner, "AlreadyOwner"},
}};

constexpr bool stands_in_order() {
    for (std::size_t i = 0; i < kRejections.size(); ++i) {
        if (static_cast<std::size_t>(kRejections[i].reason) != i) {
            return false;
        }
    }
    return true;
}
static_assert(stands_in_order());

}  // namespace

std::string_view to_string(Inadmissible reason) {
    switch (reason) {
        case Inadmissible::TooLarge:
            return "TooLarge";
        case Inadmissible::WrongChain:
            return "WrongChain";
        case Inadmissible::WrongKey:
            return "WrongKey";
        case Inadmissible::NonceTooLow:
            return "NonceTooLow";
        case Inadmissible::NonceTooHigh:
            return "NonceTooHigh";
        case Inadmissible::CannotPayFee:
            return "CannotPayFee";
        case Inadmissible::BadSignature:
            return "BadSignature";
        case Inadmissible::BlockCountFull:
            return "BlockCountFull";
        case Inadmissible::BlockBytesFull:
            return "BlockBytesFull";
    }
    return "?";
}

std::string_view to_string(Rejection reason) {
    const auto index = static_cast<std::size_t>(reason);
    return index < kRejections.size() ? kRejections[index].name : "?";
}

}  // namespace nexus::graph
