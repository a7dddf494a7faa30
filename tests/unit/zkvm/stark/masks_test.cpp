// Zero knowledge of the columns: what is opened of them is covered by randomness.
#include "zkvm/stark/masks.hpp"

#include "zkvm/commit/arena.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/poly/evaluate.hpp"
#include "zkvm/stark/commit_columns.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = KoalaBear;

Matrix<F> random_trace(Arena& arena, const Rows& rows, std::size_t width) {
    Matrix<F> trace = allocate_matrix<F>(arena, rows.count(), width);
    MaskRng random(MaskRng::Seed{3});
    for (std::size_t c = 0; c < width; ++c) {
        random.fill(trace.column(c));
        for (std::size_t r = 0; r < rows.count(); ++r) {
            trace.at(r, c) = rows.is_excluded(r) ? F() : trace.at(r, c);
        }
    }
    return trace;
}

/// Coefficients n - h .. n - 1 of each masked column are 0: else the quotient would have a higher
/// degree than two pieces and their masks can hold.
TEST(Masks, LeaveTheTopCoefficientsZero) {
    Arena arena;
    for (const unsigned log_rows : {12U, 13U, 15U}) {
        for (const unsigned log_excluded : {0U, kLogExcludedZk}) {
            const Rows rows{log_rows, log_excluded};
            const MaskRng masks(MaskRng::Seed{4});
            const Matrix<F> coefficients = interpolate<F>(arena, random_trace(arena, rows, 2), rows,
                                                          log_excluded == 0 ? nullptr : &masks);
            for (std::size_t k = rows.count() - rows.masked(); k < rows.count(); ++k) {
                ASSERT_TRUE(coefficients.at(reverse_bits(k, log_rows), 0).is_zero()) << k;
            }
            const std::size_t top = rows.count() - rows.masked() - 1;
            EXPECT_FALSE(coefficients.at(reverse_bits(top, log_rows), 0).is_zero());
        }
    }
}

/// On the rows of the trace a masked column is what it was; on the others it is anything.
TEST(Masks, ChangeNoRowOfTheTrace) {
    Arena arena;
    const Rows rows{13, kLogExcludedZk};
    const Matrix<F> trace = random_trace(arena, rows, 1);
    const MaskRng masks(MaskRng::Seed{5});
    const Matrix<F> coefficients = interpolate<F>(arena, trace, rows, &masks);
    const F g = F::two_adic_generator(rows.log_rows);
    std::size_t masked = 0;
    for (std::size_t r = 0; r < rows.count(); r += 13) {
        const F value =
            evaluate_columns<KoalaBear4>(Matrix<const F>(coefficients), KoalaBear4(g.pow(r)))
                .front()[0];
        if (rows.is_excluded(r)) {
            masked += value.is_zero() ? 0 : 1;
        } else {
            EXPECT_EQ(value, trace.at(r, 0)) << r;
        }
    }
    EXPECT_GT(masked, 0U);
}

/// Active rows are all rows but E and row 1, in order.
TEST(Masks, ActiveRowsAreAllOthers) {
    for (const Rows& rows : {Rows{12, 11}, Rows{13, 11}, Rows{12, 0}, Rows{16, 11}}) {
        std::vector<std::size_t> expected;
        for (std::size_t r = 0; r < rows.count(); ++r) {
            if (!rows.is_excluded(r) && r != Rows::kNoiseRow) {
                expected.push_back(r);
            }
        }
        ASSERT_EQ(rows.active(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            ASSERT_EQ(rows.active_row(i), expected[i]);
        }
    }
}

/// A mask is r(x) (x^n - 1)/(x^e - 1) with h = e/2 random coefficients in r. An opening at a point
/// where the second factor is not 0 is a linear equation in them: one for a point of the domain, D
/// for a point of K. At different points they are independent as long as there are at most h (a
/// Vandermonde system), and then what is opened is uniform whatever the column.
///
/// Source: U. Haboeck, A. Al Kindi, ePrint 2024/1037: h >= 2 d (D n_F + n_D) + n_D for d pieces of
/// the quotient, n_F out-of-domain points and n_D points of the domain, which covers that the
/// pieces of the quotient are computed from the columns.
TEST(Masks, CoverTheOpeningsOfEveryProfile) {
    constexpr std::size_t kPieces = 2;
    constexpr std::size_t kPoints = 3;  // this row and the two before
    std::vector<SecurityProfile> profiles(security_profiles().begin(), security_profiles().end());
    profiles.push_back(kTestProfile);
    for (const SecurityProfile& profile : profiles) {
        const auto degree = static_cast<std::size_t>(profile.extension_degree);
        const auto queries = static_cast<std::size_t>(profile.queries);
        const std::size_t needed = 2 * kPieces * (degree * kPoints + queries) + queries;
        const Rows smallest{kLogRowsMin, kLogExcludedZk};
        EXPECT_LE(needed, smallest.masked()) << profile.name;
        // The mask of FRI has a coefficient for each row, more than all that is opened of it.
        EXPECT_LT(queries * degree, smallest.count()) << profile.name;
    }
}

/// Each column is opened at most at three points, and no query opens more than one row of it.
TEST(Masks, NoColumnIsOpenedAtMorePoints) {
    Heights heights;
    heights.fill(14);
    const SegmentLayout layout(heights, 4, true, 1);
    for (const Tree tree : kTrees) {
        for (std::size_t p = 0; p < layout.parts(tree).size(); ++p) {
            const std::size_t width = layout.parts(tree)[p].width;
            for (std::size_t c = 0; c < width; ++c) {
                const auto points = std::count_if(layout.opened().begin(), layout.opened().end(),
                                                  [&](const OpenedColumns& o) {
                                                      return o.tree == tree && o.part == p &&
                                                             o.first <= c && c < o.first + o.count;
                                                  });
                const bool is_fri_mask = tree == Tree::quotient && c >= 8;
                EXPECT_LE(points, 3);
                EXPECT_GE(points, is_fri_mask ? 0 : 1) << "a column that nothing is checked of";
            }
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
