#pragma once

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/running_digest.hpp"
#include "sim/trace/trace_format.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace nexus::sim {

/// Writes a trace file while the run goes on, in bounded memory. The file appears under its name
/// only when it is complete: until then it is `<path>.tmp`.
///
/// Errors: the first one, with the path and what the system said, is kept, and `finish` returns it;
///         after it nothing is written.
class TraceWriter final : public EventSink {
public:
    /// Errors: Unavailable if the file cannot be made; InvalidArgument if a text is too long or no
    /// UTF-8.
    static absl::StatusOr<std::unique_ptr<TraceWriter>> create(const std::string& path,
                                                               const TraceHeader& header);
    ~TraceWriter() override;  // without `finish`, removes the unfinished file

    void on_node(NodeId node, std::string_view name, std::string_view kind) override;
    void on_label(std::uint32_t label, std::string_view name) override;
    void on_event(const Event& event) override;

    /// Ends the file and gives it its name. To be called once.
    [[nodiscard]] absl::Status finish();

    [[nodiscard]] std::uint64_t events() const { return events_; }

private:
    struct Compressor;

    TraceWriter(std::string path, std::FILE* file);
    /// Compresses and writes what has gathered; `end` closes the zstd frame.
    void flush(bool end);
    void flush_if_full();
    void write(ByteView bytes);
    void fail(absl::Status status);
    absl::Status system_error(std::string_view action) const;

    std::string path_;
    std::string temporary_;
    std::FILE* file_;
    std::unique_ptr<Compressor> compressor_;
    codec::Encoder encoder_;
    RunningDigest digest_;
    Instant last_;
    std::uint64_t events_ = 0;
    std::uint32_t nodes_ = 0;
    std::uint32_t labels_ = 0;
    bool finished_ = false;
    absl::Status status_;
};

}  // namespace nexus::sim
