#include "sim/scenario/problems.hpp"

#include "sim/scenario/text.hpp"

#include <absl/status/status.h>
#include <absl/strings/str_join.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::sim::input {
namespace {

constexpr std::size_t kShownBytesMax = 60;
constexpr std::size_t kShownWordsMax = 12;
constexpr std::size_t kWordBytesMax = 64;

/// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

/// Cuts behind a whole character.
std::string_view shortened(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end);
}

}  // namespace

void Problems::add(const Place& at, std::string text) {
    problems_.push_back({at, std::move(text)});
}

absl::Status Problems::status() const {
    std::vector<const Problem*> sorted;
    for (const Problem& problem : problems_) {
        sorted.push_back(&problem);
    }
    std::sort(sorted.begin(), sorted.end(), [this](const Problem* a, const Problem* b) {
        const bool a_elsewhere = a->at.file != file_;
        const bool b_elsewhere = b->at.file != file_;
        return std::tie(a_elsewhere, a->at, a->text) < std::tie(b_elsewhere, b->at, b->text);
    });
    std::vector<std::string> lines;
    for (const Problem* problem : sorted) {
        if (lines.size() == kShownMax) {
            lines.push_back(fmt::format("{}: {} more errors", file_, sorted.size() - kShownMax));
            break;
        }
        const Place& at = problem->at;
        lines.push_back(
            fmt::format("{}:{}:{}: error: {}", at.file, at.line, at.column, problem->text));
    }
    return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
}

const Place& Places::at(std::string_view where) const {
    while (!where.empty()) {
        const auto found = places_.find(where);
        if (found != places_.end()) {
            return found->second;
        }
        const std::size_t end = where.find_last_of(".[");
        where = end == std::string_view::npos ? std::string_view() : where.substr(0, end);
    }
    return top_;
}

std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates) {
    if (word.size() > kWordBytesMax) {
        return {};
    }
    const std::string meant = lower(word);
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    std::string_view best;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > kWordBytesMax) {
            continue;
        }
        const std::size_t found = distance(meant, lower(candidate));
        // A word of which nothing is left was not meant.
        if (found < least && found < candidate.size()) {
            least = found;
            best = candidate;
        }
    }
    return best;
}

std::string hint(std::string_view word, const std::vector<std::string>& candidates) {
    const std::string_view best = nearest(word, candidates);
    return best.empty() ? std::string() : fmt::format(", did you mean {}?", quoted(best));
}

std::string quoted(std::string_view text) {
    const std::string_view shown = shortened(text, kShownBytesMax);
    std::string out = "\"";
    for (const char c : shown) {
        if (c == '\n') {
            out += "\\n";
        } else if (is_control(c)) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    out += shown.size() < text.size() ? "...\"" : "\"";
    return out;
}

std::string quoted_list(const std::vector<std::string>& words) {
    std::vector<std::string> shown;
    for (const std::string& word : words) {
        if (shown.size() == kShownWordsMax) {
            shown.push_back(fmt::format("and {} more", words.size() - kShownWordsMax));
            break;
        }
        shown.push_back(quoted(word));
    }
    return absl::StrJoin(shown, ", ");
}

}  // namespace nexus::sim::input
