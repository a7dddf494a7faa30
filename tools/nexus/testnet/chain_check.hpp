#pragma once

#include "graph/state/state_snapshot.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/testnet/layout.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::tools {

/// What the disks of a testnet hold.
struct ChainCheck {
    /// Blocks up to here were dropped by all: the state after this one was taken for right, as the
    /// validators certified it. 0: the chain was executed from its genesis.
    std::uint64_t base = 0;
    /// What could not be checked for that reason, in sentences.
    std::vector<std::string> not_covered;
    std::uint64_t height = 0;  ///< Of the validator that is furthest.
    std::uint64_t transactions = 0;
    std::uint64_t rejected = 0;
    /// After the block of the height that was asked for, or after the last one below it.
    graph::StateSnapshot state;
    std::vector<sim::InvariantSummary> invariants;

    [[nodiscard]] bool holds() const;
};

/// Reads the blocks and journals of all validators, which may be running, executes the chain anew
/// and holds all of it against the simulator's invariants that can be seen from outside; and
///
///     no_lost_transaction  what a client saw finalized is in a block
///     no_double_sign       over the journals and certificates of all validators
///     no_alarm             no member has raised an alarm, seen two contradicting votes or caught
///                          a gateway at a lie, in any life of its process
///
/// Where no disk has the oldest blocks any more it begins at the oldest checkpoint.
///
/// `state_height`: which state is wanted; nothing: the last one.
///
/// Errors: a disk that cannot be read, measurements and alarms of another form.
absl::StatusOr<ChainCheck> check_chain(const TestnetLayout& layout, const NetworkFile& network,
                                       const sim::Society& society,
                                       std::optional<std::uint64_t> state_height = std::nullopt);

/// Errors: InvalidArgument, with the file, for an invariant that is to be found broken and that
/// `check_chain` cannot check, for only a simulator sees enough of what happens.
absl::Status check_violations(const sim::Scenario& scenario);

}  // namespace nexus::tools
