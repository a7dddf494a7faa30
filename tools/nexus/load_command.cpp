#include "base/concat.hpp"
#include "base/time.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/report_html.hpp"
#include "sim/report/report_json.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/run_folder.hpp"
#include "tools/nexus/testnet/folder.hpp"
#include "tools/nexus/testnet/load_run.hpp"
#include "tools/nexus/testnet/process_table.hpp"
#include "tools/nexus/testnet/processes.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

std::atomic<bool> interrupted = false;

struct LoadArguments {
    std::string folder = "out/testnet/latest";
    std::string out = "out/load";
    std::uint32_t rate = 0;
    std::uint32_t length_s = 20;
    std::string steps;
    std::string ramp;
    std::string sweep;
    std::size_t points = 6;
    std::string mix;
    std::optional<std::uint32_t> bytes;
    bool json = false;
};

/// "100..4000"; both at least 1 and rising.
absl::StatusOr<std::pair<std::uint32_t, std::uint32_t>> parse_range(const std::string& text) {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    const std::size_t dots = text.find("..");
    if (dots != std::string::npos) {
        const char* const end = text.data() + text.size();
        const auto first = std::from_chars(text.data(), text.data() + dots, from);
        const auto second = std::from_chars(text.data() + dots + 2, end, to);
        if (first.ptr != text.data() + dots || second.ptr != end) {
            from = 0;
        }
    }
    if (from == 0 || to <= from) {
        return absl::InvalidArgumentError(
            concat("expected two rising rates, as in 100..4000, got ", text));
    }
    return std::pair{from, to};
}

absl::Status write_load(const std::string& out, const sim::RunReport& report) {
    const RunFolder folder{out};
    absl::Status status = prepare(folder);
    if (status.ok()) {
        status = sim::write_file_atomically(folder.report_json(), sim::to_json(report));
    }
    return status.ok() ? sim::write_file_atomically(folder.report_html(), sim::to_html(report))
                       : status;
}

double percentile_ms(const LoadResult& result, std::uint32_t ppm) {
    return static_cast<double>(result.measured.report.latency.percentile_ppm(ppm)) * 1e-6;
}

void warn_of(const LoadResult& result) {
    if (result.is_generator_late()) {
        fmt::print(stderr,
                   "warning: the generator fell behind: 1 transaction in 100 was sent {:.0f} ms "
                   "late or more\n",
                   static_cast<double>(result.measured.lateness.percentile_ppm(990'000)) * 1e-6);
    }
    if (result.unfinished > 0) {
        fmt::print(stderr, "warning: {} transactions were not final when the waiting ended\n",
                   result.unfinished);
    }
}

/// How many of each kind are final, where there are several, and how many of them without effect.
void print_kinds(const sim::RunReport& report) {
    if (report.transactions_by_kind.size() < 2) {
        return;
    }
    for (const auto& [kind, count] : report.transactions_by_kind) {
        const auto rejected = report.rejected_by_kind.find(kind);
        fmt::print("{:<20} {:>9} final, {} rejected\n", kind, count,
                   rejected == report.rejected_by_kind.end() ? 0 : rejected->second);
    }
}

ExitCode run_once(const LoadArguments& arguments, const Session& session,
                  const sim::LoadSpec& load) {
    const auto result = run_load(session, load, interrupted);
    if (!result.ok()) {
        return report_error(result.status());
    }
    const sim::RunReport& report = result->measured.report;
    if (const absl::Status status = write_load(arguments.out, report); !status.ok()) {
        return report_error(status);
    }
    print_report(report, arguments.json);
    warn_of(*result);
    if (!arguments.json) {
        print_kinds(report);
        fmt::print("offered {:.1f} tx/s, finalized {:.1f} tx/s\nreport   {}/report.html\n",
                   result->offered_tps(), result->achieved_tps(), arguments.out);
    }
    return report.passed ? ExitCode::Done : ExitCode::CheckFailed;
}

struct SweepPoint {
    std::uint32_t rate = 0;
    LoadResult result;
};

/// The highest rate that the chain kept up with before it first did not.
std::optional<std::uint32_t> knee_of(const std::vector<SweepPoint>& points) {
    std::optional<std::uint32_t> knee;
    for (const SweepPoint& point : points) {
        if (!point.result.keeps_up()) {
            break;
        }
        knee = point.rate;
    }
    return knee;
}

std::string sweep_json(const std::vector<SweepPoint>& points) {
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object();
    json.key("points").open_array();
    for (const SweepPoint& point : points) {
        json.open_object();
        json.member("offered_tps", point.result.offered_tps());
        json.member("achieved_tps", point.result.achieved_tps());
        json.member("latency_p50_ms", percentile_ms(point.result, 500'000));
        json.member("latency_p99_ms", percentile_ms(point.result, 990'000));
        json.member("unfinished", point.result.unfinished);
        json.member("keeps_up", point.result.keeps_up());
        json.member("generator_late", point.result.is_generator_late());
        json.close();
    }
    json.close();
    json.member("knee_tps", std::uint64_t{knee_of(points).value_or(0)});
    return json.close().take();
}

ExitCode run_sweep(const LoadArguments& arguments, const Session& session, sim::LoadSpec load) {
    const auto range = parse_range(arguments.sweep);
    if (!range.ok()) {
        return report_error(range.status());
    }
    std::vector<SweepPoint> points;
    if (!arguments.json) {
        fmt::print("{:>10} {:>12} {:>9} {:>9} {:>9} {:>11}\n", "offered/s", "finalized/s", "p50 ms",
                   "p99 ms", "max ms", "unfinished");
    }
    for (const std::uint32_t rate : sweep_rates(range->first, range->second, arguments.points)) {
        load.steps = {{.at = {}, .rate = rate}};
        auto result = run_load(session, load, interrupted);
        if (!result.ok()) {
            return report_error(result.status());
        }
        if (const absl::Status status =
                write_load(concat(arguments.out, "/rate-", rate), result->measured.report);
            !status.ok()) {
            return report_error(status);
        }
        if (!arguments.json) {
            fmt::print("{:>10} {:>12.1f} {:>9.1f} {:>9.1f} {:>9.1f} {:>11}{}\n", rate,
                       result->achieved_tps(), percentile_ms(*result, 500'000),
                       percentile_ms(*result, 990'000), percentile_ms(*result, 1'000'000),
                       result->unfinished, result->is_generator_late() ? "  generator late" : "");
            std::fflush(stdout);
        }
        points.push_back({.rate = rate, .result = *std::move(result)});
    }
    const std::string json = sweep_json(points);
    if (const absl::Status status =
            sim::write_file_atomically(arguments.out + "/sweep.json", json + "\n");
        !status.ok()) {
        return report_error(status);
    }
    const auto knee = knee_of(points);
    if (arguments.json) {
        fmt::print("{}\n", json);
    } else if (knee.has_value()) {
        fmt::print("knee     {} tx/s: the highest rate of which 95 in 100 were final in time\n",
                   *knee);
    } else {
        fmt::print("knee     below {} tx/s\n", points.front().rate);
    }
    return ExitCode::Done;
}

/// What is sent: as the arguments say, and where they say nothing, as the scenario does.
absl::StatusOr<sim::LoadSpec> contents(const LoadArguments& arguments, const Session& session) {
    sim::LoadSpec load = session.society.scenario().load;
    load.stop = seconds(arguments.length_s);
    if (!arguments.mix.empty()) {
        auto mix = parse_mix(arguments.mix);
        if (!mix.ok()) {
            return mix.status();
        }
        load.mix = *std::move(mix);
    }
    load.transaction_bytes = arguments.bytes.value_or(load.transaction_bytes);
    if (load.transaction_bytes != 0 && (load.transaction_bytes < sim::kTransferBytesMin ||
                                        load.transaction_bytes > sim::kTransferBytesMax)) {
        return absl::InvalidArgumentError(concat("--bytes: expected 0 or ", sim::kTransferBytesMin,
                                                 " to ", sim::kTransferBytesMax, ", got ",
                                                 load.transaction_bytes));
    }
    return load;
}

/// When how much is sent. Errors: InvalidArgument for what is no steps, ramp or sweep.
absl::Status set_steps(const LoadArguments& arguments, sim::LoadSpec& load) {
    absl::StatusOr<std::vector<sim::LoadStep>> steps =
        std::vector<sim::LoadStep>{{.at = {}, .rate = arguments.rate}};
    if (!arguments.steps.empty()) {
        steps = parse_steps(arguments.steps);
    } else if (const std::string& text = arguments.sweep + arguments.ramp; !text.empty()) {
        const auto range = parse_range(text);
        if (!range.ok()) {
            return range.status();
        }
        steps = ramp(range->first, range->second, seconds(arguments.length_s));
    }
    if (steps.ok()) {
        load.steps = *std::move(steps);
    }
    return steps.status();
}

/// The accounts of the testnet's load, for as long as the lock lives. Takes the place of the
/// scenario's own load. Errors: FailedPrecondition if another load uses them.
absl::StatusOr<FileLock> take_accounts(const TestnetLayout& layout) {
    constexpr double kPatienceSeconds = 5;
    const std::string process(kLoadProcess);
    const auto folder = lock_folder(layout, kLoadPurpose);
    if (!folder.ok()) {
        return folder.status();
    }
    if (absl::Status status = check_not_lent(layout, process); !status.ok()) {
        return status;
    }
    if (stop_process(layout, process)) {
        fmt::print(stderr, "note: stopped the scenario's own load, whose accounts this one uses\n");
    }
    return FileLock::take(layout.process_lock(process), kLoadPurpose, kPatienceSeconds);
}

ExitCode load(const LoadArguments& arguments) {
    const int modes = (arguments.rate > 0 ? 1 : 0) + (arguments.steps.empty() ? 0 : 1) +
                      (arguments.ramp.empty() ? 0 : 1) + (arguments.sweep.empty() ? 0 : 1);
    if (modes != 1 || arguments.length_s == 0 || arguments.points == 0) {
        return report_error(absl::InvalidArgumentError(
            "expected one of --rate, --steps, --ramp and --sweep, and a length above 0"));
    }
    const auto session = open_session(arguments.folder, std::string(kLoadProcess));
    if (!session.ok()) {
        return report_error(session.status());
    }
    auto spec = contents(arguments, *session);
    if (!spec.ok()) {
        return report_error(spec.status());
    }
    if (absl::Status status = set_steps(arguments, *spec); !status.ok()) {
        return report_error(status);
    }
    // From before the accounts are taken, so that a load is always told when it is to end.
    std::signal(SIGTERM, [](int) { interrupted = true; });
    std::signal(SIGINT, [](int) { interrupted = true; });
    std::signal(SIGPIPE, SIG_IGN);
    const auto accounts = take_accounts(session->layout);
    if (!accounts.ok()) {
        return report_error(accounts.status());
    }
    return arguments.sweep.empty() ? run_once(arguments, *session, *spec)
                                   : run_sweep(arguments, *session, *std::move(spec));
}

}  // namespace

void add_load_command(CLI::App& app, Outcome& outcome) {
    auto arguments = std::make_shared<LoadArguments>();
    CLI::App* command = app.add_subcommand("load", "Open-loop load on a running testnet");
    command->add_option("--folder", arguments->folder, "Of the testnet (default: the latest)");
    command->add_option("--rate", arguments->rate, "Transactions a second");
    command->add_option("--steps", arguments->steps, "Rates by time: 0s=100,10s=400");
    command->add_option("--ramp", arguments->ramp, "From one rate to another: 100..2000");
    command->add_option("--sweep", arguments->sweep, "One load after another: 100..4000");
    command->add_option("--points", arguments->points, "Of a sweep (default: 6)");
    command->add_option("--for", arguments->length_s, "Seconds of each load (default: 20)");
    command->add_option(
        "--mix", arguments->mix,
        "Kinds and weights: transfer=70,mission_create=30 (default: the scenario's)");
    command->add_option("--bytes", arguments->bytes,
                        "Of each transfer, made so long by a memo (default: the scenario's)");
    command->add_option("--out", arguments->out, "Folder of the report (default: out/load)");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments, &outcome] { outcome.code = load(*arguments); });
}

}  // namespace nexus::tools
