#include "tests/support/zkvm/packed_probe.hpp"
#include "zkvm/commit/arena.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/commit/merkle_tree.hpp"
#include "zkvm/commit/transcript.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/merkle_hash.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/evaluate.hpp"
#include "zkvm/poly/transform.hpp"
#include "zkvm/simd/isa.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Reference on one AVX-512 core: 5.2 GB/s for leaves of BLAKE3 from memory, column-major, 8.7 to
// 9.5 GB/s in cache; 6.5 cycles for 16 products (Plonky3).

namespace nexus::zkvm {
namespace {

using F = KoalaBear;
using E = KoalaBear4;

/// One arena for all benchmarks, touched beforehand: fresh memory costs more than a transform.
Arena& arena() {
    static Arena arena;
    arena.reserve(std::size_t{2} << 30U);
    return arena;
}

void fill(const Matrix<F>& matrix) {
    MaskRng rng(MaskRng::Seed{});
    for (std::size_t i = 0; i < matrix.width(); ++i) {
        rng.fill(matrix.column(i));
    }
}

/// The instruction set of a benchmark, if this machine has it.
bool has_isa(benchmark::State& state, std::int64_t isa) {
    if (available_isas().size() <= static_cast<std::size_t>(isa)) {
        state.SkipWithError("this machine has no such instruction set");
        return false;
    }
    state.SetLabel(std::string(to_string(static_cast<Isa>(isa))));
    return true;
}

void count_rate(benchmark::State& state, const char* name, double per_iteration) {
    state.counters[name] = benchmark::Counter(
        per_iteration * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void multiply(benchmark::State& state) {
    if (!has_isa(state, state.range(0))) {
        return;
    }
    const IsaOverride with(static_cast<Isa>(state.range(0)));
    constexpr std::size_t kCount = 1024;
    constexpr std::size_t kRounds = 64;
    std::vector<F> a(kCount);
    MaskRng rng(MaskRng::Seed{});
    rng.fill(std::span<F>(a));
    for (auto _ : state) {
        with_isa([&](auto tag) {
            tests::PackedProbe<E, decltype(tag)>::power(a.data(), kCount, kRounds);
        });
        benchmark::DoNotOptimize(a.data());
    }
    count_rate(state, "products", double{kCount} * kRounds);
}
BENCHMARK(multiply)->Name("zkvm/field/multiply")->ArgName("isa")->DenseRange(0, 2);

void multiply_extension(benchmark::State& state) {
    if (!has_isa(state, state.range(0))) {
        return;
    }
    const IsaOverride with(static_cast<Isa>(state.range(0)));
    constexpr std::size_t kCount = 1024;
    constexpr std::size_t kRounds = 16;
    std::vector<F> a(kCount * E::kDegree);
    MaskRng rng(MaskRng::Seed{});
    rng.fill(std::span<F>(a));
    for (auto _ : state) {
        with_isa([&](auto tag) {
            tests::PackedProbe<E, decltype(tag)>::power_extension(a.data(), kCount, kRounds);
        });
        benchmark::DoNotOptimize(a.data());
    }
    count_rate(state, "products", double{kCount} * kRounds);
}
BENCHMARK(multiply_extension)->Name("zkvm/field/multiply4")->ArgName("isa")->DenseRange(0, 2);

void inverse(benchmark::State& state) {
    if (!has_isa(state, state.range(1))) {
        return;
    }
    const ThreadLimit threads(1);
    const IsaOverride with(static_cast<Isa>(state.range(1)));
    const ArenaScope scope(arena());
    const Matrix<F> columns = allocate_matrix<F>(arena(), std::size_t{1} << state.range(0), 8);
    fill(columns);
    for (auto _ : state) {
        inverse_transform(columns);
    }
    count_rate(state, "cells", static_cast<double>(columns.height() * columns.width()));
}
BENCHMARK(inverse)
    ->Name("zkvm/transform/inverse")
    ->ArgNames({"log", "isa"})
    ->ArgsProduct({{10, 12, 14, 16, 18, 20, 22}, {2}})
    ->ArgsProduct({{12, 18}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

void extend(benchmark::State& state) {
    if (!has_isa(state, 2)) {
        return;
    }
    const ThreadLimit threads(static_cast<std::size_t>(state.range(3)));
    const ArenaScope scope(arena());
    const std::size_t height = std::size_t{1} << state.range(0);
    const auto width = static_cast<std::size_t>(state.range(1));
    const auto log_blowup = static_cast<unsigned>(state.range(2));
    const Matrix<F> columns = allocate_matrix<F>(arena(), height, width);
    const Matrix<F> extended = allocate_matrix<F>(arena(), height << log_blowup, width);
    fill(columns);
    for (auto _ : state) {
        inverse_transform(columns);
        low_degree_extension(Matrix<const F>(columns), log_blowup, F::generator(), extended);
    }
    count_rate(state, "cells", static_cast<double>(height * width));
}
BENCHMARK(extend)
    ->Name("zkvm/transform/inverse_and_extend")
    ->ArgNames({"log", "columns", "blowup", "threads"})
    ->ArgsProduct({{12, 14, 16, 18, 20}, {64}, {1}, {1}})
    ->ArgsProduct({{20}, {64}, {2}, {1}})
    ->ArgsProduct({{20}, {64}, {1}, {2}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

template <class H>
void leaves(benchmark::State& state) {
    if (!has_isa(state, state.range(2))) {
        return;
    }
    const ThreadLimit threads(static_cast<std::size_t>(state.range(3)));
    const IsaOverride with(static_cast<Isa>(state.range(2)));
    const ArenaScope scope(arena());
    const std::size_t height = std::size_t{1} << state.range(0);
    const auto width = static_cast<std::size_t>(state.range(1));
    const Matrix<F> matrix = allocate_matrix<F>(arena(), height, width);
    fill(matrix);
    const Matrix<std::uint32_t> words = allocate_matrix<std::uint32_t>(arena(), height, 8);
    const DigestColumns out{words.data(), words.stride()};
    std::vector<const std::uint32_t*> columns;
    for (std::size_t i = 0; i < width; ++i) {
        columns.push_back(reinterpret_cast<const std::uint32_t*>(matrix.column(i).data()));
    }
    for (auto _ : state) {
        parallel_for(0, height, 1024, [&](std::size_t first, std::size_t last) {
            H::leaves(columns, first, last - first, out);
        });
    }
    count_rate(state, "bytes", static_cast<double>(height * width * sizeof(F)));
}
BENCHMARK(leaves<Blake3>)
    ->Name("zkvm/hash/blake3_leaves")
    ->ArgNames({"log", "columns", "isa", "threads"})
    ->ArgsProduct({{20}, {64}, {0, 1, 2}, {1}})
    ->ArgsProduct({{8}, {64}, {2}, {1}})
    ->ArgsProduct({{21}, {16, 64, 128, 400}, {2}, {1}})
    ->ArgsProduct({{21}, {64}, {2}, {2}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(leaves<MerkleSha256>)
    ->Name("zkvm/hash/sha256_leaves")
    ->ArgNames({"log", "columns", "isa", "threads"})
    ->ArgsProduct({{14}, {64}, {0}, {1}})
    ->Unit(benchmark::kMillisecond);

void commit(benchmark::State& state) {
    const ThreadLimit threads(static_cast<std::size_t>(state.range(2)));
    const ArenaScope scope(arena());
    const Matrix<F> matrix = allocate_matrix<F>(arena(), std::size_t{1} << state.range(0),
                                                static_cast<std::size_t>(state.range(1)));
    fill(matrix);
    const std::vector<Matrix<const F>> matrices = {matrix};
    const MaskRng salts(MaskRng::Seed{});
    for (auto _ : state) {
        const ArenaScope inner(arena());
        const MerkleTree<F, Blake3> tree(matrices, &salts, arena());
        benchmark::DoNotOptimize(tree.root());
    }
    count_rate(state, "cells", static_cast<double>(matrix.height() * matrix.width()));
}
BENCHMARK(commit)
    ->Name("zkvm/commit/salted_tree")
    ->ArgNames({"log", "columns", "threads"})
    ->Args({21, 64, 1})
    ->Args({21, 64, 2})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void evaluate(benchmark::State& state) {
    const ThreadLimit threads(1);
    const ArenaScope scope(arena());
    const Matrix<F> columns = allocate_matrix<F>(arena(), std::size_t{1} << state.range(0), 64);
    fill(columns);
    const E point = E::root() + F(7);
    for (auto _ : state) {
        benchmark::DoNotOptimize(evaluate_columns<E>(columns, point));
    }
    count_rate(state, "cells", static_cast<double>(columns.height() * columns.width()));
}
BENCHMARK(evaluate)
    ->Name("zkvm/poly/evaluate_columns")
    ->ArgName("log")
    ->Arg(14)
    ->Arg(20)
    ->Unit(benchmark::kMillisecond);

void draw_masks(benchmark::State& state) {
    std::vector<F> elements(1U << 16U);
    MaskRng rng(MaskRng::Seed{});
    for (auto _ : state) {
        rng.fill(std::span<F>(elements));
    }
    count_rate(state, "elements", static_cast<double>(elements.size()));
}
BENCHMARK(draw_masks)->Name("zkvm/commit/draw_masks");

void grind(benchmark::State& state) {
    const ThreadLimit threads(1);
    std::uint64_t tried = 0;
    std::uint64_t round = 0;
    for (auto _ : state) {
        Transcript<F, E, Blake3> transcript("bench");
        transcript.absorb_u64("round", round++);
        tried += transcript.grind("work", 16) + 1;
    }
    state.counters["nonces"] =
        benchmark::Counter(static_cast<double>(tried), benchmark::Counter::kIsRate);
}
BENCHMARK(grind)->Name("zkvm/commit/grind");

}  // namespace
}  // namespace nexus::zkvm
