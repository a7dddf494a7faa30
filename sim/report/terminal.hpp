#pragma once

#include "sim/report/run_report.hpp"

#include <string>

namespace nexus::sim {

struct TerminalOptions {
    bool color = false;
    int width = 100;  ///< Columns; less than 60 counts as 60.
};

/// The report on one screen, failures first: verdict, what broke, how it ran, what held, and after
/// a failure the line that runs it again. Lines end in '\n'; texts of the scenario carry no control
/// characters into the terminal.
std::string to_terminal(const RunReport& report, const TerminalOptions& options);

}  // namespace nexus::sim
