#include "sim/scenario/expectation.hpp"

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/text.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace nexus::sim::input {
namespace {

bool in_name(char c) { return is_name_character(c) || c == '_' || c == '.'; }

/// Longer ones first: "<=" starts with "<".
std::optional<Comparison> take_comparison(std::string_view& text) {
    constexpr std::pair<std::string_view, Comparison> kAll[] = {
        {"<=", Comparison::LessEqual}, {">=", Comparison::GreaterEqual}, {"==", Comparison::Equal},
        {"!=", Comparison::NotEqual},  {"<", Comparison::Less},          {">", Comparison::Greater},
    };
    for (const auto& [sign, comparison] : kAll) {
        if (consume_prefix(text, sign)) {
            return comparison;
        }
    }
    return std::nullopt;
}

std::optional<double> finite(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<Expectation> parse_expectation(std::string_view text) {
    std::string_view rest = without_trailing_blanks(without_leading_blanks(text));
    std::size_t size = 0;
    while (size < rest.size() && in_name(rest[size])) {
        ++size;
    }
    const std::string_view metric = rest.substr(0, size);
    rest = without_leading_blanks(rest.substr(size));
    const std::optional<Comparison> comparison = take_comparison(rest);
    const std::optional<double> value = finite(without_leading_blanks(rest));
    if (metric.empty() || !comparison || !value) {
        return std::nullopt;
    }
    return Expectation{.text = std::string(text),
                       .metric = std::string(metric),
                       .comparison = *comparison,
                       .value = *value};
}

}  // namespace nexus::sim::input
