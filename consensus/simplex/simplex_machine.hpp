#pragma once

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/effect.hpp"
#include "consensus/api/input.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/simplex/block_tree.hpp"
#include "consensus/simplex/committee.hpp"
#include "consensus/simplex/fetcher.hpp"
#include "consensus/simplex/journal.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/peer_budget.hpp"
#include "consensus/simplex/settings.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/turn.hpp"
#include "consensus/simplex/view_state.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace nexus::consensus::simplex {

/// One validator of Simplex. consensus/README.md maps its functions to the paper's rules.
///
/// Source:      [CP] B. Chan, R. Pass, "Simplex Consensus: A Simple and Fast Consensus Protocol",
///              eprint 2023/463.
/// Invariant:   signs at most one vote of each kind and one proposal in a view, and never both
///              nullify and finalize; all of them are durable before they leave.
/// Determinism: same construction and inputs, same effects in the same order.
class SimplexMachine final : public Protocol {
public:
    explicit SimplexMachine(const ProtocolConfig& config);

    [[nodiscard]] Admission admit(ValidatorIndex from, const Message& message) const override;
    void step(Instant now, const Input& input, Effects& out) override;
    [[nodiscard]] Hash state_hash() const override;
    [[nodiscard]] Status status() const override;
    [[nodiscard]] std::optional<CertificatePtr> prove_position() const override;

private:
    /// A committed block, kept for peers who are a little behind.
    struct RecentBlock {
        BlockPtr block;
        CertificatePtr certificate;
    };
    static constexpr std::size_t kRecentMax = 16;
    static constexpr std::uint64_t kFetchDepth = 8;  // further behind: sync from a peer's ledger

    // simplex_admission.cpp: verdicts, and which signatures must hold
    [[nodiscard]] Admission admit_proposal(ValidatorIndex from, const Proposal& proposal) const;
    [[nodiscard]] Admission admit_late_proposal(const Proposal& proposal) const;
    [[nodiscard]] bool is_well_formed(ValidatorIndex from, const Proposal& proposal) const;
    [[nodiscard]] Admission admit_vote(ValidatorIndex from, const Vote& vote) const;
    [[nodiscard]] bool is_useful(const Vote& vote) const;
    [[nodiscard]] bool needs_help(ValidatorIndex from, const Vote& vote) const;
    [[nodiscard]] Admission admit_certificates(const Certificates& message) const;
    [[nodiscard]] Admission admit_block_response(const BlockResponse& response) const;
    void append_checks(const Certificate& certificate, SignatureChecks& checks) const;
    [[nodiscard]] bool is_news(const Certificate& certificate) const;

    // simplex_machine.cpp: the frame of a step, views and timers
    void take(const Receive& input, Turn& turn);
    void take(const TimerFired& input, Turn& turn);
    void settle(Turn& turn);
    void enter(View view, Turn& turn);
    void on_view_timeout(Turn& turn);
    void arm(std::optional<TimerId>& timer, Duration after, Turn& turn);
    [[nodiscard]] Duration view_timeout() const;

    // simplex_voting.cpp: proposals, votes, certificates
    void on_proposal(ValidatorIndex from, const std::shared_ptr<const Proposal>& proposal,
                     Turn& turn);
    void accept_proposal(const std::shared_ptr<const Proposal>& proposal, Turn& turn);
    void on_vote(const Vote& vote, Turn& turn);
    void adopt(const CertificatePtr& certificate, Turn& turn);
    void cast(VoteKind kind, View view, const Hash& block, Turn& turn);
    void count(VoteKind kind, View view, const Hash& block, ValidatorIndex signer,
               const Signature& signature, Turn& turn);
    void try_notarize(Turn& turn);
    void try_finalize(Turn& turn);
    void try_propose(Turn& turn);
    void take(const PayloadReady& input, Turn& turn);
    void take(const BlockValidated& input, Turn& turn);
    [[nodiscard]] BlockPtr choose_parent() const;
    [[nodiscard]] std::shared_ptr<const Proposal> make_proposal(const BlockPtr& block,
                                                                View parent_view) const;
    [[nodiscard]] std::optional<View> gap_in_skipped(View parent_view) const;
    [[nodiscard]] MessagePtr make_vote(VoteKind kind, View view, const Hash& block) const;
    [[nodiscard]] bool is_certified(View view, const Hash& block) const;
    void report(ValidatorIndex culprit, View view, Offence offence, MessagePtr first,
                MessagePtr second, Turn& turn);

    // simplex_chain.cpp: commits, and what is missing for them
    void commit_finalized(Turn& turn);
    void commit(const std::vector<BlockPtr>& path, const CertificatePtr& certificate, Turn& turn);
    void raise_final_view(View view);
    void take(const BlocksReceived& input, Turn& turn);
    void deliver(const BlockPtr& block, Turn& turn);
    void fetch_missing(Turn& turn);
    void send_requests(bool retry, Turn& turn);
    [[nodiscard]] std::vector<Want> missing_blocks() const;
    [[nodiscard]] std::optional<View> missing_view() const;
    void on_block_request(ValidatorIndex from, const BlockRequest& request, Turn& turn);
    void on_block_response(const BlockResponse& response, Turn& turn);
    void on_certificate_request(ValidatorIndex from, const CertificateRequest& request, Turn& turn);
    [[nodiscard]] RecentBlock find_block(const Hash& id) const;
    [[nodiscard]] bool spend(ValidatorIndex peer, Favour favour, Turn& turn);

    // simplex_recovery.cpp: restart, resends, help
    void take(const Start& input, Turn& turn);
    void take(const Recovered& input, Turn& turn);
    void restore(const Record& record);
    void restore_own_block(const BlockPtr& block);
    void recount_own_votes(Turn& turn);
    void rebroadcast(Turn& turn);
    void help(ValidatorIndex peer, Turn& turn);
    [[nodiscard]] std::vector<CertificatePtr> progress_certificates() const;

    Committee committee_;
    Settings settings_;
    std::shared_ptr<Signer> signer_;

    View view_;        // [CP] h, the iteration we are in
    View final_view_;  // the highest view known to be finalized
    View vote_floor_;  // from the records: no votes in this view or below; kViewMax in amnesia
    ViewTable views_;
    BlockTree tree_;
    CertificatePtr goal_;  // finalizes a block above the root that is not committed yet, or null
    std::deque<RecentBlock> recent_;
    Journal journal_;
    Fetcher fetcher_;
    PeerBudget budget_;

    std::uint64_t timers_set_ = 0;
    std::uint32_t resends_ = 0;  // in this view, since its timeout
    std::optional<TimerId> view_timer_;
    std::optional<TimerId> fetch_timer_;
    std::optional<TimerId> budget_timer_;

    // Empty between steps:
    std::vector<CertificatePtr> formed_;  // quorums of votes reached in this step
    bool dirty_ = false;                  // something but a vote count changed
    bool started_ = false;
};

}  // namespace nexus::consensus::simplex
