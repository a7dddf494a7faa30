#pragma once

#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>

namespace nexus::tools {

/// The folder of one run: scenario.toml (complete, with the seed), report.json, report.html,
/// trace.nxt and digest.txt. `nexus sim replay` needs the first and the last.
struct RunFolder {
    std::string path;

    [[nodiscard]] std::string scenario() const { return path + "/scenario.toml"; }
    [[nodiscard]] std::string trace() const { return path + "/trace.nxt"; }
    /// Where a run writes its trace, until the results of the run take the place of an older one.
    [[nodiscard]] std::string trace_partial() const { return path + "/.trace.nxt.partial"; }
    [[nodiscard]] std::string report_json() const { return path + "/report.json"; }
    [[nodiscard]] std::string report_html() const { return path + "/report.html"; }
    [[nodiscard]] std::string digest() const { return path + "/digest.txt"; }
};

/// Makes the folder and proves that it can be written before a run spends time on it.
/// Errors: PermissionDenied, FailedPrecondition with the path and the system's reason.
absl::Status prepare(const RunFolder& folder);

/// Writes the results of a run, whose trace, if it has one, is at `trace_partial`; they replace
/// those of an older run. Each file appears whole or not, and the digest comes last: a folder with
/// a digest is a whole run. Errors: those of the file system; then no partial file stays.
absl::Status write_results(const RunFolder& folder, const sim::Scenario& scenario,
                           const sim::RunReport& report);

/// The digest a run folder says its run had. Errors: NotFound, InvalidArgument.
absl::StatusOr<std::string> read_digest(const RunFolder& folder);

}  // namespace nexus::tools
