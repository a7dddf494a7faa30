#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/running_digest.hpp"
#include "sim/trace/trace_format.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {

/// An event read from a trace. `event.content` points to `content` of the same object.
struct TraceEvent {
    std::uint64_t index = 0;  ///< from 0
    Event event;
    Hash content;
};

/// Reads a trace file event by event, in bounded memory, and believes nothing: every record is
/// checked, and at the end the number of events and the recomputed digest.
///
/// Errors: NotFound (no such file), DataLoss (not a valid trace): with the file, the record or byte
///         where, what was expected and what was there. After an error `next` repeats it.
class TraceReader {
public:
    static absl::StatusOr<std::unique_ptr<TraceReader>> open(const std::string& path);
    /// Reads from memory; `origin` stands for the path in errors.
    static absl::StatusOr<std::unique_ptr<TraceReader>> from_bytes(ByteView bytes,
                                                                   std::string_view origin);
    TraceReader(const TraceReader&) = delete;
    TraceReader(TraceReader&&) = delete;
    TraceReader& operator=(const TraceReader&) = delete;
    TraceReader& operator=(TraceReader&&) = delete;
    ~TraceReader();

    [[nodiscard]] const TraceHeader& header() const { return header_; }

    /// Reads the next event. False at the end, when count and digest have been found right.
    [[nodiscard]] absl::StatusOr<bool> next(TraceEvent& out);

    // What has been read so far:
    [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
    /// "-" for none, "?" for one not named yet.
    [[nodiscard]] std::string_view node_name(NodeId node) const;
    [[nodiscard]] std::string_view node_kind(NodeId node) const;
    [[nodiscard]] std::string_view label(std::uint32_t label) const;
    [[nodiscard]] std::uint64_t events() const { return events_; }
    /// Of all events. Pre: `next` has returned false.
    [[nodiscard]] const Hash& digest() const { return end_.digest; }

private:
    struct Decompressor;

    TraceReader(std::unique_ptr<std::istream> input, std::string origin);
    absl::Status start();
    /// Makes sure that a whole record is in memory, if the file holds one.
    absl::Status fill();
    template <class T>
    absl::Status read(T& value, std::string_view what);
    absl::Status read_event(TraceEvent& out);
    absl::Status read_end();
    absl::Status check(const EventFields& fields) const;
    absl::Status malformed(std::string_view expected, std::string_view got) const;

    std::unique_ptr<std::istream> input_;
    std::string origin_;
    std::unique_ptr<Decompressor> decompressor_;
    TraceHeader header_;
    std::vector<NodeRecord> nodes_;
    std::vector<LabelRecord> labels_;
    RunningDigest digest_;
    Instant last_;
    std::uint64_t records_ = 0;
    std::uint64_t events_ = 0;
    EndRecord end_;
    bool ended_ = false;
    absl::Status status_;
};

}  // namespace nexus::sim
