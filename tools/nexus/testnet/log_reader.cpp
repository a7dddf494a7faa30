#include "tools/nexus/testnet/log_reader.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace nexus::tools {
namespace {

int open_to_read(const std::string& path) { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }

/// True if both names stand for one file.
bool is_same(const struct stat& one, const struct stat& other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

LogFile::~LogFile() {
    if (handle_ >= 0) {
        close(handle_);
    }
}

void LogFile::read_to_end(int handle, std::vector<std::string>& lines) {
    std::array<char, 65'536> buffer{};
    for (;;) {
        const ssize_t size = ::read(handle, buffer.data(), buffer.size());
        if (size <= 0) {
            return;
        }
        std::string_view rest(buffer.data(), static_cast<std::size_t>(size));
        for (std::size_t end = rest.find('\n'); end != std::string_view::npos;
             end = rest.find('\n')) {
            begun_ += rest.substr(0, end);
            lines.push_back(std::exchange(begun_, {}));
            rest.remove_prefix(end + 1);
        }
        begun_ += rest;
    }
}

std::vector<std::string> LogFile::read() {
    std::vector<std::string> lines;
    struct stat mine{};
    if (handle_ < 0) {
        handle_ = open_to_read(path_);
        if (handle_ < 0) {
            return lines;
        }
        // Opened after the newer one: should the files change places between, the older is seen to
        // be the one in hand, and no line comes twice or is passed over.
        const int older = open_to_read(path_ + ".1");
        struct stat that{};
        if (older >= 0) {
            if (fstat(older, &that) == 0 && fstat(handle_, &mine) == 0 && !is_same(that, mine)) {
                read_to_end(older, lines);
                begun_.clear();
            }
            close(older);
        }
    }
    read_to_end(handle_, lines);
    struct stat named{};
    while (fstat(handle_, &mine) == 0 && stat(path_.c_str(), &named) == 0 &&
           !is_same(mine, named)) {
        const int newer = open_to_read(path_);
        if (newer < 0) {
            return lines;
        }
        read_to_end(handle_, lines);  // what came before it was renamed
        begun_.clear();
        close(std::exchange(handle_, newer));
        read_to_end(handle_, lines);
    }
    const off_t at = lseek(handle_, 0, SEEK_CUR);
    if (fstat(handle_, &mine) == 0 && mine.st_size < at) {
        // A process that was started again has cut off half a line.
        begun_.clear();
        (void)lseek(handle_, mine.st_size, SEEK_SET);
    }
    return lines;
}

LogReader::LogReader(const std::vector<std::string>& paths, LogLevel level,
                     std::set<std::string> members)
    : level_(level), members_(std::move(members)) {
    for (const std::string& path : paths) {
        files_.emplace_back(path);
    }
}

std::vector<LogReader::Line> LogReader::read() {
    std::vector<Line> lines;
    for (LogFile& file : files_) {
        for (std::string& text : file.read()) {
            auto line = parse_log_line(text);
            if (!line.has_value()) {
                ++refused_;
            } else if (line->level >= level_ &&
                       (members_.empty() || members_.contains(line->member))) {
                lines.push_back({.line = *std::move(line), .text = std::move(text)});
            }
        }
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Line& one, const Line& other) {
        return one.line.time < other.line.time;
    });
    return lines;
}

}  // namespace nexus::tools
