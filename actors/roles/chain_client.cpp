#include "actors/roles/chain_client.hpp"

#include "actors/roles/light_client.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/concat.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/ledger/records.hpp"
#include "graph/receipts/receipt_proof.hpp"
#include "graph/receipts/receipt_verifier.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/transaction.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

constexpr Duration kSubscriptionRenewal = seconds(10);
constexpr std::size_t kBatchMax = 256;  // transactions of one packet
constexpr std::size_t kBatchBytesMax = std::size_t{1} << 20U;

bool is_account_of(const ProvenValue& proven, const graph::AccountId& id) {
    const auto at = graph::keys::account(id);
    return proven.tree == graph::tree_name(at.tree) &&
           std::ranges::equal(proven.key, as_bytes(at.key));
}

}  // namespace

ChainClient::ChainClient(const World& world, ClientSetup setup, Listener listener)
    : world_(world),
      setup_(std::move(setup)),
      listener_(std::move(listener)),
      light_client_(setup_.chain, setup_.validators, setup_.finality_statement),
      has_lied_(setup_.gateways.size()) {
    NEXUS_ASSERT(!setup_.gateways.empty());
    NEXUS_ASSERT(setup_.observer != nullptr);
}

void ChainClient::send(const PacketPtr& packet) { world_.transport->send(gateway(), packet); }

void ChainClient::wish(Subscribe wish, Height heard) {
    wish_ = std::move(wish);
    heard_ = heard;
    resubscribe();
}

void ChainClient::resubscribe() {
    wish_.after = heard_;
    subscribed_ = world_.clock->now();
    send(make_packet(wish_));
}

graph::TransactionPtr ChainClient::submit(Wallet& wallet, graph::Body body, Instant intended) {
    graph::TransactionPtr transaction = queue(wallet, std::move(body), intended);
    flush();
    return transaction;
}

graph::TransactionPtr ChainClient::queue(Wallet& wallet, graph::Body body, Instant intended) {
    world_.compute->charge(Work::Sign, 1);
    graph::TransactionPtr transaction = wallet.sign(std::move(body));
    wallets_[wallet.account()] = &wallet;
    const std::uint64_t number = next_number_++;
    pending_.emplace(number, Pending{.transaction = transaction,
                                     .wallet = &wallet,
                                     .intended = intended,
                                     .sent = world_.clock->now(),
                                     .heard = heard_,
                                     .spent = std::nullopt});
    index(number);
    setup_.observer->on_submitted(world_.self, transaction, intended);
    enqueue(transaction);
    return transaction;
}

void ChainClient::enqueue(const graph::TransactionPtr& transaction) {
    queued_.list.push_back(transaction);
    queued_bytes_ += transaction->size();
    if (queued_.list.size() == kBatchMax || queued_bytes_ >= kBatchBytesMax) {
        flush();
    }
}

void ChainClient::flush() {
    if (!queued_.list.empty()) {
        queued_bytes_ = 0;
        send(make_packet(std::exchange(queued_, {})));
    }
}

void ChainClient::index(std::uint64_t number) {
    const graph::SignedTransaction& transaction = *pending_.at(number).transaction;
    number_of_.emplace(transaction.id(), number);
    number_at_.emplace(slot_of(transaction), number);
}

void ChainClient::unindex(std::uint64_t number) {
    const graph::SignedTransaction& transaction = *pending_.at(number).transaction;
    number_of_.erase(transaction.id());
    number_at_.erase(slot_of(transaction));
}

void ChainClient::sign_again(std::uint64_t number) {
    unindex(number);
    Pending& pending = pending_.at(number);
    world_.compute->charge(Work::Sign, 1);
    pending.transaction = pending.wallet->sign(pending.transaction->content().body);
    pending.sent = world_.clock->now();
    pending.heard = heard_;
    pending.is_taken = false;
    pending.is_missed = false;
    pending.spent.reset();
    index(number);
    setup_.observer->on_signed_again(world_.self, pending.transaction);
    send(make_packet(Transactions{.list = {pending.transaction}}));
}

void ChainClient::resume(Wallet& wallet, std::function<void()> ready) {
    wallets_[wallet.account()] = &wallet;
    query(graph::keys::account(wallet.account()),
          [&wallet, ready = std::move(ready)](const std::optional<Bytes>& value) {
              const auto account =
                  value ? codec::decode<graph::Account>(*value) : fail(codec::Error::Truncated);
              if (account) {  // else it was never touched: its first nonce is the first
                  wallet.resume_at(std::max(wallet.nonce(), account->nonce));
              }
              ready();
          });
}

void ChainClient::ask(std::string tree, Bytes key, Reply reply) {
    const std::uint64_t number = next_number_++;
    Question question{.query = {.id = number, .tree = std::move(tree), .key = std::move(key)},
                      .reply = std::move(reply),
                      .asked = world_.clock->now(),
                      .sent = world_.clock->now()};
    send(make_packet(question.query));
    questions_.emplace(number, std::move(question));
}

bool ChainClient::receive(NodeId from, const WirePacket& packet) {
    const PacketType type = packet.type();
    if (type != PacketType::Notice && type != PacketType::Answer && type != PacketType::Refusal &&
        type != PacketType::Taken) {
        return false;
    }
    if (from != gateway()) {
        // A stranger, or one that was left. Even the truth would not fit: `previous`, `Taken` and
        // `Refusal` are about what this one node has told and holds.
        setup_.observer->on_probe(world_.self, "packet_not_from_gateway", from.value);
        return true;
    }
    switch (type) {
        case PacketType::Notice:
            receive(static_cast<const NoticePacket&>(packet).body);
            break;
        case PacketType::Answer:
            receive(static_cast<const AnswerPacket&>(packet).body);
            break;
        case PacketType::Refusal:
            receive(static_cast<const RefusalPacket&>(packet).body);
            break;
        default:
            receive(static_cast<const TakenPacket&>(packet).body);
            break;
    }
    return true;
}

void ChainClient::receive(const Taken& taken) {
    for (const graph::TransactionId& id : taken.transactions) {
        if (const auto found = number_of_.find(id); found != number_of_.end()) {
            pending_.at(found->second).is_taken = true;
        }
    }
}

bool ChainClient::believes(const consensus::FinalityProof& finality) {
    const auto accepted = light_client_.accept(finality, *world_.verifier);
    world_.compute->charge(Work::VerifySignature, light_client_.signatures_checked());
    if (!accepted) {
        distrust(concat("certificate: ", consensus::to_string(accepted.error())));
    }
    return accepted.has_value();
}

bool ChainClient::believes(const Notice& notice) {
    std::vector<Bytes> receipts;
    receipts.reserve(notice.items.size());
    for (const NoticeItem& item : notice.items) {
        receipts.push_back(codec::encode(item.receipt()));
    }
    world_.compute->charge(Work::HashByte, (receipts.size() + notice.items_proof.siblings.size()) *
                                               std::uint64_t{graph::kReceiptHashBytes});
    const auto proven = graph::verify_receipts(notice.finality.headers.front().receipts_root,
                                               receipts, notice.items_proof);
    if (!proven) {
        distrust(concat("receipts: ", graph::to_string(proven.error())));
    }
    return proven.has_value();
}

bool ChainClient::believes(const ProvenValue& value, const Hash& state_root) {
    const auto proven =
        value.value
            ? graph::verify_present(state_root, value.tree, value.key, *value.value, value.proof)
            : graph::verify_absent(state_root, value.tree, value.key, value.proof);
    setup_.observer->on_proof_checked(world_.self, proven.has_value());
    if (!proven) {
        distrust(concat("state: ", graph::to_string(proven.error().error)));
    }
    return proven.has_value();
}

void ChainClient::receive(const Notice& notice) {
    if (notice.finality.headers.empty()) {
        distrust("certificate: NoHeader");
        return;
    }
    const consensus::BlockHeader header = notice.finality.headers.front();
    if (header.height <= heard_) {
        return;  // told already
    }
    if (notice.previous > heard_) {
        resubscribe();  // one before it got lost: have them told again, in order
        return;
    }
    if (!believes(finality_proof(notice.finality)) || !believes(notice)) {
        return;
    }
    for (const ProvenValue& account : notice.accounts) {
        if (!believes(account, header.state_root)) {
            return;
        }
    }
    heard_ = header.height;
    for (const NoticeItem& item : notice.items) {
        settle(header, item);
    }
    if (misses_items(notice.accounts)) {
        setup_.observer->on_probe(world_.self, "item_left_out", header.height.value);
        change_gateway();
    }
}

void ChainClient::settle(const consensus::BlockHeader& header, const NoticeItem& item) {
    setup_.observer->on_believed(world_.self, header, item.receipt());
    if (const auto found = number_of_.find(item.transaction->id()); found != number_of_.end()) {
        const Pending& pending = pending_.at(found->second);
        setup_.observer->on_finalized(
            world_.self, item.transaction,
            item.rejection ? graph::to_string(*item.rejection) : std::string_view(),
            pending.intended, world_.clock->now());
        const std::uint64_t number = found->second;
        unindex(number);
        pending_.erase(number);
    } else if (const auto taken = number_at_.find(slot_of(*item.transaction));
               taken != number_at_.end()) {
        sign_again(taken->second);
    } else if (const auto ours = wallets_.find(item.transaction->content().sender);
               ours != wallets_.end() &&
               ours->second->nonce() <= item.transaction->content().nonce) {
        // An earlier life sent it, and this one has not come to its nonce yet.
        ours->second->resume_at(item.transaction->content().nonce.next());
    }
    listener_(header, item);
}

bool ChainClient::misses_items(const std::vector<ProvenValue>& accounts) {
    bool is_any = false;
    for (const ProvenValue& proven : accounts) {
        const auto account = proven.value ? codec::decode<graph::Account>(*proven.value)
                                          : fail(codec::Error::Truncated);
        for (auto& [number, pending] : pending_) {
            const graph::Transaction& content = pending.transaction->content();
            const bool is_spent = account && content.nonce < account->nonce;
            if (!is_spent || pending.is_missed || !is_account_of(proven, content.sender)) {
                continue;
            }
            pending.is_missed = true;  // once: perhaps nobody remembers its block
            heard_ = std::min(heard_, pending.heard);
            is_any = true;
        }
    }
    return is_any;
}

void ChainClient::receive(const Answer& answer) {
    const auto found = questions_.find(answer.id);
    if (found == questions_.end() || answer.finality.headers.empty()) {
        return;
    }
    const Query& query = found->second.query;
    const consensus::BlockHeader header = answer.finality.headers.front();
    if (answer.value.tree != query.tree || answer.value.key != query.key) {
        return;
    }
    if (header.height < light_client_.best().height) {
        setup_.observer->on_probe(world_.self, "answer_is_old", header.height.value);
        return;  // what was seen already may not be undone; `patrol` asks again
    }
    if (!believes(finality_proof(answer.finality)) || !believes(answer.value, header.state_root)) {
        return;
    }
    const Reply reply = std::move(found->second.reply);
    questions_.erase(found);
    reply(answer.value.value);
}

void ChainClient::receive(const Refusal& refusal) {
    setup_.observer->on_probe(world_.self, "transaction_refused", 1);
    const auto found = number_of_.find(refusal.transaction);
    if (found != number_of_.end() &&
        refusal.reason == graph::to_string(graph::Inadmissible::NonceTooLow)) {
        // Final already, if this is true: its notice is on the way, or somebody left it out.
        Pending& pending = pending_.at(found->second);
        pending.is_taken = true;
        pending.spent = pending.spent.value_or(world_.clock->now());
    }
}

void ChainClient::distrust(std::string_view lie) {
    setup_.observer->on_lie(world_.self, gateway(), lie);
    has_lied_[gateway_] = true;
    if (!has_lied_[next_gateway()]) {
        change_gateway();
    }  // else `patrol` goes round: among liars there is no hurry
}

/// The next one that has not lied; if no other is left, the next.
std::size_t ChainClient::next_gateway() const {
    const std::size_t count = setup_.gateways.size();
    for (std::size_t step = 1; step < count; ++step) {
        const std::size_t candidate = (gateway_ + step) % count;
        if (!has_lied_[candidate]) {
            return candidate;
        }
    }
    return (gateway_ + 1) % count;
}

void ChainClient::change_gateway() {
    const std::size_t next = next_gateway();
    if (next != gateway_) {
        send(make_packet(Subscribe{}));  // goodbye: what it would go on to tell is ignored
    }
    gateway_ = next;
    setup_.observer->on_probe(world_.self, "gateway_changed", 1);
    resubscribe();
    const Instant now = world_.clock->now();
    for (auto& [number, question] : questions_) {
        question.asked = now;
        question.sent = now;
        send(make_packet(question.query));
    }
    queued_ = {};
    queued_bytes_ = 0;
    for (auto& [number, pending] : pending_) {
        pending.sent = now;
        pending.is_taken = false;
        pending.spent.reset();
        enqueue(pending.transaction);
    }
    flush();
}

void ChainClient::ask_for_spent() {
    const Instant now = world_.clock->now();
    bool is_any = false;
    for (auto& [number, pending] : pending_) {
        if (pending.spent && now - *pending.spent >= setup_.answer_patience) {
            pending.spent.reset();  // once a gateway
            heard_ = std::min(heard_, pending.heard);
            is_any = true;
        }
    }
    if (is_any) {
        resubscribe();
    }
}

void ChainClient::patrol() {
    const Instant now = world_.clock->now();
    bool is_stuck = false;
    for (const auto& [number, pending] : pending_) {
        const Duration waited = now - pending.sent;
        is_stuck = is_stuck || waited >= setup_.patience ||
                   (!pending.is_taken && waited >= setup_.answer_patience);
    }
    for (const auto& [number, question] : questions_) {
        is_stuck = is_stuck || now - question.asked >= setup_.patience;
    }
    if (is_stuck) {
        change_gateway();
        return;
    }
    ask_for_spent();
    if (now - subscribed_ >= kSubscriptionRenewal) {
        resubscribe();
    }
    for (auto& [number, question] : questions_) {
        if (now - question.sent >= setup_.answer_patience) {
            question.sent = now;
            send(make_packet(question.query));
        }
    }
}

}  // namespace nexus::actors
