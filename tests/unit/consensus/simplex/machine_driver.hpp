#pragma once

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

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::consensus::simplex::toy {

/// One machine among peers that exist only as keys: a test speaks for them.
class MachineDriver {
public:
    explicit MachineDriver(std::uint32_t self = 0, ToyCommittee committee = ToyCommittee::equal(4),
                           Parameters parameters = ToyCommittee::parameters())
        : committee_(std::move(committee)),
          self_(ValidatorIndex{self}),
          parameters_(std::move(parameters)) {
        start(committee_.genesis, {});
    }

    /// Ends this life, and begins the next with what was durable.
    Effects restart(const BlockPtr& committed) { return start(committed, records); }

    /// Ends this life, and begins one that has lost all.
    Effects restart_in_amnesia() {
        records.clear();
        return start(committee_.genesis, {}, true);
    }

    Effects give(const Input& input) {
        Effects effects;
        machine_->step(now, input, effects);
        for (const Effect& effect : effects) {
            if (const auto* persist = std::get_if<Persist>(&effect)) {
                records.push_back(persist->record);
            } else if (const auto* forget = std::get_if<ForgetRecords>(&effect)) {
                records.erase(records.begin(),
                              records.begin() + static_cast<std::ptrdiff_t>(forget->count));
            } else if (const auto* timer = std::get_if<SetTimer>(&effect)) {
                timers_.push_back(*timer);
            }
        }
        return effects;
    }

    [[nodiscard]] Admission admit(std::uint32_t from, const Message& message) const {
        return machine_->admit(ValidatorIndex{from}, message);
    }

    /// Pre: the machine wants the message, and its signatures hold.
    Effects hear(std::uint32_t from, const MessagePtr& message) {
        const Admission admission = admit(from, *message);
        EXPECT_EQ(admission.verdict, Verdict::Check) << message->kind() << " from " << from;
        EXPECT_TRUE(all_hold(admission.checks)) << message->kind() << " from " << from;
        return give(Receive{.from = ValidatorIndex{from}, .message = message});
    }

    Effects hear_vote(VoteKind kind, std::uint64_t view, const Hash& block, std::uint32_t from) {
        return hear(from, ToyCommittee::vote(kind, View{view}, block, from));
    }

    Effects hear_certificate(const CertificatePtr& certificate, std::uint32_t from = 3) {
        return hear(from, std::make_shared<const Certificates>(std::vector{certificate}));
    }

    Effects hear_proposal(const std::shared_ptr<const Proposal>& proposal) {
        return hear(proposal->block()->header.proposer.value, proposal);
    }

    Effects validate(const BlockPtr& block, bool valid = true) {
        return give(BlockValidated{.block = block->id, .valid = valid});
    }

    /// The proposal and the application's consent: ends with our notarize vote.
    Effects accept(const BlockPtr& block, CertificatePtr parent,
                   std::vector<CertificatePtr> nullifications = {}) {
        hear_proposal(committee_.proposal(block, std::move(parent), std::move(nullifications)));
        return validate(block);
    }

    /// The timer set last with this time to go.
    Effects fire(Duration after) {
        std::optional<TimerId> last;
        for (const SetTimer& timer : timers_) {
            if (timer.after == after) {
                last = timer.timer;
            }
        }
        EXPECT_TRUE(last.has_value()) << "no timer of " << after.milliseconds() << " ms";
        return give(TimerFired{last.value_or(TimerId{0})});
    }

    [[nodiscard]] const std::vector<SetTimer>& timers() const { return timers_; }
    [[nodiscard]] const ToyCommittee& committee() const { return committee_; }
    [[nodiscard]] View view() const { return machine_->status().view; }
    [[nodiscard]] Height committed() const { return machine_->status().committed; }
    [[nodiscard]] const Protocol& machine() const { return *machine_; }

    Instant now = Instant{} + seconds(1);
    std::vector<Bytes> records;  ///< What is durable.
    Effects started;             ///< What the last Start brought.

private:
    Effects start(const BlockPtr& committed, const std::vector<Bytes>& from_records,
                  bool amnesia = false) {
        machine_ = engine().make(committee_.config(self_, parameters_));
        timers_.clear();
        started = give(Start{.committed = committed, .records = from_records, .amnesia = amnesia});
        return started;
    }

    ToyCommittee committee_;
    ValidatorIndex self_;
    Parameters parameters_;
    std::unique_ptr<Protocol> machine_;
    std::vector<SetTimer> timers_;
};

/// The votes of that kind among the broadcasts.
inline std::vector<std::shared_ptr<const Vote>> votes_of(const Effects& effects, VoteKind kind) {
    std::vector<std::shared_ptr<const Vote>> votes;
    for (const Broadcast& broadcast : all_of<Broadcast>(effects)) {
        const auto vote = std::dynamic_pointer_cast<const Vote>(broadcast.message);
        if (vote != nullptr && vote->vote() == kind) {
            votes.push_back(vote);
        }
    }
    return votes;
}

template <class T>
std::vector<std::shared_ptr<const T>> broadcasts_of(const Effects& effects) {
    std::vector<std::shared_ptr<const T>> found;
    for (const Broadcast& broadcast : all_of<Broadcast>(effects)) {
        if (auto one = std::dynamic_pointer_cast<const T>(broadcast.message)) {
            found.push_back(std::move(one));
        }
    }
    return found;
}

template <class T>
std::vector<std::shared_ptr<const T>> sends_of(const Effects& effects) {
    std::vector<std::shared_ptr<const T>> found;
    for (const Send& send : all_of<Send>(effects)) {
        if (auto one = std::dynamic_pointer_cast<const T>(send.message)) {
            found.push_back(std::move(one));
        }
    }
    return found;
}

inline bool has_probe(const Effects& effects, std::string_view name) {
    for (const Probe& probe : all_of<Probe>(effects)) {
        if (probe.name == name) {
            return true;
        }
    }
    return false;
}

/// The position of the first effect of that type; the number of effects where there is none.
template <class T>
std::size_t position_of(const Effects& effects) {
    std::size_t at = 0;
    while (at < effects.size() && !std::holds_alternative<T>(effects[at])) {
        ++at;
    }
    return at;
}

}  // namespace nexus::consensus::simplex::toy
