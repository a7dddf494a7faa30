#include "sim/scenario/societies.hpp"

#include "sim/scenario/csv.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::sim::input {
namespace {

const std::vector<std::string>& column_names() {
    static const std::vector<std::string> kNames = {
        "name", "organizing_idea", "place", "latitude", "longitude", "nearest_region"};
    return kNames;
}

using Columns = std::map<std::string, std::size_t, std::less<>>;

Columns read_header(const CsvRow& header, Problems& problems) {
    Columns columns;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const CsvCell& cell = header[i];
        const std::vector<std::string>& known = column_names();
        if (std::find(known.begin(), known.end(), cell.text) == known.end()) {
            const std::string best = hint(cell.text, known);
            problems.add(
                cell.at,
                fmt::format("unknown column {}{}", quoted(cell.text),
                            best.empty() ? ", expected one of " + quoted_list(known) : best));
        } else if (!columns.emplace(cell.text, i).second) {
            problems.add(cell.at,
                         fmt::format("column {} twice, expected each once", quoted(cell.text)));
        }
    }
    if (!columns.contains("name")) {
        problems.add(header.front().at, "no column \"name\", expected it in the first line");
    }
    return columns;
}

/// A row and what its cells are.
class SocietyReader {
public:
    SocietyReader(const CsvRow& row, const Columns& columns, Problems& problems)
        : row_(row), columns_(columns), problems_(problems) {}

    /// Pre: the row has a cell for every column.
    Society read(const SovereignSpec& defaults) {
        Society out{.spec = defaults, .at = row_.front().at, .region_at = row_.front().at};
        for (const Field& field : sovereign_fields(out.spec)) {
            if (const CsvCell* cell = find(column_of(field.key))) {
                read_cell(*cell, field);
            }
        }
        if (const CsvCell* name = find("name")) {
            out.at = name->at;
            if (name->text.empty()) {
                problems_.add(name->at, "a community without a name, expected a text");
            }
        }
        if (const CsvCell* region = find("nearest_region")) {
            out.region_at = region->at;
        }
        return out;
    }

private:
    static std::string_view column_of(std::string_view key) {
        return key == "idea" ? "organizing_idea" : key == "region" ? "nearest_region" : key;
    }

    [[nodiscard]] const CsvCell* find(std::string_view column) const {
        const auto found = columns_.find(column);
        return found == columns_.end() ? nullptr : &row_[found->second];
    }

    void read_cell(const CsvCell& cell, const Field& field) {
        if (cell.text.empty()) {
            return;  // the default
        }
        if (field.rule.type == Type::Degrees) {
            const std::optional<std::int32_t> degrees = parse_degrees(cell.text);
            if (!degrees || *degrees < field.rule.min || *degrees > -field.rule.min) {
                problems_.add(cell.at,
                              fmt::format("{} is not in degrees, expected {} with at most "
                                          "six decimals, got {}",
                                          field.key, range(field.rule), quoted(cell.text)));
                return;
            }
            *std::get<std::optional<std::int32_t>*>(field.slot) = degrees;
        } else if (std::any_of(cell.text.begin(), cell.text.end(), is_control)) {
            problems_.add(cell.at, fmt::format("{} has a control character, expected text of one "
                                               "line, got {}",
                                               field.key, quoted(cell.text)));
        } else if (cell.text.size() > field.rule.max) {
            problems_.add(cell.at, fmt::format("{} is of wrong length, expected {}, got {}",
                                               field.key, range(field.rule), cell.text.size()));
        } else {
            *std::get<std::string*>(field.slot) = cell.text;
        }
    }

    const CsvRow& row_;
    const Columns& columns_;
    Problems& problems_;
};

}  // namespace

std::vector<Society> read_societies(std::string_view csv, std::string_view file,
                                    const SovereignSpec& defaults, Problems& problems) {
    std::vector<Society> out;
    const Result<std::vector<CsvRow>, CsvError> rows = parse_csv(csv, file);
    if (!rows) {
        problems.add(rows.error().at, rows.error().text);
        return out;
    }
    if (rows->empty()) {
        problems.add({std::string(file)}, "no first line, expected the names of the columns");
        return out;
    }
    const CsvRow& header = rows->front();
    const Columns columns = read_header(header, problems);
    std::map<std::string, std::size_t> lines;
    for (std::size_t i = 1; i < rows->size(); ++i) {
        const CsvRow& row = (*rows)[i];
        if (row.size() != header.size()) {
            problems.add(row.front().at,
                         fmt::format("a line of wrong length, expected {} cells, got {}",
                                     header.size(), row.size()));
            continue;
        }
        Society society = SocietyReader(row, columns, problems).read(defaults);
        const auto [first, fresh] = lines.emplace(society.spec.name, society.at.line);
        if (!fresh && !society.spec.name.empty()) {
            problems.add(society.at,
                         fmt::format("community {} twice, expected each once, got one in "
                                     "line {} too",
                                     quoted(society.spec.name), first->second));
            continue;
        }
        out.push_back(std::move(society));
    }
    return out;
}

std::vector<std::string> read_matrix_regions(std::string_view csv, std::string_view file,
                                             Problems& problems) {
    std::vector<std::string> out;
    const std::string_view first = csv.substr(0, csv.find('\n'));
    const Result<std::vector<CsvRow>, CsvError> rows = parse_csv(first, file);
    if (!rows) {
        problems.add(rows.error().at, rows.error().text);
        return out;
    }
    for (std::size_t i = 1; !rows->empty() && i < rows->front().size(); ++i) {
        const std::string& name = rows->front()[i].text;
        // Without a space, find_last_of gives npos, which is one before 0.
        out.push_back(name.substr(name.find_last_of(' ') + 1));
    }
    if (out.empty()) {
        problems.add({std::string(file)}, "no regions in the first line, expected a matrix");
    }
    return out;
}

}  // namespace nexus::sim::input
