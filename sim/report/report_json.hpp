#pragma once

#include "sim/report/json_writer.hpp"
#include "sim/report/run_report.hpp"

#include <string>

namespace nexus::sim {

/// The version of the report's JSON; README.md of this folder describes it. It rises when a field
/// changes its meaning or goes away, not when one is added.
inline constexpr int kReportSchemaVersion = 1;

/// The text of report.json. Equal reports give equal bytes.
std::string to_json(const RunReport& report);

/// Writes the report as one object into a text that holds more.
void write_report(JsonWriter& out, const RunReport& report);

}  // namespace nexus::sim
