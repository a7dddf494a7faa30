#include "tests/property/zkvm/seeded.hpp"
#include "tests/unit/zkvm/commit/merkle_fixture.hpp"
#include "zkvm/commit/merkle_shape.hpp"
#include "zkvm/commit/merkle_verifier.hpp"
#include "zkvm/field/koala_bear.hpp"
#include "zkvm/hash/blake3.hpp"
#include "zkvm/hash/digest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <rapidcheck.h>
#include <utility>
#include <vector>

namespace nexus::zkvm {
namespace {

using F = KoalaBear;
using tests::check;
using Indices = std::vector<std::uint64_t>;

Indices sorted(Indices indices) {
    std::sort(indices.begin(), indices.end());
    indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
    return indices;
}

/// Some matrices of different heights, and some of the indices of the tallest.
struct Case {
    std::vector<std::pair<unsigned, std::size_t>> sizes;
    Indices indices;
};

Case any_case() {
    Case made;
    made.sizes = *rc::gen::nonEmpty(rc::gen::container<decltype(made.sizes)>(
        rc::gen::pair(rc::gen::inRange<unsigned>(0, 7), rc::gen::inRange<std::size_t>(0, 20))));
    unsigned tallest = 0;
    for (const auto& [log_height, width] : made.sizes) {
        tallest = std::max(tallest, log_height);
    }
    made.indices = sorted(*rc::gen::nonEmpty(rc::gen::container<Indices>(
        rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << tallest))));
    return made;
}

TEST(MerkleProperty, EveryOpeningIsAcceptedAndNoneWithAChange) {
    EXPECT_TRUE(check("open and verify", [] {
        const Case made = any_case();
        const bool salted = *rc::gen::arbitrary<bool>();
        const tests::MerkleFixture<F, Blake3> fixture(made.sizes, salted);
        const auto& tree = *fixture.tree;
        MerkleOpening<F> opening = tree.open(made.indices);
        const auto accepted = [&] {
            return verify_opening<F, Blake3>(tree.root(), tree.shape(), made.indices, opening)
                .has_value();
        };
        RC_ASSERT(accepted());

        const auto where = *rc::gen::arbitrary<std::size_t>();
        auto& group = opening.groups[where % opening.groups.size()];
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                RC_PRE(!group.words.empty());
                group.words[where % group.words.size()] += F(1);
                break;
            case 1:
                RC_PRE(!group.salts.empty());
                group.salts[where % group.salts.size()][where % 4] ^= 1U << (where % 32);
                break;
            case 2:
                RC_PRE(!opening.siblings.empty());
                opening.siblings[where % opening.siblings.size()].bytes[where % 32] ^= 1U;
                break;
            default:
                opening.siblings.emplace_back();
                break;
        }
        RC_ASSERT(!accepted());
    }));
}

TEST(MerkleProperty, NoForeignShapeIndexOrOpeningDoesHarm) {
    EXPECT_TRUE(check("verify anything", [] {
        const auto small = rc::gen::inRange<std::size_t>(0, 6);
        MerkleShape shape;
        shape.salted = *rc::gen::arbitrary<bool>();
        for (std::size_t i = *small; i > 0; --i) {
            const bool wild = *rc::gen::inRange(0, 8) == 0;
            shape.groups.push_back(
                {wild ? *rc::gen::arbitrary<unsigned>() : *rc::gen::inRange(0U, 40U),
                 wild ? *rc::gen::arbitrary<std::size_t>() : *small});
        }
        if (*rc::gen::arbitrary<bool>()) {
            std::sort(shape.groups.begin(), shape.groups.end(),
                      [](const auto& a, const auto& b) { return a.log_height > b.log_height; });
        }
        const auto indices =
            sorted(*rc::gen::container<Indices>(rc::gen::inRange<std::uint64_t>(0, 1ULL << 33U)));
        MerkleOpening<F> opening;
        opening.groups.resize(*rc::gen::arbitrary<bool>() ? shape.groups.size() : *small);
        for (std::size_t i = 0; i < opening.groups.size(); ++i) {
            auto& rows = opening.groups[i];
            const bool fits = i < shape.groups.size() && shape.groups[i].log_height < 40 &&
                              shape.groups[i].width < 6 && *rc::gen::inRange(0, 8) != 0;
            const std::size_t count =
                fits ? lifted_indices(indices, shape.groups[i].log_height).size() : *small;
            rows.words.resize(fits ? count * shape.groups[i].width : *small);
            rows.salts.resize(shape.salted == fits ? count : 0);
        }
        opening.siblings.resize(*rc::gen::inRange<std::size_t>(0, 200));
        const auto verified = verify_opening<F, Blake3>(Digest{}, shape, indices, opening);
        RC_ASSERT(!verified.has_value());
        RC_ASSERT(!to_string(verified.error()).empty());
    }));
}

/// The tree seen as a map: what verifies is what was committed, at every index.
TEST(MerkleProperty, RowsOfOneIndexAreNeverThoseOfAnother) {
    EXPECT_TRUE(check("binding", [] {
        const Case made = any_case();
        const tests::MerkleFixture<F, Blake3> fixture(made.sizes, true);
        const auto& tree = *fixture.tree;
        const std::uint64_t height = std::uint64_t{1} << tree.shape().groups.front().log_height;
        const std::uint64_t other = *rc::gen::inRange<std::uint64_t>(0, height);
        const auto moved = verify_opening<F, Blake3>(tree.root(), tree.shape(), {other},
                                                     tree.open({made.indices.front()}));
        RC_ASSERT(moved.has_value() == (other == made.indices.front()));
    }));
}

}  // namespace
}  // namespace nexus::zkvm
