// The zkVM from end to end: executing, proving and verifying a guest that has every family of
// instructions. Arguments: log2 of the cycles, threads, zero knowledge, id of the profile, segments
// side by side.
// The label is a digest of the proof: runs with one label did the same work.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "tests/support/guest.hpp"
#include "zkvm/commit/arena.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/stark/config.hpp"
#include "zkvm/stark/program_key.hpp"
#include "zkvm/stark/prover.hpp"
#include "zkvm/stark/verifier.hpp"
#include "zkvm/vm/code.hpp"
#include "zkvm/vm/execution.hpp"
#include "zkvm/vm/recorder.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

constexpr double kMebibyte = 1 << 20;
constexpr std::int64_t kLogSegment = 20;

/// What /proc says of this process, in bytes: VmRSS or VmHWM, the peak of it.
double memory_of_process(const std::string& name) {
    std::ifstream status("/proc/self/status");
    std::string word;
    double kibibytes = 0;
    while (status >> word) {
        if (word == name + ":") {
            status >> kibibytes;
        }
    }
    return 1024 * kibibytes;
}

/// Makes the present memory the peak.
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// Of the guest `mixed`: a little fewer than 2^log_cycles cycles, so that 2^20 are one segment.
ExecutionInput mixed_input(std::int64_t log_cycles) {
    const std::uint32_t cycles = 1U << log_cycles;
    return {.public_input = tests::u32_bytes(cycles - cycles / 32), .private_input = {}};
}

SecurityProfile profile_of(std::int64_t id) {
    const auto profile = profile_by_id(static_cast<std::uint8_t>(id));
    NEXUS_ASSERT(profile.has_value());
    return *profile;
}

/// The guest with its key and an arena, kept from one repetition to the next as a host would.
template <class C>
class Bench {
public:
    explicit Bench(const SecurityProfile& profile)
        : profile_(profile),
          program_(tests::load_guest("mixed")),
          code_(program_),
          key_(program_, code_, profile) {}

    ProvenExecution prove(std::int64_t log_cycles, bool zero_knowledge, std::int64_t at_once) {
        ProverOptions options;
        options.profile = profile_;
        options.seed.emplace();  // the same proof in each run
        options.segments_at_once = static_cast<std::uint32_t>(at_once);
        options.zero_knowledge = zero_knowledge;
        auto proven =
            Prover<C>(program_, code_, key_, arenas_).prove(mixed_input(log_cycles), options);
        NEXUS_ASSERT(proven.has_value());
        return *std::move(proven);
    }

    [[nodiscard]] std::size_t memory_bytes() const { return bytes_reserved(arenas_); }

private:
    SecurityProfile profile_;
    Program program_;
    Code code_;
    ProgramKey<C> key_;
    Arenas arenas_;
};

struct Parameters {
    std::int64_t log_cycles, threads;
    bool zero_knowledge;
    std::int64_t profile, at_once;

    explicit Parameters(const benchmark::State& state)
        : log_cycles(state.range(0)),
          threads(state.range(1)),
          zero_knowledge(state.range(2) != 0),
          profile(state.range(3)),
          at_once(state.range(4)) {}
    friend bool operator==(const Parameters&, const Parameters&) = default;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A case: a prover that has proven once, up to a whole segment, and so has paid for fresh memory.
template <class C>
struct Case {
    Parameters parameters;
    Bench<C> bench;
    double first_seconds = 0;
    ProvenExecution proven;

    explicit Case(const Parameters& with) : parameters(with), bench(profile_of(with.profile)) {
        const auto start = std::chrono::steady_clock::now();
        proven = bench.prove(std::min(with.log_cycles, kLogSegment), with.zero_knowledge, 1);
        first_seconds = seconds_since(start);
        if (with.log_cycles > kLogSegment) {
            proven = {};
        }
    }

    void prove() {
        const Parameters& p = parameters;
        proven = bench.prove(p.log_cycles, p.zero_knowledge, p.at_once);
    }
};

/// The case at hand; those before it are gone, so that their memory is not counted.
template <class C>
Case<C>& case_of(const Parameters& parameters) {
    static std::unique_ptr<Case<C>> at_hand;
    if (at_hand == nullptr || !(at_hand->parameters == parameters)) {
        at_hand.reset();
        forget_peak();
        at_hand = std::make_unique<Case<C>>(parameters);
    }
    return *at_hand;
}

void describe_proof(benchmark::State& state, const ProvenExecution& proven) {
    const auto verified = verify(proven.claim, proven.proof);
    NEXUS_ASSERT(verified.has_value());
    state.counters["proof_bytes"] = static_cast<double>(proven.proof.size());
    state.counters["proven_bits"] = verified->proven_bits;
    state.counters["segments"] = verified->segments;
    state.SetLabel(to_hex(ByteView(sha256(proven.proof).bytes)).substr(0, 8));
}

template <class C>
void prove_with(benchmark::State& state) {
    const Parameters parameters(state);
    const ThreadLimit limit(static_cast<std::size_t>(parameters.threads));
    Case<C>& at_hand = case_of<C>(parameters);
    for (auto _ : state) {
        at_hand.prove();
    }
    const auto runs = static_cast<double>(state.iterations());
    const auto cycles = static_cast<double>(at_hand.proven.cycles);
    const auto cells = static_cast<double>(at_hand.proven.committed_cells);
    state.counters["cycles"] = cycles;
    state.counters["cells"] = cells;
    state.counters["Hz"] = benchmark::Counter(cycles * runs, benchmark::Counter::kIsRate);
    state.counters["cells/s"] = benchmark::Counter(cells * runs, benchmark::Counter::kIsRate);
    state.counters["first_s"] = at_hand.first_seconds;
    state.counters["arena_MiB"] = static_cast<double>(at_hand.bench.memory_bytes()) / kMebibyte;
    state.counters["peak_MiB"] = memory_of_process("VmHWM") / kMebibyte;
    describe_proof(state, at_hand.proven);
}

template <class C>
void verify_with(benchmark::State& state) {
    const Parameters parameters(state);
    const ThreadLimit limit(static_cast<std::size_t>(parameters.threads));
    Case<C>& at_hand = case_of<C>(parameters);
    if (at_hand.proven.proof.empty()) {
        at_hand.prove();
    }
    for (auto _ : state) {
        const auto verified = verify(at_hand.proven.claim, at_hand.proven.proof);
        NEXUS_ASSERT(verified.has_value());
    }
    describe_proof(state, at_hand.proven);
}

bool needs_quintic(const benchmark::State& state) {
    return profile_of(state.range(3)).extension_degree == static_cast<int>(Koala5::kDegree);
}

void prove(benchmark::State& state) {
    if (needs_quintic(state)) {
        return prove_with<Koala5>(state);
    }
    prove_with<Koala4>(state);
}

void verify_proof(benchmark::State& state) {
    if (needs_quintic(state)) {
        return verify_with<Koala5>(state);
    }
    verify_with<Koala4>(state);
}

const std::vector<std::string> kArguments{"log", "threads", "zk", "profile", "at_once"};
constexpr std::int64_t kFast = kFastProfile.id;

// The aims, and what zero knowledge and the profiles cost.
BENCHMARK(prove)
    ->Name("zkvm/prove/mixed")
    ->ArgNames(kArguments)
    ->ArgsProduct({{20}, {1, 2}, {1}, {kFast}, {1}})
    ->ArgsProduct({{20}, {2}, {0}, {kFast}, {1}})
    ->ArgsProduct({{20}, {2}, {1}, {kCompactProfile.id, kStrongProfile.id}, {1}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);
// Cost against cycles; beyond 2^20 by segments.
BENCHMARK(prove)
    ->Name("zkvm/prove/scaling")
    ->ArgNames(kArguments)
    ->ArgsProduct({{12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}, {1, 2}, {1}, {kFast}, {1}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Iterations(1)
    ->Repetitions(3)
    ->Unit(benchmark::kMillisecond);
// The same work, segment after segment and two at a time.
BENCHMARK(prove)
    ->Name("zkvm/prove/side_by_side")
    ->ArgNames(kArguments)
    ->ArgsProduct({{22}, {2}, {1}, {kFast}, {1, 2}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Iterations(1)
    ->Repetitions(3)
    ->Unit(benchmark::kMillisecond);
// Minutes each. 2^27 are the hundred million cycles that have to fit in memory.
BENCHMARK(prove)
    ->Name("zkvm/prove/long")
    ->ArgNames(kArguments)
    ->ArgsProduct({{23, 24}, {1, 2}, {1}, {kFast}, {1}})
    ->ArgsProduct({{27}, {2}, {1}, {kFast}, {1}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(verify_proof)
    ->Name("zkvm/verify/mixed")
    ->ArgNames(kArguments)
    ->ArgsProduct({{14, 20, 22}, {2}, {1}, {kFast}, {1}})
    ->ArgsProduct({{20}, {2}, {0}, {kFast}, {1}})
    ->ArgsProduct({{20}, {2}, {1}, {kCompactProfile.id, kStrongProfile.id}, {1}})
    ->Repetitions(5)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// The executor alone, and the one that keeps a record for the prover.
void execute_guest(benchmark::State& state, const char* guest, const ExecutionInput& input) {
    const Program program = tests::load_guest(guest);
    std::uint64_t cycles = 0;
    for (auto _ : state) {
        const auto result = execute(program, input);
        NEXUS_ASSERT(result.has_value());
        cycles += result->cycles;
    }
    state.counters["Hz"] =
        benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(execute_guest, mixed, "mixed", mixed_input(24))
    ->Name("zkvm/execute/mixed")
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);

void record_guest(benchmark::State& state) {
    const Program program = tests::load_guest("mixed");
    const Code code(program);
    SegmentRecord record;
    std::uint64_t cycles = 0;
    for (auto _ : state) {
        auto recorder =
            Recorder::create(program, code, mixed_input(20), {.limits = {}, .faults = nullptr});
        NEXUS_ASSERT(recorder.has_value());
        while (!recorder->halted()) {
            NEXUS_ASSERT(recorder->next(record).has_value());
        }
        cycles += recorder->cycles();
    }
    state.counters["Hz"] =
        benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsRate);
}
BENCHMARK(record_guest)->Name("zkvm/record/mixed")->Repetitions(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nexus::zkvm
