#include "tests/property/zkvm/seeded.hpp"
#include "tests/support/zkvm/packed_probe.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/simd/isa.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <rapidcheck.h>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::check;
using tests::element;
using tests::extension_element;
using tests::PackedProbe;

template <class E>
class PackedProperty : public ::testing::Test {};
using Extensions = ::testing::Types<KoalaBear4, KoalaBear5, BabyBear4>;
TYPED_TEST_SUITE(PackedProperty, Extensions);

template <class T>
std::array<T, kLanesMax> lanes_of(const rc::Gen<T>& any) {
    std::array<T, kLanesMax> lanes;
    for (T& lane : lanes) {
        lane = *any;
    }
    return lanes;
}

template <class T, std::size_t N>
struct Results {
    std::array<std::array<T, kLanesMax>, N> values;
    std::array<T*, N> pointers;
    Results() {
        for (std::size_t i = 0; i < N; ++i) {
            pointers[i] = values[i].data();
        }
    }
};

TYPED_TEST(PackedProperty, EqualsScalarArithmeticOfTheBaseField) {
    using E = TypeParam;
    using F = typename E::Base;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        EXPECT_TRUE(check(std::string("base field, ") + std::string(to_string(isa)), [] {
            const auto a = lanes_of(element<F>());
            const auto b = lanes_of(element<F>());
            const F s = *element<F>();
            with_isa([&](auto tag) {
                using Probe = PackedProbe<E, decltype(tag)>;
                Results<F, Probe::kBaseResults> got;
                Probe::base(a.data(), b.data(), &s, got.pointers.data());
                for (std::size_t l = 0; l < kLanesOf<decltype(tag)>; ++l) {
                    const F inverse = a[l].is_zero() ? F() : a[l].inverse();
                    const std::array<F, Probe::kBaseResults> want = {
                        a[l] + b[l],  a[l] - b[l], -a[l],    a[l] * b[l],
                        a[l].halve(), inverse,     a[l] + s, a[l] * s};
                    for (std::size_t i = 0; i < want.size(); ++i) {
                        // Words, since they must be reduced too.
                        RC_ASSERT(got.values[i][l].word() == want[i].word());
                    }
                }
            });
        }));
    }
}

TYPED_TEST(PackedProperty, EqualsScalarArithmeticOfTheExtension) {
    using E = TypeParam;
    using F = typename E::Base;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        EXPECT_TRUE(check(std::string("extension, ") + std::string(to_string(isa)), [] {
            const auto a = lanes_of(extension_element<E>());
            const auto b = lanes_of(extension_element<E>());
            const auto f = lanes_of(element<F>());
            const E s = *extension_element<E>();
            with_isa([&](auto tag) {
                using Probe = PackedProbe<E, decltype(tag)>;
                Results<E, Probe::kExtensionResults> got;
                Probe::extension(a.data(), b.data(), f.data(), &s, got.pointers.data());
                for (std::size_t l = 0; l < kLanesOf<decltype(tag)>; ++l) {
                    const E inverse = a[l].is_zero() ? E() : a[l].inverse();
                    const std::array<E, Probe::kExtensionResults> want = {
                        a[l] + b[l], a[l] - b[l], -a[l],       a[l] * b[l],     a[l] * a[l],
                        a[l] + f[l], a[l] - f[l], a[l] * f[l], a[l] + s,        a[l] - s,
                        s - a[l],    a[l] * s,    inverse,     a[l].frobenius()};
                    for (std::size_t i = 0; i < want.size(); ++i) {
                        RC_ASSERT(got.values[i][l] == want[i]);
                    }
                }
            });
        }));
    }
}

TYPED_TEST(PackedProperty, SurvivesTheLargestWords) {
    using E = TypeParam;
    using F = typename E::Base;
    std::array<E, kLanesMax> a;
    for (E& lane : a) {
        for (std::size_t i = 0; i < E::kDegree; ++i) {
            lane[i] = F::from_word(F::kModulus - 1);
        }
    }
    const std::array<F, kLanesMax> f{};
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        with_isa([&](auto tag) {
            using Probe = PackedProbe<E, decltype(tag)>;
            Results<E, Probe::kExtensionResults> got;
            Probe::extension(a.data(), a.data(), f.data(), a.data(), got.pointers.data());
            EXPECT_EQ(got.values[3][0], a[0] * a[0])
                << to_string(isa) << ": sums of products have the most they can hold";
        });
    }
}

TYPED_TEST(PackedProperty, InvertsBatches) {
    using E = TypeParam;
    using F = typename E::Base;
    constexpr std::size_t kCount = 16;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        EXPECT_TRUE(check(std::string("batches, ") + std::string(to_string(isa)), [] {
            const E first = *extension_element<E>() + F(1);
            with_isa([&](auto tag) {
                constexpr std::size_t kLanes = kLanesOf<decltype(tag)>;
                std::vector<E> elements(kCount * kLanes);
                E next = first;
                for (E& slot : elements) {
                    slot = next.is_zero() ? E(F(1)) : next;
                    next = next * first + E::root();
                }
                for (const std::size_t count : {std::size_t{0}, std::size_t{1}, kCount}) {
                    std::vector<E> inverses = elements;
                    PackedProbe<E, decltype(tag)>::invert(inverses.data(), count);
                    for (std::size_t i = 0; i < count * kLanes; ++i) {
                        RC_ASSERT(inverses[i] * elements[i] == E(F(1)));
                    }
                }
            });
        }));
    }
}

}  // namespace
}  // namespace nexus::zkvm
