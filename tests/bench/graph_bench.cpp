#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "graph/ledger/block_executor.hpp"
#include "graph/ledger/genesis.hpp"
#include "graph/ledger/keys.hpp"
#include "graph/mempool/mempool.hpp"
#include "graph/state/proof_verifier.hpp"
#include "graph/state/state_tree.hpp"
#include "graph/transaction/transaction.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nexus::graph {
namespace {

/// Says yes: what is measured is the ledger without its signatures.
class TrustingVerifier final : public SignatureVerifier {
public:
    bool verify(const PublicKey& /*key*/, ByteView /*message*/,
                const Signature& /*signature*/) override {
        return true;
    }
};

std::string key_of(std::uint64_t i) { return "account/" + std::to_string(i); }

std::vector<StateWrite> writes_of(Prng& prng, std::size_t count, std::uint64_t keys) {
    std::map<std::string, std::optional<Bytes>> distinct;
    while (distinct.size() < count) {
        const std::uint64_t value = prng.next();
        distinct[key_of(prng.below(keys))] = Bytes(16, static_cast<std::uint8_t>(value));
    }
    std::vector<StateWrite> writes;
    for (auto& [key, value] : distinct) {
        writes.push_back({key, std::move(value)});
    }
    return writes;
}

const StateTree& tree_of(std::uint64_t size) {
    static std::map<std::uint64_t, StateTree> trees;
    StateTree& tree = trees[size];
    if (tree.size() == 0) {
        std::vector<StateWrite> writes;
        for (std::uint64_t i = 0; i < size; ++i) {
            writes.push_back({key_of(i), Bytes(16, 1)});
        }
        tree = tree.updated(std::move(writes));
    }
    return tree;
}

double seconds_of(const auto& work, int times) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) {
        work();
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

/// One SHA-256 of an inner node.
double hash_seconds() {
    Hash left;
    return seconds_of([&left] { left = sha256_node(1, left, left); }, 200'000);
}

/// One overwrite in a plain map that proves nothing.
double map_seconds(std::uint64_t size) {
    std::map<std::string, Bytes> map;
    for (std::uint64_t i = 0; i < size; ++i) {
        map[key_of(i)] = Bytes(16, 1);
    }
    Prng prng(1, "map");
    return seconds_of([&] { map[key_of(prng.below(size))] = Bytes(16, 2); }, 100'000);
}

void update_tree(benchmark::State& bench) {
    const auto size = static_cast<std::uint64_t>(bench.range(0));
    const auto batch = static_cast<std::size_t>(bench.range(1));
    const StateTree& tree = tree_of(size);
    Prng prng(1, "bench");
    double seconds = 0;
    for (auto _ : bench) {
        std::vector<StateWrite> writes = writes_of(prng, batch, size);
        const double spent = seconds_of([&] { benchmark::DoNotOptimize(tree.updated(writes)); }, 1);
        bench.SetIterationTime(spent);
        seconds += spent;
    }
    const double per_write =
        seconds / static_cast<double>(bench.iterations()) / static_cast<double>(batch);
    bench.counters["us_per_write"] = per_write * 1e6;
    bench.counters["times_one_hash"] = per_write / hash_seconds();
    bench.counters["times_plain_map"] = per_write / map_seconds(size);
}
BENCHMARK(update_tree)
    ->Name("graph/tree_update")
    ->ArgNames({"leaves", "batch"})
    ->Args({100'000, 1})
    ->Args({100'000, 100})
    ->Args({100'000, 10'000})
    ->UseManualTime();

void find_in_tree(benchmark::State& bench) {
    const auto size = static_cast<std::uint64_t>(bench.range(0));
    const StateTree& tree = tree_of(size);
    Prng prng(1, "bench");
    for (auto _ : bench) {
        benchmark::DoNotOptimize(tree.find(key_of(prng.below(size))));
    }
}
BENCHMARK(find_in_tree)->Name("graph/tree_find")->ArgName("leaves")->Arg(100'000);

void prove_and_verify(benchmark::State& bench) {
    const auto size = static_cast<std::uint64_t>(bench.range(0));
    std::vector<StateWrite> writes;
    for (std::uint64_t i = 0; i < size; ++i) {
        writes.push_back({key_of(i), Bytes(16, 1)});
    }
    const StateSnapshot state = StateSnapshot().updated({std::move(writes), {}});
    const Bytes value(16, 1);
    Prng prng(1, "bench");
    std::size_t bytes = 0;
    for (auto _ : bench) {
        const std::string key = key_of(prng.below(size));
        const StateProof proof = state.prove(TreeId::Graph, key);
        if (!verify_present(state.root(), "graph", as_bytes(key), value, proof)) {
            bench.SkipWithError("the proof does not verify");
        }
        bytes = codec::encode(proof).size();
    }
    bench.counters["proof_bytes"] = static_cast<double>(bytes);
}
BENCHMARK(prove_and_verify)->Name("graph/prove_and_verify")->ArgName("leaves")->Arg(100'000);

/// A block of transfers between random accounts.
struct Workload {
    StateSnapshot state;
    std::vector<TransactionPtr> block;
};

Workload workload(std::uint64_t accounts, std::size_t count) {
    Genesis genesis;
    genesis.parameters.fee = Amount(1);
    genesis.parameters.block_transactions_max = 1U << 16U;
    genesis.parameters.block_bytes_max = 1U << 30U;
    Prng prng(1, "workload");
    std::vector<PublicKey> keys(accounts);
    for (PublicKey& key : keys) {
        key.bytes = prng.bytes32();
        genesis.accounts.push_back({account_of(key), Amount(1'000'000)});
    }
    Workload work{genesis_state(genesis).value(), {}};
    for (std::size_t i = 0; i < count; ++i) {
        Transaction content;
        content.key = keys[i % accounts];
        content.sender = account_of(content.key);
        content.nonce = Nonce{i / accounts};
        content.body = Transfer{account_of(keys[prng.below(accounts)]), Amount(1 + i)};
        work.block.push_back(SignedTransaction::make(content, {}));
    }
    return work;
}

void execute_transfers(benchmark::State& bench) {
    const auto count = static_cast<std::size_t>(bench.range(1));
    const Workload work = workload(static_cast<std::uint64_t>(bench.range(0)), count);
    TrustingVerifier verifier;
    for (auto _ : bench) {
        const auto outcome = execute(work.state, {Height{1}, Instant{1}}, work.block, verifier);
        if (!outcome) {
            bench.SkipWithError("the block is invalid");
        }
        benchmark::DoNotOptimize(outcome->root);
    }
    bench.counters["transactions_per_second"] = benchmark::Counter(
        static_cast<double>(count), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(execute_transfers)
    ->Name("graph/execute_transfers")
    ->ArgNames({"accounts", "block"})
    ->Args({100'000, 1'000})
    ->Args({100'000, 10'000})
    ->Unit(benchmark::kMillisecond);

void decode_payload_of_transfers(benchmark::State& bench) {
    const Workload work = workload(1'000, 1'000);
    const Bytes payload = encode_payload(work.block);
    for (auto _ : bench) {
        benchmark::DoNotOptimize(decode_payload(payload));
    }
    bench.counters["transactions_per_second"] =
        benchmark::Counter(1'000, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(decode_payload_of_transfers)->Name("graph/decode_payload/transactions:1000");

void fill_and_drain_mempool(benchmark::State& bench) {
    const Workload work = workload(4'000, 4'000);
    TrustingVerifier verifier;
    for (auto _ : bench) {
        Mempool pool;
        for (const TransactionPtr& transaction : work.block) {
            if (!pool.add(transaction, work.state, verifier)) {
                bench.SkipWithError("refused");
            }
        }
        benchmark::DoNotOptimize(pool.candidates(work.state, 4'000));
    }
    bench.counters["transactions_per_second"] =
        benchmark::Counter(4'000, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(fill_and_drain_mempool)->Name("graph/mempool_fill_and_pick/transactions:4000");

}  // namespace
}  // namespace nexus::graph
