#include "sim/report/trace_json.hpp"

#include "base/bytes.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/trace_reader.hpp"
#include "sim/trace/trace_text.hpp"

#include <absl/status/statusor.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr int kVersion = 1;

std::string run_line(const TraceReader& reader) {
    JsonWriter json(JsonWriter::Style::Compact);
    json.open_object()
        .member("kind", "run")
        .member("version", kVersion)
        .member("scenario", reader.header().scenario)
        .member("seed", reader.header().seed)
        .member("commit", reader.header().commit)
        .close();
    return json.take();
}

std::string event_line(const TraceReader& reader, const TraceEvent& traced) {
    const Event& event = traced.event;
    JsonWriter json(JsonWriter::Style::Compact);
    json.open_object()
        .member("kind", to_string(event.kind))
        .member("index", traced.index)
        .member("at_ns", event.at.nanoseconds)
        .member("node", reader.node_name(event.node))
        .member("incarnation", event.incarnation);
    switch (event.kind) {
        case EventKind::Packet:
            json.member("name", reader.label(event.label))
                .member("from", reader.node_name(event.source))
                .member("bytes", event.value)
                .member("digest", to_hex(traced.content.view()));
            break;
        case EventKind::Durable:
            json.member("token", event.value);
            break;
        case EventKind::Timer:
        case EventKind::Local:
            json.member("name", reader.label(event.label)).member("number", event.value);
            break;
        case EventKind::Start:
        case EventKind::Spawn:
        case EventKind::Crash:
            break;
    }
    json.close();
    return json.take();
}

std::string end_line(const TraceSummary& summary) {
    JsonWriter json(JsonWriter::Style::Compact);
    json.open_object()
        .member("kind", "end")
        .member("events_read", summary.events)
        .member("events_shown", summary.shown)
        .key("digest");
    if (summary.digest) {
        json.value(to_hex(summary.digest->view()));
    } else {
        json.value(std::nullopt);
    }
    json.close();
    return json.take();
}

}  // namespace

absl::StatusOr<TraceSummary> export_trace(const std::string& path, const TraceFilter& filter,
                                          const std::function<void(std::string_view line)>& line) {
    auto summary = visit_trace(
        path, filter, [&](const TraceReader& reader) { line(run_line(reader)); },
        [&](const TraceReader& reader, const TraceEvent& event) {
            line(event_line(reader, event));
        });
    if (summary.ok()) {
        line(end_line(*summary));
    }
    return summary;
}

std::string to_json(const TraceDiff& diff) {
    JsonWriter json(JsonWriter::Style::Compact);
    json.open_object()
        .member("equal", diff.equal())
        .member("headers_equal", diff.headers_equal)
        .member("events_a", diff.events_a)
        .member("events_b", diff.events_b)
        .member("divergence", diff.divergence);
    const std::pair<std::string_view, const std::vector<std::string>&> lists[] = {
        {"before", diff.before}, {"after_a", diff.after_a}, {"after_b", diff.after_b}};
    for (const auto& [name, events] : lists) {
        json.key(name).open_array();
        for (const std::string& event : events) {
            json.value(event);
        }
        json.close();
    }
    json.close();
    return json.take();
}

}  // namespace nexus::sim
