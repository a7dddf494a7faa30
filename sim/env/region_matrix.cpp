#include "sim/env/region_matrix.hpp"

#include "base/time.hpp"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ios>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::size_t kRegionsMax = 10'000;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const std::size_t end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return pieces;
        }
        text.remove_prefix(end + 1);
    }
}

/// A line without its carriage return and without the one comma that some programs end it with.
std::string_view trimmed(std::string_view line) {
    for (const char needless : {'\r', ','}) {
        if (line.ends_with(needless)) {
            line.remove_suffix(1);
        }
    }
    return line;
}

/// "in file.csv, line 3, column 2: expected a number of milliseconds, got 'x'"
absl::Status malformed(std::string_view origin, std::size_t line, std::size_t column,
                       std::string_view expected, std::string_view got) {
    return absl::InvalidArgumentError(
        fmt::format("round-trip matrix in {}, line {}, column {}: expected {}, got '{}'", origin,
                    line, column, expected, got.substr(0, 60)));
}

std::string_view last_word(std::string_view name) {
    const std::size_t space = name.rfind(' ');
    return space == std::string_view::npos ? name : name.substr(space + 1);
}

}  // namespace

std::optional<Duration> parse_milliseconds(std::string_view text) {
    constexpr std::size_t kPlaces = 6;  // of a millisecond: whole nanoseconds
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    const bool needless_point = point != std::string_view::npos && fraction.empty();
    if (whole.empty() || whole.size() > 9 || fraction.size() > kPlaces || needless_point) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    const auto add_digits = [&value](std::string_view digits) {
        return std::all_of(digits.begin(), digits.end(), [&value](char c) {
            value = value * 10 + (c - '0');
            return c >= '0' && c <= '9';
        });
    };
    if (!add_digits(whole) || !add_digits(fraction)) {
        return std::nullopt;
    }
    for (std::size_t place = fraction.size(); place < kPlaces; ++place) {
        value *= 10;
    }
    return nanoseconds(value);
}

absl::StatusOr<RegionMatrix> RegionMatrix::parse(std::string_view text, std::string_view origin) {
    std::vector<std::string_view> lines = split(text, '\n');
    while (!lines.empty() && trimmed(lines.back()).empty()) {
        lines.pop_back();
    }
    if (lines.empty()) {
        return malformed(origin, 1, 1, "a header of region names", "the end of the file");
    }
    const std::vector<std::string_view> header = split(trimmed(lines[0]), ',');
    if (!header[0].empty() || header.size() < 2 || header.size() > kRegionsMax + 1) {
        return malformed(origin, 1, 1, "an empty cell and 1 to 10000 region names", lines[0]);
    }
    RegionMatrix matrix;
    for (std::size_t column = 1; column < header.size(); ++column) {
        const std::string_view name = header[column];
        const bool seen =
            std::find(matrix.names_.begin(), matrix.names_.end(), name) != matrix.names_.end();
        if (name.empty() || seen) {
            return malformed(origin, 1, column + 1, "a new region name", name);
        }
        matrix.names_.emplace_back(name);
    }
    if (lines.size() != header.size()) {
        return malformed(origin, lines.size(), 1,
                         fmt::format("{} rows, one a region of the header", matrix.size()),
                         fmt::format("{} rows", lines.size() - 1));
    }
    matrix.rtt_.reserve(matrix.size() * matrix.size());
    for (std::size_t row = 1; row < lines.size(); ++row) {
        const std::vector<std::string_view> cells = split(trimmed(lines[row]), ',');
        if (cells[0] != matrix.names_[row - 1]) {
            return malformed(origin, row + 1, 1,
                             fmt::format("the region '{}'", matrix.names_[row - 1]), cells[0]);
        }
        if (cells.size() != header.size()) {
            return malformed(origin, row + 1, cells.size(),
                             fmt::format("{} cells, as the header has", header.size()),
                             fmt::format("{} cells", cells.size()));
        }
        for (std::size_t column = 1; column < cells.size(); ++column) {
            const std::optional<Duration> rtt = parse_milliseconds(cells[column]);
            if (!rtt) {
                return malformed(origin, row + 1, column + 1,
                                 "milliseconds with at most six decimals", cells[column]);
            }
            matrix.rtt_.push_back(*rtt);
        }
    }
    return matrix;
}

absl::StatusOr<RegionMatrix> RegionMatrix::load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return absl::NotFoundError(
            fmt::format("round-trip matrix {}: expected a readable file, cannot open it", path));
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parse(text, path);
}

RegionMatrix RegionMatrix::uniform(std::vector<std::string> names, Duration rtt) {
    NEXUS_ASSERT(!names.empty());
    NEXUS_ASSERT(rtt >= Duration{});
    RegionMatrix matrix;
    matrix.names_ = std::move(names);
    matrix.rtt_.assign(matrix.size() * matrix.size(), rtt);
    return matrix;
}

std::optional<RegionIndex> RegionMatrix::find(std::string_view name) const {
    const auto position = [this](const auto& matches) -> std::optional<RegionIndex> {
        const auto found = std::find_if(names_.begin(), names_.end(), matches);
        if (found == names_.end()) {
            return std::nullopt;
        }
        return static_cast<RegionIndex>(found - names_.begin());
    };
    if (const auto whole = position([&](const std::string& each) { return each == name; })) {
        return whole;
    }
    return position([&](const std::string& each) { return last_word(each) == name; });
}

}  // namespace nexus::sim
