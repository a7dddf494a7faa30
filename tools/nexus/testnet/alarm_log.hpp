#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::tools {

/// Something that must not be, as a member of a process has seen it, and how often.
struct Alarm {
    std::string member;
    std::string kind;  ///< "alarm", "evidence" or "lie".
    std::string text;
    std::uint64_t count = 0;
};

/// The texts of evidence and lies, and the name by which a report counts them: whoever the culprit
/// is, "evidence: OFFENCE", "lie: WHAT"; as simulators name them.
std::string evidence_text(std::string_view offence, std::uint64_t culprit);
std::string lie_text(std::uint64_t gateway, std::string_view what);
std::string probe_of(const Alarm& alarm);

/// All alarms of a process and all its lives, in a file that outlives it: one JSON object a line,
/// each with a count; the last line of an alarm holds. A new alarm is on the disk before `record`
/// returns, a repeated one with the next `flush`.
///
/// Invariant: the file has at most kBytesMax bytes and one line for each alarm; there are at most
///            kDistinctMax alarms of one member and kind: others count as one of the text kOthers.
/// Threading: any thread.
class AlarmLog {
public:
    static constexpr std::size_t kDistinctMax = 64;
    static constexpr std::size_t kTextMax = 300;  ///< Bytes of a text; what is longer is cut.
    static constexpr std::size_t kBytesMax = 1U << 20U;
    static constexpr std::string_view kOthers = "others, which are too many to name";

    /// Goes on with what the file says. Errors: InvalidArgument, as file:line:column with what was
    /// expected; those of files.
    static absl::StatusOr<std::unique_ptr<AlarmLog>> open(const std::string& path);

    AlarmLog(const AlarmLog&) = delete;
    AlarmLog& operator=(const AlarmLog&) = delete;
    ~AlarmLog();

    /// Counts an alarm. Errors: those of files; it is counted all the same.
    absl::Status record(std::string_view member, std::string_view kind, std::string_view text);
    /// Writes counts that have risen. Errors: those of files.
    absl::Status flush();
    /// How many of this kind a member has had, in all lives.
    [[nodiscard]] std::uint64_t count(std::string_view member, std::string_view kind) const;

private:
    using Key = std::tuple<std::string, std::string, std::string>;  // member, kind, text
    struct Entry {
        std::uint64_t count = 0;
        std::uint64_t written = 0;
    };

    explicit AlarmLog(std::string path) : path_(std::move(path)) {}
    absl::Status append(const std::string& lines);
    absl::Status compact();
    [[nodiscard]] std::string lines_of_risen() const;
    void all_written();

    const std::string path_;
    mutable std::mutex mutex_;  // guards what stands below
    std::map<Key, Entry> entries_;
    std::map<std::pair<std::string, std::string>, std::size_t> distinct_;  // by member and kind
    int file_ = -1;
    std::size_t bytes_ = 0;
};

/// What the file holds, in the order of members; nothing if there is no such file. A line that a
/// kill cut off is left out. Errors: InvalidArgument, as AlarmLog::open.
absl::StatusOr<std::vector<Alarm>> read_alarms(const std::string& path);

}  // namespace nexus::tools
