// Random nodes that do random things on random networks: what holds for every seed.
#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "sim/kernel/kernel.hpp"
#include "tests/support/seed.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {
namespace {

class NumberedPacket final : public actors::Packet {
public:
    NumberedPacket(std::uint64_t packet_number, std::size_t size, Instant sent_at)
        : Packet(size, sha256(as_bytes(std::to_string(packet_number)))),
          number(packet_number),
          sent(sent_at) {}
    [[nodiscard]] std::string_view kind() const override {
        return number % 2 == 0 ? "random/even" : "random/odd";
    }
    const std::uint64_t number;
    const Instant sent;
};

/// What the nodes of one run saw.
struct Sightings {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint64_t>> by_link;
    std::uint64_t too_early = 0;
    std::uint64_t journal_gaps = 0;
};

/// Draws what to do from its own stream: send, work, append, set timers, talk to itself.
class RandomActor final : public actors::NodeHandle::base {
public:
    RandomActor(caf::actor_config& config, actors::World world, std::uint32_t nodes,
                Duration least_delay, Sightings& sightings)
        : actors::NodeHandle::base(config),
          world_(world),
          nodes_(nodes),
          least_delay_(least_delay),
          sightings_(&sightings) {}

    actors::NodeHandle::behavior_type make_behavior() override {
        return {
            [this](actors::StartAtom) {
                durable_ = world_.journal->records().size();
                act();
            },
            [this](NodeId from, const actors::PacketPtr& packet) { receive(from, *packet); },
            [this](actors::TickAtom, std::uint64_t) { act(); },
            [](actors::TimerAtom, consensus::TimerId) {},
            [this](actors::DurableAtom, actors::DurableToken) {
                ++durable_;
                sightings_->journal_gaps += world_.journal->records().size() < durable_ ? 1U : 0U;
            },
        };
    }

private:
    void receive(NodeId from, const actors::Packet& packet) {
        const auto& numbered = static_cast<const NumberedPacket&>(packet);
        sightings_->by_link[{from.value, world_.self.value}].push_back(numbered.number);
        if (from != world_.self && world_.clock->now() < numbered.sent + least_delay_) {
            ++sightings_->too_early;
        }
        if (world_.entropy->below(4) == 0) {
            send_random();
        }
    }
    void act() {
        for (std::uint64_t i = world_.entropy->below(3); i > 0; --i) {
            send_random();
        }
        switch (world_.entropy->below(4)) {
            case 0:
                world_.compute->charge(actors::Work::Sign, world_.entropy->below(10));
                break;
            case 1:
                world_.journal->append({1, 2, 3});
                break;
            case 2:
                send(this, actors::TimerAtom::value, consensus::TimerId{1});
                break;
            default:
                break;
        }
        const Duration pause = world_.entropy->exponential(milliseconds(3));
        delayed_send(this, std::chrono::nanoseconds(pause.nanoseconds + 1), actors::TickAtom::value,
                     std::uint64_t{0});
    }
    void send_random() {
        const NodeId to{static_cast<std::uint32_t>(world_.entropy->below(nodes_))};
        world_.transport->send(
            to, std::make_shared<NumberedPacket>(++sent_, 20 + world_.entropy->below(2000),
                                                 world_.clock->now()));
    }

    const actors::World world_;
    std::uint32_t nodes_;
    Duration least_delay_;
    Sightings* sightings_;
    std::uint64_t sent_ = 0;
    std::size_t durable_ = 0;
};

/// All that is drawn for one run.
struct Plan {
    explicit Plan(std::uint64_t seed) : prng(seed, "test/plan") {
        options.seed = seed;
        options.tie_break = prng.below(2) == 0 ? TieBreak::Seeded : TieBreak::Fifo;
        options.network.default_rtt = microseconds(prng.between(0, 50'000));
        options.network.jitter_ppm = static_cast<std::uint32_t>(prng.below(500'000));
        options.network.loss_ppm = static_cast<std::uint32_t>(prng.below(3) * 50'000);
        options.network.duplicate_ppm = static_cast<std::uint32_t>(prng.below(3) * 50'000);
        options.network.reorder_ppm = static_cast<std::uint32_t>(prng.below(2) * 50'000);
        options.calibration = prng.below(2) == 0 ? Calibration::reference() : Calibration::free();
        nodes = static_cast<std::uint32_t>(2 + prng.below(8));
        crashes = prng.below(4);
    }
    Prng prng;
    KernelOptions options;
    std::uint32_t nodes = 0;
    std::uint64_t crashes = 0;
};

struct Outcome {
    Hash digest;
    std::uint64_t draw = 0;
    std::uint64_t events = 0;
    Sightings sightings;
    Counters counters;
    FaultCounts faults;
};

Outcome run(std::uint64_t seed) {
    Plan plan(seed);
    Outcome outcome;
    Kernel kernel(plan.options);
    const auto spawn = [&](NodeId node) {
        kernel.spawn<RandomActor>(node, kernel.world(node), plan.nodes,
                                  plan.options.network.default_rtt / 2,
                                  std::ref(outcome.sightings));
        kernel.start(node);
    };
    for (std::uint32_t i = 0; i < plan.nodes; ++i) {
        NodeSpec spec{.name = "node-" + std::to_string(i)};
        spec.cores = static_cast<std::uint32_t>(1 + plan.prng.below(4));
        spec.bandwidth_up = plan.prng.below(3) * 5'000'000;
        spec.bandwidth_down = plan.prng.below(3) * 5'000'000;
        spawn(kernel.add_node(spec));
    }
    for (std::uint64_t i = 0; i < plan.crashes; ++i) {
        const NodeId victim{static_cast<std::uint32_t>(plan.prng.below(plan.nodes))};
        const Instant at = Instant{} + milliseconds(plan.prng.between(1, 80));
        kernel.at(at, [&kernel, victim] {
            if (kernel.alive(victim)) {
                kernel.crash(victim);
            }
        });
        kernel.at(at + milliseconds(5), [&kernel, victim, spawn] {
            if (!kernel.alive(victim)) {
                spawn(victim);
            }
        });
    }
    kernel.run_until(Instant{} + milliseconds(100));
    for (std::uint32_t i = 0; i < plan.nodes; ++i) {  // stop the senders, let the rest arrive
        kernel.network().set_loss_ppm(0);
        if (kernel.alive(NodeId{i})) {
            kernel.crash(NodeId{i});
        }
    }
    kernel.run_until_idle();
    outcome.digest = kernel.digest();
    outcome.draw = kernel.last_draw();
    outcome.events = kernel.counters().events;
    outcome.counters = kernel.counters();
    outcome.faults = kernel.faults();
    return outcome;
}

class KernelProperty : public testing::Test {
protected:
    static constexpr std::uint64_t kSeeds = 60;
    std::uint64_t first = tests::seed_from_environment(1);
};

TEST_F(KernelProperty, SameSeedSameRun) {
    for (std::uint64_t seed = first; seed < first + kSeeds; ++seed) {
        SCOPED_TRACE(tests::replay_line(seed, "KernelProperty"));
        const Outcome one = run(seed);
        const Outcome two = run(seed);
        ASSERT_EQ(one.digest, two.digest);
        ASSERT_EQ(one.draw, two.draw) << "equal events, but one run drew more";
        ASSERT_EQ(one.events, two.events);
        ASSERT_EQ(one.sightings.by_link, two.sightings.by_link);
    }
}

TEST_F(KernelProperty, EveryPacketIsDeliveredOrCountedAsDropped) {
    for (std::uint64_t seed = first; seed < first + kSeeds; ++seed) {
        SCOPED_TRACE(tests::replay_line(seed, "KernelProperty"));
        const Outcome outcome = run(seed);
        std::uint64_t dropped = 0;
        for (const std::uint64_t count : outcome.counters.packets_dropped) {
            dropped += count;
        }
        ASSERT_GT(outcome.counters.packets_sent, 0U);
        // A copy that was drawn and then met a dead receiver at once is one drop for two.
        ASSERT_LE(outcome.counters.packets_delivered + dropped,
                  outcome.counters.packets_sent + outcome.faults.duplicated);
        ASSERT_GE(outcome.counters.packets_delivered + dropped, outcome.counters.packets_sent);
        ASSERT_EQ(outcome.counters.dropped(DropCause::Loss), outcome.faults.lost);
    }
}

TEST_F(KernelProperty, LinksAreFifoUnlessReorderedAndNothingComesTooEarly) {
    std::uint64_t checked = 0;
    for (std::uint64_t seed = first; seed < first + kSeeds; ++seed) {
        SCOPED_TRACE(tests::replay_line(seed, "KernelProperty"));
        const Outcome outcome = run(seed);
        ASSERT_EQ(outcome.sightings.too_early, 0U);
        ASSERT_EQ(outcome.sightings.journal_gaps, 0U) << "a token came before its record";
        if (outcome.faults.reordered != 0 || outcome.faults.crashes != Plan(seed).nodes) {
            continue;  // a new incarnation numbers from 1 again
        }
        for (const auto& [link, numbers] : outcome.sightings.by_link) {
            for (std::size_t i = 1; i < numbers.size(); ++i) {
                ASSERT_LE(numbers[i - 1], numbers[i]) << link.first << " to " << link.second;
                ++checked;
            }
        }
    }
    EXPECT_GT(checked, 100U);
}

}  // namespace
}  // namespace nexus::sim
