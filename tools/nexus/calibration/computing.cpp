#include "actors/roles/chain_host.hpp"
#include "actors/roles/execution.hpp"
#include "actors/roles/ports.hpp"
#include "actors/roles/wallet.hpp"
#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/memo_verifier.hpp"
#include "base/prng.hpp"
#include "consensus/api/block.hpp"
#include "graph/ledger/genesis.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/state/state_snapshot.hpp"
#include "graph/transaction/body.hpp"
#include "tools/nexus/calibration/costs.hpp"
#include "tools/nexus/calibration/rounds.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace nexus::tools {
namespace {

constexpr std::size_t kAccounts = 10'000;
constexpr std::size_t kTransactions = 256;

/// A ledger of many accounts, and one block for it.
struct Ledger {
    ChainId chain;
    graph::StateSnapshot state;
    std::vector<graph::TransactionPtr> block;
    std::vector<graph::AccountId> accounts;
};

Ledger make_ledger() {
    Ledger ledger;
    graph::Genesis genesis;
    ledger.chain = genesis.parameters.chain;
    std::vector<actors::Wallet> wallets;
    Prng prng(1, "calibration");
    for (std::size_t i = 0; i < kTransactions; ++i) {
        wallets.emplace_back(genesis.parameters.chain, SecretKey(prng.bytes32()));
        ledger.accounts.push_back(wallets.back().account());
    }
    while (ledger.accounts.size() < kAccounts) {
        ledger.accounts.push_back(graph::AccountId{prng.bytes32()});
    }
    for (const graph::AccountId& account : ledger.accounts) {
        genesis.accounts.push_back({.id = account, .balance = Amount(1'000'000)});
    }
    auto state = graph::genesis_state(genesis);
    NEXUS_ASSERT(state.has_value());
    ledger.state = *std::move(state);
    for (std::size_t i = 0; i < wallets.size(); ++i) {
        const std::size_t to = prng.below(kAccounts);
        ledger.block.push_back(wallets[i].sign(
            graph::Transfer{.to = ledger.accounts[to == i ? to + 1 : to], .amount = Amount(1)}));
    }
    return ledger;
}

class NoCompute final : public actors::Compute {
public:
    void charge(actors::Work /*work*/, std::uint64_t /*count*/) override {}
};

/// What a follower does with each transaction besides checking its signature: pool, execution,
/// commit.
std::int64_t measure_execution(const Ledger& ledger) {
    NoCompute compute;
    MemoVerifier verifier;  // the first round checks the signatures; those that count know them
    actors::World world;
    world.compute = &compute;
    world.verifier = &verifier;
    const auto genesis = consensus::make_genesis(ledger.chain, ledger.state.root());
    const auto make_host = [&] {
        auto host =
            std::make_unique<actors::ChainHost>(genesis, ledger.state, actors::BlockLimits(), world,
                                                std::make_shared<actors::ExecutionCache>(1));
        for (const graph::TransactionPtr& transaction : ledger.block) {
            NEXUS_ASSERT(host->add(transaction).has_value());
        }
        return host;
    };
    const auto built = make_host()->build(View{1}, genesis, Instant{1'000'000});
    NEXUS_ASSERT(built.has_value());
    const consensus::BlockHeader header{.chain = ledger.chain,
                                        .height = Height{1},
                                        .view = View{1},
                                        .parent = genesis->id,
                                        .payload = built->payload->id,
                                        .state_root = built->state_root,
                                        .receipts_root = built->receipts_root,
                                        .time = Instant{1'000'000},
                                        .proposer = {}};
    const consensus::BlockPtr block = consensus::make_block(header, built->payload);
    return per_unit(thread_time, ledger.block.size(), [&] {
        const auto host = make_host();
        NEXUS_ASSERT(host->validate(*block));
        NEXUS_ASSERT(host->commit(block) != nullptr);
        NEXUS_ASSERT(host->pool().size() == 0);
    });
}

}  // namespace

MeasuredCosts measure_computing(const std::function<void(const char*)>& progress) {
    MeasuredCosts costs;
    progress("signatures");
    const SecretKey key(Prng(1, "calibration/key").bytes32());
    const Bytes message(32, 7);
    const Signature signature = key.sign(message);
    costs.sign = per_unit(thread_time, 200, [&] {
        for (int i = 0; i < 200; ++i) {
            (void)key.sign(message);
        }
    });
    costs.verify = per_unit(thread_time, 100, [&] {
        for (int i = 0; i < 100; ++i) {
            NEXUS_ASSERT(verify_signature(key.public_key(), message, signature));
        }
    });
    progress("hashes");
    const Bytes long_message(std::size_t{256} << 10U, 7);
    costs.hash_byte = per_unit(thread_time, long_message.size(),
                               [&] { (void)tagged_hash("nexus/calibration", long_message); });
    progress("execution");
    const Ledger ledger = make_ledger();
    costs.execute = measure_execution(ledger);
    costs.prove = per_unit(thread_time, kTransactions, [&] {
        for (std::size_t i = 0; i < kTransactions; ++i) {
            const auto at = graph::keys::account(ledger.accounts[i * (kAccounts / kTransactions)]);
            (void)ledger.state.prove(at.tree, at.key);
        }
    });
    return costs;
}

sim::MachineSpec machine_of(const MeasuredCosts& costs, std::string name, std::uint32_t cores) {
    using actors::Work;
    sim::MachineSpec machine;
    machine.costs = sim::Calibration::free();
    machine.costs.name = std::move(name);
    // A role checks one after the other, on whatever core it is.
    machine.costs.set(Work::VerifySignature, costs.verify, /*parallel=*/false);
    machine.costs.set(Work::Sign, costs.sign);
    machine.costs.set(Work::HashByte, costs.hash_byte);
    machine.costs.set(Work::ExecuteTransaction, costs.execute);
    machine.costs.set(Work::ServeProof, costs.prove);
    machine.costs.set(Work::StoreBlock, costs.store);
    machine.costs.packet_picoseconds = costs.packet;
    machine.costs.packet_byte_picoseconds = costs.packet_byte;
    machine.costs.event_picoseconds = costs.event;
    machine.shared_cores = cores;
    machine.fsync = Duration{costs.append / 1000};
    return machine;
}

}  // namespace nexus::tools
