// What a line of a node's log costs the thread that writes it.
#include "actors/node/real_clock.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/process_log.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>

namespace nexus::tools {
namespace {

using tests::TemporaryFolder;

/// A log in a file, from info on.
struct Bench {
    TemporaryFolder folder;
    actors::RealClock clock{0};
    std::unique_ptr<ProcessLog> log = *ProcessLog::open({.path = folder / "log"}, clock);
    std::uint64_t height = 0;
};

/// Formatted, written and flushed.
void BM_LogLine(benchmark::State& state) {
    Bench bench;
    for ([[maybe_unused]] const auto each : state) {
        ++bench.height;
        bench.log->write_always(LogLevel::Info, "validator-0", "finalized",
                                {{"height", bench.height},
                                 {"view", bench.height},
                                 {"transactions", bench.height},
                                 {"rejected", 0}});
    }
}
BENCHMARK(BM_LogLine);

/// One of too many.
void BM_LogLineLeftOut(benchmark::State& state) {
    Bench bench;
    for ([[maybe_unused]] const auto each : state) {
        bench.log->write(LogLevel::Warning, "validator-0", "message_refused",
                         {{"why", "message_badly_signed"}});
    }
}
BENCHMARK(BM_LogLineLeftOut);

/// One that matters too little.
void BM_LogLineBelowLevel(benchmark::State& state) {
    Bench bench;
    for ([[maybe_unused]] const auto each : state) {
        bench.log->write_always(LogLevel::Debug, "validator-0", "view", {{"view", bench.height}});
    }
}
BENCHMARK(BM_LogLineBelowLevel);

}  // namespace
}  // namespace nexus::tools
