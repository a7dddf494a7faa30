#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"

#include <variant>

namespace nexus::graph {

/// An account of the ledger: the tagged hash of its first public key.
using AccountId = TaggedBytes<struct AccountIdTag, 32>;
/// A transaction: the tagged hash of its content without the signature.
using TransactionId = TaggedBytes<struct TransactionIdTag, 32>;
/// A mission: follows from who creates it and with which nonce, so that the creator knows it at
/// once.
using MissionId = TaggedBytes<struct MissionIdTag, 32>;
/// An asset: follows from who registers it and with which nonce.
using AssetId = TaggedBytes<struct AssetIdTag, 32>;

/// Sovereign 0: it owns the Global Core Schema, its treasury takes the fees, nobody controls it.
inline constexpr SovereignId kCommons{0};

AccountId account_of(const PublicKey& key);
MissionId mission_id(const AccountId& creator, Nonce nonce);
AssetId asset_id(const AccountId& registrant, Nonce nonce);

/// An asset belongs to an account or to a sovereign; who controls the sovereign acts for it.
using AssetOwner = std::variant<AccountId, SovereignId>;

}  // namespace nexus::graph
