#include "base/amount.hpp"
#include "base/time.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/text.hpp"

#include <absl/strings/str_join.h>
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::sim::input {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kColumns = 96;

std::string toml_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (is_control(c)) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

/// A list on one line, or on several that are not too long.
std::string toml_list(const std::vector<std::string>& items) {
    const std::string line = "[" + absl::StrJoin(items, ", ") + "]";
    if (line.size() <= kColumns - 16) {
        return line;
    }
    std::string out = "[";
    std::size_t used = kColumns;
    for (const std::string& item : items) {
        if (used + item.size() + 2 > kColumns) {
            out += "\n    ";
            used = 4;
        } else {
            out += ' ';
            ++used;
        }
        out += item + ",";
        used += item.size() + 1;
    }
    return out + "\n]";
}

std::string text_list(const std::vector<std::string>& texts) {
    std::vector<std::string> items;
    for (const std::string& text : texts) {
        items.push_back(toml_text(text));
    }
    return toml_list(items);
}

std::string number(std::uint64_t value) {
    // The integers of TOML have 63 bits.
    const bool fits = value <= std::numeric_limits<std::int64_t>::max();
    return fits ? fmt::format("{}", value) : fmt::format("\"{}\"", value);
}

/// A whole number in the unit of the type.
std::string in_unit(Type type, std::uint64_t value) {
    switch (type) {
        case Type::Share:
            return toml_text(format_share(static_cast<Ppm>(value)));
        case Type::Bandwidth:
            return toml_text(format_bandwidth(value));
        case Type::Size:
            return toml_text(format_size(value));
        case Type::Duration:
            return toml_text(format_duration(nanoseconds(static_cast<std::int64_t>(value))));
        default:
            return number(value);
    }
}

/// Writes what a slot points to, one overload per kind of slot.
struct Writer {
    const Rule& rule;
    using Text = std::optional<std::string>;

    Text operator()(const std::string* value) const { return toml_text(*value); }
    Text operator()(const bool* value) const { return toml_text(rule.choices.at(*value ? 1 : 0)); }
    Text operator()(const std::uint32_t* value) const { return in_unit(rule.type, *value); }
    Text operator()(const std::uint64_t* value) const { return in_unit(rule.type, *value); }
    Text operator()(const std::int64_t* value) const { return fmt::format("{}", *value); }
    Text operator()(const Duration* value) const { return toml_text(format_duration(*value)); }
    Text operator()(const Amount* value) const { return to_string(*value); }
    Text operator()(const FaultKind* value) const { return toml_text(to_string(*value)); }
    Text operator()(const Behaviour* value) const { return toml_text(to_string(*value)); }
    Text operator()(const std::vector<std::string>* value) const { return text_list(*value); }
    Text operator()(const std::optional<Duration>* value) const {
        return *value ? (*this)(&**value) : std::nullopt;
    }
    Text operator()(const std::optional<std::int32_t>* value) const {
        return *value ? Text(format_degrees(**value)) : std::nullopt;
    }
    Text operator()(const std::vector<std::uint32_t>* value) const { return numbers(*value); }
    Text operator()(const std::vector<std::uint64_t>* value) const { return numbers(*value); }
    Text operator()(const std::vector<std::vector<std::string>>* value) const {
        std::vector<std::string> items;
        for (const std::vector<std::string>& group : *value) {
            items.push_back(text_list(group));
        }
        return toml_list(items);
    }
    Text operator()(const std::vector<LoadStep>* value) const {
        std::vector<std::string> items;
        for (const LoadStep& step : *value) {
            items.push_back(fmt::format("{} = {}", format_duration(step.at), step.rate));
        }
        return "{" + absl::StrJoin(items, ", ") + "}";
    }
    Text operator()(const std::vector<LoadShare>* value) const {
        std::vector<std::string> items;
        for (const LoadShare& share : *value) {
            items.push_back(fmt::format("{} = {}", share.kind, share.weight));
        }
        return "{" + absl::StrJoin(items, ", ") + "}";
    }
    Text operator()(const std::vector<Expectation>* value) const {
        std::vector<std::string> items;
        for (const Expectation& expectation : *value) {
            items.push_back(toml_text(expectation.text));
        }
        return toml_list(items);
    }

    template <class Whole>
    static Text numbers(const std::vector<Whole>& values) {
        std::vector<std::string> items;
        for (const Whole value : values) {
            items.push_back(number(value));
        }
        return toml_list(items);
    }
};

std::string example(Type type) {
    switch (type) {
        case Type::Share:
            return "\"0.1%\"";
        case Type::Bandwidth:
            return "\"1Gbps\"";
        case Type::Size:
            return "\"1MB\"";
        case Type::Duration:
            return "\"250ms\"";
        case Type::Degrees:
            return "30.27 with at most six decimals";
        case Type::Groups:
            return "[[], [\"validator-3\"]]";
        case Type::Steps:
            return "{0s = 100, 20s = 400}";
        case Type::Mix:
            return "{transfer = 70, mission_create = 30}";
        case Type::Expectations:
            return "\"latency_p99_ms < 2500\"";
        default:
            return {};
    }
}

std::string least(const Rule& rule) {
    if (rule.type == Type::Degrees) {
        return format_degrees(static_cast<std::int32_t>(rule.min));
    }
    return rule.min < 0 ? fmt::format("{}", rule.min)
                        : in_unit(rule.type, static_cast<std::uint64_t>(rule.min));
}

std::string greatest(const Rule& rule) {
    if (rule.type == Type::Degrees) {
        return format_degrees(static_cast<std::int32_t>(rule.max));
    }
    constexpr std::uint64_t kHour = 3'600'000'000'000;
    if (rule.type == Type::Duration && rule.max % kHour == 0) {
        return fmt::format("\"{}h\"", rule.max / kHour);
    }
    return rule.type == Type::Integer ? fmt::format("{}", rule.max) : in_unit(rule.type, rule.max);
}

std::string bytes_or_items(const Rule& rule, std::string_view unit) {
    if (rule.max == kUnlimited) {
        return rule.min > 0
                   ? fmt::format("at least {} {}{}", rule.min, unit, rule.min == 1 ? "" : "s")
                   : std::string();
    }
    return rule.min > 0 ? fmt::format("{} to {} {}s", rule.min, rule.max, unit)
                        : fmt::format("at most {} {}s", rule.max, unit);
}

}  // namespace

std::string_view type_name(Type type) {
    switch (type) {
        case Type::Text:
            return "text";
        case Type::Choice:
            return "choice";
        case Type::Texts:
            return "list of texts";
        case Type::Integer:
            return "integer";
        case Type::Share:
            return "share";
        case Type::Bandwidth:
            return "bandwidth";
        case Type::Size:
            return "size";
        case Type::Duration:
            return "duration";
        case Type::Amount:
            return "amount";
        case Type::Degrees:
            return "degrees";
        case Type::Stakes:
            return "stake or list of stakes";
        case Type::Indexes:
            return "list of integers";
        case Type::Groups:
            return "list of groups";
        case Type::Steps:
            return "table of load steps";
        case Type::Mix:
            return "table of kinds and weights";
        case Type::Expectations:
            return "list of expectations";
    }
    return {};
}

std::string wanted(const Rule& rule) {
    if (rule.type == Type::Choice || (rule.type == Type::Texts && !rule.choices.empty())) {
        return "one of " + quoted_list(rule.choices);
    }
    switch (rule.type) {
        case Type::Texts:
            return "a list such as [\"a\", \"b\"]";
        case Type::Integer:
            return "an integer";
        case Type::Amount:
            return "an integer or a text of digits";
        case Type::Stakes:
            return "an integer or a list of them";
        case Type::Indexes:
            return "a list such as [0, 3]";
        case Type::Text:
            return "a text";
        case Type::Expectations:
            return "a list such as [" + example(rule.type) + "]";
        case Type::Degrees:
        case Type::Groups:
        case Type::Steps:
        case Type::Mix:
            return example(rule.type);
        default:
            return "a text such as " + example(rule.type);
    }
}

std::string range(const Rule& rule) {
    switch (rule.type) {
        case Type::Text:
            return bytes_or_items(rule, "byte");
        case Type::Texts:
        case Type::Groups:
        case Type::Indexes:
            return rule.choices.empty() ? bytes_or_items(rule, "item") : quoted_list(rule.choices);
        case Type::Choice:
            return quoted_list(rule.choices);
        case Type::Expectations:
            return {};
        case Type::Steps:
            return fmt::format("0 to {} a second", rule.max);
        case Type::Mix:
            return fmt::format("weights {} to {}", rule.min, rule.max);
        default:
            return fmt::format("{} to {}", least(rule), greatest(rule));
    }
}

std::optional<std::string> written(const Field& field) {
    return std::visit(Writer{field.rule}, field.slot);
}

}  // namespace nexus::sim::input
