#pragma once

#include "base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/statusor.h>

#include <functional>
#include <string>

namespace nexus::sim {

/// What a run needs beside its scenario; none of it changes what happens in the run.
struct RunOptions {
    std::string trace_file;  ///< Where to write the trace; empty: none.
    std::string commit = "unknown";
    std::string build = "unknown";
    /// Seconds of wall time since some fixed point: for wall_seconds only.
    std::function<double()> wall_clock;
    /// Told now and then how far virtual time has come.
    std::function<void(Duration done, Duration total)> progress;
    /// Encodes every packet and delivers what decoding gives back: slow; the digest stays the same.
    bool reencode_packets = false;
};

/// Runs a scenario from start to end and says what happened.
///
/// Determinism: the report depends on the scenario alone, wall-clock fields apart.
/// Errors: InvalidArgument and NotFound for what the scenario names but the world lacks,
/// Unavailable for files that cannot be written. A violated invariant is no error: it is reported.
absl::StatusOr<RunReport> simulate(const Scenario& scenario, const RunOptions& options);

}  // namespace nexus::sim
