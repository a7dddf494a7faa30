#include "actors/roles/sovereign_actor.hpp"

#include "actors/roles/chain_client.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/concat.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/schema/core_schema.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace nexus::actors {
namespace {

enum Tick : std::uint64_t { kPatrolTick, kMissionTick };

constexpr Duration kPatrolInterval = milliseconds(500);
const graph::Name kMember{"member"};
const graph::Name kSteward{"steward"};

/// The credential schema of a sovereign: the core's, and the holder's level from 1 to 5.
graph::Schema credential_schema(SovereignId sovereign) {
    graph::Schema schema = graph::core_schema(graph::NodeKind::Credential);
    schema.base = graph::core_schema_hash(graph::NodeKind::Credential);
    schema.sovereign = sovereign;
    schema.name = "craft";
    schema.fields.push_back({.name = graph::extension_prefix(sovereign) + "level",
                             .required = false,
                             .type = graph::IntegerType{.min = 1, .max = 5}});
    std::sort(schema.fields.begin(), schema.fields.end(),
              [](const graph::Field& a, const graph::Field& b) { return a.name < b.name; });
    return schema;
}

}  // namespace

SovereignActor::SovereignActor(caf::actor_config& config, const World& world, ClientSetup client,
                               SecretKey key, SovereignRules rules)
    : RoleActor(config, world),
      rules_(std::move(rules)),
      wallet_(client.chain, std::move(key)),
      client_(world, std::move(client),
              [this](const consensus::BlockHeader& header, const NoticeItem& item) {
                  on_item(header, item);
              }) {}

void SovereignActor::submit(graph::Body body) { client_.submit(wallet_, std::move(body), now()); }

void SovereignActor::on_start() {
    client_.wish(
        {.accounts = {wallet_.account()}, .sovereigns = {}, .prove_accounts = true, .after = {}});
    submit(graph::SovereignRegister{.name = {rules_.name},
                                    .governance = rules_.governance,
                                    .geography = rules_.geography,
                                    .stack = rules_.stack});
    tick_after(kPatrolInterval, kPatrolTick);
}

void SovereignActor::on_packet(NodeId from, const WirePacket& packet) {
    if (!client_.receive(from, packet) && packet.type() == PacketType::Delivery) {
        on_delivery(static_cast<const DeliveryPacket&>(packet).body);
    }
}

void SovereignActor::on_tick(std::uint64_t tick) {
    if (tick == kPatrolTick) {
        client_.patrol();
        tick_after(kPatrolInterval, kPatrolTick);
        return;
    }
    open_mission();
    if (missions_opened_ < rules_.missions) {
        tick_after(rules_.mission_interval, kMissionTick);
    }
}

void SovereignActor::on_item(const consensus::BlockHeader& /*header*/, const NoticeItem& item) {
    if (item.rejection) {
        return;
    }
    const graph::Transaction& content = item.transaction->content();
    const bool is_mine = content.sender == wallet_.account();
    if (is_mine && std::holds_alternative<graph::SovereignRegister>(content.body)) {
        client_.query(
            graph::keys::sovereign_name(rules_.name), [this](const std::optional<Bytes>& value) {
                const auto id =
                    value ? codec::decode<SovereignId>(*value) : fail(codec::Error::Truncated);
                if (id && !id_) {
                    id_ = *id;
                    on_registered();
                }
            });
    } else if (const auto* joined = std::get_if<graph::ContributorRegister>(&content.body)) {
        on_contributor(content.sender, *joined);
    } else if (const auto* applied = std::get_if<graph::MissionApply>(&content.body)) {
        on_application(content.sender, *applied);
    } else if (const auto* completed = std::get_if<graph::MissionComplete>(&content.body)) {
        on_completed(*completed);
    } else if (const auto* published = std::get_if<graph::SchemaPublish>(&content.body)) {
        schema_ = graph::schema_hash(published->schema);
    }
}

void SovereignActor::on_registered() {
    if (std::exchange(founded_, true)) {
        return;
    }
    submit(graph::TreasuryDeposit{.sovereign = *id_, .amount = rules_.treasury});
    submit(graph::SchemaPublish{.schema = credential_schema(*id_)});
    charter_ = graph::asset_id(wallet_.account(), wallet_.nonce());
    submit(graph::AssetRegister{.sovereign = *id_,
                                .owner = *id_,
                                .asset_class = graph::AssetClass::Other,
                                .token = graph::TokenKind::Unique,
                                .schema = graph::core_schema_hash(graph::NodeKind::Asset),
                                .attributes = {},
                                .metadata = tagged_hash("nexus/charter", as_bytes(rules_.name))});
    client_.wish({.accounts = {wallet_.account()},
                  .sovereigns = {*id_},
                  .prove_accounts = true,
                  .after = {}});
    if (rules_.missions > 0) {
        tick_after(world().entropy->exponential(rules_.mission_interval), kMissionTick);
    }
}

void SovereignActor::open_mission() {
    const graph::MissionId mission = graph::mission_id(wallet_.account(), wallet_.nonce());
    ++missions_opened_;
    submit(graph::MissionCreate{.sovereign = *id_,
                                .title = concat(rules_.name, " mission ", missions_opened_),
                                .schema = graph::core_schema_hash(graph::NodeKind::Mission),
                                .attributes = {},
                                .required_role = kMember,
                                .required_credential = std::nullopt,
                                .slots = rules_.mission_slots,
                                .reward = rules_.mission_reward,
                                .deadline = now() + rules_.mission_duration});
    missions_.emplace(
        mission,
        MissionRecord{.free_slots = rules_.mission_slots, .assigned = {}, .completed = {}});
}

bool SovereignActor::admits(const graph::ContributorRegister& body) const {
    switch (rules_.admission) {
        case Admission::All:
            return true;
        case Admission::None:
            return false;
        case Admission::Skilled:
            break;
    }
    return std::any_of(
        body.details.skills.begin(), body.details.skills.end(), [this](const graph::Name& skill) {
            return std::find(rules_.skills.begin(), rules_.skills.end(), skill.value) !=
                   rules_.skills.end();
        });
}

void SovereignActor::on_contributor(const graph::AccountId& account,
                                    const graph::ContributorRegister& body) {
    if (!id_ || body.details.home != *id_ || members_.contains(account) || !admits(body)) {
        return;
    }
    members_.emplace(account, Member{});
    submit(graph::RoleAssign{
        .sovereign = *id_, .contributor = account, .role = kMember, .until = std::nullopt});
}

void SovereignActor::on_application(const graph::AccountId& account,
                                    const graph::MissionApply& body) {
    const auto found = missions_.find(body.mission);
    if (found == missions_.end() || found->second.free_slots == 0 ||
        !found->second.assigned.insert(account).second) {
        return;
    }
    --found->second.free_slots;
    submit(graph::MissionAssign{.mission = body.mission, .contributor = account});
}

void SovereignActor::on_delivery(const Delivery& delivery) {
    world().compute->charge(Work::VerifySignature, 1);
    const graph::AccountId account = graph::account_of(delivery.key);
    const auto found = missions_.find(delivery.mission);
    if (found == missions_.end() || !found->second.assigned.contains(account) ||
        !world().verifier->verify(delivery.key, delivery_bytes(delivery.mission, delivery.evidence),
                                  delivery.signature) ||
        !found->second.completed.insert(account).second) {
        return;
    }
    submit(graph::MissionComplete{
        .mission = delivery.mission, .contributor = account, .evidence = delivery.evidence});
    submit(graph::MissionPayout{.mission = delivery.mission, .contributor = account});
}

void SovereignActor::on_completed(const graph::MissionComplete& body) {
    const auto found = members_.find(body.contributor);
    if (found == members_.end()) {
        return;
    }
    Member& member = found->second;
    ++member.completed;
    issue_credential(body.contributor, std::min(member.completed, 5U));
    consider_steward(body.contributor);
}

/// A credential names the level reached; the one before is revoked, so that one at most is in
/// force.
void SovereignActor::issue_credential(const graph::AccountId& subject, std::uint32_t level) {
    if (schema_ == Hash{}) {
        return;  // its own schema is not on the chain yet
    }
    Member& member = members_.at(subject);
    codec::Encoder content;
    content(*id_, subject, level, world().entropy->below(~std::uint64_t{0}));  // salted
    const Hash digest = tagged_hash("nexus/credential", content.view());
    submit(graph::CredentialAnchor{.issuer = *id_,
                                   .subject = subject,
                                   .schema = schema_,
                                   .digest = digest,
                                   .valid_until = std::nullopt});
    if (member.credential) {
        submit(graph::CredentialRevoke{.issuer = *id_, .digest = *member.credential});
    }
    member.credential = digest;
}

/// The steward is whoever has completed most missions; the charter follows the office.
void SovereignActor::consider_steward(const graph::AccountId& candidate) {
    const std::uint32_t record = steward_ ? members_.at(*steward_).completed : 0;
    if (candidate == steward_ || members_.at(candidate).completed <= record) {
        return;
    }
    if (steward_) {
        submit(graph::RoleRevoke{.sovereign = *id_, .contributor = *steward_, .role = kSteward});
    } else if (charter_) {
        submit(graph::AssetTransfer{.asset = *charter_, .to = candidate});
    }
    submit(graph::RoleAssign{
        .sovereign = *id_, .contributor = candidate, .role = kSteward, .until = std::nullopt});
    steward_ = candidate;
}

}  // namespace nexus::actors
