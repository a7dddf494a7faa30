#include "actors/roles/load_actor.hpp"

#include "actors/roles/chain_client.hpp"
#include "actors/roles/load_mix.hpp"
#include "actors/roles/observer.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <caf/all.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::actors {
namespace {

enum Tick : std::uint64_t { kPatrolTick, kSendTick };
constexpr Duration kPatrolInterval = milliseconds(500);

std::vector<graph::AccountId> accounts_of(const std::vector<SecretKey>& keys) {
    std::vector<graph::AccountId> accounts;
    accounts.reserve(keys.size());
    for (const SecretKey& key : keys) {
        accounts.push_back(graph::account_of(key.public_key()));
    }
    return accounts;
}

}  // namespace

LoadActor::LoadActor(caf::actor_config& config, const World& world, ClientSetup client,
                     std::vector<SecretKey> keys, LoadPlan plan)
    : RoleActor(config, world),
      observer_(client.observer),
      client_(world, client,
              [this](const consensus::BlockHeader& header, const NoticeItem& item) {
                  on_item(header, item);
              }),
      plan_(std::move(plan)),
      maker_(plan_.mix, accounts_of(keys)) {
    for (SecretKey& key : keys) {
        wallets_.emplace_back(client.chain, std::move(key));
        account_of_.emplace(wallets_.back().account(), account_of_.size());
    }
}

void LoadActor::on_start() {
    if (plan_.asks_nonces) {
        tick_after(kPatrolInterval, kPatrolTick);
        ask_nonces();
    } else if (maker_.needs_anything()) {
        tick_after(kPatrolInterval, kPatrolTick);
        set_up();
    } else {
        begin();
    }
}

void LoadActor::ask_nonces() {
    unknown_ = wallets_.size();
    known_at_ = Height{};
    for (Wallet& wallet : wallets_) {
        client_.resume(wallet, [this] {
            if (known_at_ == Height{}) {
                known_at_ = client_.known_at();
            }
            if (--unknown_ == 0) {
                look_up();
            }
        });
    }
}

void LoadActor::look_up() {
    const std::size_t questions =
        (maker_.needs_sovereigns() ? 1U : 0U) + (maker_.needs_contributors() ? 1U : 0U);
    unknown_ = questions * wallets_.size();
    if (unknown_ == 0) {
        begin();
        return;
    }
    const auto is_answered = [this] {
        if (--unknown_ == 0) {
            set_up();
        }
    };
    for (std::size_t i = 0; i < wallets_.size(); ++i) {
        if (maker_.needs_sovereigns()) {
            client_.query(graph::keys::sovereign_name(maker_.name_of(i)),
                          [this, i, is_answered](const std::optional<Bytes>& value) {
                              const auto id = value ? codec::decode<SovereignId>(*value)
                                                    : fail(codec::Error::Truncated);
                              if (id) {
                                  maker_.has_sovereign(i, *id);
                              }
                              is_answered();
                          });
        }
        if (maker_.needs_contributors()) {
            client_.query(graph::keys::contributor(wallets_[i].account()),
                          [this, i, is_answered](const std::optional<Bytes>& value) {
                              if (value) {
                                  maker_.is_contributor(i);
                              }
                              is_answered();
                          });
        }
    }
}

void LoadActor::wish() {
    Subscribe wish;
    for (const Wallet& wallet : wallets_) {
        wish.accounts.push_back(wallet.account());
    }
    client_.wish(std::move(wish), known_at_);
}

void LoadActor::set_up() {
    observer_->on_probe(world().self, "load_prepares", wallets_.size());
    wish();
    unequipped_ = wallets_.size();
    for (std::size_t i = 0; i < wallets_.size(); ++i) {
        equip(i);
    }
}

void LoadActor::equip(std::size_t account) {
    if (auto body = maker_.missing(account, now())) {
        client_.submit(wallets_[account], *std::move(body), now());
    } else if (--unequipped_ == 0) {
        observer_->on_probe(world().self, "load_begun",
                            static_cast<std::uint64_t>((now() - Instant{}).nanoseconds));
        begin();
    }
}

void LoadActor::on_item(const consensus::BlockHeader& /*header*/, const NoticeItem& item) {
    const graph::Transaction& content = item.transaction->content();
    const auto found = account_of_.find(content.sender);
    if (found == account_of_.end()) {
        return;
    }
    if (item.rejection) {
        if (!has_begun_) {
            observer_->on_probe(world().self, "load_not_set_up", found->second);
        }
        return;
    }
    const std::size_t account = found->second;
    const bool is_setting_up = unequipped_ > 0;
    const auto before = is_setting_up ? maker_.missing(account, now()) : std::nullopt;
    if (item.sovereign) {
        maker_.has_sovereign(account, *item.sovereign);
    } else if (std::holds_alternative<graph::ContributorRegister>(content.body)) {
        maker_.is_contributor(account);
    } else if (std::holds_alternative<graph::MissionCreate>(content.body)) {
        const graph::MissionId mission = graph::mission_id(content.sender, content.nonce);
        if (missions_.insert(mission).second) {  // the client may hear of it twice
            maker_.has_mission(mission);
        }
    }
    const auto after = is_setting_up ? maker_.missing(account, now()) : std::nullopt;
    if (before && (!after || after->index() != before->index())) {
        equip(account);  // something else is next; what changes nothing is no step
    }
}

void LoadActor::begin() {
    has_begun_ = true;
    start_ = now();
    if (!maker_.needs_anything()) {
        wish();
    }
    if (!plan_.asks_nonces && !maker_.needs_anything()) {
        tick_after(kPatrolInterval, kPatrolTick);
    }
    if (!plan_.paces.empty()) {
        next_ = start_ + plan_.paces.front().at;
        tick_after(next_ - now(), kSendTick);
    }
}

void LoadActor::on_packet(NodeId from, const WirePacket& packet) {
    (void)client_.receive(from, packet);
}

void LoadActor::on_tick(std::uint64_t tick) {
    if (tick == kPatrolTick) {
        client_.patrol();
        tick_after(kPatrolInterval, kPatrolTick);
    } else {
        advance();
    }
}

void LoadActor::advance() {
    for (;;) {
        while (pace_ + 1 < plan_.paces.size() && next_ >= start_ + plan_.paces[pace_ + 1].at) {
            ++pace_;
        }
        if (next_ >= start_ + plan_.stop) {
            return;
        }
        const Duration interval = plan_.paces[pace_].interval;
        if (interval <= Duration{}) {
            if (pace_ + 1 == plan_.paces.size()) {
                return;
            }
            next_ = start_ + plan_.paces[pace_ + 1].at;
            continue;
        }
        if (next_ > now()) {
            break;
        }
        send_one(next_);
        next_ = next_ + interval;
    }
    tick_after(next_ - now(), kSendTick);
}

void LoadActor::send_one(Instant intended) {
    const std::size_t account = turn_++ % wallets_.size();
    Wallet& from = wallets_[account];
    client_.submit(from, maker_.make(account, from.nonce(), now(), *world().entropy), intended);
}

}  // namespace nexus::actors
