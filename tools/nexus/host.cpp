#include "tools/nexus/host.hpp"

#include "sim/report/report_json.hpp"
#include "sim/report/run_report.hpp"
#include "sim/report/terminal.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

namespace nexus::tools {
namespace {

int terminal_width() {
    winsize size{};
    // NOLINTNEXTLINE(misc-include-cleaner): <sys/ioctl.h> is what POSIX systems document
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}

}  // namespace

double wall_seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

bool shows_progress() { return isatty(STDERR_FILENO) == 1; }

void print_report(const sim::RunReport& report, bool json) {
    const std::string text = json ? sim::to_json(report)
                                  : sim::to_terminal(report, {.color = isatty(STDOUT_FILENO) == 1,
                                                              .width = terminal_width()});
    std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace nexus::tools
