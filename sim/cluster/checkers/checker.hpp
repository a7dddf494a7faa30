#pragma once

#include "actors/roles/execution.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {

/// One honest validator's commit of one block.
struct CommitEvent {
    NodeId validator;
    std::string_view validator_name;
    consensus::BlockPtr block;
    consensus::CertificatePtr certificate;  ///< May be null.
    const actors::Executed* executed = nullptr;
    Instant at;
    bool is_first = false;  ///< No other honest validator committed this height before.
};

/// A client believes that a block holds a receipt.
struct BeliefEvent {
    std::string_view client_name;
    const consensus::BlockHeader* header = nullptr;
    const graph::Receipt* receipt = nullptr;
    Instant at;
};

/// A client caught its gateway at a lie.
struct LieEvent {
    std::string_view client_name;
    std::string_view gateway_name;
    bool is_gateway_honest = false;
    std::string_view what;
    Instant at;
};

/// An honest validator saw what must never be.
struct AlarmEvent {
    std::string_view validator_name;
    std::string_view what;
    Instant at;
};

struct CheckpointEvent {
    NodeId validator;
    std::string_view validator_name;
    const consensus::Block* block = nullptr;
    Instant at;
};

/// Where the watch begins, if not at genesis: the state after a finalized block.
struct BaseEvent {
    const consensus::Block* block = nullptr;
    const graph::StateSnapshot* state = nullptr;  ///< Its root is the one in the header.
};

/// An invariant as an oracle: sees what honest nodes do and says what must never be. Written apart
/// from the code it watches, and using as little of it as can be.
class Checker {
public:
    Checker(std::string_view name, std::string_view meaning) : name_(name), meaning_(meaning) {}
    Checker(const Checker&) = delete;
    Checker(Checker&&) = delete;
    Checker& operator=(const Checker&) = delete;
    Checker& operator=(Checker&&) = delete;
    virtual ~Checker() = default;

    /// What lies below is unknown: the state is taken for right. Before all other events.
    virtual void on_base(const BaseEvent& /*event*/) {}
    /// Honest validators only, in the order of events.
    virtual void on_commit(const CommitEvent& /*event*/) {}
    /// An honest validator got the state after this finalized block from a peer and goes on there.
    virtual void on_checkpoint(const CheckpointEvent& /*event*/) {}
    /// An honest validator lost its disk and begins again at genesis.
    virtual void on_wipe(NodeId /*validator*/) {}
    /// A client sent this for the first time.
    virtual void on_submitted(const graph::TransactionPtr& /*transaction*/) {}
    /// An honest validator took it from a client.
    virtual void on_accepted(const graph::TransactionPtr& /*transaction*/, Instant /*at*/) {}
    virtual void on_believed(const BeliefEvent& /*event*/) {}
    /// A client checked a state proof that held.
    virtual void on_proof_checked() {}
    virtual void on_lie(const LieEvent& /*event*/) {}
    virtual void on_alarm(const AlarmEvent& /*event*/) {}
    /// The run is over.
    virtual void on_end(Instant /*at*/) {}

    [[nodiscard]] std::string_view name() const { return name_; }
    [[nodiscard]] std::string_view meaning() const { return meaning_; }
    [[nodiscard]] std::uint64_t checked() const { return checked_; }
    [[nodiscard]] std::uint64_t violated() const { return violated_; }
    [[nodiscard]] const std::vector<std::string>& examples() const { return examples_; }

    /// Counts a violation; the first few are kept in words.
    void violation(std::string text) {
        ++violated_;
        if (examples_.size() < kExamplesMax) {
            examples_.push_back(std::move(text));
        }
    }

protected:
    void count(std::uint64_t checks = 1) { checked_ += checks; }

private:
    static constexpr std::size_t kExamplesMax = 5;
    std::string_view name_;  // literals
    std::string_view meaning_;
    std::uint64_t checked_ = 0;
    std::uint64_t violated_ = 0;
    std::vector<std::string> examples_;
};

/// "12.345 s": a virtual time for people.
std::string time_text(Instant at);

}  // namespace nexus::sim
