#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/statement.hpp"
#include "consensus/simplex/vote_tally.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace nexus::consensus::simplex {

/// What no honest validator does; each is reported once for a validator and a view.
enum class Offence : std::uint8_t {
    DoublePropose,
    DoubleNotarize,
    DoubleFinalize,
    NullifyAndFinalize,
    Last = NullifyAndFinalize,
};

/// Evidence::offence: "double propose", "double notarize", ...
std::string_view to_string(Offence offence);

/// All that a machine knows about one view.
///
/// Invariant: at most one own vote of each kind; never both Nullify and Finalize among them.
class ViewState {
public:
    [[nodiscard]] const VoteTally& tally(VoteKind kind) const { return tallies_[index_of(kind)]; }
    [[nodiscard]] VoteTally& tally(VoteKind kind) { return tallies_[index_of(kind)]; }

    /// The certificate of that kind, or null.
    [[nodiscard]] const CertificatePtr& certificate(VoteKind kind) const {
        return certificates_[index_of(kind)];
    }
    /// Pre: there is none of this kind.
    void set_certificate(VoteKind kind, CertificatePtr certificate);

    /// What proves that a block of this view may be extended: its notarization, or finalization.
    [[nodiscard]] const CertificatePtr& extension_proof() const;

    /// What lets a validator leave this view: notarization, else finalization, else nullification.
    [[nodiscard]] const CertificatePtr& exit_proof() const;

    [[nodiscard]] bool is_nullified() const { return certificate(VoteKind::Nullify) != nullptr; }

    /// The block we voted for (zero for Nullify), or nothing.
    [[nodiscard]] const std::optional<Hash>& own_vote(VoteKind kind) const {
        return own_votes_[index_of(kind)];
    }
    /// Pre: the invariant holds afterwards.
    void set_own_vote(VoteKind kind, const Hash& block);

    /// Whether that offence of that validator was reported in this view.
    [[nodiscard]] bool is_reported(ValidatorIndex culprit, Offence offence) const;
    void set_reported(ValidatorIndex culprit, Offence offence, std::size_t validators);

    /// Drops votes and the proposal; certificates and own votes stay.
    void slim();

    /// Appends all that distinguishes this view from others.
    void digest(Bytes& out) const;

    // The leader's first proposal, and what we made of it.
    std::shared_ptr<const Proposal> proposal;  ///< Null until it comes, and after a restart.
    BlockPtr proposed;                         ///< Its block; after a restart, our own if we lead.
    View parent_view;                          ///< That of the block's parent, by its certificate.
    bool refused = false;                      ///< Never vote for it: its time is wrong.
    bool block_journaled = false;              ///< A record has it.
    std::optional<Hash> payload_parent;  ///< Where we lead: a payload was requested on top of it.

private:
    std::array<VoteTally, kVoteKinds> tallies_;
    std::array<CertificatePtr, kVoteKinds> certificates_;
    std::array<std::optional<Hash>, kVoteKinds> own_votes_;
    std::vector<std::uint8_t> reported_;  // by culprit: a bit for each Offence
};

/// The views a machine remembers, from the last finalized one to a little ahead of the current one.
class ViewTable {
public:
    /// Votes are kept for so many views before the current one: finalize votes come late, and so
    /// does the second half of an equivocation.
    static constexpr std::uint64_t kPastViews = 16;
    /// Votes are kept for so many views ahead. A validator further behind learns of the views
    /// between from certificates, which come with proposals, timeouts and help.
    static constexpr std::uint64_t kFutureViews = 16;

    ViewTable() = default;
    ViewTable(const ViewTable&) = delete;
    ViewTable(ViewTable&&) = delete;
    ViewTable& operator=(const ViewTable&) = delete;
    ViewTable& operator=(ViewTable&&) = delete;
    ~ViewTable() = default;

    [[nodiscard]] const ViewState* find(View view) const;
    [[nodiscard]] ViewState* find(View view);
    ViewState& at(View view);

    /// True where votes of `view` are kept when we are in `current`.
    static bool keeps_votes(View view, View current) {
        return view.value > current.value ? view.value - current.value <= kFutureViews
                                          : current.value - view.value <= kPastViews;
    }

    /// Forgets what a validator in `current` needs no more, `final_view` being finalized.
    void prune(View current, View final_view);

    [[nodiscard]] const std::map<View, ViewState>& all() const { return views_; }
    [[nodiscard]] std::map<View, ViewState>& all() { return views_; }

private:
    /// Where a view of late lies. Votes are about two or three views, whose turn it is, and each
    /// vote asks for its view several times.
    struct Recent {
        View view;
        ViewState* state = nullptr;
    };

    [[nodiscard]] Recent& recent(View view) { return recent_[view.value % recent_.size()]; }
    [[nodiscard]] const Recent& recent(View view) const {
        return recent_[view.value % recent_.size()];
    }

    std::map<View, ViewState> views_;
    std::array<Recent, 4> recent_{};  // into views_, whose nodes stay where they are
    View slim_below_;                 // views below have no votes
};

}  // namespace nexus::consensus::simplex
