#pragma once

#include "actors/roles/chain_store.hpp"
#include "actors/roles/execution.hpp"
#include "base/assert.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "consensus/api/certificate.hpp"
#include "consensus/api/validator_set.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/genesis.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/transaction.hpp"
#include "tests/unit/graph/world.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::tests {

using graph::tests::id_of;
using graph::tests::kChain;
using graph::tests::key_of;
using graph::tests::signed_by;
using graph::tests::units;

inline constexpr std::string_view kFinal = "simplex/finalize";

/// A block, what it did, and its certificate, which may be null.
struct ToyBlock {
    consensus::BlockPtr block;
    actors::ExecutedPtr executed;
    consensus::CertificatePtr certificate;
};

/// A chain without validators that run: whoever holds the four keys makes blocks and certificates.
class ToyChain {
public:
    ToyChain() : state_(graph::genesis_state(graph::tests::small_genesis()).value()) {
        std::vector<consensus::Validator> members;
        for (std::uint8_t i = 0; i < 4; ++i) {
            std::array<std::uint8_t, 32> seed{};
            seed[0] = i;
            seed[1] = 0xFF;
            keys_.push_back(std::make_shared<const SecretKey>(seed));
            members.push_back({.key = keys_.back()->public_key(), .power = {1}});
        }
        validators_ = std::make_shared<const consensus::ValidatorSet>(std::move(members));
        genesis_state_ = state_;
        genesis_ = consensus::make_genesis(kChain, state_.root());
        tip_ = genesis_;
    }

    [[nodiscard]] const auto& validators() const { return validators_; }
    [[nodiscard]] const auto& key(std::size_t index) const { return keys_.at(index); }
    [[nodiscard]] const consensus::BlockPtr& genesis() const { return genesis_; }
    [[nodiscard]] const graph::StateSnapshot& genesis_state() const { return genesis_state_; }
    [[nodiscard]] const consensus::BlockPtr& tip() const { return tip_; }
    [[nodiscard]] const graph::StateSnapshot& state() const { return state_; }
    [[nodiscard]] const actors::MemoryChainStore& store() const { return *store_; }

    /// The next block with these transactions, all of them admissible; not on the chain yet.
    [[nodiscard]] ToyBlock make(const std::vector<graph::TransactionPtr>& transactions) const {
        consensus::PayloadPtr payload =
            consensus::make_payload(graph::encode_payload(transactions));
        consensus::BlockHeader header{.chain = kChain,
                                      .height = tip_->header.height.next(),
                                      .view = tip_->header.view.next(),
                                      .parent = tip_->id,
                                      .payload = payload->id,
                                      .state_root = {},
                                      .receipts_root = {},
                                      .time = tip_->header.time + milliseconds(100),
                                      .proposer = ValidatorIndex{0}};
        auto outcome = graph::execute(state_, {.height = header.height, .time = header.time},
                                      transactions, graph::tests::verifier());
        NEXUS_ASSERT(outcome.has_value());
        header.state_root = outcome->root;
        header.receipts_root = outcome->receipt_tree.root();
        auto executed = std::make_shared<actors::Executed>();
        executed->valid = true;
        executed->state = std::move(outcome->state);
        executed->transactions = transactions;
        executed->receipts = std::move(outcome->receipts);
        executed->receipt_tree = std::move(outcome->receipt_tree);
        return {.block = consensus::make_block(header, std::move(payload)),
                .executed = std::move(executed),
                .certificate = nullptr};
    }

    /// Makes the next block and puts it on the chain, with or without a certificate of its own.
    ToyBlock extend(const std::vector<graph::TransactionPtr>& transactions,
                    bool is_certified = true) {
        ToyBlock made = make(transactions);
        if (is_certified) {
            made.certificate = certify(made.block->header);
        }
        tip_ = made.block;
        state_ = made.executed->state;
        store_->put({.block = made.block, .certificate = made.certificate});
        return made;
    }

    /// A certificate by the first `signers` validators.
    [[nodiscard]] consensus::CertificatePtr certify(const consensus::BlockHeader& header,
                                                    std::uint32_t signers = 3,
                                                    std::string_view statement = kFinal,
                                                    ChainId chain = kChain) const {
        auto certificate = std::make_shared<consensus::Certificate>();
        certificate->statement = std::string(statement);
        certificate->chain = chain;
        certificate->view = header.view;
        certificate->block = consensus::block_id(header);
        const Bytes message =
            consensus::statement_bytes(statement, chain, header.view, certificate->block);
        for (std::uint32_t i = 0; i < signers; ++i) {
            certificate->endorsements.push_back(
                {.signer = ValidatorIndex{i}, .signature = keys_.at(i)->sign(message)});
        }
        return certificate;
    }

    [[nodiscard]] consensus::FinalityProof prove(std::uint64_t height) const {
        return actors::prove_finality(*store_, Height{height}).value();
    }

private:
    std::vector<std::shared_ptr<const SecretKey>> keys_;
    std::shared_ptr<const consensus::ValidatorSet> validators_;
    graph::StateSnapshot genesis_state_;
    graph::StateSnapshot state_;
    consensus::BlockPtr genesis_;
    consensus::BlockPtr tip_;
    std::unique_ptr<actors::MemoryChainStore> store_ = std::make_unique<actors::MemoryChainStore>();
};

/// A transfer of one unit.
inline graph::TransactionPtr transfer(std::size_t from, std::uint64_t nonce, std::size_t to,
                                      std::uint64_t amount = 1) {
    return signed_by(from, Nonce{nonce}, graph::Transfer{.to = id_of(to), .amount = units(amount)});
}

}  // namespace nexus::tests
