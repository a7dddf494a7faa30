#pragma once

#include "tools/nexus/testnet/log_line.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nexus::tools {

/// Reads the lines of one log while its process writes it: FILE.1, then FILE, then what comes, also
/// where FILE becomes FILE.1 and another one begins.
class LogFile {
public:
    explicit LogFile(std::string path) : path_(std::move(path)) {}
    LogFile(LogFile&& other) noexcept
        : path_(std::move(other.path_)),
          handle_(std::exchange(other.handle_, -1)),
          begun_(std::move(other.begun_)) {}
    LogFile& operator=(LogFile&&) = delete;
    ~LogFile();

    /// Whole lines that have come since the last call, oldest first. The first call gives all there
    /// are; none if there is no such file yet.
    [[nodiscard]] std::vector<std::string> read();

private:
    void read_to_end(int handle, std::vector<std::string>& lines);

    std::string path_;
    int handle_ = -1;    // once there was a file, there is one
    std::string begun_;  // of a line whose end has not come
};

/// The logs of some processes as one.
class LogReader {
public:
    struct Line {
        LogLine line;
        std::string text;  ///< As it was written.
    };

    /// Lines from `level` on, of these members; of everybody if there are none.
    LogReader(const std::vector<std::string>& paths, LogLevel level,
              std::set<std::string> members = {});

    /// What has come since the last call, by time.
    [[nodiscard]] std::vector<Line> read();
    /// Lines that were none of a log, and left out.
    [[nodiscard]] std::size_t refused() const { return refused_; }

private:
    std::vector<LogFile> files_;
    LogLevel level_;
    std::set<std::string> members_;
    std::size_t refused_ = 0;
};

}  // namespace nexus::tools
