#pragma once

#include "base/result.hpp"
#include "sim/scenario/problems.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim::input {

struct CsvCell {
    std::string text;
    Place at;
};
using CsvRow = std::vector<CsvCell>;

struct CsvError {
    Place at;
    std::string text;
};

/// The rows of a CSV text. Empty lines are left out; spaces around a cell without quotes too.
/// Source: RFC 4180, with LF or CRLF, and a byte order mark allowed.
/// Errors: text that is not UTF-8, a quote inside a bare cell, no end of a quoted one or text
/// after it.
Result<std::vector<CsvRow>, CsvError> parse_csv(std::string_view text, std::string_view file);

}  // namespace nexus::sim::input
