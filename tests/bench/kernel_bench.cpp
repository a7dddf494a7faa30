// How fast the kernel delivers packets through CAF actors, against a bare event loop.
#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/env/calibration.hpp"
#include "sim/kernel/kernel.hpp"

#include <benchmark/benchmark.h>
#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <malloc.h>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {
namespace {

class Token final : public actors::Packet {
public:
    Token() : Packet(100, sha256(as_bytes("token"))) {}
    [[nodiscard]] std::string_view kind() const override { return "bench/token"; }
};

/// Passes each packet on to the next node.
class RingActor final : public actors::NodeHandle::base {
public:
    RingActor(caf::actor_config& config, actors::World world, NodeId next, int tokens)
        : actors::NodeHandle::base(config), world_(world), next_(next), tokens_(tokens) {}

    actors::NodeHandle::behavior_type make_behavior() override {
        return {
            [this](actors::StartAtom) {
                for (int i = 0; i < tokens_; ++i) {
                    world_.transport->send(next_, std::make_shared<Token>());
                }
            },
            [this](NodeId, const actors::PacketPtr& packet) {
                world_.transport->send(next_, packet);
            },
            [this](actors::TickAtom, std::uint64_t count) {
                delayed_send(this, std::chrono::microseconds(50), actors::TickAtom::value,
                             count + 1);
            },
            [](actors::TimerAtom, consensus::TimerId) {},
            [](actors::DurableAtom, actors::DurableToken) {},
        };
    }

private:
    actors::World world_;
    NodeId next_;
    int tokens_;
};

struct Ring {
    Ring(const KernelOptions& options, std::uint32_t nodes, int tokens) : kernel(options) {
        for (std::uint32_t i = 0; i < nodes; ++i) {
            kernel.add_node({.name = "node-" + std::to_string(i), .bandwidth_up = 10'000'000'000});
        }
        for (std::uint32_t i = 0; i < nodes; ++i) {
            handles.push_back(kernel.spawn<RingActor>(NodeId{i}, kernel.world(NodeId{i}),
                                                      NodeId{(i + 1) % nodes}, tokens));
            kernel.start(NodeId{i});
        }
    }
    void tick(NodeId node) {
        caf::anon_send(handles[node.value], actors::TickAtom::value, std::uint64_t{0});
    }

    Kernel kernel;
    std::vector<actors::NodeHandle> handles;
};

constexpr int kTokens = 4;  // a node
constexpr int kStepsPerIteration = 100'000;

/// The least an event loop can do for the same ring: a binary heap, no actor, no network, no
/// digest.
struct BareRing {
    struct Entry {
        std::int64_t time;
        std::uint64_t sequence;
        std::uint32_t node;
        bool operator>(const Entry& other) const {
            return time > other.time || (time == other.time && sequence > other.sequence);
        }
    };
    explicit BareRing(std::uint32_t node_count) : nodes(node_count), handled(node_count) {
        for (std::uint32_t node = 0; node < nodes; ++node) {
            for (int i = 0; i < kTokens; ++i) {
                queue.push({static_cast<std::int64_t>(80 * i), sequence++, node});
            }
        }
    }
    void step() {
        const Entry entry = queue.top();
        queue.pop();
        ++handled[entry.node];
        queue.push({entry.time + 10'000'080, sequence++, (entry.node + 1) % nodes});
    }

    std::uint32_t nodes;
    std::uint64_t sequence = 0;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    std::vector<std::uint64_t> handled;
};

/// Bytes that this process has allocated and not freed.
double allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

/// Seconds of CPU that this process has used: other processes take turns, not time.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Events a second of the bare loop, measured now.
double bare_rate(std::uint32_t nodes) {
    BareRing ring(nodes);
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        const double start = cpu_seconds();
        for (int i = 0; i < kStepsPerIteration; ++i) {
            ring.step();
        }
        best = std::max(best, kStepsPerIteration / (cpu_seconds() - start));
    }
    benchmark::DoNotOptimize(ring.handled.data());
    return best;
}

void run(benchmark::State& state, Kernel& kernel, bool compare) {
    kernel.run_until(kernel.now() + milliseconds(100));
    const std::uint64_t first = kernel.counters().events;
    const double start = cpu_seconds();
    for (auto _ : state) {
        for (int i = 0; i < kStepsPerIteration; ++i) {
            kernel.step();
        }
    }
    const double seconds = cpu_seconds() - start;
    const auto events = static_cast<double>(kernel.counters().events - first);
    state.counters["msg/s"] = benchmark::Counter(events, benchmark::Counter::kIsRate);
    state.counters["queue"] = static_cast<double>(kernel.counters().queue_high_water);
    if (compare) {
        state.counters["bare/this"] =
            bare_rate(static_cast<std::uint32_t>(state.range(0))) / (events / seconds);
    }
}

KernelOptions plain() {
    KernelOptions options{.seed = 1};
    options.network.default_rtt = milliseconds(20);
    return options;
}

/// Packets through the network model, seeded tie-break, digest: the path of every protocol message.
void ring(benchmark::State& state) {
    Ring nodes(plain(), static_cast<std::uint32_t>(state.range(0)), kTokens);
    run(state, nodes.kernel, true);
}
BENCHMARK(ring)->Name("kernel/ring/nodes")->Arg(10)->Arg(100)->Arg(1000);

/// The same with jitter and a virtual CPU that is sometimes busy.
void ring_costs(benchmark::State& state) {
    KernelOptions options = plain();
    options.network.jitter_ppm = 50'000;
    options.calibration = Calibration::reference();
    Ring nodes(options, static_cast<std::uint32_t>(state.range(0)), kTokens);
    run(state, nodes.kernel, true);
}
BENCHMARK(ring_costs)->Name("kernel/ring_jitter_costs/nodes")->Arg(100);

/// delayed_send of CAF itself.
void timers(benchmark::State& state) {
    Ring nodes(plain(), static_cast<std::uint32_t>(state.range(0)), 0);
    for (std::uint32_t i = 0; i < nodes.kernel.node_count(); ++i) {
        nodes.tick(NodeId{i});
    }
    run(state, nodes.kernel, false);
}
BENCHMARK(timers)->Name("kernel/timers/nodes")->Arg(100);

/// Memory of a packet on its way, its content apart, which all receivers share: queue entry and
/// what it names, with the spare room of their containers.
void queued(benchmark::State& state) {
    for (auto _ : state) {
        const auto tokens = static_cast<int>(state.range(0));
        Ring nodes(plain(), 2, 0);
        const actors::PacketPtr packet = std::make_shared<Token>();
        const double before = allocated_bytes();
        for (int i = 0; i < tokens; ++i) {
            nodes.kernel.world(NodeId{0}).transport->send(NodeId{1}, packet);
        }
        state.counters["bytes_per_packet"] = (allocated_bytes() - before) / tokens;
    }
}
BENCHMARK(queued)->Name("kernel/queued/packets")->Arg(1'000'000)->Iterations(1);

/// A whole actor system made and destroyed: what a sweep over seeds pays for each.
void create(benchmark::State& state) {
    for (auto _ : state) {
        Ring nodes(plain(), static_cast<std::uint32_t>(state.range(0)), kTokens);
        benchmark::DoNotOptimize(nodes.kernel.step());
    }
}
BENCHMARK(create)->Name("kernel/create/nodes")->Arg(4)->Arg(100)->Unit(benchmark::kMicrosecond);

void bare(benchmark::State& state) {
    BareRing nodes(static_cast<std::uint32_t>(state.range(0)));
    for (auto _ : state) {
        for (int i = 0; i < kStepsPerIteration; ++i) {
            nodes.step();
        }
    }
    benchmark::DoNotOptimize(nodes.handled.data());
    state.counters["msg/s"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * kStepsPerIteration, benchmark::Counter::kIsRate);
}
BENCHMARK(bare)->Name("kernel/bare_heap/nodes")->Arg(100);

}  // namespace
}  // namespace nexus::sim
