#include "sim/trace/trace_text.hpp"

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/trace_reader.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

bool kind_matches(const TraceReader& reader, const Event& event, std::string_view kind) {
    const std::string_view label = reader.label(event.label);
    return kind.empty() || kind == to_string(event.kind) || kind == label ||
           kind == label.substr(0, label.find('/'));
}

bool matches(const TraceReader& reader, const Event& event, const TraceFilter& filter) {
    const bool node = filter.node.empty() || filter.node == reader.node_name(event.node) ||
                      filter.node == reader.node_name(event.source);
    return node && event.at >= filter.from && event.at <= filter.to &&
           kind_matches(reader, event, filter.kind);
}

std::string format_header(const TraceHeader& header) {
    return fmt::format("scenario {}, seed {}, commit {}", header.scenario, header.seed,
                       header.commit);
}

/// Two traces read in step.
class Comparison {
public:
    Comparison(TraceReader& a, TraceReader& b, std::size_t context)
        : a_(a), b_(b), context_(context) {}

    absl::StatusOr<TraceDiff> run() {
        diff_.header_a = a_.header();
        diff_.header_b = b_.header();
        diff_.headers_equal = a_.header() == b_.header();
        std::deque<std::string> before;
        for (;;) {
            if (absl::Status status = advance(); !status.ok()) {
                return status;
            }
            if (!more_a_ && !more_b_) {
                break;
            }
            if (!more_a_ || !more_b_ || !same()) {
                diff_.divergence = more_a_ ? event_a_.index : event_b_.index;
                diff_.only_length = !more_a_ || !more_b_;
                break;
            }
            before.push_back(format_event(a_, event_a_));
            if (before.size() > context_) {
                before.pop_front();
            }
        }
        diff_.before.assign(std::make_move_iterator(before.begin()),
                            std::make_move_iterator(before.end()));
        if (absl::Status status = read_rest(); !status.ok()) {
            return status;
        }
        diff_.events_a = a_.events();
        diff_.events_b = b_.events();
        return std::move(diff_);
    }

private:
    static absl::Status advance(TraceReader& reader, TraceEvent& event, bool& more) {
        const absl::StatusOr<bool> result = reader.next(event);
        more = result.ok() && *result;
        return result.status();
    }

    absl::Status advance() {
        if (absl::Status status = advance(a_, event_a_, more_a_); !status.ok()) {
            return status;
        }
        return advance(b_, event_b_, more_b_);
    }

    [[nodiscard]] bool same() const {
        const Event& a = event_a_.event;
        const Event& b = event_b_.event;
        return a.at == b.at && a.kind == b.kind && a.incarnation == b.incarnation &&
               a.value == b.value && event_a_.content == event_b_.content &&
               a_.node_name(a.node) == b_.node_name(b.node) &&
               a_.node_name(a.source) == b_.node_name(b.source) &&
               a_.label(a.label) == b_.label(b.label);
    }

    /// Shows what comes from the divergence on, and reads both to the end: they are counted, and
    /// a damaged file is noticed.
    absl::Status read_rest() {
        while (more_a_ || more_b_) {
            if (more_a_ && diff_.after_a.size() < context_) {
                diff_.after_a.push_back(format_event(a_, event_a_));
            }
            if (more_b_ && diff_.after_b.size() < context_) {
                diff_.after_b.push_back(format_event(b_, event_b_));
            }
            if (absl::Status status = advance(); !status.ok()) {
                return status;
            }
        }
        return absl::OkStatus();
    }

    TraceReader& a_;
    TraceReader& b_;
    std::size_t context_;
    TraceEvent event_a_;
    TraceEvent event_b_;
    bool more_a_ = false;
    bool more_b_ = false;
    TraceDiff diff_;
};

void append_lines(std::string& text, char mark, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        fmt::format_to(std::back_inserter(text), "{} {}\n", mark, line);
    }
}

}  // namespace

std::string format_time(Instant at) {
    return fmt::format("{}.{:09}", at.nanoseconds / 1'000'000'000, at.nanoseconds % 1'000'000'000);
}

std::string format_event(const TraceReader& reader, const TraceEvent& traced) {
    const Event& event = traced.event;
    std::string line =
        fmt::format("{:>8}  {:>16}  {:<20} {:<7} {}", traced.index, format_time(event.at),
                    fmt::format("{}#{}", reader.node_name(event.node), event.incarnation),
                    to_string(event.kind), reader.label(event.label));
    const auto out = std::back_inserter(line);
    switch (event.kind) {
        case EventKind::Packet:
            fmt::format_to(out, "  from {}  {} B  {}", reader.node_name(event.source), event.value,
                           short_hex(traced.content.view()));
            break;
        case EventKind::Durable:
            fmt::format_to(out, " token {}", event.value);
            break;
        case EventKind::Timer:
        case EventKind::Local:
            fmt::format_to(out, " {}", event.value);
            break;
        case EventKind::Start:
        case EventKind::Spawn:
        case EventKind::Crash:
            break;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

absl::StatusOr<TraceSummary> visit_trace(
    const std::string& path, const TraceFilter& filter,
    const std::function<void(const TraceReader&)>& on_open,
    const std::function<void(const TraceReader&, const TraceEvent&)>& on_event) {
    absl::StatusOr<std::unique_ptr<TraceReader>> opened = TraceReader::open(path);
    if (!opened.ok()) {
        return opened.status();
    }
    TraceReader& reader = **opened;
    on_open(reader);
    TraceSummary summary;
    TraceEvent event;
    while (summary.shown < filter.limit) {
        const absl::StatusOr<bool> more = reader.next(event);
        if (!more.ok()) {
            return more.status();
        }
        if (!*more) {
            summary.digest = reader.digest();
            break;
        }
        if (matches(reader, event.event, filter)) {
            on_event(reader, event);
            ++summary.shown;
        }
    }
    summary.events = reader.events();
    return summary;
}

absl::StatusOr<TraceSummary> print_trace(const std::string& path, const TraceFilter& filter,
                                         const std::function<void(std::string_view line)>& line) {
    return visit_trace(
        path, filter, [&](const TraceReader& reader) { line(format_header(reader.header())); },
        [&](const TraceReader& reader, const TraceEvent& event) {
            line(format_event(reader, event));
        });
}

absl::StatusOr<TraceDiff> diff_traces(const std::string& path_a, const std::string& path_b,
                                      std::size_t context) {
    absl::StatusOr<std::unique_ptr<TraceReader>> a = TraceReader::open(path_a);
    if (!a.ok()) {
        return a.status();
    }
    absl::StatusOr<std::unique_ptr<TraceReader>> b = TraceReader::open(path_b);
    if (!b.ok()) {
        return b.status();
    }
    return Comparison(**a, **b, context).run();
}

std::string TraceDiff::text() const {
    std::string text;
    const auto out = std::back_inserter(text);
    if (!headers_equal) {
        fmt::format_to(out, "headers differ:\n< {}\n> {}\n", format_header(header_a),
                       format_header(header_b));
    }
    if (!divergence) {
        fmt::format_to(out, "{} events, all equal\n", events_a);
        return text;
    }
    if (only_length) {
        fmt::format_to(out, "the first {} events are equal; then only {} goes on: {} against {}\n",
                       *divergence, events_a > events_b ? "A" : "B", events_a, events_b);
    } else {
        fmt::format_to(out, "first divergence at event {} ({} events against {})\n", *divergence,
                       events_a, events_b);
    }
    append_lines(text, ' ', before);
    append_lines(text, '<', after_a);
    append_lines(text, '>', after_b);
    return text;
}

}  // namespace nexus::sim
