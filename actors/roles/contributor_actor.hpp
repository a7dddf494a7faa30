#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/schema/schema.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <caf/all.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace nexus::actors {

/// What one contributor is like.
struct ContributorProfile {
    std::string handle;
    graph::NodeKind kind = graph::NodeKind::Person;
    std::string home;   ///< Registered name of the sovereign it wants to join.
    NodeId home_node;   ///< Where that sovereign's agent takes deliveries.
    std::string skill;  ///< May be empty.
    Duration appears;   ///< After the start.
    Duration think;     ///< Mean pause before an action.
    Duration work;      ///< Mean time on a mission.
};

/// A person or organization with a key of its own: looks its sovereign up (and believes only a
/// proof that it is there), registers, waits to be admitted, applies for missions, works, hands in,
/// gets paid, gives a part back.
///
/// It acts only on what it has seen finalized. One that resumes (ClientSetup) asks the chain who it
/// is and has its gateway's past told again: what it was working on, it goes on with.
class ContributorActor final : public RoleActor {
public:
    ContributorActor(caf::actor_config& config, const World& world, ClientSetup client,
                     SecretKey key, ContributorProfile profile);
    const char* name() const override { return "contributor"; }

protected:
    void on_start() override;
    void on_packet(NodeId from, const WirePacket& packet) override;
    void on_tick(std::uint64_t tick) override;

private:
    void on_item(const consensus::BlockHeader& header, const NoticeItem& item);
    void on_body(const graph::RoleAssign& body);
    void on_body(const graph::MissionAssign& body);
    void on_body(const graph::MissionComplete& body);
    void on_body(const graph::MissionPayout& body);
    void appear();
    void look_up_home();
    void join();
    /// It is a contributor already: is it a member?
    void come_back();
    void wish_for_all();
    void apply_for_mission();
    void hand_in();
    void submit(graph::Body body);
    void think_then(std::uint64_t tick);

    ContributorProfile profile_;
    Wallet wallet_;
    ChainClient client_;
    std::optional<SovereignId> home_;
    bool is_joining_ = false;
    bool is_member_ = false;
    absl::btree_map<graph::MissionId, std::uint32_t> open_;  // missions seen, with free slots
    absl::btree_set<graph::MissionId> tried_;
    absl::btree_set<graph::MissionId> paid_;
    std::optional<graph::MissionId> applied_;  // waits for the assignment
    Instant applied_at_;
    std::optional<graph::MissionId> working_;  // assigned
    std::optional<Hash> evidence_;             // work done, not accepted yet
    bool is_accepted_ = false;                 // the work is, and the pay to come
    Instant handed_in_at_;
    std::uint32_t payouts_ = 0;
    bool resumes_;
    Height known_at_;            // all up to here happened before it resumed
    bool is_recalling_ = false;  // the item at hand is from before
};

}  // namespace nexus::actors
