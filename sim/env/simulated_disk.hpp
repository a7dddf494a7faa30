#pragma once

#include "actors/roles/ports.hpp"
#include "base/bytes.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace nexus::sim {

/// How fast a disk is.
struct DiskConfig {
    Duration fsync_latency = milliseconds(1);
};

/// The journal device of one node: an append is durable when the fsync that covers it has ended;
/// appends made during an fsync share the next one (group commit).
///
/// Pre of all calls: time does not run backwards between appends, nor between completions. An
/// append may lie in the future of a completion: an actor's virtual time runs ahead while it
/// handles an event.
///
/// Invariant: durable tokens are a prefix of all tokens ever given that no crash took.
/// Failure:   `crash` keeps the durable records and drops the others, `wipe` drops all; tokens
///            are never used twice.
class SimulatedDisk {
public:
    explicit SimulatedDisk(DiskConfig config) : config_(config) {}

    /// Takes a record. If this starts an fsync, returns when it will end: the caller then calls
    /// `complete` at that time. Appends at the very instant an fsync starts belong to it.
    std::optional<Instant> append(Bytes record, Instant now);
    /// The token of the latest append.
    [[nodiscard]] actors::DurableToken last_token() const { return next_token_ - 1; }

    /// Tokens that have become durable: [first, first + count).
    struct Completed {
        actors::DurableToken first = 0;
        std::size_t count = 0;
        std::optional<Instant> next_end;  ///< the end of the fsync that starts now, if one does
    };
    /// Ends the running fsync. Pre: one is running.
    Completed complete(Instant now);

    /// Drops the `count` oldest durable records. Pre: there are as many.
    void forget(std::size_t count);
    [[nodiscard]] std::vector<Bytes> records() const;
    [[nodiscard]] std::size_t durable_count() const { return durable_.size(); }

    /// Drops all that is not durable; returns how many records that were.
    std::size_t crash();

    /// Loses everything, as when the device is replaced. Pre: nothing is being appended, as after a
    /// crash.
    void wipe();
    /// False once the disk was wiped.
    [[nodiscard]] bool is_original() const { return is_original_; }

    void set_fsync_latency(Duration latency) { config_.fsync_latency = latency; }

private:
    DiskConfig config_;
    std::deque<Bytes> durable_;
    struct Waiting {
        Instant since;
        Bytes record;
    };
    /// Moves to the fsync that starts at `start` all records appended by then.
    void begin(Instant start);

    std::vector<Bytes> syncing_;   // covered by the running fsync
    std::deque<Waiting> waiting_;  // for a later one
    bool running_ = false;
    bool is_original_ = true;
    Instant started_;  // of the running fsync
    actors::DurableToken next_token_ = 1;
    actors::DurableToken syncing_first_ = 1;  // token of syncing_.front()
};

}  // namespace nexus::sim
