#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/load_mix.hpp"
#include "actors/roles/observer.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/transaction/ids.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <caf/all.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::actors {

/// From `at` on, one transaction every `interval`; an interval of zero is a pause.
struct LoadPace {
    Duration at;
    Duration interval;
};

/// What one load source does.
struct LoadPlan {
    std::vector<LoadPace> paces;  ///< Rising in time.
    Duration stop;                ///< No transaction is meant for this time or later.
    /// The accounts may have been used before: asks the chain for their nonces first. Times count
    /// from when it has told them all.
    bool asks_nonces = false;
    LoadMix mix;
};

/// An open-loop load source: each transaction has an intended time, fixed beforehand, and is sent
/// then whether or not earlier ones are final. Latency counts from the intended time, so that a
/// slow chain cannot hide by slowing its load down (coordinated omission).
///
/// Where its mix needs more than accounts, it first registers a sovereign and a contributor for
/// each account and opens a mission; times count from when all that is final (`load_begun`).
/// Failure: a registration that the chain rejects leaves it waiting; the probe `load_not_set_up`
/// says so.
class LoadActor final : public RoleActor {
public:
    /// Pre: at least two keys.
    LoadActor(caf::actor_config& config, const World& world, ClientSetup client,
              std::vector<SecretKey> keys, LoadPlan plan);
    const char* name() const override { return "load"; }

protected:
    void on_start() override;
    void on_packet(NodeId from, const WirePacket& packet) override;
    void on_tick(std::uint64_t tick) override;

private:
    void ask_nonces();
    /// Asks which of its accounts have what the mix needs.
    void look_up();
    void set_up();
    /// To hear of all its accounts.
    void wish();
    /// Sends what an account still lacks; when none lacks anything the load begins.
    void equip(std::size_t account);
    void on_item(const consensus::BlockHeader& header, const NoticeItem& item);
    /// The plan's time starts now.
    void begin();
    /// Sends all that is due and sets the clock for the next one.
    void advance();
    void send_one(Instant intended);

    std::vector<Wallet> wallets_;
    absl::btree_map<graph::AccountId, std::size_t> account_of_;
    Observer* observer_;
    ChainClient client_;
    LoadPlan plan_;
    LoadMaker maker_;
    std::size_t unknown_ = 0;     // accounts of which something is asked
    std::size_t unequipped_ = 0;  // accounts that lack something
    bool has_begun_ = false;
    absl::btree_set<graph::MissionId> missions_;  // its own, final
    Height known_at_;  // of the first nonce told: what came later may be ours
    std::size_t pace_ = 0;
    Instant start_;
    Instant next_;
    std::size_t turn_ = 0;
};

}  // namespace nexus::actors
