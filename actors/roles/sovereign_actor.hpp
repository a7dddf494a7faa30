#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/amount.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <caf/all.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::actors {

/// Whom a sovereign takes as a member.
enum class Admission : std::uint8_t { All, Skilled, None };

/// The rules one sovereign follows.
struct SovereignRules {
    std::string name;  ///< As registered: ASCII letters, digits, spaces, "-_.'".
    graph::Governance governance;
    graph::Geography geography;
    graph::Stack stack;
    Admission admission = Admission::All;
    std::vector<std::string> skills;  ///< What Admission::Skilled asks for one of.
    Amount treasury;                  ///< Deposited once registered.
    std::uint32_t missions = 0;       ///< How many it opens,
    Duration mission_interval;        ///< one every so often,
    std::uint32_t mission_slots = 1;
    Amount mission_reward;
    Duration mission_duration = seconds(3600);  ///< From opening to deadline.
};

/// A community's agent: registers it, funds its treasury, publishes its schema, admits members,
/// opens missions, assigns applicants, accepts work, pays, issues and replaces credentials, and
/// passes the stewardship on to whoever has done most.
///
/// It acts only on what it has seen finalized. Failure: a rejected transaction is counted and the
/// step it belonged to is not repeated; the ledger's word is final.
class SovereignActor final : public RoleActor {
public:
    SovereignActor(caf::actor_config& config, const World& world, ClientSetup client, SecretKey key,
                   SovereignRules rules);
    const char* name() const override { return "sovereign"; }

protected:
    void on_start() override;
    void on_packet(NodeId from, const WirePacket& packet) override;
    void on_tick(std::uint64_t tick) override;

private:
    /// A member and what it has achieved here.
    struct Member {
        std::uint32_t completed = 0;
        std::optional<Hash> credential;  ///< Digest of the one in force.
    };
    /// A mission and its people.
    struct MissionRecord {
        std::uint32_t free_slots = 0;
        absl::btree_set<graph::AccountId> assigned;
        absl::btree_set<graph::AccountId> completed;
    };

    void on_item(const consensus::BlockHeader& header, const NoticeItem& item);
    void on_registered();
    void on_contributor(const graph::AccountId& account, const graph::ContributorRegister& body);
    void on_application(const graph::AccountId& account, const graph::MissionApply& body);
    void on_completed(const graph::MissionComplete& body);
    void on_delivery(const Delivery& delivery);
    void open_mission();
    void issue_credential(const graph::AccountId& subject, std::uint32_t level);
    void consider_steward(const graph::AccountId& candidate);
    [[nodiscard]] bool admits(const graph::ContributorRegister& body) const;
    void submit(graph::Body body);

    SovereignRules rules_;
    Wallet wallet_;
    ChainClient client_;
    std::optional<SovereignId> id_;
    bool founded_ = false;  // deposit, schema and charter asset are under way
    std::uint32_t missions_opened_ = 0;
    Hash schema_;  // of its own credentials; zero until it is published
    absl::btree_map<graph::AccountId, Member> members_;
    absl::btree_map<graph::MissionId, MissionRecord> missions_;
    std::optional<graph::AccountId> steward_;
    std::optional<graph::AssetId> charter_;  // the asset that the steward keeps
};

}  // namespace nexus::actors
