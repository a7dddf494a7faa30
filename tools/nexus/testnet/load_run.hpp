#pragma once

#include "base/time.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/testnet/measured_report.hpp"
#include "tools/nexus/testnet/session.hpp"

#include <absl/status/statusor.h>

#include <atomic>
#include <cstdint>
#include <vector>

namespace nexus::tools {

/// One open-loop load, done.
struct LoadResult {
    MeasuredReport measured;
    std::uint64_t intended = 0;    ///< Transactions that the steps ask for.
    std::uint64_t unfinished = 0;  ///< Due, and not proven final in time.

    std::uint64_t in_time = 0;  ///< Of these, final with effect while the load lasted.

    /// Transactions a second that were asked for, and that were finalized while the load lasted.
    [[nodiscard]] double offered_tps() const;
    [[nodiscard]] double achieved_tps() const {
        return static_cast<double>(in_time) / measured.report.virtual_seconds;
    }
    /// True if the chain took what was offered.
    [[nodiscard]] bool keeps_up() const { return achieved_tps() >= 0.95 * offered_tps(); }
    /// True if transactions were sent late: then latencies say more of this machine than of the
    /// chain, though they count from the intended start all the same.
    [[nodiscard]] bool is_generator_late() const;
};

/// Sends a load to a running testnet as its load sources, which must not run elsewhere, and
/// waits for what was sent. Pre: the session has the keys of the process "load".
/// Errors: FailedPrecondition for a scenario without load sources; those of the measurements;
/// Cancelled if `stop` is set.
absl::StatusOr<LoadResult> run_load(const Session& session, const sim::LoadSpec& load,
                                    const std::atomic<bool>& stop);

/// `text` as "transfer=70,mission_create=30": kinds and weights. Errors: InvalidArgument.
absl::StatusOr<std::vector<sim::LoadShare>> parse_mix(const std::string& text);

/// `text` as "0s=100,10s=400": from 0 s on 100 a second, from 10 s on 400. The first is at 0 s.
/// Errors: InvalidArgument.
absl::StatusOr<std::vector<sim::LoadStep>> parse_steps(const std::string& text);
/// From one rate to another in ten equal steps.
std::vector<sim::LoadStep> ramp(std::uint32_t from, std::uint32_t to, Duration length);
/// Rates between two, `points` of them, each higher than the last by the same factor.
std::vector<std::uint32_t> sweep_rates(std::uint32_t from, std::uint32_t to, std::size_t points);

}  // namespace nexus::tools
