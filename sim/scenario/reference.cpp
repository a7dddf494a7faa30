#include "consensus/api/protocol.hpp"
#include "consensus/registry/registry.hpp"
#include "sim/report/metrics.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim::input {
namespace {

/// One line of the documentation.
struct Row {
    std::string key;
    std::string type;
    std::string fallback;
    std::string range;
    std::string meaning;
};

std::string fallback_of(const Field& field) {
    if (field.rule.required) {
        return "required";
    }
    return field.rule.fallback.empty() ? written(field).value_or("none") : field.rule.fallback;
}

std::vector<Row> rows_of(const std::vector<Field>& fields) {
    std::vector<Row> rows;
    for (const Field& field : fields) {
        rows.push_back({field.key, std::string(type_name(field.rule.type)), fallback_of(field),
                        range(field.rule), field.meaning});
    }
    return rows;
}

/// `name`, then the parameters of every protocol.
std::vector<Row> protocol_rows() {
    std::vector<Row> rows;
    for (const consensus::Engine* engine : consensus::engines()) {
        Scenario scenario;
        scenario.protocol = std::string(engine->name());
        std::vector<Row> found = rows_of(protocol_fields(scenario));
        if (rows.empty()) {
            rows.push_back(found.front());
            rows.front().fallback = quoted(Scenario().protocol);
        }
        for (Row& row : found) {
            if (row.key != "name") {
                row.meaning = fmt::format("{}: {}", engine->name(), row.meaning);
                rows.push_back(std::move(row));
            }
        }
    }
    return rows;
}

std::vector<Row> section_rows(std::string_view section) {
    Scenario scenario;
    SovereignsSection sovereigns;
    SovereignSpec sovereign;
    sovereign.place = "distributed";
    PopulationSpec population;
    FaultEntry fault;
    ByzantineSpec byzantine;
    const std::pair<std::string_view, std::vector<Field>> all[] = {
        {"scenario", scenario_fields(scenario)},
        {"network", network_fields(scenario.network)},
        {"validators", validator_fields(scenario.validators)},
        {"blocks", block_fields(scenario.blocks)},
        {"machine", machine_fields(scenario.machine)},
        {"chain", chain_fields(scenario.chain)},
        {"sovereigns", sovereigns_fields(sovereigns)},
        {"sovereign", sovereign_fields(sovereign)},
        {"population", population_fields(population)},
        {"load", load_fields(scenario.load)},
        {"fault", fault_fields(fault)},
        {"byzantine", byzantine_fields(byzantine)},
        {"expect", expect_fields(scenario)},
    };
    for (const auto& [name, fields] : all) {
        if (name == section) {
            return rows_of(fields);
        }
    }
    return protocol_rows();
}

std::string header(const Section& section) {
    return section.repeated ? fmt::format("[[{}]]", section.name)
                            : fmt::format("[{}]", section.name);
}

/// What a kind of fault needs and may have: "targets, factor (lasts)".
std::string keys_of(FaultKind kind) {
    const FaultRule rule = fault_rule(kind);
    const auto list = [](FaultKeys bits) {
        std::string out;
        for (const auto& [name, key] : fault_keys()) {
            if ((bits & key) != 0) {
                out += (out.empty() ? "" : ", ") + std::string(name);
            }
        }
        return out;
    };
    const std::string may = rule.may == 0 ? std::string() : fmt::format("({})", list(rule.may));
    const std::string needs = list(rule.needs);
    return needs + (needs.empty() || may.empty() ? "" : " ") + may;
}

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

std::string code(std::string_view text) {
    const bool words = !text.empty() && lower(text.front()) >= 'a' && lower(text.front()) <= 'z';
    return words ? std::string(text) : fmt::format("`{}`", text);
}

}  // namespace

std::string list_defaults() {
    std::string out;
    for (const Section& section : sections()) {
        out += fmt::format("{}  # {}\n", header(section), section.meaning);
        const std::vector<Row> rows = section_rows(section.name);
        std::size_t key_width = 0;
        std::size_t fallback_width = 0;
        for (const Row& row : rows) {
            key_width = std::max(key_width, row.key.size());
            fallback_width = std::max(fallback_width, row.fallback.size());
        }
        for (const Row& row : rows) {
            out += fmt::format("  {:<{}}  {:<{}}  # {}: {}{}\n", row.key, key_width, row.fallback,
                               fallback_width, row.type, row.meaning,
                               row.range.empty() ? "" : fmt::format(" ({})", row.range));
        }
        out += '\n';
    }
    out += "Kinds of faults and the keys they need (and may have):\n";
    for (std::size_t i = 0; i < fault_kind_names().size(); ++i) {
        const std::string keys = keys_of(static_cast<FaultKind>(i));
        out += fmt::format("  {:<10} {}\n", fault_kind_names()[i], keys.empty() ? "none" : keys);
    }
    out += "\nMetrics for [expect] all:\n";
    for (const MetricSpec& metric : metrics()) {
        out += fmt::format("  {:<26} {}\n", metric.name, metric.meaning);
    }
    return out;
}

std::string markdown_reference() {
    std::string out;
    for (const Section& section : sections()) {
        out += fmt::format("### `{}`\n\n{}\n\n", header(section), section.meaning);
        out += "| key | type | default | range | meaning |\n|---|---|---|---|---|\n";
        for (const Row& row : section_rows(section.name)) {
            out += fmt::format("| `{}` | {} | {} | {} | {} |\n", row.key, row.type,
                               cell(code(row.fallback)), cell(row.range), cell(row.meaning));
        }
        out += '\n';
    }
    out += "### Kinds of faults\n\n| kind | keys it needs (and may have) |\n|---|---|\n";
    for (std::size_t i = 0; i < fault_kind_names().size(); ++i) {
        out += fmt::format("| `{}` | {} |\n", fault_kind_names()[i],
                           keys_of(static_cast<FaultKind>(i)));
    }
    out += "\n### Metrics\n\n| metric | meaning |\n|---|---|\n";
    for (const MetricSpec& metric : metrics()) {
        out += fmt::format("| `{}` | {} |\n", metric.name, cell(metric.meaning));
    }
    return out;
}

}  // namespace nexus::sim::input
