#include "graph/mempool/mempool.hpp"

#include "base/ids.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/error.hpp"
#include "tests/unit/graph/world.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::graph {
namespace {

using tests::id_of;
using tests::key_of;
using tests::kFee;
using tests::kStart;
using tests::signed_by;
using tests::units;
using tests::verifier;
using tests::World;

TransactionPtr pay(std::size_t from, std::uint64_t nonce, std::uint64_t amount = 1) {
    return signed_by(from, Nonce{nonce}, Transfer{id_of(7), units(amount)});
}

class MempoolTest : public testing::Test {
protected:
    void add(const TransactionPtr& transaction) {
        const auto added = pool.add(transaction, world.state(), verifier());
        EXPECT_TRUE(added) << to_string(added.error().refusal);
    }

    void refuse(const TransactionPtr& transaction, PoolRefusal refusal,
                std::optional<Inadmissible> reason = {}) {
        const std::size_t size = pool.size();
        const std::size_t bytes = pool.bytes();
        const auto added = pool.add(transaction, world.state(), verifier());
        ASSERT_FALSE(added) << "it was taken";
        EXPECT_EQ(added.error(), (PoolFault{refusal, reason})) << to_string(added.error().refusal);
        EXPECT_EQ(pool.size(), size);
        EXPECT_EQ(pool.bytes(), bytes);
    }

    /// "sender.nonce" of each candidate.
    [[nodiscard]] std::string candidates(std::size_t count_max = 100) const {
        std::string text;
        for (const TransactionPtr& chosen : pool.candidates(world.state(), count_max)) {
            for (std::size_t person = 0; person < tests::kPeople; ++person) {
                if (chosen->content().sender == id_of(person)) {
                    text += std::to_string(person) + "." +
                            std::to_string(chosen->content().nonce.value) + " ";
                }
            }
        }
        return text;
    }

    World world;
    Mempool pool{MempoolLimits{
        .transactions_max = 6, .bytes_max = 2000, .per_account_max = 4, .nonce_ahead_max = 10}};
};

TEST_F(MempoolTest, KeepsTheOrderOfArrival) {
    for (const std::size_t person : {3U, 0U, 2U}) {
        add(pay(person, 0));
    }
    add(pay(0, 1));
    EXPECT_EQ(candidates(), "3.0 0.0 2.0 0.1 ");
    EXPECT_EQ(candidates(2), "3.0 0.0 ");
}

TEST_F(MempoolTest, OrdersNoncesAndSkipsGaps) {
    add(pay(0, 2));
    add(pay(1, 0));
    add(pay(0, 1));
    add(pay(0, 4));
    EXPECT_EQ(candidates(), "1.0 ") << "nonce 0 is missing";
    add(pay(0, 0));
    EXPECT_EQ(candidates(), "1.0 0.0 0.1 0.2 ") << "nonce 3 is missing";
    EXPECT_EQ(candidates(3), "1.0 0.0 0.1 ");
}

TEST_F(MempoolTest, GivesCandidatesThatABuilderTakesWhole) {
    for (const std::uint64_t nonce : {2U, 0U, 1U}) {
        add(pay(0, nonce));
        add(pay(1, nonce));
    }
    const auto chosen = pool.candidates(world.state(), 100);
    const auto built = build_block(world.state(), world.next_block(), chosen, {}, verifier());
    EXPECT_EQ(built.transactions.size(), 6U);
    EXPECT_TRUE(built.skipped.empty());
}

TEST_F(MempoolTest, FollowsAParentThatIsAhead) {
    add(pay(0, 0));
    add(pay(0, 1));
    add(pay(1, 0));
    const std::vector<TransactionPtr> block = {pay(0, 0)};
    const auto ahead = execute(world.state(), world.next_block(), block, verifier());
    const auto chosen = pool.candidates(ahead->state, 100);
    ASSERT_EQ(chosen.size(), 2U);
    EXPECT_EQ(chosen[0]->content().nonce, Nonce{1});
    EXPECT_EQ(pool.size(), 3U) << "a block that is not committed takes nothing out";
}

TEST_F(MempoolTest, RefusesWhatTheLedgerRefuses) {
    Transaction content = pay(0, 0)->content();
    refuse(SignedTransaction::sign(content, key_of(1)), PoolRefusal::Inadmissible,
           Inadmissible::BadSignature);
    content.chain = ChainId{1};
    refuse(SignedTransaction::sign(content, key_of(0)), PoolRefusal::Inadmissible,
           Inadmissible::WrongChain);
    refuse(pay(20, 0), PoolRefusal::Inadmissible, Inadmissible::CannotPayFee);
    world.succeed(0, Transfer{id_of(1), units(1)});
    refuse(pay(0, 0), PoolRefusal::Inadmissible, Inadmissible::NonceTooLow);
}

TEST_F(MempoolTest, RefusesDuplicatesAndReplacements) {
    add(pay(0, 0));
    refuse(pay(0, 0), PoolRefusal::Duplicate);
    refuse(pay(0, 0, 2), PoolRefusal::NonceTaken);
    EXPECT_TRUE(pool.contains(pay(0, 0)->id()));
    EXPECT_FALSE(pool.contains(pay(0, 0, 2)->id()));
}

TEST_F(MempoolTest, IsBounded) {
    refuse(pay(0, 11), PoolRefusal::NonceTooFar);
    add(pay(0, 10));
    for (const std::uint64_t nonce : {0U, 1U, 2U}) {
        add(pay(0, nonce));
    }
    refuse(pay(0, 3), PoolRefusal::AccountFull);
    add(pay(1, 0));
    add(pay(2, 0));
    refuse(pay(3, 0), PoolRefusal::CountFull);
    EXPECT_EQ(pool.size(), 6U);
}

TEST_F(MempoolTest, IsBoundedInBytes) {
    pool = Mempool(MempoolLimits{.bytes_max = 2 * pay(0, 0)->size()});
    add(pay(0, 0));
    add(pay(1, 0));
    refuse(pay(2, 0), PoolRefusal::BytesFull);
    EXPECT_EQ(pool.bytes(), 2 * pay(0, 0)->size());
}

TEST_F(MempoolTest, ReportsEveryTransactionThatLeaves) {
    add(pay(0, 0));
    add(pay(1, 0));
    add(pay(2, 0));
    add(pay(0, 1));
    // Person 0's first, and another of person 1 with the nonce of the one in the pool.
    const std::vector<TransactionPtr> block = {pay(0, 0), pay(1, 0, 5)};
    const auto outcome = execute(world.state(), world.next_block(), block, verifier());
    ASSERT_TRUE(outcome);
    const auto dropped = pool.on_committed(block, outcome->state);
    ASSERT_EQ(dropped.size(), 2U);
    EXPECT_EQ(dropped[0].transaction->id(), pay(0, 0)->id());
    EXPECT_EQ(dropped[0].reason, DropReason::Included);
    EXPECT_EQ(dropped[1].transaction->id(), pay(1, 0)->id());
    EXPECT_EQ(dropped[1].reason, DropReason::Superseded);
    EXPECT_EQ(pool.size(), 2U);
    EXPECT_EQ(pool.bytes(), pay(2, 0)->size() + pay(0, 1)->size());
}

TEST_F(MempoolTest, DropsWhatCanNoLongerPay) {
    add(pay(0, 1));
    add(pay(1, 0));
    const std::vector<TransactionPtr> block = {pay(0, 0, kStart - kFee)};
    const auto outcome = execute(world.state(), world.next_block(), block, verifier());
    const auto dropped = pool.on_committed(block, outcome->state);
    ASSERT_EQ(dropped.size(), 1U);
    EXPECT_EQ(dropped[0].reason, DropReason::Unpayable);
    EXPECT_EQ(pool.size(), 1U);
}

// Accepted = dropped with a reason + still there, whatever happens.
TEST_F(MempoolTest, LosesNothing) {
    pool = Mempool();
    std::size_t accepted = 0;
    std::size_t dropped = 0;
    for (std::uint64_t round = 0; round < 20; ++round) {
        for (std::size_t person = 0; person < 5; ++person) {
            const TransactionPtr next = pay(person, round + person % 3, 1 + round % 2);
            accepted += pool.add(next, world.state(), verifier()) ? 1U : 0U;
        }
        const auto candidates_now = pool.candidates(world.state(), 4);
        const auto built =
            build_block(world.state(), world.next_block(), candidates_now, {}, verifier());
        EXPECT_TRUE(built.skipped.empty());
        world.adopt(built.outcome);
        dropped += pool.on_committed(built.transactions, world.state()).size();
        EXPECT_EQ(accepted, dropped + pool.size());
    }
    EXPECT_GT(accepted, 20U);
}

}  // namespace
}  // namespace nexus::graph
