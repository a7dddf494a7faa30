// Results of the kernels over rows must not depend on the instruction set: a proof made on one
// machine is that of every other.
#include "zkvm/stark/table_kernels.hpp"

#include "tests/unit/zkvm/poly/naive_transform.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/stark/challenges.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = KoalaBear;
using tests::some_elements;

template <class E>
class TableKernelsOf : public ::testing::Test {};
using Extensions = ::testing::Types<KoalaBear4, KoalaBear5>;
TYPED_TEST_SUITE(TableKernelsOf, Extensions);

template <class E>
E some_element(std::uint64_t seed) {
    const std::vector<F> words = some_elements<F>(E::kDegree, seed);
    E element;
    for (std::size_t d = 0; d < E::kDegree; ++d) {
        element[d] = words[d];
    }
    return element;
}

/// Calls `run(tag, out)` with each instruction set, and compares what it writes.
template <class Run>
void expect_same(std::size_t size, const std::string& what, const Run& run) {
    std::vector<F> portable;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        std::vector<F> out = some_elements<F>(size, 77);
        with_isa([&](auto tag) { run(tag, out.data()); });
        if (isa == Isa::Portable) {
            portable = out;
        } else {
            EXPECT_EQ(out, portable) << what << " " << to_string(isa);
        }
    }
}

TYPED_TEST(TableKernelsOf, SumsAreTheSameWithEachInstructionSet) {
    using E = TypeParam;
    constexpr std::size_t kRows = 64;
    const auto local = bus_challenge<F>(some_element<E>(1), some_element<E>(2));
    const auto global = bus_challenge<F>(some_element<E>(3), some_element<E>(4));
    for (std::size_t t = 0; t < kTableCount; ++t) {
        const Shape& shape = kTables[t].shape;
        const auto main = some_elements<F>(shape.columns * kRows, 5);
        const auto fixed = some_elements<F>(shape.fixed_columns * kRows, 6);
        SumsJob<F, E> job;
        job.main = {main.data(), kRows};
        job.fixed = {fixed.data(), kRows};
        job.rows = kRows;
        job.parameters = {3, 1};
        job.local = &local;
        job.global = &global;
        job.out_stride = kRows;
        expect_same(shape.sum_columns() * E::kDegree * kRows, kTables[t].name,
                    [&](auto tag, F* out) {
                        job.out = out;
                        TableKernels<F, E, decltype(tag)>::sums(t, job, 0, kRows);
                    });
    }
}

TYPED_TEST(TableKernelsOf, QuotientsAreTheSameWithEachInstructionSet) {
    using E = TypeParam;
    constexpr std::size_t kPoints = 64;
    const auto local = bus_challenge<F>(some_element<E>(1), some_element<E>(2));
    const auto global = bus_challenge<F>(some_element<E>(3), some_element<E>(4));
    const auto z = some_elements<F>(4 * kPoints, 8);
    const Zerofiers<F> zerofiers{z.data(), z.data() + kPoints, z.data() + 2 * kPoints,
                                 z.data() + 3 * kPoints};
    for (const std::size_t step : {1U, 2U}) {
        for (std::size_t t = 0; t < kTableCount; ++t) {
            const Shape& shape = kTables[t].shape;
            const std::size_t domain = step * kPoints;
            const auto main = some_elements<F>(shape.columns * domain, 5);
            const auto fixed = some_elements<F>(shape.fixed_columns * domain, 6);
            const auto sums = some_elements<F>(shape.sum_columns() * E::kDegree * domain, 7);
            const auto powers = powers_of(some_element<E>(9), shape.challenge_powers());
            QuotientJob<F, E> job;
            job.main = {main.data(), domain};
            job.fixed = {fixed.data(), domain};
            job.sums = {sums.data(), domain};
            job.domain = domain;
            job.step = step;
            job.blowup = 2 * step;
            job.zerofiers = &zerofiers;
            job.parameters = {3, 1};
            job.powers = powers.data();
            job.local = &local;
            job.global = &global;
            job.total = some_element<E>(10);
            job.global_total = some_element<E>(11);
            job.out_stride = kPoints;
            expect_same(E::kDegree * kPoints, kTables[t].name, [&](auto tag, F* out) {
                job.out = out;
                TableKernels<F, E, decltype(tag)>::quotient(t, job, 0, kPoints);
            });
        }
    }
}

TYPED_TEST(TableKernelsOf, DeepWordsAreWhatTheDefinitionSays) {
    using E = TypeParam;
    constexpr std::size_t kPoints = 1024;
    for (const std::size_t width : {1U, 4U, 7U}) {
        const auto words = some_elements<F>(width * kPoints, 12);
        std::vector<const F*> columns;
        for (std::size_t c = 0; c < width; ++c) {
            columns.push_back(words.data() + c * kPoints);
        }
        const std::vector<E> weights = powers_of(some_element<E>(13), width);
        const DeepJob<F, E> job{columns.data(),      weights.data(), width, some_element<E>(14),
                                some_element<E>(15), F(3),           F(5)};
        const std::vector<F> before = some_elements<F>(E::kDegree * kPoints, 77);
        std::vector<F> expected = before;
        F x = job.shift;
        for (std::size_t i = 0; i < kPoints; ++i) {
            E sum = E() - job.value;
            for (std::size_t c = 0; c < width; ++c) {
                sum += weights[c] * columns[c][i];
            }
            const E word = sum * (E(x) - job.point).inverse();
            for (std::size_t d = 0; d < E::kDegree; ++d) {
                expected[d * kPoints + i] += word[d];
            }
            x *= job.step;
        }
        for (const Isa isa : available_isas()) {
            const IsaOverride with(isa);
            std::vector<F> out = before;
            with_isa([&](auto tag) {
                using Kernels = TableKernels<F, E, decltype(tag)>;
                Kernels::deep(job, 0, kPoints / 2, out.data(), kPoints);
                Kernels::deep(job, kPoints / 2, kPoints, out.data() + kPoints / 2, kPoints);
            });
            EXPECT_EQ(out, expected) << to_string(isa) << ", " << width << " columns";
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
