#include "zkvm/poly/evaluate.hpp"

#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/field/matrix.hpp"
#include "zkvm/parallel.hpp"
#include "zkvm/poly/domain.hpp"
#include "zkvm/poly/evaluate_kernels.hpp"
#include "zkvm/simd/isa.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

/// point^reverse_bits(j) for each position j.
template <class E>
std::vector<E> powers_reversed(unsigned log_size, const E& point) {
    std::vector<E> powers{E(typename E::Base(1))};
    for (unsigned i = 0; i < log_size; ++i) {
        // Bit i of a position is bit log_size - 1 - i of the exponent.
        const E factor = point.exp_power_of_2(log_size - 1 - i);
        const std::size_t known = powers.size();
        for (std::size_t j = 0; j < known; ++j) {
            powers.push_back(powers[j] * factor);
        }
    }
    return powers;
}

/// The powers of a point in bit-reversed order, z^reverse_bits(j), in factored form. Position j is
/// a block and a place in it; the bits of the place are the upper ones of the exponent. So the
/// power is that of the place, which is the same in all blocks, times that of the block.
template <class E>
class ReversedPowers {
public:
    using F = typename E::Base;

    ReversedPowers(unsigned log_size, const E& point) {
        const unsigned log_block = std::min(log_size, kLogBlock);
        const unsigned log_blocks = log_size - log_block;
        const std::vector<E> places = powers_reversed(log_block, point.exp_power_of_2(log_blocks));
        of_blocks_ = powers_reversed(log_blocks, point);
        of_places_.resize(places.size() * E::kDegree);
        for (std::size_t i = 0; i < E::kDegree; ++i) {
            for (std::size_t j = 0; j < places.size(); ++j) {
                of_places_[i * places.size() + j] = places[j][i];
            }
        }
    }

    [[nodiscard]] E evaluate(std::span<const F> coefficients) const {
        const std::size_t block = coefficients.size() / of_blocks_.size();
        return with_isa([&](auto tag) {
            using Tag = decltype(tag);
            E sum;
            for (std::size_t k = 0; k < of_blocks_.size(); ++k) {
                const F* from = coefficients.data() + k * block;
                sum += of_blocks_[k] *
                       (block < kLanesOf<Tag>
                            ? EvaluateKernels<E, Portable>::dot(from, of_places_.data(), block)
                            : EvaluateKernels<E, Tag>::dot(from, of_places_.data(), block));
            }
            return sum;
        });
    }

private:
    static constexpr unsigned kLogBlock = 11;  // 32 to 40 KiB of powers

    std::vector<E> of_blocks_;
    std::vector<F> of_places_;  // E::kDegree base columns
};

}  // namespace

template <class E>
E evaluate_column(std::span<const typename E::Base> coefficients, const E& point) {
    return ReversedPowers<E>(log2_exact(coefficients.size()), point).evaluate(coefficients);
}

template <class E>
std::vector<E> evaluate_columns(const Matrix<const typename E::Base>& coefficients,
                                const E& point) {
    std::vector<E> values(coefficients.width());
    const ReversedPowers<E> powers(log2_exact(coefficients.height()), point);
    parallel_for(0, values.size(), 1, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            values[i] = powers.evaluate(coefficients.column(i));
        }
    });
    return values;
}

#define NEXUS_INSTANTIATE(E)                                                 \
    template E evaluate_column(std::span<const typename E::Base>, const E&); \
    template std::vector<E> evaluate_columns(const Matrix<const typename E::Base>&, const E&);

NEXUS_INSTANTIATE(KoalaBear4)
NEXUS_INSTANTIATE(KoalaBear5)
NEXUS_INSTANTIATE(BabyBear4)

}  // namespace nexus::zkvm
