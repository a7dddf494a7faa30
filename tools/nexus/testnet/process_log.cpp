#include "tools/nexus/testnet/process_log.hpp"

#include "base/concat.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <utility>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

/// A token bucket counts in whole numbers; a line costs so many.
constexpr std::uint64_t kLineCost = 1'000'000;
/// After so long without a line the number of those that were left out stands by itself.
constexpr Duration kQuiet = seconds(10);

actors::TokenBucket bucket_of(const LogPace& pace) {
    const auto interval_ms = static_cast<std::uint64_t>(pace.interval.nanoseconds / 1'000'000);
    return {kLineCost * 1000 / interval_ms, kLineCost * (pace.burst - 1)};
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    constexpr std::array<spdlog::level::level_enum, 4> kLevels = {
        spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
    return kLevels.at(static_cast<std::size_t>(level));
}

/// Cuts off what stands behind the last end of a line: a process was killed while it wrote.
void mend(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error || size == 0) {
        return;
    }
    std::ifstream file(path, std::ios::binary);
    std::uintmax_t end = size;
    char last = '\0';
    while (end > 0 && file.seekg(static_cast<std::streamoff>(end - 1)).get(last) && last != '\n') {
        --end;
    }
    if (file && end < size) {
        fs::resize_file(path, end, error);
    }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProcessLog>> ProcessLog::open(const LogOptions& options,
                                                             const actors::Clock& clock,
                                                             const LogPace& pace) {
    std::shared_ptr<spdlog::logger> logger;
    try {
        spdlog::sink_ptr sink;
        if (options.path.empty()) {
            sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
        } else {
            mend(options.path);
            sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                options.path, options.file_bytes_max, /*max_files=*/1);
        }
        sink->set_pattern("%v");
        logger = std::make_shared<spdlog::logger>("nexus", std::move(sink));
    } catch (const spdlog::spdlog_ex& error) {
        return absl::PermissionDeniedError(concat(options.path, ": ", error.what()));
    }
    logger->set_level(spdlog::level::trace);
    // Lines at debug, the only ones that are many, wait for the next one that matters more.
    logger->flush_on(spdlog::level::info);
    logger->set_error_handler([is_told = std::make_shared<std::atomic<bool>>(false),
                               path = options.path](const std::string& why) {
        if (!is_told->exchange(true)) {
            std::fprintf(stderr, "error: log: %s: %s\n", path.c_str(), why.c_str());
        }
    });
    return std::unique_ptr<ProcessLog>(new ProcessLog(options, clock, pace, std::move(logger)));
}

ProcessLog::ProcessLog(const LogOptions& options, const actors::Clock& clock, const LogPace& pace,
                       std::shared_ptr<spdlog::logger> logger)
    : clock_(clock), level_(options.level), pace_(pace), logger_(std::move(logger)) {}

ProcessLog::~ProcessLog() {
    tell_suppressed({});
    logger_->flush();
}

void ProcessLog::write(LogLevel level, std::string_view member, std::string_view event,
                       std::initializer_list<LogField> fields) {
    if (!takes(level)) {
        return;
    }
    const Instant at = clock_.now();
    std::uint64_t suppressed = 0;
    {
        const std::lock_guard lock(mutex_);
        Stream& stream =
            streams_
                .try_emplace({std::string(member), std::string(event)},
                             Stream{.pace = bucket_of(pace_), .suppressed = 0, .last = {}})
                .first->second;
        if (stream.pace.debt(at).nanoseconds > 0) {
            ++stream.suppressed;
            stream.last = at;
            return;
        }
        (void)stream.pace.take(at, kLineCost);
        suppressed = std::exchange(stream.suppressed, 0);
    }
    put({.at = at, .level = level, .member = member, .event = event}, fields, suppressed);
}

void ProcessLog::write_always(LogLevel level, std::string_view member, std::string_view event,
                              std::initializer_list<LogField> fields) {
    if (takes(level)) {
        put({.at = clock_.now(), .level = level, .member = member, .event = event}, fields, 0);
    }
}

void ProcessLog::tick() {
    tell_suppressed(kQuiet);
    logger_->flush();
}

/// Of events without a line for so long.
void ProcessLog::tell_suppressed(Duration quiet) {
    const Instant at = clock_.now();
    const std::lock_guard lock(mutex_);
    for (auto& [name, stream] : streams_) {
        if (stream.suppressed > 0 && at - stream.last >= quiet) {
            put({.at = at, .level = LogLevel::Info, .member = name.first, .event = "left_out"},
                {{"of", name.second}}, std::exchange(stream.suppressed, 0));
        }
    }
}

void ProcessLog::put(const LogHead& head, std::initializer_list<LogField> fields,
                     std::uint64_t suppressed) {
    logger_->log(spdlog_level(head.level),
                 format_log_line(head, {fields.begin(), fields.size()}, suppressed));
}

}  // namespace nexus::tools
