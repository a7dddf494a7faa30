// How fast the kernel delivers packets through CAF actors, against a bare event loop.
#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/kernel/event_queue.hpp"
#include "sim/kernel/kernel.hpp"

#include <benchmark/benchmark.h>
#include <caf/all.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
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
    Ring(KernelOptions options, std::uint32_t nodes, int tokens) : kernel(std::move(options)) {
        for (std::uint32_t i = 0; i < nodes; ++i) {
            kernel.add_node({.name = "node-" + std::to_string(i),
                             .bandwidth_up = 10'000'000'000,
                             .bandwidth_down = 0});
        }
        for (std::uint32_t i = 0; i < nodes; ++i) {
            kernel.spawn<RingActor>(NodeId{i}, kernel.world(NodeId{i}), NodeId{(i + 1) % nodes},
                                    tokens);
            kernel.start(NodeId{i});
        }
    }
    Kernel kernel;
};

constexpr int kStepsPerIteration = 100'000;

void run(benchmark::State& state, const KernelOptions& options) {
    Ring ring(options, static_cast<std::uint32_t>(state.range(0)), 4);
    ring.kernel.run_until(ring.kernel.now() + milliseconds(100));
    std::uint64_t events = ring.kernel.counters().events;
    const std::uint64_t first = events;
    for (auto _ : state) {
        for (int i = 0; i < kStepsPerIteration; ++i) {
            ring.kernel.step();
        }
    }
    events = ring.kernel.counters().events;
    state.counters["msg/s"] = benchmark::Counter(static_cast<double>(events - first),
                                                 benchmark::Counter::kIsRate);
    state.counters["queue"] = static_cast<double>(ring.kernel.counters().queue_high_water);
}

KernelOptions plain() {
    KernelOptions options{.seed = 1};
    options.network.default_rtt = milliseconds(20);
    return options;
}

void ring(benchmark::State& state) { run(state, plain()); }
BENCHMARK(ring)->Name("kernel/ring/nodes")->Arg(10)->Arg(100)->Arg(1000);

void ring_jitter(benchmark::State& state) {
    KernelOptions options = plain();
    options.network.jitter_ppm = 50'000;
    options.network.loss_ppm = 0;
    options.calibration = Calibration::reference();
    run(state, options);
}
BENCHMARK(ring_jitter)->Name("kernel/ring_jitter_costs/nodes")->Arg(100);

}  // namespace
}  // namespace nexus::sim

