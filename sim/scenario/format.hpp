#pragma once

#include "sim/scenario/scenario.hpp"

#include <string>

namespace nexus::sim {

/// The whole scenario as TOML, every default said, no file referred to but the matrix: parsing it
/// gives the same scenario, `file` and `line`s apart. Pre: it came from the parser, or fits its
/// rules. Determinism: equal scenarios give equal bytes.
std::string format_scenario(const Scenario& scenario);

/// The scenario without its file's name and line numbers: what format_scenario keeps.
Scenario without_places(Scenario scenario);

/// What will happen, for a person: the network, who is there, a timeline, what must hold.
std::string explain(const Scenario& scenario);

/// Every key of a scenario file with type, default, range and meaning, for the terminal.
std::string list_scenario_keys();

/// The same as Markdown: scenarios/README.md holds it.
std::string scenario_reference();

/// The section [machine] of a scenario file.
std::string format_machine(const MachineSpec& machine);

}  // namespace nexus::sim
