// What a proof tells of the private input. A leak fails nothing else than these tests.
#include "tests/support/zkvm/chi_square.hpp"
#include "tests/support/zkvm/proof_map.hpp"
#include "tests/support/zkvm/small_proof.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nexus::zkvm {
namespace {

using namespace tests;  // NOLINT(google-build-using-namespace)

ProvenExecution prove(std::uint8_t secret, std::uint8_t seed, bool zero_knowledge = true) {
    static ProvingBench bench(small_program());
    ProverOptions options;
    options.seed = MaskRng::Seed{seed};
    options.zero_knowledge = zero_knowledge;
    return bench.prove(small_input(secret), options);
}

ByteView region_of(const ProvenExecution& proven, const std::string& name) {
    const ProofMap::Region region = ProofMap(proven).at(name);
    return ByteView(proven.proof).subspan(region.begin, region.size);
}

std::vector<std::uint32_t> words_of(ByteView bytes) {
    std::vector<std::uint32_t> words;
    for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
        words.push_back(std::uint32_t{bytes[i]} | std::uint32_t{bytes[i + 1]} << 8U |
                        std::uint32_t{bytes[i + 2]} << 16U | std::uint32_t{bytes[i + 3]} << 24U);
    }
    return words;
}

/// The opened values of all columns but the preprocessed ones, which come first.
std::vector<std::uint32_t> opened_words(const ProvenExecution& proven) {
    const ProofMap map(proven);
    std::size_t fixed = 0;
    for (const OpenedColumns& opened : map.layout().opened()) {
        fixed += opened.tree == Tree::fixed ? opened.count : 0;
    }
    std::vector<std::uint32_t> words = words_of(region_of(proven, "opened"));
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(4 * fixed));
    return words;
}

/// Most tables are all padding here, so that without masks most columns are the zero polynomial.
TEST(ZeroKnowledge, OpenedValuesAreUniform) {
    for (const std::uint8_t secret : {std::uint8_t{40}, std::uint8_t{41}}) {
        for (const std::uint8_t seed : {std::uint8_t{1}, std::uint8_t{2}}) {
            const ProvenExecution proven = prove(secret, seed);
            ASSERT_EQ(verdict(proven), "accepted");
            EXPECT_LT(chi_square(opened_words(proven), F::kModulus), kChiSquareMax)
                << "secret " << int{secret} << ", seed " << int{seed};
        }
    }
    const ProvenExecution plain = prove(40, 1, false);
    ASSERT_EQ(verdict(plain), "accepted");
    EXPECT_GT(chi_square(opened_words(plain), F::kModulus), kChiSquareMax)
        << "the test has no power";
}

/// Two secrets that give one output, masked alike: nothing that is opened is equal.
TEST(ZeroKnowledge, OfTwoSecretsNothingOpenedIsEqual) {
    const ProvenExecution one = prove(40, 1);
    const ProvenExecution other = prove(41, 1);
    ASSERT_EQ(one.claim, other.claim);
    const auto a = opened_words(one);
    const auto b = opened_words(other);
    ASSERT_EQ(a.size(), b.size()) << "the length would tell";
    std::size_t equal = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        equal += a[i] == b[i] ? 1 : 0;
    }
    EXPECT_LT(equal, 3U);
    const ProofMap map(one);
    const ProofMap other_map(other);
    for (std::size_t i = 0; i + 1 < map.regions().size(); ++i) {
        EXPECT_EQ(map.regions()[i].size, other_map.regions()[i].size) << map.regions()[i].name;
    }
}

/// Roots, published sums and values of one execution have nothing in common under two seeds.
TEST(ZeroKnowledge, AnotherSeedIsAnotherProof) {
    const ProvenExecution one = prove(40, 1);
    const ProvenExecution other = prove(40, 2);
    for (const char* region : {"boundary", "main", "sums", "quotient", "fri layer 0"}) {
        EXPECT_FALSE(std::ranges::equal(region_of(one, region), region_of(other, region)))
            << region;
    }
    for (const char* region : {"totals", "global totals", "final polynomial"}) {
        const auto a = words_of(region_of(one, region));
        const auto b = words_of(region_of(other, region));
        for (std::size_t i = 0; i < a.size(); ++i) {
            EXPECT_NE(a[i], b[i]) << region << ", word " << i;
        }
    }
    EXPECT_EQ(verdict(one), "accepted");
    EXPECT_EQ(verdict(other), "accepted");
}

/// The first opening after that of the preprocessed columns is of `boundary`: its salts.
TEST(ZeroKnowledge, SaltsAreFresh) {
    for (const Tree tree : kTrees) {
        Heights heights;
        heights.fill(13);
        EXPECT_EQ(SegmentLayout(heights, 4, true, 1).shape(tree).salted, tree != Tree::fixed);
        EXPECT_FALSE(SegmentLayout(heights, 4, false, 1).shape(tree).salted);
    }
    Arena arena;
    Matrix<F> zeros = allocate_matrix<F>(arena, 16, 2);
    for (std::size_t c = 0; c < 2; ++c) {
        std::fill_n(zeros.column(c).data(), 16, F());
    }
    const std::vector<Matrix<const F>> matrices{zeros};
    const auto root = [&](std::uint8_t seed, std::uint64_t tree) {
        const MaskRng salts = MaskRng(MaskRng::Seed{seed}).stream("salt", tree);
        return MerkleTree<F, Blake3>(matrices, &salts, arena).root();
    };
    EXPECT_NE(root(1, 0), root(2, 0));
    EXPECT_NE(root(1, 0), root(1, 1));
    EXPECT_EQ(root(1, 0), root(1, 0));
}

/// A proof is a function of its inputs and its seed, so that a prover who answers twice with one
/// seed says nothing more.
TEST(ZeroKnowledge, TheSameSeedIsTheSameProof) {
    EXPECT_EQ(prove(40, 1).proof, prove(40, 1).proof);
}

}  // namespace
}  // namespace nexus::zkvm
