#include "actors/roles/load_actor.hpp"

#include "actors/roles/chain_client.hpp"
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

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

enum Tick : std::uint64_t { kPatrolTick, kSendTick };
constexpr Duration kPatrolInterval = milliseconds(500);

}  // namespace

LoadActor::LoadActor(caf::actor_config& config, const World& world, ClientSetup client,
                     std::vector<SecretKey> keys, LoadPlan plan)
    : RoleActor(config, world),
      client_(world, client, [](const consensus::BlockHeader&, const NoticeItem&) {}),
      plan_(std::move(plan)) {
    NEXUS_ASSERT(keys.size() >= 2);
    for (SecretKey& key : keys) {
        wallets_.emplace_back(client.chain, std::move(key));
    }
}

void LoadActor::on_start() {
    if (plan_.asks_nonces) {
        tick_after(kPatrolInterval, kPatrolTick);
        ask_nonces();
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
                begin();
            }
        });
    }
}

void LoadActor::begin() {
    start_ = now();
    Subscribe wish;
    for (const Wallet& wallet : wallets_) {
        wish.accounts.push_back(wallet.account());
    }
    client_.wish(std::move(wish), known_at_);
    if (!plan_.asks_nonces) {
        tick_after(kPatrolInterval, kPatrolTick);
    }
    if (!plan_.paces.empty()) {
        next_ = start_ + plan_.paces.front().at;
        tick_after(next_ - now(), kSendTick);
    }
}

void LoadActor::on_packet(NodeId from, const WirePacket& packet) {
    (void)client_.receive(from, packet);
    send_due();
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
    const bool is_more = note_due();
    send_due();
    if (is_more) {
        tick_after(std::max(next_ - now(), plan_.gather), kSendTick);
    }
}

void LoadActor::send_due() {
    while (!due_.empty() && client_.pending() < plan_.in_flight_max) {
        send_one(due_.front());
        due_.pop_front();
    }
    client_.flush();
}

bool LoadActor::note_due() {
    for (;;) {
        while (pace_ + 1 < plan_.paces.size() && next_ >= start_ + plan_.paces[pace_ + 1].at) {
            ++pace_;
        }
        if (next_ >= start_ + plan_.stop) {
            return false;
        }
        const Duration interval = plan_.paces[pace_].interval;
        if (interval <= Duration{}) {
            if (pace_ + 1 == plan_.paces.size()) {
                return false;
            }
            next_ = start_ + plan_.paces[pace_ + 1].at;
            continue;
        }
        if (next_ > now()) {
            return true;
        }
        client_.observer().on_offered(world().self, next_);
        due_.push_back(next_);
        next_ = next_ + interval;
    }
}

void LoadActor::send_one(Instant intended) {
    Wallet& from = wallets_[turn_ % wallets_.size()];
    const Wallet& to = wallets_[(turn_ + 1) % wallets_.size()];
    ++turn_;
    client_.queue(from, graph::Transfer{.to = to.account(), .amount = Amount(1)}, intended);
}

}  // namespace nexus::actors
