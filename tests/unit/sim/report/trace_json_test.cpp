#include "sim/report/trace_json.hpp"

#include "base/bytes.hpp"
#include "sim/trace/trace_reader.hpp"
#include "sim/trace/trace_text.hpp"
#include "tests/unit/sim/report/strict_json.hpp"
#include "tests/unit/sim/trace/trace_fixture.hpp"

#include <absl/status/status.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::sim {
namespace {

using testing::ElementsAre;

class TraceJson : public TraceTest {
protected:
    std::vector<std::string> lines(const std::string& file, const TraceFilter& filter = {}) {
        std::vector<std::string> out;
        const auto summary =
            export_trace(file, filter, [&](std::string_view line) { out.emplace_back(line); });
        EXPECT_TRUE(summary.ok()) << summary.status();
        return out;
    }
};

TEST_F(TraceJson, WritesTheRunItsEventsAndTheEnd) {
    const std::string file = write("a", 2);
    auto reader = TraceReader::open(file);
    TraceEvent event;
    while (*(*reader)->next(event)) {
    }
    EXPECT_THAT(
        lines(file),
        ElementsAre(
            R"({"kind":"run","version":1,"scenario":"fast/example","seed":7,"commit":"abc123"})",
            R"({"kind":"timer","index":0,"at_ns":0,"node":"alpha","incarnation":1,)"
            R"("name":"tick","number":0})",
            R"({"kind":"packet","index":1,"at_ns":100000,"node":"beta","incarnation":1,)"
            R"("name":"simplex/notarize","from":"gamma","bytes":101,"digest":")" +
                to_hex(content(1).view()) + R"("})",
            R"({"kind":"end","events_read":2,"events_shown":2,"digest":")" +
                to_hex((*reader)->digest().view()) + R"("})"));
}

TEST_F(TraceJson, EachLineIsAnObjectOfItsOwn) {
    const std::vector<std::string> all = lines(write("a", 60));
    ASSERT_EQ(all.size(), 62U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::optional<Json> object = StrictJson::read(all[i]);
        ASSERT_TRUE(object) << all[i];
        EXPECT_EQ(object->kind, Json::Kind::Object);
        EXPECT_EQ(all[i].find('\n'), std::string::npos);
        if (i > 0 && i + 1 < all.size()) {
            EXPECT_EQ((*object)["index"].number, static_cast<double>(i - 1));
        }
    }
}

TEST_F(TraceJson, FiltersLikePrinting) {
    const std::string file = write("a", 30);
    EXPECT_EQ(lines(file, {.node = "gamma"}).size(), 22U);
    EXPECT_EQ(lines(file, {.kind = "timer"}).size(), 12U);
    const std::vector<std::string> some = lines(file, {.limit = 4});
    ASSERT_EQ(some.size(), 6U);
    EXPECT_EQ(some.back(), R"({"kind":"end","events_read":4,"events_shown":4,"digest":null})")
        << "the digest of a trace that was not read to its end is not known";
}

TEST_F(TraceJson, ADamagedTraceHasNoEnd) {
    const std::string file = write("a", 5'000);
    Bytes bytes = read_file(file);
    bytes[bytes.size() - 3] ^= 1U;
    std::ofstream(path("bad"), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    std::string last;
    const auto summary = export_trace(path("bad"), {}, [&](std::string_view line) { last = line; });
    EXPECT_EQ(summary.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(last.find("\"kind\":\"end\""), std::string::npos);
    EXPECT_EQ(export_trace(path("none"), {}, [](std::string_view) {}).status().code(),
              absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace nexus::sim
