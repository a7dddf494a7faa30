#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What absl/strings does for its own string_view, which is another type than the standard's.
namespace nexus::sim::input {

/// Removes the prefix if it is there.
constexpr bool consume_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

constexpr std::string_view kBlanks = " \t";

constexpr std::string_view without_leading_blanks(std::string_view text) {
    const std::size_t start = text.find_first_not_of(kBlanks);
    return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

constexpr std::string_view without_trailing_blanks(std::string_view text) {
    // Without anything else, find_last_not_of gives npos, which is one before 0.
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = lower(c);
    }
    return out;
}

constexpr bool is_name_character(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/// What the ledger allows in names.
constexpr bool is_ledger_character(char c) {
    return is_name_character(c) || std::string_view(" -_.'").find(c) != std::string_view::npos;
}

}  // namespace nexus::sim::input
