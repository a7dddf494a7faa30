#include "actors/roles/validator_actor.hpp"

#include "actors/roles/chain_host.hpp"
#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/role_actor.hpp"
#include "actors/roles/state_sync.hpp"
#include "actors/wire/packets.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/protocol.hpp"
#include "graph/ledger/error.hpp"
#include "graph/mempool/mempool.hpp"
#include "graph/transaction/transaction.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::actors {
namespace {

constexpr std::size_t kSyncBlocksMax = 256;
/// Transactions that wait for the next gossip. What finds no place is in the pool all the same.
constexpr std::size_t kGossipMax = 16'384;
/// Of one packet: a transport takes no message of many megabytes.
constexpr std::size_t kGossipBytesMax = std::size_t{1} << 20U;
/// The incarnation stands above the timers' own numbers.
constexpr unsigned kTimerBits = 40;

/// Signs with a key at hand and accounts for the time it takes.
class KeySigner final : public consensus::Signer {
public:
    KeySigner(std::shared_ptr<const SecretKey> key, Compute* compute)
        : key_(std::move(key)), compute_(compute) {}

    Signature sign(ByteView message) override {
        compute_->charge(Work::Sign, 1);
        return key_->sign(message);
    }

private:
    std::shared_ptr<const SecretKey> key_;
    Compute* compute_;
};

}  // namespace

ValidatorActor::ValidatorActor(caf::actor_config& config, const World& world, ValidatorSetup setup)
    : RoleActor(config, world),
      setup_(std::move(setup)),
      host_(setup_.protocol.genesis, setup_.genesis_state, setup_.limits, world, setup_.cache),
      gateway_(world) {
    NEXUS_ASSERT(setup_.engine != nullptr);
    NEXUS_ASSERT(setup_.store != nullptr);
    NEXUS_ASSERT(world.journal != nullptr);
    NEXUS_ASSERT(setup_.retention.blocks_kept > 0);
    for (std::uint32_t i = 0; i < setup_.validators.size(); ++i) {
        const std::size_t node = setup_.validators[i].value;
        index_of_.resize(std::max(index_of_.size(), node + 1));
        index_of_[node] = ValidatorIndex{i};
    }
}

void ValidatorActor::on_start() {
    recover();
    start_machine();
}

/// Makes a machine from what is durable: at the start, and where the chain goes on from a state
/// that was fetched.
void ValidatorActor::start_machine() {
    consensus::ProtocolConfig config = setup_.protocol;
    config.signer = std::make_shared<KeySigner>(setup_.key, world().compute);
    protocol_ = setup_.engine->make(std::move(config));
    consensus::Start start{
        .committed = host_.committed(), .records = world().journal->records(), .amnesia = false};
    // Nothing is signed before it is recorded, so that one record is enough to remember by.
    start.amnesia = start.records.empty() && !world().journal->is_original();
    const bool is_amnesiac = start.amnesia;
    feed(std::move(start));
    if (is_amnesiac) {
        begin_amnesia();
    }
}

/// Executes the blocks above the checkpoint again, and pays for it in virtual time.
void ValidatorActor::recover() {
    Height from{1};
    if (std::optional<Checkpoint> stored = setup_.store->checkpoint()) {
        checkpointed_ = stored->height();
        from = checkpointed_.next();
        host_.restart_at(stored->block.block, std::move(stored->state));
    }
    for (Height height = from; height <= setup_.store->height(); height = height.next()) {
        const ExecutedPtr executed = host_.commit(setup_.store->block(height).block);
        NEXUS_ASSERT(executed != nullptr);  // it was committed by this very code
        if (const auto finality = prove_finality(*setup_.store, height)) {
            (void)gateway_.announce(*finality, executed);  // nobody listens yet: for latecomers
        } else {
            unannounced_.push_back(executed);
        }
    }
}

void ValidatorActor::on_packet(NodeId from, const WirePacket& packet) {
    if (halted_ || protocol_ == nullptr) {
        return;
    }
    switch (packet.type()) {
        case PacketType::Consensus:
            receive(from, static_cast<const ConsensusPacket&>(packet).message);
            break;
        case PacketType::Transactions:
            receive(from, static_cast<const TransactionsPacket&>(packet).body);
            break;
        case PacketType::Subscribe:
            deliver(gateway_.subscribe(from, static_cast<const SubscribePacket&>(packet).body,
                                       *setup_.store));
            break;
        case PacketType::Query:
            receive(from, static_cast<const QueryPacket&>(packet).body);
            break;
        case PacketType::BlockRequest:
            receive(from, static_cast<const BlockRequestPacket&>(packet).body);
            break;
        case PacketType::BlockResponse:
            receive(from, static_cast<const BlockResponsePacket&>(packet).body);
            break;
        case PacketType::PartialRun:
            receive(from, static_cast<const PartialRunPacket&>(packet).body);
            break;
        case PacketType::StateOffer:
            receive(from, static_cast<const StateOfferPacket&>(packet).body);
            break;
        case PacketType::StateRequest:
            receive(from, static_cast<const StateRequestPacket&>(packet).body);
            break;
        case PacketType::StatePart:
            receive(from, static_cast<const StatePartPacket&>(packet).body);
            break;
        case PacketType::RecoveryRequest:
            receive(from, static_cast<const RecoveryRequestPacket&>(packet).body);
            break;
        case PacketType::RecoveryResponse:
            receive(from, static_cast<const RecoveryResponsePacket&>(packet).body);
            break;
        case PacketType::Refusal:
        case PacketType::Notice:
        case PacketType::Answer:
        case PacketType::Delivery:
        case PacketType::Taken:
            setup_.observer->on_probe(world().self, "packet_for_a_client", 1);
            break;
    }
}

std::optional<ValidatorIndex> ValidatorActor::validator_at(NodeId node) const {
    return node.value < index_of_.size() ? index_of_[node.value] : std::nullopt;
}

bool ValidatorActor::checks_hold(const SignatureChecks& checks) {
    world().compute->charge(Work::VerifySignature, checks.size());
    for (const SignatureCheck& check : checks) {
        if (!world().verifier->verify(check.key, *check.message, check.signature)) {
            return false;
        }
    }
    return true;
}

void ValidatorActor::receive(NodeId from, const consensus::MessagePtr& message) {
    const auto peer = validator_at(from);
    if (!peer) {
        setup_.observer->on_probe(world().self, "message_from_no_validator", 1);
        return;
    }
    const consensus::Admission admission = protocol_->admit(*peer, *message);
    if (admission.verdict == consensus::Verdict::Malformed) {
        setup_.observer->on_probe(world().self, "message_malformed", 1);
        world().transport->distrust(from, Misconduct::MalformedMessage);
        return;
    }
    if (admission.verdict == consensus::Verdict::Useless) {
        return;
    }
    if (!checks_hold(admission.checks)) {
        setup_.observer->on_probe(world().self, "message_badly_signed", 1);
        world().transport->distrust(from, Misconduct::BadSignature);
        return;
    }
    feed(consensus::Receive{.from = *peer, .message = message});
}

void ValidatorActor::receive(NodeId from, const Transactions& transactions) {
    const bool from_client = !validator_at(from).has_value();
    Taken taken;
    for (const graph::TransactionPtr& transaction : transactions.list) {
        const auto added = host_.add(transaction);
        if (added) {
            if (from_client) {
                setup_.observer->on_accepted(world().self, transaction);
                pass_on(transaction);
                taken.transactions.push_back(transaction->id());
            }
            continue;
        }
        const graph::PoolFault fault = added.error();
        const bool is_known = fault.refusal == graph::PoolRefusal::Duplicate;
        if (is_known && from_client) {
            // A repeat: perhaps the others never got it. Not the client's copy, whose signature
            // nobody has checked.
            pass_on(host_.pool().find(transaction->id()));
            taken.transactions.push_back(transaction->id());
        } else if (from_client) {
            const std::string reason(fault.reason ? to_string(*fault.reason)
                                                  : to_string(fault.refusal));
            world().transport->send(
                from, make_packet(Refusal{.transaction = transaction->id(), .reason = reason}));
        }
        if (fault.reason == graph::Inadmissible::BadSignature) {
            // Clients sign what they send, and validators pass on what they have checked.
            world().transport->distrust(from, Misconduct::BadSignature);
            break;
        }
    }
    if (!taken.transactions.empty()) {
        world().transport->send(from, make_packet(std::move(taken)));
    }
    if (!to_gossip_.empty() && !gossip_scheduled_) {
        gossip_scheduled_ = true;
        tick_after(setup_.limits.gossip_interval, Tick::gossip);
    }
    setup_.observer->on_pool(world().self, host_.pool().size());
    propose_when_due();
}

/// Once in a packet, however often clients repeat it.
void ValidatorActor::pass_on(const graph::TransactionPtr& transaction) {
    if (to_gossip_.size() < kGossipMax && in_gossip_.insert(transaction->id()).second) {
        to_gossip_.push_back(transaction);
    }
}

void ValidatorActor::gossip() {
    gossip_scheduled_ = false;
    in_gossip_.clear();
    if (to_gossip_.empty()) {
        return;
    }
    Transactions batch;
    std::size_t bytes = 0;
    for (graph::TransactionPtr& transaction : std::exchange(to_gossip_, {})) {
        bytes += transaction->size();
        batch.list.push_back(std::move(transaction));
        if (bytes >= kGossipBytesMax) {
            bytes = 0;
            broadcast(make_packet(std::exchange(batch, {})));
        }
    }
    if (!batch.list.empty()) {
        broadcast(make_packet(std::move(batch)));
    }
}

void ValidatorActor::broadcast(const PacketPtr& packet) {
    for (const NodeId validator : setup_.validators) {
        if (validator != world().self) {
            world().transport->send(validator, packet);
        }
    }
}

void ValidatorActor::receive(NodeId from, const BlockRequest& request) {
    if (!validator_at(from)) {
        return;
    }
    const std::size_t granted = sync_budget_.grant(from, kSyncBlocksMax, now());
    if (granted == 0) {
        setup_.observer->on_probe(world().self, "sync_over_budget", 1);
        return;
    }
    if (request.after >= setup_.store->height()) {
        return;
    }
    if (request.after.next() < setup_.store->first()) {
        world().transport->send(from,
                                make_packet(state_server_.offer(*setup_.store->checkpoint())));
        return;
    }
    BlockRange range = blocks_above(*setup_.store, request.after, granted, setup_.sync_bytes_max);
    BlockResponse response{.blocks = std::move(range.blocks)};
    if (range.proof) {
        world().transport->send(from,
                                make_packet(PartialRun{.part = std::move(response),
                                                       .finality = finality_part(*range.proof)}));
    } else if (!response.blocks.empty()) {
        world().transport->send(from, make_packet(std::move(response)));
    }
}

void ValidatorActor::receive(NodeId from, const BlockResponse& response) {
    const auto peer = validator_at(from);
    if (!peer) {
        return;
    }
    const std::size_t accepted = sync_budget_.accept(from, response.blocks.size(), now());
    if (accepted < response.blocks.size()) {
        setup_.observer->on_probe(world().self, "sync_unasked", 1);
        return;
    }
    for (const consensus::CommittedBlock& committed : response.blocks) {
        if (committed.certificate == nullptr) {
            continue;
        }
        world().compute->charge(Work::VerifySignature, committed.certificate->endorsements.size());
        if (!consensus::verify_certificate(*committed.certificate, *setup_.protocol.validators,
                                           *world().verifier)) {
            setup_.observer->on_probe(world().self, "sync_badly_certified", 1);
            world().transport->distrust(from, Misconduct::BadCertificate);
            return;
        }
    }
    feed(consensus::BlocksReceived{.from = *peer,
                                   .blocks = pending_runs_.joined(from, response.blocks)});
}

/// A part of a run that is too long for a message: is kept, and the next one asked for.
void ValidatorActor::receive(NodeId from, const PartialRun& run) {
    const std::vector<consensus::CommittedBlock>& blocks = run.part.blocks;
    if (!validator_at(from) || blocks.empty() ||
        sync_budget_.accept(from, blocks.size(), now()) < blocks.size()) {
        setup_.observer->on_probe(world().self, "sync_unasked", 1);
        return;
    }
    const consensus::FinalityProof proof = finality_proof(run.finality);
    if (proof.certificate != nullptr) {
        world().compute->charge(Work::VerifySignature, proof.certificate->endorsements.size());
    }
    // Its blocks have no certificates: it would have ended with one. Nobody checks these either.
    const bool is_final =
        std::all_of(blocks.begin(), blocks.end(),
                    [](const auto& each) { return each.certificate == nullptr; }) &&
        proof.headers.size() > 1 && proof.headers.front() == blocks.back().block->header &&
        consensus::verify_finality(proof, setup_.protocol.chain,
                                   setup_.engine->finality_statement(), *setup_.protocol.validators,
                                   *world().verifier)
            .has_value();
    if (!is_final) {
        setup_.observer->on_probe(world().self, "sync_badly_certified", 1);
        world().transport->distrust(from, Misconduct::BadCertificate);
        return;
    }
    if (pending_runs_.add(from, blocks, proof, *host_.committed())) {
        setup_.observer->on_probe(world().self, "sync_run_continued", 1);
        request_blocks(from, host_.committed()->header.height);
    }
}

void ValidatorActor::request_blocks(NodeId peer, Height after) {
    sync_budget_.asked(peer);
    world().transport->send(peer,
                            make_packet(BlockRequest{.after = pending_runs_.end(peer, after)}));
}

void ValidatorActor::receive(NodeId from, const Query& query) {
    const Height height = setup_.store->height();
    if (height.value == 0 || !unannounced_.empty()) {
        return;  // nothing provable yet; the client asks again
    }
    if (const auto finality = prove_finality(*setup_.store, height)) {
        world().transport->send(
            from, make_packet(gateway_.answer(query, *finality, host_.committed_state())));
    }
}

void ValidatorActor::on_timer(consensus::TimerId timer) {
    if (timer.value >> kTimerBits == incarnation_) {
        feed(consensus::TimerFired{
            consensus::TimerId{timer.value & ((std::uint64_t{1} << kTimerBits) - 1)}});
    }
}

void ValidatorActor::on_tick(std::uint64_t tick) {
    if (halted_) {
        return;
    }
    if (tick == Tick::propose) {
        propose_when_due();
    } else if (tick == Tick::gossip) {
        gossip();
    } else if (tick == Tick::recovery) {
        inquire();
    } else {
        go_on_fetching();
    }
}

void ValidatorActor::on_durable(DurableToken token) {
    if (barrier_ && *barrier_ == token) {
        barrier_.reset();
        if (fetched_) {
            install(*std::exchange(fetched_, std::nullopt));
        } else {
            drain();
        }
    }
}

void ValidatorActor::feed(consensus::Input input) {
    if (halted_ || protocol_ == nullptr) {
        return;
    }
    if (draining_) {
        inputs_.push_back(std::move(input));
        return;
    }
    NEXUS_ASSERT(inputs_.empty());  // the last drain has left none
    step(input);
    drain();
}

void ValidatorActor::step(const consensus::Input& input) {
    consensus::Effects out;
    protocol_->step(now(), input, out);
    for (consensus::Effect& effect : out) {
        effects_.push_back(std::move(effect));
    }
    if (!out.empty()) {
        setup_.observer->on_status(world().self, protocol_->status());
    }
}

/// Performs effects in order up to the next barrier. Inputs go on while a barrier holds effects
/// back, but none is stepped between two effects of one step: answers must find the order kept.
void ValidatorActor::drain() {
    if (draining_) {
        return;
    }
    draining_ = true;
    while (!halted_) {
        if (!effects_.empty() && !barrier_) {
            consensus::Effect effect = std::move(effects_.front());
            effects_.pop_front();
            perform(effect);
        } else if (!inputs_.empty()) {
            const consensus::Input input = std::move(inputs_.front());
            inputs_.pop_front();
            step(input);
        } else {
            break;
        }
    }
    draining_ = false;
}

void ValidatorActor::perform(consensus::Effect& effect) {
    std::visit([this](auto& chosen) { perform(chosen); }, effect);
}

void ValidatorActor::perform(const consensus::Send& effect) {
    world().transport->send(setup_.validators.at(effect.to.value), make_packet(effect.message));
}

void ValidatorActor::perform(const consensus::Broadcast& effect) {
    broadcast(make_packet(effect.message));
}

void ValidatorActor::perform(const consensus::SetTimer& effect) {
    NEXUS_ASSERT(effect.timer.value >> kTimerBits == 0);
    timer_after(effect.after, consensus::TimerId{effect.timer.value | incarnation_ << kTimerBits});
}

void ValidatorActor::perform(const consensus::CancelTimer& /*effect*/) {
    // The protocol ignores a stale firing by its TimerId, so letting it fire is enough.
}

void ValidatorActor::perform(consensus::Persist& effect) {
    barrier_ = world().journal->append(std::move(effect.record));
}

void ValidatorActor::perform(const consensus::ForgetRecords& effect) {
    world().journal->forget(effect.count);
}

void ValidatorActor::perform(const consensus::RequestPayload& effect) {
    request_ = effect;
    propose_when_due();
    if (request_) {
        const Instant due = effect.parent->header.time + setup_.limits.interval;
        tick_after(due - now(), Tick::propose);
    }
}

void ValidatorActor::propose_when_due() {
    if (request_ && host_.is_due(*request_->parent, now())) {
        propose();
    }
}

void ValidatorActor::propose() {
    const consensus::RequestPayload request = *std::exchange(request_, std::nullopt);
    if (auto ready = host_.build(request.view, request.parent, now())) {
        feed(*std::move(ready));
    } else {
        setup_.observer->on_probe(world().self, "parent_state_unknown", 1);
    }
}

void ValidatorActor::perform(const consensus::ValidateBlock& effect) {
    const bool valid = host_.validate(*effect.block);
    inputs_.emplace_back(consensus::BlockValidated{.block = effect.block->id, .valid = valid});
}

void ValidatorActor::perform(const consensus::Commit& effect) {
    const ExecutedPtr executed = host_.commit(effect.block);
    if (executed == nullptr) {
        halted_ = true;
        setup_.observer->on_alarm(world().self, "a quorum finalized an invalid block");
        return;
    }
    pending_runs_.committed(effect.block->header.height);
    world().compute->charge(Work::StoreBlock, 1);
    setup_.store->put({.block = effect.block, .certificate = effect.certificate});
    setup_.observer->on_commit(world().self, effect.block, effect.certificate, *executed, now());
    setup_.observer->on_pool(world().self, host_.pool().size());
    unannounced_.push_back(executed);
    if (effect.certificate == nullptr) {
        return;
    }
    const std::vector<ExecutedPtr> announced = std::exchange(unannounced_, {});
    Height height{effect.block->header.height.value - (announced.size() - 1)};
    for (const ExecutedPtr& each : announced) {
        const auto finality = prove_finality(*setup_.store, height);
        NEXUS_ASSERT(finality.has_value());
        deliver(gateway_.announce(*finality, each));
        height = height.next();
    }
    checkpoint({.block = effect.block, .certificate = effect.certificate});
}

void ValidatorActor::deliver(const std::vector<Gateway::Delivery>& deliveries) {
    for (const Gateway::Delivery& delivery : deliveries) {
        world().transport->send(delivery.to, delivery.packet);
    }
}

void ValidatorActor::perform(const consensus::Evidence& effect) {
    setup_.observer->on_evidence(world().self, effect);
}

void ValidatorActor::perform(const consensus::SyncRequest& effect) {
    request_blocks(setup_.validators.at(effect.from.value), effect.after);
}

void ValidatorActor::perform(const consensus::Probe& effect) {
    setup_.observer->on_probe(world().self, effect.name, effect.value);
}

}  // namespace nexus::actors
