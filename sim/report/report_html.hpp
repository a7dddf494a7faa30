#pragma once

#include "sim/report/run_report.hpp"

#include <string>

namespace nexus::sim {

/// The text of report.html: one file that needs no other and asks the network for nothing. It holds
/// the report's JSON, without what no page can show: above 60 contributors they are summed up by
/// region, and of more than 1500 blocks every n-th of each proposer is drawn.
std::string to_html(const RunReport& report);

}  // namespace nexus::sim
