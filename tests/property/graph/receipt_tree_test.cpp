#include "graph/receipts/receipt_tree.hpp"

#include "base/bytes.hpp"
#include "graph/receipts/receipt_proof.hpp"
#include "graph/receipts/receipt_verifier.hpp"
#include "tests/property/graph/seeded.hpp"
#include "tests/unit/graph/receipts/receipt_samples.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <rapidcheck.h>
#include <set>
#include <vector>

namespace nexus::graph {
namespace {

using tests::chosen;
using tests::sample_receipts;

/// Some of `count` positions, at least one.
std::vector<std::uint32_t> some_of(std::uint32_t count) {
    std::set<std::uint32_t> picked = {*rc::gen::inRange<std::uint32_t>(0, count)};
    const int more = *rc::gen::inRange(0, 12);
    for (int i = 0; i < more; ++i) {
        picked.insert(*rc::gen::inRange<std::uint32_t>(0, count));
    }
    return {picked.begin(), picked.end()};
}

TEST(ReceiptTreeProperty, WhateverIsInABlockIsProven) {
    EXPECT_TRUE(tests::check("any positions of any block", [] {
        const auto count = *rc::gen::inRange<std::uint32_t>(1, 200);
        const auto receipts = sample_receipts(count);
        const ReceiptTree tree(receipts);
        RC_ASSERT(tree.root() == tests::naive_receipts_root(receipts));
        const auto positions = some_of(count);
        const ReceiptProof proof = tree.prove(positions);
        RC_ASSERT(verify_receipts(tree.root(), chosen(receipts, positions), proof).has_value());
    }));
}

/// One change to what is claimed or to how it is proven, drawn at random.
void change(ReceiptProof& proof, std::vector<Bytes>& claimed) {
    const auto at = *rc::gen::inRange<std::size_t>(0, claimed.size());
    switch (*rc::gen::inRange(0, 8)) {
        case 0:
            claimed[at].push_back(*rc::gen::arbitrary<std::uint8_t>());
            break;
        case 1:
            claimed[at] = sample_receipts(200)[*rc::gen::inRange<std::size_t>(0, 200)];
            break;
        case 2:
            proof.positions[at] = *rc::gen::inRange<std::uint32_t>(0, 201);
            break;
        case 3:
            proof.count = *rc::gen::inRange<std::uint32_t>(0, 400);
            break;
        case 4:
            proof.siblings.push_back(*rc::gen::element(Hash{}, ReceiptTree().root()));
            break;
        case 5:
            if (!proof.siblings.empty()) {
                proof.siblings.erase(proof.siblings.begin() +
                                     *rc::gen::inRange<std::ptrdiff_t>(
                                         0, static_cast<std::ptrdiff_t>(proof.siblings.size())));
            }
            break;
        case 6:
            if (!proof.siblings.empty()) {
                const auto sibling = *rc::gen::inRange<std::size_t>(0, proof.siblings.size());
                proof.siblings[sibling].bytes[*rc::gen::inRange<std::size_t>(0, 32)] ^= 0x10;
            }
            break;
        default:
            claimed.erase(claimed.begin() + static_cast<std::ptrdiff_t>(at));
            proof.positions.erase(proof.positions.begin() + static_cast<std::ptrdiff_t>(at));
            break;
    }
}

TEST(ReceiptTreeProperty, EveryOtherClaimFails) {
    EXPECT_TRUE(tests::check("any changes to a proof or to what it proves", [] {
        const auto count = *rc::gen::inRange<std::uint32_t>(1, 120);
        const auto receipts = sample_receipts(count);
        const ReceiptTree tree(receipts);
        const auto positions = some_of(count);
        const ReceiptProof proof = tree.prove(positions);
        const auto claimed = chosen(receipts, positions);
        ReceiptProof other_proof = proof;
        auto other_claimed = claimed;
        const int changes = *rc::gen::inRange(1, 4);
        for (int i = 0; i < changes && !other_claimed.empty(); ++i) {
            change(other_proof, other_claimed);
        }
        const bool is_accepted =
            verify_receipts(tree.root(), other_claimed, other_proof).has_value();
        RC_ASSERT(is_accepted == (other_proof == proof && other_claimed == claimed));
    }));
}

}  // namespace
}  // namespace nexus::graph
