#pragma once

#include "sim/scenario/scenario.hpp"
#include "sim/shrink/failure.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>

namespace nexus::sim {

/// Runs a scenario and says how it failed; an empty Failure: it did not.
using Judge = std::function<absl::StatusOr<Failure>(const Scenario&)>;

/// How far a search may go, and who hears of it.
struct ShrinkOptions {
    std::uint64_t attempts_max = 200;  ///< Calls of the judge.
    /// Told before each attempt how many there were, and the smallest scenario so far.
    std::function<void(std::uint64_t attempts, const Scenario& smallest)> progress;
};

/// What a search came to.
struct Shrunk {
    Scenario scenario;  ///< Fails alike; the one given if nothing smaller does.
    std::uint64_t attempts = 0;
    std::uint64_t accepted = 0;  ///< Attempts that failed alike and made it smaller.
    bool is_complete = false;    ///< No single step makes it smaller; else attempts ran out.
};

/// Searches for a smaller scenario that fails like `kept`: drops faults, Byzantine validators,
/// load, contributors, sovereigns and validators in chunks that halve (delta debugging), takes the
/// network's trouble away, and halves numbers between what fails and what does not. It begins anew
/// until a whole round changes nothing. Every candidate is put in order, written, and read again by
/// the scenario's checker; what the checker refuses costs no attempt, nor does what was tried
/// before.
///
/// A run can fail in one way for many a reason: "finalized_blocks >= 20" does not hold of any run
/// that is short enough. Two rules keep the search to the reason it began with:
///
/// - If the failure is gone without trouble (`without_trouble`), this must be true of a candidate
///   too, which costs it a second attempt.
/// - If a protocol bears the faults (`is_bearable`), it must bear those of a candidate too: one
///   validator of one that crashes is another story than one of four.
///
/// Determinism: same scenario, failure and judge, same attempts in the same order.
/// Failure:     a candidate that the judge cannot run counts as one that does not fail.
/// Pre:         `failed` passes the checker, and fails like `kept`, which is an essence.
Shrunk shrink(const Scenario& failed, const Failure& kept, const Judge& judge,
              const ShrinkOptions& options);

}  // namespace nexus::sim
