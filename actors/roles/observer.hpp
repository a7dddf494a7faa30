#pragma once

#include "actors/roles/execution.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/protocol.hpp"
#include "graph/ledger/receipt.hpp"
#include "graph/transaction/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nexus::actors {

/// Hears what roles do, for invariant checkers and reports. It must not answer: a role behaves the
/// same whoever watches.
class Observer {
public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer(Observer&&) = delete;
    Observer& operator=(const Observer&) = delete;
    Observer& operator=(Observer&&) = delete;
    virtual ~Observer() = default;

    /// A validator committed a block. `certificate` may be null: a later block's serves this one.
    virtual void on_commit(NodeId validator, const consensus::BlockPtr& block,
                           const consensus::CertificatePtr& certificate, const Executed& executed,
                           Instant at) = 0;
    /// A validator goes on from this finalized block, whose state it got from a peer: those between
    /// it and the last one that it committed it never sees.
    virtual void on_checkpoint(NodeId validator, const consensus::BlockPtr& block, Instant at) = 0;
    /// A validator took a client's transaction into its pool: from here on it may not get lost.
    virtual void on_accepted(NodeId validator, const graph::TransactionPtr& transaction) = 0;
    /// A validator saw two messages that no honest validator signs both.
    virtual void on_evidence(NodeId reporter, const consensus::Evidence& evidence) = 0;
    /// A validator's machine stands here now; told when it may have moved.
    virtual void on_status(NodeId validator, const consensus::Status& status) = 0;
    /// So many transactions wait in a validator's pool; told when that may have changed.
    virtual void on_pool(NodeId /*validator*/, std::size_t /*transactions*/) {}
    /// Something worth counting.
    virtual void on_probe(NodeId node, std::string_view name, std::uint64_t value) = 0;
    /// A validator saw what never happens while fewer than a third of the stake is Byzantine.
    virtual void on_alarm(NodeId validator, std::string_view what) = 0;

    /// The time has come at which a client means to send a transaction; told before it is sent.
    virtual void on_offered(NodeId /*client*/, Instant /*intended*/) {}
    /// A client sent a transaction for the first time; `intended` is when it meant to.
    virtual void on_submitted(NodeId client, const graph::TransactionPtr& transaction,
                              Instant intended) = 0;
    /// A client signed one anew, since another of its account has used up the nonce. It is the
    /// same to whoever counts: `on_finalized` comes once.
    virtual void on_signed_again(NodeId /*client*/, const graph::TransactionPtr& /*transaction*/) {}
    /// A client saw a certificate for the block with its transaction. `rejection` is empty when the
    /// transaction took effect.
    virtual void on_finalized(NodeId client, const graph::TransactionPtr& transaction,
                              std::string_view rejection, Instant intended, Instant at) = 0;
    /// A client believes that the block with this header holds this receipt: it saw the proof.
    virtual void on_believed(NodeId client, const consensus::BlockHeader& header,
                             const graph::Receipt& receipt) = 0;
    /// A client checked a state proof against a certified header.
    virtual void on_proof_checked(NodeId client, bool valid) = 0;
    /// A client caught its gateway at something that no honest validator says.
    virtual void on_lie(NodeId client, NodeId gateway, std::string_view what) = 0;
};

}  // namespace nexus::actors
