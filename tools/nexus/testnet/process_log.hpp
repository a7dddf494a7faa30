#pragma once

#include "actors/link/token_bucket.hpp"
#include "actors/roles/ports.hpp"
#include "base/time.hpp"
#include "tools/nexus/testnet/log_line.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace nexus::tools {

struct LogOptions {
    std::string path;  ///< Empty: standard output, for a service manager.
    LogLevel level = LogLevel::Info;
    /// When a file would get longer it becomes PATH.1, in the place of the one before: a log takes
    /// twice this at most.
    std::size_t file_bytes_max = std::size_t{4} << 20U;
};

/// How often lines of one event of one member come, where others can cause them.
struct LogPace {
    std::uint64_t burst = 100;
    Duration interval = seconds(5);  ///< Between lines after the burst.
};

/// The log of one process.
///
/// Invariant: whatever others do, the lines of one event of one member keep to the LogPace, and the
///            next one that is written counts those that were not.
/// Threading: any thread. A line waits for the page cache, not for the disk.
/// Failure:   what cannot be written is lost; the first loss is told on stderr.
class ProcessLog {
public:
    /// `clock` gives the time since 1970 and outlives this. A line that a dying process has left
    /// half written is dropped. Errors: PermissionDenied if the file cannot be opened, with the
    /// path in the text.
    static absl::StatusOr<std::unique_ptr<ProcessLog>> open(const LogOptions& options,
                                                            const actors::Clock& clock,
                                                            const LogPace& pace = {});
    ProcessLog(const ProcessLog&) = delete;
    ProcessLog& operator=(const ProcessLog&) = delete;
    /// Tells how many lines were left out.
    ~ProcessLog();

    [[nodiscard]] bool takes(LogLevel level) const { return level >= level_; }

    /// Writes a line, unless there were too many of this event.
    void write(LogLevel level, std::string_view member, std::string_view event,
               std::initializer_list<LogField> fields);
    /// Writes every line: for what nobody else can cause.
    void write_always(LogLevel level, std::string_view member, std::string_view event,
                      std::initializer_list<LogField> fields);
    /// Tells how many lines were left out of events that have become quiet, and writes what is
    /// buffered. Called about once a second.
    void tick();

private:
    /// The lines of one event of one member.
    struct Stream {
        actors::TokenBucket pace;
        std::uint64_t suppressed = 0;  // since the last line
        Instant last;                  // time of the last one that was suppressed
    };

    ProcessLog(const LogOptions& options, const actors::Clock& clock, const LogPace& pace,
               std::shared_ptr<spdlog::logger> logger);
    void put(const LogHead& head, std::initializer_list<LogField> fields, std::uint64_t suppressed);
    void tell_suppressed(Duration quiet);

    const actors::Clock& clock_;
    const LogLevel level_;
    const LogPace pace_;
    const std::shared_ptr<spdlog::logger> logger_;
    std::mutex mutex_;                                               // guards what stands below
    std::map<std::pair<std::string, std::string>, Stream> streams_;  // by member and event
};

}  // namespace nexus::tools
