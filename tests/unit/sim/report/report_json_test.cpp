#include "sim/report/report_json.hpp"

#include "base/bytes.hpp"
#include "sim/report/json_writer.hpp"
#include "sim/report/metrics.hpp"
#include "sim/report/run_report.hpp"
#include "tests/unit/sim/report/strict_json.hpp"
#include "tests/unit/sim/report/synthetic_report.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace nexus::sim {
namespace {

constexpr std::string_view kHostile[] = {"</script><script>alert(1)</script>",
                                         "\"quoted\" \\ back",
                                         "tab\tline\nbell\a\x1b[31m",
                                         "Próspera",
                                         "日本 🏝",
                                         "\x7f",
                                         "\xff broken \xc3",
                                         "<!-- ]]> &amp;"};

std::string written(std::string_view text) {
    JsonWriter out(JsonWriter::Style::Compact);
    out.value(text);
    return out.take();
}

TEST(JsonWriter, WritesTheShortestNumberThatReadsBack) {
    JsonWriter out(JsonWriter::Style::Compact);
    out.open_array();
    out.value(0.1).value(60.0).value(1e300).value(-2.5).value(
        std::uint64_t{18446744073709551615ULL});
    out.value(std::int64_t{-9}).value(std::numeric_limits<double>::quiet_NaN());
    out.value(std::numeric_limits<double>::infinity()).value(std::optional<double>()).value(true);
    out.close();
    EXPECT_EQ(out.take(), "[0.1,60,1e+300,-2.5,18446744073709551615,-9,null,null,null,true]");
}

TEST(JsonWriter, EscapesWhatCannotStandInAText) {
    EXPECT_EQ(written("a\"b\\c\n\t\x01\x7f"), R"("a\"b\\c\n\t\u0001\u007f")");
    EXPECT_EQ(written("Próspera"), "\"Próspera\"") << "UTF-8 stays as it is";
    EXPECT_EQ(written("\xff\xc3"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    EXPECT_EQ(written("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"")
        << "half a surrogate pair is no UTF-8";
    EXPECT_EQ(written("\xf4\x90\x80\x80").size(), 2 + 4 * 3) << "beyond the last code point";
}

TEST(JsonWriter, LaysOutOneRowALine) {
    JsonWriter out(JsonWriter::Style::Readable);
    out.open_object().member("a", 1).key("rows").open_array();
    out.open_object(JsonWriter::Rows::One).member("x", 1).member("y", "z").close();
    out.close().key("none").open_array().close().close();
    EXPECT_EQ(
        out.take(),
        "{\n  \"a\": 1,\n  \"rows\": [\n    {\"x\": 1, \"y\": \"z\"}\n  ],\n  \"none\": []\n}");
}

TEST(ReportJson, IsWellFormedAndEqualForEqualReports) {
    const std::string text = to_json(synthetic_report());
    EXPECT_TRUE(StrictJson::read(text).has_value());
    EXPECT_EQ(text, to_json(synthetic_report()));
    EXPECT_EQ(text.back(), '\n');
    EXPECT_TRUE(StrictJson::read(to_json(RunReport())).has_value());
}

TEST(ReportJson, HasTheFieldsOfTheDesign) {
    const RunReport report = synthetic_report();
    const auto json = StrictJson::read(to_json(report));
    ASSERT_TRUE(json.has_value());
    for (const char* name : {"scenario",
                             "seed",
                             "commit",
                             "protocol",
                             "validators",
                             "virtual_seconds",
                             "wall_seconds",
                             "events",
                             "events_per_second",
                             "digest",
                             "blocks_finalized",
                             "transactions",
                             "throughput_tps",
                             "latency_ms",
                             "longest_commit_gap_ms",
                             "messages",
                             "bytes",
                             "faults_fired",
                             "invariants",
                             "expectations",
                             "schema_version"}) {
        EXPECT_TRUE(json->members.contains(name)) << name;
    }
    for (const char* name : {"submitted", "finalized", "rejected"}) {
        EXPECT_TRUE((*json)["transactions"].members.contains(name)) << name;
    }
    for (const char* name : {"p50", "p90", "p99", "p999", "max", "count"}) {
        EXPECT_TRUE((*json)["latency_ms"].members.contains(name)) << name;
    }
    EXPECT_EQ((*json)["invariants"]["agreement"]["checked"].number, 4992);
    EXPECT_EQ((*json)["expectations"].items[0]["text"].text, "latency_p99_ms < 6000");
    EXPECT_TRUE((*json)["expectations"].items[0]["held"].boolean);
    EXPECT_EQ((*json)["digest"].text, to_hex(report.digest.view()));
    EXPECT_EQ((*json)["metrics"].members.size(), metrics().size());
    EXPECT_EQ((*json)["nodes"].items.size(), report.nodes.size());
    EXPECT_TRUE((*json)["unchecked"].items.empty());
    EXPECT_EQ((*json)["blocks"].items.size(), report.blocks.size());
    EXPECT_EQ((*json)["faults"].items[5]["until_s"].kind, Json::Kind::Null);
}

TEST(ReportJson, KeepsHostileNames) {
    for (const std::string_view hostile : kHostile) {
        RunReport report = synthetic_report(2);
        report.scenario = hostile;
        report.nodes[0].name = hostile;
        report.parameters.emplace(hostile, 1);
        report.invariants[0].examples.emplace_back(hostile);
        const auto json = StrictJson::read(to_json(report));
        ASSERT_TRUE(json.has_value()) << hostile;
        if (codec::is_utf8(hostile)) {
            EXPECT_EQ((*json)["scenario"].text, hostile);
            EXPECT_EQ((*json)["nodes"].items[0]["name"].text, hostile);
        }
    }
}

TEST(StrictJson, RefusesWhatIsNoJson) {
    for (const std::string_view text :
         {"", "{", "[1,]", "{\"a\":1,}", "01", "1.", "+1", "nul", "\"\n\"", "\"\\x\"", "[1] 2",
          "{\"a\":1,\"a\":2}", "'a'", "NaN", "\"\xff\""}) {
        EXPECT_FALSE(StrictJson::read(text).has_value()) << text;
    }
    EXPECT_TRUE(StrictJson::read(" [1e-3, \"\\u0041\", {}] ").has_value());
}

}  // namespace
}  // namespace nexus::sim
