#include "sim/scenario/document.hpp"

#include "base/result.hpp"
#include "sim/scenario/nesting.hpp"
#include "sim/scenario/problems.hpp"

#include <fmt/core.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nexus::sim::input {
namespace {

Place place(const toml::source_region& region, std::string_view file) {
    return {std::string(file), region.begin.line, region.begin.column};
}

Value convert(const toml::node& node, std::string_view file);

Value convert_table(const toml::table& table, std::string_view file) {
    // The library iterates in the order of the keys' names.
    std::vector<std::pair<Key, const toml::node*>> entries;
    for (const auto& [key, node] : table) {
        entries.push_back({{std::string(key.str()), place(key.source(), file)}, &node});
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first.at, a.first.name) < std::tie(b.first.at, b.first.name);
    });
    Value out;
    for (auto& [key, node] : entries) {
        out.items.push_back(convert(*node, file));
        out.keys.push_back(std::move(key));
    }
    return out;
}

Value convert(const toml::node& node, std::string_view file) {
    Value out;
    if (const auto* table = node.as_table()) {
        out = convert_table(*table, file);
    } else if (const auto* array = node.as_array()) {
        out.kind = Value::Kind::List;
        for (const toml::node& item : *array) {
            out.items.push_back(convert(item, file));
        }
    } else if (const auto* text = node.as_string()) {
        out.kind = Value::Kind::Text;
        out.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
        out.kind = Value::Kind::Integer;
        out.integer = integer->get();
    } else if (const auto* number = node.as_floating_point()) {
        out.kind = Value::Kind::Number;
        out.number = number->get();
    } else if (const auto* flag = node.as_boolean()) {
        out.kind = Value::Kind::Flag;
        out.flag = flag->get();
    } else {
        out.kind = Value::Kind::Moment;
    }
    out.at = place(node.source(), file);
    return out;
}

}  // namespace

const Value* Value::find(std::string_view key) const {
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [key](const Key& candidate) { return candidate.name == key; });
    return found == keys.end() ? nullptr : &items[static_cast<std::size_t>(found - keys.begin())];
}

Result<Value, DocumentError> parse_document(std::string_view text, std::string_view file) {
    const std::string name(file);
    if (text.size() > kDocumentBytesMax) {
        return fail(
            DocumentError{{name, 1, 1},
                          fmt::format("the file is too long, expected at most {} bytes, got {}",
                                      kDocumentBytesMax, text.size())});
    }
    if (const std::optional<TooDeep> deep = find_too_deep(text)) {
        return fail(DocumentError{
            {name, deep->line, deep->column},
            fmt::format("nested too deeply, expected at most {} parts of a key and {} brackets",
                        kKeyPartsMax, kNestingMax)});
    }
    try {
        return convert_table(toml::parse(text, file), file);
    } catch (const toml::parse_error& error) {
        return fail(DocumentError{place(error.source(), file), std::string(error.description())});
    }
}

std::string shown(const Value& value) {
    switch (value.kind) {
        case Value::Kind::Text:
            return quoted(value.text);
        case Value::Kind::Integer:
            return fmt::format("{}", value.integer);
        case Value::Kind::Number:
            return fmt::format("{}", value.number);
        case Value::Kind::Flag:
            return value.flag ? "true" : "false";
        case Value::Kind::Moment:
            return "a date or time";
        case Value::Kind::List:
            return value.items.empty() ? "an empty list" : "a list";
        case Value::Kind::Table:
            return "a table";
    }
    return {};
}

}  // namespace nexus::sim::input
