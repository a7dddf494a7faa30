#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "consensus/api/certificate.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace nexus::consensus::simplex {

/// A block we lack.
struct Want {
    Hash block;
    CertificatePtr source;  ///< Whose signers have it; null if nobody in particular.
    bool urgent = false;    ///< Ask at once: no proposal can be bringing it already.
};

/// Remembers for what is missing how often it was asked for, so that each try asks another peer.
///
/// Shape: at most kWantsMax blocks at a time, one range of views, one sync.
class Fetcher {
public:
    static constexpr std::size_t kWantsMax = 8;

    /// One block request to send. `attempt` counts from 0.
    struct Request {
        Want want;
        std::size_t attempt = 0;
    };

    /// Replaces the set of missing blocks; those still missing keep their count.
    void set_wants(const std::vector<Want>& wants);

    /// Replaces the view whose certificate is missing.
    void set_missing_view(std::optional<View> view);

    /// Whether the finalized chain is out of reach of single blocks.
    void set_far_behind(bool far_behind);

    [[nodiscard]] bool wants(const Hash& block) const { return wants_.contains(block); }
    [[nodiscard]] bool is_idle() const { return wants_.empty() && !missing_view_ && !far_behind_; }

    /// Block requests to send now: urgent ones not asked yet or, on a retry, all.
    std::vector<Request> take_block_requests(bool retry);

    /// The view to ask certificates for up to, and the attempt; likewise.
    struct ViewRequest {
        View last;
        std::size_t attempt = 0;
    };
    std::optional<ViewRequest> take_view_request(bool retry);

    /// The attempt of the sync request to send now, if one is due.
    std::optional<std::size_t> take_sync_request(bool retry);

    /// A sync answer brought blocks: the next request may go out at once.
    void sync_progressed() { sync_asked_ = false; }

    /// The most tries any wanted block has had.
    [[nodiscard]] std::size_t attempts_max() const;

    /// Appends all that distinguishes this fetcher from others.
    void digest(Bytes& out) const;

private:
    struct Pending {
        Want want;
        std::size_t attempts = 0;
    };

    std::map<Hash, Pending> wants_;
    std::optional<View> missing_view_;
    std::size_t view_attempts_ = 0;
    bool far_behind_ = false;
    bool sync_asked_ = false;
    std::size_t sync_attempts_ = 0;
};

}  // namespace nexus::consensus::simplex
