#include "actors/node/real_clock.hpp"
#include "base/concat.hpp"
#include "sim/cluster/verdict.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/progress.hpp"
#include "sim/report/report_html.hpp"
#include "sim/report/report_json.hpp"
#include "sim/report/units.hpp"
#include "sim/report/write.hpp"
#include "sim/scenario/parser.hpp"
#include "tools/nexus/cli.hpp"
#include "tools/nexus/host.hpp"
#include "tools/nexus/run_folder.hpp"
#include "tools/nexus/testnet/chain_check.hpp"
#include "tools/nexus/testnet/fault_schedule.hpp"
#include "tools/nexus/testnet/folder.hpp"
#include "tools/nexus/testnet/measured_report.hpp"
#include "tools/nexus/testnet/processes.hpp"
#include "tools/nexus/testnet/session.hpp"
#include "tools/nexus/testnet/status.hpp"
#include "tools/nexus/testnet_command.hpp"

#include <CLI/CLI.hpp>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> interrupted = false;

constexpr double kStartSeconds = 20;

void heed_signals() {
    std::signal(SIGTERM, [](int) { interrupted = true; });
    std::signal(SIGINT, [](int) { interrupted = true; });
}

// --- check ---

struct CheckArguments {
    std::string folder = "out/testnet/latest";
    bool json = false;
};

ExitCode check(const CheckArguments& arguments) {
    const auto session = open_session(arguments.folder, "");
    if (!session.ok()) {
        return report_error(session.status());
    }
    const auto checked = check_chain(session->layout, session->network, session->society);
    if (!checked.ok()) {
        return report_error(checked.status());
    }
    sim::JsonWriter json(sim::JsonWriter::Style::Readable);
    json.open_object().member("base", checked->base).member("height", checked->height);
    json.member("transactions", checked->transactions).key("invariants").open_object();
    std::string text =
        checked->base == 0
            ? fmt::format("{} blocks, {} transactions\n", checked->height, checked->transactions)
            : fmt::format("blocks {} to {}, {} transactions\n", checked->base + 1, checked->height,
                          checked->transactions);
    for (const sim::InvariantSummary& each : checked->invariants) {
        json.key(each.name).open_object().member("checked", each.checked);
        json.member("violated", each.violated).key("examples").open_array();
        text += fmt::format("{} {:<20} {} checks{}\n", each.violated == 0 ? "✓" : "✗", each.name,
                            each.checked,
                            each.violated == 0 ? "" : fmt::format(", {} violated", each.violated));
        for (const std::string& example : each.examples) {
            json.value(example);
            text += concat("    ", example, "\n");
        }
        json.close().close();
    }
    json.close().key("not_covered").open_array();
    for (const std::string& each : checked->not_covered) {
        json.value(each);
        text += concat("? not covered: ", each, "\n");
    }
    json.close().member("holds", checked->holds());
    fmt::print("{}", arguments.json ? json.close().take() + "\n" : text);
    return checked->holds() ? ExitCode::Done : ExitCode::CheckFailed;
}

// --- run ---

struct RunArguments {
    std::string scenario;
    std::string folder;
    std::string out;
    bool no_fsync = false;
    bool no_shape = false;
    bool json = false;
};

constexpr std::string_view kRunPurpose = "nexus testnet run";

/// A testnet that goes down with this, whatever happens.
class Running {
public:
    /// `run` is the run's lock of its folder.
    Running(Session session, FileLock run) : session_(std::move(session)), run_(std::move(run)) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        const auto lock = lock_folder(session_.layout, kRunPurpose);
        stop();
        if (const absl::Status status = remove_testnet(session_.layout); !status.ok()) {
            (void)report_error(status);
        }
    }
    void stop() { (void)stop_all(session_.layout, session_.network); }
    [[nodiscard]] const Session& session() const { return session_; }

private:
    Session session_;
    FileLock run_;
};

/// Makes due faults happen, while no command changes which processes run.
absl::Status advance(const Session& session, FaultSchedule& faults, Instant now) {
    const auto lock = lock_folder(session.layout, kRunPurpose);
    return lock.ok() ? faults.advance(now) : lock.status();
}

/// Lets the scenario happen in real time.
absl::Status live_through(const Session& session, FaultSchedule& faults) {
    const sim::Scenario& scenario = session.society.scenario();
    const actors::RealClock clock(session.network.epoch_nanoseconds);
    const Instant calm = Instant{} + scenario.duration;
    const Instant end = calm + scenario.grace;
    sim::ProgressBar bar(scenario.name, shows_progress(), wall_seconds);
    bool is_healed = false;
    for (Instant now = clock.now(); now < end && !interrupted; now = clock.now()) {
        if (absl::Status status = advance(session, faults, now); !status.ok()) {
            return status;
        }
        if (now >= calm && !is_healed) {
            is_healed = true;
            if (absl::Status status = faults.heal_all(now); !status.ok()) {
                return status;
            }
        }
        bar.update(static_cast<double>(now.nanoseconds) / static_cast<double>(end.nanoseconds),
                   fmt::format("height {}", network_height(session.layout, session.network)));
        sleep_ms(50);
    }
    bar.finish();
    if (!is_healed) {  // without a grace the end comes first; what faults did is counted all the
                       // same
        if (absl::Status status = faults.heal_all(clock.now()); !status.ok()) {
            return status;
        }
    }
    return interrupted ? absl::CancelledError("the run was interrupted") : absl::OkStatus();
}

/// Starts all processes and waits for the first block.
absl::Status start_all(const Session& session) {
    const auto lock = lock_folder(session.layout, kRunPurpose);
    if (!lock.ok()) {
        return lock.status();
    }
    for (const auto& [process, members] : session.network.processes()) {
        if (absl::Status status = spawn_process(session.layout, process); !status.ok()) {
            return status;
        }
    }
    return await_first_block(session.layout, session.network, session.society, kStartSeconds,
                             interrupted);
}

absl::StatusOr<sim::RunReport> run_testnet(const sim::Scenario& scenario, Running& running) {
    const Session& session = running.session();
    if (absl::Status status = start_all(session); !status.ok()) {
        return status;
    }
    FaultSchedule faults(session);
    if (absl::Status status = live_through(session, faults); !status.ok()) {
        return status;
    }
    // Who was down before the end is told apart from those that stop now. All that members have
    // measured is in their files once they have ended.
    const std::set<std::string> down = processes_down(session.layout, session.network);
    running.stop();
    auto measured = measured_report(session.layout, session.network, session.society,
                                    {.from = {},
                                     .until = Instant{} + scenario.duration + scenario.grace,
                                     .clients = "",
                                     .down = down});
    if (!measured.ok()) {
        return measured.status();
    }
    auto checked =
        check_chain(session.layout, session.network, session.society, measured->report.height);
    if (!checked.ok()) {
        return checked.status();
    }
    add_chain_state(*measured, session.society, checked->state);
    for (const std::string& each : checked->not_covered) {
        fmt::print(stderr, "note: not checked: {}\n", each);
    }
    sim::RunReport report = std::move(measured->report);
    report.invariants = std::move(checked->invariants);
    report.matrix = session.network.shapes ? scenario.network.matrix : "none";
    report.replay = concat("nexus testnet run ", scenario.file);
    report.wall_seconds = report.virtual_seconds;
    faults.fill(report);
    sim::judge(report, scenario);
    return report;
}

absl::StatusOr<Session> make_testnet(const TestnetLayout& layout, const sim::Scenario& scenario,
                                     const sim::Society& society, const RunArguments& arguments) {
    const auto claimed = claim_folder(layout, kRunPurpose);
    if (!claimed.ok()) {
        return claimed.status();
    }
    const auto made = create_testnet(layout, scenario, society,
                                     {.fsync = !arguments.no_fsync,
                                      .shapes = !arguments.no_shape,
                                      .metrics_host = kMetricsHost,
                                      .addresses = {}});
    auto session = made.ok() ? open_session(layout.folder, "") : made.status();
    if (!session.ok()) {
        abandon_folder(layout);
    } else {
        make_latest(layout);
    }
    return session;
}

ExitCode run(const RunArguments& arguments) {
    const auto scenario = sim::load_scenario(arguments.scenario);
    if (!scenario.ok()) {
        return report_error(scenario.status());
    }
    if (const absl::Status status = check_faults(*scenario); !status.ok()) {
        return report_error(status);
    }
    if (const absl::Status status = check_violations(*scenario); !status.ok()) {
        return report_error(status);
    }
    const auto society = sim::Society::make(*scenario);
    if (!society.ok()) {
        return report_error(society.status());
    }
    const RunFolder out{arguments.out.empty() ? concat("out/", scenario->name, "-testnet")
                                              : arguments.out};
    if (const absl::Status status = prepare(out); !status.ok()) {
        return report_error(status);
    }
    const TestnetLayout layout{arguments.folder.empty() ? concat("out/testnet/", scenario->name)
                                                        : arguments.folder};
    heed_signals();  // before there is anything to take down
    auto session = make_testnet(layout, *scenario, *society, arguments);
    if (!session.ok()) {
        return report_error(session.status());
    }
    auto run_lock = FileLock::take(layout.run_lock(), kRunPurpose, 0);
    if (!run_lock.ok()) {
        return report_error(run_lock.status());
    }
    Running running(*std::move(session), *std::move(run_lock));
    auto report = run_testnet(*scenario, running);
    if (!report.ok()) {
        return report_error(report.status());
    }
    report->scenario_file = scenario->file;
    absl::Status status = sim::write_file_atomically(out.report_json(), sim::to_json(*report));
    if (status.ok()) {
        status = sim::write_file_atomically(out.report_html(), sim::to_html(*report));
    }
    if (!status.ok()) {
        return report_error(status);
    }
    print_report(*report, arguments.json);
    if (!arguments.json) {
        fmt::print("report   {}\n", out.report_html());
    }
    return report->passed ? ExitCode::Done : ExitCode::CheckFailed;
}

// --- top ---

struct TopArguments {
    std::string folder = "out/testnet/latest";
    std::uint64_t count = 0;  ///< 0: until somebody stops it.
    bool json = false;
};

ExitCode top(const TopArguments& arguments) {
    const auto session = open_session(arguments.folder, "");
    if (!session.ok()) {
        return report_error(session.status());
    }
    heed_signals();
    const bool clears = isatty(STDOUT_FILENO) == 1;
    std::uint64_t height = network_height(session->layout, session->network);
    double before = wall_seconds();
    for (std::uint64_t shown = 0; !interrupted; ++shown) {
        const StatusReading reading = read_status(*session);
        const double now = wall_seconds();
        // A wiped validator may have been the highest one.
        const double rate = now > before && reading.height > height
                                ? static_cast<double>(reading.height - height) / (now - before)
                                : 0;
        if (arguments.json) {
            fmt::print("{}", status_line(reading, rate));
        } else {
            fmt::print("{}{}height {}, {:.1f} blocks/s\n\n{}", clears ? "\033[H\033[2J" : "",
                       shown > 0 && !clears ? "\n" : "", reading.height, rate,
                       status_table(reading));
        }
        std::fflush(stdout);
        height = reading.height;
        before = now;
        if (std::ferror(stdout) != 0 || (arguments.count > 0 && shown + 1 >= arguments.count)) {
            break;
        }
        for (int i = 0; i < 20 && !interrupted; ++i) {
            sleep_ms(50);
        }
    }
    return ExitCode::Done;
}

}  // namespace

void add_testnet_run_commands(CLI::App& testnet, Outcome& outcome) {
    auto to_check = std::make_shared<CheckArguments>();
    CLI::App* check_command =
        testnet.add_subcommand("check", "Hold all disks against the simulator's invariants");
    check_command->add_option("--folder", to_check->folder, "Of the testnet (default: the latest)");
    check_command->add_flag("--json", to_check->json, "Print JSON");
    check_command->callback([to_check, &outcome] { outcome.code = check(*to_check); });

    auto to_run = std::make_shared<RunArguments>();
    CLI::App* run_command = testnet.add_subcommand(
        "run", "A scenario from up to down, with its faults and expectations, and a report");
    run_command->add_option("SCENARIO", to_run->scenario, "Scenario file")->required();
    run_command->add_option("--folder", to_run->folder, "Default: out/testnet/NAME");
    run_command->add_option("--out", to_run->out, "Of the report (default: out/NAME-testnet)");
    run_command->add_flag("--no-fsync", to_run->no_fsync,
                          "Survive the death of processes, not of the machine");
    run_command->add_flag("--no-shape", to_run->no_shape,
                          "The machine's own network instead of the scenario's; faults happen");
    run_command->add_flag("--json", to_run->json, "Print report.json");
    run_command->callback([to_run, &outcome] { outcome.code = run(*to_run); });

    auto to_watch = std::make_shared<TopArguments>();
    CLI::App* top_command = testnet.add_subcommand("top", "Status, again every second");
    top_command->add_option("--folder", to_watch->folder, "Of the testnet (default: the latest)");
    top_command->add_option("--count", to_watch->count, "End after so many");
    top_command->add_flag("--json", to_watch->json, "Print an object a line, one a second");
    top_command->callback([to_watch, &outcome] { outcome.code = top(*to_watch); });
}

}  // namespace nexus::tools
