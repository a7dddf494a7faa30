#include "tools/nexus/testnet/log_line.hpp"

#include "tests/unit/sim/report/strict_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::tools {
namespace {

using sim::Json;
using sim::StrictJson;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

/// 2026-11-22 01:45:54.123456789 UTC.
constexpr Instant kAt{1'795'311'954'123'456'789};

const LogHead kHead{
    .at = kAt, .level = LogLevel::Warning, .member = "validator-0", .event = "peer_down"};

TEST(LogLine, SaysWhenWhoAndWhatFirst) {
    const std::vector<LogField> fields = {
        {"height", std::uint64_t{12}}, {"late_ms", -3}, {"shapes", true}, {"why", "Truncated"}};
    EXPECT_EQ(format_log_line(kHead, fields),
              "{\"time\":\"2026-11-22T01:45:54.123456Z\",\"level\":\"warning\","
              "\"member\":\"validator-0\",\"event\":\"peer_down\",\"height\":12,\"late_ms\":-3,"
              "\"shapes\":true,\"why\":\"Truncated\"}");
}

TEST(LogLine, CountsWhatWasLeftOut) {
    EXPECT_THAT(format_log_line(kHead, {}, 3), HasSubstr(",\"suppressed\":3}"));
    EXPECT_THAT(format_log_line(kHead, {}, 0), Not(HasSubstr("suppressed")));
}

TEST(LogLine, KnowsTheCalendar) {
    const auto time_of = [](std::int64_t nanoseconds) {
        LogHead head = kHead;
        head.at = Instant{nanoseconds};
        return format_log_line(head, {}).substr(9, 27);
    };
    EXPECT_EQ(time_of(0), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(time_of(1'709'251'199'999'999'999), "2024-02-29T23:59:59.999999Z") << "cut, not up";
    EXPECT_EQ(time_of(-1), "1969-12-31T23:59:59.999999Z");
}

TEST(LogLine, BearsWhateverAPeerSays) {
    const std::vector<std::string> texts = {
        "say \"no\"\\",
        "a\nb\r\tc",
        std::string("\0\x01\x1b[31m", 7),
        "\xff\xfe and \xc3",
        "\xed\xa0\x80",
        "Grüße, 日本",
        "\x7f\xc2\x9b",
        std::string(100'000, '\x02'),
        std::string(1023, 'a') + "ü",
    };
    for (const std::string& text : texts) {
        SCOPED_TRACE(testing::PrintToString(text.substr(0, 40)));
        const std::string line = format_log_line(kHead, std::vector<LogField>{{"why", text}});
        const auto json = StrictJson::read(line);
        ASSERT_TRUE(json.has_value()) << line;
        EXPECT_EQ((*json)["event"].text, "peer_down");
        EXPECT_EQ(line.find_first_of("\n\r"), std::string::npos);
        EXPECT_LT(line.size(), 7 * kLogTextBytesMax) << "a peer must not choose how long it is";
        ASSERT_TRUE(parse_log_line(line).has_value());
    }
    const std::vector<LogField> plain = {{"why", "Grüße, \"日本\""}};
    EXPECT_EQ((*StrictJson::read(format_log_line(kHead, plain)))["why"].text.substr(0, 2), "Gr");
}

TEST(LogLine, ReadsBackWhatWasWritten) {
    const std::vector<LogField> fields = {{"height", std::numeric_limits<std::uint64_t>::max()},
                                          {"why", "it \"said\"\nno"}};
    const auto line = parse_log_line(format_log_line(kHead, fields, 7));
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->time, "2026-11-22T01:45:54.123456Z");
    EXPECT_EQ(line->level, LogLevel::Warning);
    EXPECT_EQ(line->member, "validator-0");
    EXPECT_EQ(line->event, "peer_down");
    EXPECT_THAT(line->fields,
                ElementsAre(Pair("height", "18446744073709551615"),
                            Pair("why", "\"it \\\"said\\\"\\nno\""), Pair("suppressed", "7")));
}

TEST(LogLine, RefusesWhatIsNone) {
    const std::string good = format_log_line(kHead, {});
    ASSERT_TRUE(parse_log_line(good).has_value());
    for (const std::string& text :
         {std::string(), std::string("fatal: disk"), std::string("{}"), std::string("[1]"),
          good.substr(0, good.size() - 1), good + "x",
          std::string(R"({"time":1,"level":"info","member":"a","event":"b"})"),
          std::string(R"({"time":"t","level":"loud","member":"a","event":"b"})"),
          std::string(R"({"time":"t","level":"info","member":"a"})"),
          std::string("{\"time\":\"t\",\"level\":\"info\",\"member\":\"a\",\"event\":\"\xff\"}")}) {
        EXPECT_FALSE(parse_log_line(text).has_value()) << text;
    }
}

std::string shown(std::string_view json) {
    const auto line = parse_log_line(json);
    return line.has_value() ? readable(*line) : "no line";
}

TEST(LogLine, IsReadable) {
    EXPECT_EQ(shown(R"({"time":"2026-11-22T01:45:54.123456Z","level":"info",)"
                    R"("member":"validator-0","event":"finalized","height":12,"why":"Closed",)"
                    R"("fsync":true,"text":"two words","empty":"","list":[1,{"a":2}]})"),
              "2026-11-22T01:45:54.123456Z info    validator-0 finalized height=12 why=Closed "
              "fsync=true text=\"two words\" empty=\"\" list=[1,{\"a\":2}]");
}

TEST(LogLine, DoesATerminalNoHarm) {
    const std::string json =
        "{\"time\":\"t\",\"level\":\"info\",\"member\":\"a\xc2\x9b\",\"event\":\"\\u001b[2J\","
        "\"why\":\"\\u001b]0;\\u0007\x7f\xc2\x9b"
        "31m\",\"\\u001bname\":1,\"x\":[\"\xc2\x9b\"]}";
    const std::string text = shown(json);
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        EXPECT_TRUE(byte >= 0x20 && byte != 0x7f) << unsigned{byte} << " in " << text;
    }
    EXPECT_THAT(text, Not(HasSubstr("\xc2\x9b")));
    EXPECT_THAT(text, HasSubstr("why=\"\\u001b]0;\\u0007\\u007f\\u009b31m\""));
}

TEST(LogLevel, HasNames) {
    for (const LogLevel level :
         {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
        EXPECT_EQ(parse_log_level(to_string(level)), level);
        EXPECT_THAT(std::string(kLogLevelNames), HasSubstr(std::string(to_string(level))));
    }
    for (const char* name : {"", "Info", "warn", "info ", "4"}) {
        EXPECT_EQ(parse_log_level(name), std::nullopt) << name;
    }
}

}  // namespace
}  // namespace nexus::tools
