#pragma once

#include "actors/roles/ports.hpp"
#include "actors/wire/caf_types.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/kernel/kernel.hpp"

#include <caf/all.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::sim {

/// A packet that says its number.
class TestPacket final : public actors::Packet {
public:
    explicit TestPacket(std::uint64_t packet_number, std::size_t size = 100,
                        std::string_view packet_kind = "test/packet")
        : Packet(size, sha256(as_bytes(std::to_string(packet_number)))),
          number(packet_number),
          kind_(packet_kind) {}
    [[nodiscard]] std::string_view kind() const override { return kind_; }

    const std::uint64_t number;

private:
    std::string_view kind_;
};

inline actors::PacketPtr packet(std::uint64_t number, std::size_t size = 100) {
    return std::make_shared<TestPacket>(number, size);
}

/// What an actor saw: "packet 7 from 0", "tick 3", "start", "durable 1".
struct Seen {
    Instant at;
    std::uint32_t node = 0;
    std::string what;
};
inline void PrintTo(const Seen& seen, std::ostream* out) {
    *out << seen.at.nanoseconds << " node " << seen.node << " " << seen.what;
}
using Log = std::vector<Seen>;

class ScriptActor;

/// What a ScriptActor does besides logging; absent parts do nothing.
struct Script {
    std::function<void(ScriptActor&)> on_start{};
    std::function<void(ScriptActor&, NodeId from, std::uint64_t number)> on_packet{};
    std::function<void(ScriptActor&, std::uint64_t number)> on_tick{};
    std::function<void(ScriptActor&, actors::DurableToken token)> on_durable{};
};

/// Logs all that reaches it and then follows a script.
class ScriptActor final : public actors::NodeHandle::base {
public:
    ScriptActor(caf::actor_config& config, actors::World its_world, Log& log, Script script)
        : actors::NodeHandle::base(config),
          world(its_world),
          log_(&log),
          script_(std::move(script)) {}

    actors::NodeHandle::behavior_type make_behavior() override {
        return {
            [this](actors::StartAtom) {
                note("start");
                if (script_.on_start) {
                    script_.on_start(*this);
                }
            },
            [this](NodeId from, const actors::PacketPtr& received) {
                const auto number = static_cast<const TestPacket&>(*received).number;
                note("packet " + std::to_string(number) + " from " + std::to_string(from.value));
                if (script_.on_packet) {
                    script_.on_packet(*this, from, number);
                }
            },
            [this](actors::TickAtom, std::uint64_t number) {
                note("tick " + std::to_string(number));
                if (script_.on_tick) {
                    script_.on_tick(*this, number);
                }
            },
            [this](actors::TimerAtom, consensus::TimerId timer) {
                note("timer " + std::to_string(timer.value));
            },
            [this](actors::DurableAtom, actors::DurableToken token) {
                note("durable " + std::to_string(token));
                if (script_.on_durable) {
                    script_.on_durable(*this, token);
                }
            },
        };
    }

    void note(std::string what) {
        log_->push_back({world.clock->now(), world.self.value, std::move(what)});
    }
    void send_packet(NodeId to, std::uint64_t number, std::size_t size = 100) {
        world.transport->send(to, packet(number, size));
    }
    void tick_after(Duration delay, std::uint64_t number) {
        delayed_send(this, std::chrono::nanoseconds(delay.nanoseconds), actors::TickAtom::value,
                     number);
    }
    void tick_now(std::uint64_t number) { send(this, actors::TickAtom::value, number); }

    const actors::World world;

private:
    Log* log_;
    Script script_;
};

/// A kernel with some scripted nodes, all 20 ms (round trip) apart.
class KernelTest : public testing::Test {
protected:
    static KernelOptions default_options() {
        KernelOptions options{.seed = 1, .tie_break = TieBreak::Fifo};
        options.network.default_rtt = milliseconds(20);
        return options;
    }
    void make(KernelOptions options) { kernel = std::make_unique<Kernel>(std::move(options)); }
    void make() { make(default_options()); }

    NodeId add(NodeSpec spec = {}) {
        if (spec.name.empty()) {
            spec.name = "node-" + std::to_string(kernel->node_count());
        }
        return kernel->add_node(spec);
    }
    actors::NodeHandle spawn(NodeId node, Script script = {}) {
        auto handle =
            kernel->spawn<ScriptActor>(node, kernel->world(node), std::ref(log), std::move(script));
        kernel->start(node);
        return handle;
    }
    NodeId add_and_spawn(Script script = {}, NodeSpec spec = {}) {
        const NodeId node = add(std::move(spec));
        spawn(node, std::move(script));
        return node;
    }

    /// What a node saw, without starts: "10ms packet 1 from 0".
    [[nodiscard]] std::vector<std::string> seen(NodeId node) const {
        std::vector<std::string> lines;
        for (const Seen& each : log) {
            if (each.node == node.value && each.what != "start") {
                lines.push_back(time(each.at) + " " + each.what);
            }
        }
        return lines;
    }
    static std::string time(Instant at) {
        return at.nanoseconds % 1'000'000 == 0 ? std::to_string(at.nanoseconds / 1'000'000) + "ms"
                                               : std::to_string(at.nanoseconds) + "ns";
    }
    static Instant ms(std::int64_t count) { return Instant{} + milliseconds(count); }

    Log log;  // outlives the kernel
    std::unique_ptr<Kernel> kernel;
};

}  // namespace nexus::sim
