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
#include "graph/ledger/records.hpp"
#include "graph/schema/schema.hpp"
#include "graph/state/overlay.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/metadata.hpp"
#include "graph/transaction/transaction.hpp"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <caf/all.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
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

inline const graph::Name kMember{"member"};
inline const graph::Name kSteward{"steward"};
/// The credential schema of a sovereign: the core's, and the holder's level from 1 to 5.
graph::Schema credential_schema(SovereignId sovereign);

/// A community's agent: registers it, funds its treasury, publishes its schema, admits members,
/// opens missions, assigns applicants, accepts work, pays, issues and replaces credentials, and
/// passes the stewardship on to whoever has done most.
///
/// It acts only on what it has seen finalized. One that resumes (ClientSetup) keeps nothing of its
/// own: it asks the chain what it has founded and which missions are its, has its gateway's past
/// told again, and asks for the state of whatever that past asks of it before it acts.
///
/// Failure: a rejected transaction is counted and the step it belonged to is not repeated; the
/// ledger's word is final. What is older than the gateway's past and has no key of its own in the
/// state is lost by a restart: who is steward, and whom to answer.
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
        bool is_owed = false;  ///< The incarnation before saw work completed, and issued nothing.
    };
    /// A mission and its people.
    struct MissionRecord {
        std::uint32_t free_slots = 0;
        absl::btree_set<graph::AccountId> assigned;
        absl::btree_set<graph::AccountId> completed;
        absl::btree_set<graph::AccountId> paid;
        /// An incarnation before opened it: whose it is stands in the state only.
        bool is_recalled = false;
    };

    void on_item(const consensus::BlockHeader& header, const NoticeItem& item);
    /// Registers; all else follows from that.
    void found();
    void on_registered();
    void publish_schema();
    void register_charter();
    void wish_for_all();
    /// The next one, if there is one.
    void schedule_mission(Duration pause);
    void on_contributor(const graph::AccountId& account, const graph::ContributorRegister& body);
    void on_application(const graph::AccountId& account, const graph::MissionApply& body);
    void on_completed(const graph::MissionComplete& body);
    void on_delivery(const Delivery& delivery);
    void open_mission();
    void issue_credential(const graph::AccountId& subject, std::uint32_t level);
    void consider_steward(const graph::AccountId& candidate);
    /// Completes a mission for somebody who has a slot and has not completed it, and pays.
    void accept(const Delivery& delivery, const graph::AccountId& account);

    // --- taking up what an incarnation before began: sovereign_resume.cpp ---
    /// Finds out whether it is founded already.
    void look_back();
    /// Looks for what it owns, and begins what is missing.
    void take_up();
    /// Asks what it made with a nonce that it has used.
    void look_at(Nonce nonce);
    void on_looked_at();
    void on_charter(const graph::Asset& charter);
    /// Learns from what happened before it resumed.
    void recall(const graph::Transaction& content);
    void recall_own(const graph::Body& body);
    /// Issues what the incarnation before did not come to.
    void settle_debts();
    void recall_contributor(const graph::AccountId& account);
    /// Asks for a key of the state, after some others are answered if there are many.
    template <class Value>
    void recall_value(const graph::StateKey<Value>& at,
                      std::function<void(const std::optional<Value>&)> reply);
    void ask_next();
    /// How far somebody is with a recalled mission decides what to do; `then` is called after.
    void recall_stage(const graph::MissionId& mission, const graph::AccountId& account,
                      std::function<void()> then);
    void on_stage(const graph::Participation& stands);

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
    bool resumes_;
    Height known_at_;  // all up to here happened before it resumed
    Nonce resumed_;    // the first nonce of this incarnation
    bool has_charter_ = false;
    std::size_t unseen_ = 0;  // what it still has to look at before it acts
    std::size_t asked_ = 0;   // questions about the past without an answer
    std::deque<std::function<void()>> to_ask_;
};

}  // namespace nexus::actors
