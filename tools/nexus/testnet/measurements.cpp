#include "tools/nexus/testnet/measurements.hpp"

#include "base/concat.hpp"
#include "sim/report/write.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{64} << 20U;

/// Commits may be forgotten; what a client saw finalized may not, for `check` asks for all of it.
enum class Keep : std::uint8_t { All, Latest };

/// Takes away what a kill or a full disk has left of a last line, so that the next one does not
/// grow out of it. Errors: those of the system.
absl::Status cut_torn_line(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error || size == 0) {
        return absl::OkStatus();  // there is none yet
    }
    std::ifstream file(path, std::ios::binary);
    std::uintmax_t end = size;
    while (end > 0) {
        file.seekg(static_cast<std::streamoff>(end - 1));
        const int last = file.get();
        if (!file) {
            return absl::UnavailableError(concat(path, ": cannot be read"));
        }
        if (last == '\n') {
            break;
        }
        --end;
    }
    if (end < size) {
        fs::resize_file(path, end, error);
    }
    return error ? absl::UnavailableError(concat(path, ": ", error.message())) : absl::OkStatus();
}

absl::Status append(const std::string& path, const std::string& text, Keep keep) {
    if (absl::Status status = cut_torn_line(path); !status.ok()) {
        return status;
    }
    std::error_code error;
    if (keep == Keep::Latest && fs::exists(path, error) &&
        fs::file_size(path, error) > kFileBytesMax) {
        fs::rename(path, path + ".1", error);
    }
    std::ofstream stream(path, std::ios::app | std::ios::binary);
    stream << text;
    stream.flush();
    return stream ? absl::OkStatus() : absl::UnavailableError(concat(path, ": cannot be written"));
}

absl::Status bad_line(const std::string& path, std::size_t line, const char* expected) {
    return absl::InvalidArgumentError(concat(path, ":", line, ":1: error: expected ", expected));
}

/// Lines of a file and of the one before it. A line that a kill cut off is left out.
std::vector<std::string> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    for (const std::string& each : {path + ".1", path}) {
        std::string text = read_text(each).value_or("");
        text.erase(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

/// As ids are written.
bool is_hex_digit(char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
}

/// A line of finalized.txt.
std::optional<FinalizedSample> parse_finalized(std::string_view line) {
    constexpr std::size_t kIdDigits = 64;
    const std::string_view id = line.substr(0, kIdDigits);
    if (id.size() < kIdDigits || !std::all_of(id.begin(), id.end(), is_hex_digit)) {
        return std::nullopt;
    }
    FinalizedSample sample{.id = std::string(id), .height = std::nullopt};
    if (line.size() == kIdDigits) {
        return sample;
    }
    const auto height = whole_number(line.substr(kIdDigits + 1));
    if (line[kIdDigits] != ' ' || !height) {
        return std::nullopt;
    }
    sample.height = Height{*height};
    return sample;
}

/// A line of measured.txt. A name may have blanks.
struct SumLine {
    std::string_view what;
    std::string_view name;
    std::uint64_t count = 0;
};

std::optional<SumLine> parse_sum(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || last <= first + 1) {
        return std::nullopt;
    }
    const auto count = whole_number(line.substr(last + 1));
    if (!count.has_value()) {
        return std::nullopt;
    }
    return SumLine{.what = line.substr(0, first),
                   .name = line.substr(first + 1, last - first - 1),
                   .count = *count};
}

}  // namespace

absl::Status append_commits(const std::string& folder, const std::vector<CommitSample>& commits) {
    if (commits.empty()) {
        return absl::OkStatus();
    }
    std::string text;
    for (const CommitSample& commit : commits) {
        fmt::format_to(std::back_inserter(text), "{} {} {} {} {} {} {} {} {}\n", commit.height,
                       commit.view, commit.proposer, commit.proposed, commit.committed,
                       commit.transactions, commit.rejected, commit.bytes, commit.id);
    }
    return append(folder + "/commits.txt", text, Keep::Latest);
}

absl::StatusOr<std::vector<CommitSample>> read_commits(const std::string& folder) {
    const std::string path = folder + "/commits.txt";
    std::vector<CommitSample> commits;
    for (const std::string& line : lines_of(path)) {
        std::istringstream words(line);
        CommitSample commit;
        words >> commit.height >> commit.view >> commit.proposer >> commit.proposed >>
            commit.committed >> commit.transactions >> commit.rejected >> commit.bytes >> commit.id;
        if (!words) {
            return bad_line(path, commits.size() + 1, "eight numbers and an id");
        }
        commits.push_back(std::move(commit));
    }
    return commits;
}

absl::Status append_finalized(const std::string& folder,
                              const std::vector<FinalizedSample>& finalized) {
    if (finalized.empty()) {
        return absl::OkStatus();
    }
    std::string text;
    for (const FinalizedSample& each : finalized) {
        text += each.id;
        if (each.height) {
            fmt::format_to(std::back_inserter(text), " {}", each.height->value);
        }
        text += '\n';
    }
    return append(folder + "/finalized.txt", text, Keep::All);
}

bool outlives_wipes(std::string_view file_name) {
    return file_name == "finalized.txt" || file_name == "measured.txt";
}

absl::StatusOr<std::vector<FinalizedSample>> read_finalized(const std::string& folder) {
    const std::string path = folder + "/finalized.txt";
    std::vector<FinalizedSample> finalized;
    for (const std::string& line : lines_of(path)) {
        std::optional<FinalizedSample> sample = parse_finalized(line);
        if (!sample) {
            return bad_line(path, finalized.size() + 1,
                            "64 hexadecimal digits, a blank and a height, or the digits alone");
        }
        finalized.push_back(*std::move(sample));
    }
    return finalized;
}

absl::Status write_member_sample(const std::string& folder, const MemberSample& sample) {
    std::string text;
    const auto out = std::back_inserter(text);
    const auto write_histogram = [out](const char* what, const sim::Histogram& values) {
        std::uint64_t below = 0;
        for (const sim::Histogram::Point& point : values.cumulative()) {
            fmt::format_to(out, "{} {} {}\n", what, point.value, point.count_at_or_below - below);
            below = point.count_at_or_below;
        }
    };
    const auto write = [out](const char* what, const auto& counts) {
        for (const auto& [key, count] : counts) {
            fmt::format_to(out, "{} {} {}\n", what, key, count);
        }
    };
    write_histogram("latency", sample.latency);
    write_histogram("lateness", sample.lateness);
    write("offered", sample.offered);
    write("submitted", sample.submitted);
    write("finalized", sample.finalized);
    write("kind", sample.kinds);
    write("rejected_kind", sample.rejected_kinds);
    write("rejection", sample.rejections);
    write("probe", sample.probes);
    write("count", sample.counts);
    return sim::write_file_atomically(folder + "/measured.txt", text);
}

absl::StatusOr<MemberSample> read_member_sample(const std::string& folder) {
    const std::string path = folder + "/measured.txt";
    MemberSample sample;
    const std::map<std::string_view, sim::Histogram*> histograms{{"latency", &sample.latency},
                                                                 {"lateness", &sample.lateness}};
    const std::map<std::string_view, CountsBySecond*> by_second{{"offered", &sample.offered},
                                                                {"submitted", &sample.submitted},
                                                                {"finalized", &sample.finalized}};
    const std::map<std::string_view, CountsByName*> by_name{
        {"kind", &sample.kinds},           {"rejected_kind", &sample.rejected_kinds},
        {"rejection", &sample.rejections}, {"probe", &sample.probes},
        {"count", &sample.counts},
    };
    std::size_t number = 0;
    std::istringstream lines(read_text(path).value_or(""));
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const auto parts = parse_sum(line);
        if (!parts.has_value()) {
            return bad_line(path, number, "a word, a name or a number, and a count");
        }
        const auto key = whole_number(parts->name);
        if (by_name.contains(parts->what)) {
            (*by_name.at(parts->what))[std::string(parts->name)] = parts->count;
        } else if (key.has_value() && by_second.contains(parts->what)) {
            (*by_second.at(parts->what))[*key] = parts->count;
        } else if (key.has_value() && histograms.contains(parts->what)) {
            histograms.at(parts->what)->record(*key, parts->count);
        } else {
            return bad_line(path, number,
                            "latency, lateness, offered, submitted or finalized of a number, or "
                            "kind, rejected_kind, rejection, probe or count of a name");
        }
    }
    return sample;
}

}  // namespace nexus::tools
