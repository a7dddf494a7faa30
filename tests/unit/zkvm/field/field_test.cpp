#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace nexus::zkvm {
namespace {

static_assert(sizeof(KoalaBear) == 4 && std::is_trivially_copyable_v<KoalaBear>);
static_assert(sizeof(BabyBear) == 4 && std::is_trivially_copyable_v<BabyBear>);
static_assert(sizeof(KoalaBear5) == 20 && std::is_trivially_copyable_v<KoalaBear5>);
static_assert(KoalaBear().value() == 0, "the default is zero");
static_assert((KoalaBear(5) * KoalaBear(5).inverse()).value() == 1, "all of it at compile time");
static_assert(KoalaBear4(7).inverse() == KoalaBear4(KoalaBear(7).inverse()));

template <class F>
class Field : public ::testing::Test {};
using Fields = ::testing::Types<KoalaBear, BabyBear>;
TYPED_TEST_SUITE(Field, Fields);

/// The primes that divide p - 1.
template <class F>
std::vector<std::uint32_t> prime_factors() {
    std::vector<std::uint32_t> primes;
    std::uint32_t rest = F::kModulus - 1;
    for (std::uint32_t q = 2; rest > 1; ++q) {
        if (rest % q == 0) {
            primes.push_back(q);
        }
        while (rest % q == 0) {
            rest /= q;
        }
    }
    return primes;
}

TYPED_TEST(Field, HasAPrimeModulus) {
    constexpr std::uint32_t kModulus = TypeParam::kModulus;
    for (std::uint32_t q = 2; std::uint64_t{q} * q <= kModulus; ++q) {
        ASSERT_NE(kModulus % q, 0U) << q;
    }
}

TYPED_TEST(Field, HasAGenerator) {
    using F = TypeParam;
    EXPECT_EQ(F::generator().pow(F::kModulus - 1), F(1));
    for (const std::uint32_t q : prime_factors<F>()) {
        EXPECT_NE(F::generator().pow((F::kModulus - 1) / q), F(1)) << q;
    }
}

TYPED_TEST(Field, HasRootsOfUnityThatAreSquaresOfEachOther) {
    using F = TypeParam;
    EXPECT_EQ((F::kModulus - 1) % (1U << F::kTwoAdicity), 0U);
    EXPECT_EQ((F::kModulus - 1) >> F::kTwoAdicity & 1U, 1U) << "no larger power of two";
    EXPECT_EQ(F::two_adic_generator(0), F(1));
    EXPECT_EQ(F::two_adic_generator(1), -F(1));
    for (unsigned log = 1; log <= F::kTwoAdicity; ++log) {
        EXPECT_EQ(F::two_adic_generator(log).square(), F::two_adic_generator(log - 1)) << log;
    }
}

TEST(KoalaBearField, KnowsItsNumbers) {
    EXPECT_EQ(KoalaBear::kModulus, 2'130'706'433U);
    EXPECT_EQ(KoalaBear(KoalaBear::kModulus).value(), 0U);
    EXPECT_EQ(KoalaBear(0xffff'ffff).value(), 0xffff'ffff % 2'130'706'433U);
    EXPECT_EQ((KoalaBear(123'456'789) * KoalaBear(987'654'321)).value(),
              123'456'789ULL * 987'654'321ULL % 2'130'706'433ULL);
    EXPECT_EQ(KoalaBear(1).word(), (1ULL << 32U) % 2'130'706'433ULL) << "Montgomery's radix";
}

template <class E>
class ExtensionField : public ::testing::Test {};
using Extensions = ::testing::Types<KoalaBear4, KoalaBear5, BabyBear4>;
TYPED_TEST_SUITE(ExtensionField, Extensions);

/// Coefficients of a polynomial over F, lowest first; no trailing zero.
template <class F>
using Poly = std::vector<F>;

template <class F>
Poly<F> remainder(Poly<F> a, const Poly<F>& b) {
    const F lead = b.back().inverse();
    while (a.size() >= b.size()) {
        const F factor = a.back() * lead;
        for (std::size_t i = 0; i < b.size(); ++i) {
            a[a.size() - b.size() + i] -= factor * b[i];
        }
        while (!a.empty() && a.back().is_zero()) {
            a.pop_back();
        }
    }
    return a;
}

/// Rabin's test of f, computed by plain polynomial division: x^(p^D) = x mod f, and
/// x^(p^(D/q)) - x has no factor with f for any prime q that divides D.
template <class F>
bool is_irreducible(const Poly<F>& f) {
    const auto multiply = [&](const Poly<F>& a, const Poly<F>& b) {
        Poly<F> product(a.size() + b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            for (std::size_t j = 0; j < b.size(); ++j) {
                product[i + j] += a[i] * b[j];
            }
        }
        while (!product.empty() && product.back().is_zero()) {
            product.pop_back();
        }
        return remainder(product, f);
    };
    const auto to_the_prime = [&](Poly<F> base) {
        Poly<F> result{F(1)};
        for (std::uint32_t e = F::kModulus; e != 0; e >>= 1U) {
            result = (e & 1U) != 0 ? multiply(result, base) : result;
            base = multiply(base, base);
        }
        return result;
    };
    const std::size_t degree = f.size() - 1;
    const std::size_t largest_proper = degree == 4 ? 2 : 1;  // for 4 = 2^2 and for 5
    const Poly<F> x{F(), F(1)};
    Poly<F> power = x;
    for (std::size_t i = 1; i <= degree; ++i) {
        power = to_the_prime(power);
        if (i == largest_proper) {
            Poly<F> a = f;
            Poly<F> b = power;
            b.resize(std::max<std::size_t>(b.size(), 2));
            b[1] -= F(1);
            while (!b.empty() && b.back().is_zero()) {
                b.pop_back();
            }
            while (!b.empty()) {
                Poly<F> rest = remainder(a, b);
                a = b;
                b = rest;
            }
            if (a.size() > 1) {
                return false;
            }
        }
    }
    return power == x;
}

TYPED_TEST(ExtensionField, IsMadeWithAnIrreduciblePolynomial) {
    using E = TypeParam;
    using F = typename E::Base;
    // x^D as the extension sees it, so the polynomial is x^D minus that.
    const auto tail = E::root().pow(E::kDegree).coefficients();
    Poly<F> f;
    for (const F coefficient : tail) {
        f.push_back(-coefficient);
    }
    f.push_back(F(1));
    EXPECT_TRUE(is_irreducible(f));
    f[0] = F();  // divisible by x
    EXPECT_FALSE(is_irreducible(f)) << "the test itself";
}

TYPED_TEST(ExtensionField, MultipliesAsPolynomialsDo) {
    using E = TypeParam;
    using F = typename E::Base;
    E power(F(1));
    for (std::size_t i = 0; i + 1 < E::kDegree; ++i) {
        EXPECT_EQ(power[i], F(1)) << "x^" << i << " is a basis element";
        power *= E::root();
    }
}

TEST(ExtensionFields, KnowTheirPolynomials) {
    EXPECT_EQ(KoalaBear4::root().pow(4), KoalaBear4(3));
    EXPECT_EQ(BabyBear4::root().pow(4), BabyBear4(11));
    const KoalaBear5 x = KoalaBear5::root();
    EXPECT_EQ(x.pow(5) + x.pow(2), KoalaBear5(1));
}

}  // namespace
}  // namespace nexus::zkvm
