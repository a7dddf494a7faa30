#include "tools/nexus/testnet/load_run.hpp"

#include "actors/node/real_clock.hpp"
#include "base/concat.hpp"
#include "sim/scenario/names.hpp"
#include "tools/nexus/testnet/folder.hpp"
#include "tools/nexus/testnet/node_process.hpp"
#include "tools/nexus/testnet/processes.hpp"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>

namespace nexus::tools {
namespace {

/// What is under way when the load ends may take this long.
constexpr Duration kDrainTime = seconds(15);
/// A load that cannot start: nobody answers.
constexpr Duration kStartTime = seconds(30);
constexpr std::uint64_t kLatenessMax = 50'000'000;  // nanoseconds, of 99 in 100

std::uint64_t intended_count(const std::vector<sim::LoadStep>& steps, Duration length) {
    double count = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Duration end = i + 1 < steps.size() ? std::min(steps[i + 1].at, length) : length;
        const double lasts = static_cast<double>((end - steps[i].at).nanoseconds) * 1e-9;
        count += std::max(lasts, 0.0) * steps[i].rate;
    }
    return static_cast<std::uint64_t>(std::llround(count));
}

/// A number of a text that ends with `unit`; nothing if it is not one.
std::optional<std::uint32_t> number_in(std::string_view text, std::string_view unit) {
    std::uint32_t value = 0;
    if (!text.ends_with(unit)) {
        return std::nullopt;
    }
    text.remove_suffix(unit.size());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

/// Why a load was told to end before its time.
absl::Status why_stopped(const TestnetLayout& layout) {
    const auto holder = FileLock::holder(layout.lock());
    if (holder.has_value() && holder->purpose == kDownPurpose) {
        return absl::CancelledError(concat(layout.folder, ": the testnet was taken down by ",
                                           to_string(*holder),
                                           " during the load; no report is written"));
    }
    return absl::CancelledError("the load was interrupted; no report is written");
}

}  // namespace

double LoadResult::offered_tps() const {
    return measured.report.virtual_seconds > 0
               ? static_cast<double>(intended) / measured.report.virtual_seconds
               : 0;
}

bool LoadResult::is_generator_late() const {
    return measured.lateness.percentile_ppm(990'000) > kLatenessMax;
}

absl::StatusOr<LoadResult> run_load(const Session& session, const sim::LoadSpec& load,
                                    const std::atomic<bool>& stop) {
    const Duration length = load.stop;
    const std::string process(kLoadProcess);
    const auto processes = session.network.processes();
    const auto members = processes.find(process);
    if (members == processes.end()) {
        return absl::FailedPreconditionError(
            concat(session.layout.scenario(),
                   ": expected load sources in [load], whose accounts pay for the load; got none"));
    }
    for (const std::string& member : members->second) {
        std::error_code error;
        std::filesystem::remove(session.layout.member(process, member) + "/measured.txt", error);
    }
    const actors::RealClock clock(session.network.epoch_nanoseconds);
    const Instant called = clock.now();
    ProcessProgress last;
    NodeOptions options;
    options.process = process;
    options.log.path = session.layout.log(process);
    options.load = load;
    options.is_done = [&](const ProcessProgress& progress) {
        const Instant now = clock.now();
        last = progress;
        if (!progress.begun.has_value()) {
            return now - called > kStartTime;
        }
        return now - *progress.begun > length + seconds(1) &&
               (progress.finalized == std::max(progress.offered, progress.submitted) ||
                now - *progress.begun > length + kDrainTime);
    };
    if (absl::Status status =
            run_node_process(session.layout, session.network, session.society, options, stop);
        !status.ok()) {
        return status;
    }
    if (stop) {
        return why_stopped(session.layout);
    }
    if (!last.begun.has_value()) {
        return absl::UnavailableError(
            "no validator tells the nonces of the load's accounts, or the chain "
            "rejects what the mix needs first");
    }
    auto measured = measured_report(session.layout, session.network, session.society,
                                    {.from = *last.begun,
                                     .until = *last.begun + length,
                                     .clients = process,
                                     .down = processes_down(session.layout, session.network)});
    if (!measured.ok()) {
        return measured.status();
    }
    LoadResult result{.measured = *std::move(measured),
                      .intended = intended_count(load.steps, length),
                      .unfinished = 0};
    result.in_time = last.in_time;
    result.unfinished = std::max(last.offered, last.submitted) - last.finalized;
    result.measured.report.matrix =
        session.network.shapes ? session.society.scenario().network.matrix : "none";
    result.measured.report.load = sim::describe(load);
    result.measured.report.load_stop_s = static_cast<double>(length.nanoseconds) * 1e-9;
    result.measured.report.passed = result.unfinished == 0;
    return result;
}

absl::StatusOr<std::vector<sim::LoadShare>> parse_mix(const std::string& text) {
    constexpr std::uint32_t kWeightMax = 1'000'000;
    const std::vector<std::string>& known = sim::load_kind_names();
    std::vector<sim::LoadShare> mix;
    for (const std::string& word : split(text, ',')) {
        const std::size_t equals = word.find('=');
        const std::string kind = word.substr(0, equals);
        const auto weight = equals == std::string::npos
                                ? std::nullopt
                                : number_in(std::string_view(word).substr(equals + 1), "");
        if (std::find(known.begin(), known.end(), kind) == known.end()) {
            return absl::InvalidArgumentError(
                concat("--mix: expected one of ", absl::StrJoin(known, ", "), ", got ", kind));
        }
        if (!weight || *weight == 0 || *weight > kWeightMax) {
            return absl::InvalidArgumentError(concat("--mix: expected a weight of 1 to ",
                                                     kWeightMax, " as in transfer=70, got ", word));
        }
        if (std::any_of(mix.begin(), mix.end(),
                        [&](const sim::LoadShare& share) { return share.kind == kind; })) {
            return absl::InvalidArgumentError(concat("--mix: expected each kind once, got ", text));
        }
        mix.push_back({.kind = kind, .weight = *weight});
    }
    if (mix.empty()) {
        return absl::InvalidArgumentError("--mix: expected kinds, as in transfer=70, got none");
    }
    return mix;
}

absl::StatusOr<std::vector<sim::LoadStep>> parse_steps(const std::string& text) {
    std::vector<sim::LoadStep> steps;
    for (const std::string& word : split(text, ',')) {
        const std::size_t equals = word.find('=');
        const std::string_view view = word;
        const auto at =
            equals == std::string::npos ? std::nullopt : number_in(view.substr(0, equals), "s");
        const auto rate =
            equals == std::string::npos ? std::nullopt : number_in(view.substr(equals + 1), "");
        if (!at || !rate || (!steps.empty() && seconds(*at) <= steps.back().at)) {
            return absl::InvalidArgumentError(
                concat("expected steps rising in time, as in 0s=100,10s=400, got ", word));
        }
        steps.push_back({.at = seconds(*at), .rate = *rate});
    }
    if (steps.empty()) {
        return absl::InvalidArgumentError("expected steps, as in 0s=100,10s=400, got none");
    }
    // The load's time counts from its first transaction.
    if (steps.front().at != Duration{} || steps.front().rate == 0) {
        return absl::InvalidArgumentError(concat(
            "expected a first step at 0 s with a rate above 0, as in 0s=100,10s=400, got ", text));
    }
    return steps;
}

std::vector<sim::LoadStep> ramp(std::uint32_t from, std::uint32_t to, Duration length) {
    constexpr std::int64_t kSteps = 10;
    std::vector<sim::LoadStep> steps;
    for (std::int64_t i = 0; i < kSteps; ++i) {
        const double rate =
            from + (static_cast<double>(to) - from) * static_cast<double>(i) / (kSteps - 1);
        steps.push_back({.at = Duration{length.nanoseconds / kSteps * i},
                         .rate = static_cast<std::uint32_t>(std::lround(rate))});
    }
    return steps;
}

std::vector<std::uint32_t> sweep_rates(std::uint32_t from, std::uint32_t to, std::size_t points) {
    std::vector<std::uint32_t> rates;
    const double factor = points < 2 ? 1
                                     : std::pow(static_cast<double>(to) / from,
                                                1.0 / static_cast<double>(points - 1));
    double rate = from;
    for (std::size_t i = 0; i < points; ++i, rate *= factor) {
        rates.push_back(static_cast<std::uint32_t>(std::lround(rate)));
    }
    return rates;
}

}  // namespace nexus::tools
