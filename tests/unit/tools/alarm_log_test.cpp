#include "tools/nexus/testnet/alarm_log.hpp"

#include "actors/node/real_clock.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/node_observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

namespace nexus::tools {
namespace {

using testing::HasSubstr;
using tests::TemporaryFolder;

/// What a kill at this moment would leave, by "member kind text".
std::map<std::string, std::uint64_t> on_disk(const std::string& path) {
    std::map<std::string, std::uint64_t> counts;
    const auto alarms = read_alarms(path);
    EXPECT_TRUE(alarms.ok()) << alarms.status().message();
    for (const Alarm& alarm : *alarms) {
        counts[alarm.member + " " + alarm.kind + " " + alarm.text] = alarm.count;
    }
    return counts;
}

std::unique_ptr<AlarmLog> opened(const std::string& path) {
    auto log = AlarmLog::open(path);
    EXPECT_TRUE(log.ok()) << log.status().message();
    return log.ok() ? *std::move(log) : nullptr;
}

TEST(AlarmLog, HasANewAlarmOnTheDiskAtOnce) {
    const TemporaryFolder folder;
    const std::string path = folder / "alarms.jsonl";
    const auto log = opened(path);
    ASSERT_TRUE(log->record("validator-0", "alarm", "a fork").ok());
    EXPECT_EQ(on_disk(path)["validator-0 alarm a fork"], 1U);
    ASSERT_TRUE(log->record("validator-0", "alarm", "a fork").ok());
    EXPECT_EQ(on_disk(path)["validator-0 alarm a fork"], 1U) << "repeats wait for a flush";
    ASSERT_TRUE(log->flush().ok());
    EXPECT_EQ(on_disk(path)["validator-0 alarm a fork"], 2U);
}

TEST(AlarmLog, GoesOnInTheNextLifeWithoutALineThatWasCutOff) {
    const TemporaryFolder folder;
    const std::string path = folder / "alarms.jsonl";
    {
        const auto log = opened(path);
        ASSERT_TRUE(log->record("a", "lie", "one").ok());
        ASSERT_TRUE(log->record("a", "lie", "two").ok());
        ASSERT_TRUE(log->record("a", "alarm", "one").ok());
    }
    std::ofstream(path, std::ios::app) << R"({"member":"a","kind":"lie","te)";
    EXPECT_EQ(on_disk(path).size(), 3U);
    const auto log = opened(path);
    EXPECT_EQ(log->count("a", "lie"), 2U);
    EXPECT_EQ(log->count("a", "alarm"), 1U);
    EXPECT_EQ(log->count("b", "lie"), 0U);
    ASSERT_TRUE(log->record("a", "lie", "three").ok());
    EXPECT_EQ(on_disk(path).size(), 4U) << "what was cut off is not glued to what follows";
}

TEST(AlarmLog, IsBoundedWhateverComes) {
    const TemporaryFolder folder;
    const std::string path = folder / "alarms.jsonl";
    const auto log = opened(path);
    for (std::size_t i = 0; i < 2 * AlarmLog::kDistinctMax; ++i) {
        ASSERT_TRUE(log->record("a", "lie", std::to_string(i) + std::string(1000, 'x')).ok());
    }
    EXPECT_EQ(log->count("a", "lie"), 2 * AlarmLog::kDistinctMax) << "none is left uncounted";
    EXPECT_EQ(on_disk(path).size(), AlarmLog::kDistinctMax + 1);
    for (std::size_t i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(log->record("a", "lie", "again" + std::string(1000, 'x')).ok());
        ASSERT_TRUE(log->record("b", "lie", "and again").ok());
        ASSERT_TRUE(log->flush().ok());
        ASSERT_LE(std::filesystem::file_size(path), AlarmLog::kBytesMax);
    }
    EXPECT_EQ(log->count("a", "lie"), 2 * AlarmLog::kDistinctMax + 10'000);
    EXPECT_EQ(opened(path)->count("a", "lie"), 2 * AlarmLog::kDistinctMax + 10'000);
    EXPECT_EQ(opened(path)->count("b", "lie"), 10'000U);
}

TEST(AlarmLog, TakesTextsOfAnyBytes) {
    const TemporaryFolder folder;
    const std::string path = folder / "alarms.jsonl";
    ASSERT_TRUE(opened(path)->record("a", "lie", "\"quoted\"\\ \n\xff").ok());
    EXPECT_EQ(on_disk(path)["a lie ?quoted?? ??"], 1U);
}

TEST(AlarmLog, SaysWhatIsWrongWithAFile) {
    const TemporaryFolder folder;
    const std::string path = folder / "alarms.jsonl";
    std::ofstream(path) << R"({"member":"a","kind":"lie","text":"t","count":1})" << "\n{}\n";
    const auto log = AlarmLog::open(path);
    EXPECT_THAT(std::string(log.status().message()),
                HasSubstr("alarms.jsonl:2:1: error: expected"));
    EXPECT_FALSE(read_alarms(path).ok());
}

TEST(AlarmLog, CarriesTheCountersOfAMemberFromLifeToLife) {
    const TemporaryFolder folder;
    const std::string path = folder / "alarms.jsonl";
    const actors::RealClock clock(0);
    for (std::uint64_t life = 1; life <= 3; ++life) {
        const auto log = opened(path);
        NodeObserver observer(clock);
        observer.keep_alarms(*log, "validator-0");
        NodeObserver other(clock);
        other.keep_alarms(*log, "validator-1");
        observer.on_alarm(NodeId{0}, "a fork");
        observer.on_lie(NodeId{0}, NodeId{2}, "no proof");
        observer.on_evidence(NodeId{0},
                             {.culprit = {}, .offence = "double vote", .first = {}, .second = {}});
        EXPECT_EQ(observer.counters().alarms, life);
        EXPECT_EQ(observer.counters().lies, life);
        EXPECT_EQ(observer.counters().evidence, life);
        EXPECT_EQ(other.counters().alarms, 0U) << "those of another member are its own";
        ASSERT_TRUE(log->flush().ok());
    }
    // Reports count them as simulators do, whoever the culprit is.
    const auto alarms = read_alarms(path);
    ASSERT_TRUE(alarms.ok());
    std::map<std::string, std::uint64_t> probes;
    for (const Alarm& alarm : *alarms) {
        probes[probe_of(alarm)] += alarm.count;
    }
    EXPECT_EQ(probes,
              (std::map<std::string, std::uint64_t>{
                  {"alarm: a fork", 3}, {"evidence: double vote", 3}, {"lie: no proof", 3}}));
}

TEST(AlarmLog, AReportCountsAlarmsOfOtherTextsToo) {
    EXPECT_EQ(probe_of({.member = "a", .kind = "evidence", .text = "two votes", .count = 1}),
              "evidence: two votes");
    const std::string others(AlarmLog::kOthers);
    EXPECT_EQ(probe_of({.member = "a", .kind = "lie", .text = others, .count = 1}),
              "lie: " + others);
    EXPECT_EQ(probe_of({.member = "a", .kind = "lie", .text = lie_text(3, "a: b"), .count = 1}),
              "lie: a: b");
}

}  // namespace
}  // namespace nexus::tools
