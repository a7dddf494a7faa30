#pragma once

#include "zkvm/field/monty_lanes.hpp"
#include "zkvm/field/packed.hpp"
#include "zkvm/simd/isa.hpp"
#include "zkvm/simd/lanes.hpp"

#include <cstddef>
#include <cstdint>

namespace nexus::zkvm {

/// kLanes elements of the extension E: one Packed for each coefficient. In memory they are
/// E::kDegree base columns. For kernels: see NEXUS_INLINE.
template <class E, class Tag>
class PackedExt {
    using F = typename E::Base;
    using M = MontyLanes<F, Tag>;
    using S = Lanes<Tag>;
    using Rule = typename E::Rule;
    using Wide = typename S::Wide;
    static constexpr std::size_t D = E::kDegree;

public:
    using Extension = E;
    using P = Packed<F, Tag>;
    using IsaTag = Tag;
    static constexpr std::size_t kLanes = S::kLanes;

    /// Zeros.
    NEXUS_INLINE PackedExt() = default;
    /// Elements of the base field.
    NEXUS_INLINE explicit PackedExt(P base) { c_[0] = base; }
    NEXUS_INLINE explicit PackedExt(F base) { c_[0] = P(base); }
    /// The same element in each lane.
    NEXUS_INLINE explicit PackedExt(const E& element) {
        for (std::size_t i = 0; i < D; ++i) {
            c_[i] = P(element[i]);
        }
    }
    NEXUS_INLINE static PackedExt broadcast(const E& element) { return PackedExt(element); }

    /// From and to base columns: coefficient i of lane l lies at `column[i * stride + l]`.
    NEXUS_INLINE static PackedExt load(const F* column, std::size_t stride) {
        PackedExt packed;
        for (std::size_t i = 0; i < D; ++i) {
            packed.c_[i] = P::load(column + i * stride);
        }
        return packed;
    }
    NEXUS_INLINE void store(F* column, std::size_t stride) const {
        for (std::size_t i = 0; i < D; ++i) {
            c_[i].store(column + i * stride);
        }
    }
    /// From and to kLanes neighbouring elements; slower, since they must be taken apart.
    NEXUS_INLINE static PackedExt gather(const E* from) {
        F lanes[D][kLanes];
        for (std::size_t i = 0; i < D; ++i) {
            for (std::size_t l = 0; l < kLanes; ++l) {
                lanes[i][l] = from[l][i];
            }
        }
        return load(lanes[0], kLanes);
    }
    NEXUS_INLINE void scatter(E* to) const {
        F lanes[D][kLanes];
        store(lanes[0], kLanes);
        for (std::size_t i = 0; i < D; ++i) {
            for (std::size_t l = 0; l < kLanes; ++l) {
                to[l][i] = lanes[i][l];
            }
        }
    }

    NEXUS_INLINE const P& operator[](std::size_t i) const { return c_[i]; }
    NEXUS_INLINE P& operator[](std::size_t i) { return c_[i]; }

    NEXUS_INLINE friend PackedExt operator+(const PackedExt& a, const PackedExt& b) {
        PackedExt sum;
        for (std::size_t i = 0; i < D; ++i) {
            sum.c_[i] = a.c_[i] + b.c_[i];
        }
        return sum;
    }
    NEXUS_INLINE friend PackedExt operator-(const PackedExt& a, const PackedExt& b) {
        PackedExt difference;
        for (std::size_t i = 0; i < D; ++i) {
            difference.c_[i] = a.c_[i] - b.c_[i];
        }
        return difference;
    }
    NEXUS_INLINE friend PackedExt operator-(const PackedExt& a) {
        PackedExt negated;
        for (std::size_t i = 0; i < D; ++i) {
            negated.c_[i] = -a.c_[i];
        }
        return negated;
    }
    NEXUS_INLINE friend PackedExt operator*(const PackedExt& a, const PackedExt& b) {
        if constexpr (Rule::kIsBinomial && D == 4) {
            return product_binomial(a, b);
        } else {
            return product_folded(a, b);
        }
    }
    NEXUS_INLINE friend PackedExt operator*(const PackedExt& a, P b) {
        PackedExt product;
        for (std::size_t i = 0; i < D; ++i) {
            product.c_[i] = a.c_[i] * b;
        }
        return product;
    }
    NEXUS_INLINE friend PackedExt operator+(PackedExt a, P b) {
        a.c_[0] += b;
        return a;
    }
    NEXUS_INLINE friend PackedExt operator-(PackedExt a, P b) {
        a.c_[0] -= b;
        return a;
    }
    NEXUS_INLINE friend PackedExt operator-(P a, const PackedExt& b) { return -b + a; }
    NEXUS_INLINE friend PackedExt operator*(P a, const PackedExt& b) { return b * a; }
    NEXUS_INLINE friend PackedExt operator+(P a, const PackedExt& b) { return b + a; }
    // With the same element in each lane.
    NEXUS_INLINE friend PackedExt operator+(const PackedExt& a, const E& b) {
        return a + PackedExt(b);
    }
    NEXUS_INLINE friend PackedExt operator-(const PackedExt& a, const E& b) {
        return a - PackedExt(b);
    }
    NEXUS_INLINE friend PackedExt operator-(const E& a, const PackedExt& b) {
        return PackedExt(a) - b;
    }
    NEXUS_INLINE friend PackedExt operator*(const PackedExt& a, const E& b) {
        return a * PackedExt(b);
    }
    NEXUS_INLINE friend PackedExt operator*(const E& a, const PackedExt& b) { return b * a; }
    NEXUS_INLINE friend PackedExt operator+(const E& a, const PackedExt& b) { return b + a; }
    NEXUS_INLINE friend PackedExt operator*(const PackedExt& a, F b) { return a * P(b); }
    NEXUS_INLINE friend PackedExt operator+(const PackedExt& a, F b) { return a + P(b); }
    NEXUS_INLINE friend PackedExt operator-(const PackedExt& a, F b) { return a - P(b); }
    template <class Other>
    NEXUS_INLINE PackedExt& operator+=(const Other& b) {
        return *this = *this + b;
    }
    template <class Other>
    NEXUS_INLINE PackedExt& operator-=(const Other& b) {
        return *this = *this - b;
    }
    template <class Other>
    NEXUS_INLINE PackedExt& operator*=(const Other& b) {
        return *this = *this * b;
    }

    [[nodiscard]] NEXUS_INLINE PackedExt square() const { return *this * *this; }
    [[nodiscard]] NEXUS_INLINE PackedExt doubled() const { return *this + *this; }

    /// Each lane to the power p.
    [[nodiscard]] NEXUS_INLINE PackedExt frobenius() const {
        PackedExt result(c_[0]);
        for (std::size_t i = 1; i < D; ++i) {
            for (std::size_t j = 0; j < D; ++j) {
                result.c_[j] += c_[i] * E::frobenius_of_power(i)[j];
            }
        }
        return result;
    }
    /// The inverse of each lane; zero where the lane is zero.
    [[nodiscard]] NEXUS_INLINE PackedExt inverse() const {
        PackedExt conjugate = frobenius();
        PackedExt others = conjugate;
        for (std::size_t i = 2; i < D; ++i) {
            conjugate = conjugate.frobenius();
            others *= conjugate;
        }
        return others * (others * *this).c_[0].inverse();
    }

    /// The sum of all lanes.
    [[nodiscard]] NEXUS_INLINE E sum() const {
        E total;
        for (std::size_t i = 0; i < D; ++i) {
            total[i] = c_[i].sum();
        }
        return total;
    }

private:
    NEXUS_INLINE static Wide wide(P a, P b) { return S::mul_wide(a.vector(), b.vector()); }

    /// x^4 = W: each coefficient is a sum of four products once b is also there times W.
    NEXUS_INLINE static PackedExt product_binomial(const PackedExt& a, const PackedExt& b) {
        P scaled[D];
        for (std::size_t i = 1; i < D; ++i) {
            scaled[i] = times_constant(b.c_[i]);
        }
        PackedExt product;
        for (std::size_t k = 0; k < D; ++k) {
            Wide sum = wide(a.c_[0], b.c_[k]);
            for (std::size_t i = 1; i < D; ++i) {
                const P& other = i <= k ? b.c_[k - i] : scaled[k + D - i];
                sum = S::add_wide(sum, wide(a.c_[i], other));
            }
            product.c_[k] = P::from_vector(M::reduce_sum_of_4(sum));
        }
        return product;
    }
    NEXUS_INLINE static P times_constant(P value) {
        if constexpr (Rule::kConstant == 3) {
            return value.doubled() + value;
        } else {
            return value * F(Rule::kConstant);
        }
    }

    /// All 2D - 1 coefficients, then the rule.
    NEXUS_INLINE static PackedExt product_folded(const PackedExt& a, const PackedExt& b) {
        P all[2 * D - 1];
        for (std::size_t k = 0; k < 2 * D - 1; ++k) {
            const std::size_t first = k < D ? 0 : k - D + 1;
            Wide sum = wide(a.c_[first], b.c_[k - first]);
            for (std::size_t i = first + 1; i < D && i <= k; ++i) {
                if (i - first >= 4 && (i - first) % 2 == 0) {
                    sum = M::fold_wide(sum);  // leaves room for two more products
                }
                sum = S::add_wide(sum, wide(a.c_[i], b.c_[k - i]));
            }
            all[k] = P::from_vector(M::reduce_sum_of_4(sum));
        }
        Rule::fold(all);
        PackedExt product;
        for (std::size_t i = 0; i < D; ++i) {
            product.c_[i] = all[i];
        }
        return product;
    }

    P c_[D];
};

}  // namespace nexus::zkvm
