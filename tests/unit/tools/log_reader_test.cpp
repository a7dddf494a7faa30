#include "tools/nexus/testnet/log_reader.hpp"

#include "tests/support/fake_world.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/nexus/testnet/process_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::IsEmpty;
using tests::TemporaryFolder;

void append(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::app | std::ios::binary) << text;
}

TEST(LogFile, ReadsTheOlderFileFirstAndThenWhatComes) {
    const TemporaryFolder folder;
    const std::string path = folder / "log";
    append(path + ".1", "one\ntwo\n");
    append(path, "three\nfo");
    LogFile file(path);
    EXPECT_THAT(file.read(), ElementsAre("one", "two", "three"));
    EXPECT_THAT(file.read(), IsEmpty());
    append(path, "ur\nfive\n");
    EXPECT_THAT(file.read(), ElementsAre("four", "five"));
}

TEST(LogFile, WaitsForAFileThatIsNotThereYet) {
    const TemporaryFolder folder;
    const std::string path = folder / "log";
    LogFile file(path);
    EXPECT_THAT(file.read(), IsEmpty());
    append(path, "one\n");
    EXPECT_THAT(file.read(), ElementsAre("one"));
}

TEST(LogFile, GoesOnWhereTheFileIsReplaced) {
    const TemporaryFolder folder;
    const std::string path = folder / "log";
    append(path, "one\n");
    LogFile file(path);
    EXPECT_THAT(file.read(), ElementsAre("one"));
    append(path, "two\n");
    fs::rename(path, path + ".1");
    EXPECT_THAT(file.read(), ElementsAre("two")) << "the new one is not there yet";
    append(path, "three\n");
    EXPECT_THAT(file.read(), ElementsAre("three")) << "and nothing twice";
    append(path, "four\n");
    fs::rename(path, path + ".1");
    append(path, "five\n");
    EXPECT_THAT(file.read(), ElementsAre("four", "five"));
}

TEST(LogFile, ForgetsTheHalfOfALineThatWasCutOff) {
    const TemporaryFolder folder;
    const std::string path = folder / "log";
    append(path, "one\nhal");
    LogFile file(path);
    EXPECT_THAT(file.read(), ElementsAre("one"));
    fs::resize_file(path, 4);
    EXPECT_THAT(file.read(), IsEmpty());
    append(path, "two\n");
    EXPECT_THAT(file.read(), ElementsAre("two"));
}

/// Everything that a process writes arrives once and in order, however often its files change.
TEST(LogFile, MissesNothingOfALogThatRotates) {
    const TemporaryFolder folder;
    const std::string path = folder / "log";
    const nexus::tests::FakeClock clock;
    const auto log = ProcessLog::open({.path = path, .file_bytes_max = 2000}, clock);
    ASSERT_TRUE(log.ok());
    LogFile file(path);
    std::size_t next = 0;
    for (int i = 0; i < 500; ++i) {
        (*log)->write_always(LogLevel::Info, "a", "line", {{"number", i}});
        if (i % 7 == 0) {
            for (const std::string& text : file.read()) {
                const auto line = parse_log_line(text);
                ASSERT_TRUE(line.has_value()) << text;
                EXPECT_EQ(line->fields.at(0).second, std::to_string(next));
                ++next;
            }
        }
    }
    EXPECT_EQ(next, 498U) << "the last read was after line 497";
    EXPECT_TRUE(fs::exists(path + ".1"));
}

std::string line_at(const std::string& second, const std::string& level, const std::string& event) {
    return R"({"time":"2026-11-22T01:00:)" + second + R"(.000000Z","level":")" + level +
           R"(","member":"a","event":")" + event + "\"}\n";
}

std::vector<std::string> events(const std::vector<LogReader::Line>& lines) {
    std::vector<std::string> events;
    for (const LogReader::Line& line : lines) {
        events.push_back(line.line.event);
    }
    return events;
}

TEST(LogReader, MixesLogsByTimeFromALevelOn) {
    const TemporaryFolder folder;
    append(folder / "a", line_at("01", "info", "one") + line_at("03", "warning", "three") +
                             line_at("05", "error", "five"));
    append(folder / "b",
           line_at("02", "debug", "two") + "fatal: disk\n" + line_at("04", "info", "four"));
    LogReader everything({folder / "a", folder / "b"}, LogLevel::Debug);
    EXPECT_THAT(events(everything.read()), ElementsAre("one", "two", "three", "four", "five"));
    EXPECT_EQ(everything.refused(), 1U);
    LogReader some({folder / "a", folder / "b"}, LogLevel::Warning);
    EXPECT_THAT(events(some.read()), ElementsAre("three", "five"));
    append(folder / "b", line_at("06", "info", "six") + line_at("07", "error", "seven"));
    EXPECT_THAT(events(some.read()), ElementsAre("seven"));
}

TEST(LogReader, KeepsToTheMembersThatAreWanted) {
    const TemporaryFolder folder;
    const auto line_of = [](const std::string& member) {
        return R"({"time":"t","level":"info","member":")" + member + R"(","event":")" + member +
               "\"}\n";
    };
    append(folder / "a", line_of("load") + line_of("load-0") + line_of("load-1"));
    LogReader some({folder / "a"}, LogLevel::Debug, {"load", "load-1"});
    EXPECT_THAT(events(some.read()), ElementsAre("load", "load-1"));
    EXPECT_EQ(some.refused(), 0U);
}

TEST(LogReader, KeepsTheTextAsItWasWritten) {
    const TemporaryFolder folder;
    const std::string text =
        R"({"time":"t", "level":"info","member":"a","event":"b","why":"\u001b"})";
    append(folder / "a", text + "\n");
    const auto lines = LogReader({folder / "a"}, LogLevel::Debug).read();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].text, text);
}

}  // namespace
}  // namespace nexus::tools
