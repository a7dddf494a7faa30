#include "zkvm/stark/running_sum.hpp"

#include "tests/unit/zkvm/poly/naive_transform.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/stark/domain.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = KoalaBear;
using E = KoalaBear4;

E at(const Matrix<F>& columns, std::size_t row) {
    E element;
    for (std::size_t d = 0; d < E::kDegree; ++d) {
        element[d] = columns.at(row, d);
    }
    return element;
}

TEST(RunningSum, TakesEachStepLessItsShareAndComesBackToZero) {
    for (const Rows& rows : {Rows{12, 0}, Rows{12, kLogExcludedZk}, Rows{15, kLogExcludedZk}}) {
        SCOPED_TRACE(rows.log_rows);
        const std::size_t n = rows.count();
        const std::vector<F> steps = tests::some_elements<F>(E::kDegree * n, rows.log_rows);
        std::vector<F> sums = steps;
        const Matrix<F> given(const_cast<F*>(steps.data()), n, E::kDegree, n);
        const Matrix<F> columns(sums.data(), n, E::kDegree, n);
        const E total = running_sum<E>(columns, rows);
        const F count(static_cast<std::uint32_t>(rows.active() + 1));
        const E share = total * count.inverse();
        E expected_total;
        E before;
        for (std::size_t row = 0; row < n; ++row) {
            if (rows.is_excluded(row)) {
                EXPECT_EQ(at(columns, row), E()) << row;
                continue;
            }
            expected_total += at(given, row);
            EXPECT_EQ(at(columns, row) - before, at(given, row) - share) << row;
            before = at(columns, row);
        }
        EXPECT_EQ(total, expected_total);
        EXPECT_EQ(before, E()) << "a cycle";
    }
}

}  // namespace
}  // namespace nexus::zkvm
