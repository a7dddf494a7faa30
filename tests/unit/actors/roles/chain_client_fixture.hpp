#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/wallet.hpp"
#include "actors/wire/packets.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/transaction/body.hpp"
#include "graph/transaction/ids.hpp"
#include "graph/transaction/transaction.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/sample_packets.hpp"
#include "tests/support/toy_chain.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::actors {

inline constexpr NodeId kSelf{9};
inline constexpr NodeId kFirst{0};
inline constexpr NodeId kSecond{1};
inline constexpr NodeId kThird{2};

/// Person 0 as a client of three gateways that the test plays.
class ChainClientTest : public testing::Test {
protected:
    ChainClientTest() {
        client_.wish(nexus::tests::wish_for({nexus::tests::id_of(0)}));
        forget_sent();
    }

    [[nodiscard]] ClientSetup setup() {
        return {.chain = nexus::tests::kChain,
                .validators = chain_.validators(),
                .finality_statement = std::string(nexus::tests::kFinal),
                .gateways = {kFirst, kSecond, kThird},
                .patience = seconds(10),
                .answer_patience = milliseconds(1500),
                .observer = &world_.observer};
    }

    graph::TransactionPtr submit(std::size_t to = 1) {
        return client_.submit(
            wallet_,
            graph::Transfer{.to = nexus::tests::id_of(to), .amount = nexus::tests::units(1)},
            world_.clock.time);
    }
    void wait(Duration time) { world_.clock.time = world_.clock.time + time; }
    void wait_and_patrol(Duration time) {
        wait(time);
        client_.patrol();
    }
    void forget_sent() { world_.transport.sent.clear(); }

    template <class Body>
    void receive(Body body, NodeId from = kFirst) {
        const PacketPtr packet = make_packet(std::move(body));
        EXPECT_TRUE(client_.receive(from, static_cast<const WirePacket&>(*packet)));
    }

    /// The notice of a block for this client, as an honest gateway makes it.
    [[nodiscard]] Notice notice(const nexus::tests::ToyBlock& made, std::uint64_t previous) const {
        Notice told{.finality = finality_part(chain_.prove(made.block->header.height.value)),
                    .previous = Height{previous},
                    .items = {},
                    .items_proof = {},
                    .accounts = {}};
        std::vector<std::uint32_t> all(made.executed->transactions.size());
        std::iota(all.begin(), all.end(), 0U);
        nexus::tests::tell_items(told, *made.executed, all);
        return told;
    }

    void ask(std::size_t person) {
        client_.query(graph::keys::account(nexus::tests::id_of(person)),
                      [this](const std::optional<Bytes>& value) { replies_.push_back(value); });
    }

    /// The answer of an honest gateway to the last query.
    [[nodiscard]] Answer answer_to(const Query& query, std::size_t person) const {
        const std::uint64_t height = chain_.tip()->header.height.value;
        return {.id = query.id,
                .finality = finality_part(chain_.prove(height)),
                .value = nexus::tests::proven_account(chain_.state(), person)};
    }

    template <class Body>
    [[nodiscard]] std::size_t count(std::optional<NodeId> to = std::nullopt) const {
        return world_.transport.bodies<Body>(to).size();
    }

    nexus::tests::ToyChain chain_;
    nexus::tests::FakeWorld world_;
    Wallet wallet_{nexus::tests::kChain, nexus::tests::key_of(0)};
    std::vector<std::pair<std::uint64_t, graph::TransactionId>> told_;
    std::vector<std::optional<Bytes>> replies_;
    ChainClient client_{world_.world(kSelf), setup(),
                        [this](const consensus::BlockHeader& header, const NoticeItem& item) {
                            told_.emplace_back(header.height.value, item.transaction->id());
                        }};
};

}  // namespace nexus::actors
