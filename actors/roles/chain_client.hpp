#pragma once

#include "actors/roles/light_client.hpp"
#include "actors/roles/observer.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/validator_set.hpp"
#include "graph/state/overlay.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"

#include <absl/container/btree_map.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::actors {

/// What a client knows of the chain before it starts.
struct ClientSetup {
    ChainId chain;
    std::shared_ptr<const consensus::ValidatorSet> validators;
    std::string finality_statement;
    std::vector<NodeId> gateways;  ///< Validators to talk to, the preferred one first. Not empty.
    Duration patience = seconds(10);  ///< A transaction that was taken is sent again after this.
    Duration answer_patience =
        milliseconds(1500);  ///< A gateway that says nothing is left after this.
    /// The role's account may have been used before, by an incarnation that is gone: the role asks
    /// the chain where it stands before it sends anything.
    bool resumes = false;
    Observer* observer = nullptr;
};

/// The chain as a role without a copy of it sees it: sends transactions until they are final, hears
/// of what it asked for in order, and believes nothing without a certificate and a proof. What a
/// gateway leaves out is found for the transactions submitted here, not for those of others.
///
/// Invariant: one gateway counts at a time; packets of any other node change nothing.
/// Failure:   a gateway caught at a lie is left at once, for good while another is left.
/// Owned by one actor, which hands it packets and calls `patrol` now and then.
class ChainClient {
public:
    /// Called for each transaction of a finalized block that the wish covers, in chain order.
    using Listener = std::function<void(const consensus::BlockHeader&, const NoticeItem&)>;
    /// Called with the proven value, or nothing where its absence is proven.
    using Reply = std::function<void(const std::optional<Bytes>&)>;

    ChainClient(const World& world, ClientSetup setup, Listener listener);

    /// Tells the gateway what to tell. A wish that asks for more than the last one makes the
    /// chain's past be told again: the listener must bear hearing of a transaction twice. `heard`:
    /// the past up to this height is of no interest.
    void wish(Subscribe wish, Height heard = {});

    /// Asks for the nonce of the wallet's account and sets it; then calls `ready`. What is final
    /// up to `known_at()` is counted in.
    void resume(Wallet& wallet, std::function<void()> ready);
    /// The newest certified header's height.
    [[nodiscard]] Height known_at() const { return light_client_.best().height; }

    /// Signs and sends; sends again until it is final. `intended` is when the caller meant to.
    /// Where another transaction of the account has used up the nonce it is signed anew, with the
    /// next: hence what it makes has its id only once it is final. Pre: the wallet outlives this.
    graph::TransactionPtr submit(Wallet& wallet, graph::Body body, Instant intended);
    /// The same, but what is queued goes out in one packet with the next `flush`, or when it fills
    /// one.
    graph::TransactionPtr queue(Wallet& wallet, graph::Body body, Instant intended);
    void flush();

    /// Asks for a key of the state until the answer comes.
    template <class Value>
    void query(const graph::StateKey<Value>& at, Reply reply) {
        ask(std::string(graph::tree_name(at.tree)), to_bytes(as_bytes(at.key)), std::move(reply));
    }

    /// Takes what somebody sent; false if the packet is not for a client.
    bool receive(NodeId from, const WirePacket& packet);

    /// Leaves a gateway that does not answer or does not deliver, and sends everything again
    /// through the next; renews the subscription. Call about twice a second.
    void patrol();

    [[nodiscard]] Observer& observer() const { return *setup_.observer; }
    [[nodiscard]] std::size_t pending() const { return pending_.size(); }
    [[nodiscard]] const LightClient& light_client() const { return light_client_; }

private:
    /// A transaction that is not final yet.
    struct Pending {
        graph::TransactionPtr transaction;
        Wallet* wallet = nullptr;
        Instant intended;
        Instant sent;
        Height heard;  ///< All up to here was heard when it was submitted: its block is above.
        bool is_taken = false;         ///< The present gateway says that it has it, or had it.
        bool is_missed = false;        ///< A proven nonce showed once that it was left out.
        std::optional<Instant> spent;  ///< When the present gateway said its nonce is used.
    };
    /// A query without an answer.
    struct Question {
        Query query;
        Reply reply;
        Instant asked;  ///< First, of the present gateway.
        Instant sent;   ///< Last.
    };

    void ask(std::string tree, Bytes key, Reply reply);
    void send(const PacketPtr& packet);
    void enqueue(const graph::TransactionPtr& transaction);
    void resubscribe();
    void receive(const Notice& notice);
    void receive(const Answer& answer);
    void receive(const Refusal& refusal);
    void receive(const Taken& taken);
    /// The nonce of an account, as a key.
    using Slot = std::pair<graph::AccountId, Nonce>;
    static Slot slot_of(const graph::SignedTransaction& transaction) {
        return {transaction.content().sender, transaction.content().nonce};
    }
    void index(std::uint64_t number);
    void unindex(std::uint64_t number);
    /// Signs and sends anew what can never be final: another transaction has its nonce.
    void sign_again(std::uint64_t number);
    /// Takes an item that is proven.
    void settle(const consensus::BlockHeader& header, const NoticeItem& item);
    /// True if these accounts, as they are after a block of which all is told, show that a
    /// transaction of ours is in a block and was left out.
    bool misses_items(const std::vector<ProvenValue>& accounts);
    /// Has everything told again from where some transactions that are spent were submitted on.
    void ask_for_spent();

    [[nodiscard]] NodeId gateway() const { return setup_.gateways[gateway_]; }
    [[nodiscard]] std::size_t next_gateway() const;
    /// Goes to the next gateway with the wish and all that is open.
    void change_gateway();
    /// Says that the present gateway lied, and leaves it if there is one that has not.
    void distrust(std::string_view lie);
    /// True if the proof leads to a certified header. If not, the gateway lied.
    bool believes(const consensus::FinalityProof& finality);
    /// True if the receipts of the items are proven. If not, the gateway lied.
    bool believes(const Notice& notice);
    /// True if the value, or its absence, is proven. If not, the gateway lied.
    bool believes(const ProvenValue& value, const Hash& state_root);

    World world_;
    ClientSetup setup_;
    Listener listener_;
    LightClient light_client_;
    std::size_t gateway_ = 0;
    std::vector<bool> has_lied_;  // by gateway
    Subscribe wish_;
    Instant subscribed_;
    Height heard_;  // every notice up to this height has been told
    std::uint64_t next_number_ = 0;
    absl::btree_map<std::uint64_t, Pending> pending_;  // by order of submission
    absl::btree_map<graph::TransactionId, std::uint64_t> number_of_;
    absl::btree_map<Slot, std::uint64_t> number_at_;
    absl::btree_map<graph::AccountId, Wallet*> wallets_;  // that sent, or were resumed
    absl::btree_map<std::uint64_t, Question> questions_;
    Transactions queued_;  // are pending, too
    std::size_t queued_bytes_ = 0;
};

}  // namespace nexus::actors
