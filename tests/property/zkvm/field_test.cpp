#include "tests/property/zkvm/seeded.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/batch_inverse.hpp"
#include "zkvm/field/koala_bear.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <rapidcheck.h>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::check;
using tests::element;
using tests::extension_element;

template <class F>
class FieldProperty : public ::testing::Test {};
using Fields = ::testing::Types<KoalaBear, BabyBear>;
TYPED_TEST_SUITE(FieldProperty, Fields);

template <class E>
class ExtensionProperty : public ::testing::Test {};
using Extensions = ::testing::Types<KoalaBear4, KoalaBear5, BabyBear4>;
TYPED_TEST_SUITE(ExtensionProperty, Extensions);

TYPED_TEST(FieldProperty, AgreesWithWholeNumbers) {
    using F = TypeParam;
    EXPECT_TRUE(check("arithmetic modulo p", [](std::uint32_t a, std::uint32_t b, std::uint64_t c) {
        constexpr std::uint64_t kModulus = F::kModulus;
        const std::uint64_t x = a % kModulus;
        const std::uint64_t y = b % kModulus;
        RC_ASSERT(F(a).value() == x);
        RC_ASSERT((F(a) + F(b)).value() == (x + y) % kModulus);
        RC_ASSERT((F(a) - F(b)).value() == (x + kModulus - y) % kModulus);
        RC_ASSERT((F(a) * F(b)).value() == x * y % kModulus);
        RC_ASSERT((-F(a)).value() == (kModulus - x) % kModulus);
        RC_ASSERT(F::from_u64(c).value() == c % kModulus);
        const auto signed_c = static_cast<std::int64_t>(c);
        const __int128 residue = ((__int128{signed_c} % kModulus) + kModulus) % kModulus;
        RC_ASSERT(F::from_i64(signed_c).value() == static_cast<std::uint64_t>(residue));
        RC_ASSERT((F(a) == F(b)) == (x == y));
    }));
}

TYPED_TEST(FieldProperty, KeepsTheWordBelowTheModulus) {
    using F = TypeParam;
    EXPECT_TRUE(check("canonical words", [] {
        const F a = *element<F>();
        const F b = *element<F>();
        for (const F c : {a + b, a - b, a * b, -a, a.halve(), a.doubled(), a.square()}) {
            RC_ASSERT(c.word() < F::kModulus);
            RC_ASSERT(F::from_word(c.word()) == c);
        }
        RC_ASSERT(a.halve() + a.halve() == a);
    }));
}

/// The axioms that do not follow from agreement with whole numbers, for any field type.
template <class E>
void expect_field(const rc::Gen<E>& any) {
    using F = typename E::Base;
    EXPECT_TRUE(check("field axioms", [&] {
        const E a = *any;
        const E b = *any;
        const E c = *any;
        RC_ASSERT(a + b == b + a);
        RC_ASSERT(a * b == b * a);
        RC_ASSERT((a + b) + c == a + (b + c));
        RC_ASSERT((a * b) * c == a * (b * c));
        RC_ASSERT(a * (b + c) == a * b + a * c);
        RC_ASSERT(a + E() == a);
        RC_ASSERT(a * E(F(1)) == a);
        RC_ASSERT((a + (-a)).is_zero());
        RC_ASSERT(a - b == a + (-b));
        if (!a.is_zero()) {
            RC_ASSERT(a * a.inverse() == E(F(1)));
        }
        RC_ASSERT(a.square() == a * a);
        RC_ASSERT(a.pow(5) == a * a * a * a * a);
        RC_ASSERT(a.pow(0) == E(F(1)));
        RC_ASSERT(a.exp_power_of_2(3) == a.pow(8));
    }));
}

TYPED_TEST(FieldProperty, IsAField) { expect_field(element<TypeParam>()); }
TYPED_TEST(ExtensionProperty, IsAField) { expect_field(extension_element<TypeParam>()); }

TYPED_TEST(ExtensionProperty, ContainsTheBaseField) {
    using E = TypeParam;
    using F = typename E::Base;
    EXPECT_TRUE(check("mixed operations", [] {
        const E a = *extension_element<E>();
        const F b = *element<F>();
        RC_ASSERT(a + b == a + E(b));
        RC_ASSERT(b + a == a + E(b));
        RC_ASSERT(a - b == a - E(b));
        RC_ASSERT(b - a == E(b) - a);
        RC_ASSERT(a * b == a * E(b));
        RC_ASSERT(b * a == a * E(b));
        RC_ASSERT(E(a.coefficients()) == a);
    }));
}

TYPED_TEST(ExtensionProperty, RaisesToThePowerOfThePrime) {
    using E = TypeParam;
    EXPECT_TRUE(check("frobenius", [] {
        const E a = *extension_element<E>();
        RC_ASSERT(a.frobenius() == a.pow(E::Base::kModulus));
    }));
}

template <class E>
void expect_batch_inverse(const rc::Gen<E>& any) {
    EXPECT_TRUE(check("batch inversion", [&] {
        const auto size = *rc::gen::inRange<std::size_t>(0, 600);
        const E first = *rc::gen::suchThat(any, [](const E& e) { return !e.is_zero(); });
        std::vector<E> elements(size);
        E next = first;
        for (E& slot : elements) {
            slot = next.is_zero() ? first : next;
            next = next * first + E(typename E::Base(1));
        }
        std::vector<E> inverses = elements;
        batch_inverse(std::span<E>(inverses));
        for (std::size_t i = 0; i < size; ++i) {
            RC_ASSERT(inverses[i] * elements[i] == E(typename E::Base(1)));
        }
    }));
}

TYPED_TEST(FieldProperty, InvertsBatches) { expect_batch_inverse(element<TypeParam>()); }
TYPED_TEST(ExtensionProperty, InvertsBatches) {
    expect_batch_inverse(extension_element<TypeParam>());
}

}  // namespace
}  // namespace nexus::zkvm
