#include "zkvm/commit/transcript.hpp"

#include "base/bytes.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_sha256.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

template <class H>
class EveryTranscript : public ::testing::Test {};
template <class H>
using Talk = Transcript<KoalaBear, KoalaBear4, H>;
using Hashes = ::testing::Types<Blake3, MerkleSha256>;
TYPED_TEST_SUITE(EveryTranscript, Hashes);

TYPED_TEST(EveryTranscript, GivesBothSidesTheSameCoins) {
    using T = Talk<TypeParam>;
    const auto talk = [](T& t) {
        t.absorb_u64("height", 20);
        t.absorb_digest("root", Digest{{1, 2, 3}});
        const KoalaBear4 alpha = t.sample_extension("alpha");
        t.absorb_element("value", alpha);
        return t.sample_indices("queries", 21, 100);
    };
    T prover("test");
    T verifier("test");
    EXPECT_EQ(talk(prover), talk(verifier));
    EXPECT_EQ(prover.digest(), verifier.digest());
}

TYPED_TEST(EveryTranscript, DependsOnAllThatWasSaid) {
    using T = Talk<TypeParam>;
    const std::vector<KoalaBear> two = {KoalaBear(1), KoalaBear(2)};
    const std::vector<std::function<void(T&)>> variants = {
        [](T&) {},
        [](T& t) { t.absorb_u64("a", 0); },
        [](T& t) { t.absorb_u64("a", 1); },
        [](T& t) { t.absorb_u64("b", 0); },
        [](T& t) { t.absorb_bytes("a", {}); },
        [](T& t) { t.absorb_bytes("", as_bytes("a")); },
        [](T& t) { t.absorb_bytes("a", Bytes(1)); },
        [](T& t) { t.absorb_bytes("a", Bytes(2)); },
        [](T& t) { t.absorb_digest("a", {}); },
        [&](T& t) { t.absorb_elements("a", std::span<const KoalaBear>(two)); },
        [&](T& t) {
            t.absorb_element("a", two[0]);
            t.absorb_element("a", two[1]);
        },
        [](T& t) { t.sample_field("a"); },
        [](T& t) { t.sample_field("b"); },
        [](T& t) {
            t.sample_field("a");
            t.sample_field("a");
        },
        [](T& t) { (void)t.check_grind("a", 0, 0); },
        [](T& t) { (void)t.check_grind("a", 0, 1); },
        [](T& t) { t.sample_indices("a", 20, 17); },
    };
    std::set<std::uint32_t> coins;
    for (const auto& variant : variants) {
        T t("test");
        variant(t);
        coins.insert(t.sample_field("coin").value());
    }
    coins.insert(T("another").sample_field("coin").value());
    EXPECT_EQ(coins.size(), variants.size() + 1);
}

TYPED_TEST(EveryTranscript, DrawsEachSampleAnew) {
    using T = Talk<TypeParam>;
    T t("test");
    std::set<std::uint32_t> coins;
    for (int i = 0; i < 20; ++i) {
        coins.insert(t.sample_field("coin").value());
    }
    EXPECT_EQ(coins.size(), 20U);
}

TYPED_TEST(EveryTranscript, DrawsUniformBits) {
    using T = Talk<TypeParam>;
    T t("test");
    std::array<int, 16> counts{};
    for (const std::uint64_t index : t.sample_indices("indices", 4, 16'000)) {
        ASSERT_LT(index, 16U);
        ++counts[index];
    }
    for (const int count : counts) {
        EXPECT_NEAR(count, 1000, 200);
    }
    EXPECT_EQ(t.sample_bits("none", 0), 0U);
}

TYPED_TEST(EveryTranscript, GrindsForTheSmallestNonce) {
    using T = Talk<TypeParam>;
    T prover("test");
    T verifier("test");
    T careless("test");
    const std::uint64_t nonce = prover.grind("work", 10);
    EXPECT_TRUE(verifier.check_grind("work", 10, nonce));
    EXPECT_EQ(prover.digest(), verifier.digest()) << "both have absorbed the nonce";
    for (std::uint64_t smaller = 0; smaller < nonce; ++smaller) {
        T t("test");
        ASSERT_FALSE(t.check_grind("work", 10, smaller)) << smaller;
    }
    EXPECT_FALSE(careless.check_grind("work", 33, nonce)) << "more work than there can be";
    T next("test");
    next.absorb_u64("other", 1);
    EXPECT_NE(next.grind("work", 10), nonce) << "work belongs to a state";
}

TEST(Transcript, IsThatOfTheGoldenDigest) {
    Transcript<KoalaBear, KoalaBear4, Blake3> t("golden");
    t.absorb_u64("number", 300);
    t.absorb_bytes("bytes", as_bytes("abc"));
    t.absorb_element(
        "element", KoalaBear4(std::array{KoalaBear(1), KoalaBear(2), KoalaBear(3), KoalaBear(4)}));
    (void)t.sample_extension("challenge");
    (void)t.check_grind("work", 0, 7);
    EXPECT_EQ(to_hex(t.digest().view()),
              "7ff9ce54c466c54c9dfea70983c8617ebfc2153b3d131203149a399c649e4198")
        << "proofs of other versions stop to verify";
}

}  // namespace
}  // namespace nexus::zkvm
