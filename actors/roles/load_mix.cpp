#include "actors/roles/load_mix.hpp"

#include "actors/roles/ports.hpp"
#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/concat.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"
#include "graph/transaction/transaction.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

// In the order of LoadMaker::Kind.
constexpr std::array<std::string_view, 7> kKinds = {
    "transfer",       "treasury_deposit", "profile_update", "credential_anchor",
    "mission_create", "mission_apply",    "asset_register"};

constexpr Duration kMissionLength = seconds(7 * 24 * 3600);  // longer than any load

graph::Payment payment(const graph::AccountId& to, std::size_t memo_bytes) {
    return {.to = to, .amount = Amount(1), .memo = std::string(memo_bytes, '.')};
}

std::size_t bytes_with_memo(std::size_t memo_bytes) {
    const graph::Transaction content{
        .chain = {}, .sender = {}, .key = {}, .nonce = {}, .body = payment({}, memo_bytes)};
    return graph::SignedTransaction::make(content, {})->size();
}

/// The longest memo of a payment that takes so many bytes: a longer memo's length can take one byte
/// more, so that one size is missed by a byte.
std::size_t memo_for(std::size_t bytes) {
    const std::size_t rest = bytes_with_memo(0);
    NEXUS_ASSERT(rest <= bytes);
    std::size_t memo = bytes - rest;
    while (bytes_with_memo(memo) > bytes) {
        --memo;
    }
    return memo;
}

}  // namespace

std::span<const std::string_view> load_kinds() { return kKinds; }

LoadMaker::LoadMaker(LoadMix mix, std::vector<graph::AccountId> accounts) : mix_(std::move(mix)) {
    NEXUS_ASSERT(accounts.size() >= 2);
    for (const graph::AccountId& id : accounts) {
        accounts_.push_back({.id = id, .sovereign = std::nullopt});
    }
    for (const LoadShare& share : mix_.shares) {
        const auto found = std::find(kKinds.begin(), kKinds.end(), share.kind);
        NEXUS_ASSERT(found != kKinds.end());
        NEXUS_ASSERT(share.weight > 0);
        kinds_.push_back(static_cast<Kind>(found - kKinds.begin()));
        weight_sum_ += share.weight;
    }
    needs_contributors_ =
        sends(Kind::ProfileUpdate) || sends(Kind::CredentialAnchor) || sends(Kind::MissionApply);
    needs_sovereigns_ = sends(Kind::TreasuryDeposit) || sends(Kind::CredentialAnchor) ||
                        sends(Kind::MissionCreate) || sends(Kind::MissionApply);
    if (mix_.transaction_bytes > 0) {
        NEXUS_ASSERT(mix_.transaction_bytes >= kLoadBytesMin);
        NEXUS_ASSERT(mix_.transaction_bytes <= kLoadBytesMax);
        memo_bytes_ = memo_for(mix_.transaction_bytes);
    }
}

bool LoadMaker::sends(Kind kind) const {
    return std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
}

std::string LoadMaker::name_of(std::size_t account) const {
    return concat("load ", to_hex(accounts_[account].id.view()).substr(0, 16));
}

graph::ProfileDetails LoadMaker::details(std::size_t account, std::uint64_t version) const {
    graph::ProfileDetails details;
    details.schema = graph::core_schema_hash(graph::NodeKind::Person);
    codec::Encoder attributes;
    attributes(accounts_[account].id, version);
    details.attribute_commitment = tagged_hash("nexus/attributes", attributes.view());
    return details;
}

std::optional<graph::Body> LoadMaker::missing(std::size_t account, Instant now) const {
    const LoadAccount& has = accounts_[account];
    if (needs_contributors_ && !has.is_contributor) {
        return graph::ContributorRegister{.kind = graph::NodeKind::Person,
                                          .handle = {name_of(account)},
                                          .details = details(account, 0)};
    }
    if (needs_sovereigns_ && !has.sovereign) {
        graph::SovereignRegister founding;
        founding.name = {name_of(account)};
        founding.governance.quorum_ppm = graph::kPpmMax;
        return founding;
    }
    if (account == 0 && sends(Kind::MissionApply) && missions_.empty()) {
        return mission(account, now);
    }
    return std::nullopt;
}

graph::Body LoadMaker::transfer(std::size_t account) const {
    const graph::AccountId to = accounts_[next(account)].id;
    if (mix_.transaction_bytes == 0) {
        return graph::Transfer{.to = to, .amount = Amount(1)};
    }
    return payment(to, memo_bytes_);
}

graph::Body LoadMaker::mission(std::size_t account, Instant now) const {
    return graph::MissionCreate{.sovereign = *accounts_[account].sovereign,
                                .title = "load",
                                .schema = graph::core_schema_hash(graph::NodeKind::Mission),
                                .attributes = {},
                                .required_role = std::nullopt,
                                .required_credential = std::nullopt,
                                .slots = std::numeric_limits<std::uint32_t>::max(),
                                .reward = {},
                                .deadline = now + kMissionLength};
}

LoadMaker::Kind LoadMaker::draw(Entropy& entropy) const {
    if (kinds_.size() <= 1) {
        return kinds_.empty() ? Kind::Transfer : kinds_.front();
    }
    std::uint64_t left = entropy.below(weight_sum_);
    std::size_t share = 0;
    while (left >= mix_.shares[share].weight) {
        left -= mix_.shares[share].weight;
        ++share;
    }
    return kinds_[share];
}

graph::Body LoadMaker::make(std::size_t account, Nonce nonce, Instant now, Entropy& entropy) {
    LoadAccount& from = accounts_[account];
    codec::Encoder unique;  // no two transactions of an account have the same nonce
    unique(from.id, nonce);
    switch (draw(entropy)) {
        case Kind::Transfer:
            return transfer(account);
        case Kind::TreasuryDeposit:
            return graph::TreasuryDeposit{.sovereign = *from.sovereign, .amount = Amount(1)};
        case Kind::ProfileUpdate:
            return graph::ProfileUpdate{.details = details(account, nonce.value + 1)};
        case Kind::CredentialAnchor:
            return graph::CredentialAnchor{
                .issuer = *from.sovereign,
                .subject = accounts_[next(account)].id,
                .schema = graph::core_schema_hash(graph::NodeKind::Credential),
                .digest = tagged_hash("nexus/credential", unique.view()),
                .valid_until = std::nullopt};
        case Kind::MissionApply:
            if (from.applied < missions_.size()) {
                return graph::MissionApply{.mission = missions_[from.applied++],
                                           .credential = std::nullopt};
            }
            return mission(account, now);  // it has applied for all: there have to be more
        case Kind::MissionCreate:
            return mission(account, now);
        case Kind::AssetRegister:
            break;
    }
    return graph::AssetRegister{.sovereign = {},
                                .owner = from.id,
                                .asset_class = graph::AssetClass::Other,
                                .token = graph::TokenKind::None,
                                .schema = graph::core_schema_hash(graph::NodeKind::Asset),
                                .attributes = {},
                                .metadata = tagged_hash("nexus/asset", unique.view())};
}

}  // namespace nexus::actors
