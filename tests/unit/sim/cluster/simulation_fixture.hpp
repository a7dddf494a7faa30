#pragma once

#include "sim/cluster/simulation.hpp"
#include "sim/report/run_report.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/unit/sim/scenario/scenario_fixture.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace nexus::sim::tests {

/// Four validators 10 ms apart, three seconds of five transfers a second; `more` is added.
inline Scenario tiny(const std::string& more = {}) {
    const std::string text = R"(
[scenario]
name = "tiny"
duration = "3s"
grace = "2s"
[network]
latency = "uniform"
uniform_delay = "10ms"
[validators]
count = 4
[protocol]
view_timeout_ms = 400
[load]
steps = {0s = 5}
sources = 1
accounts = 4
)" + more;
    auto scenario = tests::parse(text);
    EXPECT_TRUE(scenario.ok()) << scenario.status().message();
    return scenario.ok() ? *std::move(scenario) : Scenario{};
}

inline RunReport run(const Scenario& scenario, RunOptions options = {}) {
    auto report = simulate(scenario, std::move(options));
    EXPECT_TRUE(report.ok()) << report.status().message();
    return report.ok() ? *std::move(report) : RunReport{};
}

inline void expect_sound(const RunReport& report) {
    for (const InvariantSummary& invariant : report.invariants) {
        EXPECT_EQ(invariant.violated, 0U)
            << invariant.name << ": " << testing::PrintToString(invariant.examples);
    }
    EXPECT_GT(report.blocks_finalized, 3U);
}

inline std::uint64_t dropped(const RunReport& report) {
    std::uint64_t sum = 0;
    for (const auto& [cause, count] : report.packets_dropped) {
        sum += count;
    }
    return sum;
}

}  // namespace nexus::sim::tests
