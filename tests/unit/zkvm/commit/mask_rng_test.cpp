#include "zkvm/commit/mask_rng.hpp"

#include "base/bytes.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace nexus::zkvm {
namespace {

TEST(MaskRng, IsChaCha20) {
    MaskRng rng(MaskRng::Seed{});
    std::vector<std::uint32_t> words(20);
    rng.fill_words(words);
    std::array<std::uint8_t, 80> bytes{};
    std::memcpy(bytes.data(), words.data(), bytes.size());
    // Source: the test vectors of the original cipher (TC1 of draft-strombergson-chacha-test-
    // vectors-01: key and nonce of zeros, 256 bits, 20 rounds).
    EXPECT_EQ(to_hex(bytes),
              "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
              "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
              "9f07e7be5551387a98ba977c732d080d");
}

TEST(MaskRng, GivesTheSameStreamHoweverItIsCut) {
    const MaskRng seed = MaskRng(MaskRng::Seed{1}).stream("test");
    MaskRng whole = seed;
    std::vector<std::uint32_t> expected(500);
    whole.fill_words(expected);
    MaskRng cut = seed;
    std::vector<std::uint32_t> words;
    for (std::size_t size = 0; words.size() < expected.size(); size = size * 2 + 1) {
        std::vector<std::uint32_t> piece(std::min(size, expected.size() - words.size()));
        cut.fill_words(piece);
        words.insert(words.end(), piece.begin(), piece.end());
    }
    EXPECT_EQ(words, expected);

    MaskRng elements = seed;
    std::vector<KoalaBear> all(3000);
    elements.fill(std::span<KoalaBear>(all));
    MaskRng one_by_one = seed;
    for (const KoalaBear element : all) {
        ASSERT_EQ(one_by_one.next<KoalaBear>(), element);
    }
}

TEST(MaskRng, HasIndependentStreams) {
    const MaskRng seed(MaskRng::Seed{2});
    std::vector<std::uint32_t> firsts;
    for (MaskRng stream : {seed, seed.stream("a"), seed.stream("b"), seed.stream("a", 1),
                           seed.stream("a").stream("a"), MaskRng(MaskRng::Seed{3}).stream("a")}) {
        std::uint32_t word = 0;
        stream.fill_words({&word, 1});
        for (const std::uint32_t other : firsts) {
            EXPECT_NE(word, other);
        }
        firsts.push_back(word);
    }
    MaskRng again = seed.stream("a");
    std::uint32_t word = 0;
    again.fill_words({&word, 1});
    EXPECT_EQ(word, firsts[1]);
}

/// Chi-squared over 64 equal classes of the canonical value: 63 degrees of freedom, and less than
/// one seed in a million exceeds 130.
template <class F>
double chi_squared(MaskRng rng) {
    constexpr std::size_t kCount = 1U << 16U;
    constexpr std::size_t kClasses = 64;
    std::vector<F> elements(kCount);
    rng.fill(std::span<F>(elements));
    std::array<double, kClasses> counts{};
    for (const F element : elements) {
        counts[std::uint64_t{element.value()} * kClasses / F::kModulus] += 1;
    }
    double sum = 0;
    for (const double count : counts) {
        const double expected = double{kCount} / kClasses;
        sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
}

TEST(MaskRng, DrawsUniformElements) {
    EXPECT_LT(chi_squared<KoalaBear>(MaskRng(MaskRng::Seed{4})), 130);
    EXPECT_LT(chi_squared<BabyBear>(MaskRng(MaskRng::Seed{5})), 130);
}

}  // namespace
}  // namespace nexus::zkvm
