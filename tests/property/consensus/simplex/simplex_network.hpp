#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/fault_bound.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/api/validator_set.hpp"
#include "consensus/simplex/engine.hpp"
#include "consensus/simplex/messages.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::consensus::simplex::toy {

/// What may go wrong, in parts per million of the occasions.
struct Faults {
    std::uint32_t drop_ppm = 0;
    std::uint32_t duplicate_ppm = 0;
    std::uint32_t crash_ppm = 0;  ///< Before performing an effect.
    Duration delay_max = milliseconds(50);
};

/// Validators over a network that delays, loses, doubles, reorders and partitions; hosts that
/// crash between any two effects and keep only records and committed blocks, or lose these too.
///
/// Checks at every effect what must always hold, and collects breaches in `breaches`:
/// agreement, hash links, heights without gaps, a finality proof for every block, no conflicting
/// signatures of an honest validator, and the host's side of the contract of Effect.
class SimplexNetwork {
public:
    SimplexNetwork(const ToyCommittee& committee, std::uint64_t seed,
                   Parameters parameters = ToyCommittee::parameters())
        : committee_(committee),
          parameters_(std::move(parameters)),
          prng_(seed, "simplex-network") {}

    Faults faults;
    bool naive = false;  ///< A wiped host believes that it is new: what amnesia is there against.
    std::vector<std::string> breaches;
    std::map<std::string, std::uint64_t, std::less<>> probes;
    std::map<std::string, std::uint64_t, std::less<>> evidence;  ///< by offence
    std::set<std::uint32_t> culprits;

    /// Adds a host of that validator. More than one makes the validator a twin: Byzantine.
    std::size_t add(ValidatorIndex validator) {
        hosts_.emplace_back().validator = validator;
        groups_.push_back(0);
        ++copies_[validator];
        return hosts_.size() - 1;
    }

    /// Adds a validator without a machine that votes for whatever it sees, all three ways, each
    /// time to a random half: Byzantine.
    void add_liar(ValidatorIndex validator) {
        const std::size_t index = add(validator);
        hosts_[index].is_liar = true;
        copies_[validator] = 2;  // not honest
    }

    void start_all() {
        for (std::size_t i = 0; i < hosts_.size(); ++i) {
            start(i);
        }
    }

    void start(std::size_t index) {
        Host& host = hosts_[index];
        if (host.is_liar) {
            return;
        }
        ++host.incarnation;
        host.machine = engine().make(committee_.config(host.validator, parameters_));
        const BlockPtr committed =
            host.ledger.empty() ? committee_.genesis : host.ledger.back().block;
        host.states = {{committed->id, committed->header.state_root}};
        host.answers.clear();
        host.asks = !host.is_original && host.records.empty();
        step(index, Start{.committed = committed, .records = host.records, .amnesia = host.asks});
    }

    void crash(std::size_t index) {
        hosts_[index].machine = nullptr;
        ++hosts_[index].incarnation;
    }
    /// A crash that takes the disk along.
    void wipe(std::size_t index) {
        crash(index);
        Host& host = hosts_[index];
        host.records.clear();
        host.ledger.clear();
        host.unproven = 0;
        host.is_original = naive;
    }
    /// True until a host that was wiped has voted again, or a crash sets it back, and has a block
    /// from above its floor: until then it lacks blocks and certificates that it had stored before.
    [[nodiscard]] bool is_sick(std::size_t index) const {
        const Host& host = hosts_[index];
        return !host.is_original && (host.records.empty() || host.ledger.empty() ||
                                     host.ledger.back().block->header.view <= host.floor);
    }
    [[nodiscard]] bool is_up(std::size_t index) const { return hosts_[index].machine != nullptr; }

    /// Hosts of different groups do not hear each other.
    void set_group(std::size_t index, std::uint32_t group) { groups_[index] = group; }
    void heal() { std::ranges::fill(groups_, 0U); }

    void run_for(Duration span) {
        const Instant end = now_ + span;
        while (!events_.empty() && events_.top().at <= end) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.at;
            if (hosts_[event.host].is_liar) {
                lie(event.host, *std::get<Receive>(event.input).message);
            } else if (event.incarnation == hosts_[event.host].incarnation && is_up(event.host)) {
                arrive(event);
            }
            for (std::size_t i = 0; i < hosts_.size(); ++i) {
                if (is_sick(i) && is_up(i) && prng_.below(16) == 0) {
                    inquire(i, prng_.below(hosts_.size()));
                }
            }
        }
        now_ = end;
    }

    [[nodiscard]] Height committed(std::size_t index) const {
        return Height{hosts_[index].ledger.size()};
    }
    [[nodiscard]] Height committed_max() const {
        Height max;
        for (std::size_t i = 0; i < hosts_.size(); ++i) {
            max = std::max(max, committed(i));
        }
        return max;
    }
    [[nodiscard]] const Protocol& machine(std::size_t index) const {
        return *hosts_[index].machine;
    }
    [[nodiscard]] std::size_t size() const { return hosts_.size(); }
    [[nodiscard]] std::size_t records(std::size_t index) const {
        return hosts_[index].records.size();
    }
    [[nodiscard]] Prng& prng() { return prng_; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] bool is_honest(std::size_t index) const {
        return copies_.at(hosts_[index].validator) == 1;
    }

    /// A digest of all states and ledgers, to compare two runs of a seed.
    [[nodiscard]] Hash digest() const {
        Bytes bytes;
        for (const Host& host : hosts_) {
            const Hash state = host.machine != nullptr ? host.machine->state_hash() : Hash{};
            bytes.insert(bytes.end(), state.bytes.begin(), state.bytes.end());
            for (const Commit& commit : host.ledger) {
                bytes.insert(bytes.end(), commit.block->id.bytes.begin(),
                             commit.block->id.bytes.end());
            }
        }
        return sha256(bytes);
    }

private:
    struct Host {
        ValidatorIndex validator;
        bool is_liar = false;
        std::uint64_t incarnation = 0;
        std::unique_ptr<Protocol> machine;
        std::vector<Bytes> records;   // durable
        std::vector<Commit> ledger;   // durable
        std::size_t unproven = 0;     // blocks at the end of the ledger without finality proof yet
        std::map<Hash, Hash> states;  // the application: validated blocks and their state roots
        std::set<std::pair<std::uint64_t, std::uint64_t>> timers_seen;
        bool is_original = true;  // the records have not been lost
        bool asks = false;        // in amnesia
        View floor;               // told by the others, at the end of it
        std::map<ValidatorIndex, CertificatePtr> answers;
    };

    /// Something on the way to a machine: an input, or a message that is still to be admitted.
    struct Event {
        Instant at;
        std::uint64_t sequence = 0;
        std::size_t host = 0;
        std::uint64_t incarnation = 0;
        bool admitted = true;
        Input input;
        friend bool operator<(const Event& a, const Event& b) {
            return std::pair(a.at, a.sequence) > std::pair(b.at, b.sequence);
        }
    };

    void schedule(std::size_t host, Duration after, Input input, bool admitted = true) {
        events_.push({.at = now_ + after,
                      .sequence = ++sequence_,
                      .host = host,
                      .incarnation = hosts_[host].incarnation,
                      .admitted = admitted,
                      .input = std::move(input)});
    }

    void breach(const std::string& text) {
        if (breaches.size() < 20) {
            breaches.push_back("at " + std::to_string(now_.nanoseconds / 1'000'000) +
                               " ms: " + text);
        }
    }

    /// A host asks a peer for blocks and, in amnesia, where it is. A liar keeps back what it knows.
    void inquire(std::size_t index, std::size_t peer) {
        Host& host = hosts_[index];
        const Host& other = hosts_[peer];
        if (other.validator == host.validator || groups_[index] != groups_[peer] ||
            prng_.chance_ppm(faults.drop_ppm) || (!other.is_liar && !is_up(peer))) {
            return;
        }
        perform(index, SyncRequest{.from = other.validator, .after = committed(index)});
        if (!host.asks) {
            return;
        }
        const auto position =
            other.is_liar ? std::optional(CertificatePtr{}) : other.machine->prove_position();
        if (!position) {
            return;
        }
        host.answers.emplace(other.validator, *position);
        Power power;
        CertificatePtr highest;
        for (const auto& [validator, certificate] : host.answers) {
            power += committee_.validators->at(validator).power;
            if (certificate != nullptr &&
                (highest == nullptr || certificate->view > highest->view)) {
                highest = certificate;
            }
        }
        if (shares_honest(power, committee_.validators->total())) {
            host.asks = false;
            host.floor = View{(highest == nullptr ? 0 : highest->view.value) + 2};
            ++probes["amnesia_ended"];
            step(index, Recovered{.highest = highest});
        }
    }

    void arrive(const Event& event) {
        if (event.admitted) {
            step(event.host, event.input);
            return;
        }
        const auto& receive = std::get<Receive>(event.input);
        const Admission admission =
            hosts_[event.host].machine->admit(receive.from, *receive.message);
        ++probes[admission.verdict == Verdict::Useless ? "verdict_useless" : "verdict_other"];
        if (admission.verdict == Verdict::Malformed) {
            breach("a machine called the message of another malformed: " +
                   std::string(receive.message->kind()));
        }
        if (admission.verdict != Verdict::Check) {
            return;
        }
        if (!all_hold(admission.checks)) {
            breach("a signature of a machine does not hold");
            return;
        }
        // Checking takes a while, and other steps come between.
        schedule(event.host, draw(milliseconds(3)), event.input);
    }

    Duration draw(Duration max) { return {prng_.between(0, max.nanoseconds)}; }

    void step(std::size_t index, const Input& input) {
        Effects effects;
        hosts_[index].machine->step(now_, input, effects);
        const std::uint64_t incarnation = hosts_[index].incarnation;
        for (const Effect& effect : effects) {
            if (faults.crash_ppm > 0 && prng_.chance_ppm(faults.crash_ppm)) {
                crash(index);
                ++probes["host_crashed"];
            }
            if (hosts_[index].incarnation != incarnation) {
                return;
            }
            std::visit([&](const auto& one) { perform(index, one); }, effect);
        }
    }

    void send(std::size_t from, std::size_t to, const MessagePtr& message) {
        if (groups_[from] != groups_[to] || prng_.chance_ppm(faults.drop_ppm)) {
            return;
        }
        MessagePtr copy = message;
        if (prng_.below(8) == 0) {
            const Bytes bytes = message->encode();
            copy = engine().decode(bytes);
            if (copy == nullptr || copy->encode() != bytes) {
                breach("a message does not survive its encoding");
                return;
            }
        }
        const int times = prng_.chance_ppm(faults.duplicate_ppm) ? 2 : 1;
        for (int i = 0; i < times; ++i) {
            schedule(to, draw(faults.delay_max),
                     Receive{.from = hosts_[from].validator, .message = copy}, false);
        }
    }

    /// Votes three ways for the block that the message is about.
    void lie(std::size_t index, const Message& message) {
        const auto& ours = dynamic_cast<const SimplexMessage&>(message);
        View view;
        Hash block;
        if (ours.type() == MessageType::Proposal) {
            const Block& proposed = *static_cast<const Proposal&>(ours).block();
            view = proposed.header.view;
            block = proposed.id;
        } else if (ours.type() == MessageType::Vote) {
            view = static_cast<const Vote&>(ours).view();
            block = static_cast<const Vote&>(ours).block();
        }
        if (block == Hash{}) {
            return;
        }
        const std::uint32_t signer = hosts_[index].validator.value;
        const MessagePtr lies[] = {ToyCommittee::vote(VoteKind::Notarize, view, block, signer),
                                   ToyCommittee::vote(VoteKind::Finalize, view, block, signer),
                                   ToyCommittee::vote(VoteKind::Nullify, view, Hash{}, signer)};
        for (std::size_t to = 0; to < hosts_.size(); ++to) {
            for (const MessagePtr& lie : lies) {
                if (to != index && !hosts_[to].is_liar && prng_.below(2) == 0) {
                    send(index, to, lie);
                }
            }
        }
    }

    void perform(std::size_t index, const Send& effect) {
        if (effect.to == hosts_[index].validator) {
            breach("a machine sends to itself");
        }
        note_signed(index, *effect.message);
        for (std::size_t to = 0; to < hosts_.size(); ++to) {
            if (hosts_[to].validator == effect.to) {
                send(index, to, effect.message);
            }
        }
    }

    void perform(std::size_t index, const Broadcast& effect) {
        note_signed(index, *effect.message);
        for (std::size_t to = 0; to < hosts_.size(); ++to) {
            if (hosts_[to].validator != hosts_[index].validator) {
                send(index, to, effect.message);
            }
        }
    }

    void perform(std::size_t index, const SetTimer& effect) {
        const auto key = std::pair(hosts_[index].incarnation, effect.timer.value);
        if (!hosts_[index].timers_seen.insert(key).second) {
            breach("a timer id is used twice");
        }
        schedule(index, effect.after, TimerFired{effect.timer});
    }

    // A cancelled timer fires all the same: machines must know a stale one.
    void perform(std::size_t /*index*/, const CancelTimer& /*effect*/) {}

    void perform(std::size_t index, const Persist& effect) {
        hosts_[index].records.push_back(effect.record);
    }

    void perform(std::size_t index, const ForgetRecords& effect) {
        auto& records = hosts_[index].records;
        if (effect.count > records.size()) {
            breach("more records forgotten than there are");
            return;
        }
        records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(effect.count));
    }

    void perform(std::size_t index, const RequestPayload& effect) {
        if (!hosts_[index].states.contains(effect.parent->id)) {
            breach("a payload is requested on top of an unknown state");
            return;
        }
        PayloadPtr payload = make_payload(
            to_bytes(as_bytes(std::to_string(index) + "/" + std::to_string(effect.view.value) +
                              "/" + std::to_string(hosts_[index].incarnation))));
        const Hash root = next_state(hosts_[index].states[effect.parent->id], *payload);
        schedule(index, draw(milliseconds(10)),
                 PayloadReady{.view = effect.view,
                              .parent = effect.parent->id,
                              .payload = std::move(payload),
                              .state_root = root,
                              .receipts_root = {}});
    }

    static Hash next_state(const Hash& state, const Payload& payload) {
        return sha256_node(1, state, payload.id);
    }

    void perform(std::size_t index, const ValidateBlock& effect) {
        auto& states = hosts_[index].states;
        const BlockHeader& header = effect.block->header;
        const auto parent = states.find(header.parent);
        if (parent == states.end()) {
            breach("a block is to be validated before its parent");
            return;
        }
        const Hash root = next_state(parent->second, *effect.block->payload);
        const bool valid = root == header.state_root;
        if (valid) {
            states[effect.block->id] = root;
        }
        schedule(index, draw(milliseconds(5)),
                 BlockValidated{.block = effect.block->id, .valid = valid});
    }

    void perform(std::size_t index, const Commit& effect) {
        Host& host = hosts_[index];
        const Block& block = *effect.block;
        const Hash parent =
            host.ledger.empty() ? committee_.genesis->id : host.ledger.back().block->id;
        if (block.header.height.value != host.ledger.size() + 1 || block.header.parent != parent) {
            breach("a committed block does not follow the one before");
        }
        host.ledger.push_back(effect);
        host.states[block.id] = block.header.state_root;
        if (is_honest(index)) {
            const auto [first, is_new] = agreed_.try_emplace(block.header.height.value, block.id);
            if (!is_new && first->second != block.id) {
                breach("disagreement at height " + std::to_string(block.header.height.value));
            }
        }
        ++host.unproven;
        if (effect.certificate != nullptr) {
            check_proof(host, effect.certificate);
        }
    }

    void check_proof(Host& host, const CertificatePtr& certificate) {
        FinalityProof proof{.headers = {}, .certificate = certificate};
        for (std::size_t i = host.ledger.size() - host.unproven; i < host.ledger.size(); ++i) {
            proof.headers.push_back(host.ledger[i].block->header);
        }
        ToyVerifier verifier;
        const auto result = verify_finality(proof, kChain, engine().finality_statement(),
                                            *committee_.validators, verifier);
        if (!result) {
            breach("finality proof: " + std::string(to_string(result.error())));
        }
        host.unproven = 0;
    }

    void perform(std::size_t /*index*/, const Evidence& effect) {
        ++evidence[effect.offence];
        culprits.insert(effect.culprit.value);
        if (copies_[effect.culprit] == 1) {
            breach("evidence against an honest validator: " + effect.offence);
        }
    }

    void perform(std::size_t index, const SyncRequest& effect) {
        for (std::size_t from = 0; from < hosts_.size(); ++from) {
            if (hosts_[from].validator != effect.from || groups_[from] != groups_[index] ||
                !is_up(from) || prng_.chance_ppm(faults.drop_ppm)) {
                continue;
            }
            BlocksReceived answer{.from = effect.from, .blocks = {}};
            const auto& ledger = hosts_[from].ledger;
            const std::size_t end = std::min<std::size_t>(ledger.size(), effect.after.value + 20);
            for (std::size_t i = effect.after.value; i < end; ++i) {
                answer.blocks.push_back(
                    {.block = ledger[i].block, .certificate = ledger[i].certificate});
            }
            schedule(index, draw(faults.delay_max), std::move(answer));
        }
    }

    void perform(std::size_t /*index*/, const Probe& effect) { ++probes[std::string(effect.name)]; }

    /// Remembers every signature that leaves an honest host, over all its lives.
    void note_signed(std::size_t index, const Message& message) {
        if (!is_honest(index)) {
            return;
        }
        const auto& ours = dynamic_cast<const SimplexMessage&>(message);
        const std::uint32_t signer = hosts_[index].validator.value;
        if (ours.type() == MessageType::Proposal) {
            const Block& block = *static_cast<const Proposal&>(ours).block();
            note_unique("two proposals", "propose", signer, block.header.view, block.id);
        }
        if (ours.type() != MessageType::Vote) {
            return;
        }
        const auto& vote = static_cast<const Vote&>(ours);
        note_unique("two votes", std::string(to_string(vote.vote())), signer, vote.view(),
                    vote.block());
        const std::string opposite = vote.vote() == VoteKind::Nullify    ? "finalize"
                                     : vote.vote() == VoteKind::Finalize ? "nullify"
                                                                         : "";
        if (signed_.contains({opposite, signer, vote.view().value})) {
            breach("an honest validator signs nullify and finalize in view " +
                   std::to_string(vote.view().value));
        }
    }

    void note_unique(const char* what, const std::string& kind, std::uint32_t signer, View view,
                     const Hash& block) {
        const auto [first, is_new] = signed_.try_emplace({kind, signer, view.value}, block);
        if (!is_new && first->second != block) {
            breach(std::string("an honest validator signs ") + what + " (" + kind + ") in view " +
                   std::to_string(view.value));
        }
    }

    ToyCommittee committee_;
    Parameters parameters_;
    Prng prng_;
    Instant now_ = Instant{} + seconds(1);
    std::uint64_t sequence_ = 0;
    std::priority_queue<Event> events_;
    std::vector<Host> hosts_;
    std::vector<std::uint32_t> groups_;  // by host
    std::map<ValidatorIndex, std::size_t> copies_;
    std::map<std::uint64_t, Hash> agreed_;  // by height
    std::map<std::tuple<std::string, std::uint32_t, std::uint64_t>, Hash> signed_;
};

}  // namespace nexus::consensus::simplex::toy
