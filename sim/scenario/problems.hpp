#pragma once

#include <absl/status/status.h>

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The machinery behind sim/scenario/parser.hpp; nobody else needs it.
namespace nexus::sim::input {

/// A point in a text file. Units: lines and characters (code points), both from 1.
struct Place {
    std::string file;
    std::size_t line = 1;
    std::size_t column = 1;

    friend auto operator<=>(const Place&, const Place&) = default;
};

/// Everything that is wrong with a scenario, gathered so that one reading reports it all.
class Problems {
public:
    static constexpr std::size_t kShownMax = 20;

    /// `file`: the scenario; its problems are shown first.
    explicit Problems(std::string file) : file_(std::move(file)) {}

    void add(const Place& at, std::string text);
    [[nodiscard]] std::size_t count() const { return problems_.size(); }
    [[nodiscard]] bool empty() const { return problems_.empty(); }

    /// One line each, `file:line:column: error: text`, in the order of the files; after the first
    /// kShownMax their number. Pre: not empty.
    [[nodiscard]] absl::Status status() const;

private:
    struct Problem {
        Place at;
        std::string text;
    };

    std::string file_;
    std::vector<Problem> problems_;
};

/// Where the file says what: "validators.regions[2]" stands at line 7, column 31.
class Places {
public:
    explicit Places(std::string file) : top_{std::move(file), 1, 1} {}

    void set(std::string where, Place at) { places_.insert_or_assign(std::move(where), at); }
    [[nodiscard]] bool has(std::string_view where) const { return places_.contains(where); }

    /// The place, or that of the nearest thing around it, or the start of the file.
    [[nodiscard]] const Place& at(std::string_view where) const;

private:
    Place top_;
    std::map<std::string, Place, std::less<>> places_;
};

/// The candidate that `word` was probably meant to be, or nothing. Distance: insertions, deletions,
/// replacements and swaps of neighbours, letter case aside.
std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `, did you mean "jitter"?` with the nearest candidate, or nothing.
std::string hint(std::string_view word, const std::vector<std::string>& candidates);

/// In double quotes, on one line, shortened.
std::string quoted(std::string_view text);

/// `"a", "b", "c"`, shortened after a dozen.
std::string quoted_list(const std::vector<std::string>& words);

}  // namespace nexus::sim::input
