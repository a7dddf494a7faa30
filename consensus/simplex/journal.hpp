#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/simplex/statement.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace nexus::consensus::simplex {

/// One of our own votes. The signature is not kept: signing again gives the same bytes.
struct OwnVote {
    VoteKind kind{};
    View view;
    Hash block;  ///< Zero for Nullify.

    static void describe(auto& codec, auto& self) { codec(self.kind, self.view, self.block); }
};

/// What one Persist makes durable before our votes and our proposal leave.
struct Record {
    View floor;  ///< We never vote in this view or below, whatever earlier records say.
    std::vector<OwnVote> votes;
    std::vector<BlockPtr> blocks;              ///< Those voted for, or proposed by us.
    std::vector<CertificatePtr> certificates;  ///< By which views were entered since the last one.

    [[nodiscard]] Bytes encode() const;
    static std::optional<Record> decode(ByteView bytes);

    /// The greatest view of anything in it.
    [[nodiscard]] View newest() const;
};

/// Collects what the next record holds, and knows which old records have served.
class Journal {
public:
    void note_vote(const OwnVote& vote) { next_.votes.push_back(vote); }
    void note_block(BlockPtr block);
    /// A certificate waits for the next vote or block: alone it is not worth a write.
    void note_certificate(CertificatePtr certificate);
    /// The floor alone is worth a record: that of a lost disk.
    void note_floor() { is_floor_news_ = true; }

    /// True if something is noted that must be durable before it is sent.
    [[nodiscard]] bool is_due() const {
        return is_floor_news_ || !next_.votes.empty() || !next_.blocks.empty();
    }

    /// The record to persist. `final_view` is the highest finalized view. Pre: is_due().
    Bytes take(View final_view);

    /// How many of the oldest records can be dropped now, each counted once: everything in them is
    /// below a floor that a later record has made durable.
    std::size_t take_forgettable();

    /// A record that was read back at the start, oldest first.
    void restore(const Record& record);

    /// Drops waiting certificates below `final_view`.
    void prune(View final_view);

    /// Appends all that distinguishes this journal from others.
    void digest(Bytes& out) const;

private:
    void remember(const Record& record);

    Record next_;
    bool is_floor_news_ = false;
    View floor_durable_;             // the greatest floor of any record
    std::deque<View> newest_views_;  // of each durable record, oldest first
};

}  // namespace nexus::consensus::simplex
