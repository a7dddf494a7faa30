#include "sim/report/progress.hpp"

#include "sim/report/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace nexus::sim {
namespace {

constexpr int kCells = 24;
constexpr double kRedrawSeconds = 0.1;
constexpr std::string_view kEraseLine = "\r\x1b[2K";

std::string bar(double part) {
    static constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const int eighths = static_cast<int>(part * kCells * 8);
    std::string cells;
    for (int i = 0; i < eighths / 8; ++i) {
        cells += "█";
    }
    const bool is_partial = eighths % 8 != 0;
    cells += kEighths[eighths % 8];
    const int rest = kCells - eighths / 8 - (is_partial ? 1 : 0);
    return cells.append(static_cast<std::size_t>(rest), ' ');
}

}  // namespace

ProgressBar::ProgressBar(std::string label, bool is_tty, WallSeconds wall_seconds, Write write)
    : label_(std::move(label)),
      active_(is_tty),
      wall_seconds_(std::move(wall_seconds)),
      write_(std::move(write)) {
    if (!write_) {
        write_ = [](std::string_view text) {
            std::fwrite(text.data(), 1, text.size(), stderr);
            std::fflush(stderr);
        };
    }
    if (active_) {
        started_ = wall_seconds_();
    }
}

void ProgressBar::update(double part, std::string_view detail) {
    if (!active_) {
        return;
    }
    const double now = wall_seconds_();
    if (drawn_ && now - drawn_at_ < kRedrawSeconds) {
        return;
    }
    drawn_ = true;
    drawn_at_ = now;
    draw(std::clamp(part, 0.0, 1.0), detail, now - started_);
}

void ProgressBar::draw(double part, std::string_view detail, double elapsed) {
    std::string line = fmt::format("{}{}  {} {:3.0f} %", kEraseLine, label_, bar(part), part * 100);
    if (part > 0.01 && elapsed > 1) {
        line += fmt::format("  eta {}", duration_text(elapsed * (1 - part) / part));
    }
    if (!detail.empty()) {
        line += fmt::format("  {}", detail);
    }
    write_(line);
}

void ProgressBar::finish() {
    if (std::exchange(active_, false) && drawn_) {
        write_(kEraseLine);
    }
}

}  // namespace nexus::sim
