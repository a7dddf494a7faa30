#include "actors/roles/chain_store.hpp"

#include "base/ids.hpp"
#include "base/memo_verifier.hpp"
#include "consensus/api/certificate.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace nexus::actors {
namespace {

using nexus::tests::kChain;
using nexus::tests::kFinal;
using nexus::tests::ToyChain;
using nexus::tests::transfer;

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

/// A chain whose letters say block by block whether it has a certificate: 'c' or '.'.
ToyChain chain_of(const std::string& pattern) {
    ToyChain chain;
    std::uint64_t nonce = 0;
    for (const char letter : pattern) {
        chain.extend({transfer(0, nonce++, 1)}, letter == 'c');
    }
    return chain;
}

std::vector<std::uint64_t> heights(const std::vector<consensus::CommittedBlock>& blocks) {
    std::vector<std::uint64_t> found;
    for (const auto& each : blocks) {
        found.push_back(each.block->header.height.value);
    }
    return found;
}

using Heights = std::vector<std::uint64_t>;

TEST(ChainStore, AFinalityProofRunsToTheNextCertificate) {
    const ToyChain chain = chain_of("c..cc");
    const std::vector<std::size_t> lengths = {1, 3, 2, 1, 1};
    MemoVerifier verifier;
    for (std::uint64_t height = 1; height <= 5; ++height) {
        SCOPED_TRACE(height);
        const auto proof = prove_finality(chain.store(), Height{height});
        ASSERT_TRUE(proof.has_value());
        EXPECT_EQ(proof->headers.size(), lengths[height - 1]);
        EXPECT_EQ(proof->headers.front().height, Height{height});
        EXPECT_TRUE(
            consensus::verify_finality(*proof, kChain, kFinal, *chain.validators(), verifier));
    }
}

TEST(ChainStore, WithoutACertificateAboveThereIsNoProof) {
    const ToyChain chain = chain_of("c..");
    EXPECT_TRUE(prove_finality(chain.store(), Height{1}).has_value());
    EXPECT_FALSE(prove_finality(chain.store(), Height{2}).has_value());
    EXPECT_FALSE(prove_finality(chain.store(), Height{3}).has_value());
}

TEST(ChainStore, BlocksAboveEndWithACertificate) {
    const ToyChain chain = chain_of(".c..c.");
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, kAny, kAny).blocks),
              (Heights{1, 2, 3, 4, 5}));
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{3}, kAny, kAny).blocks), (Heights{4, 5}));
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{5}, kAny, kAny).blocks), Heights{})
        << "block 6 has no certificate yet, so that nobody could check it";
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{6}, kAny, kAny).blocks), Heights{});
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{60}, kAny, kAny).blocks), Heights{});
}

TEST(ChainStore, ALimitCutsAtTheLastCertificateWithinIt) {
    const ToyChain chain = chain_of("c.c.cc");
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, 1, kAny).blocks), Heights{1});
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, 2, kAny).blocks), Heights{1});
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, 3, kAny).blocks), (Heights{1, 2, 3}));
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, 4, kAny).blocks), (Heights{1, 2, 3}));
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, 6, kAny).blocks),
              (Heights{1, 2, 3, 4, 5, 6}));
}

/// A little more than what a block of chain_of takes in a message.
constexpr std::size_t kOne = 450;
constexpr std::size_t kOneWithCertificate = kOne + 250;

TEST(ChainStore, BytesLimitAsBlocksDo) {
    const ToyChain chain = chain_of("cccc");
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, kAny, 2 * kOneWithCertificate).blocks),
              (Heights{1, 2}));
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, kAny, kOneWithCertificate).blocks),
              Heights{1});
    EXPECT_EQ(heights(blocks_above(chain.store(), Height{0}, kAny, 1).blocks), Heights{1})
        << "one at least, or the receiver would ask for ever";
}

TEST(ChainStore, ARunThatIsTooLongComesInPartsEachWithAProof) {
    const ToyChain chain = chain_of("....cc");
    MemoVerifier verifier;
    std::vector<std::uint64_t> parts;
    Height after;
    for (BlockRange range;; after = range.blocks.back().block->header.height) {
        range = blocks_above(chain.store(), after, kAny, 2 * kOne);
        ASSERT_FALSE(range.blocks.empty());
        parts.push_back(range.blocks.size());
        if (!range.proof) {
            EXPECT_NE(range.blocks.back().certificate, nullptr);
            break;
        }
        EXPECT_EQ(range.proof->headers.front(), range.blocks.back().block->header);
        EXPECT_TRUE(consensus::verify_finality(*range.proof, kChain, kFinal, *chain.validators(),
                                               verifier));
    }
    EXPECT_EQ(parts, (Heights{2, 2, 1}));
    const BlockRange one = blocks_above(chain.store(), Height{0}, 1, kAny);
    EXPECT_EQ(heights(one.blocks), Heights{1}) << "a limit of blocks cuts as one of bytes does";
    EXPECT_EQ(one.proof->headers.size(), 5U);
    EXPECT_TRUE(blocks_above(chain_of("c...").store(), Height{1}, kAny, kOne).blocks.empty())
        << "a run without an end is not proven";
}

/// A checkpoint at this height of a chain, with any state: the store does not look.
Checkpoint checkpoint_at(const ToyChain& chain, std::uint64_t height) {
    return {.block = chain.store().block(Height{height}), .state = chain.state()};
}

/// A store with the blocks of the chain up to this height.
void fill(MemoryChainStore& store, const ToyChain& chain, std::uint64_t height) {
    for (Height at = store.height().next(); at.value <= height; at = at.next()) {
        store.put(chain.store().block(at));
    }
}

TEST(ChainStore, ACheckpointLetsOldBlocksGo) {
    const ToyChain chain = chain_of("cccccc");
    MemoryChainStore store;
    EXPECT_EQ(store.first(), Height{1});
    EXPECT_EQ(store.height(), Height{});
    fill(store, chain, 4);
    EXPECT_FALSE(store.checkpoint().has_value());
    store.put_checkpoint(checkpoint_at(chain, 3), Height{2});
    EXPECT_EQ(store.checkpoint()->height(), Height{3});
    EXPECT_EQ(store.first(), Height{2});
    EXPECT_EQ(store.height(), Height{4});
    fill(store, chain, 6);
    EXPECT_EQ(store.block(Height{6}).block->id, chain.store().block(Height{6}).block->id);
    EXPECT_EQ(heights(blocks_above(store, Height{1}, kAny, kAny).blocks), (Heights{2, 3, 4, 5, 6}));
    store.put_checkpoint(checkpoint_at(chain, 5), Height{3});
    EXPECT_EQ(store.versions(), (std::vector{Height{3}, Height{5}}))
        << "none above the oldest block";
    EXPECT_EQ(store.version(Height{3}).block.block->id, chain.store().block(Height{3}).block->id);
    EXPECT_EQ(store.checkpoint()->height(), Height{5});
    store.put_checkpoint(checkpoint_at(chain, 6), Height{6});
    EXPECT_EQ(store.versions(), std::vector{Height{6}});
    EXPECT_EQ(store.first(), Height{6});
    EXPECT_EQ(prove_finality(store, Height{6})->headers.size(), 1U);
}

TEST(ChainStore, ACheckpointFromElsewhereIsWhereTheStoreGoesOn) {
    const ToyChain chain = chain_of("cccccc");
    for (const std::uint64_t known : {0U, 2U, 4U}) {
        MemoryChainStore store;
        fill(store, chain, known);
        store.put_checkpoint(checkpoint_at(chain, 5), Height{5});
        EXPECT_EQ(store.first(), Height{5});
        EXPECT_EQ(store.height(), Height{5});
        fill(store, chain, 6);
        EXPECT_EQ(store.height(), Height{6});
    }
}

}  // namespace
}  // namespace nexus::actors
