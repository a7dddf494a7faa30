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
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace nexus::actors {
namespace {

enum Tick : std::uint64_t { kPatrolTick, kMissionTick };

constexpr Duration kPatrolInterval = milliseconds(500);
constexpr std::size_t kToAskMax = 4096;  // strangers may deliver without end; others try again

}  // namespace

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

SovereignActor::SovereignActor(caf::actor_config& config, const World& world, ClientSetup client,
                               SecretKey key, SovereignRules rules)
    : RoleActor(config, world),
      rules_(std::move(rules)),
      wallet_(client.chain, std::move(key)),
      client_(world, client,
              [this](const consensus::BlockHeader& header, const NoticeItem& item) {
                  on_item(header, item);
              }),
      resumes_(client.resumes) {}

void SovereignActor::submit(graph::Body body) { client_.submit(wallet_, std::move(body), now()); }

void SovereignActor::on_start() {
    if (resumes_) {
        client_.resume(wallet_, [this] { look_back(); });
    } else {
        found();
    }
    tick_after(kPatrolInterval, kPatrolTick);
}

void SovereignActor::found() {
    client_.wish(
        {.accounts = {wallet_.account()}, .sovereigns = {}, .prove_accounts = true, .after = {}});
    submit(graph::SovereignRegister{.name = {rules_.name},
                                    .governance = rules_.governance,
                                    .geography = rules_.geography,
                                    .stack = rules_.stack});
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
    schedule_mission(rules_.mission_interval);
}

void SovereignActor::on_item(const consensus::BlockHeader& header, const NoticeItem& item) {
    const graph::Transaction& content = item.transaction->content();
    if (founded_ && header.height <= known_at_) {
        if (!item.rejection) {
            recall(content);
        }
        if (content.sender == wallet_.account() && content.nonce.next() == resumed_) {
            settle_debts();  // all that the incarnation before did is told
        }
        return;
    }
    if (item.rejection) {
        return;
    }
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
    } else if (is_mine && std::holds_alternative<graph::MissionCreate>(content.body)) {
        missions_.try_emplace(
            graph::mission_id(content.sender, content.nonce),
            MissionRecord{
                .free_slots = rules_.mission_slots, .assigned = {}, .completed = {}, .paid = {}});
    } else if (is_mine && std::holds_alternative<graph::AssetRegister>(content.body)) {
        charter_ = graph::asset_id(content.sender, content.nonce);
    } else if (const auto* published = std::get_if<graph::SchemaPublish>(&content.body)) {
        schema_ = graph::schema_hash(published->schema);
    }
}

void SovereignActor::on_registered() {
    if (std::exchange(founded_, true)) {
        return;
    }
    submit(graph::TreasuryDeposit{.sovereign = *id_, .amount = rules_.treasury});
    publish_schema();
    register_charter();
    wish_for_all();
    if (rules_.missions > 0) {
        schedule_mission(world().entropy->exponential(rules_.mission_interval));
    }
}

void SovereignActor::publish_schema() {
    submit(graph::SchemaPublish{.schema = credential_schema(*id_)});
}

void SovereignActor::register_charter() {
    submit(graph::AssetRegister{.sovereign = *id_,
                                .owner = *id_,
                                .asset_class = graph::AssetClass::Other,
                                .token = graph::TokenKind::Unique,
                                .schema = graph::core_schema_hash(graph::NodeKind::Asset),
                                .attributes = {},
                                .metadata = tagged_hash("nexus/charter", as_bytes(rules_.name))});
}

void SovereignActor::wish_for_all() {
    client_.wish({.accounts = {wallet_.account()},
                  .sovereigns = {*id_},
                  .prove_accounts = true,
                  .after = {}});
}

void SovereignActor::schedule_mission(Duration pause) {
    if (missions_opened_ < rules_.missions) {
        tick_after(pause, kMissionTick);
    }
}

void SovereignActor::open_mission() {
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
    if (found == missions_.end()) {
        return;
    }
    if (found->second.is_recalled) {
        recall_stage(body.mission, account, [] {});
        return;
    }
    if (found->second.free_slots == 0 || !found->second.assigned.insert(account).second) {
        return;
    }
    --found->second.free_slots;
    submit(graph::MissionAssign{.mission = body.mission, .contributor = account});
}

void SovereignActor::on_delivery(const Delivery& delivery) {
    world().compute->charge(Work::VerifySignature, 1);
    const graph::AccountId account = graph::account_of(delivery.key);
    const auto found = missions_.find(delivery.mission);
    const bool may_be_assigned =
        found != missions_.end() &&
        (found->second.is_recalled || found->second.assigned.contains(account));
    if (!may_be_assigned ||
        !world().verifier->verify(delivery.key, delivery_bytes(delivery.mission, delivery.evidence),
                                  delivery.signature)) {
        return;
    }
    if (found->second.assigned.contains(account)) {
        accept(delivery, account);
    } else if (to_ask_.size() < kToAskMax) {
        recall_stage(delivery.mission, account,
                     [this, delivery, account] { accept(delivery, account); });
    }
}

void SovereignActor::accept(const Delivery& delivery, const graph::AccountId& account) {
    MissionRecord& mission = missions_.at(delivery.mission);
    if (!mission.assigned.contains(account) || !mission.completed.insert(account).second) {
        return;
    }
    mission.paid.insert(account);
    submit(graph::MissionComplete{
        .mission = delivery.mission, .contributor = account, .evidence = delivery.evidence});
    submit(graph::MissionPayout{.mission = delivery.mission, .contributor = account});
}

void SovereignActor::on_completed(const graph::MissionComplete& body) {
    if (resumes_) {
        members_.try_emplace(body.contributor);  // it was admitted before anybody remembers
    }
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
