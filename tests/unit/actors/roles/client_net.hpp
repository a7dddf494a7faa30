#pragma once

#include "actors/roles/chain_client.hpp"
#include "actors/roles/chain_store.hpp"
#include "actors/roles/ports.hpp"
#include "actors/wire/packets.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/ledger_view.hpp"
#include "graph/transaction/body.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/toy_chain.hpp"
#include "tests/unit/actors/roles/validator_net.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nexus::actors::tests {

/// Four validators and one client role under test. Other people's transactions come from puppets,
/// and the chain that validator 0 holds is executed anew to see what came of them.
class ClientNet : public ValidatorNet {
public:
    ClientNet() : ValidatorNet(Options{}), role(kernel.add_node({.name = "role"})) { spawn_all(); }

    /// The key of a person of the toy genesis, who owns a million.
    static SecretKey key(std::uint8_t person) {
        std::array<std::uint8_t, 32> seed{};
        seed[0] = person;
        return SecretKey(seed);
    }
    [[nodiscard]] ClientSetup setup() {
        ClientSetup made;
        made.chain = nexus::tests::kChain;
        made.validators = chain.validators();
        made.finality_statement = nexus::tests::kFinal;
        made.gateways = {NodeId{0}, NodeId{1}};
        made.patience = seconds(2);
        made.observer = &observer;
        return made;
    }
    /// The role's ports; it draws means and zeros, so that pauses are known.
    [[nodiscard]] World ports() {
        World made = kernel.world(role);
        made.entropy = &entropy_;
        return made;
    }
    template <class Role, class... Args>
    void start(Args&&... args) {
        kernel.spawn<Role>(role, ports(), setup(), std::forward<Args>(args)...);
        kernel.start(role);
    }

    /// The role dies, and what it knew with it.
    void crash() { kernel.crash(role); }
    /// Starts it again: it has to find out where it stands.
    template <class Role, class... Args>
    void resume(Args&&... args) {
        ClientSetup made = setup();
        made.resumes = true;
        kernel.spawn<Role>(role, ports(), std::move(made), std::forward<Args>(args)...);
        kernel.start(role);
    }

    void run_for(Duration time) { kernel.run_until(kernel.now() + time); }

    /// Person `person` submits this now, with the next of its nonces; returns the nonce.
    Nonce submit(std::size_t person, graph::Body body) {
        const Nonce nonce{nonces_[person]++};
        say(NodeId{0}, make_packet(Transactions{
                           .list = {nexus::tests::signed_by(person, nonce, std::move(body))}}));
        return nonce;
    }
    /// The role's own key signs this elsewhere, with this nonce: what it left behind.
    void leave_behind(std::size_t person, Nonce nonce, graph::Body body) {
        say(NodeId{0}, make_packet(Transactions{
                           .list = {nexus::tests::signed_by(person, nonce, std::move(body))}}));
    }
    /// Somebody sends this packet now.
    void say(NodeId to, PacketPtr packet) {
        const NodeId node = kernel.add_node({.name = "voice-" + std::to_string(voices_++)});
        puppet(node, {{to, std::move(packet)}});
    }

    /// A finalized transaction and how it ended.
    struct Done {
        graph::TransactionPtr transaction;
        graph::Receipt receipt;
    };
    struct Ledger {
        graph::StateSnapshot state;
        std::vector<Done> done;
    };
    [[nodiscard]] Ledger ledger() const {
        Ledger now{.state = chain.genesis_state(), .done = {}};
        const MemoryChainStore& store = *stores[0];
        for (Height height{1}; height <= store.height(); height = height.next()) {
            const consensus::Block& block = *store.block(height).block;
            const auto list = graph::decode_payload(block.payload->bytes).value();
            const auto outcome =
                graph::execute(now.state, {.height = height, .time = block.header.time}, list,
                               graph::tests::verifier());
            for (std::size_t i = 0; i < list.size(); ++i) {
                now.done.push_back({list[i], outcome->receipts[i]});
            }
            now.state = outcome->state;
        }
        return now;
    }
    [[nodiscard]] graph::LedgerView view() const { return graph::LedgerView(ledger().state); }

    /// What `person` did of one kind, in chain order; rejections left out.
    template <class Body>
    [[nodiscard]] std::vector<Body> did(std::size_t person) const {
        std::vector<Body> found;
        for (const Done& each : ledger().done) {
            const graph::Transaction& content = each.transaction->content();
            const auto* body = std::get_if<Body>(&content.body);
            if (body != nullptr && content.sender == nexus::tests::id_of(person) &&
                each.receipt.succeeded()) {
                found.push_back(*body);
            }
        }
        return found;
    }
    [[nodiscard]] std::size_t rejections() const {
        std::size_t count = 0;
        for (const Done& each : ledger().done) {
            count += each.receipt.succeeded() ? 0 : 1;
        }
        return count;
    }

    NodeId role;

private:
    nexus::tests::FakeEntropy entropy_;
    std::map<std::size_t, std::uint64_t> nonces_;
    std::uint32_t voices_ = 0;
};

}  // namespace nexus::actors::tests
