// Bytes as messages, and bytes as a script of inputs for one Simplex machine whose peers, all
// Byzantine, have their keys in the script's hands.
//
// (a) What decodes encodes to the same bytes. (b) Whatever peers sign and send, the machine neither
// asserts nor signs two conflicting votes, over any number of restarts; its commits form a chain,
// and no vote leaves before a record of the same step.

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/simplex/engine.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "tests/unit/consensus/simplex/toy_committee.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

using toy::ToyCommittee;

/// Reads numbers off the script; zeros when it has ended.
class Script {
public:
    explicit Script(ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] bool is_over() const { return at_ >= bytes_.size(); }
    std::uint8_t byte() { return is_over() ? std::uint8_t{0} : bytes_[at_++]; }
    std::uint32_t below(std::uint32_t bound) { return byte() % bound; }
    ByteView piece(std::size_t size) {
        const std::size_t taken = std::min(size, bytes_.size() - std::min(at_, bytes_.size()));
        const ByteView view = bytes_.subspan(std::min(at_, bytes_.size()), taken);
        at_ += taken;
        return view;
    }

private:
    ByteView bytes_;
    std::size_t at_ = 0;
};

class Run {
public:
    explicit Run(ByteView bytes) : script_(bytes) { start(); }

    void play() {
        for (int step = 0; step < 400 && !script_.is_over(); ++step) {
            now_ = now_ + milliseconds(script_.byte());
            act();
        }
        (void)machine_->state_hash();
    }

private:
    void act() {
        switch (script_.below(12)) {
            case 0:
                hear(engine().decode(script_.piece(script_.byte())));
                break;
            case 1:
            case 2:
                hear_vote();
                break;
            case 3:
                hear_proposal();
                break;
            case 4:
                hear(std::make_shared<const Certificates>(std::vector{certificate()}));
                break;
            case 5:
                if (!timers_.empty()) {
                    give(TimerFired{timers_[script_.below(256) % timers_.size()]});
                }
                break;
            case 6:
                give(BlockValidated{.block = block()->id, .valid = script_.below(8) != 0});
                break;
            case 7:
                give(PayloadReady{.view = view(),
                                  .parent = block()->id,
                                  .payload = make_payload({script_.byte()}),
                                  .state_root = {},
                                  .receipts_root = {}});
                break;
            case 8:
                hear_blocks();
                break;
            case 9:
                hear(std::make_shared<const BlockResponse>(
                    block(), script_.below(2) == 0 ? nullptr : certificate()));
                break;
            case 10:
                hear(std::make_shared<const BlockRequest>(block()->id));
                hear(std::make_shared<const CertificateRequest>(view(), view()));
                break;
            default:
                if (script_.below(4) == 0) {
                    start();
                }
        }
    }

    void start() {
        machine_ = engine().make(committee_.config(ValidatorIndex{0}));
        timers_.clear();
        give(Start{.committed = committed_, .records = records_, .amnesia = false});
    }

    View view() {
        const std::uint64_t current = machine_->status().view.value;
        const std::uint64_t shift = script_.below(8);
        return View{current + shift > 4 ? current + shift - 4 : 1};
    }
    BlockPtr block() { return blocks_[script_.below(256) % blocks_.size()]; }

    CertificatePtr certificate() {
        const auto kind = static_cast<VoteKind>(script_.below(kVoteKinds));
        const BlockPtr about = block();
        const View of = script_.below(2) == 0 ? view() : about->header.view;
        return ToyCommittee::certificate(kind, of, kind == VoteKind::Nullify ? Hash{} : about->id,
                                         script_.below(8) == 0 ? 2 : 3, script_.below(2));
    }

    void hear_vote() {
        const auto kind = static_cast<VoteKind>(script_.below(kVoteKinds));
        const BlockPtr about = block();
        const View of = script_.below(2) == 0 ? view() : about->header.view;
        from_ = 1 + script_.below(3);
        const Hash id = kind == VoteKind::Nullify ? Hash{} : about->id;
        hear(ToyCommittee::vote(kind, of, id, from_), false);
    }

    void hear_proposal() {
        const BlockPtr parent = block();
        const View of = view();
        const BlockPtr made = committee_.block(of, parent, script_.below(2) == 0 ? "a" : "b",
                                               milliseconds(script_.byte()));
        if (blocks_.size() < 64) {
            blocks_.push_back(made);
        }
        CertificatePtr proof;
        if (parent->header.view != View{0}) {
            const auto kind = script_.below(4) == 0 ? VoteKind::Finalize : VoteKind::Notarize;
            proof = ToyCommittee::certificate(kind, parent->header.view, parent->id, 3);
        }
        std::vector<CertificatePtr> skipped;
        for (View next = parent->header.view.next(); next < of && skipped.size() < kCertificatesMax;
             next = next.next()) {
            skipped.push_back(ToyCommittee::certificate(VoteKind::Nullify, next, Hash{}, 3, 1));
        }
        from_ = made->header.proposer.value;
        hear(committee_.proposal(made, std::move(proof), std::move(skipped)), false);
    }

    void hear_blocks() {
        BlocksReceived received{.from = ValidatorIndex{1}, .blocks = {}};
        for (std::uint32_t i = script_.below(4); i > 0; --i) {
            const BlockPtr one = block();
            const bool certified = script_.below(2) == 0 && one->header.view != View{0};
            received.blocks.push_back(
                {.block = one,
                 .certificate = certified ? ToyCommittee::certificate(VoteKind::Finalize,
                                                                      one->header.view, one->id, 3)
                                          : nullptr});
        }
        give(std::move(received));
    }

    void hear(const MessagePtr& message, bool draw_sender = true) {
        if (draw_sender) {
            from_ = script_.below(5);
        }
        if (message == nullptr) {
            return;
        }
        const Admission admission = machine_->admit(ValidatorIndex{from_}, *message);
        if (admission.verdict == Verdict::Check && toy::all_hold(admission.checks)) {
            give(Receive{.from = ValidatorIndex{from_}, .message = message});
        }
    }

    void give(Input input) {
        Effects effects;
        machine_->step(now_, input, effects);
        for (const Effect& effect : effects) {
            if (const auto* persist = std::get_if<Persist>(&effect)) {
                records_.push_back(persist->record);
            } else if (const auto* forget = std::get_if<ForgetRecords>(&effect)) {
                NEXUS_ASSERT(forget->count <= records_.size());
                records_.erase(records_.begin(),
                               records_.begin() + static_cast<std::ptrdiff_t>(forget->count));
            } else if (const auto* timer = std::get_if<SetTimer>(&effect)) {
                timers_.push_back(timer->timer);
            } else if (const auto* commit = std::get_if<Commit>(&effect)) {
                NEXUS_ASSERT(commit->block->header.parent == committed_->id);
                NEXUS_ASSERT(commit->block->header.height == committed_->header.height.next());
                committed_ = commit->block;
            } else if (const auto* broadcast = std::get_if<Broadcast>(&effect)) {
                check_own(*broadcast->message);
            }
        }
    }

    /// A vote must be the only one of its kind, and in the records.
    void check_own(const Message& message) {
        const auto* vote = dynamic_cast<const Vote*>(&message);
        if (vote == nullptr) {
            return;
        }
        const auto key = std::pair(vote->vote(), vote->view());
        const auto [first, is_new] = own_.try_emplace(key, vote->block());
        NEXUS_ASSERT(first->second == vote->block());
        NEXUS_ASSERT(!own_.contains({VoteKind::Nullify, vote->view()}) ||
                     !own_.contains({VoteKind::Finalize, vote->view()}));
        if (is_new) {
            NEXUS_ASSERT(!records_.empty());
        }
    }

    Script script_;
    ToyCommittee committee_ = ToyCommittee::equal(4);
    std::vector<BlockPtr> blocks_ = {committee_.genesis};
    std::unique_ptr<Protocol> machine_;
    BlockPtr committed_ = committee_.genesis;
    std::vector<Bytes> records_;
    std::vector<TimerId> timers_;
    std::map<std::pair<VoteKind, View>, Hash> own_;
    std::uint32_t from_ = 1;
    Instant now_ = Instant{} + seconds(1);
};

void check_codec(ByteView bytes) {
    const MessagePtr message = engine().decode(bytes);
    if (message != nullptr) {
        NEXUS_ASSERT(message->encode() == to_bytes(bytes));
    }
}

}  // namespace
}  // namespace nexus::consensus::simplex

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const nexus::ByteView bytes(data, size);
    if (size == 0) {
        return 0;
    }
    if (data[0] % 2 == 0) {
        nexus::consensus::simplex::check_codec(bytes.subspan(1));
    } else {
        nexus::consensus::simplex::Run(bytes.subspan(1)).play();
    }
    return 0;
}
