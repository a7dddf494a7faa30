#include "sim/report/units.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nexus::sim {
namespace {

/// "1.23", "12.3", "123": three digits that count.
std::string three_digits(double number) {
    const double size = std::fabs(number);
    if (size == 0) {
        return "0";
    }
    if (size >= 99.95) {
        return fmt::format("{:.0f}", number);
    }
    if (size >= 9.995) {
        return fmt::format("{:.1f}", number);
    }
    return fmt::format("{:.2f}", number);
}

std::string scaled(double number, std::string_view unit) {
    static constexpr std::array<std::string_view, 6> kPrefixes = {"", "k", "M", "G", "T", "P"};
    std::size_t prefix = 0;
    while (std::fabs(number) >= 999.5 && prefix + 1 < kPrefixes.size()) {
        number /= 1000;
        ++prefix;
    }
    const bool is_whole = prefix == 0 && std::trunc(number) == number;
    const std::string digits = is_whole ? fmt::format("{:.0f}", number) : three_digits(number);
    const std::string suffix = fmt::format("{}{}", kPrefixes[prefix], unit);
    return suffix.empty() ? digits : digits + ' ' + suffix;
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

/// Bytes of the character or the colour sequence that the text begins with. Pre: it is not empty.
std::size_t step(std::string_view text) {
    if (text.front() == '\x1b') {
        const std::size_t end = text.find('m');
        return end == std::string_view::npos ? text.size() : end + 1;
    }
    std::size_t size = 1;
    while (size < text.size() && continues(text[size])) {
        ++size;
    }
    return size;
}

}  // namespace

std::string count_text(std::uint64_t count) {
    const std::string digits = std::to_string(count);
    std::string grouped;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) {
            grouped += ' ';
        }
        grouped += digits[i];
    }
    return grouped;
}

std::string short_count_text(double count) { return scaled(count, ""); }

std::string bytes_text(double bytes) { return scaled(bytes, "B"); }

std::string duration_text(double seconds) {
    if (seconds < 0.9995) {
        return fmt::format("{} ms", three_digits(seconds * 1e3));
    }
    if (seconds < 119.95) {
        return fmt::format("{} s", three_digits(seconds));
    }
    const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    if (whole < 7200) {
        return fmt::format("{} min {} s", whole / 60, whole % 60);
    }
    return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string number_text(double number) {
    std::string text = fmt::format("{:.3f}", number);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return text;
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        columns += text.front() == '\x1b' ? 0 : 1;
        text.remove_prefix(step(text));
    }
    return columns;
}

std::string fit(std::string_view text, std::size_t columns, bool pad) {
    const std::size_t have = columns_of(text);
    if (have <= columns) {
        return std::string(text).append(pad ? columns - have : 0, ' ');
    }
    std::string cut;
    for (std::size_t used = 0; used + 1 < columns && !text.empty();) {
        const bool is_colour = text.front() == '\x1b';
        const std::size_t size = step(text);
        cut.append(text.substr(0, size));
        text.remove_prefix(size);
        used += is_colour ? 0 : 1;
    }
    return columns == 0 ? cut : cut + "…";
}

std::string shell_word(std::string_view text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
        return std::string(text);
    }
    std::string quoted = "'";
    for (const char character : text) {
        quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
    }
    return quoted + "'";
}

std::string replay_command(std::string_view file, std::uint64_t seed) {
    return fmt::format("tools/run sim run {} --seed {}", shell_word(file), seed);
}

}  // namespace nexus::sim
