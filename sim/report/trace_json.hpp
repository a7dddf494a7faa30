#pragma once

#include "sim/trace/trace_text.hpp"

#include <absl/status/statusor.h>

#include <functional>
#include <string>
#include <string_view>

namespace nexus::sim {

/// A trace as JSON lines, one object an event, for programs that are not ours; the members are
/// listed in sim/report/README.md. The first line names the run, the last one says that nothing is
/// missing. Each line comes without its end. Errors: those of TraceReader; then there is no last
/// line.
absl::StatusOr<TraceSummary> export_trace(const std::string& path, const TraceFilter& filter,
                                          const std::function<void(std::string_view line)>& line);

/// How two traces differ, as one object on one line without its end: `equal`, `headers_equal`,
/// `events_a`, `events_b`, `divergence` (the index of the first event that differs, or null) and
/// the printed events around it, `before`, `after_a` and `after_b`.
std::string to_json(const TraceDiff& diff);

}  // namespace nexus::sim
