#pragma once

#include "base/time.hpp"
#include "graph/state/state_snapshot.hpp"
#include "sim/report/histogram.hpp"
#include "sim/report/run_report.hpp"
#include "sim/society/society.hpp"
#include "tools/nexus/testnet/layout.hpp"

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace nexus::tools {

/// Which part of a testnet's life a report is about.
struct ReportWindow {
    Instant from;
    Instant until;
    std::string clients;         ///< The process whose latencies and kinds count; empty: all.
    std::set<std::string> down;  ///< Processes that did not live at its end.
};

/// Those that do not live now.
std::set<std::string> processes_down(const TestnetLayout& layout, const NetworkFile& network);

struct MeasuredReport {
    sim::RunReport report;
    sim::Histogram lateness;                         ///< Of the load's own sending, nanoseconds.
    std::map<std::string, std::uint64_t> submitted;  ///< By client; the report has the sum.
};

/// What the members of a testnet have measured, in the simulator's form: times count from the start
/// of the window. Fields that only a simulator knows stay empty. Blocks and transactions are those
/// committed in the window, and submitted ones those that were meant for it, so that it may be read
/// after the end of the processes. Errors: measurements of another form.
absl::StatusOr<MeasuredReport> measured_report(const TestnetLayout& layout,
                                               const NetworkFile& network,
                                               const sim::Society& society,
                                               const ReportWindow& window);

/// Adds what the state after the report's last block says: of the sovereigns; and what clients have
/// sent in all, for a client that is killed takes its count of the last half second along, and the
/// chain has what it sent then.
void add_chain_state(MeasuredReport& measured, const sim::Society& society,
                     const graph::StateSnapshot& state);

}  // namespace nexus::tools
