#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/trace_reader.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// What of a trace to show. All conditions hold at once.
struct TraceFilter {
    std::string node{};  ///< name of receiver or source; empty: all
    std::string kind{};  ///< event kind, or name of the packet or timer, or its part before '/'
    Instant from{};
    Instant to{std::numeric_limits<std::int64_t>::max()};  ///< included
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

/// How many events were read of a trace, and how many of them shown.
struct TraceSummary {
    std::uint64_t events = 0;
    std::uint64_t shown = 0;
    /// Of all events; nothing if the limit was reached before the end.
    std::optional<Hash> digest;
};

/// Seconds with nine decimals: "12.000000345".
std::string format_time(Instant at);

/// One line without line end:
/// "  12.000000345  validator-3#1  packet   simplex/notarize  from validator-1  148 B  9f3ab2…".
std::string format_event(const TraceReader& reader, const TraceEvent& event);

/// Hands the opened trace to `on_open` and then each event that passes to `on_event`; in bounded
/// memory. Reads to the end, so that a damaged trace is noticed, unless the limit is reached.
/// Errors: those of TraceReader.
absl::StatusOr<TraceSummary> visit_trace(
    const std::string& path, const TraceFilter& filter,
    const std::function<void(const TraceReader&)>& on_open,
    const std::function<void(const TraceReader&, const TraceEvent&)>& on_event);

/// Hands each line to `line`, header first, as `visit_trace` does. Errors: those of TraceReader.
absl::StatusOr<TraceSummary> print_trace(const std::string& path, const TraceFilter& filter,
                                         const std::function<void(std::string_view line)>& line);

/// How two traces differ.
struct TraceDiff {
    bool headers_equal = true;
    TraceHeader header_a;
    TraceHeader header_b;
    /// Index of the first event that differs, or that one of the two lacks; nothing if none does.
    std::optional<std::uint64_t> divergence;
    bool only_length = false;  ///< one is a prefix of the other
    std::uint64_t events_a = 0;
    std::uint64_t events_b = 0;
    std::vector<std::string> before;   ///< the last common events
    std::vector<std::string> after_a;  ///< from the divergence on
    std::vector<std::string> after_b;

    [[nodiscard]] bool equal() const { return headers_equal && !divergence; }
    /// A report for people.
    [[nodiscard]] std::string text() const;
};

/// Compares event by event, with `context` events on each side of the first divergence. Names are
/// compared, not numbers. Errors: those of TraceReader, of either file.
absl::StatusOr<TraceDiff> diff_traces(const std::string& path_a, const std::string& path_b,
                                      std::size_t context = 5);

}  // namespace nexus::sim
