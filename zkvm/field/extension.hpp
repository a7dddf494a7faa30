#pragma once

#include "base/assert.hpp"
#include "zkvm/simd/isa.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nexus::zkvm {

/// How powers of x from x^D on fold into lower ones, for scalars and packed values (V) alike.
template <class F, std::size_t D>
struct ExtensionRule;

/// x^D = W.
template <std::uint32_t W>
struct BinomialRule {
    static constexpr std::uint32_t kConstant = W;  ///< x^D
    static constexpr bool kIsBinomial = true;
};

/// x^5 = 1 - x^2, hence x^6 = x - x^3, x^7 = x^2 - x^4, x^8 = x^3 + x^2 - 1.
struct QuinticTrinomialRule {
    static constexpr bool kIsBinomial = false;

    /// `c` has 9 coefficients; afterwards the lower 5 are the answer.
    template <class V>
    NEXUS_INLINE static constexpr void fold(V* c) {
        c[0] = c[0] + c[5] - c[8];
        c[1] = c[1] + c[6];
        c[2] = c[2] + c[7] - c[5] + c[8];
        c[3] = c[3] + c[8] - c[6];
        c[4] = c[4] - c[7];
    }
};

/// An element `c_0 + c_1 x + ..` of the extension of degree D over F that ExtensionRule<F, D>
/// names.
template <class F, std::size_t D>
class Extension {
public:
    using Base = F;
    using Rule = ExtensionRule<F, D>;
    static constexpr std::size_t kDegree = D;  ///< Over the base field.

    constexpr Extension() = default;
    /// An element of the base field.
    NEXUS_INLINE explicit constexpr Extension(F base) { c_[0] = base; }
    /// The class of a number.
    NEXUS_INLINE explicit constexpr Extension(std::uint32_t number) { c_[0] = F(number); }
    explicit constexpr Extension(const std::array<F, D>& coefficients) {
        for (std::size_t i = 0; i < D; ++i) {
            c_[i] = coefficients[i];
        }
    }
    /// x, the root that was adjoined.
    [[nodiscard]] static constexpr Extension root() {
        Extension x;
        x.c_[1] = F(1);
        return x;
    }

    /// Lowest first.
    [[nodiscard]] constexpr std::array<F, D> coefficients() const {
        std::array<F, D> all;
        for (std::size_t i = 0; i < D; ++i) {
            all[i] = c_[i];
        }
        return all;
    }
    NEXUS_INLINE constexpr F operator[](std::size_t i) const { return c_[i]; }
    NEXUS_INLINE constexpr F& operator[](std::size_t i) { return c_[i]; }

    NEXUS_INLINE friend constexpr Extension operator+(Extension a, const Extension& b) {
        for (std::size_t i = 0; i < D; ++i) {
            a.c_[i] += b.c_[i];
        }
        return a;
    }
    NEXUS_INLINE friend constexpr Extension operator-(Extension a, const Extension& b) {
        for (std::size_t i = 0; i < D; ++i) {
            a.c_[i] -= b.c_[i];
        }
        return a;
    }
    NEXUS_INLINE friend constexpr Extension operator-(Extension a) {
        for (std::size_t i = 0; i < D; ++i) {
            a.c_[i] = -a.c_[i];
        }
        return a;
    }
    NEXUS_INLINE friend constexpr Extension operator*(const Extension& a, const Extension& b) {
        return product(a, b);
    }
    NEXUS_INLINE friend constexpr Extension operator*(Extension a, F b) {
        for (std::size_t i = 0; i < D; ++i) {
            a.c_[i] *= b;
        }
        return a;
    }
    NEXUS_INLINE friend constexpr Extension operator*(F a, const Extension& b) { return b * a; }
    NEXUS_INLINE friend constexpr Extension operator+(Extension a, F b) {
        a.c_[0] += b;
        return a;
    }
    NEXUS_INLINE friend constexpr Extension operator+(F a, const Extension& b) { return b + a; }
    NEXUS_INLINE friend constexpr Extension operator-(Extension a, F b) {
        a.c_[0] -= b;
        return a;
    }
    NEXUS_INLINE friend constexpr Extension operator-(F a, const Extension& b) { return -b + a; }
    template <class Other>
    NEXUS_INLINE constexpr Extension& operator+=(const Other& b) {
        return *this = *this + b;
    }
    template <class Other>
    NEXUS_INLINE constexpr Extension& operator-=(const Other& b) {
        return *this = *this - b;
    }
    template <class Other>
    NEXUS_INLINE constexpr Extension& operator*=(const Other& b) {
        return *this = *this * b;
    }

    NEXUS_INLINE friend constexpr bool operator==(const Extension& a, const Extension& b) {
        bool equal = true;
        for (std::size_t i = 0; i < D; ++i) {
            equal = equal && a.c_[i] == b.c_[i];
        }
        return equal;
    }
    [[nodiscard]] constexpr bool is_zero() const { return *this == Extension(); }

    [[nodiscard]] constexpr Extension square() const { return *this * *this; }
    [[nodiscard]] constexpr Extension doubled() const { return *this + *this; }

    /// This to the power `exponent`; the power 0 is one.
    [[nodiscard]] constexpr Extension pow(std::uint64_t exponent) const {
        Extension result(F(1));
        Extension square = *this;
        for (; exponent != 0; exponent >>= 1U) {
            if ((exponent & 1U) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }

    /// This to the power 2^log.
    [[nodiscard]] constexpr Extension exp_power_of_2(unsigned log) const {
        Extension result = *this;
        for (unsigned i = 0; i < log; ++i) {
            result *= result;
        }
        return result;
    }

    /// This to the power p: a linear map, since x -> x^p is.
    [[nodiscard]] constexpr Extension frobenius() const {
        Extension result;
        for (std::size_t i = 0; i < D; ++i) {
            result += Extension(frobenius_of_power(i)) * c_[i];
        }
        return result;
    }

    /// Pre: not zero. With N = a^(1 + p + .. + p^(D-1)), which lies in the base field,
    /// a^-1 = a^(p + .. + p^(D-1)) / N.
    [[nodiscard]] constexpr Extension inverse() const {
        NEXUS_ASSERT(!is_zero());
        Extension conjugate = frobenius();
        Extension others = conjugate;
        for (std::size_t i = 2; i < D; ++i) {
            conjugate = conjugate.frobenius();
            others *= conjugate;
        }
        const Extension norm = others * *this;
        return others * norm.c_[0].inverse();
    }

    /// (x^i)^p.
    [[nodiscard]] NEXUS_INLINE static constexpr Extension frobenius_of_power(std::size_t i) {
        return kFrobenius<Extension>.powers[i];
    }

private:
    struct Powers {
        Extension powers[D];
    };
    template <class Self>  // a template, because the class is complete only where it is used
    static constexpr auto kFrobenius = [] {
        typename Self::Powers table{};
        const Self x_to_p = Self::root().pow(F::kModulus);
        Self power(F(1));
        for (std::size_t i = 0; i < D; ++i) {
            table.powers[i] = power;
            power *= x_to_p;
        }
        return table;
    }();

    NEXUS_INLINE static constexpr Extension product(const Extension& a, const Extension& b) {
        F wide[2 * D - 1];
        for (std::size_t i = 0; i < D; ++i) {
            for (std::size_t j = 0; j < D; ++j) {
                wide[i + j] += a.c_[i] * b.c_[j];
            }
        }
        if constexpr (Rule::kIsBinomial) {
            for (std::size_t i = 0; i + 1 < D; ++i) {
                wide[i] += wide[i + D] * F(Rule::kConstant);
            }
        } else {
            Rule::fold(wide);
        }
        Extension result;
        for (std::size_t i = 0; i < D; ++i) {
            result.c_[i] = wide[i];
        }
        return result;
    }

    F c_[D];
};

}  // namespace nexus::zkvm
