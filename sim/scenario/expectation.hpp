#pragma once

#include "sim/scenario/scenario.hpp"

#include <optional>
#include <string_view>

namespace nexus::sim::input {

/// Reads `metric comparison number`, spaces where one likes; `text` stays as it is, `line` is 0.
/// Nothing if it is anything else. Whether there is such a metric is not looked at.
std::optional<Expectation> parse_expectation(std::string_view text);

}  // namespace nexus::sim::input
