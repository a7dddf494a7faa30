#include "base/prng.hpp"

#include "base/time.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace nexus {
namespace {

// Pinned: computed by a separate implementation in another language.
TEST(Prng, GivesThePinnedSequence) {
    Prng one(1, "a");
    EXPECT_EQ(one.next(), 0x32b4a826d5faf0f0U);
    EXPECT_EQ(one.next(), 0xdbc9bf624491c3c9U);
    EXPECT_EQ(one.next(), 0xaab3c6fc64e0a428U);
    EXPECT_EQ(one.next(), 0x0eccb66a69a7bdc6U);
    Prng two(~std::uint64_t{0}, "validator/17");
    EXPECT_EQ(two.next(), 0x07f600083d72600dU);
    EXPECT_EQ(two.next(), 0xc2772611eac58dccU);
    EXPECT_EQ(two.next(), 0x43cd1d11c95a87d7U);
}

TEST(Prng, GivesThePinnedWholeNumbers) {
    Prng prng(7, "below");
    for (const std::uint64_t expected : {4U, 1U, 5U, 3U, 0U, 0U, 5U, 4U, 1U, 3U, 3U, 4U}) {
        EXPECT_EQ(prng.below(6), expected);
    }
    EXPECT_EQ(prng.below((std::uint64_t{1} << 63U) + 1), 5373055504991675416U);
    EXPECT_EQ(prng.below((std::uint64_t{1} << 63U) + 1), 8018277545029818081U);
    EXPECT_EQ(prng.below((std::uint64_t{1} << 63U) + 1), 7723648057817888733U);
}

TEST(Prng, KeepsStreamsApart) {
    std::set<std::uint64_t> firsts;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        for (const char* name : {"", "a", "b", "ab"}) {
            firsts.insert(Prng(seed, name).next());
        }
    }
    EXPECT_EQ(firsts.size(), 80U);
}

TEST(Prng, BelowIsUniformAndInRange) {
    Prng prng(3, "uniform");
    constexpr std::uint64_t kBound = 7;
    constexpr int kDraws = 70'000;
    std::array<int, kBound> counts{};
    for (int i = 0; i < kDraws; ++i) {
        const std::uint64_t draw = prng.below(kBound);
        ASSERT_LT(draw, kBound);
        ++counts[draw];
    }
    double chi_square = 0;
    for (const int count : counts) {
        chi_square += (count - 10'000.0) * (count - 10'000.0) / 10'000.0;
    }
    EXPECT_LT(chi_square, 22.5) << "the 99.9 % point of six degrees of freedom";
}

// A draw of floor(3x / 4) without rejection has residue 0 twice as often as 1 and 2.
TEST(Prng, BelowRejectsTheBiasedPart) {
    Prng prng(4, "bias");
    constexpr std::uint64_t kBound = (std::uint64_t{1} << 62U) * 3;
    int low = 0;
    constexpr int kDraws = 30'000;
    for (int i = 0; i < kDraws; ++i) {
        low += prng.below(kBound) % 3 == 0 ? 1 : 0;
    }
    EXPECT_NEAR(low, kDraws / 3, 400) << "five standard deviations are 408";
}

TEST(Prng, BetweenReachesBothEnds) {
    Prng prng(5, "between");
    std::set<std::int64_t> seen;
    for (int i = 0; i < 200; ++i) {
        seen.insert(prng.between(-1, 1));
    }
    EXPECT_EQ(seen, (std::set<std::int64_t>{-1, 0, 1}));
    constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(prng.between(kMin, kMin), kMin);
    EXPECT_EQ(prng.between(kMax, kMax), kMax);
    EXPECT_NE(prng.between(kMin, kMax), prng.between(kMin, kMax));
}

// The second number is that of -ln(u) at full precision: the table is off by less than 3e-6.
TEST(Prng, ExponentialIsPinnedAndCloseToTheLogarithm) {
    Prng prng(5, "exp");
    for (const auto& [pinned, exact] :
         {std::pair{std::int64_t{1488365434}, std::int64_t{1488364926}},
          std::pair{std::int64_t{3182154584}, std::int64_t{3182154326}},
          std::pair{std::int64_t{888555293}, std::int64_t{888554997}},
          std::pair{std::int64_t{731159273}, std::int64_t{731159093}}}) {
        const std::int64_t drawn = prng.exponential(seconds(1)).nanoseconds;
        EXPECT_EQ(drawn, pinned);
        EXPECT_NEAR(static_cast<double>(drawn), static_cast<double>(exact), 3000.0);
    }
}

TEST(Prng, ExponentialHasItsMeanAndItsCut) {
    Prng prng(6, "mean");
    const Duration mean = milliseconds(10);
    double sum = 0;
    constexpr int kDraws = 50'000;
    for (int i = 0; i < kDraws; ++i) {
        const Duration draw = prng.exponential(mean);
        ASSERT_GE(draw.nanoseconds, 0);
        ASSERT_LE(draw.nanoseconds, mean.nanoseconds * 32);
        sum += static_cast<double>(draw.nanoseconds);
    }
    EXPECT_NEAR(sum / kDraws / 1e6, 10.0, 0.25) << "five standard deviations are 0.22";
    EXPECT_EQ(prng.exponential({0}).nanoseconds, 0);
}

TEST(Prng, ShuffleReachesEveryOrder) {
    Prng prng(8, "shuffle");
    std::set<std::vector<int>> orders;
    for (int i = 0; i < 500; ++i) {
        std::vector<int> items = {1, 2, 3, 4};
        prng.shuffle(items);
        orders.insert(items);
    }
    EXPECT_EQ(orders.size(), 24U);
}

TEST(Prng, ChanceKeepsItsExtremes) {
    Prng prng(9, "chance");
    int hits = 0;
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_FALSE(prng.chance_ppm(0));
        ASSERT_TRUE(prng.chance_ppm(1'000'000));
        hits += prng.chance_ppm(250'000) ? 1 : 0;
    }
    EXPECT_NEAR(hits, 2500, 220);
}

}  // namespace
}  // namespace nexus
