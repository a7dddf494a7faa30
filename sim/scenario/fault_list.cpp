#include "sim/scenario/fault_list.hpp"

#include "sim/scenario/document.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"

#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

using input::Field;
using input::Value;

Field number_field(std::string key, std::uint64_t& slot) {
    return {.key = std::move(key),
            .slot = &slot,
            .rule = {.type = input::Type::Integer,
                     .max = std::numeric_limits<std::int64_t>::max(),
                     .required = true},
            .meaning = "counts what it does"};
}

std::vector<Field> fields_of(std::uint64_t& number, input::FaultEntry& entry) {
    std::vector<Field> fields = input::fault_fields(entry);
    fields.insert(fields.begin(), number_field("number", number));
    return fields;
}

}  // namespace

std::string format_fault_list(const FaultList& list) {
    std::string out = fmt::format("next = {}\n", list.next);
    for (const NumberedFault& fault : list.faults) {
        std::uint64_t number = fault.number;
        input::FaultEntry entry{fault.spec, {}};
        const std::vector<std::string_view> without = input::foreign_keys(fault.spec);
        out += "\n[[fault]]\n";
        for (const Field& field : fields_of(number, entry)) {
            const std::optional<std::string> value = input::written(field);
            if (value && std::find(without.begin(), without.end(), field.key) == without.end()) {
                out += fmt::format("{} = {}\n", field.key, *value);
            }
        }
    }
    return out;
}

absl::StatusOr<FaultList> parse_fault_list(std::string_view text, std::string_view file) {
    FaultList list;
    if (text.empty()) {
        return list;
    }
    input::Problems problems{std::string(file)};
    const auto document = input::parse_document(text, file);
    if (!document) {
        problems.add(document.error().at, document.error().text);
        return problems.status();
    }
    input::Places places{std::string(file)};
    input::Reader reader(problems, places);
    Value top = *document;
    std::vector<Value> entries;
    for (std::size_t i = 0; i < top.keys.size(); ++i) {
        if (top.keys[i].name == "fault" && top.items[i].kind == Value::Kind::List) {
            entries = std::exchange(top.items[i], {}).items;
            top.keys.erase(top.keys.begin() + static_cast<std::ptrdiff_t>(i));
            top.items.erase(top.items.begin() + static_cast<std::ptrdiff_t>(i));
            break;
        }
    }
    reader.read_table(top, "the list", "list", {number_field("next", list.next)});
    std::uint64_t above = 0;
    for (const Value& each : entries) {
        if (each.kind != Value::Kind::Table) {
            problems.add(each.at, fmt::format("expected a table, got {}", input::shown(each)));
            continue;
        }
        NumberedFault& fault = list.faults.emplace_back();
        input::FaultEntry entry;
        entry.spec.line = each.at.line;
        reader.read_table(each, "fault", fmt::format("fault[{}]", list.faults.size() - 1),
                          fields_of(fault.number, entry));
        fault.spec = std::move(entry.spec);
        if (fault.number < above || fault.number >= list.next) {
            problems.add(each.at, fmt::format("expected a number from {} to less than {}, got {}",
                                              above, list.next, fault.number));
        }
        above = fault.number + 1;
    }
    if (!problems.empty()) {
        return problems.status();
    }
    return list;
}

}  // namespace nexus::sim
