#include "sim/scenario/csv.hpp"

#include "base/result.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim::input {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Bytes of the character at the front, or 0 if it is not well-formed.
/// Source: The Unicode Standard 15, table 3-7.
std::size_t character_size(std::string_view text) {
    const auto byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [text](std::size_t count) {
        if (text.size() <= count) {
            return false;
        }
        for (std::size_t i = 1; i <= count; ++i) {
            if (!continues(text[i])) {
                return false;
            }
        }
        return true;
    };
    if (byte(0) < 0x80) {
        return 1;
    }
    if (byte(0) >= 0xC2 && byte(0) <= 0xDF) {
        return tail(1) ? 2 : 0;
    }
    if (byte(0) >= 0xE0 && byte(0) <= 0xEF) {
        const bool overlong = byte(0) == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = byte(0) == 0xED && byte(1) > 0x9F;
        return tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (byte(0) >= 0xF0 && byte(0) <= 0xF4) {
        const bool overlong = byte(0) == 0xF0 && byte(1) < 0x90;
        const bool beyond = byte(0) == 0xF4 && byte(1) > 0x8F;
        return tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/// A position that knows its line and column.
class Cursor {
public:
    Cursor(std::string_view text, std::string_view file) : text_(text), at_{std::string(file)} {}

    [[nodiscard]] bool done() const { return text_.empty(); }
    [[nodiscard]] char front() const { return text_.empty() ? '\n' : text_.front(); }
    [[nodiscard]] const Place& at() const { return at_; }

    /// True at the end of a line or of the text.
    [[nodiscard]] bool line_ends() const {
        return done() || text_.starts_with('\n') || text_.starts_with("\r\n");
    }
    void skip_line_end() {
        consume_prefix(text_, "\r");
        if (consume_prefix(text_, "\n")) {
            ++at_.line;
            at_.column = 1;
        }
    }

    /// Moves one whole character to `out`. Pre: not done.
    void take(std::string& out) {
        const bool newline = front() == '\n';
        do {
            out += text_.front();
            text_.remove_prefix(1);
        } while (!text_.empty() && continues(text_.front()));
        at_.line += newline ? 1 : 0;
        at_.column = newline ? 1 : at_.column + 1;
    }
    void skip() {
        std::string ignored;
        take(ignored);
    }

private:
    std::string_view text_;
    Place at_;
};

/// Pre: the cursor stands on a quote.
std::optional<CsvError> read_quoted(Cursor& cursor, CsvCell& cell) {
    cursor.skip();
    while (true) {
        if (cursor.done()) {
            return CsvError{cell.at, "a quoted cell has no end, expected a closing quote"};
        }
        if (cursor.front() != '"') {
            cursor.take(cell.text);
            continue;
        }
        cursor.skip();
        if (cursor.done() || cursor.front() != '"') {
            break;
        }
        cursor.take(cell.text);
    }
    while (!cursor.line_ends() && cursor.front() == ' ') {
        cursor.skip();
    }
    if (!cursor.line_ends() && cursor.front() != ',') {
        return CsvError{cursor.at(), "text after a quoted cell, expected a comma"};
    }
    return std::nullopt;
}

std::optional<CsvError> read_cell(Cursor& cursor, CsvRow& row) {
    while (!cursor.line_ends() && cursor.front() == ' ') {
        cursor.skip();
    }
    CsvCell& cell = row.emplace_back();
    cell.at = cursor.at();
    if (!cursor.line_ends() && cursor.front() == '"') {
        return read_quoted(cursor, cell);
    }
    while (!cursor.line_ends() && cursor.front() != ',') {
        if (cursor.front() == '"') {
            return CsvError{cursor.at(), "a quote inside a cell, expected quotes around all of it"};
        }
        cursor.take(cell.text);
    }
    cell.text.resize(without_trailing_blanks(cell.text).size());
    return std::nullopt;
}

std::optional<CsvError> check_encoding(std::string_view text, std::string_view file) {
    Place at{std::string(file)};
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        if (size == 0) {
            return CsvError{at, "a byte that is not UTF-8, expected UTF-8 text"};
        }
        at.line += text.front() == '\n' ? 1 : 0;
        at.column = text.front() == '\n' ? 1 : at.column + 1;
        text.remove_prefix(size);
    }
    return std::nullopt;
}

}  // namespace

Result<std::vector<CsvRow>, CsvError> parse_csv(std::string_view text, std::string_view file) {
    consume_prefix(text, "\xEF\xBB\xBF");
    if (std::optional<CsvError> error = check_encoding(text, file)) {
        return fail(*std::move(error));
    }
    Cursor cursor(text, file);
    std::vector<CsvRow> rows;
    while (!cursor.done()) {
        CsvRow row;
        do {
            if (!row.empty()) {
                cursor.skip();  // the comma
            }
            if (std::optional<CsvError> error = read_cell(cursor, row)) {
                return fail(*std::move(error));
            }
        } while (!cursor.line_ends());
        cursor.skip_line_end();
        if (row.size() > 1 || !row.front().text.empty()) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

}  // namespace nexus::sim::input
