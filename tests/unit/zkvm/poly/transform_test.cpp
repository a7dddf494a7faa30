#include "zkvm/poly/transform.hpp"

#include "tests/unit/zkvm/poly/naive_transform.hpp"
#include "zkvm/commit/arena.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/poly/evaluate.hpp"
#include "zkvm/simd/isa.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::naive_evaluations;
using tests::some_elements;

template <class F>
class Transform : public ::testing::Test {};
using Fields = ::testing::Types<KoalaBear, BabyBear>;
TYPED_TEST_SUITE(Transform, Fields);

TYPED_TEST(Transform, EvaluatesAsTheDefinitionDoes) {
    using F = TypeParam;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (unsigned log = 0; log <= 9; ++log) {
            for (const F shift : {F(1), F::generator()}) {
                SCOPED_TRACE(std::string(to_string(isa)) + " 2^" + std::to_string(log));
                const std::vector<F> coefficients = some_elements<F>(std::size_t{1} << log, log);
                std::vector<F> column = coefficients;
                forward_transform(std::span<F>(column), shift);
                EXPECT_EQ(column, naive_evaluations<F>(coefficients, column.size(), shift));
                inverse_transform(std::span<F>(column), shift);
                EXPECT_EQ(column, coefficients) << "the inverse";
            }
        }
    }
}

TYPED_TEST(Transform, ExtendsAsTheDefinitionDoes) {
    using F = TypeParam;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (unsigned log = 0; log <= 7; ++log) {
            for (unsigned log_blowup = 0; log_blowup <= 3; ++log_blowup) {
                SCOPED_TRACE(std::string(to_string(isa)) + " 2^" + std::to_string(log) + " to 2^" +
                             std::to_string(log + log_blowup));
                const std::vector<F> coefficients = some_elements<F>(std::size_t{1} << log, log);
                std::vector<F> values(coefficients.size() << log_blowup);
                low_degree_extension(std::span<const F>(coefficients), log_blowup, F(7),
                                     std::span<F>(values));
                EXPECT_EQ(values, naive_evaluations<F>(coefficients, values.size(), F(7)));
            }
        }
    }
}

/// Spot checks of sizes where the definition takes too long.
TYPED_TEST(Transform, IsRightAtSizesThatNeedSeveralPasses) {
    using F = TypeParam;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (const unsigned log : {10U, 12U, 13U, 14U, 15U, 16U, 17U, 19U}) {
            SCOPED_TRACE(std::string(to_string(isa)) + " 2^" + std::to_string(log));
            const std::size_t size = std::size_t{1} << log;
            const std::vector<F> coefficients = some_elements<F>(size, log);
            std::vector<F> values(size * 2);
            low_degree_extension(std::span<const F>(coefficients), 1, F::generator(),
                                 std::span<F>(values));
            const F root = F::two_adic_generator(log + 1);
            for (const std::size_t index :
                 {std::size_t{0}, std::size_t{1}, size / 3, size * 2 - 1}) {
                const F point = F::generator() * root.pow(index);
                F expected;
                for (std::size_t k = size; k-- > 0;) {
                    expected = expected * point + coefficients[reverse_bits(k, log)];
                }
                EXPECT_EQ(values[index], expected) << index;
            }
            inverse_transform(std::span<F>(values), F::generator());
            for (std::size_t j = 0; j < values.size(); ++j) {
                // The upper half of the coefficients, which are zero, lies at the odd positions.
                ASSERT_EQ(values[j], j % 2 == 0 ? coefficients[j / 2] : F()) << j;
            }
        }
    }
}

TYPED_TEST(Transform, TreatsColumnsOfAMatrixAlike) {
    using F = TypeParam;
    constexpr std::size_t kWidth = 7;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (const unsigned log : {0U, 3U, 6U, 13U}) {
            SCOPED_TRACE(std::string(to_string(isa)) + " 2^" + std::to_string(log));
            Arena arena;
            const std::size_t size = std::size_t{1} << log;
            const Matrix<F> columns = allocate_matrix<F>(arena, size, kWidth);
            const Matrix<F> extended = allocate_matrix<F>(arena, size * 4, kWidth);
            std::vector<std::vector<F>> expected;
            for (std::size_t i = 0; i < kWidth; ++i) {
                std::vector<F> column = some_elements<F>(size, i);
                std::copy(column.begin(), column.end(), columns.column(i).begin());
                inverse_transform(std::span<F>(column));
                std::vector<F> values(size * 4);
                low_degree_extension(std::span<const F>(column), 2, F(5), std::span<F>(values));
                expected.push_back(values);
            }
            inverse_transform(columns);
            low_degree_extension(Matrix<const F>(columns), 2, F(5), extended);
            for (std::size_t i = 0; i < kWidth; ++i) {
                EXPECT_TRUE(
                    std::equal(expected[i].begin(), expected[i].end(), extended.column(i).begin()))
                    << "column " << i;
            }
        }
    }
}

template <class E>
class Evaluation : public ::testing::Test {};
using Extensions = ::testing::Types<KoalaBear4, KoalaBear5, BabyBear4>;
TYPED_TEST_SUITE(Evaluation, Extensions);

TYPED_TEST(Evaluation, IsHornersAtAnyPointOfTheExtension) {
    using E = TypeParam;
    using F = typename E::Base;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (const unsigned log : {0U, 1U, 4U, 5U, 9U, 12U, 14U}) {
            SCOPED_TRACE(std::string(to_string(isa)) + " 2^" + std::to_string(log));
            Arena arena;
            const std::size_t size = std::size_t{1} << log;
            const Matrix<F> columns = allocate_matrix<F>(arena, size, 3);
            const E point = E::root() * F(12'345) + F(678);
            std::vector<E> expected;
            for (std::size_t i = 0; i < columns.width(); ++i) {
                std::vector<F> column = some_elements<F>(size, i);
                if (i == 2) {  // the largest words there are: sums of products must not overflow
                    std::fill(column.begin(), column.end(), F::from_word(F::kModulus - 1));
                }
                std::copy(column.begin(), column.end(), columns.column(i).begin());
                E value;
                for (std::size_t k = size; k-- > 0;) {
                    value = value * point + column[reverse_bits(k, log)];
                }
                expected.push_back(value);
            }
            EXPECT_EQ(evaluate_columns<E>(columns, point), expected);
            EXPECT_EQ(evaluate_column<E>(columns.column(1), point), expected[1]);
        }
    }
}

TYPED_TEST(Evaluation, CombinesTheBaseColumnsOfAnExtensionColumn) {
    using E = TypeParam;
    using F = typename E::Base;
    std::vector<E> values;
    E expected;
    for (std::uint32_t i = 0; i < E::kDegree; ++i) {
        values.push_back(E(some_elements<F>(1, i).front()));
        expected[i] = values.back()[0];
    }
    EXPECT_EQ(combine_base_columns<E>(values), expected)
        << "constant polynomials are their coefficients";
}

}  // namespace
}  // namespace nexus::zkvm
