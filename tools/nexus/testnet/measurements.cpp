#include "tools/nexus/testnet/measurements.hpp"

#include "base/concat.hpp"
#include "sim/report/write.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <utility>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{64} << 20U;

/// Commits may be forgotten; what a client saw finalized may not, for `check` asks for all of it.
enum class Keep : std::uint8_t { All, Latest };

absl::Status append(const std::string& path, const std::string& text, Keep keep) {
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

absl::Status append_finalized(const std::string& folder, const std::vector<std::string>& ids) {
    if (ids.empty()) {
        return absl::OkStatus();
    }
    std::string text;
    for (const std::string& id : ids) {
        text += id;
        text += '\n';
    }
    return append(folder + "/finalized.txt", text, Keep::All);
}

bool is_record_of_finalized(std::string_view file_name) {
    return file_name == "finalized.txt" || file_name == "finalized.txt.1";
}

absl::StatusOr<std::vector<std::string>> read_finalized(const std::string& folder) {
    const std::string path = folder + "/finalized.txt";
    std::vector<std::string> ids = lines_of(path);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i].size() != 64) {
            return bad_line(path, i + 1, "64 hexadecimal digits");
        }
    }
    return ids;
}

absl::Status write_client_sample(const std::string& folder, const ClientSample& sample) {
    std::string text;
    const auto out = std::back_inserter(text);
    const auto histogram = [out](const char* name, const sim::Histogram& values) {
        std::uint64_t below = 0;
        for (const sim::Histogram::Point& point : values.cumulative()) {
            fmt::format_to(out, "{} {} {}\n", name, point.value, point.count_at_or_below - below);
            below = point.count_at_or_below;
        }
    };
    histogram("latency", sample.latency);
    histogram("lateness", sample.lateness);
    for (const auto& [second, count] : sample.submitted) {
        fmt::format_to(out, "submitted {} {}\n", second, count);
    }
    for (const auto& [second, count] : sample.offered) {
        fmt::format_to(out, "offered {} {}\n", second, count);
    }
    for (const auto& [second, count] : sample.finalized) {
        fmt::format_to(out, "finalized {} {}\n", second, count);
    }
    for (const auto& [kind, count] : sample.kinds) {
        fmt::format_to(out, "kind {} {}\n", kind, count);
    }
    for (const auto& [kind, count] : sample.rejected_kinds) {
        fmt::format_to(out, "rejected_kind {} {}\n", kind, count);
    }
    for (const auto& [reason, count] : sample.rejections) {
        fmt::format_to(out, "rejection {} {}\n", reason, count);
    }
    return sim::write_file_atomically(folder + "/measured.txt", text);
}

absl::StatusOr<ClientSample> read_client_sample(const std::string& folder) {
    const std::string path = folder + "/measured.txt";
    ClientSample sample;
    std::size_t number = 0;
    std::istringstream lines(read_text(path).value_or(""));
    for (std::string line; std::getline(lines, line);) {
        ++number;
        std::istringstream words(line);
        std::string what;
        std::string name;
        std::uint64_t count = 0;
        words >> what >> name >> count;
        const bool is_number =
            !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
        const std::uint64_t key = is_number ? std::stoull(name) : 0;
        if (!words) {
            return bad_line(path, number, "a word, a name or a number, and a count");
        }
        if (what == "submitted" && is_number) {
            sample.submitted[key] = count;
        } else if (what == "kind") {
            sample.kinds[name] = count;
        } else if (what == "rejected_kind") {
            sample.rejected_kinds[name] = count;
        } else if (what == "rejection") {
            sample.rejections[name] = count;
        } else if (what == "latency" && is_number) {
            sample.latency.record(key, count);
        } else if (what == "lateness" && is_number) {
            sample.lateness.record(key, count);
        } else if (what == "offered" && is_number) {
            sample.offered[key] = count;
        } else if (what == "finalized" && is_number) {
            sample.finalized[key] = count;
        } else {
            return bad_line(path, number,
                            "submitted, latency, lateness, offered, finalized, kind, "
                            "rejected_kind or rejection");
        }
    }
    return sample;
}

}  // namespace nexus::tools
