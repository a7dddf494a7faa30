#include "tools/nexus/testnet/process_log.hpp"

#include "tests/support/fake_world.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/sim/report/strict_json.hpp"
#include "tools/nexus/testnet/process_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace nexus::tools {
namespace {

namespace fs = std::filesystem;

using nexus::tests::FakeClock;
using sim::Json;
using sim::StrictJson;
using tests::TemporaryFolder;

/// A log in a folder of its own, with a clock that stands still.
struct Written {
    Written() { clock.time = Instant{1'700'000'000'000'000'000}; }

    std::unique_ptr<ProcessLog> open(std::size_t bytes_max = 1U << 20U,
                                     LogLevel level = LogLevel::Info) {
        auto log = ProcessLog::open({.path = path, .level = level, .file_bytes_max = bytes_max},
                                    clock, {.burst = 3, .interval = seconds(5)});
        EXPECT_TRUE(log.ok()) << log.status().message();
        return *std::move(log);
    }

    /// Every line of a file; fails where one is no JSON.
    static std::vector<Json> lines(const std::string& file) {
        std::vector<Json> lines;
        std::istringstream text(read_text(file).value_or(""));
        for (std::string line; std::getline(text, line);) {
            const auto json = StrictJson::read(line);
            EXPECT_TRUE(json.has_value()) << line;
            lines.push_back(json.value_or(Json()));
        }
        return lines;
    }
    [[nodiscard]] std::vector<Json> lines() const { return lines(path); }

    TemporaryFolder folder;
    std::string path = folder / "log";
    FakeClock clock;
};

TEST(ProcessLog, WritesAtOnceWhatMatters) {
    Written written;
    const auto log = written.open();
    log->write(LogLevel::Info, "validator-0", "start", {{"pid", 7}});
    ASSERT_EQ(written.lines().size(), 1U) << "a process may be killed the moment after";
    EXPECT_EQ(written.lines()[0]["event"].text, "start");
    EXPECT_EQ(written.lines()[0]["pid"].number, 7);
}

TEST(ProcessLog, LeavesOutWhatMattersLess) {
    Written written;
    {
        const auto log = written.open(1U << 20U, LogLevel::Warning);
        EXPECT_FALSE(log->takes(LogLevel::Info));
        log->write(LogLevel::Info, "a", "one", {});
        log->write_always(LogLevel::Debug, "a", "two", {});
        log->write(LogLevel::Warning, "a", "three", {});
        log->write_always(LogLevel::Error, "a", "four", {});
    }
    ASSERT_EQ(written.lines().size(), 2U);
    EXPECT_EQ(written.lines()[0]["event"].text, "three");
    EXPECT_EQ(written.lines()[1]["event"].text, "four");
}

TEST(ProcessLog, KeepsToAPaceAndCountsTheRest) {
    Written written;
    const auto log = written.open();
    for (int i = 0; i < 1000; ++i) {
        log->write(LogLevel::Warning, "a", "refused", {{"number", i}});
    }
    ASSERT_EQ(written.lines().size(), 3U) << "the burst";
    written.clock.time = written.clock.time + milliseconds(4900);
    log->write(LogLevel::Warning, "a", "refused", {{"number", 1000}});
    EXPECT_EQ(written.lines().size(), 3U) << "its time has not come";
    written.clock.time = written.clock.time + milliseconds(200);
    log->write(LogLevel::Warning, "a", "refused", {{"number", 1001}});
    log->write(LogLevel::Warning, "a", "refused", {{"number", 1002}});
    const std::vector<Json> lines = written.lines();
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[3]["number"].number, 1001);
    EXPECT_EQ(lines[3]["suppressed"].number, 998) << "997 of the first thousand, and one";
    EXPECT_FALSE(lines[2].members.contains("suppressed"));
}

TEST(ProcessLog, PacesEachEventOfEachMemberByItself) {
    Written written;
    const auto log = written.open();
    for (int i = 0; i < 10; ++i) {
        log->write(LogLevel::Warning, "a", "refused", {});
    }
    log->write(LogLevel::Warning, "a", "ban", {});
    log->write(LogLevel::Warning, "b", "refused", {});
    for (int i = 0; i < 10; ++i) {
        log->write_always(LogLevel::Info, "a", "finalized", {});
    }
    EXPECT_EQ(written.lines().size(), 3U + 2U + 10U);
}

TEST(ProcessLog, TellsInTheEndWhatWasLeftOut) {
    Written written;
    auto log = written.open();
    for (int i = 0; i < 10; ++i) {
        log->write(LogLevel::Warning, "a", "refused", {});
    }
    written.clock.time = written.clock.time + seconds(9);
    log->tick();
    EXPECT_EQ(written.lines().size(), 3U) << "more may come";
    written.clock.time = written.clock.time + seconds(2);
    log->tick();
    log->tick();
    ASSERT_EQ(written.lines().size(), 4U);
    EXPECT_EQ(written.lines()[3]["event"].text, "left_out");
    EXPECT_EQ(written.lines()[3]["of"].text, "refused");
    EXPECT_EQ(written.lines()[3]["suppressed"].number, 7);
    for (int i = 0; i < 10; ++i) {
        log->write(LogLevel::Warning, "a", "refused", {});
    }
    log.reset();
    const std::vector<Json> lines = written.lines();
    EXPECT_EQ(lines.back()["event"].text, "left_out") << "a process that ends tells at once";
}

TEST(ProcessLog, TakesTwoFilesAtMost) {
    Written written;
    constexpr std::size_t kBytesMax = 4096;
    const auto log = written.open(kBytesMax);
    const std::string text(200, 'x');
    for (int i = 0; i < 500; ++i) {
        log->write_always(LogLevel::Info, "a", "finalized", {{"number", i}, {"text", text}});
        EXPECT_LE(fs::file_size(written.path), kBytesMax);
    }
    std::uintmax_t bytes = 0;
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(written.path).parent_path())) {
        bytes += entry.file_size();
        ++files;
    }
    EXPECT_EQ(files, 2U);
    EXPECT_LE(bytes, 2 * kBytesMax);
    const std::vector<Json> older = Written::lines(written.path + ".1");
    const std::vector<Json> newer = written.lines();
    ASSERT_FALSE(older.empty());
    ASSERT_FALSE(newer.empty());
    EXPECT_EQ(newer.back()["number"].number, 499);
    EXPECT_EQ(older.back()["number"].number + 1, newer.front()["number"].number)
        << "none is lost between the two";
}

TEST(ProcessLog, DropsTheHalfOfALineThatADyingProcessLeft) {
    Written written;
    {
        const auto log = written.open();
        log->write(LogLevel::Info, "a", "one", {});
    }
    std::ofstream(written.path, std::ios::app) << "{\"time\":\"2026-";
    {
        const auto log = written.open();
        log->write(LogLevel::Info, "a", "two", {});
    }
    ASSERT_EQ(written.lines().size(), 2U);
    EXPECT_EQ(written.lines()[1]["event"].text, "two");

    fs::remove(written.path);
    std::ofstream(written.path) << "{\"ti";
    {
        const auto log = written.open();
    }
    EXPECT_EQ(fs::file_size(written.path), 0U) << "nothing but half a line";
}

TEST(ProcessLog, RefusesAFileThatCannotBe) {
    Written written;
    std::ofstream(written.folder / "file") << "x";
    const std::string path = (written.folder / "file") + "/log";
    const auto log = ProcessLog::open({.path = path}, written.clock);
    ASSERT_FALSE(log.ok());
    EXPECT_THAT(std::string(log.status().message()), testing::HasSubstr(path));
}

TEST(ProcessLog, KeepsLinesOfThreadsApart) {
    Written written;
    constexpr int kThreads = 4;
    constexpr int kLines = 300;
    {
        const auto log = written.open();
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&log] {
                for (int line = 0; line < kLines; ++line) {
                    log->write_always(LogLevel::Info, "a", "finalized", {{"height", line}});
                    log->write(LogLevel::Info, "a", "refused", {});
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    }
    std::size_t finalized = 0;
    double refused = 0;
    for (const Json& line : written.lines()) {
        finalized += line["event"].text == "finalized" ? 1 : 0;
        if (line["event"].text == "left_out") {
            refused += line["suppressed"].number;
        }
        refused += line["event"].text == "refused" ? 1 : 0;
    }
    EXPECT_EQ(finalized, std::size_t{kThreads} * kLines);
    EXPECT_EQ(refused, double{kThreads} * kLines) << "each is written or counted";
}

TEST(ProcessLog, WritesToStandardOutputWithoutAFile) {
    Written written;
    testing::internal::CaptureStdout();
    {
        const auto log = ProcessLog::open({.path = ""}, written.clock);
        ASSERT_TRUE(log.ok());
        (*log)->write(LogLevel::Info, "a", "start", {});
    }
    const std::string out = testing::internal::GetCapturedStdout();
    ASSERT_FALSE(out.empty());
    EXPECT_TRUE(StrictJson::read(out.substr(0, out.size() - 1)).has_value()) << out;
}

}  // namespace
}  // namespace nexus::tools
