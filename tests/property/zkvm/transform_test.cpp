#include "zkvm/poly/transform.hpp"

#include "tests/property/zkvm/seeded.hpp"
#include "tests/unit/zkvm/poly/naive_transform.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/poly/evaluate.hpp"
#include "zkvm/simd/isa.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <rapidcheck.h>
#include <span>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = KoalaBear;
using E = KoalaBear4;
using tests::check;
using tests::element;
using tests::extension_element;

/// The column as a column of the extension, for evaluation at a point of the base field.
F value_at(std::span<const F> coefficients, F point) {
    return evaluate_column<E>(coefficients, E(point))[0];
}

TEST(TransformProperty, ExtensionTakesTheValuesOfThePolynomial) {
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        EXPECT_TRUE(check("extension on " + std::string(to_string(isa)), [] {
            const auto log = *rc::gen::inRange(0U, 16U);
            const auto log_blowup = *rc::gen::inRange(0U, 3U);
            const F shift = *rc::gen::suchThat(element<F>(), [](F f) { return !f.is_zero(); });
            const std::vector<F> evaluations =
                tests::some_elements<F>(std::size_t{1} << log, *rc::gen::inRange(0U, 1000U));
            std::vector<F> coefficients = evaluations;
            inverse_transform(std::span<F>(coefficients), shift);
            const auto index = *rc::gen::inRange<std::size_t>(0, evaluations.size());
            RC_ASSERT(value_at(coefficients, shift * F::two_adic_generator(log).pow(index)) ==
                      evaluations[index]);

            std::vector<F> extended(evaluations.size() << log_blowup);
            low_degree_extension(std::span<const F>(coefficients), log_blowup, F(3),
                                 std::span<F>(extended));
            const auto place = *rc::gen::inRange<std::size_t>(0, extended.size());
            RC_ASSERT(
                value_at(coefficients, F(3) * F::two_adic_generator(log + log_blowup).pow(place)) ==
                extended[place]);
        }));
    }
}

TEST(TransformProperty, IsLinear) {
    EXPECT_TRUE(check("linearity", [] {
        const auto size = std::size_t{1} << *rc::gen::inRange(0U, 12U);
        const std::vector<F> a = tests::some_elements<F>(size, 1);
        const std::vector<F> b = tests::some_elements<F>(size, 2);
        const F factor = *element<F>();
        std::vector<F> sum(size);
        for (std::size_t i = 0; i < size; ++i) {
            sum[i] = a[i] + factor * b[i];
        }
        std::vector<F> of_a = a;
        std::vector<F> of_b = b;
        forward_transform(std::span<F>(of_a), F(3));
        forward_transform(std::span<F>(of_b), F(3));
        forward_transform(std::span<F>(sum), F(3));
        for (std::size_t i = 0; i < size; ++i) {
            RC_ASSERT(sum[i] == of_a[i] + factor * of_b[i]);
        }
    }));
}

TEST(EvaluationProperty, EveryInstructionSetAgrees) {
    EXPECT_TRUE(check("evaluation", [] {
        const auto size = std::size_t{1} << *rc::gen::inRange(0U, 13U);
        const std::vector<F> column = tests::some_elements<F>(size, size);
        const E point = *extension_element<E>();
        E expected;
        const unsigned log = log2_exact(size);
        for (std::size_t k = size; k-- > 0;) {
            expected = expected * point + column[reverse_bits(k, log)];
        }
        for (const Isa isa : available_isas()) {
            const IsaOverride with(isa);
            RC_ASSERT(evaluate_column<E>(column, point) == expected);
        }
    }));
}

}  // namespace
}  // namespace nexus::zkvm
