#include "tools/nexus/testnet/alarm_log.hpp"

#include "base/concat.hpp"
#include "sim/report/json_writer.hpp"
#include "tools/nexus/json_numbers.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>

namespace nexus::tools {
namespace {

using Key = std::tuple<std::string, std::string, std::string>;

constexpr std::string_view kOfValidator = " of validator ";
constexpr std::string_view kOfGateway = ": ";

std::string line_of(const Key& key, std::uint64_t count) {
    sim::JsonWriter json(sim::JsonWriter::Style::Compact);
    json.open_object().member("member", std::get<0>(key)).member("kind", std::get<1>(key));
    json.member("text", std::get<2>(key)).member("count", count);
    return json.close().take() + "\n";
}

/// A text that stands in JSON as it is: names and texts are ours, but what a peer sent may be in.
std::string plain(std::string_view text) {
    std::string out(text.substr(0, AlarmLog::kTextMax));
    for (char& each : out) {
        const bool is_printable = each >= ' ' && each <= '~';
        each = !is_printable || each == '"' || each == '\\' ? '?' : each;
    }
    return out;
}

absl::Status failure(const std::string& path, const char* what) {
    return absl::UnavailableError(concat(path, ": cannot be ", what, ": ", std::strerror(errno)));
}

/// Writes all of it through to the disk.
bool write_durably(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return fdatasync(file) == 0;
}

/// Counts by alarm, of the last line of each.
absl::StatusOr<std::map<Key, std::uint64_t>> parse(const std::string& path,
                                                   const std::string& text) {
    std::map<Key, std::uint64_t> counts;
    std::istringstream lines(text.substr(0, text.rfind('\n') + 1));
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const auto texts = json_texts(line);
        const auto numbers = json_numbers(line);
        if (!texts.ok() || !numbers.ok() || !numbers->contains("count") ||
            numbers->at("count") < 1 || !texts->contains("member") || !texts->contains("kind") ||
            !texts->contains("text")) {
            return absl::InvalidArgumentError(
                concat(path, ":", number,
                       ":1: error: expected an object with member, kind, text and a count above 0, "
                       "got ",
                       line.substr(0, AlarmLog::kTextMax)));
        }
        counts[{texts->at("member"), texts->at("kind"), texts->at("text")}] =
            static_cast<std::uint64_t>(numbers->at("count"));
    }
    return counts;
}

}  // namespace

std::string evidence_text(std::string_view offence, std::uint64_t culprit) {
    return concat(offence, kOfValidator, culprit);
}

std::string lie_text(std::uint64_t gateway, std::string_view what) {
    return concat("node ", gateway, kOfGateway, what);
}

std::string probe_of(const Alarm& alarm) {
    std::string_view text = alarm.text;
    if (alarm.kind == "evidence") {
        text = text.substr(0, text.rfind(kOfValidator));
    } else if (const std::size_t end = text.find(kOfGateway);
               alarm.kind == "lie" && end != std::string_view::npos) {
        text = text.substr(end + kOfGateway.size());
    }
    return concat(alarm.kind, ": ", text);
}

absl::StatusOr<std::unique_ptr<AlarmLog>> AlarmLog::open(const std::string& path) {
    const std::string text = read_text(path).value_or("");
    const auto counts = parse(path, text);
    if (!counts.ok()) {
        return counts.status();
    }
    std::unique_ptr<AlarmLog> log(new AlarmLog(path));
    for (const auto& [key, count] : *counts) {
        log->entries_[key] = {.count = count, .written = count};
        ++log->distinct_[{std::get<0>(key), std::get<1>(key)}];
    }
    const std::lock_guard lock(log->mutex_);
    if (absl::Status status = log->compact(); !status.ok()) {  // drops what a kill cut off
        return status;
    }
    return log;
}

AlarmLog::~AlarmLog() {
    if (file_ >= 0) {
        close(file_);
    }
}

absl::Status AlarmLog::record(std::string_view member, std::string_view kind,
                              std::string_view text) {
    const std::lock_guard lock(mutex_);
    Key key{member, kind, plain(text)};
    std::size_t& distinct = distinct_[{std::string(member), std::string(kind)}];
    if (!entries_.contains(key) && distinct >= kDistinctMax) {
        std::get<2>(key) = kOthers;
    }
    const auto [entry, is_new] = entries_.try_emplace(std::move(key));
    ++entry->second.count;
    if (!is_new) {
        return absl::OkStatus();
    }
    ++distinct;
    return append(lines_of_risen());
}

absl::Status AlarmLog::flush() {
    const std::lock_guard lock(mutex_);
    const std::string lines = lines_of_risen();
    return lines.empty() ? absl::OkStatus() : append(lines);
}

std::uint64_t AlarmLog::count(std::string_view member, std::string_view kind) const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [key, entry] : entries_) {
        sum += std::get<0>(key) == member && std::get<1>(key) == kind ? entry.count : 0;
    }
    return sum;
}

std::string AlarmLog::lines_of_risen() const {
    std::string lines;
    for (const auto& [key, entry] : entries_) {
        if (entry.written != entry.count) {
            lines += line_of(key, entry.count);
        }
    }
    return lines;
}

void AlarmLog::all_written() {
    for (auto& [key, entry] : entries_) {
        entry.written = entry.count;
    }
}

absl::Status AlarmLog::append(const std::string& lines) {
    if (bytes_ + lines.size() > kBytesMax) {
        return compact();
    }
    if (!write_durably(file_, lines)) {
        const absl::Status status = failure(path_, "written");
        (void)ftruncate(file_, static_cast<off_t>(bytes_));  // no half a line before the next
        return status;
    }
    bytes_ += lines.size();
    all_written();
    return absl::OkStatus();
}

/// Writes the file anew, with one line an alarm.
absl::Status AlarmLog::compact() {
    std::string text;
    for (const auto& [key, entry] : entries_) {
        text += line_of(key, entry.count);
    }
    const std::string partial = path_ + ".partial";
    const int file =
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) {
        return failure(partial, "opened");
    }
    if (!write_durably(file, text) || std::rename(partial.c_str(), path_.c_str()) != 0) {
        const absl::Status status = failure(path_, "written");
        close(file);
        return status;
    }
    if (file_ >= 0) {
        close(file_);
    }
    file_ = file;
    bytes_ = text.size();
    all_written();
    return absl::OkStatus();
}

absl::StatusOr<std::vector<Alarm>> read_alarms(const std::string& path) {
    const auto counts = parse(path, read_text(path).value_or(""));
    if (!counts.ok()) {
        return counts.status();
    }
    std::vector<Alarm> alarms;
    for (const auto& [key, count] : *counts) {
        alarms.push_back({.member = std::get<0>(key),
                          .kind = std::get<1>(key),
                          .text = std::get<2>(key),
                          .count = count});
    }
    return alarms;
}

}  // namespace nexus::tools
