#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/trace/event.hpp"
#include "sim/trace/trace_writer.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace nexus::sim {

/// Writes small traces into a folder of the test.
class TraceTest : public testing::Test {
protected:
    void SetUp() override {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        folder = std::filesystem::path(testing::TempDir()) /
                 (std::string("nexus-") + info->test_suite_name() + "-" + info->name());
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    void TearDown() override {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
        std::filesystem::remove_all(folder);
    }

    [[nodiscard]] std::string path(const std::string& name) const { return folder / name; }

    static TraceHeader header() { return {"fast/example", 7, "abc123"}; }

    /// Event number `i` of a made-up run of three nodes.
    static Event event(std::uint32_t i, const Hash& content) {
        const bool is_packet = i % 3 != 0;
        return {Instant{} + microseconds(100 * i),
                NodeId{i % 3},
                1,
                is_packet ? EventKind::Packet : EventKind::Timer,
                is_packet ? NodeId{(i + 1) % 3} : kNoNode,
                is_packet ? 1U : 2U,
                is_packet ? 100U + i : i,
                is_packet ? &content : nullptr};
    }
    static Hash content(std::uint32_t i) { return sha256(as_bytes(std::to_string(i / 4))); }

    /// Writes `count` events; those from `changed` on carry another value.
    std::string write(const std::string& name, std::uint32_t count,
                      std::uint32_t changed = ~std::uint32_t{0},
                      const TraceHeader& its_header = header()) {
        auto writer = TraceWriter::create(path(name), its_header);
        EXPECT_TRUE(writer.ok()) << writer.status();
        for (const char* node : {"alpha", "beta", "gamma"}) {
            (*writer)->on_node(NodeId{nodes_written_++ % 3}, node, "validator");
        }
        (*writer)->on_label(1, "simplex/notarize");
        (*writer)->on_label(2, "tick");
        for (std::uint32_t i = 0; i < count; ++i) {
            const Hash digest = content(i);
            Event each = event(i, digest);
            each.value += i >= changed ? 1000 : 0;
            (*writer)->on_event(each);
        }
        EXPECT_TRUE((*writer)->finish().ok());
        return path(name);
    }

    static Bytes read_file(const std::string& name) {
        std::ifstream file(name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    std::filesystem::path folder;

private:
    std::uint32_t nodes_written_ = 0;
};

}  // namespace nexus::sim
