#include "zkvm/poly/transform.hpp"

#include "base/assert.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/poly/transform_kernels.hpp"
#include "zkvm/poly/transform_plan.hpp"
#include "zkvm/simd/isa.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

/// Columns that share the twiddles of a strip, which take a product for each row to make.
constexpr std::size_t kColumns = 8;
constexpr std::size_t kBlocksPerTask = 8;
constexpr std::size_t kStripsPerTask = 8;

constexpr std::size_t kLineWords = 16;
struct alignas(64) Line {
    std::uint32_t words[kLineWords];
};

/// Calls `visit` with the active instruction set, or with Portable where blocks are too small.
template <class F, class Visit>
void with_kernels(const TransformPlan<F>& plan, const Visit& visit) {
    with_isa([&](auto tag) {
        if (plan.block() >= TransformKernels<F, decltype(tag)>::kBlockMin) {
            visit(tag);
        } else {
            visit(Portable{});
        }
    });
}

/// Calls `strip(column pointer, table, buffer)` for each strip of each column.
template <class F, class Tag, class Strip>
void for_strips(const TransformPlan<F>& plan, const Matrix<F>& columns, const Strip& strip) {
    parallel_for(0, plan.strips(), kStripsPerTask, [&](std::size_t first, std::size_t last) {
        std::vector<Line> scratch(2 * plan.rows() * kStripWords / kLineWords);
        F* table = reinterpret_cast<F*>(scratch.data());
        F* buffer = table + plan.rows() * kStripWords;
        for (std::size_t k = first; k < last; ++k) {
            TransformKernels<F, Tag>::strip_twiddles(table, plan.rows(), plan.strip_start(k),
                                                     plan.points(), plan.roots());
            for (std::size_t i = 0; i < columns.width(); ++i) {
                strip(columns.column(i).data() + k * kStripWords, table, buffer);
            }
        }
    });
}

/// Calls `block(column, row)` for each row of the grid of each column.
template <class F, class Block>
void for_blocks(const TransformPlan<F>& plan, const Matrix<F>& columns, const Block& block) {
    parallel_for(0, plan.rows() * columns.width(), kBlocksPerTask,
                 [&](std::size_t first, std::size_t last) {
                     for (std::size_t k = first; k < last; ++k) {
                         block(k / plan.rows(), k % plan.rows());
                     }
                 });
}

/// Calls `group(first, count)` for groups of neighbouring columns, in parallel.
template <class Group>
void for_groups(std::size_t width, const Group& group) {
    parallel_for(0, width, kColumns,
                 [&](std::size_t first, std::size_t last) { group(first, last - first); });
}

template <class F>
void inverse_columns(const TransformPlan<F>& plan, const Matrix<F>& columns) {
    with_kernels(plan, [&](auto tag) {
        using Tag = decltype(tag);
        using Kernels = TransformKernels<F, Tag>;
        if (plan.rows() > 1) {
            for_strips<F, Tag>(plan, columns, [&](F* data, const F* table, F* buffer) {
                Kernels::inverse_strip(data, plan.rows(), plan.block(), table, buffer);
            });
        }
        for_blocks(plan, columns, [&](std::size_t column, std::size_t row) {
            F* data = columns.column(column).data() + row * plan.block();
            Kernels::inverse_block(data, plan.block(), plan.block_twiddles(), plan.scale());
        });
    });
}

/// From `coefficients` where they are another matrix, else in place.
template <class F>
void forward_columns(const TransformPlan<F>& plan, const Matrix<const F>& coefficients,
                     unsigned log_blowup, const Matrix<F>& columns) {
    const bool in_place = coefficients.data() == columns.data();
    with_kernels(plan, [&](auto tag) {
        using Tag = decltype(tag);
        using Kernels = TransformKernels<F, Tag>;
        for_blocks(plan, columns, [&](std::size_t column, std::size_t row) {
            const std::size_t at = row * plan.block();
            F* data = columns.column(column).data() + at;
            if (!in_place) {
                const F* from = coefficients.column(column).data() + (at >> log_blowup);
                Kernels::spread(from, log_blowup, plan.block(), data);
            }
            Kernels::forward_block(data, plan.block(), std::size_t{1} << log_blowup,
                                   plan.block_twiddles());
        });
        if (plan.rows() > 1) {
            for_strips<F, Tag>(plan, columns, [&](F* data, const F* table, F* buffer) {
                Kernels::forward_strip(data, plan.rows(), plan.block(), table, buffer);
            });
        }
    });
}

template <class F>
Matrix<F> as_matrix(std::span<F> column) {
    return {column.data(), column.size(), 1, column.size()};
}

}  // namespace

template <class F>
void inverse_transform(const Matrix<F>& columns, F shift) {
    const TransformPlan<F> plan(log2_exact(columns.height()), shift, true);
    for_groups(columns.width(), [&](std::size_t first, std::size_t count) {
        inverse_columns(plan, columns.columns(first, count));
    });
}

template <class F>
void inverse_transform(std::span<F> column, F shift) {
    inverse_transform(as_matrix(column), shift);
}

template <class F>
void forward_transform(std::span<F> column, F shift) {
    const TransformPlan<F> plan(log2_exact(column.size()), shift, false);
    forward_columns<F>(plan, as_matrix(column), 0, as_matrix(column));
}

template <class F>
void low_degree_extension(const Matrix<const F>& coefficients, unsigned log_blowup, F shift,
                          const Matrix<F>& evaluations) {
    NEXUS_ASSERT(coefficients.width() == evaluations.width());
    NEXUS_ASSERT(evaluations.height() == coefficients.height() << log_blowup);
    const TransformPlan<F> plan(log2_exact(evaluations.height()), shift, false);
    for_groups(coefficients.width(), [&](std::size_t first, std::size_t count) {
        forward_columns(plan, coefficients.columns(first, count), log_blowup,
                        evaluations.columns(first, count));
    });
}

template <class F>
void low_degree_extension(std::span<const F> coefficients, unsigned log_blowup, F shift,
                          std::span<F> evaluations) {
    low_degree_extension(as_matrix(coefficients), log_blowup, shift, as_matrix(evaluations));
}

#define NEXUS_INSTANTIATE(F)                                                           \
    template void inverse_transform(std::span<F>, F);                                  \
    template void inverse_transform(const Matrix<F>&, F);                              \
    template void forward_transform(std::span<F>, F);                                  \
    template void low_degree_extension(std::span<const F>, unsigned, F, std::span<F>); \
    template void low_degree_extension(const Matrix<const F>&, unsigned, F, const Matrix<F>&);

NEXUS_INSTANTIATE(KoalaBear)
NEXUS_INSTANTIATE(BabyBear)

}  // namespace nexus::zkvm
