#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {

/// Writes one JSON text. Members stand in the order of the calls, numbers have the fewest digits
/// that read back as the same number, and a number that JSON lacks (NaN, infinity) is null, so that
/// the same calls give the same bytes everywhere.
///
/// Invariant: the text is UTF-8 and well-formed once every container is closed; bytes that are no
///            UTF-8 become U+FFFD.
class JsonWriter {
public:
    enum class Style : std::uint8_t {
        Compact,   ///< No white space.
        Readable,  ///< Two spaces a level; a container opened with Rows::One stays on its line.
    };
    enum class Rows : std::uint8_t { One, Many };

    explicit JsonWriter(Style style) : style_(style) {}

    JsonWriter& open_object(Rows rows = Rows::Many) { return open('{', '}', rows); }
    JsonWriter& open_array(Rows rows = Rows::Many) { return open('[', ']', rows); }

    /// Closes the innermost container.
    JsonWriter& close() {
        const Level level = levels_.back();
        levels_.pop_back();
        if (!level.empty && level.rows == Rows::Many) {
            new_line();
        }
        text_ += level.closing;
        return *this;
    }

    JsonWriter& key(std::string_view name) {
        separate();
        quote(name);
        text_ += style_ == Style::Readable ? ": " : ":";
        after_key_ = true;
        return *this;
    }

    template <class T>
    JsonWriter& value(const T& item) {
        separate();
        put(item);
        return *this;
    }

    template <class T>
    JsonWriter& member(std::string_view name, const T& item) {
        return key(name).value(item);
    }

    /// The text so far; the writer is empty afterwards.
    [[nodiscard]] std::string take() { return std::exchange(text_, {}); }

private:
    struct Level {
        char closing;
        Rows rows;
        bool empty = true;
    };

    JsonWriter& open(char opening, char closing, Rows rows) {
        separate();
        text_ += opening;
        const bool inside_row = !levels_.empty() && levels_.back().rows == Rows::One;
        const bool one = style_ == Style::Compact || inside_row || rows == Rows::One;
        levels_.push_back({closing, one ? Rows::One : Rows::Many});
        return *this;
    }

    void separate() {
        if (std::exchange(after_key_, false) || levels_.empty()) {
            return;
        }
        Level& level = levels_.back();
        if (!level.empty) {
            text_ += ',';
        }
        if (level.rows == Rows::Many) {
            new_line();
        } else if (!level.empty && style_ == Style::Readable) {
            text_ += ' ';
        }
        level.empty = false;
    }

    void new_line() {
        text_ += '\n';
        text_.append(2 * levels_.size(), ' ');
    }

    template <class T>
    void put(const T& item) {
        if constexpr (std::same_as<T, bool>) {
            text_ += item ? "true" : "false";
        } else if constexpr (std::same_as<T, std::nullopt_t>) {
            text_ += "null";
        } else if constexpr (std::floating_point<T>) {
            std::isfinite(item) ? put_number(item) : put(std::nullopt);
        } else if constexpr (std::integral<T>) {
            put_number(item);
        } else if constexpr (std::convertible_to<const T&, std::string_view>) {
            quote(item);
        } else {  // std::optional
            item ? put(*item) : put(std::nullopt);
        }
    }

    template <class T>
    void put_number(T number) {
        char digits[32];
        const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
        text_.append(digits, end);
    }

    void quote(std::string_view text) {
        text_ += '"';
        while (!text.empty()) {
            const std::size_t size = utf8_length(text);
            if (size == 1) {
                put_ascii(text.front());
            } else if (size == 0) {
                text_ += "\xef\xbf\xbd";
            } else {
                text_.append(text.substr(0, size));
            }
            text.remove_prefix(size == 0 ? 1 : size);
        }
        text_ += '"';
    }

    void put_ascii(char character) {
        constexpr std::string_view kHex = "0123456789abcdef";
        switch (character) {
            case '"':
                text_ += "\\\"";
                return;
            case '\\':
                text_ += "\\\\";
                return;
            case '\n':
                text_ += "\\n";
                return;
            case '\r':
                text_ += "\\r";
                return;
            case '\t':
                text_ += "\\t";
                return;
            default:
                break;
        }
        const auto code = static_cast<unsigned char>(character);
        if (code >= 0x20 && code != 0x7f) {
            text_ += character;
            return;
        }
        text_ += "\\u00";
        text_ += kHex[code >> 4U];
        text_ += kHex[code & 0xfU];
    }

    /// Bytes of the character that the text begins with; 0 if those are no UTF-8.
    static std::size_t utf8_length(std::string_view text) {
        const auto byte = [&](std::size_t at) {
            return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
        };
        const auto continues = [&](std::size_t at) { return (byte(at) & 0xc0U) == 0x80U; };
        const unsigned first = byte(0);
        const unsigned second = byte(1);
        if (first < 0x80) {
            return 1;
        }
        if (first >= 0xc2 && first <= 0xdf) {
            return continues(1) ? 2 : 0;
        }
        if (first >= 0xe0 && first <= 0xef) {
            const bool overlong = first == 0xe0 && second < 0xa0;
            const bool surrogate = first == 0xed && second >= 0xa0;
            return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
        }
        if (first >= 0xf0 && first <= 0xf4) {
            const bool overlong = first == 0xf0 && second < 0x90;
            const bool too_big = first == 0xf4 && second >= 0x90;
            const bool whole = continues(1) && continues(2) && continues(3);
            return whole && !overlong && !too_big ? 4 : 0;
        }
        return 0;
    }

    Style style_;
    std::string text_;
    std::vector<Level> levels_;
    bool after_key_ = false;
};

}  // namespace nexus::sim
