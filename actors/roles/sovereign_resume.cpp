#include "actors/roles/chain_client.hpp"
#include "actors/roles/sovereign_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"
#include "graph/transaction/transaction.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

namespace nexus::actors {
namespace {

constexpr std::size_t kAskedMax = 32;  // at once: a gateway has others to serve

}  // namespace

template <class Value>
void SovereignActor::recall_value(const graph::StateKey<Value>& at,
                                  std::function<void(const std::optional<Value>&)> reply) {
    to_ask_.push_back([this, at, reply = std::move(reply)] {
        client_.query(at, [this, reply](const std::optional<Bytes>& bytes) {
            std::optional<Value> value;
            if (bytes) {
                if (auto decoded = codec::decode<Value>(*bytes)) {
                    value = *std::move(decoded);
                }
            }
            reply(value);
            --asked_;
            ask_next();
        });
    });
    ask_next();
}

void SovereignActor::ask_next() {
    while (asked_ < kAskedMax && !to_ask_.empty()) {
        ++asked_;
        const std::function<void()> ask = std::move(to_ask_.front());
        to_ask_.pop_front();
        ask();
    }
}

void SovereignActor::look_back() {
    known_at_ = client_.known_at();
    resumed_ = wallet_.nonce();
    recall_value<SovereignId>(
        graph::keys::sovereign_name(rules_.name), [this](const std::optional<SovereignId>& id) {
            if (!id) {
                found();
                return;
            }
            recall_value<graph::Sovereign>(
                graph::keys::sovereign(*id), [this](const std::optional<graph::Sovereign>& entry) {
                    // Somebody else's: its own registration would be, or was, rejected.
                    if (entry && entry->controller == wallet_.account()) {
                        id_ = entry->id;
                        take_up();
                    }
                });
        });
}

void SovereignActor::take_up() {
    founded_ = true;
    unseen_ = 2 + static_cast<std::size_t>(resumed_.value);
    recall_value<graph::Treasury>(
        graph::keys::treasury(*id_), [this](const std::optional<graph::Treasury>& treasury) {
            if (!treasury) {  // never paid into, else it is there
                submit(graph::TreasuryDeposit{.sovereign = *id_, .amount = rules_.treasury});
            }
            on_looked_at();
        });
    const Hash schema = graph::schema_hash(credential_schema(*id_));
    recall_value<graph::Schema>(graph::keys::schema(schema),
                                [this, schema](const std::optional<graph::Schema>& published) {
                                    if (published) {
                                        schema_ = schema;
                                    } else {
                                        publish_schema();
                                    }
                                    on_looked_at();
                                });
    for (Nonce nonce; nonce < resumed_; nonce = nonce.next()) {
        look_at(nonce);
    }
}

void SovereignActor::look_at(Nonce nonce) {
    const graph::MissionId mission = graph::mission_id(wallet_.account(), nonce);
    recall_value<graph::Mission>(
        graph::keys::mission(mission), [this, nonce](const std::optional<graph::Mission>& made) {
            if (made) {
                ++missions_opened_;
                missions_.try_emplace(made->id,
                                      MissionRecord{.free_slots = made->slots - made->assigned,
                                                    .assigned = {},
                                                    .completed = {},
                                                    .paid = {},
                                                    .is_recalled = true});
            }
            if (made || has_charter_) {
                on_looked_at();
                return;
            }
            recall_value<graph::Asset>(
                graph::keys::asset(graph::asset_id(wallet_.account(), nonce)),
                [this](const std::optional<graph::Asset>& charter) {
                    if (charter) {
                        on_charter(*charter);
                    }
                    on_looked_at();
                });
        });
}

void SovereignActor::on_charter(const graph::Asset& charter) {
    has_charter_ = true;
    const auto* keeper = std::get_if<graph::AccountId>(&charter.owner);
    if (keeper == nullptr) {
        charter_ = charter.id;  // nobody has been steward
        return;
    }
    recall_value<graph::RoleGrant>(
        graph::keys::role(*id_, *keeper, kSteward.value),
        [this, account = *keeper](const std::optional<graph::RoleGrant>& role) {
            if (role && !steward_) {
                members_.try_emplace(account);
                steward_ = account;
            }
        });
}

void SovereignActor::on_looked_at() {
    if (--unseen_ > 0) {
        return;
    }
    if (!has_charter_) {
        register_charter();
    }
    wish_for_all();
    schedule_mission(rules_.mission_interval);
}

void SovereignActor::recall(const graph::Transaction& content) {
    const graph::Body& body = content.body;
    if (const auto* joined = std::get_if<graph::ContributorRegister>(&body)) {
        if (joined->details.home == *id_ && admits(*joined)) {
            recall_contributor(content.sender);
        }
    } else if (const auto* applied = std::get_if<graph::MissionApply>(&body)) {
        recall_stage(applied->mission, content.sender, [] {});
    } else if (content.sender == wallet_.account()) {
        recall_own(body);
    }
}

void SovereignActor::recall_own(const graph::Body& body) {
    if (const auto* role = std::get_if<graph::RoleAssign>(&body)) {
        members_.try_emplace(role->contributor);
        if (role->role == kSteward) {
            steward_ = role->contributor;
        }
    } else if (const auto* completed = std::get_if<graph::MissionComplete>(&body)) {
        Member& member = members_[completed->contributor];
        ++member.completed;
        member.is_owed = true;
        recall_stage(completed->mission, completed->contributor, [] {});
    } else if (const auto* issued = std::get_if<graph::CredentialAnchor>(&body)) {
        Member& member = members_[issued->subject];
        member.credential = issued->digest;
        member.is_owed = false;
    }
}

void SovereignActor::settle_debts() {
    for (auto& [account, member] : members_) {
        if (std::exchange(member.is_owed, false)) {
            issue_credential(account, std::min(member.completed, 5U));
            consider_steward(account);
        }
    }
}

void SovereignActor::recall_contributor(const graph::AccountId& account) {
    recall_value<graph::RoleGrant>(graph::keys::role(*id_, account, kMember.value),
                                   [this, account](const std::optional<graph::RoleGrant>& role) {
                                       if (members_.try_emplace(account).second && !role) {
                                           submit(graph::RoleAssign{.sovereign = *id_,
                                                                    .contributor = account,
                                                                    .role = kMember,
                                                                    .until = std::nullopt});
                                       }
                                   });
}

void SovereignActor::recall_stage(const graph::MissionId& mission, const graph::AccountId& account,
                                  std::function<void()> then) {
    if (!missions_.contains(mission)) {
        return;
    }
    recall_value<graph::Participation>(
        graph::keys::participation(mission, account),
        [this, then = std::move(then)](const std::optional<graph::Participation>& stands) {
            if (stands) {
                on_stage(*stands);
            }
            then();
        });
}

void SovereignActor::on_stage(const graph::Participation& stands) {
    MissionRecord& mission = missions_.at(stands.mission);
    const graph::AccountId& account = stands.contributor;
    if (stands.stage == graph::MissionStage::Applied) {
        if (mission.free_slots > 0 && mission.assigned.insert(account).second) {
            --mission.free_slots;
            submit(graph::MissionAssign{.mission = stands.mission, .contributor = account});
        }
        return;
    }
    mission.assigned.insert(account);
    if (stands.stage == graph::MissionStage::Assigned) {
        return;
    }
    mission.completed.insert(account);
    if (mission.paid.insert(account).second && stands.stage == graph::MissionStage::Completed) {
        submit(graph::MissionPayout{.mission = stands.mission, .contributor = account});
    }
}

}  // namespace nexus::actors
