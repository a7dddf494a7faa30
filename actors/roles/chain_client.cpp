#include "actors/roles/chain_client.hpp"

#include "actors/roles/light_client.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/transaction.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::actors {
namespace {

constexpr Duration kSubscriptionRenewal = seconds(10);
constexpr std::size_t kBatchMax = 256;  // transactions of one packet

}  // namespace

ChainClient::ChainClient(const World& world, ClientSetup setup, Listener listener)
    : world_(world),
      setup_(std::move(setup)),
      listener_(std::move(listener)),
      light_client_(setup_.chain, setup_.validators, setup_.finality_statement) {
    NEXUS_ASSERT(!setup_.gateways.empty());
    NEXUS_ASSERT(setup_.observer != nullptr);
}

void ChainClient::send(const PacketPtr& packet) {
    world_.transport->send(setup_.gateways[gateway_], packet);
}

void ChainClient::wish(Subscribe wish) {
    wish_ = std::move(wish);
    heard_ = Height{};
    resubscribe();
}

void ChainClient::resubscribe() {
    wish_.after = heard_;
    subscribed_ = world_.clock->now();
    send(make_packet(wish_));
}

graph::TransactionPtr ChainClient::submit(Wallet& wallet, graph::Body body, Instant intended) {
    world_.compute->charge(Work::Sign, 1);
    graph::TransactionPtr transaction = wallet.sign(std::move(body));
    const std::uint64_t number = next_number_++;
    pending_.emplace(
        number,
        Pending{.transaction = transaction, .intended = intended, .sent = world_.clock->now()});
    number_of_.emplace(transaction->id(), number);
    setup_.observer->on_submitted(world_.self, transaction, intended);
    send(make_packet(Transactions{.list = {transaction}}));
    return transaction;
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
    (void)from;  // what counts is signed by a quorum, whoever brings it
    switch (packet.type()) {
        case PacketType::Notice:
            receive(static_cast<const NoticePacket&>(packet).body);
            return true;
        case PacketType::Answer:
            receive(static_cast<const AnswerPacket&>(packet).body);
            return true;
        case PacketType::Refusal:
            receive(static_cast<const RefusalPacket&>(packet).body);
            return true;
        case PacketType::Taken:
            receive(static_cast<const TakenPacket&>(packet).body);
            return true;
        default:
            return false;
    }
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
        setup_.observer->on_alarm(world_.self, consensus::to_string(accepted.error()));
    }
    return accepted.has_value();
}

bool ChainClient::check(const ProvenValue& value, const Hash& state_root) {
    const bool valid =
        value.value
            ? graph::verify_present(state_root, value.tree, value.key, *value.value, value.proof)
                  .has_value()
            : graph::verify_absent(state_root, value.tree, value.key, value.proof).has_value();
    setup_.observer->on_proof_checked(world_.self, valid);
    return valid;
}

void ChainClient::receive(const Notice& notice) {
    if (notice.finality.headers.empty()) {
        return;
    }
    const consensus::BlockHeader& header = notice.finality.headers.front();
    if (header.height <= heard_) {
        return;  // told already
    }
    if (notice.previous > heard_) {
        resubscribe();  // one before it got lost: have them told again, in order
        return;
    }
    if (!believes(finality_proof(notice.finality))) {
        return;
    }
    for (const ProvenValue& account : notice.accounts) {
        if (!check(account, header.state_root)) {
            return;
        }
    }
    heard_ = header.height;
    for (const NoticeItem& item : notice.items) {
        if (const auto found = number_of_.find(item.transaction->id()); found != number_of_.end()) {
            const Pending& pending = pending_.at(found->second);
            setup_.observer->on_finalized(world_.self, item.transaction, item.rejection,
                                          pending.intended, world_.clock->now());
            pending_.erase(found->second);
            number_of_.erase(found);
        }
        listener_(header, item);
    }
}

void ChainClient::receive(const Answer& answer) {
    const auto found = questions_.find(answer.id);
    if (found == questions_.end() || answer.finality.headers.empty()) {
        return;
    }
    const Query& query = found->second.query;
    if (answer.value.tree != query.tree || answer.value.key != query.key ||
        !believes(finality_proof(answer.finality)) ||
        !check(answer.value, answer.finality.headers.front().state_root)) {
        return;
    }
    const Reply reply = std::move(found->second.reply);
    questions_.erase(found);
    reply(answer.value.value);
}

void ChainClient::receive(const Refusal& refusal) {
    setup_.observer->on_probe(world_.self, "transaction_refused", 1);
    // Perhaps it is final already and the notice got lost: have the past told again. Whatever else
    // the reason, `patrol` sends it again.
    if (number_of_.contains(refusal.transaction) && refusal.reason == "NonceTooLow") {
        resubscribe();
    }
}

std::vector<graph::TransactionPtr> ChainClient::change_gateway() {
    gateway_ = (gateway_ + 1) % setup_.gateways.size();
    setup_.observer->on_probe(world_.self, "gateway_changed", 1);
    resubscribe();
    const Instant now = world_.clock->now();
    std::vector<graph::TransactionPtr> transactions;
    for (auto& [number, pending] : pending_) {
        pending.sent = now;
        pending.is_taken = false;
        transactions.push_back(pending.transaction);
    }
    for (auto& [number, question] : questions_) {
        question.asked = now;
        question.sent = now;
        send(make_packet(question.query));
    }
    return transactions;
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
    if (!is_stuck) {
        if (now - subscribed_ >= kSubscriptionRenewal) {
            resubscribe();
        }
        for (auto& [number, question] : questions_) {
            if (now - question.sent >= setup_.answer_patience) {
                question.sent = now;
                send(make_packet(question.query));
            }
        }
        return;
    }
    const std::vector<graph::TransactionPtr> again = change_gateway();
    for (std::size_t first = 0; first < again.size(); first += kBatchMax) {
        const std::size_t last = std::min(first + kBatchMax, again.size());
        send(
            make_packet(Transactions{.list = {again.begin() + static_cast<std::ptrdiff_t>(first),
                                              again.begin() + static_cast<std::ptrdiff_t>(last)}}));
    }
}

}  // namespace nexus::actors
