#pragma once

#include <optional>
#include <string_view>

namespace nexus::sim {

/// The CSV text of a measured latency matrix, "aws" or "cities", built into the program from
/// scenarios/data; nothing for another name.
std::optional<std::string_view> measured_matrix(std::string_view name);

}  // namespace nexus::sim
