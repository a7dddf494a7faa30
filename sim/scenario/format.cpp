#include "sim/scenario/format.hpp"

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

using input::Field;

/// Writes sections one after another.
class Formatter {
public:
    /// Leaves out the keys in `without`.
    void table(std::string_view header, const std::vector<Field>& fields,
               const std::vector<std::string_view>& without = {}) {
        out_ += fmt::format("{}{}\n", out_.empty() ? "" : "\n", header);
        for (const Field& field : fields) {
            const std::optional<std::string> value = input::written(field);
            if (value && std::find(without.begin(), without.end(), field.key) == without.end()) {
                out_ += fmt::format("{} = {}\n", field.key, *value);
            }
        }
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

}  // namespace

std::string format_scenario(const Scenario& scenario) {
    using List = std::vector<std::string_view>;
    Scenario copy = scenario;  // fields point into what they read and write
    Formatter out;
    out.table("[scenario]", input::scenario_fields(copy));
    out.table("[network]", input::network_fields(copy.network),
              copy.network.matrix == "uniform" ? List{} : List{"uniform_delay"});
    out.table("[validators]", input::validator_fields(copy.validators));
    out.table("[protocol]", input::protocol_fields(copy));
    out.table("[blocks]", input::block_fields(copy.blocks));
    out.table("[machine]", input::machine_fields(copy.machine));
    out.table("[chain]", input::chain_fields(copy.chain));
    for (SovereignSpec& sovereign : copy.sovereigns) {
        out.table("[[sovereign]]", input::sovereign_fields(sovereign));
    }
    for (PopulationSpec& population : copy.populations) {
        out.table("[[population]]", input::population_fields(population));
    }
    out.table("[load]", input::load_fields(copy.load));
    for (FaultSpec& fault : copy.faults) {
        input::FaultEntry entry{fault, {}};
        out.table("[[fault]]", input::fault_fields(entry), input::foreign_keys(fault));
    }
    for (ByzantineSpec& byzantine : copy.byzantine) {
        out.table("[[byzantine]]", input::byzantine_fields(byzantine),
                  byzantine.behaviour == Behaviour::Delayer ? List{} : List{"delay"});
    }
    out.table("[expect]", input::expect_fields(copy));
    return out.take();
}

Scenario without_places(Scenario scenario) {
    scenario.file.clear();
    for (FaultSpec& fault : scenario.faults) {
        fault.line = 0;
    }
    for (ByzantineSpec& byzantine : scenario.byzantine) {
        byzantine.line = 0;
    }
    for (Expectation& expectation : scenario.expectations) {
        expectation.line = 0;
    }
    return scenario;
}

std::string list_scenario_keys() { return input::list_defaults(); }

std::string scenario_reference() { return input::markdown_reference(); }

std::string format_machine(const MachineSpec& machine) {
    MachineSpec copy = machine;
    Formatter out;
    out.table("[machine]", input::machine_fields(copy));
    return out.take();
}

}  // namespace nexus::sim
