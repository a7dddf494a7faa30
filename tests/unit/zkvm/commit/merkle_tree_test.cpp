#include "zkvm/commit/merkle_tree.hpp"

#include "tests/unit/zkvm/commit/merkle_fixture.hpp"
#include "zkvm/commit/mask_rng.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/commit/merkle_verifier.hpp"
#include "zkvm/field/baby_bear.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"
#include "zkvm/hash/merkle_sha256.hpp"
#include "zkvm/simd/isa.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using tests::MerkleFixture;
using tests::naive_root;
using Kind = MerkleError::Kind;
using Sizes = std::vector<std::pair<unsigned, std::size_t>>;
using Indices = std::vector<std::uint64_t>;

template <class Pair>
class EveryMerkleTree : public ::testing::Test {};
using Pairs = ::testing::Types<std::pair<KoalaBear, Blake3>, std::pair<KoalaBear, MerkleSha256>,
                               std::pair<BabyBear, Blake3>, std::pair<BabyBear, MerkleSha256>>;
TYPED_TEST_SUITE(EveryMerkleTree, Pairs);

const std::vector<Sizes> kSizes = {
    {{0, 3}},         {{4, 1}},         {{5, 40}, {3, 2}, {5, 7}, {0, 1}, {3, 300}},
    {{2, 5}, {7, 4}}, {{6, 0}, {5, 2}},
};

TYPED_TEST(EveryMerkleTree, HasTheRootOfTheDefinition) {
    using F = typename TypeParam::first_type;
    using H = typename TypeParam::second_type;
    for (const Isa isa : available_isas()) {
        const IsaOverride with(isa);
        for (std::size_t i = 0; i < kSizes.size(); ++i) {
            for (const bool salted : {false, true}) {
                SCOPED_TRACE(std::string(to_string(isa)) + " sizes " + std::to_string(i));
                const MerkleFixture<F, H> made(kSizes[i], salted);
                const MerkleShape& shape = made.tree->shape();
                Indices all(std::size_t{1} << shape.groups.front().log_height);
                std::iota(all.begin(), all.end(), 0);
                const MerkleOpening<F> opening = made.tree->open(all);
                EXPECT_TRUE(opening.siblings.empty()) << "every digest can be computed";
                EXPECT_EQ(made.tree->root(), (naive_root<F, H>(shape, opening)));
            }
        }
    }
}

TYPED_TEST(EveryMerkleTree, PutsRowsOfOneHeightBehindOneAnother) {
    using F = typename TypeParam::first_type;
    using H = typename TypeParam::second_type;
    const MerkleFixture<F, H> made({{3, 2}, {4, 1}, {3, 3}}, false);
    EXPECT_EQ(made.tree->shape(), (MerkleShape{{{4, 1}, {3, 5}}, false}));
    const MerkleOpening<F> opening = made.tree->open({5, 12, 13});
    const auto& m = made.matrices;
    EXPECT_EQ(opening.groups[0].words,
              (std::vector<F>{m[1].at(5, 0), m[1].at(12, 0), m[1].at(13, 0)}));
    EXPECT_EQ(opening.groups[1].words, (std::vector<F>{m[0].at(4, 0), m[0].at(4, 1), m[2].at(4, 0),
                                                       m[2].at(4, 1), m[2].at(4, 2),  // 12 mod 8
                                                       m[0].at(5, 0), m[0].at(5, 1), m[2].at(5, 0),
                                                       m[2].at(5, 1), m[2].at(5, 2)}))
        << "row 5 serves the indices 5 and 13, and comes once";
}

TYPED_TEST(EveryMerkleTree, OpensWhatTheVerifierAccepts) {
    using F = typename TypeParam::first_type;
    using H = typename TypeParam::second_type;
    for (const bool salted : {false, true}) {
        const MerkleFixture<F, H> made({{5, 4}, {3, 2}, {1, 1}}, salted);
        for (const Indices& indices :
             {Indices{0}, Indices{31}, Indices{0, 1}, Indices{3, 19}, Indices{0, 8, 16, 24},
              Indices{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31}}) {
            const auto verified = verify_opening<F, H>(made.tree->root(), made.tree->shape(),
                                                       indices, made.tree->open(indices));
            EXPECT_TRUE(verified) << to_string(verified.error());
        }
    }
}

TYPED_TEST(EveryMerkleTree, SendsSharedSiblingsOnce) {
    using F = typename TypeParam::first_type;
    using H = typename TypeParam::second_type;
    const MerkleFixture<F, H> made({{5, 1}}, false);
    EXPECT_EQ(made.tree->open({7}).siblings.size(), 5U);
    EXPECT_EQ(made.tree->open({7, 23}).siblings.size(), 4U) << "each is the sibling of the other";
    EXPECT_EQ(made.tree->open({7, 15}).siblings.size(), 2U + 3U) << "they meet one level up";
}

/// What the verifier says of an opening after `change`.
template <class F, class H, class Change>
MerkleError error_after(const MerkleFixture<F, H>& made, const Indices& indices,
                        const Change& change) {
    Digest root = made.tree->root();
    MerkleShape shape = made.tree->shape();
    Indices asked = indices;
    MerkleOpening<F> opening = made.tree->open(indices);
    change(root, shape, asked, opening);
    const auto verified = verify_opening<F, H>(root, shape, asked, opening);
    EXPECT_FALSE(verified) << "accepted";
    return verified ? MerkleError{} : verified.error();
}

TYPED_TEST(EveryMerkleTree, RefusesEveryChangedWord) {
    using F = typename TypeParam::first_type;
    using H = typename TypeParam::second_type;
    const MerkleFixture<F, H> made({{4, 2}, {2, 3}}, true);
    const Indices indices = {1, 5, 6};
    const MerkleOpening<F> whole = made.tree->open(indices);
    const MerkleError wrong{Kind::WrongRoot, 0, 0};
    for (std::size_t g = 0; g < whole.groups.size(); ++g) {
        for (std::size_t i = 0; i < whole.groups[g].words.size(); ++i) {
            EXPECT_EQ(error_after(made, indices,
                                  [&](auto&, auto&, auto&, auto& opening) {
                                      opening.groups[g].words[i] += F(1);
                                  }),
                      wrong)
                << "word " << i << " of group " << g;
        }
        for (std::size_t i = 0; i < whole.groups[g].salts.size(); ++i) {
            EXPECT_EQ(error_after(made, indices,
                                  [&](auto&, auto&, auto&, auto& opening) {
                                      opening.groups[g].salts[i][3] ^= 1;
                                  }),
                      wrong)
                << "salt " << i << " of group " << g;
        }
    }
    for (std::size_t i = 0; i < whole.siblings.size(); ++i) {
        EXPECT_EQ(error_after(made, indices,
                              [&](auto&, auto&, auto&, auto& opening) {
                                  opening.siblings[i].bytes[31] ^= 128;
                              }),
                  wrong)
            << "sibling " << i;
    }
    EXPECT_EQ(
        error_after(made, indices, [](auto& root, auto&, auto&, auto&) { root.bytes[0] ^= 1; }),
        wrong);
    EXPECT_EQ(error_after(made, indices, [](auto&, auto&, auto& asked, auto&) { asked[2] = 10; }),
              wrong)
        << "the rows of another index";
    EXPECT_EQ(error_after(made, indices,
                          [](auto&, auto&, auto&, auto& opening) {
                              std::swap(opening.groups[0].salts[0], opening.groups[0].salts[1]);
                          }),
              wrong);
}

TYPED_TEST(EveryMerkleTree, RefusesEveryWrongSizeAndSaysWhich) {
    using F = typename TypeParam::first_type;
    using H = typename TypeParam::second_type;
    const MerkleFixture<F, H> made({{4, 2}, {2, 3}}, true);
    const Indices indices = {1, 5, 6};
    const std::uint64_t siblings = made.tree->open(indices).siblings.size();
    const auto error = [&](const auto& change) { return error_after(made, indices, change); };
    EXPECT_EQ(error([](auto&, auto&, auto&, auto& o) { o.groups.pop_back(); }),
              (MerkleError{Kind::GroupCount, 2, 1}));
    EXPECT_EQ(error([](auto&, auto&, auto&, auto& o) { o.groups[0].words.pop_back(); }),
              (MerkleError{Kind::RowWords, 6, 5}));
    EXPECT_EQ(error([](auto&, auto&, auto&, auto& o) { o.groups[1].words.push_back(F()); }),
              (MerkleError{Kind::RowWords, 6, 7}));
    EXPECT_EQ(error([](auto&, auto&, auto&, auto& o) { o.groups[1].salts.clear(); }),
              (MerkleError{Kind::SaltCount, 2, 0}));
    EXPECT_EQ(error([](auto&, auto& shape, auto&, auto&) { shape.salted = false; }),
              (MerkleError{Kind::SaltCount, 0, 3}));
    EXPECT_EQ(error([](auto&, auto&, auto&, auto& o) { o.siblings.pop_back(); }),
              (MerkleError{Kind::TooFewSiblings, siblings, siblings - 1}));
    EXPECT_EQ(error([](auto&, auto&, auto&, auto& o) { o.siblings.emplace_back(); }),
              (MerkleError{Kind::SiblingCount, siblings, siblings + 1}));
    EXPECT_EQ(error([](auto&, auto&, auto& asked, auto&) { asked = {5, 1, 6}; }),
              (MerkleError{Kind::IndexOrder, 5, 1}));
    EXPECT_EQ(error([](auto&, auto&, auto& asked, auto&) { asked = {1, 5, 5}; }),
              (MerkleError{Kind::IndexOrder, 5, 5}));
    EXPECT_EQ(error([](auto&, auto&, auto& asked, auto&) { asked = {1, 5, 16}; }),
              (MerkleError{Kind::IndexRange, 16, 16}));
    EXPECT_EQ(error([](auto&, auto&, auto& asked, auto&) { asked.clear(); }),
              (MerkleError{Kind::NoIndices, 1, 0}));
    EXPECT_EQ(error([](auto&, auto& shape, auto&, auto&) { shape.groups.clear(); }).kind,
              Kind::BadShape);
    EXPECT_EQ(error([](auto&, auto& shape, auto&, auto&) { shape.groups[0].log_height = 33; }),
              (MerkleError{Kind::BadShape, 33, 0}));
    EXPECT_EQ(error([](auto&, auto& shape, auto&, auto&) { shape.groups[1].log_height = 4; }),
              (MerkleError{Kind::BadShape, 4, 1}));
    EXPECT_EQ(
        error([](auto&, auto& shape, auto&, auto&) { shape.groups[0].width = ~0ULL / 2; }).kind,
        Kind::RowWords)
        << "a product that overflows";
}

TEST(MerkleTree, HidesRowsBehindSalt) {
    Arena arena;
    const Matrix<KoalaBear> zeros = allocate_matrix<KoalaBear>(arena, 1U << 15U, 1);
    std::fill(zeros.column(0).begin(), zeros.column(0).end(), KoalaBear());
    const std::vector<Matrix<const KoalaBear>> matrices = {zeros};
    const auto root = [&](std::uint8_t seed) {
        const MaskRng salts(MaskRng::Seed{seed});
        return MerkleTree<KoalaBear, Blake3>(matrices, &salts, arena).root();
    };
    EXPECT_NE(root(1), root(2));
    EXPECT_EQ(root(1), root(1)) << "the seed decides";
    const MaskRng salts(MaskRng::Seed{1});
    const MerkleTree<KoalaBear, Blake3> tree(matrices, &salts, arena);
    Indices all(1U << 15U);
    std::iota(all.begin(), all.end(), 0);
    std::vector<Salt> drawn = tree.open(all).groups[0].salts;
    std::sort(drawn.begin(), drawn.end());
    EXPECT_EQ(std::unique(drawn.begin(), drawn.end()), drawn.end()) << "no two rows share a salt";
}

}  // namespace
}  // namespace nexus::zkvm
