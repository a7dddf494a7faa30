// Zero knowledge of the columns: what is opened of them is covered by randomness.
#include "zkvm/stark/masks.hpp"

#include "zkvm/commit/arena.hpp"
#include "zkvm/components/tables.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/poly/evaluate.hpp"
#include "zkvm/stark/challenges.hpp"
#include "zkvm/stark/commit_columns.hpp"
#include "zkvm/stark/layout.hpp"
#include "zkvm/stark/profile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
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

/// What of one column is opened, or needed to compute what is: the values at `queries` points of
/// the domain and at one point out of it, each with the two points before; as a linear map of the
/// random coefficients of the mask. Row t: of coefficient t.
std::vector<std::vector<F>> openings_of_mask(const Rows& rows, std::size_t queries) {
    MaskRng random(MaskRng::Seed{6});
    const F back = F::two_adic_generator(rows.log_rows).inverse();
    std::vector<KoalaBear4> points;
    const auto add = [&](const KoalaBear4& point) {
        points.insert(points.end(), {point, point * back, point * back.square()});
    };
    for (std::size_t q = 0; q < queries; ++q) {
        add(KoalaBear4(coset_shift<F>(rows.log_rows) *
                       F::two_adic_generator(rows.log_rows + 1).pow(7 * q)));
    }
    add(random.next<KoalaBear4>());
    std::vector<std::vector<F>> map(rows.masked());
    for (std::size_t t = 0; t < map.size(); ++t) {
        std::vector<F> unit(rows.masked());
        unit[t] = F(1);
        std::vector<F> coefficients(rows.count());
        mask_column<F>(coefficients, rows, unit);
        for (std::size_t p = 0; p < points.size(); ++p) {
            const KoalaBear4 value = evaluate_column<KoalaBear4>(coefficients, points[p]);
            const std::size_t words = p < 3 * queries ? 1 : KoalaBear4::kDegree;
            for (std::size_t d = 0; d < words; ++d) {
                map[t].push_back(value[d]);
            }
        }
    }
    return map;
}

std::size_t rank_of(std::vector<std::vector<F>> map) {
    std::size_t rank = 0;
    for (std::size_t column = 0; column < map.front().size() && rank < map.size(); ++column) {
        std::size_t pivot = rank;
        while (pivot < map.size() && map[pivot][column].is_zero()) {
            ++pivot;
        }
        if (pivot == map.size()) {
            continue;
        }
        std::swap(map[pivot], map[rank]);
        const F inverse = map[rank][column].inverse();
        for (std::size_t row = rank + 1; row < map.size(); ++row) {
            const F factor = map[row][column] * inverse;
            for (std::size_t c = column; c < map[row].size(); ++c) {
                map[row][c] -= factor * map[rank][c];
            }
        }
        ++rank;
    }
    return rank;
}

/// All values that follow from one column have a map of full rank from uniform coefficients: they
/// are uniform together, whatever the column, as long as they are no more than these. On a smaller
/// group than provers use, where e and n differ as there.
TEST(Masks, MakeWhatIsOpenedUniform) {
    const Rows rows{9, 7};
    const std::size_t out_of_domain = 3 * KoalaBear4::kDegree;
    for (const std::size_t queries : {1U, 5U, 17U}) {
        const std::size_t values = 3 * queries + out_of_domain;
        ASSERT_LE(values, rows.masked());
        EXPECT_EQ(rank_of(openings_of_mask(rows, queries)), values);
    }
    EXPECT_EQ(rank_of(openings_of_mask(rows, 18)), rows.masked())
        << "66 values of 64 random numbers: two of them tell something";
    for (const SecurityProfile& profile : security_profiles()) {
        const int values = 3 * profile.queries + 3 * profile.extension_degree;
        EXPECT_LE(values, static_cast<int>(Rows{kLogRowsMin, kLogExcludedZk}.masked()));
    }
}

/// The eight numbers of noise move a total to any element of K: c_0 .. c_7 span it over F.
TEST(Masks, TotalsSpanTheField) {
    MaskRng random(MaskRng::Seed{7});
    const auto spans = [&]<class E>(const E&) {
        const E alpha = random.next<E>();
        const BusChallenge<E> challenge = bus_challenge<F>(alpha, random.next<E>());
        std::vector<std::vector<F>> map;
        for (const E& c : challenge.noise) {
            const auto words = c.coefficients();
            map.emplace_back(words.begin(), words.end());
        }
        return rank_of(map) == E::kDegree;
    };
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(spans(KoalaBear4()));
        EXPECT_TRUE(spans(Extension<F, 5>()));
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
