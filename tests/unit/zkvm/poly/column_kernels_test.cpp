#include "zkvm/poly/column_kernels.hpp"

#include "tests/unit/zkvm/poly/naive_transform.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/simd/isa.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = KoalaBear;

TEST(ColumnKernels, AddWithEachInstructionSetAndAnySize) {
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (const std::size_t size : {0U, 1U, 15U, 16U, 53U}) {
            SCOPED_TRACE(std::string(to_string(isa)) + " " + std::to_string(size));
            const std::vector<F> a = tests::some_elements<F>(size, 1);
            const std::vector<F> b = tests::some_elements<F>(size, 2);
            std::vector<F> sums = a;
            std::vector<F> expected(size);
            for (std::size_t i = 0; i < size; ++i) {
                expected[i] = a[i] + b[i] + F(9);
            }
            with_isa([&](auto tag) {
                ColumnKernels<F, decltype(tag)>::add(sums.data(), b.data(), size);
                ColumnKernels<F, decltype(tag)>::add_value(sums.data(), F(9), size);
            });
            EXPECT_EQ(sums, expected);
        }
    }
}

}  // namespace
}  // namespace nexus::zkvm
