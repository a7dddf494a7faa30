// The tree of receipts against its definition, and its proofs against every single change.

#include "graph/receipts/receipt_proof.hpp"

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/result.hpp"
#include "graph/receipts/receipt_tree.hpp"
#include "graph/receipts/receipt_verifier.hpp"
#include "tests/unit/graph/receipts/receipt_samples.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

using Positions = std::vector<std::uint32_t>;
using tests::chosen;
using tests::naive_receipts_root;
using tests::sample_receipts;

/// Thirteen receipts, of which four are proven: both ends, neighbours, and gaps of several sizes.
class ReceiptProofTest : public testing::Test {
protected:
    const std::vector<Bytes> receipts_ = sample_receipts(13);
    const ReceiptTree tree_{receipts_};
    const Positions positions_ = {0, 5, 6, 12};
    const std::vector<Bytes> claimed_ = chosen(receipts_, positions_);
    const ReceiptProof proof_ = tree_.prove(positions_);

    /// The error of a proof; fails if it is accepted.
    [[nodiscard]] ReceiptError refused(const ReceiptProof& proof, const std::vector<Bytes>& claimed,
                                       const std::string& why) const {
        const auto checked = verify_receipts(tree_.root(), claimed, proof);
        EXPECT_FALSE(checked.has_value()) << why;
        return checked ? ReceiptError{} : checked.error();
    }
};

TEST(ReceiptTree, RootFollowsTheDefinitionForEverySmallCount) {
    for (std::size_t count = 0; count <= 40; ++count) {
        const auto receipts = sample_receipts(count);
        const ReceiptTree tree(receipts);
        EXPECT_EQ(tree.root(), naive_receipts_root(receipts)) << count << " receipts";
        EXPECT_EQ(tree.count(), count);
    }
}

TEST(ReceiptTree, TheRootOfNothingIsNoZero) {
    EXPECT_NE(ReceiptTree().root(), Hash{});
    EXPECT_EQ(ReceiptTree().root(), ReceiptTree(std::vector<Bytes>{}).root());
}

TEST(ReceiptTree, OrderNumberAndContentChangeTheRoot) {
    const std::vector<Bytes> list = {{1}, {2}, {3}};
    const Hash root = ReceiptTree(list).root();
    EXPECT_NE(ReceiptTree(std::vector<Bytes>{{2}, {1}, {3}}).root(), root);
    EXPECT_NE(ReceiptTree(std::vector<Bytes>{{1}, {2}}).root(), root);
    EXPECT_NE(ReceiptTree(std::vector<Bytes>{{1}, {2}, {3}, {3}}).root(), root);
    EXPECT_NE(ReceiptTree(std::vector<Bytes>{{1}, {2}, {4}}).root(), root);
}

TEST(ReceiptTree, ANodePassesForNoReceipt) {
    const std::vector<Bytes> list = {{1}, {2}, {3}, {4}};
    const ReceiptTree tree(list);
    Bytes node;  // what an inner node hashes, claimed as a receipt of a tree of two
    for (const Bytes& receipt : {list[0], list[1]}) {
        const Hash leaf = tagged_hash("nexus/receipt", receipt);
        node.insert(node.end(), leaf.bytes.begin(), leaf.bytes.end());
    }
    const Hash right = sha256_node(0x01, tagged_hash("nexus/receipt", list[2]),
                                   tagged_hash("nexus/receipt", list[3]));
    for (const std::uint32_t count : {2U, 4U}) {
        const ReceiptProof proof{.count = count, .positions = {0}, .siblings = {right}};
        EXPECT_FALSE(verify_receipts(tree.root(), std::vector<Bytes>{node}, proof).has_value());
        node.insert(node.begin(), 0x01);  // with the prefix of a node, too
    }
}

TEST_F(ReceiptProofTest, ProvesWhatItHoldsAndIsSmall) {
    EXPECT_TRUE(verify_receipts(tree_.root(), claimed_, proof_).has_value());
    EXPECT_EQ(proof_.siblings.size(), 5U) << "1, 2-3, 4, 7, 8-11: and nothing that can be computed";
    const ReceiptProof all = tree_.prove({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    EXPECT_TRUE(all.siblings.empty());
    EXPECT_TRUE(verify_receipts(tree_.root(), receipts_, all).has_value());
}

TEST_F(ReceiptProofTest, EverySiblingCounts) {
    for (std::size_t i = 0; i < proof_.siblings.size(); ++i) {
        for (const std::size_t byte : {0U, 15U, 31U}) {
            ReceiptProof changed = proof_;
            changed.siblings[i].bytes[byte] ^= 1;
            EXPECT_EQ(refused(changed, claimed_, "a changed sibling"), ReceiptError::RootMismatch);
        }
        ReceiptProof shorter = proof_;
        shorter.siblings.erase(shorter.siblings.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_EQ(refused(shorter, claimed_, "a sibling left out"), ReceiptError::SiblingCount);
        for (std::size_t j = 0; j < i; ++j) {
            ReceiptProof swapped = proof_;
            std::swap(swapped.siblings[i], swapped.siblings[j]);
            EXPECT_EQ(refused(swapped, claimed_, "swapped"), ReceiptError::RootMismatch);
        }
    }
    ReceiptProof longer = proof_;
    longer.siblings.emplace_back();
    EXPECT_EQ(refused(longer, claimed_, "a sibling too many"), ReceiptError::SiblingCount);
}

TEST_F(ReceiptProofTest, EveryClaimCounts) {
    for (std::size_t i = 0; i < claimed_.size(); ++i) {
        for (std::size_t byte = 0; byte < claimed_[i].size(); ++byte) {
            auto changed = claimed_;
            changed[i][byte] ^= 1;
            EXPECT_EQ(refused(proof_, changed, "a changed receipt"), ReceiptError::RootMismatch);
        }
        for (std::size_t j = 0; j < i; ++j) {
            auto swapped = claimed_;
            std::swap(swapped[i], swapped[j]);
            EXPECT_EQ(refused(proof_, swapped, "receipts in another order"),
                      ReceiptError::RootMismatch);
        }
        auto fewer = claimed_;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_EQ(refused(proof_, fewer, "a receipt left out"), ReceiptError::PositionCount);
    }
}

TEST_F(ReceiptProofTest, NoOtherPositionsOfTheSameReceiptsAreProven) {
    for (std::size_t i = 0; i < positions_.size(); ++i) {
        for (std::uint32_t position = 0; position < 13; ++position) {
            ReceiptProof moved = proof_;
            moved.positions[i] = position;
            if (moved != proof_) {
                (void)refused(moved, claimed_, "position " + std::to_string(position));
            }
        }
    }
}

TEST_F(ReceiptProofTest, NoOtherCountIsProven) {
    for (std::uint32_t count = 0; count <= 40; ++count) {
        ReceiptProof other = proof_;
        other.count = count;
        if (count != 13) {
            (void)refused(other, claimed_, "count " + std::to_string(count));
        }
    }
    // Position 0 has two siblings of three receipts and of four: the count in the root decides.
    const ReceiptTree four(sample_receipts(4));
    ReceiptProof of_three = four.prove({0});
    of_three.count = 3;
    const auto checked = verify_receipts(four.root(), sample_receipts(1), of_three);
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error(), ReceiptError::RootMismatch);
}

TEST_F(ReceiptProofTest, AProofThatFitsNotItselfIsRefusedByName) {
    EXPECT_EQ(refused({.count = 13, .positions = {}, .siblings = {tree_.root()}}, {}, "empty"),
              ReceiptError::NothingClaimed);
    ReceiptProof huge = proof_;
    huge.count = kReceiptsMax + 1;
    EXPECT_EQ(refused(huge, claimed_, "count"), ReceiptError::CountTooLarge);
    ReceiptProof outside = proof_;
    outside.positions.back() = 13;
    EXPECT_EQ(refused(outside, claimed_, "outside"), ReceiptError::PositionOutside);
    ReceiptProof twice = proof_;
    twice.positions = {0, 5, 5, 12};
    EXPECT_EQ(refused(twice, claimed_, "twice"), ReceiptError::PositionsNotRising);
    ReceiptProof falling = proof_;
    falling.positions = {0, 6, 5, 12};
    EXPECT_EQ(refused(falling, claimed_, "falling"), ReceiptError::PositionsNotRising);
}

TEST_F(ReceiptProofTest, TheRootOfAnotherBlockProvesNothing) {
    auto other = receipts_;
    other[3].push_back(1);  // not even one of those claimed
    EXPECT_FALSE(verify_receipts(ReceiptTree(other).root(), claimed_, proof_).has_value());
    EXPECT_FALSE(verify_receipts(Hash{}, claimed_, proof_).has_value());
}

TEST_F(ReceiptProofTest, TravelsAndItsDecoderWantsRisingPositions) {
    const Bytes encoding = codec::encode(proof_);
    EXPECT_EQ(codec::decode<ReceiptProof>(encoding).value(), proof_);
    Bytes twice = encoding;  // count, number of positions, then one byte a position
    twice.at(3) = twice.at(2);
    const auto decoded = codec::decode<ReceiptProof>(twice);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error(), codec::Error::NotAscending);
}

TEST(ReceiptError, EveryOneHasItsName) {
    EXPECT_EQ(to_string(ReceiptError::NothingClaimed), "NothingClaimed");
    EXPECT_EQ(to_string(ReceiptError::CountTooLarge), "CountTooLarge");
    EXPECT_EQ(to_string(ReceiptError::PositionCount), "PositionCount");
    EXPECT_EQ(to_string(ReceiptError::PositionsNotRising), "PositionsNotRising");
    EXPECT_EQ(to_string(ReceiptError::PositionOutside), "PositionOutside");
    EXPECT_EQ(to_string(ReceiptError::SiblingCount), "SiblingCount");
    EXPECT_EQ(to_string(ReceiptError::RootMismatch), "RootMismatch");
}

}  // namespace
}  // namespace nexus::graph
