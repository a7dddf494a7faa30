#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/error.hpp"
#include "graph/ledger/genesis.hpp"
#include "tests/unit/graph/world.hpp"

#include <absl/numeric/int128.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

using tests::id_of;
using tests::key_of;
using tests::kFee;
using tests::kStart;
using tests::signed_by;
using tests::small_genesis;
using tests::units;
using tests::verifier;
using tests::World;

TransactionPtr pay(std::size_t from, std::uint64_t nonce, std::uint64_t amount = 1) {
    return signed_by(from, Nonce{nonce}, Transfer{id_of(7), units(amount)});
}

Transaction content_of(std::size_t from, std::uint64_t nonce) {
    return pay(from, nonce)->content();
}

std::optional<BlockFault> fault_of(const World& world, const std::vector<TransactionPtr>& block) {
    const auto outcome = execute(world.state(), world.next_block(), block, verifier());
    return outcome ? std::nullopt : std::optional(outcome.error());
}

/// That the transaction is inadmissible to block, builder and pool alike.
void expect_inadmissible(const World& world, const TransactionPtr& bad, Inadmissible reason) {
    EXPECT_EQ(fault_of(world, {pay(5, 0), bad}), (BlockFault{1, reason}));
    const auto built =
        build_block(world.state(), world.next_block(), std::vector{bad, pay(5, 0)}, {}, verifier());
    EXPECT_EQ(built.transactions.size(), 1U) << "a builder passes it over and goes on";
    EXPECT_EQ(built.skipped, (std::vector<SkippedTransaction>{{0, reason}}));
    const auto checked = check_admissible(world.state(), *bad, verifier());
    if (reason == Inadmissible::NonceTooHigh) {
        EXPECT_TRUE(checked) << "a pool may wait for the ones before";
    } else {
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error(), reason);
    }
}

TEST(Admission, ChecksTheSignature) {
    const World world;
    Signature forged = pay(0, 0)->signature();
    forged.bytes[3] ^= 1U;
    expect_inadmissible(world, SignedTransaction::make(content_of(0, 0), forged),
                        Inadmissible::BadSignature);
    expect_inadmissible(world, SignedTransaction::sign(content_of(0, 0), key_of(1)),
                        Inadmissible::BadSignature);
    expect_inadmissible(world, SignedTransaction::make(content_of(0, 0), pay(0, 0, 2)->signature()),
                        Inadmissible::BadSignature);
}

TEST(Admission, ChecksTheChain) {
    const World world;
    Transaction content = content_of(0, 0);
    content.chain = ChainId{78};
    expect_inadmissible(world, SignedTransaction::sign(content, key_of(0)),
                        Inadmissible::WrongChain);
}

TEST(Admission, ChecksThatTheKeyIsTheAccounts) {
    const World world;
    Transaction content = content_of(0, 0);
    content.key = key_of(1).public_key();
    expect_inadmissible(world, SignedTransaction::sign(content, key_of(1)), Inadmissible::WrongKey);
}

TEST(Admission, ChecksTheNonce) {
    World world;
    expect_inadmissible(world, pay(0, 1), Inadmissible::NonceTooHigh);
    world.succeed(0, Transfer{id_of(1), units(1)});
    expect_inadmissible(world, pay(0, 0), Inadmissible::NonceTooLow);
    EXPECT_EQ(fault_of(world, {pay(0, 1), pay(0, 2), pay(0, 3)}), std::nullopt);
    EXPECT_EQ(fault_of(world, {pay(0, 1), pay(0, 3)}), (BlockFault{1, Inadmissible::NonceTooHigh}));
}

TEST(Admission, RefusesReplaysInAndAcrossBlocks) {
    World world;
    const TransactionPtr once = signed_by(0, Nonce{0}, Transfer{id_of(1), units(5)});
    EXPECT_EQ(fault_of(world, {once, once}), (BlockFault{1, Inadmissible::NonceTooLow}));
    world.succeed(0, Transfer{id_of(1), units(5)});
    EXPECT_EQ(fault_of(world, {once}), (BlockFault{0, Inadmissible::NonceTooLow}));
}

TEST(Admission, ARejectedTransactionUsesUpItsNonce) {
    World world;
    world.reject(0, Transfer{id_of(1), units(kStart * 2)}, Rejection::InsufficientBalance);
    EXPECT_EQ(world.nonce_of(0), Nonce{1});
    EXPECT_EQ(fault_of(world, {pay(0, 0)}), (BlockFault{0, Inadmissible::NonceTooLow}));
}

TEST(Admission, ChecksThatTheFeeCanBePaid) {
    World world;
    world.succeed(0, Transfer{id_of(1), units(kStart - kFee - (kFee - 1))});
    EXPECT_EQ(world.balance_of(0), units(kFee - 1));
    expect_inadmissible(world, pay(0, 1), Inadmissible::CannotPayFee);
    expect_inadmissible(world, pay(20, 0), Inadmissible::CannotPayFee);
}

TEST(Admission, TheFeeComesBeforeTheAmount) {
    World world;
    world.reject(0, Transfer{id_of(1), units(kStart)}, Rejection::InsufficientBalance);
    world.succeed(0, Transfer{id_of(1), units(kStart - 2 * kFee)});
    EXPECT_EQ(world.balance_of(0), units(0));
    EXPECT_EQ(world.view().treasury(kCommons), units(500 + 2 * kFee));
}

TEST(Admission, ChecksTheSize) {
    Genesis genesis = small_genesis();
    genesis.parameters.transaction_bytes_max = static_cast<std::uint32_t>(pay(0, 0)->size());
    const World world(genesis);
    EXPECT_EQ(fault_of(world, {pay(0, 0)}), std::nullopt);
    expect_inadmissible(world, pay(0, 0, 200), Inadmissible::TooLarge);
}

TEST(Admission, AnUntouchedAccountMayActWhereThereIsNoFee) {
    Genesis genesis = small_genesis();
    genesis.parameters.fee = units(0);
    World world(genesis);
    world.succeed(20, World::contributor("stranger"));
    EXPECT_EQ(world.nonce_of(20), Nonce{1});
    EXPECT_EQ(world.balance_of(20), units(0));
    EXPECT_EQ(world.view().treasury(kCommons), units(500));
}

TEST(BlockLimits, HoldForBlocksAndBuilders) {
    Genesis genesis = small_genesis();
    genesis.parameters.block_transactions_max = 2;
    const World world(genesis);
    EXPECT_EQ(fault_of(world, {pay(0, 0), pay(1, 0)}), std::nullopt);
    EXPECT_EQ(fault_of(world, {pay(0, 0), pay(1, 0), pay(2, 0)}),
              (BlockFault{2, Inadmissible::BlockCountFull}));
    const auto built =
        build_block(world.state(), world.next_block(),
                    std::vector{pay(0, 0), pay(0, 5), pay(1, 0), pay(2, 0)}, {}, verifier());
    EXPECT_EQ(built.transactions.size(), 2U);
    EXPECT_EQ(built.skipped, (std::vector<SkippedTransaction>{{1, Inadmissible::NonceTooHigh}}));
}

TEST(BlockLimits, CountTheBytesOfTheEncodedPayload) {
    const std::vector<TransactionPtr> three = {pay(0, 0), pay(1, 0), pay(2, 0)};
    Genesis genesis = small_genesis();
    genesis.parameters.transaction_bytes_max = 200;
    genesis.parameters.block_bytes_max = static_cast<std::uint32_t>(encode_payload(three).size());
    EXPECT_EQ(fault_of(World(genesis), three), std::nullopt) << "exactly full";
    genesis.parameters.block_bytes_max -= 1;
    const World world(genesis);
    EXPECT_EQ(fault_of(world, three), (BlockFault{2, Inadmissible::BlockBytesFull}));
    const auto built = build_block(world.state(), world.next_block(), three, {}, verifier());
    EXPECT_EQ(built.transactions.size(), 2U);
    EXPECT_EQ(built.skipped, (std::vector<SkippedTransaction>{{2, Inadmissible::BlockBytesFull}}));
    EXPECT_LE(encode_payload(built.transactions).size(), genesis.parameters.block_bytes_max);
}

TEST(BlockLimits, ABuilderMayTakeLess) {
    const World world;
    const std::vector<TransactionPtr> three = {pay(0, 0), pay(1, 0), pay(2, 0)};
    const auto by_count =
        build_block(world.state(), world.next_block(), three, {.transactions_max = 1}, verifier());
    EXPECT_EQ(by_count.transactions.size(), 1U);
    const auto by_bytes =
        build_block(world.state(), world.next_block(), three, {.bytes_max = 400}, verifier());
    EXPECT_EQ(by_bytes.transactions.size(), 2U);
}

TEST(BuildBlock, GivesWhatExecuteGives) {
    const World world;
    const std::vector<TransactionPtr> candidates = {pay(0, 0), pay(0, 0), pay(0, 2), pay(0, 1),
                                                    pay(1, 0, kStart * 3)};
    const auto built = build_block(world.state(), world.next_block(), candidates, {}, verifier());
    EXPECT_EQ(built.transactions.size(), 3U);
    EXPECT_EQ(built.skipped, (std::vector<SkippedTransaction>{{1, Inadmissible::NonceTooLow},
                                                              {2, Inadmissible::NonceTooHigh}}));
    const auto executed =
        execute(world.state(), world.next_block(), built.transactions, verifier());
    ASSERT_TRUE(executed);
    EXPECT_EQ(executed->root, built.outcome.root);
    EXPECT_EQ(executed->receipts, built.outcome.receipts);
    EXPECT_EQ(executed->receipts[2].rejection, Rejection::InsufficientBalance);
}

TEST(Execute, LeavesTheStateOfAnEmptyBlockAsItIs) {
    const World world;
    const auto outcome = execute(world.state(), world.next_block(), {}, verifier());
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->root, world.state().root());
    EXPECT_TRUE(outcome->receipts.empty());
}

TEST(GenesisState, IgnoresTheOrderOfItsAccounts) {
    Genesis genesis = small_genesis();
    const Hash root = genesis_state(genesis)->root();
    std::reverse(genesis.accounts.begin(), genesis.accounts.end());
    EXPECT_EQ(genesis_state(genesis)->root(), root);
    genesis.accounts[0].balance = units(1);
    EXPECT_NE(genesis_state(genesis)->root(), root);
    EXPECT_EQ(LedgerView(genesis_state(genesis).value()).genesis_supply(),
              units(7 * kStart + 1 + 500));
}

TEST(GenesisState, RefusesWhatNoChainCanStartFrom) {
    const auto error_after = [](auto change) {
        Genesis genesis = small_genesis();
        change(genesis);
        return genesis_state(genesis).error();
    };
    EXPECT_EQ(error_after([](Genesis& g) { g.accounts.push_back(g.accounts[0]); }),
              GenesisError::DuplicateAccount);
    EXPECT_EQ(error_after([](Genesis& g) { g.commons_treasury = Amount(absl::Uint128Max()); }),
              GenesisError::SupplyOverflow);
    EXPECT_EQ(error_after([](Genesis& g) { g.parameters.transaction_bytes_max = 1U << 20U; }),
              GenesisError::LimitTooLarge);
    EXPECT_EQ(error_after([](Genesis& g) { g.parameters.block_transactions_max = 1U << 20U; }),
              GenesisError::LimitTooLarge);
    EXPECT_EQ(error_after([](Genesis& g) { g.parameters.block_transactions_max = 0; }),
              GenesisError::LimitTooSmall);
    EXPECT_EQ(error_after([](Genesis& g) { g.parameters.block_bytes_max = 16 * 1024; }),
              GenesisError::LimitTooSmall);
}

}  // namespace
}  // namespace nexus::graph
