#include "zkvm/fri/fold.hpp"

#include "tests/unit/zkvm/poly/naive_transform.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/fri/fold_kernels.hpp"
#include "zkvm/simd/isa.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = KoalaBear;

template <class E>
class Fold : public ::testing::Test {};
using Extensions = ::testing::Types<KoalaBear4, KoalaBear5>;
TYPED_TEST_SUITE(Fold, Extensions);

/// The definition, coset by coset.
template <class E>
std::vector<F> fold_one_by_one(const std::vector<F>& values, std::size_t size, unsigned log_fold,
                               F x_inverse, F w_inverse, const E& beta) {
    const std::size_t points = std::size_t{1} << log_fold;
    std::vector<F> folded(E::kDegree * size);
    for (std::size_t i = 0; i < size; ++i) {
        std::vector<E> coset(points);
        for (std::size_t j = 0; j < points; ++j) {
            for (std::size_t d = 0; d < E::kDegree; ++d) {
                coset[j][d] = values[d * points * size + j * size + i];
            }
        }
        const E value = fold_coset(coset.data(), log_fold, x_inverse * w_inverse.pow(i), beta);
        for (std::size_t d = 0; d < E::kDegree; ++d) {
            folded[d * size + i] = value[d];
        }
    }
    return folded;
}

TYPED_TEST(Fold, GivesTheSameWithEachInstructionSet) {
    using E = TypeParam;
    constexpr std::size_t kSize = 64;
    for (unsigned log_fold = 1; log_fold <= kLogFoldMax; ++log_fold) {
        const auto values = tests::some_elements<F>((E::kDegree * kSize) << log_fold, log_fold);
        const E beta = E::root() + F(5);
        const F w_inverse = F::two_adic_generator(6 + log_fold).inverse();
        const auto expected = fold_one_by_one(values, kSize, log_fold, F(3), w_inverse, beta);
        for (const Isa isa : available_isas()) {
            SCOPED_TRACE(std::string(to_string(isa)) + " by 2^" + std::to_string(log_fold));
            const IsaOverride with(isa);
            std::vector<F> folded(expected.size());
            FoldJob<F, E> job;
            job.values = values.data();
            job.out = folded.data();
            job.size = kSize;
            job.log_fold = log_fold;
            job.x_inverse = F(3);
            job.w_inverse = w_inverse;
            job.set_challenge(beta);
            with_isa([&](auto tag) {
                FoldKernels<F, E, decltype(tag)>::fold(job, 0, kSize / 2);
                FoldKernels<F, E, decltype(tag)>::fold(job, kSize / 2, kSize);
            });
            EXPECT_EQ(folded, expected);
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
