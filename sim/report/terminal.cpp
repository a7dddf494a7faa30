#include "sim/report/terminal.hpp"

#include "base/bytes.hpp"
#include "sim/report/histogram.hpp"
#include "sim/report/run_report.hpp"
#include "sim/report/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

constexpr std::size_t kWidthMin = 60;
constexpr std::size_t kLabel = 13;  // columns of the names on the left
constexpr std::size_t kFaultsMax = 12;

enum class Ink : std::uint8_t { Good, Bad, Warning, Dim, Strong };

/// The text with every control character shown as '?'.
std::string plain(std::string_view text) {
    std::string shown(text);
    for (char& character : shown) {
        const auto code = static_cast<unsigned char>(character);
        if (code < 0x20 || code == 0x7f) {
            character = '?';
        }
    }
    return shown;
}

/// Seconds into the run, always with one digit behind the point.
std::string at_text(double seconds) { return fmt::format("{:.1f} s", seconds); }

std::string times_text(std::uint64_t times) {
    return times == 1 ? std::string("once") : count_text(times) + " times";
}

/// ": " and the first violation, if one was written down.
std::string example_of(const InvariantSummary& invariant) {
    return invariant.examples.empty() ? std::string() : ": " + plain(invariant.examples.front());
}

std::string actual_text(const std::optional<double>& actual) {
    return actual ? "actual " + number_text(*actual) : "the run has no such value";
}

class Screen {
public:
    Screen(const RunReport& report, const TerminalOptions& options)
        : report_(report),
          color_(options.color),
          width_(std::max(kWidthMin, static_cast<std::size_t>(std::max(0, options.width)))) {}

    std::string draw() {
        header();
        failures();
        key_figures();
        faults();
        invariants();
        expectations();
        if (!report_.passed && !report_.replay.empty()) {
            text_ += '\n';
            // Never cut: this line is there to be copied.
            text_ += "  " + ink(Ink::Strong, "Replay") + "  " + plain(report_.replay) + '\n';
        }
        return text_;
    }

private:
    [[nodiscard]] std::string ink(Ink which, std::string_view text) const {
        if (!color_) {
            return std::string(text);
        }
        static constexpr std::string_view kCodes[] = {"32", "1;31", "33", "2", "1"};
        return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(which)], text);
    }

    void line(std::string_view text) {
        std::string cut = fit(text, width_);
        if (color_ && columns_of(text) > width_) {
            cut += "\x1b[0m";
        }
        cut.erase(cut.find_last_not_of(' ') + 1);
        text_ += cut + '\n';
    }

    void row(std::string_view label, std::string_view text) {
        line(fmt::format("  {}{}", ink(Ink::Dim, fit(label, kLabel, true)), text));
    }

    void heading(std::string_view text) {
        text_ += '\n';
        line("  " + ink(Ink::Strong, text));
    }

    [[nodiscard]] bool is_expected(const InvariantSummary& invariant) const {
        const auto& expected = report_.expected_violations;
        return std::find(expected.begin(), expected.end(), invariant.name) != expected.end();
    }

    /// Failed as the scenario wants it to: what it names is broken, and nothing else is wrong.
    [[nodiscard]] bool fails_as_wanted() const {
        const auto& broken = report_.invariants;
        const auto& expectations = report_.expectations;
        return !report_.passed && !report_.expected_violations.empty() &&
               report_.unchecked.empty() &&
               std::none_of(broken.begin(), broken.end(),
                            [this](const InvariantSummary& each) { return is_wrong(each); }) &&
               std::all_of(expectations.begin(), expectations.end(),
                           [](const ExpectationSummary& each) { return each.held; });
    }

    /// Violated without the scenario saying so, or not violated although it does.
    [[nodiscard]] bool is_wrong(const InvariantSummary& invariant) const {
        return (invariant.violated > 0) != is_expected(invariant);
    }

    /// Never checked, and the run fails for it.
    [[nodiscard]] bool is_unchecked(const InvariantSummary& invariant) const {
        const auto& unchecked = report_.unchecked;
        return std::find(unchecked.begin(), unchecked.end(), invariant.name) != unchecked.end();
    }

    void header();
    void failures();
    void key_figures();
    void load_figures();
    void latency_row(std::string_view label, const Histogram& latency);
    void faults();
    void invariants();
    void invariant_row(const InvariantSummary& invariant, std::size_t name_columns);
    void expectations();
    void expectation_row(const ExpectationSummary& expectation, std::size_t text_columns);

    const RunReport& report_;
    bool color_;
    std::size_t width_;
    std::string text_;
};

std::string sparkline(const std::vector<double>& values) {
    static constexpr std::string_view kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const double top = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    std::string line;
    for (const double value : values) {
        if (value <= 0 || top <= 0) {
            line += ' ';
        } else {
            const int step = static_cast<int>(value / top * 7.999);
            line += kBars[std::clamp(step, 0, 7)];
        }
    }
    return line;
}

/// How many values fall into each of `cells` equal parts of low..high; what is outside is left out.
std::vector<double> density(const Histogram& histogram, std::uint64_t low, std::uint64_t high,
                            std::size_t cells) {
    std::vector<double> counts(cells, 0);
    const double width = static_cast<double>(high - low) / static_cast<double>(cells);
    std::uint64_t before = 0;
    for (const Histogram::Point& point : histogram.cumulative()) {
        const std::uint64_t here =
            point.count_at_or_below - std::exchange(before, point.count_at_or_below);
        if (point.value < low || point.value > high) {
            continue;
        }
        const double cell = width > 0 ? static_cast<double>(point.value - low) / width : 0;
        counts[std::min(cells - 1, static_cast<std::size_t>(cell))] += static_cast<double>(here);
    }
    return counts;
}

/// Finalized transactions over time in at most `cells` equal parts.
std::vector<double> finalized_over_time(const std::vector<SecondSummary>& timeline,
                                        std::size_t cells) {
    const std::size_t each = (timeline.size() + cells - 1) / cells;
    std::vector<double> sums;
    for (std::size_t i = 0; i < timeline.size(); ++i) {
        if (i % each == 0) {
            sums.push_back(0);
        }
        sums.back() += static_cast<double>(timeline[i].finalized);
    }
    return sums;
}

void Screen::header() {
    const std::string verdict = report_.passed      ? ink(Ink::Good, "✓ PASSED")
                                : fails_as_wanted() ? ink(Ink::Bad, "✗ FAILED as it should")
                                                    : ink(Ink::Bad, "✗ FAILED");
    line(fmt::format("{}  {}", verdict, ink(Ink::Strong, plain(report_.scenario))));
    if (!report_.summary.empty()) {
        line("  " + plain(report_.summary));
    }
    if (report_.mode != "simulation") {
        // Real time is no claim about speed, and nobody counts events.
        line(fmt::format("  {} · {} validators · {} · {}", plain(report_.protocol),
                         report_.validators, plain(report_.mode),
                         duration_text(report_.virtual_seconds)));
        return;
    }
    line(fmt::format("  {} · {} validators · seed {} · digest {}", plain(report_.protocol),
                     report_.validators, report_.seed, short_hex(report_.digest.view())));
    std::string speed =
        fmt::format("  {} virtual in {} wall", duration_text(report_.virtual_seconds),
                    duration_text(report_.wall_seconds));
    if (report_.wall_seconds > 0) {
        const double faster = report_.virtual_seconds / report_.wall_seconds;
        speed += fmt::format(" ({}×)", short_count_text(faster));
    }
    line(fmt::format("{} · {} events, {} a second", speed,
                     short_count_text(static_cast<double>(report_.events)),
                     short_count_text(report_.events_per_second)));
}

void Screen::failures() {
    std::vector<std::string> lines;
    std::vector<std::string> wanted;
    for (const ExpectationSummary& expectation : report_.expectations) {
        if (!expectation.held) {
            lines.push_back(fmt::format("expected {}, {}", plain(expectation.text),
                                        actual_text(expectation.actual)));
        }
    }
    for (const InvariantSummary& invariant : report_.invariants) {
        if (!is_wrong(invariant) && invariant.violated > 0) {
            wanted.push_back(fmt::format("{} violated {}, as the scenario expects{}",
                                         plain(invariant.name), times_text(invariant.violated),
                                         example_of(invariant)));
        } else if (is_wrong(invariant) && is_expected(invariant)) {
            lines.push_back(fmt::format("{} {}, though the scenario expects it broken",
                                        plain(invariant.name),
                                        invariant.checked == 0 ? "was never checked" : "held"));
        } else if (is_wrong(invariant)) {
            lines.push_back(fmt::format("{} violated {}{}", plain(invariant.name),
                                        times_text(invariant.violated), example_of(invariant)));
        }
    }
    for (const std::string& name : report_.unchecked) {
        lines.push_back(
            fmt::format("{} was never checked: no block was finalized, and the "
                        "scenario does not expect finalized_blocks == 0",
                        plain(name)));
    }
    if (lines.empty() && wanted.empty()) {
        return;
    }
    text_ += '\n';
    for (const std::string& broken : wanted) {
        line(fmt::format("  {} {}", ink(Ink::Good, "✓"), broken));
    }
    for (const std::string& failure : lines) {
        line(fmt::format("  {} {}", ink(Ink::Bad, "✗"), failure));
    }
}

void Screen::latency_row(std::string_view label, const Histogram& latency) {
    if (latency.count() == 0) {
        row(label, ink(Ink::Dim, "no samples"));
        return;
    }
    const auto at = [&](std::uint32_t ppm) {
        return duration_text(static_cast<double>(latency.percentile_ppm(ppm)) / 1e9);
    };
    const std::string figures = fmt::format("p50 {}  p90 {}  p99 {}  max {}", at(500'000),
                                            at(900'000), at(990'000), at(1'000'000));
    const std::uint64_t low = latency.min();
    const std::uint64_t high = latency.percentile_ppm(990'000);
    const std::string from = duration_text(static_cast<double>(low) / 1e9);
    // Both rows begin their graphs in one column, unless the figures are long.
    constexpr std::size_t kFiguresMin = 46;
    constexpr std::size_t kFrame = 2 + 2 + 2 + 5 + 2;  // indent, gap, " ▏", "▏ p99" and a margin
    constexpr std::size_t kCellsMin = 8;
    const std::size_t columns = std::max(kFiguresMin, columns_of(figures));
    const std::size_t taken = kLabel + columns + kFrame + columns_of(from);
    if (width_ < taken + kCellsMin) {
        row(label, figures);
        return;
    }
    const std::size_t cells = std::min<std::size_t>(24, width_ - taken);
    const std::string graph = sparkline(density(latency, low, high, cells));
    row(label, fmt::format("{}  {}", fit(figures, columns, true),
                           ink(Ink::Dim, fmt::format("{} ▏{}▏ p99", from, graph))));
}

void Screen::load_figures() {
    const double percent = report_.submitted == 0 ? 0
                                                  : 100.0 * static_cast<double>(report_.finalized) /
                                                        static_cast<double>(report_.submitted);
    row("Transactions", fmt::format("{} submitted, {} finalized ({} %), {} rejected",
                                    count_text(report_.submitted), count_text(report_.finalized),
                                    short_count_text(percent), count_text(report_.rejected)));
    const std::size_t cells = std::min<std::size_t>(40, width_ - kLabel - 24);
    const std::string graph = sparkline(finalized_over_time(report_.timeline, cells));
    row("Throughput",
        fmt::format("{} tx/s  ▏{}▏", short_count_text(report_.throughput_tps), graph));
}

void Screen::key_figures() {
    text_ += '\n';
    row("Chain", fmt::format("{} blocks, height {}, longest commit gap {}",
                             count_text(report_.blocks_finalized), count_text(report_.height),
                             duration_text(report_.longest_commit_gap_ms / 1e3)));
    load_figures();
    latency_row("End to end", report_.latency);
    latency_row("Consensus", report_.consensus_latency);
    row("Network",
        fmt::format("{} packets, {}", short_count_text(static_cast<double>(report_.messages)),
                    bytes_text(static_cast<double>(report_.bytes))));
    if (report_.sovereigns.empty()) {
        return;
    }
    std::size_t registered = 0;
    std::uint64_t members = 0;
    std::uint64_t missions = 0;
    std::uint64_t credentials = 0;
    for (const SovereignSummary& sovereign : report_.sovereigns) {
        registered += sovereign.id != 0 ? 1 : 0;
        members += sovereign.members;
        missions += sovereign.missions_completed;
        credentials += sovereign.credentials;
    }
    row("Sovereigns",
        fmt::format("{} of {} registered, {} members, {} missions completed, {} credentials",
                    registered, report_.sovereigns.size(), count_text(members),
                    count_text(missions), count_text(credentials)));
}

void Screen::faults() {
    if (report_.faults.empty()) {
        return;
    }
    heading("Faults");
    std::size_t shown = 0;
    for (const FaultSummary& fault : report_.faults) {
        if (shown++ == kFaultsMax) {
            line(fmt::format("    … {} more", report_.faults.size() - kFaultsMax));
            break;
        }
        std::string when = at_text(fault.at_s);
        if (fault.until_s) {
            when = fmt::format("{:.1f}–{}", fault.at_s, at_text(*fault.until_s));
        }
        const std::string recovery =
            fault.affected == 0 ? ink(Ink::Warning, "touched nothing")
            : fault.recovery_ms ? "next commit after " + duration_text(*fault.recovery_ms / 1e3)
                                : ink(Ink::Warning, "no commit after it");
        const std::size_t room = std::clamp<std::size_t>(width_ - 46, 14, 48);
        line(fmt::format("    {}  {}  {}", fit(when, 13, true), fit(plain(fault.text), room, true),
                         recovery));
    }
}

void Screen::invariant_row(const InvariantSummary& invariant, std::size_t name_columns) {
    std::string mark = ink(Ink::Good, "✓");
    std::string text = count_text(invariant.checked) + " checks";
    if (is_wrong(invariant) || invariant.violated > 0) {
        mark = is_wrong(invariant) ? ink(Ink::Bad, "✗") : ink(Ink::Good, "✓");
        text =
            fmt::format("{} of {} violated{}", count_text(invariant.violated),
                        count_text(invariant.checked), is_expected(invariant) ? ", expected" : "");
    }
    if (invariant.checked == 0 && invariant.violated == 0) {
        mark = is_wrong(invariant) || is_unchecked(invariant) ? ink(Ink::Bad, "✗")
                                                              : ink(Ink::Warning, "–");
        text = is_expected(invariant) ? "never checked, expected broken" : "never checked";
    }
    line(fmt::format("    {} {}  {}", mark, fit(plain(invariant.name), name_columns, true), text));
}

void Screen::invariants() {
    if (report_.invariants.empty()) {
        return;
    }
    heading("Invariants");
    std::size_t columns = 0;
    for (const InvariantSummary& invariant : report_.invariants) {
        columns = std::max(columns, columns_of(plain(invariant.name)));
    }
    for (const InvariantSummary& invariant : report_.invariants) {
        invariant_row(invariant, std::min<std::size_t>(columns, 40));
    }
}

void Screen::expectation_row(const ExpectationSummary& expectation, std::size_t text_columns) {
    const std::string mark = expectation.held ? ink(Ink::Good, "✓") : ink(Ink::Bad, "✗");
    line(fmt::format("    {} {}  {}", mark, fit(plain(expectation.text), text_columns, true),
                     actual_text(expectation.actual)));
}

void Screen::expectations() {
    if (report_.expectations.empty()) {
        return;
    }
    heading("Expectations");
    std::size_t columns = 0;
    for (const ExpectationSummary& expectation : report_.expectations) {
        columns = std::max(columns, columns_of(plain(expectation.text)));
    }
    columns = std::min<std::size_t>(columns, width_ - 24);
    for (const bool held : {false, true}) {
        for (const ExpectationSummary& expectation : report_.expectations) {
            if (expectation.held == held) {
                expectation_row(expectation, columns);
            }
        }
    }
}

}  // namespace

std::string to_terminal(const RunReport& report, const TerminalOptions& options) {
    return Screen(report, options).draw();
}

}  // namespace nexus::sim
