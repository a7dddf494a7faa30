#include "sim/scenario/reader.hpp"

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/time.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/expectation.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::sim::input {
namespace {

using Kind = Value::Kind;
using TextList = std::vector<std::string>;

std::string with_article(std::string_view noun) {
    const bool vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
    return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

std::string item(std::string_view where, std::size_t index) {
    return fmt::format("{}[{}]", where, index);
}

/// One value on its way into one slot.
class ValueReader {
public:
    ValueReader(Problems& problems, Places& places, std::string label, std::string where,
                const Field& field)
        : problems_(problems),
          places_(places),
          label_(std::move(label)),
          where_(std::move(where)),
          rule_(field.rule),
          slot_(field.slot) {}

    void read(const Value& value);

private:
    /// The slot's target. Pre: the schema pairs this Type with this kind of slot.
    template <class T>
    T& target() const {
        T* const* found = std::get_if<T*>(&slot_);
        NEXUS_ASSERT(found != nullptr);
        return **found;
    }
    template <class T>
    [[nodiscard]] bool holds() const {
        return std::holds_alternative<T*>(slot_);
    }

    void mismatch(const Value& value) const;
    void out_of_range(const Value& value) const;
    [[nodiscard]] bool in_range(std::uint64_t number) const {
        return number <= rule_.max &&
               (rule_.min < 0 || number >= static_cast<std::uint64_t>(rule_.min));
    }

    [[nodiscard]] bool fits(const Value& value, std::uint64_t bytes_min, std::uint64_t bytes_max);
    [[nodiscard]] std::optional<std::size_t> choice_of(const Value& value) const;
    [[nodiscard]] std::optional<std::uint64_t> quantity_of(std::string_view text) const;
    [[nodiscard]] bool is_list(const Value& value) const;
    std::optional<TextList> texts_of(const Value& list, const std::string& where);

    void read_choice(const Value& value) const;
    void read_integer(const Value& value) const;
    void read_quantity(const Value& value) const;
    void read_degrees(const Value& value) const;
    void read_groups(const Value& value);
    void read_steps(const Value& value);
    void read_mix(const Value& value);
    void read_expectations(const Value& value);
    void read_stakes(const Value& value);
    void read_indexes(const Value& value);

    Problems& problems_;
    Places& places_;
    std::string label_;
    std::string where_;
    const Rule& rule_;
    const Slot& slot_;
};

void ValueReader::mismatch(const Value& value) const {
    problems_.add(value.at,
                  fmt::format("{} is not {}, expected {}, got {}", label_,
                              with_article(type_name(rule_.type)), wanted(rule_), shown(value)));
}

void ValueReader::out_of_range(const Value& value) const {
    problems_.add(value.at, fmt::format("{} is out of range, expected {}, got {}", label_,
                                        range(rule_), shown(value)));
}

void ValueReader::read(const Value& value) {
    switch (rule_.type) {
        case Type::Text:
            if (fits(value, static_cast<std::uint64_t>(rule_.min), rule_.max)) {
                target<std::string>() = value.text;
            }
            return;
        case Type::Texts:
            if (std::optional<TextList> texts = texts_of(value, where_)) {
                target<TextList>() = *std::move(texts);
            }
            return;
        case Type::Choice:
            return read_choice(value);
        case Type::Integer:
            return read_integer(value);
        case Type::Share:
        case Type::Bandwidth:
        case Type::Size:
        case Type::Duration:
        case Type::Amount:
            return read_quantity(value);
        case Type::Degrees:
            return read_degrees(value);
        case Type::Stakes:
            return read_stakes(value);
        case Type::Indexes:
            return read_indexes(value);
        case Type::Groups:
            return read_groups(value);
        case Type::Steps:
            return read_steps(value);
        case Type::Mix:
            return read_mix(value);
        case Type::Expectations:
            return read_expectations(value);
    }
}

bool ValueReader::fits(const Value& value, std::uint64_t bytes_min, std::uint64_t bytes_max) {
    if (value.kind != Kind::Text) {
        mismatch(value);
        return false;
    }
    const std::size_t size = value.text.size();
    if (size < bytes_min || size > bytes_max) {
        problems_.add(value.at,
                      fmt::format("{} is of wrong length, expected {} to {} bytes, got {}", label_,
                                  bytes_min, bytes_max, size));
        return false;
    }
    const auto stray = [this](char c) { return is_control(c) && (rule_.one_line || c != '\n'); };
    if (std::any_of(value.text.begin(), value.text.end(), stray)) {
        problems_.add(
            value.at,
            fmt::format("{} has a control character, expected {}, got {}", label_,
                        rule_.one_line ? "text of one line" : "printable text", shown(value)));
        return false;
    }
    return true;
}

std::optional<std::size_t> ValueReader::choice_of(const Value& value) const {
    const auto found = std::find(rule_.choices.begin(), rule_.choices.end(), value.text);
    if (value.kind != Kind::Text || found == rule_.choices.end()) {
        problems_.add(value.at,
                      fmt::format("{} is unknown, expected {}, got {}{}", label_, wanted(rule_),
                                  shown(value), hint(value.text, rule_.choices)));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - rule_.choices.begin());
}

void ValueReader::read_choice(const Value& value) const {
    const std::optional<std::size_t> chosen = choice_of(value);
    if (!chosen) {
        return;
    }
    if (holds<bool>()) {
        target<bool>() = *chosen == 1;
    } else if (holds<FaultKind>()) {
        target<FaultKind>() = static_cast<FaultKind>(*chosen);
    } else if (holds<Behaviour>()) {
        target<Behaviour>() = static_cast<Behaviour>(*chosen);
    } else {
        target<std::string>() = value.text;
    }
}

void ValueReader::read_integer(const Value& value) const {
    std::optional<std::uint64_t> beyond;  // what TOML's own integers cannot say
    if (value.kind == Kind::Text && holds<std::uint64_t>()) {
        beyond = parse_whole(value.text);
    }
    if (value.kind != Kind::Integer && !beyond) {
        return mismatch(value);
    }
    if (holds<std::int64_t>()) {
        const bool low = value.integer < rule_.min;
        const bool high =
            value.integer > 0 && static_cast<std::uint64_t>(value.integer) > rule_.max;
        if (low || high) {
            return out_of_range(value);
        }
        target<std::int64_t>() = value.integer;
        return;
    }
    const bool negative = !beyond && value.integer < 0;
    const std::uint64_t number = beyond.value_or(static_cast<std::uint64_t>(value.integer));
    if (negative || !in_range(number)) {
        return out_of_range(value);
    }
    if (holds<std::uint32_t>()) {
        target<std::uint32_t>() = static_cast<std::uint32_t>(number);
    } else {
        target<std::uint64_t>() = number;
    }
}

std::optional<std::uint64_t> ValueReader::quantity_of(std::string_view text) const {
    switch (rule_.type) {
        case Type::Share:
            return parse_share(text);
        case Type::Bandwidth:
            return parse_bandwidth(text);
        case Type::Size:
            return parse_size(text);
        case Type::Amount:
            return parse_whole(text);
        default: {
            const std::optional<Duration> parsed = parse_duration(text);
            return parsed ? std::optional(static_cast<std::uint64_t>(parsed->nanoseconds))
                          : std::nullopt;
        }
    }
}

void ValueReader::read_quantity(const Value& value) const {
    std::optional<std::uint64_t> number;
    if (value.kind == Kind::Text) {
        number = quantity_of(value.text);
    } else if (value.kind == Kind::Integer && rule_.type == Type::Amount) {
        if (value.integer < 0) {
            return out_of_range(value);
        }
        number = static_cast<std::uint64_t>(value.integer);
    }
    if (!number) {
        return mismatch(value);
    }
    if (!in_range(*number)) {
        return out_of_range(value);
    }
    if (holds<Duration>()) {
        target<Duration>() = nanoseconds(static_cast<std::int64_t>(*number));
    } else if (holds<std::optional<Duration>>()) {
        target<std::optional<Duration>>() = nanoseconds(static_cast<std::int64_t>(*number));
    } else if (holds<Amount>()) {
        target<Amount>() = Amount(*number);
    } else if (holds<std::uint32_t>()) {
        target<std::uint32_t>() = static_cast<std::uint32_t>(*number);
    } else {
        target<std::uint64_t>() = *number;
    }
}

void ValueReader::read_degrees(const Value& value) const {
    constexpr double kMillion = 1e6;
    if (value.kind != Kind::Number && value.kind != Kind::Integer) {
        return mismatch(value);
    }
    const double degrees =
        value.kind == Kind::Number ? value.number : static_cast<double>(value.integer);
    const double least = static_cast<double>(rule_.min) / kMillion;
    if (!(degrees >= least && degrees <= -least)) {  // not a number is neither
        return out_of_range(value);
    }
    target<std::optional<std::int32_t>>() =
        static_cast<std::int32_t>(std::llround(degrees * kMillion));
}

bool ValueReader::is_list(const Value& value) const {
    if (value.kind != Kind::List) {
        mismatch(value);
        return false;
    }
    if (value.items.size() < static_cast<std::uint64_t>(rule_.min) ||
        value.items.size() > rule_.max) {
        problems_.add(value.at, fmt::format("{} is of wrong length, expected {}, got {}", label_,
                                            range(rule_), value.items.size()));
        return false;
    }
    return true;
}

std::optional<TextList> ValueReader::texts_of(const Value& list, const std::string& where) {
    if (rule_.type == Type::Texts ? !is_list(list) : list.kind != Kind::List) {
        if (rule_.type != Type::Texts) {
            mismatch(list);
        }
        return std::nullopt;
    }
    TextList out;
    std::set<std::string> seen;
    bool sound = true;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const Value& value = list.items[i];
        places_.set(item(where, i), value.at);
        if (rule_.choices.empty() ? !fits(value, 1, rule_.item_bytes_max) : !choice_of(value)) {
            sound = false;
        } else if (rule_.plain && ledger_name(value.text) != value.text) {
            problems_.add(value.at, fmt::format("{} names what the ledger does not take, expected "
                                                "letters, digits and single -_.' between, got {}",
                                                label_, shown(value)));
            sound = false;
        } else if (rule_.unique && !seen.insert(value.text).second) {
            problems_.add(value.at, fmt::format("{} names {} twice, expected each once", label_,
                                                shown(value)));
            sound = false;
        } else {
            out.push_back(value.text);
        }
    }
    return sound ? std::optional(std::move(out)) : std::nullopt;
}

void ValueReader::read_groups(const Value& value) {
    if (!is_list(value)) {
        return;
    }
    std::vector<TextList> groups;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        places_.set(item(where_, i), value.items[i].at);
        std::optional<TextList> group = texts_of(value.items[i], item(where_, i));
        if (!group) {
            return;
        }
        groups.push_back(*std::move(group));
    }
    target<std::vector<TextList>>() = std::move(groups);
}

void ValueReader::read_stakes(const Value& value) {
    const bool single = value.kind == Kind::Integer;
    if (!single && value.kind != Kind::List) {
        return mismatch(value);
    }
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i < (single ? 1 : value.items.size()); ++i) {
        const Value& stake = single ? value : value.items[i];
        places_.set(item(where_, i), stake.at);
        if (stake.kind != Kind::Integer) {
            return mismatch(stake);
        }
        if (stake.integer < rule_.min) {
            return out_of_range(stake);
        }
        out.push_back(static_cast<std::uint64_t>(stake.integer));
    }
    target<std::vector<std::uint64_t>>() = std::move(out);
}

void ValueReader::read_indexes(const Value& value) {
    if (!is_list(value)) {
        return;
    }
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const Value& index = value.items[i];
        places_.set(item(where_, i), index.at);
        if (index.kind != Kind::Integer || index.integer < 0 ||
            index.integer > std::numeric_limits<std::uint32_t>::max()) {
            return mismatch(index);
        }
        const auto number = static_cast<std::uint32_t>(index.integer);
        if (std::find(out.begin(), out.end(), number) != out.end()) {
            problems_.add(index.at,
                          fmt::format("{} names {} twice, expected each once", label_, number));
            return;
        }
        out.push_back(number);
    }
    target<std::vector<std::uint32_t>>() = std::move(out);
}

void ValueReader::read_steps(const Value& value) {
    if (value.kind != Kind::Table) {
        return mismatch(value);
    }
    std::vector<LoadStep> out;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const Key& key = value.keys[i];
        const Value& rate = value.items[i];
        places_.set(item(where_, i), key.at);
        const std::optional<Duration> at = parse_duration(key.name);
        if (!at) {
            problems_.add(key.at, fmt::format("{} has no time before the sign, expected a key such "
                                              "as 20s or \"1.5s\", got {}",
                                              label_, quoted(key.name)));
        } else if (rate.kind != Kind::Integer) {
            mismatch(rate);
        } else if (rate.integer < 0 || !in_range(static_cast<std::uint64_t>(rate.integer))) {
            out_of_range(rate);
        } else {
            out.push_back({*at, static_cast<std::uint32_t>(rate.integer)});
        }
    }
    target<std::vector<LoadStep>>() = std::move(out);
}

void ValueReader::read_mix(const Value& value) {
    if (value.kind != Kind::Table) {
        return mismatch(value);
    }
    std::vector<LoadShare> out;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const Key& key = value.keys[i];
        const Value& weight = value.items[i];
        if (std::find(rule_.choices.begin(), rule_.choices.end(), key.name) ==
            rule_.choices.end()) {
            problems_.add(key.at, fmt::format("{} has no kind {}, expected one of {}{}", label_,
                                              quoted(key.name), quoted_list(rule_.choices),
                                              hint(key.name, rule_.choices)));
        } else if (weight.kind != Kind::Integer) {
            mismatch(weight);
        } else if (weight.integer < 0 || !in_range(static_cast<std::uint64_t>(weight.integer))) {
            out_of_range(weight);
        } else {
            out.push_back({key.name, static_cast<std::uint32_t>(weight.integer)});
        }
    }
    target<std::vector<LoadShare>>() = std::move(out);
}

void ValueReader::read_expectations(const Value& value) {
    if (!is_list(value)) {
        return;
    }
    std::vector<Expectation> out;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const Value& text = value.items[i];
        places_.set(item(where_, i), text.at);
        if (!fits(text, 1, rule_.item_bytes_max)) {
            continue;
        }
        std::optional<Expectation> expectation = parse_expectation(text.text);
        if (!expectation) {
            problems_.add(text.at, fmt::format("{} cannot be read, expected metric, comparison and "
                                               "number such as \"latency_p99_ms < 2500\", got {}",
                                               label_, shown(text)));
            continue;
        }
        expectation->line = text.at.line;
        out.push_back(*std::move(expectation));
    }
    target<std::vector<Expectation>>() = std::move(out);
}

}  // namespace

void Reader::read_table(const Value& table, std::string_view label, std::string_view where,
                        const std::vector<Field>& fields) {
    std::vector<std::string> known;
    for (const Field& field : fields) {
        known.push_back(field.key);
        if (field.rule.required && table.find(field.key) == nullptr) {
            problems_.add(table.at, fmt::format("{} has no {}, expected {} = {}", label,
                                                quoted(field.key), field.key, wanted(field.rule)));
        }
    }
    for (std::size_t i = 0; i < table.items.size(); ++i) {
        const Key& key = table.keys[i];
        const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& candidate) {
            return candidate.key == key.name;
        });
        if (field == fields.end()) {
            const std::string best = hint(key.name, known);
            problems_.add(
                key.at,
                fmt::format("{} has no key {}{}", label, quoted(key.name),
                            best.empty() ? ", expected one of " + quoted_list(known) : best));
            continue;
        }
        const std::string inner = fmt::format("{}.{}", where, key.name);
        places_.set(inner, table.items[i].at);
        ValueReader(problems_, places_, fmt::format("{}.{}", label, key.name), inner, *field)
            .read(table.items[i]);
    }
}

}  // namespace nexus::sim::input
