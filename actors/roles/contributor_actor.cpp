#include "actors/roles/contributor_actor.hpp"

#include "actors/roles/chain_client.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/schema/core_schema.hpp"
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

enum Tick : std::uint64_t { kPatrolTick, kAppearTick, kLookUpTick, kApplyTick, kHandInTick };

constexpr Duration kPatrolInterval = milliseconds(500);
constexpr Duration kAssignmentPatience = seconds(8);  // then it tries another mission
constexpr Duration kAcceptancePatience = seconds(4);  // then it hands in again
const Amount kGift(10);                               // given back after each second payout

}  // namespace

ContributorActor::ContributorActor(caf::actor_config& config, const World& world,
                                   ClientSetup client, SecretKey key, ContributorProfile profile)
    : RoleActor(config, world),
      profile_(std::move(profile)),
      wallet_(client.chain, std::move(key)),
      client_(world, client,
              [this](const consensus::BlockHeader& header, const NoticeItem& item) {
                  on_item(header, item);
              }),
      resumes_(client.resumes) {}

void ContributorActor::submit(graph::Body body) { client_.submit(wallet_, std::move(body), now()); }

void ContributorActor::think_then(std::uint64_t tick) {
    tick_after(world().entropy->exponential(profile_.think), tick);
}

void ContributorActor::on_start() { tick_after(profile_.appears, kAppearTick); }

void ContributorActor::on_packet(NodeId from, const WirePacket& packet) {
    (void)client_.receive(from, packet);
}

void ContributorActor::on_tick(std::uint64_t tick) {
    switch (tick) {
        case kAppearTick:
            appear();
            break;
        case kLookUpTick:
            look_up_home();
            break;
        case kApplyTick:
            apply_for_mission();
            break;
        case kHandInTick:
            hand_in();
            break;
        default:
            client_.patrol();
            if (evidence_ && now() - handed_in_at_ >= kAcceptancePatience) {
                hand_in();
            }
            if (applied_ && now() - applied_at_ >= kAssignmentPatience) {
                applied_.reset();
                think_then(kApplyTick);
            }
            tick_after(kPatrolInterval, kPatrolTick);
    }
}

void ContributorActor::appear() {
    if (!resumes_) {
        client_.wish({.accounts = {wallet_.account()},
                      .sovereigns = {},
                      .prove_accounts = true,
                      .after = {}});
    }
    tick_after(kPatrolInterval, kPatrolTick);
    if (resumes_) {
        client_.resume(wallet_, [this] {
            known_at_ = client_.known_at();
            look_up_home();
        });
    } else {
        look_up_home();
    }
}

void ContributorActor::look_up_home() {
    client_.query(
        graph::keys::sovereign_name(profile_.home), [this](const std::optional<Bytes>& value) {
            if (home_) {
                return;
            }
            const auto id =
                value ? codec::decode<SovereignId>(*value) : fail(codec::Error::Truncated);
            if (id) {
                home_ = *id;
                if (resumes_) {
                    come_back();
                } else {
                    join();
                }
            } else {
                think_then(kLookUpTick);  // proven absent: not founded yet
            }
        });
}

void ContributorActor::come_back() {
    client_.query(graph::keys::contributor(wallet_.account()),
                  [this](const std::optional<Bytes>& entry) {
                      if (!entry) {
                          join();
                          return;
                      }
                      is_joining_ = true;
                      client_.query(graph::keys::role(*home_, wallet_.account(), "member"),
                                    [this](const std::optional<Bytes>& role) {
                                        is_member_ = role.has_value();
                                        wish_for_all();
                                    });
                  });
}

void ContributorActor::wish_for_all() {
    client_.wish({.accounts = {wallet_.account()},
                  .sovereigns = {*home_},
                  .prove_accounts = true,
                  .after = {}});
}

void ContributorActor::join() {
    if (std::exchange(is_joining_, true)) {
        return;
    }
    graph::ProfileDetails details;
    details.home = *home_;
    details.schema = graph::core_schema_hash(profile_.kind);
    if (!profile_.skill.empty()) {
        details.skills = {graph::Name{profile_.skill}};
    }
    // What is private stays private: the chain gets a salted commitment.
    codec::Encoder attributes;
    attributes(profile_.handle, world().entropy->below(~std::uint64_t{0}));
    details.attribute_commitment = tagged_hash("nexus/attributes", attributes.view());
    submit(graph::ContributorRegister{
        .kind = profile_.kind, .handle = {profile_.handle}, .details = std::move(details)});
    wish_for_all();
}

void ContributorActor::on_item(const consensus::BlockHeader& header, const NoticeItem& item) {
    const graph::Transaction& content = item.transaction->content();
    const bool is_mine = content.sender == wallet_.account();
    if (item.rejection) {
        if (is_mine && std::holds_alternative<graph::MissionApply>(content.body) && applied_) {
            applied_.reset();
            think_then(kApplyTick);
        }
        return;
    }
    is_recalling_ = header.height <= known_at_;
    if (const auto* role = std::get_if<graph::RoleAssign>(&content.body)) {
        on_body(*role);
    } else if (const auto* applied = std::get_if<graph::MissionApply>(&content.body);
               applied != nullptr && is_mine && is_recalling_) {
        tried_.insert(applied->mission);
        applied_ = applied->mission;
        applied_at_ = now();
    } else if (const auto* created = std::get_if<graph::MissionCreate>(&content.body)) {
        open_.try_emplace(graph::mission_id(content.sender, content.nonce), created->slots);
        if (is_member_ && !applied_ && !working_) {
            think_then(kApplyTick);
        }
    } else if (const auto* assigned = std::get_if<graph::MissionAssign>(&content.body)) {
        on_body(*assigned);
    } else if (const auto* completed = std::get_if<graph::MissionComplete>(&content.body)) {
        on_body(*completed);
    } else if (const auto* paid = std::get_if<graph::MissionPayout>(&content.body)) {
        on_body(*paid);
    }
}

void ContributorActor::on_body(const graph::RoleAssign& body) {
    if (body.contributor == wallet_.account() && !std::exchange(is_member_, true)) {
        think_then(kApplyTick);
    }
}

void ContributorActor::apply_for_mission() {
    if (!is_member_ || applied_ || working_) {
        return;
    }
    for (const auto& [mission, free_slots] : open_) {
        if (free_slots > 0 && !tried_.contains(mission)) {
            tried_.insert(mission);
            applied_ = mission;
            applied_at_ = now();
            submit(graph::MissionApply{.mission = mission, .credential = std::nullopt});
            return;
        }
    }
}

void ContributorActor::on_body(const graph::MissionAssign& body) {
    if (const auto found = open_.find(body.mission); found != open_.end() && found->second > 0) {
        --found->second;
    }
    if (body.contributor != wallet_.account() || working_ || paid_.contains(body.mission)) {
        return;
    }
    applied_.reset();
    working_ = body.mission;
    is_accepted_ = false;
    tick_after(world().entropy->exponential(profile_.work), kHandInTick);
}

void ContributorActor::hand_in() {
    if (!working_ || is_accepted_) {
        return;
    }
    if (!evidence_) {
        codec::Encoder work;
        work(profile_.handle, *working_, now());
        evidence_ = tagged_hash("nexus/work", work.view());
    }
    handed_in_at_ = now();
    world().compute->charge(Work::Sign, 1);
    world().transport->send(profile_.home_node,
                            make_packet(Delivery{.mission = *working_,
                                                 .key = wallet_.key().public_key(),
                                                 .evidence = *evidence_,
                                                 .signature = wallet_.key().sign(
                                                     delivery_bytes(*working_, *evidence_))}));
}

void ContributorActor::on_body(const graph::MissionComplete& body) {
    if (body.contributor == wallet_.account() && working_ == body.mission) {
        evidence_.reset();
        is_accepted_ = true;  // no need to hand in again
    }
}

void ContributorActor::on_body(const graph::MissionPayout& body) {
    if (body.contributor != wallet_.account() || !paid_.insert(body.mission).second) {
        return;
    }
    if (working_ == body.mission) {
        working_.reset();
        evidence_.reset();
    }
    ++payouts_;
    if (payouts_ % 2 == 0 && !is_recalling_) {
        submit(graph::TreasuryDeposit{.sovereign = *home_, .amount = kGift});
    }
    think_then(kApplyTick);
}

}  // namespace nexus::actors
