#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/running_digest.hpp"
#include "tests/unit/sim/kernel/kernel_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

namespace nexus::sim {
namespace {

/// Five nodes that gossip for a virtual second on a bad network; returns digest and last draw.
std::string gossip(std::uint64_t seed) {
    Log log;
    KernelOptions options{.seed = seed};
    options.network.default_rtt = milliseconds(10);
    options.network.jitter_ppm = 300'000;
    options.network.loss_ppm = 20'000;
    options.network.duplicate_ppm = 20'000;
    options.network.reorder_ppm = 20'000;
    options.calibration = Calibration::reference();
    Kernel kernel(options);
    for (std::uint32_t i = 0; i < 5; ++i) {
        const NodeId node = kernel.add_node({.name = std::to_string(i), .bandwidth_up = 1'000'000});
        Script script;
        script.on_start = [](ScriptActor& self) { self.tick_after(milliseconds(1), 0); };
        script.on_tick = [](ScriptActor& self, std::uint64_t number) {
            const auto to = static_cast<std::uint32_t>(self.world.entropy->below(5));
            self.world.compute->charge(actors::Work::Sign, 1);
            self.send_packet(NodeId{to}, number, 50 + self.world.entropy->below(100));
            self.world.journal->append({1, 2, 3});
            self.tick_after(self.world.entropy->exponential(milliseconds(5)), number + 1);
        };
        script.on_packet = [](ScriptActor& self, NodeId, std::uint64_t number) {
            self.tick_now(1'000'000 + number);
        };
        kernel.spawn<ScriptActor>(node, kernel.world(node), std::ref(log), std::move(script));
        kernel.start(node);
    }
    kernel.at(Instant{} + milliseconds(200), [&] { kernel.crash(NodeId{0}); });
    kernel.at(Instant{} + milliseconds(250), [&] {
        kernel.spawn<ScriptActor>(NodeId{0}, kernel.world(NodeId{0}), std::ref(log), Script{});
    });
    kernel.at(Instant{} + milliseconds(300),
              [&] { kernel.network().partition({{NodeId{1}, NodeId{2}}}); });
    kernel.at(Instant{} + milliseconds(310), [&] { kernel.network().heal(); });
    // Ticks beget ticks: bounded by events, not by time.
    for (int i = 0; i < 20'000 && kernel.now() < Instant{} + milliseconds(400); ++i) {
        kernel.step();
    }
    return to_hex(kernel.digest().view()) + " " + std::to_string(kernel.last_draw()) + " " +
           std::to_string(kernel.counters().events);
}

TEST(KernelDigest, IsAFunctionOfTheSeed) {
    EXPECT_EQ(gossip(1), gossip(1));
    EXPECT_NE(gossip(1), gossip(2));
}

// Run by the next test in processes of their own.
TEST(KernelDigest, DISABLED_PrintsOne) { std::cout << "digest: " << gossip(77) << "\n"; }

std::string digest_of_another_process(const std::string& prefix) {
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    const std::string command = prefix + " '" + program +
                                "' --gtest_also_run_disabled_tests "
                                "--gtest_filter=KernelDigest.DISABLED_PrintsOne";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return "cannot start";
    }
    std::string text;
    std::array<char, 4096> block{};
    while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe)) {
        text.append(block.data(), size);
    }
    pclose(pipe);
    const std::size_t start = text.find("digest: ");
    return start == std::string::npos ? text : text.substr(start, text.find('\n', start) - start);
}

TEST(KernelDigest, IsTheSameInEveryProcess) {
    const std::string here = "digest: " + gossip(77);
    EXPECT_EQ(digest_of_another_process(""), here);
    // Another layout of memory: other pointers, same digest.
    EXPECT_EQ(digest_of_another_process("MALLOC_ARENA_MAX=1 MALLOC_TOP_PAD_=1234567"), here);
}

TEST(KernelDigest, DependsOnEveryFieldOfAnEvent) {
    const Hash content = sha256(as_bytes("x"));
    const Hash other_content = sha256(as_bytes("y"));
    const Event base{Instant{1}, NodeId{2}, 3, EventKind::Packet, NodeId{4}, 5, 6, &content};
    std::vector<Event> variants(9, base);
    variants[1].at = Instant{2};
    variants[2].node = NodeId{3};
    variants[3].incarnation = 4;
    variants[4].source = NodeId{5};
    variants[5].label = 6;
    variants[6].value = 7;
    variants[7].content = &other_content;
    variants[8].kind = EventKind::Timer;
    variants[8].content = nullptr;
    std::vector<Hash> digests;
    for (const Event& event : variants) {
        RunningDigest digest;
        digest.add(event);
        digests.push_back(digest.value());
    }
    for (std::size_t i = 0; i < digests.size(); ++i) {
        for (std::size_t j = i + 1; j < digests.size(); ++j) {
            EXPECT_NE(digests[i], digests[j]) << i << " and " << j;
        }
    }
}

TEST(KernelDigest, ReadingItDoesNotChangeIt) {
    const Event event{Instant{1}, NodeId{2}, 3, EventKind::Timer, kNoNode, 5, 6, nullptr};
    RunningDigest read_often;
    RunningDigest read_once;
    for (int i = 0; i < 1000; ++i) {
        read_often.add(event);
        read_once.add(event);
        static_cast<void>(read_often.value());
    }
    EXPECT_EQ(read_often.value(), read_once.value());
}

}  // namespace
}  // namespace nexus::sim
