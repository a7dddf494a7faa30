#include "sim/report/terminal.hpp"

#include "sim/report/run_report.hpp"
#include "sim/report/units.hpp"
#include "tests/unit/sim/report/synthetic_report.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

namespace nexus::sim {
namespace {

RunReport small_report() {
    RunReport report;
    report.scenario = "minority-crash";
    report.summary = "One of four validators crashes and comes back.";
    report.protocol = "simplex";
    report.validators = 4;
    report.seed = 42;
    report.virtual_seconds = 30;
    report.wall_seconds = 1.5;
    report.events = 123'456;
    report.events_per_second = 82'304;
    report.blocks_finalized = 98;
    report.height = 98;
    report.submitted = 1'200;
    report.finalized = 1'194;
    report.rejected = 2;
    report.throughput_tps = 39.8;
    report.longest_commit_gap_ms = 1'250;
    report.messages = 10'400;
    report.bytes = 5'310'000;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        report.latency.record(i * 10'000'000);
    }
    for (std::uint64_t i = 0; i < 4; ++i) {
        report.timeline.push_back({i, 10, i * 5, 2});
    }
    report.faults = {{10, 15.5, "crash", "crash validator-3", 1, 420.0},
                     {20, std::nullopt, "loss", "lose 2 % of all packets", 88, std::nullopt}};
    report.invariants = {{"agreement", "", 392, 0, {}}, {"liveness", "", 0, 0, {}}};
    report.expectations = {{"finalized_blocks >= 90", true, 98}, {"lost == 0", false, 6}};
    report.replay = "nexus sim run scenarios/minority-crash.toml --seed 42";
    report.passed = false;
    return report;
}

TEST(Terminal, PutsFailuresFirstAndTheReplayLineLast) {
    EXPECT_EQ(to_terminal(small_report(), {.color = false, .width = 100}),
              R"(✗ FAILED  minority-crash
  One of four validators crashes and comes back.
  simplex · 4 validators · seed 42 · digest 000000000000
  30.0 s virtual in 1.50 s wall (20×) · 123 k events, 82.3 k a second

  ✗ expected lost == 0, actual 6

  Chain        98 blocks, height 98, longest commit gap 1.25 s
  Transactions 1 200 submitted, 1 194 finalized (99.5 %), 2 rejected
  Throughput   39.8 tx/s  ▏ ▃▆█▏
  End to end   p50 501 ms  p90 902 ms  p99 994 ms  max 1.00 s  10.0 ms ▏██▇██▇██▇███▇█▇███▇██▏ p99
  Consensus    no samples
  Network      10.4 k packets, 5.31 MB

  Faults
    10.0–15.5 s    crash validator-3                                 next commit after 420 ms
    20.0 s         lose 2 % of all packets                           no commit after it

  Invariants
    ✓ agreement  392 checks
    – liveness   never checked

  Expectations
    ✗ lost == 0               actual 6
    ✓ finalized_blocks >= 90  actual 98

  Replay  nexus sim run scenarios/minority-crash.toml --seed 42
)");
}

TEST(Terminal, NeverExceedsTheWidthButForTheReplayLine) {
    for (const int width : {0, 60, 72, 80, 100, 140}) {
        for (const bool color : {false, true}) {
            std::istringstream lines(to_terminal(failing_report(), {color, width}));
            for (std::string line; std::getline(lines, line);) {
                if (line.find("Replay") == std::string::npos) {
                    const auto allowed = static_cast<std::size_t>(width < 60 ? 60 : width);
                    EXPECT_LE(columns_of(line), allowed) << line;
                }
            }
        }
    }
}

TEST(Terminal, SaysNothingOfReplayingWhatPassed) {
    const std::string text = to_terminal(synthetic_report(), {});
    EXPECT_EQ(text.find("Replay"), std::string::npos);
    EXPECT_EQ(text.find("✗"), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << "no colour was asked for";
}

TEST(Terminal, LetsNoControlCharacterThrough) {
    RunReport report = failing_report();
    report.scenario = "evil\x1b]0;title\a\nname";
    report.invariants[0].examples[0] = "\x1b[2J";
    const std::string text = to_terminal(report, {.color = false, .width = 120});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\a'), std::string::npos);
    EXPECT_NE(text.find("evil?]0;title??name"), std::string::npos);
}

TEST(Terminal, SaysThatAViolationIsTheOneThatTheScenarioExpects) {
    RunReport report = small_report();
    report.expectations.clear();
    report.invariants = {{"agreement", "", 392, 3, {"at 1 s"}}};
    report.expected_violations = {"agreement"};
    const std::string text = to_terminal(report, {});
    EXPECT_NE(text.find("✗ FAILED as it should  minority-crash\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  ✓ agreement violated 3 times, as the scenario expects: at 1 s\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("✓ agreement  3 of 392 violated, expected"), std::string::npos) << text;
    report.expectations = {{"lost == 0", false, 6}};
    EXPECT_NE(to_terminal(report, {}).find("✗ FAILED  minority-crash\n"), std::string::npos)
        << "what it does not expect went wrong too";
    report.expectations.clear();
    report.invariants[0].violated = 0;
    const std::string held = to_terminal(report, {});
    EXPECT_NE(held.find("✗ FAILED  minority-crash\n"), std::string::npos) << held;
    EXPECT_NE(held.find("✗ agreement held, though"), std::string::npos) << held;
}

TEST(Terminal, SaysOfWhatWasNeverCheckedThatItWasNot) {
    RunReport report = small_report();
    report.expectations.clear();
    report.invariants = {{"agreement", "", 0, 0, {}}, {"supply", "", 0, 0, {}}};
    report.unchecked = {"agreement"};
    const std::string text = to_terminal(report, {});
    EXPECT_NE(text.find("  ✗ agreement was never checked: no block was finalized"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("    ✗ agreement  never checked\n    – supply     never checked\n"),
              std::string::npos)
        << text;
    report.expected_violations = {"agreement"};
    const std::string wanted = to_terminal(report, {});
    EXPECT_NE(wanted.find("✗ FAILED  minority-crash\n"), std::string::npos) << wanted;
    EXPECT_NE(wanted.find("✗ agreement was never checked, though the scenario"), std::string::npos)
        << wanted;
}

TEST(Terminal, MarksAFaultThatTouchedNothing) {
    RunReport report = small_report();
    report.faults[0].affected = 0;
    const std::string text = to_terminal(report, {});
    EXPECT_NE(text.find("touched nothing\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("next commit after"), std::string::npos) << text;
}

TEST(Terminal, ShowsWhatWasNotMeasuredAsThat) {
    RunReport report = small_report();
    report.expectations = {{"latency_p99_ms < 2500", false, std::nullopt}};
    const std::string text = to_terminal(report, {});
    EXPECT_NE(text.find("✗ expected latency_p99_ms < 2500, the run has no such value"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("actual"), std::string::npos) << text;
}

TEST(Terminal, ShowsEveryLatencyWhole) {
    RunReport report = small_report();
    // The longest that there are: minutes in all four figures.
    for (std::uint64_t i = 1; i <= 100; ++i) {
        report.consensus_latency.record((3'540 + i) * 1'000'000'000);
    }
    for (const int width : {100, 140}) {
        const std::string text = to_terminal(report, {.color = false, .width = width});
        EXPECT_NE(text.find("max 60 min 40 s"), std::string::npos) << text;
        EXPECT_EQ(text.find("s…"), std::string::npos) << text;
    }
}

TEST(Units, ReadLikeAPersonWouldWriteThem) {
    EXPECT_EQ(count_text(0), "0");
    EXPECT_EQ(count_text(1'234'567), "1 234 567");
    EXPECT_EQ(short_count_text(999), "999");
    EXPECT_EQ(short_count_text(12'345), "12.3 k");
    EXPECT_EQ(short_count_text(999'999), "1.00 M");
    EXPECT_EQ(bytes_text(512), "512 B");
    EXPECT_EQ(bytes_text(1'500'000), "1.50 MB");
    EXPECT_EQ(duration_text(0), "0 ms");
    EXPECT_EQ(duration_text(0.25), "250 ms");
    EXPECT_EQ(duration_text(0.9999), "1.00 s");
    EXPECT_EQ(duration_text(125), "2 min 5 s");
    EXPECT_EQ(duration_text(7'260), "2 h 1 min");
    EXPECT_EQ(number_text(0.5), "0.5");
    EXPECT_EQ(number_text(100), "100");
    EXPECT_EQ(number_text(-0.25), "-0.25");
    EXPECT_EQ(replay_command("scenarios/fast/a.toml", 7),
              "tools/run sim run scenarios/fast/a.toml --seed 7");
    EXPECT_EQ(shell_word("a b.toml"), "'a b.toml'");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(fit("Próspera", 5), "Prós…");
    EXPECT_EQ(fit("ab", 4, true), "ab  ");
    EXPECT_EQ(columns_of("\x1b[32m✓\x1b[0m a"), 3);
}

}  // namespace
}  // namespace nexus::sim
