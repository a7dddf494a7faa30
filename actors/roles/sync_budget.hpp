#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <absl/container/btree_map.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace nexus::actors {

namespace sync_detail {

/// Spent so far, less what time gave back.
struct Bucket {
    std::uint64_t spent = 0;
    Instant at;
};

struct Account {
    Bucket answered;
    Bucket unasked;
    std::uint32_t asked = 0;  // answers that may come
};

}  // namespace sync_detail

/// What a validator spends on the block sync of others. A peer that asks again and again gets no
/// more than a share of the uplink; blocks that nobody asked for are looked at one at a time.
class SyncBudget {
public:
    static constexpr std::uint64_t kBlocksBurst = 8192;      ///< Answered at once.
    static constexpr std::uint64_t kBlocksPerSecond = 1024;  ///< Answered in the long run.
    static constexpr std::uint64_t kUnaskedPerSecond = 8;    ///< Blocks, each with a certificate.

    /// How many of `wanted` blocks the peer may be sent now; they are taken off its budget.
    std::size_t grant(NodeId peer, std::size_t wanted, Instant now) {
        return take(accounts_[peer].answered, wanted, now, kBlocksPerSecond, kBlocksBurst);
    }

    /// The peer was asked for blocks. Of answers that never came so many at most may come late.
    static constexpr std::uint32_t kAnswersMax = 4;
    void asked(NodeId peer) {
        std::uint32_t& asked = accounts_[peer].asked;
        asked = std::min(asked + 1, kAnswersMax);
    }

    /// How many of the blocks that the peer sent are worth a look.
    std::size_t accept(NodeId peer, std::size_t sent, Instant now) {
        Account& account = accounts_[peer];
        if (account.asked > 0) {
            --account.asked;
            return sent;
        }
        return take(account.unasked, sent, now, kUnaskedPerSecond, kUnaskedPerSecond);
    }

private:
    using Bucket = sync_detail::Bucket;
    using Account = sync_detail::Account;

    static std::size_t take(Bucket& bucket, std::size_t wanted, Instant now,
                            std::uint64_t per_second, std::uint64_t burst) {
        const auto passed = static_cast<std::uint64_t>((now - bucket.at).nanoseconds);
        const std::uint64_t back = passed / (1'000'000'000 / per_second);
        if (back > 0) {
            bucket.spent -= std::min(bucket.spent, back);
            bucket.at = now;
        }
        const std::size_t granted = std::min<std::uint64_t>(wanted, burst - bucket.spent);
        bucket.spent += granted;
        return granted;
    }

    absl::btree_map<NodeId, Account> accounts_;  // of validators: the caller checks that
};

}  // namespace nexus::actors
