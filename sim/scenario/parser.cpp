#include "sim/scenario/parser.hpp"

#include "base/result.hpp"
#include "sim/scenario/checks.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/societies.hpp"

#include <absl/status/statusor.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

using input::Field;
using input::Places;
using input::Problems;
using input::Section;
using input::Value;

/// Fills a scenario from a document, section by section.
class Builder {
public:
    Builder(const Value& document, std::string_view file, const Resolver& resolver,
            Problems& problems)
        : document_(document),
          resolver_(resolver),
          problems_(problems),
          places_(std::string(file)) {
        scenario_.file = std::string(file);
        scenario_.name = std::filesystem::path(scenario_.file).stem().string();
    }

    Scenario build() {
        check_sections();
        read_once("scenario", input::scenario_fields(scenario_));
        read_once("network", input::network_fields(scenario_.network));
        read_regions();
        const std::size_t sound = problems_.count();
        read_validators();
        read_sovereigns();
        const bool nodes_known = problems_.count() == sound;
        read_protocol();
        read_once("blocks", input::block_fields(scenario_.blocks));
        read_once("machine", input::machine_fields(scenario_.machine));
        read_once("chain", input::chain_fields(scenario_.chain));
        read_populations();
        read_load();
        read_faults();
        read_byzantine();
        read_once("expect", input::expect_fields(scenario_));
        check(nodes_known);
        return std::move(scenario_);
    }

private:
    void check_sections();
    void read_once(std::string_view name, const std::vector<Field>& fields);
    [[nodiscard]] const Value* table(std::string_view name) const;
    [[nodiscard]] std::vector<const Value*> tables(std::string_view name) const;
    void read_entry(const Value& entry, std::string_view name, std::size_t index,
                    const std::vector<Field>& fields);
    void read_regions();
    void read_validators();
    void read_protocol();
    void read_sovereigns();
    void read_society_file(const input::SovereignsSection& section);
    void read_sovereign(const Value& entry, const SovereignSpec& defaults);
    void read_populations();
    void read_load();
    void read_faults();
    void read_byzantine();
    void check(bool nodes_known);

    const Value& document_;
    const Resolver& resolver_;
    Problems& problems_;
    Places places_;
    std::set<std::string> unsound_;
    Scenario scenario_;
    std::vector<std::string> regions_;  // of the matrix; empty: any
};

void Builder::check_sections() {
    std::vector<std::string> known;
    for (const Section& section : input::sections()) {
        known.push_back(section.name);
    }
    for (std::size_t i = 0; i < document_.items.size(); ++i) {
        const input::Key& key = document_.keys[i];
        const Value& value = document_.items[i];
        const auto section = std::find_if(input::sections().begin(), input::sections().end(),
                                          [&](const Section& s) { return s.name == key.name; });
        if (section == input::sections().end()) {
            const std::string best = input::hint(key.name, known);
            problems_.add(
                key.at, fmt::format("no section {}{}", input::quoted(key.name),
                                    best.empty() ? ", expected one of " + input::quoted_list(known)
                                                 : best));
            continue;
        }
        places_.set(key.name, key.at);
        const bool tables_only =
            value.kind == Value::Kind::List &&
            std::all_of(value.items.begin(), value.items.end(),
                        [](const Value& item) { return item.kind == Value::Kind::Table; });
        if (section->repeated ? !tables_only : value.kind != Value::Kind::Table) {
            const std::string got =
                tables_only && !value.items.empty() ? fmt::format("[[{}]]", key.name)
                : value.kind == Value::Kind::Table  ? fmt::format("[{}]", key.name)
                                                    : input::shown(value);
            problems_.add(key.at, fmt::format("section {} is not of this form, expected {}, got {}",
                                              input::quoted(key.name),
                                              section->repeated ? fmt::format("[[{}]]", key.name)
                                                                : fmt::format("[{}]", key.name),
                                              got));
        }
    }
}

const Value* Builder::table(std::string_view name) const {
    const Value* found = document_.find(name);
    return found != nullptr && found->kind == Value::Kind::Table ? found : nullptr;
}

std::vector<const Value*> Builder::tables(std::string_view name) const {
    std::vector<const Value*> out;
    const Value* found = document_.find(name);
    if (found != nullptr && found->kind == Value::Kind::List) {
        for (const Value& item : found->items) {
            if (item.kind == Value::Kind::Table) {
                out.push_back(&item);
            }
        }
    }
    return out;
}

void Builder::read_once(std::string_view name, const std::vector<Field>& fields) {
    if (const Value* found = table(name)) {
        input::Reader(problems_, places_).read_table(*found, name, name, fields);
    }
}

void Builder::read_entry(const Value& entry, std::string_view name, std::size_t index,
                         const std::vector<Field>& fields) {
    const std::string where = fmt::format("{}[{}]", name, index);
    const std::size_t known = problems_.count();
    places_.set(where, entry.at);
    input::Reader(problems_, places_).read_table(entry, name, where, fields);
    if (problems_.count() > known) {
        unsound_.insert(where);
    }
}

void Builder::read_regions() {
    const std::string& matrix = scenario_.network.matrix;
    if (matrix == "uniform") {
        return;
    }
    const std::string file = fmt::format("wan-rtt-{}.csv", matrix);
    const absl::StatusOr<std::string> text = resolver_.read_matrix(file);
    if (text.ok()) {
        regions_ = input::read_matrix_regions(*text, file, problems_);
    } else {
        problems_.add(places_.at("network.latency"),
                      fmt::format("the matrix cannot be read, expected {}, got: {}",
                                  input::quoted(file), std::string(text.status().message())));
    }
}

void Builder::read_validators() {
    ValidatorSpec& validators = scenario_.validators;
    read_once("validators", input::validator_fields(validators));
    if (validators.regions.empty()) {
        validators.regions = regions_.empty() ? std::vector<std::string>{"uniform"} : regions_;
    }
    const Value* section = table("validators");
    const Value* stake = section == nullptr ? nullptr : section->find("stake");
    if (stake == nullptr || stake->kind != Value::Kind::List) {
        constexpr std::uint64_t kStake = 100;
        const std::uint64_t each = validators.stakes.empty() ? kStake : validators.stakes.front();
        validators.stakes.assign(validators.count, each);
    }
}

void Builder::read_protocol() {
    // The protocol's name decides which other keys there are.
    const Value* section = table("protocol");
    const Value* name = section == nullptr ? nullptr : section->find("name");
    if (name != nullptr && name->kind == Value::Kind::Text) {
        scenario_.protocol = name->text;
    }
    const std::vector<Field> fields = input::protocol_fields(scenario_);
    const bool known = !scenario_.parameters.empty() || fields.size() > 1;
    if (known || name == nullptr) {
        read_once("protocol", fields);
        return;
    }
    // An unknown protocol: its parameters cannot be judged.
    Value only_name = *section;
    only_name.keys.clear();
    only_name.items.clear();
    for (std::size_t i = 0; i < section->keys.size(); ++i) {
        if (section->keys[i].name == "name") {
            only_name.keys.push_back(section->keys[i]);
            only_name.items.push_back(section->items[i]);
        }
    }
    input::Reader(problems_, places_).read_table(only_name, "protocol", "protocol", fields);
}

void Builder::read_sovereigns() {
    input::SovereignsSection section;
    section.defaults.place = "distributed";
    read_once("sovereigns", input::sovereigns_fields(section));
    if (!section.from.empty()) {
        read_society_file(section);
    } else {
        for (const std::string key : {"take", "regions"}) {
            if (places_.has("sovereigns." + key)) {
                problems_.add(
                    places_.at("sovereigns." + key),
                    fmt::format("sovereigns.{} without sovereigns.from, expected a file to "
                                "take from",
                                key));
            }
        }
    }
    std::set<std::string> seen;
    for (const Value* entry : tables("sovereign")) {
        const Value* name = entry->find("name");
        if (name != nullptr && !name->text.empty() && !seen.insert(name->text).second) {
            problems_.add(name->at, fmt::format("sovereign {} twice, expected names that differ",
                                                input::quoted(name->text)));
            continue;
        }
        read_sovereign(*entry, section.defaults);
    }
    const std::vector<std::string>& regions = scenario_.validators.regions;
    for (std::size_t i = 0; i < scenario_.sovereigns.size(); ++i) {
        if (scenario_.sovereigns[i].region.empty()) {
            scenario_.sovereigns[i].region = regions[i % regions.size()];
        }
    }
}

void Builder::read_society_file(const input::SovereignsSection& section) {
    const absl::StatusOr<std::string> text = resolver_.read(section.from);
    if (!text.ok()) {
        problems_.add(places_.at("sovereigns.from"),
                      fmt::format("sovereigns.from cannot be read, expected a CSV file, got: {}",
                                  std::string(text.status().message())));
        return;
    }
    const std::filesystem::path folder = std::filesystem::path(scenario_.file).parent_path();
    const std::string file = (folder / section.from).lexically_normal().string();
    std::vector<input::Society> societies =
        input::read_societies(*text, file, section.defaults, problems_);
    if (section.take > societies.size()) {
        problems_.add(
            places_.at("sovereigns.take"),
            fmt::format("sovereigns.take is more than there are, expected at most {}, got {}",
                        societies.size(), section.take));
    }
    if (section.take != 0 && section.take < societies.size()) {
        societies.resize(section.take);
    }
    for (std::size_t i = 0; i < societies.size(); ++i) {
        input::Society& society = societies[i];
        const std::string where = fmt::format("sovereign[{}]", i);
        places_.set(where, society.at);
        places_.set(where + ".region", society.region_at);
        // What all have in common is said, if at all, in [sovereigns].
        for (const std::string key : {"admits", "treasury"}) {
            if (places_.has("sovereigns." + key)) {
                places_.set(fmt::format("{}.{}", where, key), places_.at("sovereigns." + key));
            }
        }
        if (!section.regions.empty()) {
            society.spec.region = section.regions[i % section.regions.size()];
            places_.set(where + ".region", places_.at(fmt::format("sovereigns.regions[{}]",
                                                                  i % section.regions.size())));
        }
        scenario_.sovereigns.push_back(std::move(society.spec));
    }
}

void Builder::read_sovereign(const Value& entry, const SovereignSpec& defaults) {
    std::vector<SovereignSpec>& all = scenario_.sovereigns;
    const Value* name = entry.find("name");
    auto found = std::find_if(all.begin(), all.end(), [name](const SovereignSpec& sovereign) {
        return name != nullptr && sovereign.name == name->text;
    });
    if (found == all.end()) {
        found = all.insert(all.end(), defaults);
    }
    read_entry(entry, "sovereign", static_cast<std::size_t>(found - all.begin()),
               input::sovereign_fields(*found));
}

void Builder::read_populations() {
    for (const Value* entry : tables("population")) {
        PopulationSpec& population = scenario_.populations.emplace_back();
        read_entry(*entry, "population", scenario_.populations.size() - 1,
                   input::population_fields(population));
    }
}

void Builder::read_load() {
    read_once("load", input::load_fields(scenario_.load));
    if (!places_.has("load.stop")) {
        scenario_.load.stop = scenario_.duration;
    }
}

void Builder::read_faults() {
    for (const Value* entry : tables("fault")) {
        const std::string where = fmt::format("fault[{}]", scenario_.faults.size());
        input::FaultEntry fault;
        fault.spec.line = entry->at.line;
        read_entry(*entry, "fault", scenario_.faults.size(), input::fault_fields(fault));
        if (!fault.target.empty()) {
            if (!fault.spec.targets.empty()) {
                problems_.add(places_.at(where + ".target"),
                              "fault.target beside fault.targets, expected one of them");
            }
            fault.spec.targets = {fault.target};
        }
        scenario_.faults.push_back(std::move(fault.spec));
    }
}

void Builder::read_byzantine() {
    for (const Value* entry : tables("byzantine")) {
        ByzantineSpec& spec = scenario_.byzantine.emplace_back();
        spec.line = entry->at.line;
        read_entry(*entry, "byzantine", scenario_.byzantine.size() - 1,
                   input::byzantine_fields(spec));
    }
}

void Builder::check(bool nodes_known) {
    const input::Examination exam{scenario_, regions_, places_, problems_, unsound_};
    input::check_network(exam);
    input::check_validators(exam);
    input::check_sovereigns(exam);
    input::check_load(exam);
    input::check_expectations(exam);
    if (nodes_known) {  // else they would complain of what is reported already
        input::check_populations(exam);
        input::check_node_names(exam);
        input::resolve_targets(exam);
        input::check_byzantine(exam);
    }
    input::check_faults(exam);
}

}  // namespace

absl::StatusOr<Scenario> parse_scenario(std::string_view text, std::string_view file,
                                        const Resolver& resolver) {
    Problems problems{std::string(file)};
    const Result<Value, input::DocumentError> document = input::parse_document(text, file);
    if (!document) {
        problems.add(document.error().at, document.error().text);
        return problems.status();
    }
    Scenario scenario = Builder(*document, file, resolver, problems).build();
    if (!problems.empty()) {
        return problems.status();
    }
    return scenario;
}

}  // namespace nexus::sim
