#pragma once

#include "actors/roles/amnesia_inquiry.hpp"
#include "actors/roles/chain_host.hpp"
#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/gateway.hpp"
#include "actors/roles/observer.hpp"
#include "actors/roles/pending_runs.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/state_sync.hpp"
#include "actors/roles/sync_budget.hpp"
#include "actors/wire/packets.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/protocol.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"

#include <absl/container/btree_set.h>
#include <caf/all.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace nexus::actors {

/// What a validator keeps of the past.
struct Retention {
    /// After so many blocks the state is stored, so that a restart does not execute them again;
    /// 0: never.
    std::uint64_t checkpoint_blocks = 1024;
    /// Of the blocks up to the checkpoint so many stay, for peers that were away and for clients.
    std::uint64_t blocks_kept = 16'384;
};

/// What a validator is made of; shared parts outlive it.
struct ValidatorSetup {
    const consensus::Engine* engine = nullptr;
    consensus::ProtocolConfig protocol;  ///< `signer` is left empty: the actor signs with `key`.
    std::shared_ptr<const SecretKey> key;
    graph::StateSnapshot genesis_state;
    BlockLimits limits;
    Retention retention;
    /// Of blocks in an answer of block sync, unless one block alone is longer; a transport limits
    /// its messages.
    std::size_t sync_bytes_max = 4'000'000;
    std::vector<NodeId> validators;  ///< By ValidatorIndex.
    ChainStore* store = nullptr;
    std::shared_ptr<ExecutionCache> cache;
    Observer* observer = nullptr;
};

/// A validator: owns one protocol machine and one chain host, performs the machine's effects in
/// order, serves clients. No protocol logic here: an `if` about votes, views or quorums belongs in
/// the protocol.
///
/// Invariant: no effect behind a Persist is performed before its record is durable.
/// A validator that is so far behind that its peers dropped the blocks it lacks fetches the state
/// after a finalized block, checks it against the certified header, and goes on from there as after
/// a restart: with a machine made anew from the journal.
///
/// A validator whose journal was lost asks the others how far it can have gone before it signs.
///
/// Failure:   a packet that is refused is dropped and counted; the actor lives on. If a quorum
///            finalizes an invalid block the actor raises an alarm and takes no further input.
class ValidatorActor final : public RoleActor {
public:
    ValidatorActor(caf::actor_config& config, const World& world, ValidatorSetup setup);
    const char* name() const override { return "validator"; }

protected:
    void on_start() override;
    void on_packet(NodeId from, const WirePacket& packet) override;
    void on_tick(std::uint64_t tick) override;
    void on_timer(consensus::TimerId timer) override;
    void on_durable(DurableToken token) override;

private:
    struct Tick {
        static constexpr std::uint64_t propose = 0, gossip = 1, fetch = 2, recovery = 3;
    };

    // --- inputs ---
    void receive(NodeId from, const consensus::MessagePtr& message);
    void receive(NodeId from, const Transactions& transactions);
    void receive(NodeId from, const BlockRequest& request);
    void receive(NodeId from, const BlockResponse& response);
    void receive(NodeId from, const PartialRun& run);
    void receive(NodeId from, const Query& query);
    void receive(NodeId from, const StateOffer& offer);
    void receive(NodeId from, const StateRequest& request);
    void receive(NodeId from, const StatePart& part);
    void receive(NodeId from, const RecoveryRequest& request);
    void receive(NodeId from, const RecoveryResponse& response);
    [[nodiscard]] std::optional<ValidatorIndex> validator_at(NodeId node) const;
    [[nodiscard]] bool checks_hold(const SignatureChecks& checks);

    // --- the machine ---
    void start_machine();
    void begin_amnesia();
    void inquire();
    void end_amnesia();
    void feed(consensus::Input input);
    void step(const consensus::Input& input);
    void drain();
    void perform(consensus::Effect& effect);
    void perform(const consensus::Send& effect);
    void perform(const consensus::Broadcast& effect);
    void perform(const consensus::SetTimer& effect);
    void perform(const consensus::CancelTimer& effect);
    void perform(consensus::Persist& effect);
    void perform(const consensus::ForgetRecords& effect);
    void perform(const consensus::RequestPayload& effect);
    void perform(const consensus::ValidateBlock& effect);
    void perform(const consensus::Commit& effect);
    void perform(const consensus::Evidence& effect);
    void perform(const consensus::SyncRequest& effect);
    void perform(const consensus::Probe& effect);

    // --- the chain ---
    void recover();
    void checkpoint(const consensus::CommittedBlock& committed);
    void fetch_state(bool again);
    void go_on_fetching();
    void finish_fetch();
    void install(Checkpoint checkpoint);
    void propose_when_due();
    void propose();
    void deliver(const std::vector<Gateway::Delivery>& deliveries);
    void request_blocks(NodeId peer, Height after);
    void pass_on(const graph::TransactionPtr& transaction);
    void gossip();
    void broadcast(const PacketPtr& packet);

    ValidatorSetup setup_;
    ChainHost host_;
    Gateway gateway_;
    std::unique_ptr<consensus::Protocol> protocol_;
    std::vector<std::optional<ValidatorIndex>> index_of_;  // by NodeId: asked for each packet

    std::deque<consensus::Effect> effects_;
    std::deque<consensus::Input> inputs_;  // answers, fed when the effects before are performed
    std::optional<DurableToken> barrier_;  // effects wait for this append
    bool draining_ = false;
    bool halted_ = false;
    std::uint64_t incarnation_ = 0;  // of the machine: timers of those before are stale

    std::optional<consensus::RequestPayload> request_;  // not answered yet
    std::vector<ExecutedPtr> unannounced_;  // committed blocks that wait for a certificate
    std::vector<graph::TransactionPtr> to_gossip_;
    absl::btree_set<graph::TransactionId> in_gossip_;  // of to_gossip_
    SyncBudget sync_budget_;
    PendingRuns pending_runs_;
    StateServer state_server_;
    std::optional<StateFetch> state_fetch_;
    std::optional<Checkpoint> fetched_;     // waits for the barrier
    std::map<NodeId, Instant> distrusted_;  // offers of states; until then
    std::optional<AmnesiaInquiry> inquiry_;
    Height checkpointed_;  // of the stored checkpoint; 0: none
    bool gossip_scheduled_ = false;
};

}  // namespace nexus::actors
