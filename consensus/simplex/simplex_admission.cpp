#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/peer_budget.hpp"
#include "consensus/simplex/simplex_machine.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/view_state.hpp"
#include "consensus/simplex/vote_tally.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

// What a message must prove before step sees it. Time may pass between the two, and other steps:
// a check left out here stays needless, since "we hold this certificate" and "this view is final"
// never become false, and step takes nothing from a message that it would have called useless.

namespace nexus::consensus::simplex {
namespace {

Admission malformed() { return {.verdict = Verdict::Malformed, .checks = {}}; }
Admission useless() { return {.verdict = Verdict::Useless, .checks = {}}; }
Admission check() { return {.verdict = Verdict::Check, .checks = {}}; }

std::shared_ptr<const Bytes> shared(Bytes bytes) {
    return std::make_shared<const Bytes>(std::move(bytes));
}

}  // namespace

Admission SimplexMachine::admit(ValidatorIndex from, const Message& message) const {
    const SimplexMessage* ours = as_simplex(message);
    if (ours == nullptr || !committee_.contains(from) || from == committee_.self()) {
        return malformed();
    }
    switch (ours->type()) {
        case MessageType::Proposal:
            return admit_proposal(from, static_cast<const Proposal&>(*ours));
        case MessageType::Vote:
            return admit_vote(from, static_cast<const Vote&>(*ours));
        case MessageType::Certificates:
            return admit_certificates(static_cast<const Certificates&>(*ours));
        case MessageType::BlockRequest: {
            const Hash& id = static_cast<const BlockRequest&>(*ours).block();
            const bool served = budget_.has(from, Favour::Block) && find_block(id).block != nullptr;
            return served ? check() : useless();
        }
        case MessageType::BlockResponse:
            return admit_block_response(static_cast<const BlockResponse&>(*ours));
        case MessageType::CertificateRequest: {
            const auto& request = static_cast<const CertificateRequest&>(*ours);
            if (request.first() > request.last()) {
                return malformed();
            }
            return budget_.has(from, Favour::Certificates) ? check() : useless();
        }
    }
    return malformed();
}

Admission SimplexMachine::admit_vote(ValidatorIndex from, const Vote& vote) const {
    const bool names_block = vote.block() != Hash{};
    if (vote.signer() != from || vote.chain() != committee_.chain() || vote.view() == View{0} ||
        names_block == (vote.vote() == VoteKind::Nullify)) {
        return malformed();
    }
    if (!is_useful(vote) && !needs_help(from, vote)) {
        return useless();
    }
    Admission admission = check();
    const ViewState* state = views_.find(vote.view());
    const VoteTally::Candidate* candidate =
        state == nullptr ? nullptr : state->tally(vote.vote()).find(vote.block());
    admission.checks.push_back(
        {.key = committee_.at(from).key,
         .message = candidate != nullptr
                        ? candidate->statement
                        : shared(committee_.statement(vote.vote(), vote.view(), vote.block())),
         .signature = vote.signature()});
    return admission;
}

/// True if counting the vote may complete a certificate, or prove an offence not yet reported.
bool SimplexMachine::is_useful(const Vote& vote) const {
    if (!ViewTable::keeps_votes(vote.view(), view_)) {
        return false;
    }
    const ViewState* state = views_.find(vote.view());
    const bool is_open = vote.view() > final_view_;
    if (state == nullptr) {
        return is_open;
    }
    const ValidatorIndex signer = vote.signer();
    if (vote.vote() != VoteKind::Notarize &&
        !state->is_reported(signer, Offence::NullifyAndFinalize)) {
        const VoteKind opposite =
            vote.vote() == VoteKind::Nullify ? VoteKind::Finalize : VoteKind::Nullify;
        if (state->tally(opposite).choice_of(signer) != nullptr &&
            state->tally(vote.vote()).choice_of(signer) == nullptr) {
            return true;
        }
    }
    if (const auto* chosen = state->tally(vote.vote()).choice_of(signer); chosen != nullptr) {
        const Offence offence =
            vote.vote() == VoteKind::Notarize ? Offence::DoubleNotarize : Offence::DoubleFinalize;
        return chosen->block != vote.block() && !state->is_reported(signer, offence);
    }
    return is_open && state->certificate(vote.vote()) == nullptr;
}

/// A nullify vote for a view that we have left: its sender is stuck there.
bool SimplexMachine::needs_help(ValidatorIndex from, const Vote& vote) const {
    return vote.vote() == VoteKind::Nullify && vote.view() < view_ &&
           budget_.has(from, Favour::Help);
}

Admission SimplexMachine::admit_proposal(ValidatorIndex from, const Proposal& proposal) const {
    if (!is_well_formed(from, proposal)) {
        return malformed();
    }
    const BlockHeader& header = proposal.block()->header;
    const ViewState* state = views_.find(header.view);
    if (header.view < view_ || (state != nullptr && state->proposed != nullptr)) {
        return admit_late_proposal(proposal);
    }
    const View parent_view = proposal.parent() == nullptr ? View{0} : proposal.parent()->view;
    if (parent_view < final_view_) {
        return useless();
    }
    Admission admission = check();
    admission.checks.push_back(
        {.key = committee_.at(from).key,
         .message = shared(statement_bytes(kProposeStatement, committee_.chain(), header.view,
                                           proposal.block()->id)),
         .signature = proposal.signature()});
    if (proposal.parent() != nullptr && is_news(*proposal.parent())) {
        append_checks(*proposal.parent(), admission.checks);
    }
    for (const CertificatePtr& nullification : proposal.nullifications()) {
        if (is_news(*nullification)) {
            append_checks(*nullification, admission.checks);
        }
    }
    return admission;
}

/// A proposal for a view we have left, or in which we know one: it may bring a block that we
/// lack, or prove that its leader made two. Its certificates do not matter.
Admission SimplexMachine::admit_late_proposal(const Proposal& proposal) const {
    const Block& block = *proposal.block();
    const ViewState* state = views_.find(block.header.view);
    const bool is_second = state != nullptr && state->proposal != nullptr &&
                           state->proposed->id != block.id &&
                           !state->is_reported(block.header.proposer, Offence::DoublePropose);
    if (!is_second && !fetcher_.wants(block.id)) {
        return useless();
    }
    Admission admission = check();
    admission.checks.push_back(
        {.key = committee_.at(block.header.proposer).key,
         .message = shared(
             statement_bytes(kProposeStatement, committee_.chain(), block.header.view, block.id)),
         .signature = proposal.signature()});
    return admission;
}

/// All that honest leaders keep, but for signatures.
bool SimplexMachine::is_well_formed(ValidatorIndex from, const Proposal& proposal) const {
    const BlockHeader& header = proposal.block()->header;
    if (header.chain != committee_.chain() || header.view == View{0} ||
        header.height == Height{0} || header.proposer != from ||
        committee_.leader(header.view) != from) {
        return false;
    }
    View parent_view;
    if (const CertificatePtr& parent = proposal.parent(); parent != nullptr) {
        if (!committee_.well_formed(*parent) || parent->block != header.parent ||
            parent->view >= header.view) {
            return false;
        }
        parent_view = parent->view;
    }
    // The newest nullifications, up to the limit, without a gap.
    const std::uint64_t skipped = header.view.value - parent_view.value - 1;
    const auto& nullifications = proposal.nullifications();
    if (nullifications.size() != std::min<std::uint64_t>(skipped, kCertificatesMax)) {
        return false;
    }
    View expected{header.view.value - nullifications.size()};
    for (const CertificatePtr& nullification : nullifications) {
        if (nullification->view != expected || !committee_.well_formed(*nullification) ||
            kind_of(nullification->statement) != VoteKind::Nullify) {
            return false;
        }
        expected = expected.next();
    }
    return true;
}

Admission SimplexMachine::admit_certificates(const Certificates& message) const {
    if (message.certificates().empty() || message.certificates().size() > kCertificatesMax) {
        return malformed();
    }
    Admission admission = check();
    bool has_news = false;
    for (const CertificatePtr& certificate : message.certificates()) {
        if (!committee_.well_formed(*certificate)) {
            return malformed();
        }
        if (is_news(*certificate)) {
            has_news = true;
            append_checks(*certificate, admission.checks);
        }
    }
    return has_news ? admission : useless();
}

Admission SimplexMachine::admit_block_response(const BlockResponse& response) const {
    const CertificatePtr& certificate = response.certificate();
    if (certificate != nullptr &&
        (!committee_.well_formed(*certificate) || certificate->block != response.block()->id)) {
        return malformed();
    }
    if (!fetcher_.wants(response.block()->id)) {
        return useless();
    }
    Admission admission = check();
    if (certificate != nullptr && is_news(*certificate)) {
        append_checks(*certificate, admission.checks);
    }
    return admission;
}

/// One check for each endorsement that has not been counted as a vote already.
void SimplexMachine::append_checks(const Certificate& certificate, SignatureChecks& checks) const {
    const VoteKind kind = *kind_of(certificate.statement);
    const ViewState* state = views_.find(certificate.view);
    const auto message = shared(committee_.statement(kind, certificate.view, certificate.block));
    checks.reserve(checks.size() + certificate.endorsements.size());
    for (const Endorsement& endorsement : certificate.endorsements) {
        const bool is_known =
            state != nullptr &&
            state->tally(kind).holds(certificate.block, endorsement.signer, endorsement.signature);
        if (!is_known) {
            checks.push_back({.key = committee_.at(endorsement.signer).key,
                              .message = message,
                              .signature = endorsement.signature});
        }
    }
}

/// True if adopting the certificate changes anything. Once false, it stays false.
bool SimplexMachine::is_news(const Certificate& certificate) const {
    const VoteKind kind = *kind_of(certificate.statement);
    const ViewState* state = views_.find(certificate.view);
    if (certificate.view > final_view_) {
        return state == nullptr || state->certificate(kind) == nullptr;
    }
    // After a restart the proof of the last committed block may be missing.
    return certificate.view == final_view_ && certificate.block == tree_.root()->id &&
           (state == nullptr || state->extension_proof() == nullptr);
}

}  // namespace nexus::consensus::simplex
